package expr

import (
	"math"
	"math/big"
	"math/bits"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// whole numbers of fixed width.
type whole interface{ int8 | int16 | int32 | int64 }

type float interface{ float32 | float64 }

// An arith is + - or *: how it is written, and what it does for each type.
type arith struct {
	symbol, try string
	big         func(z, x, y *big.Int) *big.Int // the reference for whole numbers
	float       func(x, y float64) float64
	decimal     func(a types.Decimal, as int, b types.Decimal, bs, p, s int) (types.Decimal, bool)
	ret         func(a, b *types.Type, loss bool) *types.Type
	ints        [4]func(x *arith, try bool) *Impl // by width
	floats      [2]func(x *arith) *Impl
}

var (
	addition = &arith{symbol: "+", try: "try_add", big: (*big.Int).Add, decimal: types.DecimalAdd, ret: types.AddType,
		float: func(x, y float64) float64 { return x + y },
		ints: [4]func(*arith, bool) *Impl{wholeImpl(addLoop[int8], addBad[int8]), wholeImpl(addLoop[int16], addBad[int16]),
			wholeImpl(addLoop[int32], addBad[int32]), wholeImpl(addLoop[int64], addBad[int64])},
		floats: [2]func(*arith) *Impl{floatImpl(addFloats[float32]), floatImpl(addFloats[float64])}}
	subtraction = &arith{symbol: "-", try: "try_subtract", big: (*big.Int).Sub, decimal: types.DecimalSub, ret: types.AddType,
		float: func(x, y float64) float64 { return x - y },
		ints: [4]func(*arith, bool) *Impl{wholeImpl(subLoop[int8], subBad[int8]), wholeImpl(subLoop[int16], subBad[int16]),
			wholeImpl(subLoop[int32], subBad[int32]), wholeImpl(subLoop[int64], subBad[int64])},
		floats: [2]func(*arith) *Impl{floatImpl(subFloats[float32]), floatImpl(subFloats[float64])}}
	multiplication = &arith{symbol: "*", try: "try_multiply", big: (*big.Int).Mul, decimal: types.DecimalMul, ret: types.MulType,
		float: func(x, y float64) float64 { return x * y },
		ints: [4]func(*arith, bool) *Impl{wholeImpl(mulLoop[int8], mulBad[int8]), wholeImpl(mulLoop[int16], mulBad[int16]),
			wholeImpl(mulLoop[int32], mulBad[int32]), wholeImpl(mulLongs, mulBad[int64])},
		floats: [2]func(*arith) *Impl{floatImpl(mulFloats[float32]), floatImpl(mulFloats[float64])}}
)

// bind chooses the implementation for the type of the operands.
func (x *arith) bind(try bool) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		switch k := c.Arg(0).Kind; k {
		case types.ByteKind, types.ShortKind, types.IntKind, types.LongKind:
			return x.ints[k-types.ByteKind](x, try)
		case types.FloatKind:
			return x.floats[0](x)
		case types.DoubleKind:
			return x.floats[1](x)
		case types.YearMonthKind:
			return x.ints[2](x, try)
		case types.DayTimeKind:
			return x.ints[3](x, try)
		case types.DecimalKind:
			return decimalImpl(c, try, x.decimal)
		case types.CalendarKind:
			return calendarImpl(x, try)
		}
		return nil
	}
}

// wholeImpl makes + - or * of whole numbers from a loop that computes with wrap-around and says whether any result may
// have overflowed, and a test of one result. Whether it counts is looked at only then.
func wholeImpl[T whole](loop func(z, x, y []T, rows []int32) bool, bad func(x, y T) bool) func(*arith, bool) *Impl {
	return func(op *arith, try bool) *Impl {
		return kernelImpl(func(c *Call) Kernel {
			var o out[T]
			var m validity
			return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
				a, b := args[0].(*batch.Vec[T]), args[1].(*batch.Vec[T])
				r := o.start(n)
				valid := m.both(n, a.Valid, b.Valid)
				r.Valid = valid
				if !loop(r.V, a.V, b.V, rows) || c.Legacy && !try {
					return r, nil
				}
				own := false
				err := each(n, rows, func(i int) error {
					if valid != nil && !valid[i] || !bad(a.V[i], b.V[i]) {
						return nil
					}
					if !try {
						return op.overflow(int64(a.V[i]), int64(b.V[i]), c.Arg(0))
					}
					if !own {
						own = true
						valid = o.nullable(valid)
					}
					r.Valid[i] = false
					return nil
				})
				return r, err
			}
		}, func(c *Call) RowFunc {
			return func(_ *Context, args []any) (any, error) {
				x, ok1 := args[0].(T)
				y, ok2 := args[1].(T)
				if !ok1 || !ok2 {
					return nil, nil
				}
				z := op.big(new(big.Int), big.NewInt(int64(x)), big.NewInt(int64(y)))
				fits := z.IsInt64() && int64(T(z.Int64())) == z.Int64()
				switch {
				case fits:
					return T(z.Int64()), nil
				case try:
					return nil, nil
				case c.Legacy:
					return T(new(big.Int).And(z, new(big.Int).SetUint64(math.MaxUint64)).Uint64()), nil
				}
				return nil, op.overflow(int64(x), int64(y), c.Arg(0))
			}
		})
	}
}

// overflow is the error of x op y.
func (op *arith) overflow(x, y int64, t *types.Type) error {
	switch t.Kind {
	case types.ByteKind, types.ShortKind: // both are shown as smallint
		shown := func(n int64) string { return (&Lit{Value: int16(n), Typ: types.Short}).SQLText() }
		return smallOverflow(shown(x), op.symbol, shown(y), op.try)
	case types.YearMonthKind, types.DayTimeKind:
		return intervalOverflow(op.try)
	}
	return overflow("overflow", op.try)
}

// An overflowing sum has another sign than both its terms, a difference another than the first if they differ.

func addBad[T whole](x, y T) bool { s := x + y; return (x^s)&(y^s) < 0 }
func subBad[T whole](x, y T) bool { s := x - y; return (x^y)&(x^s) < 0 }

func mulBad[T whole](x, y T) bool {
	hi, lo := bits.Mul64(uint64(int64(x)), uint64(int64(y)))
	if x < 0 {
		hi -= uint64(int64(y))
	}
	if y < 0 {
		hi -= uint64(int64(x))
	}
	p := int64(lo)
	return int64(hi) != p>>63 || int64(T(p)) != p
}

func addLoop[T whole](z, x, y []T, rows []int32) bool {
	var bad T
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			s := x[i] + y[i]
			z[i] = s
			bad |= (x[i] ^ s) & (y[i] ^ s)
		}
		return bad < 0
	}
	for _, i := range rows {
		s := x[i] + y[i]
		z[i] = s
		bad |= (x[i] ^ s) & (y[i] ^ s)
	}
	return bad < 0
}

func subLoop[T whole](z, x, y []T, rows []int32) bool {
	var bad T
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			s := x[i] - y[i]
			z[i] = s
			bad |= (x[i] ^ y[i]) & (x[i] ^ s)
		}
		return bad < 0
	}
	for _, i := range rows {
		s := x[i] - y[i]
		z[i] = s
		bad |= (x[i] ^ y[i]) & (x[i] ^ s)
	}
	return bad < 0
}

func mulLoop[T int8 | int16 | int32](z, x, y []T, rows []int32) bool {
	var bad int64
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			p := int64(x[i]) * int64(y[i])
			z[i] = T(p)
			bad |= p ^ int64(T(p))
		}
		return bad != 0
	}
	for _, i := range rows {
		p := int64(x[i]) * int64(y[i])
		z[i] = T(p)
		bad |= p ^ int64(T(p))
	}
	return bad != 0
}

func mulLongs(z, x, y []int64, rows []int32) bool {
	var bad uint64
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			a, b := x[i], y[i]
			hi, lo := bits.Mul64(uint64(a), uint64(b))
			hi -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a)
			bad |= hi ^ uint64(int64(lo)>>63)
			z[i] = int64(lo)
		}
		return bad != 0
	}
	for _, i := range rows {
		a, b := x[i], y[i]
		hi, lo := bits.Mul64(uint64(a), uint64(b))
		hi -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a)
		bad |= hi ^ uint64(int64(lo)>>63)
		z[i] = int64(lo)
	}
	return bad != 0
}

// floatImpl makes + - or * of floats from a loop.
func floatImpl[T float](loop func(z, x, y []T, rows []int32)) func(*arith) *Impl {
	return func(op *arith) *Impl { return floatArith(op, loop) }
}

func floatArith[T float](op *arith, loop func(z, x, y []T, rows []int32)) *Impl {
	return kernelImpl(func(*Call) Kernel {
		var o out[T]
		var m validity
		return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
			a, b := args[0].(*batch.Vec[T]), args[1].(*batch.Vec[T])
			r := o.start(n)
			r.Valid = m.both(n, a.Valid, b.Valid)
			loop(r.V, a.V, b.V, rows)
			return r, nil
		}
	}, func(*Call) RowFunc {
		return func(_ *Context, args []any) (any, error) {
			x, ok1 := args[0].(T)
			y, ok2 := args[1].(T)
			if !ok1 || !ok2 {
				return nil, nil
			}
			return T(op.float(float64(x), float64(y))), nil
		}
	})
}

func addFloats[T float](z, x, y []T, rows []int32) {
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i] + y[i]
		}
		return
	}
	for _, i := range rows {
		z[i] = x[i] + y[i]
	}
}

func subFloats[T float](z, x, y []T, rows []int32) {
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i] - y[i]
		}
		return
	}
	for _, i := range rows {
		z[i] = x[i] - y[i]
	}
}

func mulFloats[T float](z, x, y []T, rows []int32) {
	if rows == nil {
		x, y = x[:len(z)], y[:len(z)]
		for i := range z {
			z[i] = x[i] * y[i]
		}
		return
	}
	for _, i := range rows {
		z[i] = x[i] * y[i]
	}
}

// decimalImpl makes an operator on decimals from one of types, with the scales of its operands and result.
func decimalImpl(c *Call, try bool, f func(a types.Decimal, as int, b types.Decimal, bs, p, s int) (types.Decimal, bool)) *Impl {
	as, bs, t := c.Arg(0).Scale, c.Arg(1).Scale, c.Typ
	null := try || c.Legacy
	return fn2x(func(_ *Context, a, b types.Decimal) (types.Decimal, bool, error) {
		d, ok := f(a, as, b, bs, t.Precision, t.Scale)
		if ok || null {
			return d, ok, nil
		}
		return d, false, decimalRange(exactText(c.Fn.Name, a, as, b, bs), t)
	})
}

// exactText is the exact result of an operator on decimals, however many digits it has, for the message that it does
// not fit.
func exactText(op string, a types.Decimal, as int, b types.Decimal, bs int) string {
	x, y := new(big.Rat).SetFrac(a.Big(), pow10(as)), new(big.Rat).SetFrac(b.Big(), pow10(bs))
	z, scale := new(big.Rat), max(as, bs)
	switch op {
	case "+":
		z.Add(x, y)
	case "-":
		z.Sub(x, y)
	case "*":
		z.Mul(x, y)
		scale = as + bs
	default:
		z.Quo(x, y)
		scale = 38
	}
	return z.FloatString(scale)
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
