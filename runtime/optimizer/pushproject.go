package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// pushThroughProject filters before columns are computed, by what they are computed from.
func pushThroughProject(_ *expr.Context, r resolved.Relation) resolved.Relation {
	f, ok := r.(*resolved.Filter)
	if !ok {
		return r
	}
	p, ok := f.Input.(*resolved.Project)
	if !ok || !deterministic(p.Cols...) {
		return r
	}
	by := definitions(p.Cols)
	down, stay := splitMovable(f.Condition, func(e expr.Expr) bool { return movable(substitute(e, by)) })
	if len(down) == 0 {
		return r
	}
	for i, e := range down {
		down[i] = substitute(e, by)
	}
	return filtered(&resolved.Project{Input: filtered(p.Input, down), Cols: p.Cols}, stay)
}
