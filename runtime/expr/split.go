package expr

import (
	"strings"
	"unicode/utf8"

	"gospark/runtime/batch"
)

// split appends the parts of s between matches, as Java has them: an empty match at the start does not count, and an empty
// pattern splits into characters. With a limit there are no more parts than it says.
func (p *javaPattern) split(out []string, s string, limit int) []string {
	from := len(out)
	at := 0
	switch {
	case p.text == "" && s != "":
		for i, r := range s {
			if limit > 0 && len(out)-from == limit {
				break
			}
			if n := utf8.RuneLen(r); n > 0 && strings.HasPrefix(s[i:], string(r)) {
				out = append(out, s[i:i+n])
			} else {
				out = append(out, string(r))
			}
		}
		return out
	case p.literal != "":
		for limit <= 0 || len(out)-from < limit-1 {
			k := strings.Index(s[at:], p.literal)
			if k < 0 {
				break
			}
			out = append(out, s[at:at+k])
			at += k + len(p.literal)
		}
		return append(out, s[at:])
	}
	for _, m := range p.findAll(s, -1) {
		if limit > 0 && len(out)-from == limit-1 {
			break
		}
		if m[1] == 0 {
			continue
		}
		out = append(out, s[at:m[0]])
		at = m[1]
	}
	return append(out, s[at:])
}

// literalOf is the text that a pattern stands for if it stands for one text; "" if it does not, or is empty.
func literalOf(pattern string) string {
	if !utf8.ValidString(pattern) {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		if c == '\\' {
			if i++; i == len(pattern) || !strings.ContainsRune(`\.[]{}()*+?^$|`, rune(pattern[i])) {
				return ""
			}
			c = pattern[i]
		} else if strings.IndexByte(`.[]{}()*+?^$|`, c) >= 0 {
			return ""
		}
		b.WriteByte(c)
	}
	return b.String()
}

// splitInto is split over columns: the parts of all rows lie one after the other.
func splitInto(c *Call) *Impl {
	boxed := matching(func(p *javaPattern, s string, a []any) (any, error) {
		parts := []any{}
		for _, part := range p.split(nil, s, int(a[0].(int32))) {
			parts = append(parts, part)
		}
		return parts, nil
	})(c)
	return &Impl{row: boxed.row, kernel: func(c *Call) Kernel {
		var (
			last       lastPattern
			parts      int // of the batch before
			some, both validity
		)
		return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
			texts, patterns, limits := args[0].(*batch.Vec[string]), args[1].(*batch.Vec[string]), args[2].(*batch.Vec[int32])
			valid := both.both(n, some.both(n, texts.Valid, patterns.Valid), limits.Valid)
			asked := askedFor(n, rows)
			offsets := make([]int32, 1, n+1)
			items := make([]string, 0, parts+parts/8)
			for i := range n {
				if (asked == nil || asked[i]) && (valid == nil || valid[i]) {
					p, err := last.of(c, patterns.V[i])
					if err != nil {
						return nil, err
					}
					items = p.split(items, texts.V[i], int(limits.V[i]))
				}
				offsets = append(offsets, int32(len(items)))
			}
			parts = len(items)
			return &batch.List{Offsets: offsets, Items: batch.VecOf(items), Valid: valid}, nil
		}
	}}
}
