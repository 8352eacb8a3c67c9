package expr

import (
	"strings"
	"unicode/utf8"

	"gospark/runtime/condition"
)

// LIKE: % is any characters, _ is one, the escape character takes % and _ (and itself) as they are.

func init() {
	family("predicate_funcs", []Function{
		{Name: "like", Sig: "string, string, string = '\\' -> boolean", Bind: likeImpl(false), Text: likeText("LIKE"),
			Doc: "Whether the string matches a pattern with % and _.", Example: "like('Spark', '_park') = true"},
		{Name: "ilike", Sig: "string, string, string = '\\' -> boolean", Bind: likeImpl(true), Text: func(c *Call) string { return "ilike(" + likeArgs(c) + ")" },
			Doc: "Whether the string matches a pattern with % and _, without regard to case.", Example: "ilike('Spark', '_PARK') = true"},
		manyLike("likeany", false, false), manyLike("likeall", true, false), manyLike("notlikeany", false, true), manyLike("notlikeall", true, true),
	})
}

func likeArgs(c *Call) string {
	text := c.Args[0].String() + ", " + c.Args[1].String()
	if len(c.Args) > 2 && !Equal(c.Args[2], StringLit(`\`)) {
		text += ", " + c.Args[2].String()
	}
	return text
}

func likeText(word string) func(c *Call) string {
	return func(c *Call) string {
		text := c.Args[0].String() + " " + word + " " + c.Args[1].String()
		if len(c.Args) > 2 && !Equal(c.Args[2], StringLit(`\`)) {
			text += " ESCAPE '" + c.Args[2].String() + "'"
		}
		return text
	}
}

// A likePattern is the pieces of a pattern between %, each a sequence of characters, anyRune standing for _.
type likePattern struct {
	pieces [][]rune
	plain  []string // the pieces as strings, if none has a _
	any    bool     // there is a %
}

const anyRune rune = -1

func parseLike(pattern string, escape rune) (*likePattern, error) {
	p := &likePattern{}
	piece, wild := []rune{}, false
	in := []rune(pattern)
	for i := 0; i < len(in); i++ {
		switch c := in[i]; {
		case c == escape:
			if i++; i == len(in) {
				return nil, likeFormat("ESC_AT_THE_END", pattern, "the escape character is not allowed to end with.", "")
			}
			if in[i] != '%' && in[i] != '_' && in[i] != escape {
				return nil, likeFormat("ESC_IN_THE_MIDDLE", pattern, "the escape character is not allowed to precede '"+string(in[i])+"'.", string(in[i]))
			}
			piece = append(piece, in[i])
		case c == '%':
			p.pieces, piece, p.any = append(p.pieces, piece), []rune{}, true
		case c == '_':
			piece, wild = append(piece, anyRune), true
		default:
			piece = append(piece, c)
		}
	}
	p.pieces = append(p.pieces, piece)
	if !wild {
		for _, r := range p.pieces {
			p.plain = append(p.plain, string(r))
		}
	}
	return p, nil
}

func likeFormat(kind, pattern, what, char string) *condition.Error {
	value := StringLit(pattern).SQLText()
	e := condition.New("INVALID_FORMAT."+kind, "42601", "The format is invalid: %s. %s", value, strings.ToUpper(what[:1])+what[1:]).WithParam("format", value)
	if char != "" {
		e.WithParam("char", "'"+char+"'")
	}
	return e
}

func (p *likePattern) matches(s string) bool {
	if p.plain != nil {
		return matchPieces(s, p.plain, p.any)
	}
	return p.matchRunes([]rune(s))
}

// matchPieces: the first piece starts s, the last ends it, the others follow each other in between.
func matchPieces(s string, pieces []string, any bool) bool {
	if !any {
		return s == pieces[0]
	}
	last := len(pieces) - 1
	if !strings.HasPrefix(s, pieces[0]) {
		return false
	}
	s = s[len(pieces[0]):]
	if !strings.HasSuffix(s, pieces[last]) {
		return false
	}
	s = s[:len(s)-len(pieces[last])]
	for _, q := range pieces[1:last] {
		i := strings.Index(s, q)
		if i < 0 {
			return false
		}
		s = s[i+len(q):]
	}
	return true
}

func (p *likePattern) matchRunes(s []rune) bool {
	starts := func(s, q []rune) bool {
		if len(s) < len(q) {
			return false
		}
		for i, r := range q {
			if r != anyRune && s[i] != r {
				return false
			}
		}
		return true
	}
	first, last := p.pieces[0], p.pieces[len(p.pieces)-1]
	if !p.any {
		return len(s) == len(first) && starts(s, first)
	}
	if !starts(s, first) {
		return false
	}
	s = s[len(first):]
	if len(s) < len(last) || !starts(s[len(s)-len(last):], last) {
		return false
	}
	s = s[:len(s)-len(last)]
next:
	for _, q := range p.pieces[1 : len(p.pieces)-1] {
		for i := 0; i+len(q) <= len(s); i++ {
			if starts(s[i:], q) {
				s = s[i+len(q):]
				continue next
			}
		}
		return false
	}
	return true
}

// likeMatcher remembers the last pattern.
type likeMatcher struct {
	text, escape string
	pattern      *likePattern
}

func (m *likeMatcher) match(s, pattern, escape string) (bool, error) {
	if m.pattern == nil || m.text != pattern || m.escape != escape {
		r, n := utf8.DecodeRuneInString(escape)
		if n != len(escape) || n == 0 {
			return false, condition.New("INVALID_ESC", "42604", "Found an invalid escape string: %s. The escape string must contain only one character.", StringLit(escape).SQLText()).
				WithParam("invalidEscape", StringLit(escape).SQLText())
		}
		p, err := parseLike(pattern, r)
		if err != nil {
			return false, err
		}
		m.text, m.escape, m.pattern = pattern, escape, p
	}
	return m.pattern.matches(s), nil
}

func likeImpl(fold bool) func(c *Call) *Impl {
	return func(*Call) *Impl {
		one := func() func(*Context, string, string, string) (bool, bool, error) {
			var m likeMatcher
			return func(_ *Context, s, pattern, escape string) (bool, bool, error) {
				if fold {
					s, pattern = lower(s), lower(pattern)
				}
				ok, err := m.match(s, pattern, escape)
				return ok, true, err
			}
		}
		return &Impl{
			kernel: func(c *Call) Kernel { return fn3x(one()).kernel(c) },
			row:    func(c *Call) RowFunc { return fn3x(one()).row(c) },
		}
	}
}

// manyLike is LIKE ANY and LIKE ALL of constant patterns, with or without NOT.
func manyLike(name string, all, not bool) Function {
	row := func(*Call) RowFunc {
		return func(_ *Context, args []any) (any, error) {
			if args[0] == nil {
				return nil, nil
			}
			null := false
			var m likeMatcher
			for _, p := range args[1:] {
				if p == nil {
					null = true
					continue
				}
				ok, err := m.match(args[0].(string), p.(string), `\`)
				if err != nil {
					return nil, err
				}
				if (ok != not) != all {
					return !all, nil
				}
			}
			if null {
				return nil, nil
			}
			return all, nil
		}
	}
	return Function{Name: name, Internal: true, Sig: "string, string... -> boolean", Null: Always, Text: firstOnly, Impl: &Impl{
		kernel: func(c *Call) Kernel { return boxedNulls(row(c)).kernel(c) }, row: row}}
}

func characters(s string) int32 { return int32(utf8.RuneCountInString(s)) }
