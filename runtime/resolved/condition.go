package resolved

import "gospark/runtime/expr"

// Uses says whether an expression has one of the columns in it.
func Uses(e expr.Expr, attrs []*expr.Attr) bool {
	found := false
	expr.Walk(e, func(e expr.Expr) {
		if a, ok := e.(*expr.Attr); ok {
			for _, b := range attrs {
				found = found || a.ID == b.ID
			}
		}
	})
	return found
}

// Conjuncts are the conditions that a condition is the AND of.
func Conjuncts(e expr.Expr) []expr.Expr {
	if c, ok := e.(*expr.Call); ok && c.Fn.Name == "and" {
		return append(Conjuncts(c.Args[0]), Conjuncts(c.Args[1])...)
	}
	return []expr.Expr{e}
}

// Conjunction is the AND of conditions, nil of none.
func Conjunction(es []expr.Expr) expr.Expr {
	var all expr.Expr
	for _, e := range es {
		if all == nil {
			all = e
			continue
		}
		and, err := expr.Resolve("and", []expr.Expr{all, e}, expr.Options{})
		if err != nil {
			panic(err) // of two booleans there always is one
		}
		all = and
	}
	return all
}
