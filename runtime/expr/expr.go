package expr

import (
	"strings"
	"sync/atomic"

	"gospark/runtime/types"
)

// An Expr is a typed expression. It is immutable and may be shared between plans.
type Expr interface {
	Type() *types.Type
	Nullable() bool
	Children() []Expr
	// WithChildren is the same expression over other children, as many and of the same types.
	WithChildren(children []Expr) Expr
	// String is the name Spark gives a column of the expression.
	String() string
}

var lastID atomic.Int64

// NextID numbers attributes, aliases and variables of lambdas.
func NextID() int64 { return lastID.Add(1) }

// Walk calls f for e and everything below it, children first.
func Walk(e Expr, f func(Expr)) {
	for _, c := range e.Children() {
		Walk(c, f)
	}
	f(e)
}

// Find is the first expression of type T at or below e, parents first.
func Find[T Expr](e Expr) (found T, ok bool) {
	if t, is := e.(T); is {
		return t, true
	}
	for _, c := range e.Children() {
		if t, is := Find[T](c); is {
			return t, true
		}
	}
	return found, false
}

// Rewrite replaces expressions bottom up: f gets each with its children already replaced. What f leaves alone is
// shared with e.
func Rewrite(e Expr, f func(Expr) Expr) Expr {
	return f(rewriteChildren(e, func(c Expr) Expr { return Rewrite(c, f) }))
}

// RewriteDown replaces expressions top down: where f replaces one, its children are not looked at.
func RewriteDown(e Expr, f func(Expr) (Expr, bool)) Expr {
	if r, done := f(e); done {
		return r
	}
	return rewriteChildren(e, func(c Expr) Expr { return RewriteDown(c, f) })
}

func rewriteChildren(e Expr, f func(Expr) Expr) Expr {
	children := e.Children()
	var changed []Expr
	for i, c := range children {
		if d := f(c); d != c {
			if changed == nil {
				changed = append([]Expr(nil), children...)
			}
			changed[i] = d
		}
	}
	if changed == nil {
		return e
	}
	return e.WithChildren(changed)
}

// Deterministic says whether an expression has the same value each time it is evaluated for a row.
func Deterministic(e Expr) bool {
	switch e := e.(type) {
	case *Call:
		if e.Fn.Volatile {
			return false
		}
	case *GoCall:
		if e.Volatile {
			return false
		}
	case *Subquery:
		return true
	}
	for _, c := range e.Children() {
		if !Deterministic(c) {
			return false
		}
	}
	return true
}

// Foldable says whether an expression depends on no row, so that it may stand where Spark wants a constant.
func Foldable(e Expr) bool {
	switch e := e.(type) {
	case *Lit:
		return true
	case *Call:
		if e.Fn.Volatile || e.Fn.PerTask {
			return false
		}
	case *Cast, *Shown, *retyped:
	default:
		return false
	}
	for _, c := range e.Children() {
		if !Foldable(c) {
			return false
		}
	}
	return true
}

// anyNullable says whether one of the expressions may be null.
func anyNullable(es []Expr) bool {
	for _, e := range es {
		if e.Nullable() {
			return true
		}
	}
	return false
}

// join is the texts of expressions with commas.
func join(es []Expr) string {
	texts := make([]string, len(es))
	for i, e := range es {
		texts[i] = e.String()
	}
	return strings.Join(texts, ", ")
}
