package expr

import (
	"math"
	"math/big"
	"strconv"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// round, bround, ceil and floor. The number of digits is a constant, and the type of a decimal's result depends on it.

func init() {
	family("math_funcs", []Function{
		{Name: "round", Sig: "numeric, int = 0 -> ?", Check: constantDigits, Ret: roundType, Null: Always, Bind: rounding(types.HalfUp),
			Doc: "The number rounded to a number of digits after the point, half away from zero.", Example: "round(2.5, 0) = 3"},
		{Name: "bround", Sig: "numeric, int = 0 -> ?", Check: constantDigits, Ret: roundType, Null: Always, Bind: rounding(types.HalfEven),
			Doc: "The number rounded to a number of digits after the point, half to the even neighbour.", Example: "bround(2.5, 0) = 2"},
		{Name: "ceil", Aliases: []string{"ceiling"}, Show: "CEIL", Sig: "double|decimal|bigint, int?", Make: whole2("ceil"), Ret: wholeType, Bind: wholeRounding(types.Ceil),
			Null: Always, Doc: "The smallest whole number that is not less; with digits, the smallest decimal of so many.", Example: "ceil(-0.1) = 0"},
		{Name: "floor", Show: "FLOOR", Sig: "double|decimal|bigint, int?", Make: whole2("floor"), Ret: wholeType, Bind: wholeRounding(types.Floor),
			Null: Always, Doc: "The largest whole number that is not greater; with digits, the largest decimal of so many.", Example: "floor(-0.1) = -1"},
		{Name: "roundceil", Show: "ceil", Internal: true, Sig: "decimal, int -> ?", Check: constantDigits, Ret: roundType, Null: Always, Bind: rounding(types.Ceil)},
		{Name: "roundfloor", Show: "floor", Internal: true, Sig: "decimal, int -> ?", Check: constantDigits, Ret: roundType, Null: Always, Bind: rounding(types.Floor)},
	})
}

// constantDigits wants the second argument to be a constant.
func constantDigits(text string, args []Expr) error {
	if !Foldable(args[1]) {
		return notFoldable(text, "scale", types.Int, args[1])
	}
	return nil
}

func digitsOf(args []Expr) (int, bool) {
	v, err := Constant(&Context{}, args[1])
	if err != nil || v == nil {
		return 0, false
	}
	return int(v.(int32)), true
}

func roundType(args []Expr) *types.Type {
	t := args[0].Type()
	if d, _ := digitsOf(args); t.Kind == types.DecimalKind {
		return types.RoundType(t, d)
	}
	return t
}

func rounding(mode types.Rounding) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		d, ok := digitsOf(c.Args)
		if !ok {
			return unknownDigits
		}
		switch t := c.Arg(0); t.Kind {
		case types.DecimalKind:
			return fn2x(func(_ *Context, x types.Decimal, _ int32) (types.Decimal, bool, error) {
				r, ok := roundDecimal(x, t.Scale, d, c.Typ, mode)
				if !ok && !c.Legacy {
					return r, false, decimalRange(x.Text(t.Scale), c.Typ)
				}
				return r, ok, nil
			})
		case types.FloatKind:
			return fn2(func(x float32, _ int32) float32 { return float32(roundFloat(float64(x), d, mode, 32)) })
		case types.DoubleKind:
			return fn2(func(x float64, _ int32) float64 { return roundFloat(x, d, mode, 64) })
		case types.ByteKind:
			return roundWhole[int8](c, d, mode)
		case types.ShortKind:
			return roundWhole[int16](c, d, mode)
		case types.IntKind:
			return roundWhole[int32](c, d, mode)
		}
		return roundWhole[int64](c, d, mode)
	}
}

// unknownDigits looks only at the number of digits, which is NULL or an error.
var unknownDigits = &Impl{lazy: &lazyImpl{
	eval: func(c *Call, args []Evaluator) Evaluator { return &digitsEval{digits: args[1], out: newSlots(c.Typ)} },
	row: func(_ *Call, _ *Context, args []func() (any, error)) (any, error) {
		_, err := args[1]()
		return nil, err
	},
}}

type digitsEval struct {
	digits Evaluator
	out    slots
}

func (e *digitsEval) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	if _, err := e.digits.Eval(ctx, b, rows); err != nil {
		return nil, err
	}
	e.out.reset(b.N)
	return e.out.vector(), nil
}

func roundDecimal(x types.Decimal, scale, digits int, to *types.Type, mode types.Rounding) (types.Decimal, bool) {
	if digits < scale {
		var ok bool
		if digits >= 0 {
			x, ok = x.Rescale(scale, digits, mode)
			scale = digits
		} else {
			x, ok = x.Round(scale, digits, mode)
		}
		if !ok {
			return x, false
		}
	}
	return x.To(scale, to.Precision, to.Scale)
}

// roundFloat rounds the shortest decimal spelling of a float, as Spark does: 1.45 to one digit is 1.5.
func roundFloat(x float64, digits int, mode types.Rounding, bits int) float64 {
	if x != x || math.IsInf(x, 0) || x == 0 {
		return x
	}
	var buf [32]byte
	r, ok := new(big.Rat).SetString(string(strconv.AppendFloat(buf[:0], x, 'e', -1, bits)))
	if !ok || digits > 400 {
		return x
	}
	if digits < -400 {
		return 0
	}
	scale := new(big.Rat).SetInt(pow10(abs(digits)))
	if digits < 0 {
		r.Quo(r, scale)
	} else {
		r.Mul(r, scale)
	}
	z := new(big.Rat).SetInt(roundBig(r, mode))
	if digits < 0 {
		z.Mul(z, scale)
	} else {
		z.Quo(z, scale)
	}
	if bits == 32 {
		f, _ := z.Float32()
		return float64(f)
	}
	f, _ := z.Float64()
	return f
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// roundBig is the whole number next to x.
func roundBig(x *big.Rat, mode types.Rounding) *big.Int {
	q, m := new(big.Int).DivMod(x.Num(), x.Denom(), new(big.Int)) // floor
	switch mode {
	case types.Floor:
		return q
	case types.Ceil:
		if m.Sign() != 0 {
			q.Add(q, big.NewInt(1))
		}
		return q
	}
	twice := m.Lsh(m, 1).Cmp(x.Denom())
	up := twice > 0
	if twice == 0 {
		up = mode == types.HalfUp && x.Sign() > 0 || mode == types.HalfEven && q.Bit(0) == 1
	}
	if up {
		q.Add(q, big.NewInt(1))
	}
	return q
}

func roundWhole[T whole](c *Call, digits int, mode types.Rounding) *Impl {
	if digits >= 0 {
		return fn2(func(x T, _ int32) T { return x })
	}
	if digits < -19 {
		return fn2(func(T, int32) T { return 0 })
	}
	unit := pow10(-digits)
	return fn2x(func(_ *Context, x T, _ int32) (T, bool, error) {
		z := roundBig(new(big.Rat).SetFrac(big.NewInt(int64(x)), unit), mode)
		z.Mul(z, unit)
		if !z.IsInt64() || int64(T(z.Int64())) != z.Int64() {
			if c.Legacy {
				return T(z.Int64()), true, nil
			}
			return 0, false, overflow("Overflow", "")
		}
		return T(z.Int64()), true, nil
	})
}

// whole2 resolves ceil and floor: of one argument, or with digits, which makes a decimal of any number.
func whole2(name string) func(r *Request) (Expr, error) {
	return func(r *Request) (Expr, error) {
		if len(r.Args) == 1 {
			return r.build()
		}
		return r.other("round"+name, r.Args...)
	}
}

func wholeType(args []Expr) *types.Type {
	if t := args[0].Type(); t.Kind == types.DecimalKind {
		return types.CeilType(t)
	}
	return types.Long
}

func wholeRounding(mode types.Rounding) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		switch t := c.Arg(0); t.Kind {
		case types.DecimalKind:
			return fn1n(func(x types.Decimal) (types.Decimal, bool) { return roundDecimal(x, t.Scale, 0, c.Typ, mode) })
		case types.LongKind:
			return fn1(func(x int64) int64 { return x })
		}
		f := math.Floor
		if mode == types.Ceil {
			f = math.Ceil
		}
		return fn1(func(x float64) int64 { return types.Float64ToInt64Wrap(f(x)) })
	}
}
