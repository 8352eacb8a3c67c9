package sql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// escapes are the characters that mean another one behind a backslash. \% and \_ stay as they are, for LIKE.
var escapes = map[byte]string{'0': "\x00", 'b': "\b", 'n': "\n", 'r': "\r", 't': "\t", 'Z': "\x1a", '%': `\%`, '_': `\_`}

// unquote is the value of a string literal as it is written: 'it”s', "a\tb", r'\d'.
func unquote(raw string) string {
	switch q := raw[0]; q {
	case 'r', 'R':
		return raw[2 : len(raw)-1]
	default:
		s := raw[1 : len(raw)-1]
		if strings.IndexByte(s, '\\') < 0 && strings.IndexByte(s, q) < 0 {
			return s
		}
		return unescape(s, q)
	}
}

func unescape(s string, quote byte) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == quote: // the first of two
			b.WriteByte(c)
			i += 2
		case c != '\\' || i+1 == len(s):
			b.WriteByte(c)
			i++
		default:
			n := escape(&b, s[i+1:])
			i += 1 + n
		}
	}
	return b.String()
}

// escape writes what the escape behind a backslash stands for, and tells its length.
func escape(b *strings.Builder, s string) int {
	for _, form := range []struct {
		prefix string
		digits int
	}{{"u", 4}, {"U", 8}} {
		if n := 1 + form.digits; strings.HasPrefix(s, form.prefix) && len(s) >= n {
			if r, err := strconv.ParseUint(s[1:n], 16, 32); err == nil {
				return n + writeCode(b, rune(r), s[n:])
			}
		}
	}
	if len(s) >= 3 && (s[0] == '0' || s[0] == '1') && octal(s[1]) && octal(s[2]) {
		b.WriteRune(rune(s[0]-'0')<<6 | rune(s[1]-'0')<<3 | rune(s[2]-'0'))
		return 3
	}
	if e, ok := escapes[s[0]]; ok {
		b.WriteString(e)
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	b.WriteString(s[:n])
	return n
}

func octal(c byte) bool { return '0' <= c && c <= '7' }

// writeCode writes a code point. The high half of a surrogate pair takes the low half that is written as an escape behind
// it; the length of that escape is returned.
func writeCode(b *strings.Builder, r rune, rest string) int {
	const high, low, end = 0xD800, 0xDC00, 0xE000
	if r >= high && r < low && len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
		if l, err := strconv.ParseUint(rest[2:6], 16, 32); err == nil && l >= low && l < end {
			b.WriteRune((r-high)<<10 + (rune(l) - low) + 0x10000)
			return 6
		}
	}
	if r >= high && r < end || r > utf8.MaxRune {
		r = '?'
	}
	b.WriteRune(r)
	return 0
}
