package expr

import (
	"fmt"

	"gospark/runtime/batch"
)

// A Kernel computes a function for rows of a batch of n, from arguments computed for the same rows. It belongs to one
// task, and its result is valid until the next call.
type Kernel func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error)

// A RowFunc computes a function for one row of boxed values, nil for NULL: the reference of what the kernel does.
type RowFunc func(ctx *Context, args []any) (any, error)

// An Impl is how a scalar function computes: a kernel over columns and the same for a row. Most are made from a Go
// function by fn1, fn2 and fn3.
type Impl struct {
	kernel func(c *Call) Kernel
	row    func(c *Call) RowFunc
	lazy   *lazyImpl
	higher func(c *Call) HigherKernel
}

// kernelImpl is a hand-written kernel with its reference.
func kernelImpl(kernel func(c *Call) Kernel, row func(c *Call) RowFunc) *Impl {
	return &Impl{kernel: kernel, row: row}
}

// higherImpl is a higher-order function. In row, arguments that are lambdas are of type func(args ...any) (any, error).
func higherImpl(kernel func(c *Call) HigherKernel, row func(c *Call) RowFunc) *Impl {
	return &Impl{higher: kernel, row: row}
}

// A lazyImpl evaluates its arguments itself, for fewer rows than it is evaluated for; the first `eager` of them are
// evaluated for all.
type lazyImpl struct {
	eager int
	eval  func(c *Call, args []Evaluator) Evaluator
	row   func(c *Call, ctx *Context, args []func() (any, error)) (any, error)
}

func (c *Call) impl() *Impl {
	if c.body != nil {
		return c.body
	}
	if c.Fn.Impl != nil {
		return c.Fn.Impl
	}
	return &Impl{}
}

// boxed makes a function from one on boxed values that is not called when an argument is NULL. It is for values with
// parts, and for functions that are not worth a loop of their own.
func boxed(f RowFunc) *Impl {
	return boxedNulls(func(ctx *Context, args []any) (any, error) {
		for _, a := range args {
			if a == nil {
				return nil, nil
			}
		}
		return f(ctx, args)
	})
}

// boxedNulls is boxed for functions that are called for NULL too.
func boxedNulls(f RowFunc) *Impl {
	return &Impl{
		kernel: func(c *Call) Kernel {
			s := newSlots(c.Typ)
			row := make([]any, len(c.Args))
			return func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
				s.reset(n)
				err := each(n, rows, func(i int) error {
					for k, a := range args {
						row[k] = a.Any(i)
					}
					v, err := f(ctx, row)
					if err != nil {
						return err
					}
					s.setAny(i, v)
					return nil
				})
				return s.vector(), err
			}
		},
		row: func(*Call) RowFunc { return f },
	}
}

// EvalRow computes an expression for one row of boxed values, column by column: slow, and the reference for Compile.
func EvalRow(ctx *Context, e Expr, row []any) (any, error) { return evalRow(ctx, e, row, nil) }

func evalRow(ctx *Context, e Expr, row []any, vars map[int64]any) (any, error) {
	switch e := e.(type) {
	case *Col:
		return row[e.Index], nil
	case *Lit:
		return e.Value, nil
	case *Alias:
		return evalRow(ctx, e.Child, row, vars)
	case *Shown:
		return evalRow(ctx, e.Child, row, vars)
	case *retyped:
		return evalRow(ctx, e.child, row, vars)
	case *LambdaVar:
		return vars[e.ID], nil
	case *Cast:
		v, err := evalRow(ctx, e.Child, row, vars)
		if err != nil || v == nil {
			return nil, err
		}
		v, err = e.convert(ctx, v)
		return v, e.at(err)
	case *GoCall:
		args, err := evalRows(ctx, e.Args, row, vars)
		if err != nil {
			return nil, err
		}
		return e.Fn(args)
	case *Call:
		impl := e.impl()
		if impl.lazy != nil {
			args := make([]func() (any, error), len(e.Args))
			for i, a := range e.Args {
				args[i] = func() (any, error) { return evalRow(ctx, a, row, vars) }
			}
			v, err := impl.lazy.row(e, ctx, args)
			return v, e.at(err)
		}
		if impl.row == nil {
			return nil, fmt.Errorf("expr: function %s cannot be evaluated for a row", e.Fn.Name)
		}
		args, err := evalRows(ctx, e.Args, row, vars)
		if err != nil {
			return nil, err
		}
		v, err := impl.row(e)(ctx, args)
		return v, e.at(err)
	}
	return nil, fmt.Errorf("expr: %T %s cannot be evaluated for a row", e, e)
}

func evalRows(ctx *Context, es []Expr, row []any, vars map[int64]any) ([]any, error) {
	out := make([]any, len(es))
	for i, e := range es {
		if l, ok := e.(*Lambda); ok {
			out[i] = func(args ...any) (any, error) {
				inner := make(map[int64]any, len(vars)+len(args))
				for k, v := range vars {
					inner[k] = v
				}
				for k, p := range l.Params {
					inner[p.ID] = args[k]
				}
				return evalRow(ctx, l.Body, row, inner)
			}
			continue
		}
		var err error
		if out[i], err = evalRow(ctx, e, row, vars); err != nil {
			return nil, err
		}
	}
	return out, nil
}
