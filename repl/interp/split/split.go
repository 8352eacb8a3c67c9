// Package split cuts what was typed into statements, and tells whether it is all there.
//
// A shell takes input that Go's grammar has no name for: statements and declarations in any order,
// without a function around them. [Statements] cuts such text where Go would end a statement at the
// top level, and says of each piece what it is, so that each can be parsed by itself. [Status] tells
// an unfinished text (more lines are needed) from a complete and from a wrong one; the prompt
// depends on it.
//
// Both look at tokens only as far as they can and are pure functions of the text.
//
// Three things are taken that Go does not have: a first line that begins with #!, a chain whose
// lines begin with a dot (as Scala programmers write it), and several declarations of a package
// main file mixed with statements.
package split

import (
	"go/token"
	"sort"
	"strings"
)

// Kind is what a piece of text declares, or that it is a statement.
type Kind int

const (
	Statement Kind = iota
	Package        // package clause
	Import
	Const
	Type
	Var
	Func // function or method declaration; a call of a function literal is a Statement
)

var kindNames = [...]string{"statement", "package", "import", "const", "type", "var", "func"}

func (k Kind) String() string { return kindNames[k] }

// A Chunk is one statement or declaration.
type Chunk struct {
	Kind Kind
	Text string // from its first token to its last, lines as in the input
	// Offset is where the chunk begins in the input, in bytes; Line and Col say the same, counted from 1.
	Offset, Line, Col int

	clause token.Token // if, for, switch or select, when the text ends before its block
}

// Statements cuts text into its top-level statements and declarations. Text that is unfinished or
// wrong is cut as far as its brackets make sense; the parser will have more to say about it.
func Statements(text string) []Chunk {
	s := scan(text)
	var chunks []Chunk
	var h header
	depth, first := 0, -1
	flush := func(end int) {
		if first >= 0 {
			c := s.chunk(first, end)
			if h.open {
				c.clause = h.keyword
			}
			chunks = append(chunks, c)
		}
		first = -1
		h = header{}
	}
	for i, t := range s.tokens {
		if t.tok == token.SEMICOLON && depth == 0 && !h.open {
			flush(i)
			continue
		}
		if first < 0 {
			first = i
		}
		if depth == 0 {
			h.see(s.tokens, i)
		}
		depth += nesting(t.tok)
		if depth < 0 {
			depth = 0
		}
	}
	flush(len(s.tokens))
	return chunks
}

func nesting(t token.Token) int {
	switch t {
	case token.LPAREN, token.LBRACK, token.LBRACE:
		return +1
	case token.RPAREN, token.RBRACK, token.RBRACE:
		return -1
	}
	return 0
}

// chunk makes a Chunk of the tokens from first up to end.
func (s *scanned) chunk(first, end int) Chunk {
	from, to := s.tokens[first].offset, s.tokens[end-1].end
	offset := s.original(from)
	line := strings.Count(s.source[:from], "\n") + 1
	col := from - strings.LastIndexByte(s.source[:from], '\n')
	return Chunk{Kind: kindOf(s.tokens[first:end]), Text: s.source[from:to], Offset: offset, Line: line, Col: col}
}

// original maps an offset in the text with dots moved to one in the text as it was typed.
func (s *scanned) original(offset int) int {
	return offset - sort.SearchInts(s.inserted, offset)
}

var kinds = map[token.Token]Kind{
	token.PACKAGE: Package, token.IMPORT: Import, token.CONST: Const, token.TYPE: Type, token.VAR: Var,
}

func kindOf(tokens []lexeme) Kind {
	if k, ok := kinds[tokens[0].tok]; ok {
		return k
	}
	if tokens[0].tok == token.FUNC && declaresFunc(tokens) {
		return Func
	}
	return Statement
}

// declaresFunc tells func name(...) and func (recv) name(...) from a function literal. After the
// first parentheses of a literal there may be a name too, its result, but no parenthesis after that.
func declaresFunc(tokens []lexeme) bool {
	at := func(i int) token.Token {
		if i < len(tokens) {
			return tokens[i].tok
		}
		return token.EOF
	}
	if at(1) != token.LPAREN {
		return at(1) == token.IDENT
	}
	depth := 0
	for i := 1; i < len(tokens); i++ {
		if depth += nesting(tokens[i].tok); depth == 0 {
			return at(i+1) == token.IDENT && (at(i+2) == token.LPAREN || at(i+2) == token.EOF)
		}
	}
	return false
}

// A header is the part of an if, for, switch or select between the keyword and its block. The
// semicolons in it end nothing. It is over at the brace that opens the block, which has to be told
// from the braces of literals and types that the header may have:
//
//	for i, xs := 0, []int{1, 2}; i < 2; i++ {
type header struct {
	open    bool
	keyword token.Token
	fn      bool // a func keyword was seen: the next brace is its body, or its type is part of a literal's
	literal bool // an array, slice or map type was seen: the next brace is its literal
}

// see takes the token at i, which is at depth 0.
func (h *header) see(tokens []lexeme, i int) {
	prev := token.ILLEGAL
	if i > 0 {
		prev = tokens[i-1].tok
	}
	switch tokens[i].tok {
	case token.IF, token.FOR, token.SWITCH, token.SELECT:
		*h = header{open: true, keyword: tokens[i].tok}
	case token.FUNC:
		h.fn = true
	case token.MAP:
		h.literal = true
	case token.LBRACK:
		if !endsOperand(prev) { // else an index or type arguments
			h.literal = true
		}
	case token.LPAREN:
		if !h.fn { // a conversion
			h.literal = false
		}
	case token.LBRACE:
		switch {
		case prev == token.STRUCT || prev == token.INTERFACE:
			h.literal = true // the braces of the type; those of the literal may follow
		case h.fn || h.literal:
			h.fn, h.literal = false, false
		default:
			h.open = false
		}
	}
}

// endsOperand reports whether an operand can end with t.
func endsOperand(t token.Token) bool {
	switch t {
	case token.IDENT, token.INT, token.FLOAT, token.IMAG, token.CHAR, token.STRING, token.RPAREN, token.RBRACK, token.RBRACE:
		return true
	}
	return false
}
