package types

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gospark/runtime/condition"
)

type tokenKind uint8

const (
	endToken    tokenKind = iota
	wordToken             // a name, a key word or a number
	quotedToken           // a name in backquotes
	stringToken
	symbolToken
)

type typeToken struct {
	kind tokenKind
	text string // without quotes
	at   int    // byte offset
	raw  string
}

// A typeParser holds the tokens of a type's text.
type typeParser struct {
	text   string
	tokens []typeToken
	i      int
	depth  int   // of nested types
	bad    error // the first type that there is not
}

func newTypeParser(s string) (*typeParser, error) {
	p := &typeParser{text: s}
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		var t typeToken
		switch {
		case unicode.IsSpace(c):
			i += n
			continue
		case strings.HasPrefix(s[i:], "--"):
			if j := strings.IndexByte(s[i:], '\n'); j >= 0 {
				i += j + 1
			} else {
				i = len(s)
			}
			continue
		case strings.HasPrefix(s[i:], "/*"):
			j := strings.Index(s[i+2:], "*/")
			if j < 0 {
				return nil, p.syntaxError(typeToken{kind: symbolToken, raw: "/*", at: i})
			}
			i += j + 4
			continue
		case wordRune(c):
			j := i
			for j < len(s) {
				r, m := utf8.DecodeRuneInString(s[j:])
				if !wordRune(r) {
					break
				}
				j += m
			}
			t = typeToken{kind: wordToken, text: s[i:j]}
			n = j - i
		case c == '`' || c == '\'' || c == '"':
			text, m := quotedText(s[i:], byte(c))
			if m == 0 {
				return nil, p.syntaxError(typeToken{kind: symbolToken, raw: string(c), at: i})
			}
			t = typeToken{kind: stringToken, text: text}
			if c == '`' {
				t.kind = quotedToken
			}
			n = m
		default:
			t = typeToken{kind: symbolToken, text: s[i : i+n]}
			if strings.HasPrefix(s[i:], "<>") {
				t.text, n = "<>", 2
			}
		}
		t.at, t.raw = i, s[i:i+n]
		p.tokens = append(p.tokens, t)
		i += n
	}
	return p, nil
}

func wordRune(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

// quotedText is the text between quotes at the start of s, and how long it is with them; 0 when it does not end.
// A doubled quote is one; in strings a backslash takes the next character.
func quotedText(s string, quote byte) (string, int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == quote && i+1 < len(s) && s[i+1] == quote:
			b.WriteByte(quote)
			i++
		case s[i] == quote:
			return b.String(), i + 1
		case s[i] == '\\' && quote != '`' && i+1 < len(s):
			i++
			b.WriteByte(unescape(s[i]))
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0
}

func unescape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case '0':
		return 0
	}
	return c
}

func (p *typeParser) peek() typeToken {
	if p.i < len(p.tokens) {
		return p.tokens[p.i]
	}
	return typeToken{at: len(p.text)}
}

func (p *typeParser) next() typeToken {
	t := p.peek()
	p.i++
	return t
}

func (p *typeParser) isWord(w string) bool {
	return p.peek().kind == wordToken && strings.EqualFold(p.peek().text, w)
}

func (p *typeParser) word(w string) error {
	if !p.isWord(w) {
		return p.unexpected()
	}
	p.next()
	return nil
}

func (p *typeParser) symbol(s string) error {
	if p.peek().kind != symbolToken || p.peek().text != s {
		return p.unexpected()
	}
	p.next()
	return nil
}

// closes consumes a > if it is next.
func (p *typeParser) closes() bool {
	if p.peek().kind == symbolToken && p.peek().text == ">" {
		p.next()
		return true
	}
	return false
}

// params reads numbers in parentheses, if there are any.
func (p *typeParser) params() ([]int, error) {
	if p.peek().kind != symbolToken || p.peek().text != "(" {
		return nil, nil
	}
	p.next()
	var params []int
	for {
		n, err := strconv.Atoi(p.peek().text)
		if err != nil || p.peek().kind != wordToken {
			return nil, p.unexpected()
		}
		p.next()
		params = append(params, n)
		if p.symbol(",") == nil {
			continue
		}
		return params, p.symbol(")")
	}
}

func (p *typeParser) unexpected() error {
	if len(p.tokens) == 0 {
		return condition.New("PARSE_EMPTY_STATEMENT", "42617", "Syntax error, unexpected empty statement.")
	}
	return p.syntaxError(p.peek())
}

func (p *typeParser) syntaxError(t typeToken) error {
	near := "end of input"
	if t.raw != "" {
		near = "'" + t.raw + "'"
	}
	e := condition.New("PARSE_SYNTAX_ERROR", "42601", "Syntax error at or near %s.", near).
		WithParam("error", near).WithParam("hint", "")
	line := strings.Count(p.text[:t.at], "\n")
	e.Query = &condition.Context{Text: p.text, Offset: t.at, Len: len(t.raw), Line: line + 1,
		Column: t.at - strings.LastIndexByte(p.text[:t.at], '\n')}
	return e
}

func joinInts(ns []int) string {
	var b strings.Builder
	for i, n := range ns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}
