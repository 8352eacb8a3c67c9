package sql

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	endKind          kind = iota
	wordKind              // a name or keyword
	quotedKind            // a name in backquotes
	stringKind            // in single quotes, raw, or in dollars
	doubleKind            // in double quotes
	symbolKind            // an operator or punctuation
	integerKind           // 1
	decimalKind           // 1.5
	exponentKind          // 1e5
	bigintKind            // 1L
	smallintKind          // 1S
	tinyintKind           // 1Y
	floatKind             // 1F
	doubleNumberKind      // 1D
	bigDecimalKind        // 1BD
	unknownKind           // nothing the grammar has
)

// A token is a piece of the text between two byte offsets. Sym is the canonical spelling of a keyword or symbol, else "".
type token struct {
	kind       kind
	sym        string
	start, end int
}

// A lexed text. Match holds, for every ( and ), the index of its partner, or -1.
type lexed struct {
	text     string
	tokens   []token // the last is the end
	match    []int32
	wide     bool  // there are characters of more than a byte
	lines    []int // offsets of the starts of the lines after the first
	unclosed int   // offset of a comment without end, or -1
}

// lex cuts a text into tokens. It never fails: what is no token is an unknownKind one, which no rule takes.
func lex(text string) *lexed {
	l := &lexed{text: text, unclosed: -1, tokens: make([]token, 0, len(text)/4+4)}
	for i := 0; i < len(text); {
		if n := l.blank(i); n > 0 {
			i += n
			continue
		}
		t := l.token(i)
		t.start = i
		if t.end <= i {
			_, n := utf8.DecodeRuneInString(text[i:])
			t = token{kind: unknownKind, start: i, end: i + n}
		}
		l.tokens = append(l.tokens, t)
		i = t.end
	}
	l.tokens = append(l.tokens, token{start: len(text), end: len(text)})
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			l.lines = append(l.lines, i+1)
		}
		l.wide = l.wide || text[i] >= utf8.RuneSelf
	}
	l.pair()
	return l
}

func (l *lexed) pair() {
	l.match = make([]int32, len(l.tokens))
	var open []int32
	for i := range l.tokens {
		l.match[i] = -1
		switch l.tokens[i].sym {
		case "(":
			open = append(open, int32(i))
		case ")":
			if n := len(open); n > 0 {
				l.match[i], l.match[open[n-1]] = open[n-1], int32(i)
				open = open[:n-1]
			}
		}
	}
}

// blank is the length of the white space or comment at i, 0 if there is none.
func (l *lexed) blank(i int) int {
	s := l.text[i:]
	switch c := s[0]; {
	case c == ' ' || c >= '\t' && c <= '\r':
		return 1
	case c == '-' && strings.HasPrefix(s, "--"):
		for j := 2; j < len(s); j++ {
			// A backslash before the end of the line continues the comment.
			if s[j] == '\n' && s[j-1] != '\\' || s[j] == '\r' {
				return j + 1
			}
		}
		return len(s)
	case c == '/' && strings.HasPrefix(s, "/*") && !strings.HasPrefix(s, "/*+"):
		n := comment(s)
		if n < 0 {
			l.unclosed = i
			return len(s)
		}
		return n
	case c >= utf8.RuneSelf:
		r, n := utf8.DecodeRuneInString(s)
		if unicode.IsSpace(r) && r != '\u0085' {
			return n
		}
	}
	return 0
}

// comment is the length of the bracketed comment at the start of s; comments nest. It is -1 when it does not end.
func comment(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); {
		switch {
		case s[i] == '/' && s[i+1] == '*' && (depth == 0 || i+2 >= len(s) || s[i+2] != '+'):
			depth++
			i += 2
		case s[i] == '*' && s[i+1] == '/':
			depth--
			i += 2
			if depth == 0 {
				return i
			}
		default:
			i++
		}
	}
	return -1
}

func (l *lexed) token(i int) token {
	s := l.text[i:]
	c := s[0]
	switch {
	case c == '\'' || c == '"':
		k := stringKind
		if c == '"' {
			k = doubleKind
		}
		return token{kind: k, end: i + quoted(s, c)}
	case (c == 'r' || c == 'R') && len(s) > 1 && (s[1] == '\'' || s[1] == '"'):
		if j := strings.IndexByte(s[2:], s[1]); j >= 0 {
			return token{kind: stringKind, end: i + j + 3}
		}
	case c == '`':
		return token{kind: quotedKind, end: i + backquoted(s)}
	case c >= '0' && c <= '9' || c == '.' && len(s) > 1 && digit(s[1]):
		if t := number(s); t.end > 0 {
			t.end += i
			return t
		}
	case c == '$':
		return token{kind: unknownKind, end: i + dollars(s)}
	}
	if n := name(s); n > 0 {
		return token{kind: wordKind, sym: keyword(s[:n]), end: i + n}
	}
	for n := min(3, len(s)); n > 0; n-- {
		if sym, ok := symbols[s[:n]]; ok {
			return token{kind: symbolKind, sym: sym, end: i + n}
		}
	}
	return token{}
}

// symbols are the operators and punctuation, by every spelling; some have two.
var symbols = wordSet(`; ( ) , . [ ] ! = <=> <> != < <= > >= << >> >>> + - * / % ~ & | || |> ^ : :: -> => /*+ */ ?`,
	"")

func init() { symbols["=="], symbols["!>"], symbols["!<"] = "=", "<=", ">=" }

// quoted is the length of the string literal at the start of s, 0 when it does not end. A backslash takes the next
// character, and a doubled quote does not end it.
func quoted(s string, q byte) int {
	shorter := 0 // what it is if the doubled quote after it was the end
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case q:
			if i+1 < len(s) && s[i+1] == q {
				i++
				shorter = i
				continue
			}
			return i + 1
		}
	}
	return shorter
}

func backquoted(s string) int {
	shorter := 0
	for i := 1; i < len(s); i++ {
		if s[i] != '`' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '`' {
			i++
			shorter = i
			continue
		}
		return i + 1
	}
	return shorter
}

// dollars is the length of the quote $$ or $tag$, which only function bodies have, 0 when it does not end.
func dollars(s string) int {
	j := strings.IndexByte(s[1:], '$')
	if j < 0 {
		return 0
	}
	tag := s[:j+2]
	for i := 1; i < len(tag)-1; i++ {
		if c := tag[i]; c != '_' && !letter(c) && (i == 1 || !digit(c)) {
			return 0
		}
	}
	if !strings.Contains(s[len(tag):], tag) {
		return 0
	}
	return len(tag)
}

func digit(c byte) bool  { return '0' <= c && c <= '9' }
func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// name is the length of the word at the start of s: letters of any script, digits and underscores, or a URI such as
// s3://bucket/path.
func name(s string) int {
	n, letters := 0, true
	for n < len(s) {
		if c := s[n]; c < utf8.RuneSelf {
			if c != '_' && !digit(c) && !letter(c) {
				break
			}
			letters = letters && letter(c)
			n++
			continue
		}
		r, m := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) {
			break
		}
		n += m
	}
	if n > 0 && letters && strings.HasPrefix(s[n:], "://") {
		m := n + 3
		for m < len(s) && (digit(s[m]) || letter(s[m]) || strings.IndexByte("_/-.?=&#%", s[m]) >= 0) {
			m++
		}
		if m > n+3 {
			return m
		}
	}
	return n
}

var suffixes = []struct {
	text     string
	kind     kind
	fraction bool // may follow a point or an exponent
}{{"BD", bigDecimalKind, true}, {"L", bigintKind, false}, {"S", smallintKind, false}, {"Y", tinyintKind, false},
	{"F", floatKind, true}, {"D", doubleNumberKind, true}}

// number is the longest number at the start of s that is not the start of a longer word: 1a is a name, and 1.a is a
// number, a point and a name.
func number(s string) token {
	whole := 0
	for whole < len(s) && digit(s[whole]) {
		whole++
	}
	point := whole
	if point < len(s) && s[point] == '.' {
		point++
		for point < len(s) && digit(s[point]) {
			point++
		}
	}
	for _, n := range []int{point, whole} {
		if n == 0 {
			continue
		}
		t := token{kind: integerKind, end: n}
		if n > whole || whole == 0 {
			t.kind = decimalKind
		}
		if m := exponent(s[n:]); m > 0 {
			t.kind, t.end = exponentKind, n+m
		}
		for _, f := range suffixes {
			m := len(f.text)
			if t.kind != integerKind && !f.fraction || len(s) < t.end+m || !strings.EqualFold(s[t.end:t.end+m], f.text) {
				continue
			}
			t.kind, t.end = f.kind, t.end+m
			break
		}
		if t.end == len(s) || name(s[t.end:]) == 0 {
			return t
		}
		if whole == point {
			break
		}
	}
	return token{}
}

func exponent(s string) int {
	if len(s) < 2 || s[0]|0x20 != 'e' {
		return 0
	}
	i := 1
	if s[i] == '+' || s[i] == '-' {
		i++
	}
	n := i
	for n < len(s) && digit(s[n]) {
		n++
	}
	if n == i {
		return 0
	}
	return n
}
