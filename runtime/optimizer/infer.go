package optimizer

import (
	"slices"

	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// inferFilters gives a side of a join the conditions on the other side's keys: with a.k = b.k and a.k > 1 the rows of b that
// matter have b.k > 1. It runs once, when conditions are as far down as they go; what it adds goes down after it.
func inferFilters(_ *expr.Context, r resolved.Relation) resolved.Relation {
	j, ok := r.(*resolved.Join)
	if !ok || j.Condition == nil {
		return r
	}
	sides := joinSides[j.Type]
	if !sides.conditionLeft && !sides.conditionRight {
		return r
	}
	left, right := constraints(j.Left), constraints(j.Right)
	known := slices.Concat(left, right, resolved.Conjuncts(j.Condition))
	k := *j
	if sides.conditionLeft {
		k.Left = filtered(j.Left, inferred(known, left, j.Left.Output()))
	}
	if sides.conditionRight {
		k.Right = filtered(j.Right, inferred(known, right, j.Right.Output()))
	}
	if k.Left == j.Left && k.Right == j.Right {
		return r
	}
	return &k
}

// inferred are the conditions on one side, which has some already, that follow from all those known by putting one of two
// columns that are equal in the place of the other.
func inferred(known, has []expr.Expr, side []*expr.Attr) (more []expr.Expr) {
	for _, e := range known {
		a, b, ok := equated(e)
		if !ok {
			continue
		}
		for _, p := range [2][2]*expr.Attr{{a, b}, {b, a}} {
			from, to := p[0], p[1]
			if slices.ContainsFunc(side, func(s *expr.Attr) bool { return s.ID == from.ID }) {
				continue
			}
			for _, c := range known {
				if refs := references(c); !harmless(c) || !refs[from.ID] || refs[to.ID] {
					continue
				}
				c = substitute(c, map[int64]expr.Expr{from.ID: to})
				same := func(o expr.Expr) bool { return expr.Equal(o, c) }
				if within(c, side) && !slices.ContainsFunc(has, same) && !slices.ContainsFunc(more, same) {
					more = append(more, c)
				}
			}
		}
	}
	return more
}

// equated are the columns that a condition says are equal.
func equated(e expr.Expr) (a, b *expr.Attr, ok bool) {
	c, is := e.(*expr.Call)
	if !is || c.Fn.Name != "=" {
		return nil, nil, false
	}
	a, left := c.Args[0].(*expr.Attr)
	b, right := c.Args[1].(*expr.Attr)
	return a, b, left && right && a.Typ.Equal(b.Typ)
}

// harmless says whether a condition compares columns with constants: it cannot fail for a row that it was not written for.
func harmless(e expr.Expr) bool {
	switch e := e.(type) {
	case *expr.Attr, *expr.Lit:
		return true
	case *expr.Shown:
		return harmless(e.Child)
	case *expr.Call:
		return comparisons[e.Fn.Name] && !slices.ContainsFunc(e.Args, func(a expr.Expr) bool { return !harmless(a) })
	}
	return false
}

var comparisons = map[string]bool{"=": true, "<=>": true, "<": true, "<=": true, ">": true, ">=": true, "and": true, "or": true, "not": true,
	"in": true, "isnull": true, "isnotnull": true}

// constraints are conditions that all rows of a relation meet.
func constraints(r resolved.Relation) []expr.Expr {
	switch r := r.(type) {
	case *resolved.Filter:
		return append(constraints(r.Input), resolved.Conjuncts(r.Condition)...)
	case *resolved.Project, *resolved.WithWatermark, *resolved.Distinct, *resolved.Sort, *resolved.Limit:
		return constraints(r.Inputs()[0])
	}
	return nil
}
