package jsonscan

import "unicode/utf8"

// A parser goes through one text.
type parser struct {
	s     string
	i     int
	depth int
	opts  *Options
	buf   []byte // for strings with escapes
	held  bool   // the text ends with the line
}

// maxDepth is how deep values may be nested.
const maxDepth = 1000

func (p *parser) start(text string) { p.s, p.i, p.depth, p.held = text, 0, 0, true }

// blanks skips white space, and comments if they are allowed; false if a comment does not end.
func (p *parser) blanks() bool {
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			p.i++
		case c == '/' && p.opts.AllowComments:
			if !p.comment() {
				return false
			}
		default:
			return true
		}
	}
	return true
}

func (p *parser) comment() bool {
	rest := p.s[p.i:]
	switch {
	case len(rest) > 1 && rest[1] == '/':
		for p.i < len(p.s) && p.s[p.i] != '\n' {
			p.i++
		}
		return true
	case len(rest) > 1 && rest[1] == '*':
		for j := p.i + 2; j+1 < len(p.s); j++ {
			if p.s[j] == '*' && p.s[j+1] == '/' {
				p.i = j + 2
				return true
			}
		}
	}
	return false
}

// peek is the next byte behind blanks, 0 at the end.
func (p *parser) peek() byte {
	if p.i < len(p.s) {
		if c := p.s[p.i]; c > '/' || c == '"' || c == ',' {
			return c
		}
	}
	return p.peekBlanks()
}

func (p *parser) peekBlanks() byte {
	if !p.blanks() || p.i == len(p.s) {
		return 0
	}
	return p.s[p.i]
}

// str reads a string whose opening quote is next. It is a view of the text unless it has escapes.
func (p *parser) str() (string, bool) {
	quote := p.s[p.i]
	from := p.i + 1
	end := plainEnd(p.s, from, quote)
	if end < len(p.s) && p.s[end] == quote {
		p.i = end + 1
		return p.s[from:end], true
	}
	p.buf = append(p.buf[:0], p.s[from:end]...)
	for end < len(p.s) {
		switch c := p.s[end]; {
		case c == quote:
			p.i = end + 1
			return string(p.buf), true
		case c == '\\':
			n, ok := p.escape(end + 1)
			if !ok {
				return "", false
			}
			end = n
		case p.opts.AllowControlCharacters:
			p.buf = append(p.buf, c)
			end++
		default:
			return "", false
		}
		next := plainEnd(p.s, end, quote)
		p.buf = append(p.buf, p.s[end:next]...)
		end = next
	}
	return "", false
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads what is behind a backslash.
func (p *parser) escape(i int) (int, bool) {
	if i == len(p.s) {
		return 0, false
	}
	c := p.s[i]
	switch {
	case escapes[c] != 0:
		p.buf = append(p.buf, escapes[c])
		return i + 1, true
	case c == 'u':
		r, ok := hex4(p.s, i+1)
		if !ok {
			return 0, false
		}
		i += 5
		if r >= 0xd800 && r < 0xdc00 && i+1 < len(p.s) && p.s[i] == '\\' && p.s[i+1] == 'u' {
			if low, ok := hex4(p.s, i+2); ok && low >= 0xdc00 && low < 0xe000 {
				r = (r-0xd800)<<10 + (low - 0xdc00) + 0x10000
				i += 6
			}
		}
		if r >= 0xd800 && r < 0xe000 { // half a pair, which Java prints so
			p.buf = append(p.buf, '?')
			return i, true
		}
		p.buf = utf8.AppendRune(p.buf, r)
		return i, true
	case p.opts.AllowBackslashAnything, c == '\'' && !p.opts.RefuseSingleQuotes:
		p.buf = append(p.buf, c)
		return i + 1, true
	}
	return 0, false
}

func hex4(s string, i int) (rune, bool) {
	if i+4 > len(s) {
		return 0, false
	}
	r := rune(0)
	for _, c := range []byte(s[i : i+4]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// quote says whether a byte begins a string.
func (p *parser) quote(c byte) bool { return c == '"' || c == '\'' && !p.opts.RefuseSingleQuotes }

// object reads an object whose brace is next, and calls f behind each name's colon. The first outcome that is malformed
// ends it.
func (p *parser) object(f func(name string) outcome) outcome {
	if p.depth++; p.depth > maxDepth {
		return malformed
	}
	p.i++
	if p.peek() == '}' {
		p.i++
		p.depth--
		return good
	}
	for {
		name, ok := p.name()
		if !ok || p.peek() != ':' {
			return malformed
		}
		p.i++
		if o := f(name); o == malformed {
			return o
		}
		switch p.peek() {
		case ',':
			p.i++
		case '}':
			p.i++
			p.depth--
			return good
		default:
			return malformed
		}
	}
}

// name reads the name of a field.
func (p *parser) name() (string, bool) {
	c := p.peek()
	if p.quote(c) {
		return p.str()
	}
	if !p.opts.AllowUnquotedNames {
		return "", false
	}
	from := p.i
	for p.i < len(p.s) && nameByte(p.s[p.i]) {
		p.i++
	}
	return p.s[from:p.i], p.i > from
}

func nameByte(c byte) bool {
	return c >= 0x80 || c == '_' || c == '$' || c == '-' || c == '@' || c == '#' || c == '*' || c == '+' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// array reads an array whose bracket is next, and calls f at each element; the first outcome that is malformed ends it.
func (p *parser) array(f func() outcome) outcome {
	if p.depth++; p.depth > maxDepth {
		return malformed
	}
	p.i++
	if p.peek() == ']' {
		p.i++
		p.depth--
		return good
	}
	for {
		if p.peek() == 0 {
			return malformed
		}
		if o := f(); o == malformed {
			return o
		}
		switch p.peek() {
		case ',':
			p.i++
		case ']':
			p.i++
			p.depth--
			return good
		default:
			return malformed
		}
	}
}

// skip goes behind a value of any kind; false if it is malformed.
func (p *parser) skip() bool {
	switch c := p.peek(); {
	case p.quote(c):
		return p.skipString(c)
	case c == '{':
		return p.object(func(string) outcome { return p.skipped() }) == good
	case c == '[':
		return p.array(p.skipped) == good
	}
	_, _, ok := p.scalar()
	return ok
}

func (p *parser) skipString(quote byte) bool {
	end := plainEnd(p.s, p.i+1, quote)
	if end < len(p.s) && p.s[end] == quote {
		p.i = end + 1
		return true
	}
	_, ok := p.str()
	return ok
}

func (p *parser) skipped() outcome {
	if p.skip() {
		return mismatch
	}
	return malformed
}

// A token is a kind of scalar that is not a string.
type token uint8

const (
	nullToken token = iota
	trueToken
	falseToken
	wholeToken
	fractionToken
	nonNumericToken // NaN, Infinity
)

var words = []struct {
	text string
	tok  token
}{{"null", nullToken}, {"true", trueToken}, {"false", falseToken}, {"NaN", nonNumericToken}, {"Infinity", nonNumericToken},
	{"-Infinity", nonNumericToken}, {"+Infinity", nonNumericToken}, {"-INF", nonNumericToken}, {"+INF", nonNumericToken}, {"INF", nonNumericToken}}

// scalar reads a number or a word.
func (p *parser) scalar() (text string, tok token, ok bool) {
	c := p.peek()
	if c >= '0' && c <= '9' || c == '-' && p.i+1 < len(p.s) && p.s[p.i+1] >= '0' && p.s[p.i+1] <= '9' {
		return p.number()
	}
	for _, w := range words {
		if len(p.s)-p.i >= len(w.text) && p.s[p.i:p.i+len(w.text)] == w.text {
			if w.tok == nonNumericToken && p.opts.RefuseNonNumeric {
				return "", 0, false
			}
			end := p.i + len(w.text)
			if end < len(p.s) && nameByte(p.s[end]) {
				return "", 0, false
			}
			p.i = end
			return w.text, w.tok, true
		}
	}
	return "", 0, false
}

func (p *parser) number() (string, token, bool) {
	from := p.i
	s, i := p.s, p.i
	if s[i] == '-' {
		i++
	}
	first := i
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	if s[first] == '0' && i > first+1 && !p.opts.AllowLeadingZeros {
		return "", 0, false
	}
	tok := wholeToken
	if i < len(s) && s[i] == '.' {
		tok = fractionToken
		start := i + 1
		for i++; i < len(s) && s[i]-'0' <= 9; {
			i++
		}
		if i == start {
			return "", 0, false
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		tok = fractionToken
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		start := i
		for i < len(s) && s[i]-'0' <= 9 {
			i++
		}
		if i == start {
			return "", 0, false
		}
	}
	p.i = i
	if i < len(s) && (nameByte(s[i]) || s[i] == '.') {
		return "", 0, false
	}
	return s[from:i], tok, true
}
