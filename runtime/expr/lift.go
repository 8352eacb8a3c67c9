package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// fn1 makes a function of one argument from a Go function on its physical type; NULL gives NULL. Variants, here and for
// two and three arguments: e may fail, n says with false that the result is NULL, x does both and sees the context.
func fn1[A, R any](f func(A) R) *Impl {
	return &Impl{
		kernel: func(*Call) Kernel {
			var o out[R]
			return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
				a := args[0].(*batch.Vec[A])
				r, valid := o.start(n), a.Valid
				in, dst := a.V, r.V
				switch {
				case rows == nil && valid == nil:
					in = in[:len(dst)]
					for i := range dst {
						dst[i] = f(in[i])
					}
				case rows == nil:
					for i := range dst {
						if valid[i] {
							dst[i] = f(in[i])
						}
					}
				default:
					for _, i := range rows {
						if valid == nil || valid[i] {
							dst[i] = f(in[i])
						}
					}
				}
				r.Valid = valid
				return r, nil
			}
		},
		row: func(*Call) RowFunc {
			return func(_ *Context, args []any) (any, error) {
				a, ok := args[0].(A)
				if !ok {
					return nil, nil
				}
				return f(a), nil
			}
		},
	}
}

func fn1e[A, R any](f func(A) (R, error)) *Impl {
	return fn1x(func(_ *Context, a A) (R, bool, error) { r, err := f(a); return r, true, err })
}

func fn1n[A, R any](f func(A) (R, bool)) *Impl {
	return fn1x(func(_ *Context, a A) (R, bool, error) { r, ok := f(a); return r, ok, nil })
}

func fn1x[A, R any](f func(*Context, A) (R, bool, error)) *Impl {
	return &Impl{
		kernel: func(*Call) Kernel {
			var o out[R]
			return func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
				a := args[0].(*batch.Vec[A])
				r, valid := o.start(n), a.Valid
				r.Valid = valid
				own := false
				err := each(n, rows, func(i int) error {
					if valid != nil && !valid[i] {
						return nil
					}
					v, ok, err := f(ctx, a.V[i])
					r.V[i] = v
					if !ok {
						if !own {
							own = true
							valid = o.nullable(valid)
						}
						r.Valid[i] = false
					}
					return err
				})
				return r, err
			}
		},
		row: func(*Call) RowFunc {
			return func(ctx *Context, args []any) (any, error) {
				a, ok := args[0].(A)
				if !ok {
					return nil, nil
				}
				return orNull(f(ctx, a))
			}
		},
	}
}

func orNull[R any](r R, ok bool, err error) (any, error) {
	if err != nil || !ok {
		return nil, err
	}
	return r, nil
}

func fn2[A, B, R any](f func(A, B) R) *Impl {
	return &Impl{
		kernel: func(*Call) Kernel {
			var o out[R]
			var merged validity
			return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
				a, b := args[0].(*batch.Vec[A]), args[1].(*batch.Vec[B])
				r := o.start(n)
				valid := merged.both(n, a.Valid, b.Valid)
				r.Valid = valid
				dst, x, y := r.V, a.V, b.V
				switch {
				case rows == nil && valid == nil:
					x, y = x[:len(dst)], y[:len(dst)]
					for i := range dst {
						dst[i] = f(x[i], y[i])
					}
				case rows == nil:
					for i := range dst {
						if valid[i] {
							dst[i] = f(x[i], y[i])
						}
					}
				default:
					for _, i := range rows {
						if valid == nil || valid[i] {
							dst[i] = f(x[i], y[i])
						}
					}
				}
				return r, nil
			}
		},
		row: func(*Call) RowFunc {
			return func(_ *Context, args []any) (any, error) {
				a, ok1 := args[0].(A)
				b, ok2 := args[1].(B)
				if !ok1 || !ok2 {
					return nil, nil
				}
				return f(a, b), nil
			}
		},
	}
}

func fn2e[A, B, R any](f func(A, B) (R, error)) *Impl {
	return fn2x(func(_ *Context, a A, b B) (R, bool, error) { r, err := f(a, b); return r, true, err })
}

func fn2n[A, B, R any](f func(A, B) (R, bool)) *Impl {
	return fn2x(func(_ *Context, a A, b B) (R, bool, error) { r, ok := f(a, b); return r, ok, nil })
}

func fn2x[A, B, R any](f func(*Context, A, B) (R, bool, error)) *Impl {
	return &Impl{
		kernel: func(*Call) Kernel {
			var o out[R]
			var merged validity
			return func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
				a, b := args[0].(*batch.Vec[A]), args[1].(*batch.Vec[B])
				r := o.start(n)
				valid := merged.both(n, a.Valid, b.Valid)
				r.Valid = valid
				own := false
				err := each(n, rows, func(i int) error {
					if valid != nil && !valid[i] {
						return nil
					}
					v, ok, err := f(ctx, a.V[i], b.V[i])
					r.V[i] = v
					if !ok {
						if !own {
							own = true
							valid = o.nullable(valid)
						}
						r.Valid[i] = false
					}
					return err
				})
				return r, err
			}
		},
		row: func(*Call) RowFunc {
			return func(ctx *Context, args []any) (any, error) {
				a, ok1 := args[0].(A)
				b, ok2 := args[1].(B)
				if !ok1 || !ok2 {
					return nil, nil
				}
				return orNull(f(ctx, a, b))
			}
		},
	}
}

func fn3[A, B, C, R any](f func(A, B, C) R) *Impl {
	return fn3x(func(_ *Context, a A, b B, c C) (R, bool, error) { return f(a, b, c), true, nil })
}

func fn3e[A, B, C, R any](f func(A, B, C) (R, error)) *Impl {
	return fn3x(func(_ *Context, a A, b B, c C) (R, bool, error) { r, err := f(a, b, c); return r, true, err })
}

func fn3x[A, B, C, R any](f func(*Context, A, B, C) (R, bool, error)) *Impl {
	return &Impl{
		kernel: func(*Call) Kernel {
			var o out[R]
			var m1, m2 validity
			return func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
				a, b, c := args[0].(*batch.Vec[A]), args[1].(*batch.Vec[B]), args[2].(*batch.Vec[C])
				r := o.start(n)
				valid := m2.both(n, m1.both(n, a.Valid, b.Valid), c.Valid)
				r.Valid = valid
				own := false
				err := each(n, rows, func(i int) error {
					if valid != nil && !valid[i] {
						return nil
					}
					v, ok, err := f(ctx, a.V[i], b.V[i], c.V[i])
					r.V[i] = v
					if !ok {
						if !own {
							own = true
							valid = o.nullable(valid)
						}
						r.Valid[i] = false
					}
					return err
				})
				return r, err
			}
		},
		row: func(*Call) RowFunc {
			return func(ctx *Context, args []any) (any, error) {
				a, ok1 := args[0].(A)
				b, ok2 := args[1].(B)
				c, ok3 := args[2].(C)
				if !ok1 || !ok2 || !ok3 {
					return nil, nil
				}
				return orNull(f(ctx, a, b, c))
			}
		},
	}
}

// byKind chooses an implementation by the type of the first argument.
type byKind map[types.Kind]*Impl

func (k byKind) bind(c *Call) *Impl { return k[c.Arg(0).Kind] }
