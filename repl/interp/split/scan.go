package split

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode/utf8"
)

// Tokens of the input, with the two things that Go does not have put right.

type lexeme struct {
	tok         token.Token
	offset, end int
	auto        bool // a semicolon that Go put in at the end of a line
}

type scanned struct {
	source   string // the text with dots moved and the #! line blanked
	inserted []int  // offsets in source of the dots that were put in
	tokens   []lexeme
	wrong    []problem // in order
}

type problem struct {
	offset int // in source
	msg    string
}

// scan reads the tokens of text. Lines that begin with a dot are joined to the line before by
// moving the dot there, which leaves every other column as it is:
//
//	lines                     lines.
//	  .Filter(f) // some  =>     Filter(f). // some
//	  .Print()                   Print()
func scan(text string) *scanned {
	s := &scanned{source: blankShebang(text)}
	s.read()
	var b strings.Builder
	done := 0
	for i := 1; i+1 < len(s.tokens); i++ {
		if t, dot := s.tokens[i], s.tokens[i+1]; t.auto && dot.tok == token.PERIOD && !s.isDotImport(i+1) {
			last := s.tokens[i-1].end
			b.WriteString(s.source[done:last])
			s.inserted = append(s.inserted, b.Len())
			b.WriteByte('.')
			b.WriteString(s.source[last:dot.offset])
			b.WriteByte(' ')
			done = dot.end
		}
	}
	if done == 0 {
		return s
	}
	b.WriteString(s.source[done:])
	s.source = b.String()
	s.read()
	return s
}

// isDotImport tells the dot of an import from one before a name.
func (s *scanned) isDotImport(dot int) bool {
	return dot+1 < len(s.tokens) && s.tokens[dot+1].tok == token.STRING
}

func (s *scanned) read() {
	s.tokens, s.wrong = nil, nil
	file := token.NewFileSet().AddFile("", 1, len(s.source))
	var sc scanner.Scanner
	sc.Init(file, []byte(s.source), func(p token.Position, msg string) {
		s.wrong = append(s.wrong, problem{p.Offset, msg})
	}, 0)
	for {
		pos, tok, lit := sc.Scan()
		if tok == token.EOF {
			return
		}
		offset := file.Offset(pos)
		t := lexeme{tok: tok, offset: offset, end: offset + len(lit)}
		switch {
		case tok == token.SEMICOLON && lit == "\n":
			t.auto, t.end = true, offset
		case tok == token.STRING: // the scanner drops carriage returns from raw strings
			t.end = rawEnd(s.source, offset, t.end)
		case tok == token.ILLEGAL: // and it replaces what is not UTF-8
			_, n := utf8.DecodeRuneInString(s.source[offset:])
			t.end = offset + n
		case tok.IsOperator():
			t.end = offset + len(tok.String())
		}
		s.tokens = append(s.tokens, t)
	}
}

// rawEnd is the end of the token at offset: of a raw string that of its closing quote.
func rawEnd(source string, offset, end int) int {
	if source[offset] != '`' {
		return end
	}
	if n := strings.IndexByte(source[offset+1:], '`'); n >= 0 {
		return offset + 1 + n + 1
	}
	return len(source)
}

func blankShebang(text string) string {
	if !strings.HasPrefix(text, "#!") {
		return text
	}
	n := strings.IndexByte(text, '\n')
	if n < 0 {
		n = len(text)
	}
	return strings.Repeat(" ", n) + text[n:]
}
