package sql

import (
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// atom reads the smallest expressions: literals, names, calls, and what is in parentheses.
func (p *parser) atom() logical.Expression {
	from := p.i
	t := p.peek(0)
	switch t.kind {
	case stringKind, doubleKind:
		return p.literal(from, p.stringLiteral(), types.String)
	case symbolKind:
		return p.symbolAtom(from, t)
	case wordKind:
		return p.wordAtom(from, t)
	case quotedKind:
		return p.nameAtom(from)
	}
	if isNumber(t) {
		return p.number()
	}
	p.unexpected()
	return nil
}

func (p *parser) symbolAtom(from int, t *token) logical.Expression {
	switch t.sym {
	case "(":
		return p.parenthesized(from)
	case "*":
		p.i++
		return p.star(from, nil)
	case "-":
		return p.number()
	case "?":
		p.i++
		p.markers++
		return &logical.Parameter{Base: p.base(from), Position: p.markers - 1}
	case ":":
		if isName(p.peek(1)) {
			p.i++
			name := p.identifier()
			return &logical.Parameter{Base: p.base(from), Name: name}
		}
		p.i++
	}
	p.unexpected()
	return nil
}

// forms are the words that begin something other than a name. A form that does not fit takes nothing and is nil: then the
// word is a name.
var forms map[string]func(p *parser, from int) logical.Expression

func init() {
	forms = map[string]func(p *parser, from int) logical.Expression{
		"NULL":  func(p *parser, from int) logical.Expression { return p.constant(from, nil, types.Void) },
		"TRUE":  func(p *parser, from int) logical.Expression { return p.constant(from, true, types.Boolean) },
		"FALSE": func(p *parser, from int) logical.Expression { return p.constant(from, false, types.Boolean) },
		"CASE":  (*parser).caseForm, "INTERVAL": (*parser).intervalForm, "IDENTIFIER": (*parser).identifierForm,
		"CAST": (*parser).castForm, "TRY_CAST": (*parser).castForm, "STRUCT": (*parser).structForm,
		"EXTRACT": (*parser).extractForm, "POSITION": (*parser).positionForm, "TRIM": (*parser).trimForm,
		"SUBSTRING": (*parser).substringForm, "SUBSTR": (*parser).substringForm, "OVERLAY": (*parser).overlayForm,
		"TIMESTAMPADD": (*parser).addForm, "DATEADD": (*parser).addForm, "DATE_ADD": (*parser).addForm,
		"TIMESTAMPDIFF": (*parser).diffForm, "DATEDIFF": (*parser).diffForm, "DATE_DIFF": (*parser).diffForm,
		"TIMEDIFF": (*parser).diffForm,
	}
}

func (p *parser) constant(from int, value any, t *types.Type) logical.Expression {
	if p.peek(1).sym == "(" || p.isString(1) {
		return nil
	}
	p.i++
	return p.literal(from, value, t)
}

func (p *parser) wordAtom(from int, t *token) logical.Expression {
	if p.peek(1).sym == "->" {
		return p.lambda(from)
	}
	if form := forms[t.sym]; form != nil {
		if e := form(p, from); e != nil {
			return e
		}
	}
	if p.isString(1) {
		return p.typedLiteral(from)
	}
	return p.nameAtom(from)
}

// nameAtom reads what begins with a name: a lambda, a call, t.*, or a column.
func (p *parser) nameAtom(from int) logical.Expression {
	if p.peek(1).sym == "->" {
		return p.lambda(from)
	}
	n := 1
	for p.peek(n).sym == "." && isName(p.peek(n+1)) {
		n += 2
	}
	switch {
	case p.peek(n).sym == "(":
		return p.functionCall(from)
	case p.peek(n).sym == "." && p.peek(n+1).sym == "*":
		parts := p.qualifiedName()
		p.i += 2
		return p.star(from, parts)
	}
	name := p.identifier()
	return &logical.UnresolvedAttribute{Base: p.base(from), Parts: []string{name}}
}

// qualifiedName reads a name of one or more parts.
func (p *parser) qualifiedName() []string {
	parts := []string{p.identifier()}
	for p.at(".") && isName(p.peek(1)) {
		p.i++
		parts = append(parts, p.identifier())
	}
	return parts
}

// identifierForm reads IDENTIFIER('a.b'), a column, or IDENTIFIER('f')(x), a call.
func (p *parser) identifierForm(from int) logical.Expression {
	if p.peek(1).sym != "(" {
		return nil
	}
	if !p.isString(2) || p.match[p.i+1] < 0 {
		if p.match[p.i+1] > 0 {
			p.i = int(p.match[p.i+1]) + 1
		}
		p.refuse(from, "IDENTIFIER of anything but a string literal")
		return p.literal(from, nil, types.Void)
	}
	parts := p.identifierClause()
	for p.at(".") && isName(p.peek(1)) {
		p.i++
		parts = append(parts, p.identifier())
	}
	if p.at("(") {
		return p.arguments(from, parts)
	}
	return &logical.UnresolvedAttribute{Base: p.base(from), Parts: parts}
}

// star reads EXCEPT (…) behind a star.
func (p *parser) star(from int, target []string) logical.Expression {
	s := &logical.UnresolvedStar{Target: target}
	if p.at("EXCEPT", "(") && !p.isQuery(p.i+1) {
		p.i++
		p.expect("(", nil)
		p.list(func() { s.Except = append(s.Except, p.multipart()) })
		p.expect(")", endsPart)
	}
	s.Base = p.base(from)
	return s
}

func (p *parser) lambda(from int) logical.Expression {
	var names []string
	if p.accept("(") {
		p.closeList(p.list(func() { names = append(names, p.identifier()) }))
	} else {
		names = []string{p.identifier()}
	}
	p.expect("->", nil)
	body := p.expression()
	return &logical.LambdaFunction{Base: p.base(from), Args: names, Body: body}
}

// parenthesized reads a subquery, a lambda of several arguments, a row, or an expression in parentheses.
func (p *parser) parenthesized(from int) logical.Expression {
	if p.isQuery(p.i) {
		query := p.subquery()
		return &logical.SubqueryExpression{Base: p.base(from), Kind: logical.ScalarSubquery, Query: query}
	}
	if closing := p.match[p.i]; closing > 0 && p.tokens[closing+1].sym == "->" && p.isIdentifierList(0) {
		return p.lambda(from)
	}
	defer p.outside(p.inItem)
	p.inItem = false
	p.i++
	first := p.namedExpression()
	if !p.at(",") {
		if _, ok := first.(*logical.Alias); ok && p.at(")") {
			p.unexpected() // an alias makes sense in a row only
		}
		if !p.accept(")") {
			p.unexpected()
		}
		return first
	}
	args := []logical.Expression{first}
	for p.accept(",") {
		args = append(args, p.namedExpression())
	}
	if !p.accept(")") {
		p.extraInput()
	}
	return p.call(from, "row", args...)
}

// outside is deferred by what reads parentheses.
func (p *parser) outside(inItem bool) { p.inItem = inItem }

// caseForm reads CASE [value] WHEN … THEN … [ELSE …] END.
func (p *parser) caseForm(from int) logical.Expression {
	searched := p.peek(1).sym == "WHEN"
	if n := p.peek(1); !startsExpression(n) || n.sym == "*" || n.sym == "AS" || p.clauseAt(1) ||
		searched && !startsExpression(p.peek(2)) || n.sym == "END" || n.sym == "-" {
		return nil
	}
	if searched {
		p.try(caseTrial, from)
	}
	p.i++
	var value logical.Expression
	if !searched {
		value = p.expression()
		if !p.at("WHEN") {
			p.unexpected()
		}
	}
	var args []logical.Expression
	for p.at("WHEN") {
		at := p.i
		p.i++
		condition := p.expression()
		if value != nil {
			condition = p.call(at, "=", value, condition)
		}
		p.expect("THEN", startsExpression)
		args = append(args, condition, p.expression())
	}
	if p.accept("ELSE") {
		args = append(args, p.expression())
		p.expect("END", nil)
	} else if !p.accept("END") {
		p.extraInput()
	}
	if searched {
		p.tried()
	}
	return p.call(from, "case", args...)
}

// typedLiteral reads DATE '…' and its like.
func (p *parser) typedLiteral(from int) logical.Expression {
	name := strings.ToUpper(p.identifier())
	text := unquote(p.raw(p.next()))
	value, t, ok := p.conf.typed(name, text)
	if t == nil && name == "INTERVAL" {
		return p.intervalLiteral(from, text)
	}
	if t == nil {
		p.fail(from, "UNSUPPORTED_TYPED_LITERAL", "unsupportedType", quoteType(name), "supportedTypes",
			`"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"`)
		t = types.Void
	} else if !ok {
		p.invalidTyped(from, name, text)
	}
	return p.literal(from, value, t)
}

func (p *parser) invalidTyped(from int, name, text string) {
	p.fail(from, "INVALID_TYPED_LITERAL", "valueType", quoteType(name), "value", quoteText(text))
}
