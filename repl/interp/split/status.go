package split

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"math"
	"sort"
	"strings"
)

// State is how far a text is from being something to run.
type State int

const (
	Complete   State = iota // syntactically right, or empty
	Incomplete              // right as far as it goes; more lines are needed
	Invalid                 // wrong whatever follows
)

var stateNames = [...]string{"complete", "incomplete", "invalid"}

func (s State) String() string { return stateNames[s] }

// Status tells whether the text is complete. For an invalid one it says where, as a byte offset, and
// what is wrong. The rules:
//
//   - a closing bracket without its opening one is invalid, and so is what the scanner refuses,
//     except a raw string or comment that has no end yet;
//   - a syntax error before the last token is invalid;
//   - an open bracket is incomplete;
//   - so is a text whose last token makes Go read on over the end of the line: an operator, a comma, a
//     dot, most keywords, or the semicolon inside the header of an if or for;
//   - after any other token Go ends the statement with the line: what is then wrong stays wrong.
func Status(text string) (State, int, string) {
	s := scan(text)
	open, mismatch := s.brackets()
	unterminated := false
	for _, p := range s.wrong {
		if strings.Contains(p.msg, "raw string literal not terminated") || strings.Contains(p.msg, "comment not terminated") {
			unterminated = true
			continue
		}
		return s.invalid(p)
	}
	if mismatch != nil {
		if p := s.firstProblem(mismatch.offset, false); p != nil {
			return s.invalid(*p)
		}
		return s.invalid(*mismatch)
	}
	if len(s.tokens) == 0 {
		if unterminated {
			return Incomplete, 0, ""
		}
		return Complete, 0, ""
	}
	last := s.lastToken()
	if unterminated || open || s.readsOn() {
		if p := s.firstProblem(last.end, false); p != nil {
			return s.invalid(*p)
		}
		return Incomplete, 0, ""
	}
	if p := s.firstProblem(math.MaxInt, true); p != nil {
		return s.invalid(*p)
	}
	return Complete, 0, ""
}

func (s *scanned) invalid(p problem) (State, int, string) {
	return Invalid, s.original(p.offset), readable(p.msg)
}

// readable words a parser's message for somebody who sees one line and no file.
func readable(msg string) string {
	return wording.Replace(msg)
}

var wording = strings.NewReplacer(
	"found 'EOF'", "found end of input",
	"found newline", "found end of line",
	"missing ',' before newline in argument list", "unexpected end of line in argument list; possibly missing comma or )",
	"missing ',' before newline in parameter list", "unexpected end of line in parameter list; possibly missing comma or )",
	"missing ',' before newline in composite literal", "unexpected end of line in composite literal; possibly missing comma or }",
)

func (s *scanned) lastToken() lexeme {
	for i := len(s.tokens) - 1; i >= 0; i-- {
		if !s.tokens[i].auto {
			return s.tokens[i]
		}
	}
	return lexeme{}
}

var closers = map[token.Token]token.Token{token.RPAREN: token.LPAREN, token.RBRACK: token.LBRACK, token.RBRACE: token.LBRACE}

// brackets reports whether one is left open, and the first that closes another than the open one.
func (s *scanned) brackets() (open bool, mismatch *problem) {
	var stack []token.Token
	for _, t := range s.tokens {
		switch nesting(t.tok) {
		case +1:
			stack = append(stack, t.tok)
		case -1:
			if len(stack) == 0 || stack[len(stack)-1] != closers[t.tok] {
				return false, &problem{t.offset, "unexpected " + t.tok.String()}
			}
			stack = stack[:len(stack)-1]
		}
	}
	return len(stack) > 0, nil
}

// readsOn reports whether Go puts no semicolon after the last token.
func (s *scanned) readsOn() bool {
	last := s.tokens[len(s.tokens)-1]
	switch {
	case last.auto:
		return false
	case last.tok == token.SEMICOLON: // typed: inside a header it separates, elsewhere it ends
		chunks := Statements(s.source)
		if len(chunks) == 0 {
			return false
		}
		c := chunks[len(chunks)-1]
		return c.Offset+len(c.Text) >= last.end
	}
	return true
}

// firstProblem returns the first syntax error that lies before the offset. Unless the text is final,
// errors are left out that the parser reports at an earlier place than the one where it found the
// text to end.
func (s *scanned) firstProblem(before int, final bool) *problem {
	// Offsets of chunks are in the source with its dots moved: it has no leading dots any more.
	chunks := Statements(s.source)
	for i, c := range chunks {
		if p := chunkProblem(c, final || i+1 < len(chunks)); p != nil && p.offset < before {
			return p
		}
	}
	return nil
}

// late are messages about a construct as a whole, which the parser gives when it sees its end.
var late = []string{
	"must be function call", "must not be parenthesized", "missing parentheses around composite literal",
	"expected 1 expression", "expected 1 or 2 expressions", "at most 2 expressions",
	"mixed named and unnamed parameters", "missing parameter name", "missing parameter type", "missing type parameter name",
	"missing type constraint", "not terminated", "can only use ... with final parameter", "invalid use of ...",
}

func isLate(msg string) bool {
	for _, l := range late {
		if strings.Contains(msg, l) {
			return true
		}
	}
	return false
}

// chunkProblem parses one chunk and returns its first error.
func chunkProblem(c Chunk, final bool) *problem {
	prefix := "package p;"
	switch c.Kind {
	case Statement:
		prefix += "func _() {"
	case Package:
		prefix = ""
	}
	text := prefix + c.Text
	if c.Kind == Statement && final {
		text += "\n}"
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if list, ok := err.(scanner.ErrorList); ok {
		sort.SliceStable(list, func(i, j int) bool { return list[i].Pos.Offset < list[j].Pos.Offset })
		for _, e := range list {
			if !final && isLate(e.Msg) {
				continue
			}
			p := problem{c.Offset + e.Pos.Offset - len(prefix), e.Msg}
			if end := c.Offset + len(c.Text); p.offset >= end { // at what was put around it
				p = problem{end, strings.Replace(e.Msg, "found '}'", "found 'EOF'", 1)}
				if c.clause != token.ILLEGAL {
					p.msg = "unexpected end of line, expected { after " + c.clause.String() + " clause"
				}
			}
			return &p
		}
	}
	if err == nil && final && lacksBody(file) {
		return &problem{c.Offset + len(c.Text), "missing function body"}
	}
	return nil
}

// lacksBody reports a function declaration that stops after its signature. The parser allows it, for
// functions written in assembler, and takes func (r T) for a type.
func lacksBody(file *ast.File) bool {
	for _, d := range file.Decls {
		d, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if d.Body == nil {
			return true
		}
		if len(d.Body.List) == 1 {
			if x, ok := d.Body.List[0].(*ast.ExprStmt); ok {
				if _, ok := x.X.(*ast.FuncType); ok {
					return true
				}
			}
		}
	}
	return false
}
