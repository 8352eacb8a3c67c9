package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// comparison resolves = < <= and their opposites: both sides get a common type, which must have an order.
func comparison(r *Request) error {
	text := infixShown(r.Fn.Name, r.Args)
	args, err := operands(text, r.Args, nil)
	if err != nil {
		return err
	}
	for _, a := range args {
		if !a.Type().Ordered() {
			return notOrdered(text(), r.Fn.Name, a.Type())
		}
	}
	r.Args = args
	return nil
}

// An order is a comparison operator: equal, less, or less or equal, perhaps with its operands swapped.
type order struct {
	less, equal, swap bool
}

func (o order) holds(c int) bool { return o.less && c < 0 || o.equal && c == 0 }

func (o order) bind(c *Call) *Impl {
	switch c.Arg(0).Kind {
	case types.VoidKind, types.BooleanKind:
		return o.boxed(c)
	case types.ByteKind:
		return compareImpl(o, loopOf[int8](o))
	case types.ShortKind:
		return compareImpl(o, loopOf[int16](o))
	case types.IntKind, types.DateKind, types.YearMonthKind:
		return compareImpl(o, loopOf[int32](o))
	case types.LongKind, types.TimestampKind, types.TimestampNTZKind, types.TimeKind, types.DayTimeKind:
		return compareImpl(o, loopOf[int64](o))
	case types.FloatKind:
		return compareImpl(o, floatLoop[float32](o))
	case types.DoubleKind:
		return compareImpl(o, floatLoop[float64](o))
	case types.StringKind, types.CharKind, types.VarcharKind, types.BinaryKind:
		return compareImpl(o, loopOf[string](o))
	case types.DecimalKind:
		as, bs := c.Arg(0).Scale, c.Arg(1).Scale
		if o.swap {
			return fn2(func(a, b types.Decimal) bool { return o.holds(types.CompareDecimals(b, bs, a, as)) })
		}
		return fn2(func(a, b types.Decimal) bool { return o.holds(types.CompareDecimals(a, as, b, bs)) })
	}
	return o.boxed(c)
}

// boxed compares values with parts, and the few that have no loop.
func (o order) boxed(c *Call) *Impl {
	t := c.Arg(0)
	return boxed(func(_ *Context, args []any) (any, error) {
		if o.swap {
			return o.holds(compareValues(t, args[1], args[0])), nil
		}
		return o.holds(compareValues(t, args[0], args[1])), nil
	})
}

// compareImpl makes a comparison from a loop over all rows; rows that are not asked for cost nothing to get wrong.
func compareImpl[T int8 | int16 | int32 | int64 | float32 | float64 | string](o order, loop func(z []bool, x, y []T, rows []int32)) *Impl {
	return kernelImpl(func(*Call) Kernel {
		var r out[bool]
		var m validity
		return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
			a, b := args[0].(*batch.Vec[T]), args[1].(*batch.Vec[T])
			v := r.start(n)
			v.Valid = m.both(n, a.Valid, b.Valid)
			if o.swap {
				a, b = b, a
			}
			loop(v.V, a.V, b.V, rows)
			return v, nil
		}
	}, func(c *Call) RowFunc {
		return func(_ *Context, args []any) (any, error) {
			if args[0] == nil || args[1] == nil {
				return nil, nil
			}
			if o.swap {
				return o.holds(compareValues(c.Arg(0), args[1], args[0])), nil
			}
			return o.holds(compareValues(c.Arg(0), args[0], args[1])), nil
		}
	})
}

type ordered interface {
	int8 | int16 | int32 | int64 | string
}

func loopOf[T ordered](o order) func(z []bool, x, y []T, rows []int32) {
	switch {
	case o.less && o.equal:
		return lessOrEqualLoop[T]
	case o.less:
		return lessLoop[T]
	}
	return equalLoop[T]
}

func equalLoop[T ordered | float](z []bool, x, y []T, rows []int32) {
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i] == y[i]
		}
		return
	}
	for _, i := range rows {
		z[i] = x[i] == y[i]
	}
}

func lessLoop[T ordered](z []bool, x, y []T, rows []int32) {
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i] < y[i]
		}
		return
	}
	for _, i := range rows {
		z[i] = x[i] < y[i]
	}
}

func lessOrEqualLoop[T ordered](z []bool, x, y []T, rows []int32) {
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i] <= y[i]
		}
		return
	}
	for _, i := range rows {
		z[i] = x[i] <= y[i]
	}
}

// floatLoop has NaN equal to itself and above all else.
func floatLoop[T float](o order) func(z []bool, x, y []T, rows []int32) {
	var f func(x, y T) bool
	switch {
	case o.less && o.equal:
		f = func(x, y T) bool { return x <= y || y != y }
	case o.less:
		f = func(x, y T) bool { return x < y || y != y && x == x }
	default:
		f = func(x, y T) bool { return x == y || x != x && y != y }
	}
	return func(z []bool, x, y []T, rows []int32) {
		_ = each(len(z), rows, func(i int) error { z[i] = f(x[i], y[i]); return nil })
	}
}

// nullSafe is <=>: never NULL.
func nullSafe(c *Call) *Impl {
	var eq *Impl
	if t := c.Arg(0); t.Kind != types.VoidKind {
		eq = order{equal: true}.bind(c)
	}
	row := func(c *Call) RowFunc {
		return func(ctx *Context, args []any) (any, error) {
			if args[0] == nil || args[1] == nil {
				return args[0] == nil && args[1] == nil, nil
			}
			return eq.row(c)(ctx, args)
		}
	}
	if eq == nil {
		return boxedNulls(func(_ *Context, args []any) (any, error) { return args[0] == nil && args[1] == nil, nil })
	}
	return kernelImpl(func(c *Call) Kernel {
		inner := eq.kernel(c)
		var r out[bool]
		return func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
			v, err := inner(ctx, n, rows, args)
			if err != nil || !v.HasNulls() {
				return v, err
			}
			same := v.(*batch.Vec[bool])
			z := r.start(n)
			a, b := validOf(args[0]), validOf(args[1])
			return z, each(n, rows, func(i int) error {
				x, y := a == nil || a[i], b == nil || b[i]
				z.V[i] = x && y && same.V[i] || !x && !y
				return nil
			})
		}
	}, row)
}
