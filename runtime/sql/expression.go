package sql

import (
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// expression reads an expression of any kind.
func (p *parser) expression() logical.Expression {
	defer p.nest()()
	return p.chain("OR", "or", func() logical.Expression { return p.chain("AND", "and", p.negation) })
}

// chain reads operands with a logical operator between them. Long chains become a balanced tree, as in Spark, whose column
// names show it.
func (p *parser) chain(word, name string, operand func() logical.Expression) logical.Expression {
	from := p.i
	first := operand()
	if !p.at(word) || !startsExpression(p.peek(1)) || p.clauseAt(1) {
		return first
	}
	operands := []logical.Expression{first}
	for p.at(word) && startsExpression(p.peek(1)) {
		p.i++
		operands = append(operands, operand())
	}
	return p.balance(from, name, operands)
}

func (p *parser) balance(from int, name string, operands []logical.Expression) logical.Expression {
	n := len(operands)
	if n == 1 {
		return operands[0]
	}
	mid := (n-1)/2 + 1
	return p.call(from, name, p.balance(from, name, operands[:mid]), p.balance(from, name, operands[mid:]))
}

// call is a call of an operator or of a function that the grammar names.
func (p *parser) call(from int, name string, args ...logical.Expression) *logical.UnresolvedFunction {
	return &logical.UnresolvedFunction{Base: p.base(from), Name: name, Args: args, Internal: true}
}

func (p *parser) literal(from int, value any, t *types.Type) *logical.Literal {
	return &logical.Literal{Base: p.base(from), Value: value, Type: t}
}

func (p *parser) negation() logical.Expression {
	from := p.i
	if (p.at("NOT") || p.at("!")) && startsExpression(p.peek(1)) && p.peek(1).sym != ":" {
		defer p.nest()()
		p.i++
		return p.call(from, "not", p.negation())
	}
	if p.at("EXISTS", "(") && p.isQuery(p.i+1) {
		p.i++
		return &logical.SubqueryExpression{Kind: logical.ExistsSubquery, Query: p.subquery(), Base: p.base(from)}
	}
	return p.predicate(from, p.value(0))
}

// binary are the operators between values: how tightly they bind, and the function they call.
var binary = map[string]struct {
	level int
	name  string
}{
	"*": {7, "*"}, "/": {7, "/"}, "%": {7, "%"}, "DIV": {7, "div"},
	"+": {6, "+"}, "-": {6, "-"}, "||": {6, "concat"},
	"<<": {5, "<<"}, ">>": {5, ">>"}, ">>>": {5, ">>>"},
	"&": {4, "&"}, "^": {3, "^"}, "|": {2, "|"},
	"=": {1, "="}, "<>": {1, "<>"}, "!=": {1, "<>"}, "<": {1, "<"}, "<=": {1, "<="}, ">": {1, ">"}, ">=": {1, ">="},
	"<=>": {1, "<=>"},
}

// value reads operands of arithmetic and comparisons whose operators bind more tightly than a level.
func (p *parser) value(level int) logical.Expression {
	from := p.i
	left := p.unary()
	for {
		t := p.peek(0)
		if t.kind != symbolKind && t.sym != "DIV" {
			return left
		}
		op, ok := binary[t.sym]
		if !ok || op.level <= level || t.sym == "DIV" && (!startsExpression(p.peek(1)) || p.clauseAt(1)) {
			return left
		}
		p.i++
		right := p.value(op.level)
		if op.name == "<>" {
			left = p.call(from, "not", p.call(from, "=", left, right))
		} else {
			left = p.call(from, op.name, left, right)
		}
	}
}

func (p *parser) unary() logical.Expression {
	from := p.i
	if p.atAny("-", "+", "~") && !(p.at("-") && isNumber(p.peek(1))) {
		defer p.nest()()
		name := p.next().sym
		return p.call(from, name, p.unary())
	}
	return p.primary()
}

// primary reads an atom with what is behind it: fields, elements, casts.
func (p *parser) primary() logical.Expression {
	from := p.i
	e := p.atom()
	for {
		switch {
		case p.at(".") && isName(p.peek(1)):
			p.i++
			e = p.field(from, e, p.identifier())
		case p.at("."):
			p.i++
			p.unexpected()
		case p.accept("["):
			index := p.value(0)
			p.expect("]", endsPart)
			e = &logical.UnresolvedExtractValue{Base: p.base(from), Child: e, Extraction: index}
		case p.accept("::"):
			t := p.dataType()
			e = &logical.Cast{Base: p.base(from), Child: e, Type: t}
		case p.at("COLLATE") && isName(p.peek(1)) && !p.clauseAt(1):
			p.i++
			at := p.i
			name := p.multipart()
			e = p.call(from, "collate", e, p.literal(at, name[len(name)-1], types.String))
		case p.at(":") && (isName(p.peek(1)) || p.peek(1).sym == "["):
			p.i++
			p.path()
			p.refuse(from, "values of a VARIANT (a:b)")
		default:
			return e
		}
	}
}

// path takes the path behind a VARIANT: name, .name, ['name'], [1].
func (p *parser) path() {
	for {
		switch {
		case p.at("[") && p.peek(2).sym == "]":
			p.i += 3
		case p.at(".") && isName(p.peek(1)):
			p.i += 2
		case isName(p.peek(0)) && p.tokens[p.i-1].sym == ":":
			p.i++
		default:
			return
		}
	}
}

// field is e.name. A field of a name makes the name longer: whether it is a column of a table or a field of a column is
// not known yet.
func (p *parser) field(from int, e logical.Expression, name string) logical.Expression {
	if a, ok := e.(*logical.UnresolvedAttribute); ok {
		return &logical.UnresolvedAttribute{Base: p.base(from), Parts: append(append([]string(nil), a.Parts...), name)}
	}
	return &logical.UnresolvedExtractValue{Base: p.base(from), Child: e, Extraction: p.literal(p.i-1, name, types.String)}
}

// namedExpression reads an expression with an alias if it has one.
func (p *parser) namedExpression() logical.Expression {
	from := p.i
	e := p.expression()
	var names []string
	switch {
	case p.at("AS", "(") && isName(p.peek(2)):
		p.i++
		names = p.identifierList()
	case p.at("AS") && isName(p.peek(1)) && !(p.clauseAt(1) && !p.aliasBefore(1)):
		p.i++
		names = []string{p.wholeIdentifier()}
	case p.at("("):
		// The names of the columns of a generator, without AS.
		names = p.identifierList()
	case p.at("AS") && p.peek(1).kind == doubleKind:
		p.i++
		p.unexpected()
	case isName(p.peek(0)) && !p.clauseAt(0) && !p.byAt(0):
		names = []string{p.wholeIdentifier()}
	default:
		return e
	}
	return &logical.Alias{Base: p.base(from), Child: e, Names: names}
}
