package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// simplifyBooleans takes away what does not change a condition: true AND a, a OR false, NOT NOT a, a AND a; and decides
// what one side decides: false AND a.
func simplifyBooleans(_ *expr.Context, r resolved.Relation) resolved.Relation {
	return resolved.MapExprs(r, func(e expr.Expr) expr.Expr { return expr.Rewrite(e, simplify) })
}

func simplify(e expr.Expr) expr.Expr {
	c, ok := e.(*expr.Call)
	if !ok {
		return e
	}
	switch c.Fn.Name {
	case "and":
		return decide(c, expr.False, expr.True)
	case "or":
		return decide(c, expr.True, expr.False)
	case "not":
		if d, ok := c.Args[0].(*expr.Call); ok && d.Fn.Name == "not" {
			return d.Args[0]
		}
	}
	return e
}

// decide simplifies a call of AND or OR: one argument decides it, the other makes no difference.
func decide(c *expr.Call, decides, neutral *expr.Lit) expr.Expr {
	a, b := c.Args[0], c.Args[1]
	switch {
	case isLit(a, decides.Value) || isLit(b, neutral.Value):
		return a
	case isLit(b, decides.Value) && expr.Deterministic(a) || isLit(a, neutral.Value):
		return b
	case expr.Deterministic(a) && expr.Equal(a, b):
		return a
	}
	return c
}

func isLit(e expr.Expr, v any) bool {
	l, ok := e.(*expr.Lit)
	return ok && l.Value == v
}
