package expr

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Character classes of Java's regular expressions, with their unions and intersections, as sets of ranges.

// A runeSet is ranges in order that neither overlap nor touch.
type runeSet []runeRange

type runeRange struct{ lo, hi rune }

func setOf(pairs ...rune) runeSet {
	var s runeSet
	for i := 0; i < len(pairs); i += 2 {
		s = append(s, runeRange{pairs[i], pairs[i+1]})
	}
	return s.tidy()
}

func (s runeSet) tidy() runeSet {
	slices.SortFunc(s, func(a, b runeRange) int { return int(a.lo - b.lo) })
	var out runeSet
	for _, r := range s {
		if n := len(out); n > 0 && r.lo <= out[n-1].hi+1 {
			out[n-1].hi = max(out[n-1].hi, r.hi)
			continue
		}
		out = append(out, r)
	}
	return out
}

func (s runeSet) union(o runeSet) runeSet { return append(slices.Clone(s), o...).tidy() }

func (s runeSet) complement() runeSet {
	var out runeSet
	next := rune(0)
	for _, r := range s {
		if r.lo > next {
			out = append(out, runeRange{next, r.lo - 1})
		}
		next = r.hi + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, runeRange{next, unicode.MaxRune})
	}
	return out
}

func (s runeSet) intersect(o runeSet) runeSet {
	return s.complement().union(o.complement()).complement()
}

func (s runeSet) single() (rune, bool) {
	if len(s) == 1 && s[0].lo == s[0].hi {
		return s[0].lo, true
	}
	return 0, false
}

// text writes the set as a class; format is how a character is written by its number. Ranges beyond U+FFFF stand for
// themselves.
func (s runeSet) text(format string) string {
	if len(s) == 0 {
		return `[^\s\S]`
	}
	var b strings.Builder
	b.WriteByte('[')
	one := func(r rune) {
		if r > 0xffff {
			b.WriteRune(r)
			return
		}
		fmt.Fprintf(&b, format, r)
	}
	for _, r := range s {
		one(r.lo)
		if r.hi > r.lo {
			b.WriteByte('-')
			one(r.hi)
		}
	}
	b.WriteByte(']')
	return b.String()
}

var predefined = map[byte]runeSet{
	'd': setOf('0', '9'),
	'w': setOf('0', '9', 'A', 'Z', '_', '_', 'a', 'z'),
	's': setOf('\t', '\r', ' ', ' '),
	'h': setOf(' ', ' ', '\t', '\t', 0xa0, 0xa0, 0x1680, 0x1680, 0x180e, 0x180e, 0x2000, 0x200a, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000),
	'v': setOf('\n', '\r', 0x85, 0x85, 0x2028, 0x2029),
}

var posix = map[string]runeSet{
	"Lower": setOf('a', 'z'), "Upper": setOf('A', 'Z'), "ASCII": setOf(0, 127), "Alpha": setOf('A', 'Z', 'a', 'z'), "Digit": setOf('0', '9'),
	"Alnum": setOf('0', '9', 'A', 'Z', 'a', 'z'), "Punct": setOf('!', '/', ':', '@', '[', '`', '{', '~'), "Graph": setOf('!', '~'),
	"Print": setOf(' ', '~'), "Blank": setOf(' ', ' ', '\t', '\t'), "Cntrl": setOf(0, 31, 127, 127), "XDigit": setOf('0', '9', 'A', 'F', 'a', 'f'),
	"Space": setOf('\t', '\r', ' ', ' '),
}

var javaProperties = map[string]*unicode.RangeTable{"javaLowerCase": unicode.Lower, "javaUpperCase": unicode.Upper, "javaWhitespace": unicode.White_Space,
	"IsAlphabetic": unicode.Letter, "IsLetter": unicode.Letter, "IsDigit": unicode.Nd, "IsLowercase": unicode.Lower, "IsUppercase": unicode.Upper,
	"IsPunctuation": unicode.Punct, "IsWhite_Space": unicode.White_Space, "IsIdeographic": unicode.Ideographic}

func property(name string) (runeSet, bool) {
	if s, ok := posix[name]; ok {
		return s, true
	}
	t := javaProperties[name]
	for _, prefix := range []string{"", "Is", "general_category=", "gc=", "script=", "sc="} {
		if n, ok := strings.CutPrefix(name, prefix); ok && t == nil {
			if t = unicode.Categories[n]; t == nil {
				t = unicode.Scripts[n]
			}
		}
	}
	if t == nil {
		return nil, false
	}
	var s runeSet
	for _, r := range t.R16 {
		for c := r.Lo; ; c += r.Stride {
			if r.Stride == 1 {
				s = append(s, runeRange{rune(r.Lo), rune(r.Hi)})
				break
			}
			s = append(s, runeRange{rune(c), rune(c)})
			if c+r.Stride > r.Hi || c+r.Stride < c {
				break
			}
		}
	}
	for _, r := range t.R32 {
		if r.Stride == 1 {
			s = append(s, runeRange{rune(r.Lo), rune(r.Hi)})
			continue
		}
		for c := r.Lo; c <= r.Hi; c += r.Stride {
			s = append(s, runeRange{rune(c), rune(c)})
		}
	}
	return s.tidy(), true
}

var controls = map[byte]rune{'t': '\t', 'n': '\n', 'r': '\r', 'f': '\f', 'a': '\a', 'e': 0x1b}

var errEscape = errors.New("illegal/unsupported escape sequence")

// parseEscape reads a backslash and what follows as a set; n is its length.
func parseEscape(s string) (set runeSet, n int, err error) {
	if len(s) < 2 {
		return nil, 0, errEscape
	}
	c := s[1]
	lower := c | 0x20
	hexAt := func(from, digits int) (runeSet, int, error) {
		if len(s) < from+digits {
			return nil, 0, errEscape
		}
		v, err := strconv.ParseUint(s[from:from+digits], 16, 32)
		if err != nil {
			return nil, 0, errEscape
		}
		return setOf(rune(v), rune(v)), from + digits, nil
	}
	switch {
	case predefined[lower] != nil && c >= 'A':
		set = predefined[lower]
		if c != lower {
			set = set.complement()
		}
		return set, 2, nil
	case lower == 'p':
		name, length := "", 3
		if len(s) > 2 && s[2] == '{' {
			end := strings.IndexByte(s, '}')
			if end < 0 {
				return nil, 0, errors.New("unclosed character family")
			}
			name, length = s[3:end], end+1
		} else if len(s) > 2 {
			name = s[2:3]
		}
		set, ok := property(name)
		if !ok {
			return nil, 0, fmt.Errorf("unknown character property name {%s}", name)
		}
		if c == 'P' {
			set = set.complement()
		}
		return set, length, nil
	case c == 'u':
		return hexAt(2, 4)
	case c == 'x' && len(s) > 2 && s[2] == '{':
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return nil, 0, errEscape
		}
		set, _, err := hexAt(3, end-3)
		return set, end + 1, err
	case c == 'x':
		return hexAt(2, 2)
	case c == '0':
		end := 2
		for end < len(s) && end < 5 && s[end] >= '0' && s[end] <= '7' {
			end++
		}
		v, err := strconv.ParseUint(s[2:end], 8, 16)
		if err != nil {
			return nil, 0, errEscape
		}
		return setOf(rune(v), rune(v)), end, nil
	case c == 'c' && len(s) > 2:
		return setOf(rune(s[2]^64), rune(s[2]^64)), 3, nil
	case controls[c] != 0:
		return setOf(controls[c], controls[c]), 2, nil
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return nil, 0, errEscape
	}
	r, w := utf8.DecodeRuneInString(s[1:])
	return setOf(r, r), 1 + w, nil
}

// parseClass reads a class in brackets; n is its length.
func parseClass(s string) (set runeSet, n int, err error) {
	i, negated := 1, false
	if i < len(s) && s[i] == '^' {
		negated = true
		i++
	}
	var total runeSet
	var first, intersected = i, false
	for {
		if i >= len(s) {
			return nil, 0, errors.New("unclosed character class")
		}
		switch {
		case s[i] == ']' && i > first:
			if intersected {
				set = total.intersect(set)
			}
			if negated {
				set = set.complement()
			}
			return set, i + 1, nil
		case s[i] == '[':
			inner, m, err := parseClass(s[i:])
			if err != nil {
				return nil, 0, err
			}
			set = set.union(inner)
			i += m
		case strings.HasPrefix(s[i:], "&&"):
			if intersected {
				set = total.intersect(set)
			}
			total, set, intersected = set, nil, true
			i += 2
			first = i - 1
		case strings.HasPrefix(s[i:], `\Q`):
			text, _, _ := strings.Cut(s[i+2:], `\E`)
			for _, r := range text {
				set = set.union(setOf(r, r))
			}
			i = min(len(s), i+4+len(text))
		default:
			lo, m, err := classItem(s[i:])
			if err != nil {
				return nil, 0, err
			}
			i += m
			from, ok := lo.single()
			if ok && i+1 < len(s) && s[i] == '-' && s[i+1] != ']' && s[i+1] != '[' && !strings.HasPrefix(s[i:], "-&&") {
				hi, m, err := classItem(s[i+1:])
				if err != nil {
					return nil, 0, err
				}
				to, ok := hi.single()
				if !ok || to < from {
					return nil, 0, errors.New("illegal character range")
				}
				set = set.union(setOf(from, to))
				i += 1 + m
				continue
			}
			set = set.union(lo)
		}
	}
}

func classItem(s string) (runeSet, int, error) {
	if s[0] == '\\' {
		return parseEscape(s)
	}
	r, n := utf8.DecodeRuneInString(s)
	return setOf(r, r), n, nil
}
