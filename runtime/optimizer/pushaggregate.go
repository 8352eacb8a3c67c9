package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// pushThroughAggregate filters rows instead of groups where the condition is about the groups' keys.
func pushThroughAggregate(_ *expr.Context, r resolved.Relation) resolved.Relation {
	f, ok := r.(*resolved.Filter)
	if !ok {
		return r
	}
	a, ok := f.Input.(*resolved.Aggregate)
	if !ok || len(a.Grouping) == 0 || a.Session >= 0 || !deterministic(a.Grouping...) {
		return r
	}
	by := definitions(a.Grouping)
	keys := make([]*expr.Attr, len(a.Grouping))
	for i, g := range a.Grouping {
		keys[i] = resolved.Named(g)
	}
	down, stay := splitMovable(f.Condition, func(e expr.Expr) bool { return len(references(e)) > 0 && within(e, keys) })
	if len(down) == 0 {
		return r
	}
	for i, e := range down {
		down[i] = substitute(e, by)
	}
	return filtered(a.WithInputs([]resolved.Relation{filtered(a.Input, down)}), stay)
}
