package sql

import (
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// The functions whose arguments have words between them. Each of these rules is nil, and takes nothing, when the call is an
// ordinary one: substring(a, 1) and position(a, b) are.

func (p *parser) castForm(from int) logical.Expression {
	if p.peek(1).sym != "(" || !p.holds("AS") {
		return nil
	}
	p.try(callTrial, p.i+1)
	p.inItem = false
	try := p.next().sym == "TRY_CAST"
	p.i++
	e := p.expression()
	if !p.accept("AS") {
		p.unexpected()
	}
	t := p.dataType()
	switch {
	case p.tokens[p.i-1].sym == ")", p.tokens[p.i-1].sym == ">":
		p.expect(")", endsPart)
	case !p.accept(")"):
		p.unexpected()
	}
	p.tried()
	return &logical.Cast{Base: p.base(from), Child: e, Type: t, Try: try}
}

// holds says whether a word is directly between the parentheses that are next but one, or their end is missing.
func (p *parser) holds(sym string) bool {
	depth := 0
	for n := 1; ; n++ {
		switch t := p.peek(n); t.sym {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return false
			}
		case sym:
			if depth == 1 {
				return true
			}
		default:
			if t.kind == endKind {
				return false
			}
		}
	}
}

// commas counts the commas directly between the parentheses that are next but one.
func (p *parser) commas() int {
	depth, count := 0, 0
	for n := 1; ; n++ {
		switch t := p.peek(n); t.sym {
		case "(", "[":
			depth++
		case ")", "]":
			if depth--; depth == 0 {
				return count
			}
		case ",":
			if depth == 1 {
				count++
			}
		default:
			if t.kind == endKind {
				return count
			}
		}
	}
}

func (p *parser) structForm(from int) logical.Expression {
	if p.peek(1).sym != "(" {
		return nil
	}
	p.i += 2
	var args []logical.Expression
	if !p.accept(")") {
		p.closeList(p.list(func() { args = append(args, p.namedExpression()) }))
	}
	return p.call(from, "struct", args...)
}

func (p *parser) extractForm(from int) logical.Expression {
	if p.peek(1).sym != "(" || !isName(p.peek(2)) || p.peek(3).sym != "FROM" {
		return nil
	}
	p.i += 2
	field := p.literal(p.i, p.identifier(), types.String)
	p.i++
	source := p.value(0)
	p.expect(")", nil)
	return p.call(from, "extract", field, source)
}

func (p *parser) positionForm(from int) logical.Expression {
	if p.peek(1).sym != "(" || !p.holds("IN") || p.commas() > 0 {
		return nil
	}
	p.i += 2
	sub := p.value(0)
	p.expect("IN", startsExpression)
	text := p.value(0)
	p.expect(")", nil)
	return p.call(from, "locate", sub, text, p.literal(from, int32(1), types.Int))
}

func (p *parser) substringForm(from int) logical.Expression {
	if p.peek(1).sym != "(" || !p.holds("FROM") {
		return nil
	}
	p.i += 2
	args := []logical.Expression{p.value(0)}
	p.expect("FROM", startsExpression)
	args = append(args, p.value(0))
	if p.accept("FOR") || p.accept(",") {
		args = append(args, p.value(0))
	}
	p.expect(")", nil)
	return p.call(from, "substring", args...)
}

func (p *parser) overlayForm(from int) logical.Expression {
	if p.peek(1).sym != "(" || !p.holds("PLACING") {
		return nil
	}
	p.i += 2
	args := []logical.Expression{p.value(0)}
	p.expect("PLACING", startsExpression)
	args = append(args, p.value(0))
	p.expect("FROM", startsExpression)
	args = append(args, p.value(0))
	if p.accept("FOR") {
		args = append(args, p.value(0))
	}
	p.expect(")", nil)
	return p.call(from, "overlay", args...)
}

var trims = map[string]string{"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}

func (p *parser) trimForm(from int) logical.Expression {
	if p.peek(1).sym != "(" || !p.holds("FROM") {
		return nil
	}
	p.i += 2
	name := "trim"
	if n, ok := trims[p.peek(0).sym]; ok {
		name = n
		p.i++
	}
	var args []logical.Expression
	if !p.at("FROM") || p.peek(1).sym == "FROM" {
		args = append(args, p.value(0))
	}
	p.expect("FROM", startsExpression)
	args = append(args, p.value(0))
	p.expect(")", nil)
	return p.call(from, name, args...)
}

// datetimeUnits are the units of timestampadd and timestampdiff.
var datetimeUnits = wordSet("YEAR QUARTER MONTH WEEK DAY DAYOFYEAR HOUR MINUTE SECOND MILLISECOND MICROSECOND", "")

func (p *parser) addForm(from int) logical.Expression  { return p.unitForm(from, "timestampadd") }
func (p *parser) diffForm(from int) logical.Expression { return p.unitForm(from, "timestampdiff") }

func (p *parser) unitForm(from int, name string) logical.Expression {
	t := p.peek(2)
	if p.peek(1).sym != "(" || p.peek(3).sym != "," || p.commas() != 2 || datetimeUnits[t.sym] == "" && !p.isString(2) {
		return nil
	}
	if p.isString(2) {
		function := strings.ToUpper(p.raw(p.peek(0)))
		unit := unquote(p.raw(t))
		if closing := p.match[p.i+1]; closing > 0 {
			p.i = int(closing) + 1
		}
		p.fail(from, "INVALID_PARAMETER_VALUE.DATETIME_UNIT", "functionName", quoteName(function), "parameter", "`unit`",
			"invalidValue", quoteText(unit))
		return p.literal(from, nil, types.Void)
	}
	p.i += 3
	unit := p.literal(p.i-1, p.raw(t), types.String)
	p.i++
	a := p.value(0)
	p.expect(",", nil)
	b := p.value(0)
	p.expect(")", nil)
	return p.call(from, name, unit, a, b)
}
