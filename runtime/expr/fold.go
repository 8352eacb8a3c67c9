package expr

import (
	"gospark/runtime/batch"
)

// Fold computes what depends on no row, bottom up. What fails is left as it is, so that the error comes when, and only
// if, a row needs the value.
func Fold(ctx *Context, e Expr) Expr {
	return Rewrite(e, func(e Expr) Expr {
		switch e := e.(type) {
		case *Shown:
			if l, ok := e.Child.(*Lit); ok {
				return l
			}
			return e
		case *Call, *Cast, *retyped:
		default:
			return e
		}
		for _, c := range e.Children() {
			if _, ok := c.(*Lit); !ok {
				return e
			}
		}
		if !Foldable(e) {
			return e
		}
		v, err := Constant(ctx, e)
		if err != nil {
			return e
		}
		return litOf(v, e)
	})
}

// Constant computes an expression that depends on no row.
func Constant(ctx *Context, e Expr) (any, error) {
	eval, err := Compile(e)
	if err != nil {
		return nil, err
	}
	v, err := eval.Eval(ctx, &batch.Batch{N: 1}, nil)
	if err != nil {
		return nil, err
	}
	return v.Any(0), nil
}

// constant is the value of the i-th argument, which must be foldable; ok is false if it is not. An argument that can be
// computed now is replaced by its value.
func (r *Request) constant(i int) (v any, ok bool, err error) {
	if l, is := r.Args[i].(*Lit); is {
		return l.Value, true, nil
	}
	if !Foldable(r.Args[i]) {
		return nil, false, nil
	}
	ctx := r.Context
	if ctx == nil {
		ctx = &Context{}
	}
	v, err = Constant(ctx, r.Args[i])
	return v, true, err
}
