package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// A domain is the distinct combinations of the values that a subquery uses of the query around it. Each use is a copy.
type domain struct {
	*puller
	left   resolved.Relation
	params []*expr.Attr
	outer  []expr.Expr
	o      *logical.Origin
}

// overDomain computes a subquery for the whole domain.
func (r *resolver) overDomain(plan *subplan, outer []expr.Expr, left resolved.Relation, d *decorrelated) *decorrelated {
	p := &puller{resolver: r, params: map[int64]expr.Expr{}}
	dom := &domain{puller: p, left: left, params: plan.params, outer: outer}
	for i, a := range plan.params {
		p.params[a.ID] = outer[i]
	}
	dom.check()
	rel, at := dom.dependent(plan.rel)
	d.rel = rel
	for i := range outer {
		d.conditions = append(d.conditions, r.must("<=>", outer[i], at[i]))
	}
	return d
}

// check refuses a query around that would not be the same when it is computed again.
func (d *domain) check() {
	stable := true
	resolved.Walk(d.left, func(rel resolved.Relation) {
		if _, ok := rel.(*resolved.Sample); ok {
			stable = false
		}
		for _, e := range rel.Exprs() {
			stable = stable && expr.Deterministic(e)
		}
	})
	if !stable {
		fail(d.o, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE", "sqlExprs", joined(d.outer, sqlText))
	}
}

// values is a copy of the domain, and its columns.
func (d *domain) values() (resolved.Relation, []*expr.Attr) {
	copied, ids := resolved.Fresh(d.left)
	cols := make([]expr.Expr, len(d.params))
	at := make([]*expr.Attr, len(d.params))
	for i, e := range d.outer {
		a := alias(resolved.Renew(e, ids), d.params[i].Name)
		cols[i], at[i] = a, a.Attr()
	}
	return &resolved.Distinct{Input: project(copied, cols)}, at
}

// placed puts columns of the domain in the places of what the subquery uses.
func (d *domain) placed(e expr.Expr, at []*expr.Attr) expr.Expr {
	return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		if a, ok := e.(*expr.Attr); ok {
			for i, p := range d.params {
				if p.ID == a.ID {
					return at[i]
				}
			}
		}
		return e
	})
}

// dependent is a relation for each element of the domain: at are the columns that say which.
func (d *domain) dependent(rel resolved.Relation) (out resolved.Relation, at []*expr.Attr) {
	if !d.within(rel) {
		values, at := d.values()
		return &resolved.Join{Left: values, Right: rel, Type: resolved.Inner}, at
	}
	place := func(rel resolved.Relation, in resolved.Relation) resolved.Relation {
		return resolved.MapExprs(rel.WithInputs([]resolved.Relation{in}), func(e expr.Expr) expr.Expr { return d.placed(e, at) })
	}
	var in resolved.Relation
	switch x := rel.(type) {
	case *resolved.Join:
		return d.join(x)
	case *resolved.Union, *resolved.Intersect, *resolved.Except:
		return d.set(rel)
	case *resolved.LocalRelation, *resolved.Scan, *resolved.Range, *resolved.Recursive, *resolved.RecursiveRef, *resolved.Cached:
		d.refuse()
	}
	in, at = d.dependent(rel.Inputs()[0])
	switch x := rel.(type) {
	case *resolved.Project:
		p := place(rel, in).(*resolved.Project)
		return project(p.Input, append(append([]expr.Expr(nil), p.Cols...), attrExprs(at)...)), at
	case *resolved.Filter, *resolved.Sort, *resolved.Generate, *resolved.Sample, *resolved.Repartition, *resolved.Distinct:
		return place(rel, in), at
	case *resolved.Deduplicate:
		y := *x
		y.Input, y.Keys = in, append(append([]*expr.Attr(nil), x.Keys...), at...)
		return &y, at
	case *resolved.Aggregate:
		return d.aggregate(place(rel, in).(*resolved.Aggregate), at)
	case *resolved.Window:
		w := place(rel, in).(*resolved.Window)
		calls := make([]expr.Expr, len(w.Calls))
		for i, c := range w.Calls {
			a := *c.(*expr.Alias)
			call := *a.Child.(*expr.WindowCall)
			call.Partition = append(append([]expr.Expr(nil), call.Partition...), attrExprs(at)...)
			a.Child = &call
			calls[i] = &a
		}
		return &resolved.Window{Input: in, Calls: calls}, at
	case *resolved.Expand:
		y := *place(rel, in).(*resolved.Expand)
		again := make([]*expr.Attr, len(at))
		for i, a := range at {
			b := *a
			b.ID = expr.NextID()
			again[i] = &b
		}
		rows := make([][]expr.Expr, len(y.Projections))
		for i, p := range y.Projections {
			rows[i] = append(append([]expr.Expr(nil), p...), attrExprs(at)...)
		}
		y.Projections, y.Attrs = rows, append(append([]*expr.Attr(nil), y.Attrs...), again...)
		return &y, again
	case *resolved.Limit:
		return d.numbered(in, at, rel, "<=", x.N), at
	case *resolved.Offset:
		return d.numbered(in, at, rel, ">", x.N), at
	}
	d.refuse()
	return nil, nil
}

func (d *domain) refuse() {
	fail(d.o, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE", "sqlExprs", joined(d.outer, sqlText))
}

// numbered is LIMIT and OFFSET for each element of the domain: rows are numbered in the order there is.
func (d *domain) numbered(in resolved.Relation, at []*expr.Attr, rel resolved.Relation, op string, n int64) resolved.Relation {
	w := &expr.WindowCall{Func: d.must("row_number"), Partition: attrExprs(at), Order: orderOf(in), Frame: runningRows}
	if len(w.Order) == 0 {
		w.Order = []expr.SortKey{{Child: at[0], NullsFirst: true}}
	}
	number := alias(w, "_row")
	numbered := &resolved.Window{Input: in, Calls: []expr.Expr{number}}
	kept := &resolved.Filter{Input: numbered, Condition: d.must(op, number.Attr(), expr.LongLit(n))}
	return project(kept, attrExprs(append(append([]*expr.Attr(nil), rel.Output()...), at...)))
}

// orderOf is the order in which a relation's rows come.
func orderOf(rel resolved.Relation) []expr.SortKey {
	switch x := rel.(type) {
	case *resolved.Sort:
		return x.Order
	case *resolved.Project:
		keys := orderOf(x.Input)
		for _, k := range keys {
			visible := true
			expr.Walk(k.Child, func(e expr.Expr) {
				if a, ok := e.(*expr.Attr); ok {
					has := false
					for _, b := range x.Output() {
						has = has || a.ID == b.ID
					}
					visible = visible && has
				}
			})
			if !visible {
				return nil
			}
		}
		return keys
	case *resolved.Filter, *resolved.Window:
		return orderOf(rel.Inputs()[0])
	}
	return nil
}

// aggregate groups by the domain too. Where there was no grouping an element without rows has a row all the same.
func (d *domain) aggregate(x *resolved.Aggregate, at []*expr.Attr) (resolved.Relation, []*expr.Attr) {
	y := *x
	y.Grouping = append(append([]expr.Expr(nil), x.Grouping...), attrExprs(at)...)
	if len(x.Grouping) > 0 {
		return &y, at
	}
	y.Aggs = nil
	for _, a := range x.Aggs {
		y.Aggs = append(y.Aggs, alias(plain(a), nameOf(a).Name))
	}
	mark := alias(expr.True, "alwaysTrue")
	marked := project(&y, append(attrExprs(y.Output()), mark))
	values, all := d.values()
	var condition expr.Expr
	for i := range at {
		condition = d.both(condition, d.must("<=>", all[i], at[i]))
	}
	j := &resolved.Join{Left: values, Right: marked, Type: resolved.LeftOuter, Condition: condition}
	cols := attrExprs(all)
	missing := d.must("isnull", nullableAttr(mark.Attr()))
	for i, a := range x.Aggs {
		made := nullableAttr(nameOf(y.Aggs[i]))
		value := d.must("if", missing, d.emptyValue(plain(a).(*expr.Agg)), made)
		cols = append(cols, &expr.Alias{ID: nameOf(a).ID, Name: nameOf(a).Name, Child: value})
	}
	return project(j, cols), all
}

// join is a join for each element of the domain. A side whose rows may be missing is computed for the domain as well.
func (d *domain) join(x *resolved.Join) (resolved.Relation, []*expr.Attr) {
	inLeft, inRight := d.within(x.Left), d.within(x.Right)
	onlyLeft := !inRight && x.Type != resolved.RightOuter && x.Type != resolved.FullOuter
	onlyRight := !inLeft && inRight && x.Type == resolved.Inner && !d.usesAny(x.Exprs())
	j := *x
	var at, left, right []*expr.Attr
	if onlyRight {
		j.Right, at = d.dependent(x.Right)
	} else {
		j.Left, left = d.dependent(x.Left)
		at = left
	}
	if !onlyLeft && !onlyRight {
		j.Right, right = d.dependent(x.Right)
	}
	if j.Condition != nil {
		j.Condition = d.placed(x.Condition, at)
	}
	if right == nil {
		return &j, at
	}
	for i := range left {
		j.Condition = d.both(j.Condition, d.must("<=>", left[i], right[i]))
	}
	switch x.Type {
	case resolved.RightOuter:
		return &j, right
	case resolved.FullOuter:
		cols := attrExprs(x.Output())
		for i := range left {
			a := alias(d.must("coalesce", nullableAttr(left[i]), nullableAttr(right[i])), left[i].Name)
			cols = append(cols, a)
			at[i] = a.Attr()
		}
		return project(&j, cols), at
	}
	return &j, left
}

// set is a set operation for each element of the domain.
func (d *domain) set(rel resolved.Relation) (resolved.Relation, []*expr.Attr) {
	var inputs []resolved.Relation
	var at []*expr.Attr
	for _, in := range rel.Inputs() {
		own := in.Output()
		r, cols := d.dependent(in)
		inputs = append(inputs, project(r, attrExprs(append(append([]*expr.Attr(nil), own...), cols...))))
		if at == nil {
			for _, c := range cols {
				b := *c
				b.ID, b.Null = expr.NextID(), true
				at = append(at, &b)
			}
		}
	}
	attrs := append(append([]*expr.Attr(nil), rel.Output()...), at...)
	switch x := rel.(type) {
	case *resolved.Union:
		return &resolved.Union{Children: inputs, Attrs: attrs}, at
	case *resolved.Intersect:
		return &resolved.Intersect{Left: inputs[0], Right: inputs[1], All: x.All, Attrs: attrs}, at
	case *resolved.Except:
		return &resolved.Except{Left: inputs[0], Right: inputs[1], All: x.All, Attrs: attrs}, at
	}
	return nil, nil
}
