package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// pushThroughOperators filters before operators that pass rows as they are, as long as it is no matter to them which
// other rows there are.
func pushThroughOperators(_ *expr.Context, r resolved.Relation) resolved.Relation {
	f, ok := r.(*resolved.Filter)
	if !ok {
		return r
	}
	var below func(e expr.Expr) bool
	switch in := f.Input.(type) {
	case *resolved.Sort, *resolved.Distinct:
		below = func(expr.Expr) bool { return true }
	case *resolved.Repartition:
		below = func(expr.Expr) bool { return true }
	case *resolved.Deduplicate:
		below = func(e expr.Expr) bool { return within(e, in.Keys) }
	case *resolved.Window: // whole partitions
		var keys []*expr.Attr
		for _, p := range in.Partition() {
			if a, ok := p.(*expr.Attr); ok {
				keys = append(keys, a)
			}
		}
		below = func(e expr.Expr) bool { return len(references(e)) > 0 && within(e, keys) }
	case *resolved.WithWatermark: // rows that are left out do not move the watermark
		below = func(e expr.Expr) bool { return !references(e)[in.Column.ID] }
	case *resolved.Generate:
		below = func(e expr.Expr) bool { return within(e, in.Input.Output()) }
	default:
		return r
	}
	down, stay := splitMovable(f.Condition, below)
	if len(down) == 0 {
		return r
	}
	in := f.Input.Inputs()[0]
	return filtered(f.Input.WithInputs([]resolved.Relation{filtered(in, down)}), stay)
}
