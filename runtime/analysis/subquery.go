package analysis

import (
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A subplan is the query of an *expr.Subquery: its relation, in which params stand for the subquery's Outer expressions.
type subplan struct {
	rel    resolved.Relation
	params []*expr.Attr
}

// subquery resolves a query inside an expression. It stays in the expression until flatten makes a join of it.
func (n *names) subquery(l *logical.SubqueryExpression) expr.Expr {
	around := *n
	around.laterals = nil
	o := &outer{names: &around}
	inner := n.env.with()
	inner.outer, inner.windows = o, nil
	s := n.relation(l.Query, inner)
	rel := only(s)
	if resolved.IsStreaming(rel) {
		fail(l.Origin, "INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY")
	}
	q := &expr.Subquery{ID: expr.NextID(), Kind: expr.SubqueryKind(l.Kind), Typ: types.Boolean}
	switch l.Kind {
	case logical.ScalarSubquery:
		if len(s.cols) != 1 {
			fail(l.Origin, "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN", "number", itoa(len(s.cols)))
		}
		q.Typ, q.Null = s.cols[0].Typ, true
	case logical.InSubquery:
		q.Values = n.inValues(l, s)
		rel = n.inColumns(l, rel, q)
		for i, v := range q.Values {
			q.Null = q.Null || v.Nullable() || rel.Output()[i].Null
		}
	}
	q.Plan = &subplan{rel: rel, params: o.params}
	q.Outer = o.exprs
	return q
}

// inValues are the values on the left side of IN.
func (n *names) inValues(l *logical.SubqueryExpression, s *scope) []expr.Expr {
	values := n.resolveAll(l.Values)
	if len(values) == 1 && len(s.cols) > 1 && values[0].Type().Kind == types.StructKind && len(values[0].Type().Fields) == len(s.cols) {
		e := values[0]
		values = nil
		for _, f := range e.Type().Fields {
			values = append(values, n.extract(e, expr.StringLit(f.Name), l.Origin))
		}
	}
	if len(values) != len(s.cols) {
		fail(l.Origin, "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH", "sqlExpr", inText(values),
			"leftLength", itoa(len(values)), "leftColumns", joined(values, sqlText),
			"rightLength", itoa(len(s.cols)), "rightColumns", joined(s.cols, func(a *expr.Attr) string { return sqlText(a) }))
	}
	return values
}

func inText(values []expr.Expr) string {
	return `"(` + joined(values, expr.Expr.String) + ` IN (listquery()))"`
}

// inColumns gives both sides of IN their common types.
func (n *names) inColumns(l *logical.SubqueryExpression, rel resolved.Relation, q *expr.Subquery) resolved.Relation {
	cols := rel.Output()
	right := make([]expr.Expr, len(cols))
	var bad []string
	for i, v := range q.Values {
		t := types.Widen(v.Type(), cols[i].Typ)
		if t == nil {
			bad = append(bad, "("+sqlText(v)+":"+typeText(v.Type())+", "+sqlText(cols[i])+":"+typeText(cols[i].Typ)+")")
			continue
		}
		q.Values[i] = n.implicit(v, t)
		right[i] = n.widened(cols[i], t)
	}
	if len(bad) > 0 {
		fail(l.Origin, "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH", "sqlExpr", inText(q.Values),
			"mismatchedColumns", strings.Join(bad, ", "), "leftType", joined(q.Values, func(e expr.Expr) string { return typeText(e.Type()) }),
			"rightType", joined(cols, func(a *expr.Attr) string { return typeText(a.Typ) }))
	}
	return changed(rel, right)
}

// flatten makes joins of the subqueries in expressions over a relation, and leaves their results in their places. A
// condition that is an IN or EXISTS keeps the rows themselves.
func (r *resolver) flatten(rel resolved.Relation, cols []expr.Expr) (resolved.Relation, []expr.Expr) {
	out := make([]expr.Expr, len(cols))
	for i, c := range cols {
		out[i] = expr.RewriteDown(c, func(e expr.Expr) (expr.Expr, bool) {
			q, ok := e.(*expr.Subquery)
			not := false
			if call, is := e.(*expr.Call); is && call.Fn.Name == "not" {
				q, ok = call.Args[0].(*expr.Subquery)
				ok = ok && q.Kind == expr.InSubquery
				not = ok
			}
			if !ok {
				return e, false
			}
			var x expr.Expr
			rel, x = r.joinOf(rel, q, not)
			return x, true
		})
	}
	return rel, out
}

// subqueryTest is the subquery of a condition that is only an IN or EXISTS, and whether it is negated.
func subqueryTest(c expr.Expr) (q *expr.Subquery, not bool) {
	if call, ok := c.(*expr.Call); ok && call.Fn.Name == "not" {
		q, not = subqueryTest(call.Args[0])
		return q, !not
	}
	q, ok := c.(*expr.Subquery)
	if !ok || q.Kind == expr.ScalarSubquery {
		return nil, false
	}
	return q, false
}

// semi keeps the rows for which an IN or EXISTS is true, or with not false.
func (r *resolver) semi(rel resolved.Relation, q *expr.Subquery, not bool) resolved.Relation {
	columns := rel.Output()
	rel, values := r.flatten(rel, q.Values)
	rel, outer := r.flatten(rel, q.Outer)
	d := r.decorrelate(q.Plan.(*subplan), outer, rel, q.Kind)
	j := &resolved.Join{Left: rel, Right: d.rel, Type: resolved.LeftSemi}
	var equal expr.Expr
	for i, v := range values {
		equal = r.both(equal, r.must("=", v, d.cols[i]))
	}
	if not {
		j.Type = resolved.LeftAnti
		if equal != nil && q.Null {
			j.Type = resolved.NullAwareAnti
			if len(d.conditions) > 0 {
				// Rows that do not belong to the row must not count, whatever their values are.
				belongs := r.must("coalesce", r.all(d.conditions), expr.False)
				d.conditions = []expr.Expr{belongs}
			}
		}
	}
	j.Condition = r.all(append(d.conditions, equal))
	if equal == nil {
		j.Condition = r.all(d.conditions)
	}
	if len(rel.Output()) > len(columns) {
		return project(j, attrExprs(columns))
	}
	return j
}

// joinOf makes a join of a subquery, and says what it yields, or what NOT of it does.
func (r *resolver) joinOf(rel resolved.Relation, q *expr.Subquery, not bool) (resolved.Relation, expr.Expr) {
	// What the subquery is given may hold subqueries itself.
	rel, values := r.flatten(rel, q.Values)
	rel, outer := r.flatten(rel, q.Outer)
	plan := q.Plan.(*subplan)
	d := r.decorrelate(plan, outer, rel, q.Kind)
	switch q.Kind {
	case expr.ScalarSubquery:
		j := &resolved.Join{Left: rel, Right: d.rel, Type: resolved.LeftSingle, Condition: r.all(d.conditions)}
		return j, d.result(r, j)
	case expr.ExistsSubquery:
		a := &expr.Attr{ID: expr.NextID(), Name: "exists", Typ: types.Boolean}
		return &resolved.Join{Left: rel, Right: d.rel, Type: resolved.Existence, Condition: r.all(d.conditions), Exists: a}, a
	}
	return r.membership(rel, d, values, q, not)
}

// membership is IN, or NOT IN, as a value. As in Spark it is false where a comparison with NULL leaves it open, and NULL
// only for a NULL that is written on the left side.
func (r *resolver) membership(rel resolved.Relation, d *decorrelated, values []expr.Expr, q *expr.Subquery, not bool) (resolved.Relation, expr.Expr) {
	var equal expr.Expr
	open := false
	for i, v := range values {
		equal = r.both(equal, r.must("=", v, d.cols[i]))
		l, ok := plain(v).(*expr.Lit)
		open = open || ok && l.Value == nil
	}
	exists := func(right resolved.Relation, conditions []expr.Expr) *expr.Attr {
		found := &expr.Attr{ID: expr.NextID(), Name: "exists", Typ: types.Boolean, Null: q.Null}
		rel = &resolved.Join{Left: rel, Right: right, Type: resolved.Existence, Condition: r.all(conditions), Exists: found}
		return found
	}
	if open {
		again, ids := resolved.Fresh(d.rel)
		conditions := make([]expr.Expr, 0, len(d.conditions))
		for _, c := range d.conditions {
			conditions = append(conditions, resolved.Renew(c, ids))
		}
		unknown := r.must("if", exists(again, conditions), expr.NullOf(types.Boolean), expr.False)
		if not {
			unknown = r.must("not", unknown)
		}
		return rel, unknown
	}
	if not && q.Null {
		equal = r.must("coalesce", equal, expr.True)
	}
	found := exists(d.rel, append(d.conditions, equal))
	if not {
		return rel, r.must("not", found)
	}
	return rel, found
}

// must calls a built-in function that fits.
func (r *resolver) must(name string, args ...expr.Expr) expr.Expr {
	e, err := expr.Resolve(name, args, expr.Options{Legacy: r.Legacy, Context: r.Context})
	if err != nil {
		raise(nil, err)
	}
	return e
}

// both is a AND b; nil is true.
func (r *resolver) both(a, b expr.Expr) expr.Expr {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return r.must("and", a, b)
}

func (r *resolver) all(conditions []expr.Expr) expr.Expr {
	var sum expr.Expr
	for _, c := range conditions {
		sum = r.both(sum, c)
	}
	return sum
}
