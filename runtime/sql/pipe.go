package sql

import (
	"gospark/runtime/logical"
)

// pipe reads the right side of |>.
func (p *parser) pipe(from int, input logical.Relation) logical.Relation {
	at := p.i
	switch sym := p.peek(0).sym; sym {
	case "SELECT":
		return p.pipeSelect(from, input)
	case "EXTEND":
		p.i++
		items := []logical.Expression{&logical.UnresolvedStar{Base: p.base(at)}}
		p.list(func() { items = append(items, p.namedExpression()) })
		return &logical.Project{Common: p.common(from), Input: input, Exprs: items, Pipe: sym}
	case "SET":
		return p.pipeSet(from, input)
	case "DROP":
		p.i++
		s := &logical.UnresolvedStar{Base: p.base(at)}
		p.list(func() { s.Except = append(s.Except, []string{p.wholeIdentifier()}) })
		return &logical.Project{Common: p.common(from), Input: input, Exprs: []logical.Expression{s}, Pipe: sym}
	case "AS":
		p.i++
		name := p.wholeIdentifier()
		return &logical.SubqueryAlias{Common: p.common(from), Input: input, Name: name}
	case "WHERE":
		p.i++
		f := &logical.Filter{Input: input, Condition: p.expression()}
		if p.at("WINDOW") && p.clauseAt(0) {
			p.fail(at, "NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE")
		}
		f.Common = p.common(from)
		return f
	case "PIVOT":
		r := p.pivot(input)
		if p.at("UNPIVOT") && p.clauseAt(0) {
			p.fail(at, "NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT")
		}
		return r
	case "UNPIVOT":
		r := p.unpivot(input)
		if p.at("PIVOT") && p.clauseAt(0) {
			p.fail(at, "NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT")
		}
		return r
	case "TABLESAMPLE":
		return p.sample(input)
	case "UNION", "EXCEPT", "MINUS", "INTERSECT":
		p.i++
		all := p.quantifier()
		right := p.queryPrimary()
		return &logical.SetOperation{Common: p.common(from), Left: input, Right: right, Kind: setOperators[sym].kind,
			All: all}
	case "AGGREGATE":
		return p.pipeAggregate(from, input)
	}
	if p.atJoin() {
		return p.join(from, input)
	}
	return p.organized(input, true)
}

func (p *parser) pipeSelect(from int, input logical.Relation) logical.Relation {
	hints, distinct, items := p.selectClause()
	var r logical.Relation = &logical.Project{Common: p.common(from), Input: input, Exprs: items, Pipe: "SELECT"}
	if distinct {
		r = &logical.Deduplicate{Common: p.common(from), Input: r}
	}
	if p.at("WINDOW") && p.clauseAt(0) {
		r = p.windows(r)
	}
	for i := len(hints) - 1; i >= 0; i-- {
		r = &logical.Hint{Common: p.common(hints[i].from), Input: r, Name: hints[i].name, Args: hints[i].args}
	}
	return r
}

// pipeSet reads SET column = expression, …: the columns are replaced one after the other, each by what the ones before it
// made.
func (p *parser) pipeSet(from int, input logical.Relation) logical.Relation {
	p.i++
	r := input
	p.list(func() {
		at := p.i
		name := p.wholeIdentifier()
		if p.at(".") {
			p.refuse(at, "SQL pipe syntax |> SET operator with multi-part assignment key (only single-part keys are allowed)")
		}
		p.expect("=", startsExpression)
		e := p.expression()
		alias := &logical.Alias{Base: p.base(at), Child: e, Names: []string{name}}
		star := &logical.UnresolvedStar{Base: p.base(at), Replace: []*logical.Alias{alias}}
		r = &logical.Project{Common: p.common(from), Input: r, Exprs: []logical.Expression{star}, Pipe: "SET"}
	})
	return r
}

// pipeAggregate reads AGGREGATE expressions [GROUP BY keys]: the keys are put in front of the expressions.
func (p *parser) pipeAggregate(from int, input logical.Relation) logical.Relation {
	at := p.i
	p.i++
	a := &logical.Aggregate{Input: input, FromAPI: true}
	if startsExpression(p.peek(0)) && !p.at("GROUP", "BY") {
		p.list(func() { a.Aggregates = append(a.Aggregates, p.namedExpression()) })
	}
	if p.accept("GROUP", "BY") {
		for {
			for _, kind := range []string{"ROLLUP", "CUBE"} {
				if p.at(kind, "(") {
					p.pipeGrouping(at, kind)
				}
			}
			if p.at("GROUPING", "SETS") {
				p.pipeGrouping(at, "GROUPING SETS")
			}
			a.Grouping = append(a.Grouping, p.namedExpression())
			if !p.accept(",") {
				break
			}
		}
		if p.at("WITH", "ROLLUP") || p.at("WITH", "CUBE") || p.at("GROUPING", "SETS") {
			p.pipeGrouping(at, "GROUPING SETS")
		}
		if len(a.Grouping) == 1 && isAll(a.Grouping[0]) {
			p.pipeGrouping(at, "GROUP BY ALL")
		}
	} else if a.Aggregates == nil {
		p.refuse(at, "The AGGREGATE clause requires a list of aggregate expressions or a list of grouping expressions, or both")
	}
	a.Common = p.common(from)
	return a
}

func (p *parser) pipeGrouping(at int, kind string) {
	p.fail(at, "UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE", "case", kind)
}
