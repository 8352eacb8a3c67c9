package expr

import (
	"math"
	"math/big"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// An interval times or divided by a number: exact for whole numbers and decimals, rounded half up.

func intervalByZero() *condition.Error {
	return condition.New("INTERVAL_DIVIDED_BY_ZERO", "22012", "Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead.")
}

func multiplyInterval(c *Call) *Impl { return scaleInterval(c, false) }
func divideInterval(c *Call) *Impl   { return scaleInterval(c, true) }

func scaleInterval(c *Call, over bool) *Impl {
	t, num := c.Typ, c.Arg(1)
	return boxed(func(_ *Context, args []any) (any, error) {
		x := numberRat(args[1], num)
		f := numberFloat(args[1], num)
		if over && f == 0 {
			return nil, intervalByZero()
		}
		if i, ok := args[0].(types.Interval); ok {
			r, ok := i.Times(f)
			if over {
				r, ok = i.Over(f)
			}
			if !ok {
				return nil, intervalOverflow("")
			}
			return r, nil
		}
		if x == nil { // a float
			return scaleByFloat(args[0], f, over, t)
		}
		units := new(big.Rat)
		if t.Kind == types.YearMonthKind {
			units.SetInt64(int64(args[0].(int32)))
		} else {
			units.SetInt64(args[0].(int64))
		}
		if over {
			x = new(big.Rat).Inv(x)
		}
		z := roundRat(units.Mul(units, x))
		if t.Kind == types.YearMonthKind {
			if !z.IsInt64() || z.Int64() != int64(int32(z.Int64())) {
				return nil, overflow("overflow", "")
			}
			return int32(z.Int64()), nil
		}
		if !z.IsInt64() {
			return nil, overflow("overflow", "")
		}
		return z.Int64(), nil
	})
}

func scaleByFloat(units any, f float64, over bool, t *types.Type) (any, error) {
	x := 0.0
	if m, ok := units.(int32); ok {
		x = float64(m)
	} else {
		x = float64(units.(int64))
	}
	if over {
		x /= f
	} else {
		x *= f
	}
	switch r := math.Floor(x + 0.5); {
	case x != x || math.IsInf(x, 0):
		return nil, overflow("overflow", "")
	case t.Kind == types.YearMonthKind:
		if r != float64(int32(r)) {
			return nil, overflow("overflow", "")
		}
		return int32(r), nil
	case r < -9.223372036854775808e18 || r >= 9.223372036854775808e18:
		return nil, overflow("overflow", "")
	default:
		return int64(r), nil
	}
}

// roundRat rounds half away from zero.
func roundRat(x *big.Rat) *big.Int {
	num, den := new(big.Int).Mul(x.Num(), big.NewInt(2)), new(big.Int).Set(x.Denom())
	if num.Sign() < 0 {
		num.Sub(num, den)
	} else {
		num.Add(num, den)
	}
	return num.Quo(num, den.Mul(den, big.NewInt(2)))
}

// numberRat is a whole number or decimal, exactly; nil for a float.
func numberRat(v any, t *types.Type) *big.Rat {
	switch v := v.(type) {
	case types.Decimal:
		return new(big.Rat).SetFrac(v.Big(), pow10(t.Scale))
	case float32, float64:
		return nil
	}
	return new(big.Rat).SetInt64(wholeValue(v))
}

// numberFloat is any number as a double.
func numberFloat(v any, t *types.Type) float64 {
	switch v := v.(type) {
	case types.Decimal:
		return v.Float64(t.Scale)
	case float32:
		return float64(v)
	case float64:
		return v
	}
	return float64(wholeValue(v))
}
