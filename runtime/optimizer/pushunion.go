package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// pushThroughUnion filters the inputs of a union, and of the other set operations, in which a row is kept or not for
// what it is.
func pushThroughUnion(_ *expr.Context, r resolved.Relation) resolved.Relation {
	f, ok := r.(*resolved.Filter)
	if !ok {
		return r
	}
	switch f.Input.(type) {
	case *resolved.Union, *resolved.Intersect, *resolved.Except:
	default:
		return r
	}
	down, stay := splitMovable(f.Condition, func(expr.Expr) bool { return true })
	if len(down) == 0 {
		return r
	}
	out, in := f.Input.Output(), f.Input.Inputs()
	pushed := make([]resolved.Relation, len(in))
	for i, c := range in {
		by := positions(out, c.Output())
		es := make([]expr.Expr, len(down))
		for k, e := range down {
			es[k] = substitute(e, by)
		}
		pushed[i] = filtered(c, es)
	}
	return filtered(f.Input.WithInputs(pushed), stay)
}
