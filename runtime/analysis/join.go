package analysis

import (
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

var joinTypes = map[logical.JoinType]resolved.JoinType{
	logical.InnerJoin: resolved.Inner, logical.CrossJoin: resolved.Inner, logical.LeftOuterJoin: resolved.LeftOuter,
	logical.RightOuterJoin: resolved.RightOuter, logical.FullOuterJoin: resolved.FullOuter,
	logical.LeftSemiJoin: resolved.LeftSemi, logical.LeftAntiJoin: resolved.LeftAnti,
}

// join resolves a join with ON, USING or NATURAL, or a lateral one.
func (r *resolver) join(l *logical.Join, e *env) *scope {
	left := r.relation(l.Left, e)
	if l.Lateral {
		return r.lateralJoin(l, left, e)
	}
	right := r.relation(l.Right, e)
	rel := &resolved.Join{Left: left.rel, Right: right.rel, Type: joinTypes[l.Type]}
	rel.LeftHint, rel.RightHint = r.hintOf(left), r.hintOf(right)
	s := r.joined(rel, left, right)
	if l.Natural || len(l.Using) > 0 {
		return r.using(l, rel, left, right, s)
	}
	if l.Condition != nil {
		both := &scope{rel: rel, cols: append(append([]*expr.Attr(nil), left.cols...), right.cols...),
			hidden: append(append([]*expr.Attr(nil), left.hidden...), right.hidden...), plans: s.plans}
		c := plain(r.names(both, e).resolve(l.Condition))
		return r.conditioned(rel, c, s, l)
	}
	return s
}

// conditioned gives a join its condition.
func (r *resolver) conditioned(rel *resolved.Join, c expr.Expr, s *scope, l *logical.Join) *scope {
	noGenerator(l.Origin, "'Join "+rel.Type.String()+", "+c.String(), c)
	b, ok := boolean(c)
	if !ok {
		fail(l.Condition.Place(), "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE", "joinCondition", sqlText(c), "conditionType", typeText(c.Type()))
	}
	if agg, ok := expr.Find[*expr.Agg](b); ok {
		fail(l.Origin, "UNSUPPORTED_EXPR_FOR_OPERATOR", "invalidExprSqls", sqlText(agg))
	}
	if !expr.Deterministic(b) {
		fail(l.Origin, "INVALID_NON_DETERMINISTIC_EXPRESSIONS", "sqlExprs", sqlText(b))
	}
	rel.Condition = b
	if _, ok := expr.Find[*expr.Subquery](b); ok {
		s = r.joinSubquery(rel, b, s, l)
	}
	return s
}

// joinSubquery computes the subqueries of a join's condition on the side whose columns they use.
func (r *resolver) joinSubquery(rel *resolved.Join, c expr.Expr, s *scope, l *logical.Join) *scope {
	out := &scope{cols: s.cols, hidden: s.hidden, plans: s.plans}
	if rel.Type == resolved.Inner {
		cross := *rel
		cross.Condition = nil
		in, cols := r.flatten(&cross, []expr.Expr{c})
		out.rel = project(&resolved.Filter{Input: in, Condition: cols[0]}, attrExprs(rel.Output()))
		return out
	}
	side := map[int64]bool{}
	for _, a := range rel.Right.Output() {
		side[a.ID] = true
	}
	onRight := false
	expr.Walk(c, func(e expr.Expr) {
		if q, ok := e.(*expr.Subquery); ok {
			for _, o := range q.Children() {
				expr.Walk(o, func(e expr.Expr) {
					a, ok := e.(*expr.Attr)
					onRight = onRight || ok && side[a.ID]
				})
			}
		}
	})
	join := *rel
	var cols []expr.Expr
	if onRight {
		join.Right, cols = r.flatten(rel.Right, []expr.Expr{c})
	} else {
		join.Left, cols = r.flatten(rel.Left, []expr.Expr{c})
	}
	join.Condition = cols[0]
	out.rel = project(&join, attrExprs(rel.Output()))
	return out
}

// joined is the scope of a join: the columns of both sides.
func (r *resolver) joined(rel *resolved.Join, left, right *scope) *scope {
	s := &scope{rel: rel}
	s.plans = deeper(left.plans)
	s.cols = append(s.cols, left.cols...)
	s.hidden = append(s.hidden, left.hidden...)
	if rel.Type != resolved.LeftSemi && rel.Type != resolved.LeftAnti {
		s.cols = append(s.cols, right.cols...)
		s.hidden = append(s.hidden, right.hidden...)
	}
	s.plans = append(s.plans, deeper(right.plans)...)
	s.cols, s.hidden = refresh(s.cols, rel), refresh(s.hidden, rel)
	return s
}

// using resolves USING and NATURAL: the columns in common come once, and first.
func (r *resolver) using(l *logical.Join, rel *resolved.Join, left, right *scope, s *scope) *scope {
	names := l.Using
	if l.Natural {
		for _, a := range left.cols {
			if found, _ := r.lookup(right.cols, nil, []string{a.Name}); len(found) > 0 {
				names = append(names, a.Name)
			}
		}
	}
	var condition expr.Expr
	var keys []expr.Expr
	taken := map[int64]bool{}
	for _, name := range names {
		a, b := r.usingColumn(l, left, name, "left"), r.usingColumn(l, right, name, "right")
		eq, err := expr.Resolve("=", []expr.Expr{a, b}, expr.Options{Legacy: r.Legacy})
		if err != nil {
			raise(l.Origin, err)
		}
		if condition == nil {
			condition = eq
		} else if condition, err = expr.Resolve("and", []expr.Expr{condition, eq}, expr.Options{}); err != nil {
			raise(l.Origin, err)
		}
		taken[a.ID], taken[b.ID] = true, true
		keys = append(keys, r.usingKey(rel.Type, a, b, l))
	}
	rel.Condition = condition
	if rel.Type == resolved.LeftSemi || rel.Type == resolved.LeftAnti {
		var cols []*expr.Attr
		for _, k := range keys {
			cols = append(cols, k.(*expr.Attr))
		}
		for _, a := range left.cols {
			if !taken[a.ID] {
				cols = append(cols, a)
			}
		}
		s.cols = cols
		return s
	}
	cols := keys
	var hidden []*expr.Attr
	for _, a := range s.cols {
		if taken[a.ID] {
			hidden = append(hidden, a)
		} else {
			cols = append(cols, a)
		}
	}
	hidden = append(hidden, s.hidden...)
	seen := map[int64]bool{}
	for _, c := range cols {
		seen[nameOf(c).ID] = true
	}
	all := append([]expr.Expr(nil), cols...)
	for _, a := range hidden {
		if !seen[a.ID] {
			all = append(all, a)
			seen[a.ID] = true
		}
	}
	p := project(rel, all)
	out := p.Output()
	return &scope{rel: p, cols: out[:len(cols)], hidden: hidden, plans: s.plans}
}

// usingColumn finds a column of USING on one side.
func (r *resolver) usingColumn(l *logical.Join, s *scope, name, side string) *expr.Attr {
	found, _ := r.lookup(s.cols, nil, []string{name})
	switch len(found) {
	case 0:
		fail(l.Origin, "UNRESOLVED_USING_COLUMN_FOR_JOIN", "colName", types.Quote(name), "side", side,
			"suggestion", suggestion(s.cols))
	case 1:
	default:
		ambiguous(l.Origin, []string{name}, found)
	}
	return found[0]
}

// suggestion is the names of columns in their order.
func suggestion(cols []*expr.Attr) string {
	names := make([]string, len(cols))
	for i, a := range cols {
		names[i] = types.Quote(a.Name)
	}
	sortStrings(names)
	return strings.Join(names, ", ")
}

// usingKey is the column both sides have in common: of the side that is always there, or of either.
func (r *resolver) usingKey(t resolved.JoinType, a, b *expr.Attr, l *logical.Join) expr.Expr {
	switch t {
	case resolved.RightOuter:
		c := *b
		c.Name = a.Name
		if c.Name == b.Name {
			return b
		}
		return alias(b, a.Name)
	case resolved.FullOuter:
		e, err := expr.Resolve("coalesce", []expr.Expr{nullableAttr(a), nullableAttr(b)}, expr.Options{Legacy: r.Legacy})
		if err != nil {
			raise(l.Origin, err)
		}
		return alias(e, a.Name)
	}
	return a
}

func nullableAttr(a *expr.Attr) *expr.Attr {
	b := *a
	b.Null = true
	return &b
}
