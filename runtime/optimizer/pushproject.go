package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// parsing are the functions that read a whole text. A condition on what they yield is for behind them: before them it would
// read each text once more.
var parsing = map[string]bool{"from_json": true, "from_csv": true}

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
	parsed := map[int64]bool{}
	for id, e := range by {
		expr.Walk(e, func(e expr.Expr) {
			if c, ok := e.(*expr.Call); ok && parsing[c.Fn.Name] {
				parsed[id] = true
			}
		})
	}
	down, stay := splitMovable(f.Condition, func(e expr.Expr) bool {
		for id := range references(e) {
			if parsed[id] {
				return false
			}
		}
		return movable(substitute(e, by))
	})
	if len(down) == 0 {
		return r
	}
	for i, e := range down {
		down[i] = substitute(e, by)
	}
	return filtered(&resolved.Project{Input: filtered(p.Input, down), Cols: p.Cols}, stay)
}
