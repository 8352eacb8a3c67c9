package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// combineFilters makes one condition of two, and drops one that is always true.
func combineFilters(_ *expr.Context, r resolved.Relation) resolved.Relation {
	f, ok := r.(*resolved.Filter)
	if !ok {
		return r
	}
	if isLit(f.Condition, true) {
		return f.Input
	}
	g, ok := f.Input.(*resolved.Filter)
	if !ok || !deterministic(f.Condition, g.Condition) {
		return r
	}
	all := resolved.Conjuncts(g.Condition)
next:
	for _, e := range resolved.Conjuncts(f.Condition) {
		for _, d := range all {
			if expr.Equal(d, e) {
				continue next
			}
		}
		all = append(all, e)
	}
	return filtered(g.Input, all)
}
