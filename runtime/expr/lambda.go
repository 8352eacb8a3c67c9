package expr

import (
	"strings"

	"gospark/runtime/types"
)

// Lambda is (x, y) -> body, an argument of a higher-order function. Its type is its body's.
type Lambda struct {
	Params []*LambdaVar
	Body   Expr
}

func (l *Lambda) Type() *types.Type { return l.Body.Type() }
func (l *Lambda) Nullable() bool    { return l.Body.Nullable() }

// Children are the body and then the parameters.
func (l *Lambda) Children() []Expr {
	cs := []Expr{l.Body}
	for _, p := range l.Params {
		cs = append(cs, p)
	}
	return cs
}

func (l *Lambda) WithChildren(c []Expr) Expr {
	m := &Lambda{Body: c[0]}
	for _, p := range c[1:] {
		m.Params = append(m.Params, p.(*LambdaVar))
	}
	return m
}

func (l *Lambda) String() string {
	var b strings.Builder
	b.WriteString("lambdafunction(" + l.Body.String())
	for _, p := range l.Params {
		b.WriteString(", " + p.String())
	}
	return b.String() + ")"
}

// LambdaVar is a parameter of a lambda, or its use in the body: the same id.
type LambdaVar struct {
	ID   int64
	Name string
	Typ  *types.Type
	Null bool
}

func (v *LambdaVar) Type() *types.Type        { return v.Typ }
func (v *LambdaVar) Nullable() bool           { return v.Null }
func (v *LambdaVar) Children() []Expr         { return nil }
func (v *LambdaVar) WithChildren([]Expr) Expr { return v }

// String leaves the name out, as Spark does.
func (v *LambdaVar) String() string { return "namedlambdavariable()" }

// Closure makes a lambda's body an expression over a batch of its own: its parameters are the first columns, and what
// it uses from outside, columns and parameters of lambdas around it, are the columns after them. Captured are those, to
// be evaluated outside and spread over the elements.
func (l *Lambda) Closure() (body Expr, captured []Expr) {
	own := map[int64]int{}
	for i, p := range l.Params {
		own[p.ID] = i
	}
	inner := map[int64]bool{} // parameters of lambdas inside the body stay as they are
	Walk(l.Body, func(e Expr) {
		if m, ok := e.(*Lambda); ok {
			for _, p := range m.Params {
				inner[p.ID] = true
			}
		}
	})
	seen := map[any]int{}
	capture := func(key any, e Expr) Expr {
		i, ok := seen[key]
		if !ok {
			i = len(captured)
			seen[key] = i
			captured = append(captured, e)
		}
		return &Col{Index: len(l.Params) + i, Typ: e.Type(), Null: e.Nullable()}
	}
	body = Rewrite(l.Body, func(e Expr) Expr {
		switch e := e.(type) {
		case *LambdaVar:
			if i, ok := own[e.ID]; ok {
				return &Col{Index: i, Typ: e.Typ, Null: e.Null}
			}
			if !inner[e.ID] {
				return capture(e.ID, e)
			}
		case *Col:
			return capture(e.Index, e)
		}
		return e
	})
	return body, captured
}
