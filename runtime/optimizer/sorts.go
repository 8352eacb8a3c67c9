package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// eliminateSorts drops an order below aggregates for which it is no matter in which order rows come. An order below another
// order stays: it decides between rows that are equal in the other one.
func eliminateSorts(_ *expr.Context, r resolved.Relation) resolved.Relation {
	a, ok := r.(*resolved.Aggregate)
	if !ok || !orderless(a.Aggs) {
		return r
	}
	var drop func(in resolved.Relation) resolved.Relation
	drop = func(in resolved.Relation) resolved.Relation {
		switch s := in.(type) {
		case *resolved.Sort:
			return drop(s.Input)
		case *resolved.Project, *resolved.Filter:
			if c := s.Inputs()[0]; deterministic(s.Exprs()...) {
				if d := drop(c); d != c {
					return s.WithInputs([]resolved.Relation{d})
				}
			}
		}
		return in
	}
	if in := drop(a.Input); in != a.Input {
		return a.WithInputs([]resolved.Relation{in})
	}
	return r
}

// orderlessAggregates have the same result in every order of rows.
var orderlessAggregates = map[string]bool{"count": true, "count_if": true, "min": true, "max": true, "bool_and": true,
	"bool_or": true, "bit_and": true, "bit_or": true, "bit_xor": true}

func orderless(aggs []expr.Expr) bool {
	for _, e := range aggs {
		g, ok := e.(*expr.Alias).Child.(*expr.Agg)
		if !ok || !orderlessAggregates[g.Fn.Name] && !(g.Fn.Name == "sum" && g.Arg(0).Integral()) {
			return false
		}
	}
	return true
}
