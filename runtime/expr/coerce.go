package expr

import (
	"gospark/runtime/types"
)

// promoted is what a string and a value of another type become as operands: a number of the wide kind, or the other
// type; nil if there is no string, or the other side cannot be read from one.
func promoted(a, b *types.Type) *types.Type {
	if a.Text() == b.Text() {
		return nil
	}
	return types.Widen(a, b)
}

// widenNumbers is types.Widen without the promotion of strings, as greatest and least have it.
func widenNumbers(a, b *types.Type) *types.Type {
	if a.Text() != b.Text() && a.Kind != types.VoidKind && b.Kind != types.VoidKind {
		return nil
	}
	return types.Widen(a, b)
}

// commonOf is the common type of several expressions; nil if there is none.
func commonOf(es []Expr, two func(a, b *types.Type) *types.Type) *types.Type {
	t := types.Void
	for _, e := range es {
		if t = two(t, e.Type()); t == nil {
			return nil
		}
	}
	return t
}

// Implicit converts an expression, unseen in names, unless it has the type already. A NULL takes the type at once.
func Implicit(e Expr, t *types.Type) Expr {
	if e.Type().Same(t) {
		return e
	}
	if isNullLit(e) {
		return NullOf(t)
	}
	return &Cast{Child: e, To: t, Implicit: true}
}

// written is an expression before it was converted unseen.
func written(e Expr) Expr {
	if c, ok := e.(*Cast); ok && c.Implicit {
		return c.Child
	}
	return e
}

// implicitAll converts all expressions to one type.
func implicitAll(es []Expr, t *types.Type) []Expr {
	out := make([]Expr, len(es))
	for i, e := range es {
		out[i] = Implicit(e, t)
	}
	return out
}
