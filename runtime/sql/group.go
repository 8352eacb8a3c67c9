package sql

import (
	"strings"

	"gospark/runtime/logical"
)

// groupBy reads GROUP BY and what kind of grouping it is.
func (p *parser) groupBy(a *logical.Aggregate) {
	p.i += 2
	p.list(func() { a.Grouping = append(a.Grouping, p.groupElement(false)) })
	if len(a.Grouping) == 1 && isAll(a.Grouping[0]) {
		a.Kind, a.Grouping = logical.GroupByAll, nil
		return
	}
	switch {
	case p.accept("WITH", "ROLLUP"):
		a.Kind = logical.Rollup
	case p.accept("WITH", "CUBE"):
		a.Kind = logical.Cube
	case p.accept("GROUPING", "SETS", "("):
		a.Kind = logical.GroupingSets
		p.closeList(p.list(func() { a.Sets = append(a.Sets, p.groupingSet()) }))
	case p.at("AS") && isName(p.peek(1)) && p.peek(1).sym != "SELECT":
		p.i++
		p.extraInput() // an element of GROUP BY has no name
	case isName(p.peek(0)) && p.peek(1).sym == ",":
		p.extraInput()
	}
}

// groupElement reads an expression, or ROLLUP, CUBE or GROUPING SETS with their sets. In GROUPING SETS an element may also
// be a set in parentheses.
func (p *parser) groupElement(sets bool) logical.Expression {
	from := p.i
	name := ""
	switch {
	case p.accept("ROLLUP", "("), p.accept("CUBE", "("):
		name = strings.ToLower(p.tokens[from].sym)
	case p.accept("GROUPING", "SETS", "("):
		name = "grouping_sets"
	case sets:
		return p.setElement()
	default:
		return p.expression()
	}
	var args []logical.Expression
	p.closeList(p.list(func() {
		if name == "grouping_sets" {
			args = append(args, p.groupElement(true))
		} else {
			args = append(args, p.setElement())
		}
	}))
	return p.call(from, name, args...)
}

// setElement is a grouping set as an expression: row(…) for one in parentheses.
func (p *parser) setElement() logical.Expression {
	from := p.i
	if !p.setInParens() {
		return p.expression()
	}
	return p.call(from, "row", p.groupingSet()...)
}

// setInParens says whether a grouping set in parentheses is next, not an expression that begins with one.
func (p *parser) setInParens() bool {
	if !p.at("(") || p.match[p.i] < 0 || p.isQuery(p.i) {
		return false
	}
	after := p.tokens[p.match[p.i]+1].sym
	return after == "," || after == ")"
}

// groupingSet reads (a, b), (), or a.
func (p *parser) groupingSet() []logical.Expression {
	if !p.setInParens() {
		return []logical.Expression{p.expression()}
	}
	p.i++
	set := []logical.Expression{}
	if p.accept(")") {
		return set
	}
	p.closeList(p.list(func() { set = append(set, p.expression()) }))
	return set
}
