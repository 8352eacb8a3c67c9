package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A pivotValue is a value of the pivot column, and the name its columns have.
type pivotValue struct {
	value expr.Expr
	name  string
}

// pivot makes an aggregation of PIVOT: for each value, the aggregates of the rows that have it.
func (r *resolver) pivot(l *logical.Aggregate, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	column := plain(n.resolve(l.PivotCol))
	if !column.Type().Ordered() {
		fail(l.Origin, "INCOMPARABLE_PIVOT_COLUMN", "columnName", "`"+column.String()+"`")
	}
	list := n.selectList(l.Aggregates)
	used := map[int64]bool{}
	mark := func(e expr.Expr) {
		expr.Walk(e, func(e expr.Expr) {
			if a, ok := e.(*expr.Attr); ok {
				used[a.ID] = true
			}
		})
	}
	mark(column)
	for _, a := range list.exprs {
		r.checkPivot(plain(a), l.Origin)
		mark(a)
	}
	var keys []expr.Expr
	for _, k := range l.Grouping {
		keys = append(keys, n.named(n.resolve(k)))
	}
	if !l.FromAPI {
		for _, a := range in.cols {
			if !used[a.ID] {
				keys = append(keys, a)
			}
		}
	}
	out := &items{exprs: append([]expr.Expr(nil), keys...)}
	for _, v := range r.pivotValues(l, n, column, in) {
		for _, a := range list.exprs {
			name := v.name
			if len(list.exprs) > 1 {
				name += "_" + nameOf(a).Name
			}
			out.exprs = append(out.exprs, alias(r.ofValue(plain(a), column, v.value), name))
		}
	}
	s := r.groupedBy(n, out, keys, nil, nil, l.Origin, nil)
	resolved.Walk(s.rel, func(rel resolved.Relation) {
		if g, ok := rel.(*resolved.Aggregate); ok && g.Input == n.scope.rel {
			g.Pivot = true
		}
	})
	s.under, s.group = nil, nil
	return s
}

// checkPivot refuses columns outside of aggregate functions.
func (r *resolver) checkPivot(e expr.Expr, o *logical.Origin) {
	if !hasAggregate(e) {
		fail(o, "_LEGACY_ERROR_TEMP_1006", "sql", qualifiedText(e))
	}
	expr.RewriteDown(e, func(e expr.Expr) (expr.Expr, bool) {
		switch e := e.(type) {
		case *expr.Agg:
			return e, true
		case *expr.Attr:
			fail(o, "_LEGACY_ERROR_TEMP_1006", "sql", qualifiedText(e))
		}
		return e, false
	})
}

// ofValue is an aggregate of the rows with a value only. Where there are none it is null, also for count.
func (r *resolver) ofValue(e, column, value expr.Expr) expr.Expr {
	is := r.must("<=>", column, value)
	x := expr.RewriteDown(e, func(e expr.Expr) (expr.Expr, bool) {
		a, ok := e.(*expr.Agg)
		if !ok {
			return e, false
		}
		b := *a
		b.Filter = r.both(a.Filter, is)
		return &b, true
	})
	return r.must("if", r.must("max", is), x, expr.NullOf(x.Type()))
}

// pivotValues are the values that are given, or all there are, sorted.
func (r *resolver) pivotValues(l *logical.Aggregate, n *names, column expr.Expr, in *scope) []pivotValue {
	var out []pivotValue
	none := r.names(leafScope(oneRow()), n.env)
	for _, v := range l.PivotVals {
		e := none.resolve(v)
		name := ""
		if a, ok := e.(*expr.Alias); ok {
			name, e = a.Name, plain(e)
		}
		if !expr.Foldable(e) {
			fail(v.Place(), "NON_LITERAL_PIVOT_VALUES", "expression", sqlText(e))
		}
		if t := e.Type(); !t.Same(column.Type()) {
			if types.Widen(t, column.Type()) == nil && positional(column.Type(), t) == nil || !types.CanCast(t, column.Type(), types.CastAnsi) {
				fail(v.Place(), "PIVOT_VALUE_DATA_TYPE_MISMATCH", "value", e.String(), "valueType", t.String(), "pivotType", column.Type().String())
			}
			e = implicit(e, column.Type(), r.Legacy)
		}
		e = expr.Fold(r.Context, e)
		if name == "" {
			name = r.valueName(e)
		}
		out = append(out, pivotValue{e, name})
	}
	if len(l.PivotVals) > 0 {
		return out
	}
	if r.PivotValues == nil {
		fail(l.Origin, "INTERNAL_ERROR", "message", "pivot without a list of values")
	}
	values, err := r.PivotValues(distinctValues(in, column))
	if err != nil {
		raise(l.Origin, err)
	}
	if len(values) > r.MaxPivot {
		fail(l.Origin, "_LEGACY_ERROR_TEMP_1324", "pivotColumn", column.String(), "maxValues", itoa(r.MaxPivot))
	}
	for _, v := range values {
		lit := &expr.Lit{Value: v, Typ: column.Type()}
		out = append(out, pivotValue{lit, r.valueName(lit)})
	}
	return out
}

// valueName is a value as the name of a column.
func (r *resolver) valueName(e expr.Expr) string {
	l, ok := e.(*expr.Lit)
	switch {
	case !ok:
		return e.String()
	case l.Value == nil:
		return "null"
	}
	return types.Text(l.Value, l.Typ, types.CastText, r.Context.Zone)
}

// distinctValues is the values of a column, in order.
func distinctValues(in *scope, column expr.Expr) resolved.Relation {
	a := alias(column, "value")
	d := &resolved.Distinct{Input: project(in.rel, []expr.Expr{a})}
	return &resolved.Sort{Input: d, Order: []expr.SortKey{{Child: a.Attr(), NullsFirst: true}}, Global: true}
}
