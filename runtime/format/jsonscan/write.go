package jsonscan

import (
	"strconv"
	"strings"

	"gospark/runtime/types"
)

const hexDigits = "0123456789ABCDEF"

// AppendString appends a string as JSON: with quotes, and as few escapes as there can be.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(b, s[from:]...), '"')
}

// compact appends the value that is next in its shortest form: without blanks, and numbers with a fraction as doubles.
func (p *parser) compact(b []byte) ([]byte, bool) {
	switch c := p.peek(); {
	case p.quote(c):
		s, ok := p.str()
		return AppendString(b, s), ok
	case c == '{':
		b = append(b, '{')
		first := true
		o := p.object(func(name string) outcome {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(AppendString(b, name), ':')
			var ok bool
			if b, ok = p.compact(b); !ok {
				return malformed
			}
			return good
		})
		return append(b, '}'), o == good
	case c == '[':
		b = append(b, '[')
		first := true
		o := p.array(func() outcome {
			if !first {
				b = append(b, ',')
			}
			first = false
			var ok bool
			if b, ok = p.compact(b); !ok {
				return malformed
			}
			return good
		})
		return append(b, ']'), o == good
	}
	text, tok, ok := p.scalar()
	return appendScalar(b, text, tok), ok
}

func appendScalar(b []byte, text string, tok token) []byte {
	switch tok {
	case fractionToken:
		f, _ := strconv.ParseFloat(text, 64)
		if f-f != 0 {
			return append(types.AppendFloat(append(b, '"'), f, 64), '"')
		}
		return types.AppendFloat(b, f, 64)
	case nonNumericToken:
		f := nonNumeric(text)
		return append(types.AppendFloat(append(b, '"'), f, 64), '"')
	case wholeToken:
		neg := strings.HasPrefix(text, "-")
		digits := strings.TrimLeft(strings.TrimPrefix(text, "-"), "0")
		if digits == "" {
			return append(b, '0')
		}
		if neg {
			b = append(b, '-')
		}
		return append(b, digits...)
	}
	return append(b, text...)
}
