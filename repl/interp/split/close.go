package split

import (
	"go/token"
	"strings"
)

// Closing what is open: completion needs a text that parses, around the place where somebody is
// typing.

// Close returns what has to follow a text that ends with an operand so that it parses: the closing
// brackets, blocks of headers, colons of cases, the call of a go or defer statement. Nothing before
// the end of the text is put right.
func Close(text string) string {
	s := scan(text)
	stack := []level{{}}
	for i, t := range s.tokens {
		if t.auto && i == len(s.tokens)-1 { // the statement at the end goes on
			break
		}
		top := &stack[len(stack)-1]
		switch nesting(t.tok) {
		case +1:
			function := t.tok == token.LBRACE && top.h.fn
			top.see(s.tokens, i)
			stack = append(stack, level{opener: t.tok, function: function})
		case -1:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
			stack[len(stack)-1].called = t.tok == token.RPAREN
		default:
			top.see(s.tokens, i)
		}
	}
	var b strings.Builder
	for i := len(stack) - 1; i >= 0; i-- {
		l := &stack[i]
		b.WriteString(l.end())
		switch l.opener {
		case token.LPAREN:
			b.WriteString(")")
		case token.LBRACK:
			b.WriteString("]")
		case token.LBRACE:
			b.WriteString("}")
		}
		if i > 0 {
			stack[i-1].called = l.opener == token.LPAREN
		}
	}
	return b.String()
}

// A level is what is known between two brackets about the statement being read.
type level struct {
	opener   token.Token
	function bool // the brackets are the body of a function
	h        header
	assigned bool // the header has an assignment since its last semicolon
	ranges   bool
	semis    int
	clause   bool // a case or default without its colon
	call     bool // a go or defer statement
	called   bool // it ends with a parenthesis
}

func (l *level) see(tokens []lexeme, i int) {
	t := tokens[i]
	if t.tok == token.SEMICOLON {
		if l.h.open && !t.auto {
			l.semis++
			l.assigned = false
		} else if !l.h.open {
			*l = level{opener: l.opener, function: l.function}
		}
		return
	}
	if !t.auto {
		l.called = false
	}
	wasOpen := l.h.open
	l.h.see(tokens, i)
	switch t.tok {
	case token.IF, token.FOR, token.SWITCH:
		l.assigned, l.ranges, l.semis = false, false, 0
	case token.DEFINE, token.ASSIGN:
		l.assigned = l.assigned || wasOpen
	case token.RANGE:
		l.ranges = true
	case token.CASE, token.DEFAULT:
		l.clause = true
	case token.COLON:
		if l.clause {
			*l = level{opener: l.opener, function: l.function}
		}
	case token.GO, token.DEFER:
		l.call = true
	}
}

// end is what ends the statement at this level.
func (l *level) end() string {
	switch {
	case l.clause:
		return ":"
	case l.call && !l.called:
		return "()"
	case !l.h.open:
		return ""
	case l.ranges:
		return " {}"
	}
	switch l.h.keyword {
	case token.IF:
		if l.assigned && l.semis == 0 {
			return "; true {}"
		}
	case token.SWITCH:
		if l.assigned && l.semis == 0 {
			return "; {}"
		}
	case token.FOR:
		if l.semis == 1 {
			return "; {}"
		}
		if l.assigned && l.semis == 0 {
			return "; ; {}"
		}
	}
	return " {}"
}
