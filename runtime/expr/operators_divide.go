package expr

import (
	"math"

	"gospark/runtime/types"
)

// zero says what a divisor of zero does: an error, or NULL.
func zero(null bool, err func() error) error {
	if null {
		return nil
	}
	return err()
}

// divide is /: doubles and decimals.
func divide(try bool) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		null := try || c.Legacy
		if c.Arg(0).Kind == types.DecimalKind {
			return decimalDivision(c, null, types.DecimalDiv, func() error { return divideByZero() })
		}
		return fn2x(func(_ *Context, a, b float64) (float64, bool, error) {
			if b == 0 {
				return 0, false, zero(null, func() error { return divideByZero() })
			}
			return a / b, true, nil
		})
	}
}

func decimalDivision(c *Call, null bool, f func(a types.Decimal, as int, b types.Decimal, bs, p, s int) (types.Decimal, bool), byZero func() error) *Impl {
	as, bs, t := c.Arg(0).Scale, c.Arg(1).Scale, c.Typ
	return fn2x(func(_ *Context, a, b types.Decimal) (types.Decimal, bool, error) {
		if b.IsZero() {
			return b, false, zero(null, byZero)
		}
		d, ok := f(a, as, b, bs, t.Precision, t.Scale)
		if ok || null {
			return d, ok, nil
		}
		return d, false, decimalRange(exactText(c.Fn.Name, a, as, b, bs), t)
	})
}

// quotient is div: a bigint, whatever the operands.
func quotient(c *Call) *Impl {
	null := c.Legacy
	byZero := func() error { return divideByZero() }
	switch c.Arg(0).Kind {
	case types.DecimalKind:
		as, bs := c.Arg(0).Scale, c.Arg(1).Scale
		return fn2x(func(_ *Context, a, b types.Decimal) (int64, bool, error) {
			if b.IsZero() {
				return 0, false, zero(null, byZero)
			}
			q, ok := types.DecimalQuo(a, as, b, bs)
			if ok || null {
				return q, ok, nil
			}
			return q, false, overflow("overflow", "")
		})
	case types.YearMonthKind:
		return fn2x(func(_ *Context, a, b int32) (int64, bool, error) {
			if b == 0 {
				return 0, false, zero(null, byZero)
			}
			return int64(a) / int64(b), true, nil
		})
	}
	return fn2x(func(_ *Context, a, b int64) (int64, bool, error) {
		switch {
		case b == 0:
			return 0, false, zero(null, byZero)
		case b == -1 && a == math.MinInt64 && !null:
			return 0, false, overflow("Overflow in integral divide", "try_divide")
		}
		return a / b, true, nil
	})
}

// remainder is % (the sign of the dividend) and pmod (never negative for a positive divisor).
func remainder(positive, try bool) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		null := try || c.Legacy
		byZero := func() error { return remainderByZero() }
		switch c.Arg(0).Kind {
		case types.ByteKind:
			return wholeRemainder[int8](positive, null)
		case types.ShortKind:
			return wholeRemainder[int16](positive, null)
		case types.IntKind:
			return wholeRemainder[int32](positive, null)
		case types.LongKind:
			return wholeRemainder[int64](positive, null)
		case types.FloatKind:
			return floatRemainder[float32](positive, null)
		case types.DoubleKind:
			return floatRemainder[float64](positive, null)
		}
		rem := types.DecimalRem
		if positive {
			rem = func(a types.Decimal, as int, b types.Decimal, bs, p, s int) (types.Decimal, bool) {
				r, ok := types.DecimalRem(a, as, b, bs, p, s)
				if !ok || r.Sign() >= 0 {
					return r, ok
				}
				sum, ok := types.DecimalAdd(r, s, b, bs, p, s)
				if !ok {
					return sum, false
				}
				return types.DecimalRem(sum, s, b, bs, p, s)
			}
		}
		return decimalDivision(c, null, rem, byZero)
	}
}

func wholeRemainder[T whole](positive, null bool) *Impl {
	return fn2x(func(_ *Context, a, b T) (T, bool, error) {
		if b == 0 {
			return 0, false, zero(null, func() error { return remainderByZero() })
		}
		r := a % b
		if positive && r < 0 {
			r = (r + b) % b
		}
		return r, true, nil
	})
}

func floatRemainder[T float](positive, null bool) *Impl {
	return fn2x(func(_ *Context, a, b T) (T, bool, error) {
		if b == 0 {
			return 0, false, zero(null, func() error { return remainderByZero() })
		}
		r := T(math.Mod(float64(a), float64(b)))
		if positive && r < 0 {
			r = T(math.Mod(float64(r+b), float64(b)))
		}
		return r, true, nil
	})
}

// negative is -x. Whole numbers have one value without an opposite.
func negative(c *Call) *Impl {
	switch c.Arg(0).Kind {
	case types.ByteKind:
		return wholeNegative[int8](c)
	case types.ShortKind:
		return wholeNegative[int16](c)
	case types.IntKind, types.YearMonthKind:
		return wholeNegative[int32](c)
	case types.LongKind, types.DayTimeKind:
		return wholeNegative[int64](c)
	case types.FloatKind:
		return fn1(func(x float32) float32 { return -x })
	case types.DoubleKind:
		return fn1(func(x float64) float64 { return -x })
	case types.DecimalKind:
		return fn1(types.Decimal.Neg)
	}
	return fn1x(func(_ *Context, x types.Interval) (types.Interval, bool, error) {
		r, ok := x.Neg()
		if !ok && !c.Legacy {
			return r, false, intervalOverflow("")
		}
		return r, ok, nil
	})
}

func wholeNegative[T whole](c *Call) *Impl {
	return fn1x(func(_ *Context, x T) (T, bool, error) {
		if x != 0 && x == -x && !c.Legacy {
			if c.Typ.IsInterval() {
				return 0, false, intervalOverflow("")
			}
			return 0, false, overflow("overflow", "")
		}
		return -x, true, nil
	})
}

// absolute is abs.
func absolute(c *Call) *Impl {
	switch c.Arg(0).Kind {
	case types.ByteKind:
		return wholeAbsolute[int8](c)
	case types.ShortKind:
		return wholeAbsolute[int16](c)
	case types.IntKind, types.YearMonthKind:
		return wholeAbsolute[int32](c)
	case types.LongKind, types.DayTimeKind:
		return wholeAbsolute[int64](c)
	case types.FloatKind:
		return fn1(func(x float32) float32 { return float32(math.Abs(float64(x))) })
	case types.DoubleKind:
		return fn1(math.Abs)
	}
	return fn1(types.Decimal.Abs)
}

func wholeAbsolute[T whole](c *Call) *Impl {
	return fn1x(func(_ *Context, x T) (T, bool, error) {
		if x >= 0 {
			return x, true, nil
		}
		if x == -x && !c.Legacy {
			return 0, false, overflow("overflow", "")
		}
		return -x, true, nil
	})
}
