package sql

import (
	"strings"
	"unicode/utf8"
)

// isName says whether a token can be a name: every word can, keyword or not.
func isName(t *token) bool { return t.kind == wordKind || t.kind == quotedKind }

// isStrictName says whether a token can be the alias of a table.
func isStrictName(t *token) bool { return isName(t) && strictWords[t.sym] == "" }

// startsExpression says whether an expression can begin with a token.
func startsExpression(t *token) bool {
	switch t.kind {
	case endKind, unknownKind:
		return false
	case symbolKind:
		switch t.sym {
		case "(", "-", "+", "~", "!", "*", ":", "?":
			return true
		}
		return false
	}
	return true
}

// endsPart says whether a token can stand behind a part in parentheses, for all that is known of it.
func endsPart(t *token) bool {
	return t.kind == endKind || isName(t) || t.kind == symbolKind && t.sym != "(" && t.sym != "."
}

// startsRelation says whether what stands in FROM can begin with a token.
func startsRelation(t *token) bool { return isName(t) || t.sym == "(" || t.sym == ":" }

// identifier reads a name.
func (p *parser) identifier() string {
	t := p.peek(0)
	if !isName(t) {
		p.unexpected()
	}
	if t.sym == "IDENTIFIER" && p.peek(1).sym == "(" && p.isString(2) {
		parts := p.identifierClause()
		if len(parts) > 1 {
			p.unexpected()
		}
		return parts[0]
	}
	p.i++
	return p.nameOf(t)
}

// nameOf is the name that a token writes.
func (p *parser) nameOf(t *token) string {
	s := p.raw(t)
	if t.kind == quotedKind {
		return strings.ReplaceAll(s[1:len(s)-1], "``", "`")
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || c != '_' && !digit(c) && !letter(c) {
			p.fail(p.indexOf(t), "INVALID_IDENTIFIER", "ident", s)
			break
		}
	}
	return s
}

func (p *parser) indexOf(t *token) int {
	for i := range p.tokens {
		if &p.tokens[i] == t {
			return i
		}
	}
	return p.i
}

// wholeIdentifier reads a name where no expression is possible, so that my-table is a mistake that can be told.
func (p *parser) wholeIdentifier() string {
	from := p.i
	name := p.identifier()
	if !p.at("-") || !isName(p.peek(1)) {
		return name
	}
	text := name
	for p.at("-") && isName(p.peek(1)) {
		p.i++
		text += "-" + p.identifier()
	}
	p.fail(from, "INVALID_IDENTIFIER", "ident", text)
	return text
}

// multipart reads a name of one or more parts.
func (p *parser) multipart() []string {
	if p.at("IDENTIFIER", "(") && p.isString(2) {
		parts := p.identifierClause()
		for p.accept(".") {
			parts = append(parts, p.wholeIdentifier())
		}
		return parts
	}
	parts := []string{p.wholeIdentifier()}
	for p.accept(".") {
		parts = append(parts, p.wholeIdentifier())
	}
	return parts
}

// identifierClause reads IDENTIFIER('a.b').
func (p *parser) identifierClause() []string {
	p.i += 2
	from := p.i
	text := p.stringLiteral()
	p.expect(")", nil)
	parts, err := ParseTableIdentifier(text)
	if err != nil {
		p.rethrow(from, err)
		return []string{text}
	}
	return parts
}

// identifierList reads (a, b).
func (p *parser) identifierList() []string {
	var names []string
	p.expect("(", isName)
	p.list(func() { names = append(names, p.wholeIdentifier()) })
	p.expect(")", func(t *token) bool {
		return endsPart(t) && (!isName(t) || strictWords[t.sym] != "" || t.sym == "VALUES" || t.sym == "SELECT")
	})
	return names
}

// isIdentifierList says whether the tokens from the ( of an index on are names separated by commas, up to a ).
func (p *parser) isIdentifierList(n int) bool {
	for i := n; ; i += 2 {
		if !isName(p.peek(i + 1)) {
			return false
		}
		switch p.peek(i + 2).sym {
		case ")":
			return true
		case ",":
		default:
			return false
		}
	}
}

// isString says whether the token n after the next is a string literal.
func (p *parser) isString(n int) bool {
	k := p.peek(n).kind
	return k == stringKind || k == doubleKind
}

// stringLiteral reads string literals; adjacent ones are one.
func (p *parser) stringLiteral() string {
	if !p.isString(0) {
		p.unexpected()
	}
	s := unquote(p.raw(p.next()))
	for p.isString(0) {
		s += unquote(p.raw(p.next()))
	}
	return s
}

// integer reads a whole number.
func (p *parser) integer() string {
	if p.peek(0).kind != integerKind {
		p.unexpected()
	}
	return p.raw(p.next())
}
