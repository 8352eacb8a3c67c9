package sql

import (
	"gospark/runtime/logical"
)

// A hint is one of those between /*+ and */.
type hint struct {
	from int
	name string
	args []logical.Expression
}

// selectQuery reads SELECT … [FROM …] up to the WINDOW clause. Input, if not nil, is what was read by a FROM before.
func (p *parser) selectQuery(input logical.Relation) logical.Relation {
	from := p.i
	hints, distinct, items := p.selectClause()
	if input == nil {
		if p.accept("FROM") {
			input = p.relations()
		} else {
			input = &logical.OneRow{Common: p.common(from)}
		}
	}
	for p.at("LATERAL", "VIEW") {
		input = p.lateralView(input)
	}
	if at := p.i; p.accept("WHERE") {
		input = &logical.Filter{Input: input, Condition: p.expression(), Common: p.common(at)}
	}
	r := p.aggregated(from, input, items)
	if at := p.i; p.at("QUALIFY") && p.clauseAt(0) {
		p.i++
		r = &logical.Filter{Input: r, Condition: p.expression(), Common: p.common(at), Qualify: true}
	}
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

// selectClause reads SELECT [hints] [ALL | DISTINCT] items.
func (p *parser) selectClause() (hints []hint, distinct bool, items []logical.Expression) {
	p.i++
	for p.accept("/*+") {
		hints = append(hints, p.hints()...)
	}
	if p.at("TRANSFORM", "(") && p.match[p.i+1] > 0 && p.tokens[p.match[p.i+1]+1].sym == "USING" {
		p.unsupported()
	}
	if p.quantified() {
		distinct = p.next().sym == "DISTINCT"
	}
	p.list(func() { items = append(items, p.item()) })
	return hints, distinct, items
}

// item reads an item of SELECT.
func (p *parser) item() logical.Expression {
	before := p.inItem
	p.inItem = true
	e := p.namedExpression()
	p.inItem = before
	return e
}

// quantified says whether ALL or DISTINCT is next and is no name.
func (p *parser) quantified() bool {
	if !p.at("ALL") && !p.at("DISTINCT") {
		return false
	}
	n := p.peek(1)
	if n.kind == symbolKind && n.sym != "(" && n.sym != "*" && n.sym != "~" && n.sym != ":" && n.sym != "?" && n.sym != "!" {
		return false
	}
	return startsExpression(n) && n.sym != "AS" && !p.clauseAt(1)
}

// hints reads what is between /*+ and */.
func (p *parser) hints() []hint {
	var hs []hint
	for {
		h := hint{from: p.i, name: p.identifier()}
		if p.accept("(") {
			p.closeList(p.list(func() { h.args = append(h.args, p.primary()) }))
		}
		hs = append(hs, h)
		p.accept(",")
		if p.accept("*/") {
			return hs
		}
	}
}

// aggregated reads GROUP BY and HAVING, and puts the items of SELECT on top.
func (p *parser) aggregated(from int, input logical.Relation, items []logical.Expression) logical.Relation {
	grouped := p.at("GROUP", "BY")
	a := &logical.Aggregate{Input: input, Aggregates: items}
	if grouped {
		p.groupBy(a)
	}
	if p.accept("HAVING") {
		a.Having = p.expression()
	}
	if !grouped && a.Having == nil {
		return &logical.Project{Common: p.common(from), Input: input, Exprs: items}
	}
	a.Common = p.common(from)
	return a
}

// windows reads WINDOW name AS spec, ….
func (p *parser) windows(input logical.Relation) logical.Relation {
	from := p.i
	p.i++
	w := &logical.NamedWindows{Input: input, Windows: map[string]*logical.Window{}}
	p.list(func() {
		name := p.wholeIdentifier()
		p.expect("AS", nil)
		spec := p.windowSpec()
		if w.Windows[name] != nil {
			p.fail(from, "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION", "windowName", quoteName(name))
		}
		w.Windows[name] = spec
	})
	for _, name := range sortedKeys(w.Windows) {
		ref := w.Windows[name].Name
		if ref == "" {
			continue
		}
		other := w.Windows[ref]
		switch {
		case other == nil:
			p.fail(from, "INVALID_SQL_SYNTAX.UNRESOLVED_WINDOW_REFERENCE", "windowName", quoteName(ref))
		case other.Name != "":
			p.fail(from, "INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE", "windowName", quoteName(ref))
		}
		w.Windows[name] = other
	}
	w.Common = p.common(from)
	return w
}
