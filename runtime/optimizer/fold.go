package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// foldConstants computes what depends on no row. What fails is left for the row that needs it.
func foldConstants(ctx *expr.Context, r resolved.Relation) resolved.Relation {
	return resolved.MapExprs(r, func(e expr.Expr) expr.Expr { return expr.Fold(ctx, e) })
}
