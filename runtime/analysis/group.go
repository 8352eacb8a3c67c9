package analysis

import (
	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A grouping is an aggregation whose SELECT, HAVING and ORDER BY are being resolved: what they compute of groups is added
// to node, which only grows, and only as long as the analysis lasts.
type grouping struct {
	*resolver
	input *scope
	node  *resolved.Aggregate
	keys  []groupKey
	made  map[int64]bool // columns of node, and of projections above it
	gid   *expr.Attr     // which grouping set a row is of; nil without grouping sets
	defs  map[int64]expr.Expr
	// laterals are the aliases of SELECT, outer the query around: aggregate functions may not use the first, nor mix
	// columns of the second with their own.
	laterals *laterals
	outer    *outer
	// late says that SELECT is done: what is missing now is a name that ORDER BY cannot use.
	late func(a *expr.Attr)
	// all says that the keys were found in SELECT: GROUP BY ALL.
	all bool
	o   *logical.Origin
}

// A groupKey is an expression that groups, and the column it makes.
type groupKey struct {
	expr expr.Expr
	attr *expr.Attr
}

// lift replaces what is computed of a group by columns of the aggregation: grouping expressions and aggregate functions.
// What is neither is an error.
func (g *grouping) lift(e expr.Expr) expr.Expr {
	return expr.RewriteDown(e, func(e expr.Expr) (expr.Expr, bool) {
		if a, ok := e.(*expr.Attr); ok && g.made[a.ID] {
			return e, true
		}
		if _, ok := e.(*expr.Alias); !ok {
			for _, k := range g.keys {
				if expr.SemanticEqual(plain(k.expr), e) {
					return k.attr, true
				}
			}
		}
		switch x := e.(type) {
		case *expr.Agg:
			return g.add(x), true
		case *expr.WindowCall:
			return g.liftWindow(x), true
		case *groupingCall:
			return g.groupingBit(x), true
		case *groupingID:
			return g.groupingNumber(x), true
		case *expr.Call:
			// The time of a window is a column of the input, even where the window itself is grouped by.
			if a, ok := windowTime(x); ok && (g.isInput(a) || g.isKey(a)) {
				g.missing(&expr.Attr{Name: x.String(), Typ: x.Type()})
			}
		case *expr.Attr:
			if g.isInput(x) {
				g.missing(x)
			}
		}
		return e, false
	})
}

// windowTime is the window in window_time(window).
func windowTime(c *expr.Call) (*expr.Attr, bool) {
	if c.Fn.Name != "window_time" {
		return nil, false
	}
	a, ok := plain(c.Args[0]).(*expr.Attr)
	return a, ok
}

func (g *grouping) isKey(a *expr.Attr) bool {
	for _, k := range g.keys {
		if k.attr.ID == a.ID || expr.Equal(plain(k.expr), a) {
			return true
		}
	}
	return false
}

func (g *grouping) isInput(a *expr.Attr) bool {
	for _, b := range g.node.Input.Output() {
		if a.ID == b.ID {
			return true
		}
	}
	for s := g.input; s != nil; s = s.under {
		for _, b := range s.cols {
			if a.ID == b.ID {
				return true
			}
		}
	}
	return false
}

// missing says that a column is neither grouped by nor aggregated.
func (g *grouping) missing(e *expr.Attr) {
	if g.late != nil {
		g.late(e)
	}
	if g.all {
		fail(g.o, "UNRESOLVED_ALL_IN_GROUP_BY")
	}
	if len(g.keys) == 0 && g.gid == nil {
		fail(g.o, "MISSING_GROUP_BY")
	}
	fail(g.o, "MISSING_AGGREGATION", "expression", sqlText(e), "expressionAnyValue", `"any_value(`+e.String()+`)"`)
}

// add makes an aggregate function a column of the aggregation.
func (g *grouping) add(a *expr.Agg) *expr.Attr {
	g.check(a)
	if _, ok := expr.Find[*expr.Subquery](a); ok {
		rel, parts := g.flatten(g.node.Input, a.Children())
		g.node.Input = rel
		b := *a.WithChildren(parts).(*expr.Agg)
		named := alias(&b, a.String())
		g.node.Aggs = append(g.node.Aggs, named)
		g.made[named.ID] = true
		return named.Attr()
	}
	for _, x := range g.node.Aggs {
		if old := x.(*expr.Alias); expr.Equal(old.Child, a) {
			return old.Attr()
		}
	}
	named := alias(a, a.String())
	g.node.Aggs = append(g.node.Aggs, named)
	g.made[named.ID] = true
	return named.Attr()
}

// check refuses what cannot be aggregated.
func (g *grouping) check(a *expr.Agg) {
	if a.Filter != nil {
		if inner, ok := expr.Find[*expr.Agg](a.Filter); ok {
			fail(g.o, "INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE", "filterExpr", sqlText(a.Filter), "aggExpr", sqlText(inner))
		}
	}
	for _, c := range a.Children() {
		if !expr.Deterministic(c) {
			fail(g.o, "AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION", "sqlExpr", sqlText(a))
		}
		if hasAggregate(c) {
			fail(g.o, "NESTED_AGGREGATE_FUNCTION")
		}
		if _, ok := expr.Find[*expr.WindowCall](c); ok {
			fail(g.o, "NESTED_AGGREGATE_FUNCTION")
		}
		if _, ok := expr.Find[*expr.Generate](c); ok {
			fail(g.o, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "expression", sqlText(a))
		}
	}
	if name := g.laterals.lateral(a); name != "" {
		fail(g.o, "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC", "lca", types.Quote(name), "aggFunc", sqlText(a))
	}
	g.checkMixed(a)
	if a.Filter != nil {
		if _, ok := boolean(a.Filter); !ok {
			fail(g.o, "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN", "filterExpr", sqlText(a.Filter))
		}
	}
}

// checkMixed refuses columns of the query around beside columns of this one.
func (g *grouping) checkMixed(a *expr.Agg) {
	if g.outer == nil {
		return
	}
	around, own := false, false
	expr.Walk(a, func(e expr.Expr) {
		x, ok := e.(*expr.Attr)
		if !ok {
			return
		}
		isParam := false
		for _, p := range g.outer.params {
			isParam = isParam || p.ID == x.ID
		}
		around, own = around || isParam, own || !isParam
	})
	if around && own {
		fail(g.o, "INVALID_SUBQUERY_EXPRESSION.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES", "function", qualifiedText(a))
	}
}

// liftWindow lifts what a window function is computed of, not the function itself.
func (g *grouping) liftWindow(w *expr.WindowCall) expr.Expr {
	children := append([]expr.Expr(nil), w.Children()...)
	for i, c := range children {
		if i > 0 {
			children[i] = g.lift(c)
			continue
		}
		below := append([]expr.Expr(nil), c.Children()...)
		for j := range below {
			below[j] = g.lift(below[j])
		}
		if len(below) > 0 {
			children[0] = c.WithChildren(below)
		}
	}
	return w.WithChildren(children)
}

// over resolves HAVING. Names are columns of the input first, and then of SELECT.
func (g *grouping) having(n *names, l logical.Expression, out *scope) expr.Expr {
	first := *n
	in := *g.input
	in.under = &scope{cols: out.cols}
	first.scope, first.beneath = &in, true
	e, err := try(func() expr.Expr { return g.lift(g.inline(plain(first.resolve(l)))) })
	if err == nil {
		return e
	}
	c, _ := condition.As(err)
	if c == nil || c.Condition() != "MISSING_AGGREGATION" && c.Condition() != "UNRESOLVED_COLUMN.WITH_SUGGESTION" {
		raise(l.Place(), err)
	}
	second := *n
	up := *out
	up.under = g.input
	second.scope, second.beneath = &up, true
	e, again := try(func() expr.Expr { return g.lift(g.inline(plain(second.resolve(l)))) })
	if again == nil {
		return e
	}
	if a, ok := g.firstMissing(plain(second.resolve(l))); ok {
		unresolvedColumn(l.Place(), []string{a.Name}, out.cols)
	}
	raise(l.Place(), again)
	return nil
}

// firstMissing is the first column that is neither grouped by nor aggregated.
func (g *grouping) firstMissing(e expr.Expr) (found *expr.Attr, ok bool) {
	expr.RewriteDown(e, func(e expr.Expr) (expr.Expr, bool) {
		if _, agg := e.(*expr.Agg); agg {
			return e, true
		}
		for _, k := range g.keys {
			if expr.SemanticEqual(plain(k.expr), e) {
				return e, true
			}
		}
		if a, is := e.(*expr.Attr); is && !ok && !g.made[a.ID] && g.isInput(a) {
			found, ok = a, true
		}
		return e, false
	})
	return found, ok
}

// inline replaces aliases of SELECT by what they stand for, so that HAVING can be computed before SELECT.
func (g *grouping) inline(e expr.Expr) expr.Expr {
	return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		if a, ok := e.(*expr.Attr); ok && g.defs[a.ID] != nil {
			return g.defs[a.ID]
		}
		return e
	})
}

// checkKey refuses what cannot be grouped by.
func (r *resolver) checkKey(e expr.Expr, o *logical.Origin) {
	expr.RewriteDown(e, func(x expr.Expr) (expr.Expr, bool) {
		if a, ok := x.(*expr.Agg); ok {
			fail(o, "GROUP_BY_AGGREGATE", "sqlExpr", qualifiedText(a))
		}
		return x, false
	})
	if t := e.Type(); !groupable(t) {
		fail(o, "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE", "sqlExpr", sqlText(e), "dataType", typeText(t))
	}
}

// groupable says whether rows can be grouped by values of a type. Maps can, by their entries.
func groupable(t *types.Type) bool {
	switch t.Kind {
	case types.MapKind:
		return groupable(t.Key) && groupable(t.Elem)
	case types.ArrayKind:
		return groupable(t.Elem)
	case types.StructKind:
		for _, f := range t.Fields {
			if !groupable(f.Type) {
				return false
			}
		}
	}
	return true
}
