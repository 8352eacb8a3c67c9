package analysis

import (
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// filter resolves WHERE, and QUALIFY, which may use window functions and the aliases of SELECT.
func (r *resolver) filter(l *logical.Filter, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	n.beneath = l.Qualify || l.Origin == nil && in.group == nil
	c := plain(n.resolve(l.Condition))
	if l.Qualify {
		return r.qualify(in, r.condition(c, l), l)
	}
	r.checkWhere(c, l)
	c = r.condition(c, l)
	rel := r.reach(in.rel, []expr.Expr{c})
	return in.over(same(r.kept(rel, c), in.rel))
}

// kept is the rows for which a condition is true. IN and EXISTS that all rows have to meet are joins of their own kinds.
func (r *resolver) kept(rel resolved.Relation, c expr.Expr) resolved.Relation {
	var rest expr.Expr
	for _, x := range conjuncts(c) {
		if q, not := subqueryTest(x); q != nil {
			rel = r.semi(rel, q, not)
		} else {
			rest = r.both(rest, x)
		}
	}
	if rest == nil {
		return rel
	}
	out := rel.Output()
	rel, cols := r.flatten(rel, []expr.Expr{rest})
	rel = &resolved.Filter{Input: rel, Condition: cols[0]}
	if len(rel.Output()) > len(out) {
		return project(rel, attrExprs(out))
	}
	return rel
}

// same leaves a relation with the columns that another has.
func same(rel, like resolved.Relation) resolved.Relation {
	if len(rel.Output()) == len(like.Output()) {
		return rel
	}
	return project(rel, attrExprs(like.Output()))
}

func (r *resolver) condition(c expr.Expr, l *logical.Filter) expr.Expr {
	b, ok := boolean(c)
	if !ok {
		fail(l.Condition.Place(), "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "sqlExpr", sqlText(c), "filter", sqlText(c),
			"type", typeText(c.Type()))
	}
	return b
}

// checkWhere refuses what has no meaning for a single row.
func (r *resolver) checkWhere(c expr.Expr, l *logical.Filter) {
	noGenerator(l.Origin, "'Filter "+c.String(), c)
	noWindow(c, "WHERE", l.Condition.Place())
	var bad []string
	expr.RewriteDown(c, func(e expr.Expr) (expr.Expr, bool) {
		if _, ok := e.(*expr.Agg); ok {
			bad = append(bad, qualifiedText(e))
			return e, true
		}
		return e, false
	})
	if len(bad) > 0 {
		fail(l.Origin, "INVALID_WHERE_CONDITION", "condition", sqlText(c), "expressionList", strings.Join(bad, ", "))
	}
}

// noGenerator refuses functions that make rows in an operator that is given rows.
func noGenerator(o *logical.Origin, operator string, of ...expr.Expr) {
	for _, e := range of {
		if _, ok := expr.Find[*expr.Generate](e); ok {
			fail(o, "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", "plan", operator)
		}
	}
}

// noWindow refuses window functions in a clause that is before them.
func noWindow(c expr.Expr, clause string, o *logical.Origin) {
	if _, ok := expr.Find[*expr.WindowCall](c); ok {
		fail(o, "WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE", "clauseName", clause)
	}
}

// qualify filters by window functions over what SELECT yields.
func (r *resolver) qualify(in *scope, c expr.Expr, l *logical.Filter) *scope {
	cols := []expr.Expr{c}
	if in.group != nil {
		cols[0] = in.group.lift(c)
	}
	rel, cols := r.windowCalls(r.reach(in.rel, cols), cols)
	return in.over(same(r.kept(rel, cols[0]), in.rel))
}
