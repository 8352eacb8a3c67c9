package expr

import (
	"strconv"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Functions with Java's regular expressions. A constant pattern is compiled once for each task; another one when it
// changes.

func init() {
	family("string_funcs", []Function{
		{Name: "rlike", Aliases: []string{"regexp_like", "regexp"}, Sig: "string, string -> boolean", Text: func(c *Call) string {
			return strings.ToUpper(c.Name) + "(" + join(c.Args) + ")"
		}, Bind: rlike, Doc: "Whether the regular expression occurs in the string.", Example: "rlike('Spark', 'ar') = true"},
		{Name: "regexp_extract", Sig: "string, string, int = 1 -> string", Bind: matching(func(p *javaPattern, s string, a []any) (any, error) {
			g := int(a[0].(int32))
			m := p.find(s)
			if m == nil {
				return "", nil // the group is not looked at
			}
			if err := groupError("regexp_extract", g, p); err != nil {
				return nil, err
			}
			return group(s, m, g), nil
		}), Doc: "The part of the first match that a group stands for; 0 is all of it.", Example: `regexp_extract('100-200', '(\\d+)-(\\d+)', 1) = 100`},
		{Name: "regexp_extract_all", Sig: "string, string, int = 1 -> ?", Ret: func([]Expr) *types.Type { return types.ArrayOf(types.String, true) },
			Bind: matching(func(p *javaPattern, s string, a []any) (any, error) {
				g := int(a[0].(int32))
				out := []any{}
				for _, m := range p.findAll(s, -1) {
					if err := groupError("regexp_extract_all", g, p); err != nil {
						return nil, err
					}
					out = append(out, group(s, m, g))
				}
				return out, nil
			}), Doc: "The part of each match that a group stands for.", Example: `regexp_extract_all('100-200, 300-400', '(\\d+)-(\\d+)', 1) = [100, 300]`},
		{Name: "regexp_count", Sig: "string, string -> int", Bind: matching(func(p *javaPattern, s string, _ []any) (any, error) {
			return int32(len(p.findAll(s, -1))), nil
		}), Doc: "The number of matches.", Example: "regexp_count('Steven Jones and Stephen Smith', 'Ste(v|ph)en') = 2"},
		{Name: "regexp_substr", Sig: "string, string -> string", Null: Always, Bind: matching(func(p *javaPattern, s string, _ []any) (any, error) {
			m := p.find(s)
			if m == nil || m[0] == m[1] {
				return nil, nil
			}
			return group(s, m, 0), nil
		}), Doc: "The first match, NULL if there is none.", Example: "regexp_substr('Steven Jones and Stephen Smith', 'Ste(v|ph)en') = Steven"},
		{Name: "regexp_instr", Sig: "string, string, int = 0 -> int", Bind: matching(func(p *javaPattern, s string, _ []any) (any, error) {
			m := p.find(s)
			if m == nil {
				return int32(0), nil
			}
			return characters(s[:m[0]]) + 1, nil
		}), Doc: "The position of the first match, 0 if there is none.", Example: "regexp_instr('user@spark.apache.org', '@[^.]*') = 5"},
		{Name: "regexp_replace", Sig: "string, string, string, int = 1 -> string", Check: replacePosition, Bind: matching(func(p *javaPattern, s string, a []any) (any, error) {
			return replaceAll(p, s, a[0].(string), int(a[1].(int32)))
		}), Doc: "All matches replaced; $1 in the replacement is a group.", Example: `regexp_replace('100-200', '(\\d+)', 'num') = num-num`},
		{Name: "split", Sig: "string, string, int = -1 -> ?", Ret: func([]Expr) *types.Type { return types.ArrayOf(types.String, false) },
			Bind: splitInto,
			Doc:  "The parts between matches, of which there are at most as many as the third argument says.", Example: "split('oneAtwoBthreeC', '[ABC]') = [one, two, three, ]"},
	})
}

// rlike is the one that filters use: it makes no garbage.
func rlike(c *Call) *Impl {
	match := func() *Impl {
		var last lastPattern
		return fn2x(func(_ *Context, s, text string) (bool, bool, error) {
			p, err := last.of(c, text)
			if err != nil {
				return false, false, err
			}
			return p.matches(s), true, nil
		})
	}
	return &Impl{kernel: func(c *Call) Kernel { return match().kernel(c) }, row: func(c *Call) RowFunc { return match().row(c) }}
}

// A lastPattern keeps the pattern of the row before: most often it is that of all rows.
type lastPattern struct{ p *javaPattern }

func (l *lastPattern) of(c *Call, text string) (*javaPattern, error) {
	if l.p == nil || l.p.text != text {
		p, err := compilePattern(text)
		if err != nil {
			return nil, patternError(c.Name, text)
		}
		l.p = p
	}
	return l.p, nil
}

// matching makes a function of a string, a pattern, and further arguments.
func matching(f func(p *javaPattern, s string, more []any) (any, error)) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		row := func(c *Call) RowFunc {
			var last lastPattern
			return func(_ *Context, args []any) (any, error) {
				for _, a := range args {
					if a == nil {
						return nil, nil
					}
				}
				p, err := last.of(c, args[1].(string))
				if err != nil {
					return nil, err
				}
				return f(p, args[0].(string), args[2:])
			}
		}
		return &Impl{kernel: func(c *Call) Kernel { return boxedNulls(row(c)).kernel(c) }, row: row}
	}
}

func patternError(function, pattern string) *condition.Error {
	value := StringLit(pattern).SQLText()
	return invalidParameter("PATTERN", function, "regexp", value+".", "value", value)
}

// groupError is the error of a group the pattern does not have.
func groupError(function string, g int, p *javaPattern) error {
	if g >= 0 && g <= p.groups {
		return nil
	}
	return invalidParameter("REGEX_GROUP_INDEX", function, "idx",
		"Expects group index between 0 and "+itoa(p.groups)+", but got "+itoa(g)+".", "groupCount", itoa(p.groups), "groupIndex", itoa(g))
}

// group is a group of a match, "" if it took no part.
func group(s string, m []int, g int) string {
	if m[2*g] < 0 {
		return ""
	}
	return s[m[2*g]:m[2*g+1]]
}

// replaceAll replaces the matches from a position, in characters, on.
// replacePosition wants a constant position of 1 or more.
func replacePosition(text string, args []Expr) error {
	if !Foldable(args[3]) {
		return notFoldable(text, "position", types.Int, args[3])
	}
	v, err := Constant(&Context{}, args[3])
	if n, ok := v.(int32); err == nil && ok && n < 1 {
		return outOfRange(text, "position", "(0, 2147483647]", strconv.Itoa(int(n)))
	}
	return err
}

func replaceAll(p *javaPattern, s, with string, position int) (any, error) {
	from := runeOffset(s, position-1)
	if position > 1 && from >= len(s) {
		return s, nil
	}
	var b strings.Builder
	at := 0
	for _, m := range p.findAll(s, -1) {
		if m[0] < from {
			continue
		}
		b.WriteString(s[at:m[0]])
		if err := expand(&b, with, s, m, p.groups); err != nil {
			return nil, condition.New("INVALID_REGEXP_REPLACE", "22023",
				"Could not perform regexp_replace for source = %q, pattern = %q, replacement = %q and position = %d.", s, p.text, with, position).
				WithParam("source", s).WithParam("pattern", p.text).WithParam("replacement", with).WithParam("position", strconv.Itoa(position))
		}
		at = m[1]
	}
	b.WriteString(s[at:])
	return b.String(), nil
}

// expand writes a replacement: $n is a group, \ takes the next character as it is.
func expand(b *strings.Builder, with, s string, m []int, groups int) error {
	for i := 0; i < len(with); i++ {
		switch c := with[i]; {
		case c == '\\' && i+1 < len(with):
			i++
			b.WriteByte(with[i])
		case c == '\\':
			return condition.New("", "", "character to be escaped is missing")
		case c == '$':
			if i+1 >= len(with) || with[i+1] < '0' || with[i+1] > '9' {
				return condition.New("", "", "Illegal group reference")
			}
			i++
			g := int(with[i] - '0')
			if g > groups {
				return condition.New("", "", "No group %d", g)
			}
			for i+1 < len(with) && with[i+1] >= '0' && with[i+1] <= '9' && g*10+int(with[i+1]-'0') <= groups {
				i++
				g = g*10 + int(with[i]-'0')
			}
			b.WriteString(group(s, m, g))
		default:
			b.WriteByte(c)
		}
	}
	return nil
}
