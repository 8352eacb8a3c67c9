package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// A subquery that uses columns of the query around it becomes one that does not, and a join.
//
// Most can be had by pulling: the conditions that use the columns are taken out of the subquery's filters, and become the
// condition of the join. An aggregation beneath is grouped by what the conditions compare. See pull.
//
// All others are computed for the whole domain of the columns at once: the distinct combinations of their values in the
// query around are joined to the subquery's inputs, and everything above is done for each of them. See domain.go.

// decorrelated is a subquery that stands alone.
type decorrelated struct {
	rel        resolved.Relation
	cols       []*expr.Attr // what the subquery yields
	conditions []expr.Expr  // how its rows belong to those of the query around
	marker     *expr.Attr   // not null where there is a row, with
	empty      expr.Expr    // the value where there is none: COUNT is 0 of no rows
}

// result is the value of a scalar subquery above its join.
func (d *decorrelated) result(r *resolver, _ resolved.Relation) expr.Expr {
	col := nullableAttr(d.cols[0])
	if d.marker == nil {
		return col
	}
	return r.must("if", r.must("isnull", nullableAttr(d.marker)), implicit(d.empty, col.Typ, r.Legacy), col)
}

func (r *resolver) decorrelate(plan *subplan, outer []expr.Expr, left resolved.Relation, kind expr.SubqueryKind) *decorrelated {
	d := &decorrelated{rel: plan.rel, cols: plan.rel.Output()}
	if len(plan.params) == 0 {
		return d
	}
	p := &puller{resolver: r, params: map[int64]expr.Expr{}, kind: kind}
	for i, a := range plan.params {
		p.params[a.ID] = outer[i]
	}
	if rel, conditions, ok := p.pull(plan.rel, true); ok {
		d.rel = rel
		for _, c := range conditions {
			d.conditions = append(d.conditions, p.bind(c))
		}
		if p.global != nil {
			d.empty = expr.Fold(r.Context, p.bind(p.ofNothing(plan.rel)))
			if l, ok := d.empty.(*expr.Lit); ok && l.Value == nil {
				return d // null, as without a row
			}
			mark := alias(expr.True, "alwaysTrue")
			d.rel = project(d.rel, append(attrExprs(d.rel.Output()), mark))
			d.marker = mark.Attr()
		}
		return d
	}
	return r.overDomain(plan, outer, left, d)
}

// A puller takes the conditions on columns of the query around out of a subquery.
type puller struct {
	*resolver
	params map[int64]expr.Expr // what stands for a column of the query around
	kind   expr.SubqueryKind
	global *resolved.Aggregate // an aggregation without grouping that now has one
}

// uses says whether an expression uses columns of the query around.
func (p *puller) uses(e expr.Expr) (found bool) {
	expr.Walk(e, func(e expr.Expr) {
		if a, ok := e.(*expr.Attr); ok && p.params[a.ID] != nil {
			found = true
		}
	})
	return found
}

func (p *puller) usesAny(es []expr.Expr) bool {
	for _, e := range es {
		if p.uses(e) {
			return true
		}
	}
	return false
}

// within says whether a relation does.
func (p *puller) within(rel resolved.Relation) (found bool) {
	resolved.Walk(rel, func(rel resolved.Relation) { found = found || p.usesAny(rel.Exprs()) })
	return found
}

// bind puts the columns of the query around in their places.
func (p *puller) bind(e expr.Expr) expr.Expr {
	return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		if a, ok := e.(*expr.Attr); ok && p.params[a.ID] != nil {
			return p.params[a.ID]
		}
		return e
	})
}

// pull is a relation without conditions on columns of the query around, and those; false if there are other uses. At the
// top nothing has been computed of the rows yet.
func (p *puller) pull(rel resolved.Relation, top bool) (resolved.Relation, []expr.Expr, bool) {
	if !p.within(rel) {
		return rel, nil, true
	}
	switch x := rel.(type) {
	case *resolved.Filter:
		return p.pullFilter(x, top)
	case *resolved.Project:
		in, conditions, ok := p.pull(x.Input, top)
		if !ok || p.usesAny(x.Cols) {
			return nil, nil, false
		}
		return project(in, p.visible(x.Cols, in, conditions)), conditions, true
	case *resolved.Aggregate:
		return p.pullAggregate(x, top)
	case *resolved.Sort:
		in, conditions, ok := p.pull(x.Input, top)
		return x.WithInputs([]resolved.Relation{in}), conditions, ok && !p.usesAny(x.Exprs())
	case *resolved.Limit:
		if !top || p.kind != expr.ExistsSubquery || x.N == 0 {
			return nil, nil, false
		}
		return p.pull(x.Input, top) // whether there are rows does not depend on how many are taken
	case *resolved.Distinct:
		in, conditions, ok := p.pull(x.Input, false)
		if !ok || !p.equalities(conditions) {
			return nil, nil, false
		}
		return &resolved.Distinct{Input: in}, conditions, true
	case *resolved.Join:
		return p.pullJoin(x)
	}
	return nil, nil, false
}

// visible adds the columns that conditions use to a projection.
func (p *puller) visible(cols []expr.Expr, in resolved.Relation, conditions []expr.Expr) []expr.Expr {
	out := append([]expr.Expr(nil), cols...)
	have := map[int64]bool{}
	for _, c := range cols {
		have[nameOf(c).ID] = true
	}
	for _, a := range in.Output() {
		for _, c := range conditions {
			if !have[a.ID] && mentionsAttr(c, a.ID) {
				have[a.ID] = true
				out = append(out, a)
			}
		}
	}
	return out
}

func mentionsAttr(e expr.Expr, id int64) (found bool) {
	expr.Walk(e, func(e expr.Expr) {
		a, ok := e.(*expr.Attr)
		found = found || ok && a.ID == id
	})
	return found
}

func (p *puller) pullFilter(x *resolved.Filter, top bool) (resolved.Relation, []expr.Expr, bool) {
	in, conditions, ok := p.pull(x.Input, top)
	if !ok || p.global != nil { // HAVING must see the group of no rows
		return nil, nil, false
	}
	var stay expr.Expr
	for _, c := range conjuncts(x.Condition) {
		if p.uses(c) {
			conditions = append(conditions, c)
		} else {
			stay = p.both(stay, c)
		}
	}
	if stay != nil {
		in = &resolved.Filter{Input: in, Condition: stay}
	}
	return in, conditions, true
}

// conjuncts are the conditions an AND has.
func conjuncts(e expr.Expr) []expr.Expr {
	if c, ok := e.(*expr.Call); ok && c.Fn.Name == "and" {
		return append(conjuncts(c.Args[0]), conjuncts(c.Args[1])...)
	}
	return []expr.Expr{e}
}

// sides are the two sides of an equality, the subquery's first; nil if the condition is none.
func (p *puller) sides(c expr.Expr) (inner, outer expr.Expr) {
	call, ok := c.(*expr.Call)
	if !ok || call.Fn.Name != "=" && call.Fn.Name != "<=>" {
		return nil, nil
	}
	a, b := call.Args[0], call.Args[1]
	switch {
	case !p.uses(a) && p.onlyOuter(b):
		return a, b
	case !p.uses(b) && p.onlyOuter(a):
		return b, a
	}
	return nil, nil
}

// onlyOuter says whether an expression uses no columns but of the query around.
func (p *puller) onlyOuter(e expr.Expr) bool {
	only := true
	expr.Walk(e, func(e expr.Expr) {
		if a, ok := e.(*expr.Attr); ok && p.params[a.ID] == nil {
			only = false
		}
	})
	return only
}

func (p *puller) equalities(conditions []expr.Expr) bool {
	for _, c := range conditions {
		if inner, _ := p.sides(c); inner == nil {
			return false
		}
	}
	return true
}

// pullAggregate groups also by what the conditions compare.
func (p *puller) pullAggregate(x *resolved.Aggregate, top bool) (resolved.Relation, []expr.Expr, bool) {
	in, conditions, ok := p.pull(x.Input, false)
	if !ok || p.usesAny(x.Exprs()) || x.Session >= 0 || !p.equalities(conditions) {
		return nil, nil, false
	}
	global := len(x.Grouping) == 0
	if global && (!top || p.kind != expr.ScalarSubquery) {
		return nil, nil, false
	}
	y := &resolved.Aggregate{Input: in, Grouping: append([]expr.Expr(nil), x.Grouping...), Aggs: x.Aggs, Session: -1}
	for i, c := range conditions {
		inner, outer := p.sides(c)
		var key expr.Expr = inner
		if _, ok := inner.(*expr.Attr); !ok {
			key = alias(inner, inner.String())
		}
		have := false
		for _, g := range y.Grouping {
			have = have || nameOf(g).ID == nameOf(key).ID
		}
		if !have {
			y.Grouping = append(y.Grouping, key)
		}
		conditions[i] = p.must(c.(*expr.Call).Fn.Name, nameOf(key), outer)
	}
	if global {
		p.global = x
	}
	return y, conditions, true
}

// pullJoin takes conditions from the sides of a join whose rows all come through.
func (p *puller) pullJoin(x *resolved.Join) (resolved.Relation, []expr.Expr, bool) {
	j := *x
	left, conditions, ok := p.pull(x.Left, false)
	if !ok {
		return nil, nil, false
	}
	j.Left = left
	if x.Type == resolved.Inner {
		right, more, ok := p.pull(x.Right, false)
		if !ok {
			return nil, nil, false
		}
		j.Right, conditions, j.Condition = right, append(conditions, more...), nil
		if x.Condition != nil {
			for _, c := range conjuncts(x.Condition) {
				if p.uses(c) {
					conditions = append(conditions, c)
				} else {
					j.Condition = p.both(j.Condition, c)
				}
			}
		}
		return &j, conditions, true
	}
	if x.Type == resolved.RightOuter || x.Type == resolved.FullOuter || p.within(x.Right) || p.usesAny(x.Exprs()) {
		return nil, nil, false
	}
	return &j, conditions, true
}

// ofNothing is what a subquery over an aggregation without grouping yields where no row comes in.
func (p *puller) ofNothing(rel resolved.Relation) expr.Expr {
	values := map[int64]expr.Expr{}
	value := func(e expr.Expr) expr.Expr {
		return expr.Rewrite(plain(e), func(e expr.Expr) expr.Expr {
			if a, ok := e.(*expr.Attr); ok && values[a.ID] != nil {
				return values[a.ID]
			}
			return e
		})
	}
	var walk func(rel resolved.Relation)
	walk = func(rel resolved.Relation) {
		switch x := rel.(type) {
		case *resolved.Aggregate:
			for _, a := range x.Aggs {
				values[nameOf(a).ID] = p.emptyValue(plain(a).(*expr.Agg))
			}
			return
		case *resolved.Project:
			walk(x.Input)
			for _, c := range x.Cols {
				values[nameOf(c).ID] = value(c)
			}
			return
		}
		for _, in := range rel.Inputs() {
			walk(in)
		}
	}
	walk(rel)
	return values[rel.Output()[0].ID]
}

// emptyValue is the value of an aggregate function of no rows.
func (r *resolver) emptyValue(a *expr.Agg) expr.Expr {
	acc := a.Accumulator()
	acc.Grow(1)
	v, err := acc.Result(r.Context)
	if err != nil {
		raise(nil, err)
	}
	return &expr.Lit{Value: v.Any(0), Typ: a.Typ}
}
