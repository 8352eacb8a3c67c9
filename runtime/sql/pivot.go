package sql

import (
	"gospark/runtime/logical"
)

// pivot reads PIVOT (aggregates FOR column IN (values)).
func (p *parser) pivot(input logical.Relation) logical.Relation {
	from := p.i
	p.i++
	p.expect("(", nil)
	a := &logical.Aggregate{Input: input, Kind: logical.Pivot}
	p.list(func() { a.Aggregates = append(a.Aggregates, p.namedExpression()) })
	p.expect("FOR", isName)
	at := p.i
	if p.at("(") {
		var columns []logical.Expression
		p.parens(func() {
			column := p.i
			name := p.wholeIdentifier()
			columns = append(columns, &logical.UnresolvedAttribute{Base: p.base(column), Parts: []string{name}})
		})
		a.PivotCol = columns[0]
		if len(columns) > 1 {
			a.PivotCol = p.call(at, "row", columns...)
		}
	} else {
		name := p.wholeIdentifier()
		a.PivotCol = &logical.UnresolvedAttribute{Base: p.base(at), Parts: []string{name}}
	}
	p.words("IN")
	p.parens(func() { a.PivotVals = append(a.PivotVals, p.namedExpression()) })
	p.expect(")", endsPart)
	a.Common = p.common(from)
	return p.aliased(from, a, false)
}

// unpivot reads UNPIVOT [INCLUDE | EXCLUDE NULLS] (values FOR names IN (columns)) [alias].
func (p *parser) unpivot(input logical.Relation) logical.Relation {
	from := p.i
	p.i++
	u := &logical.Unpivot{Input: input, IncludeNulls: p.accept("INCLUDE", "NULLS")}
	if !u.IncludeNulls {
		p.accept("EXCLUDE", "NULLS")
	}
	p.expect("(", nil)
	several := p.at("(")
	if several {
		p.parens(func() { u.ValueNames = append(u.ValueNames, p.identifier()) })
	} else {
		u.ValueNames = []string{p.identifier()}
	}
	p.expect("FOR", isName)
	u.VariableName = p.identifier()
	p.words("IN")
	p.parens(func() {
		var group []logical.Expression
		column := func() {
			at := p.i
			name := p.multipart()
			group = append(group, &logical.UnresolvedAttribute{Base: p.base(at), Parts: name})
		}
		if several {
			p.parens(column)
		} else {
			column()
		}
		alias := ""
		if p.at("AS") && isName(p.peek(1)) || isName(p.peek(0)) {
			if p.at("AS") && isName(p.peek(1)) {
				p.i++
			}
			alias = p.wholeIdentifier()
		}
		u.Values, u.Aliases = append(u.Values, group), append(u.Aliases, alias)
	})
	p.expect(")", endsPart)
	u.Common = p.common(from)
	if p.at("AS") && isName(p.peek(1)) || isStrictName(p.peek(0)) && !p.clauseAt(0) {
		return p.aliased(from, u, true)
	}
	return u
}
