package types

import (
	"cmp"
	"math"
	"math/bits"
)

// MaxPrecision is the most digits a decimal has.
const MaxPrecision = 38

// A Rounding says which way a value between two goes.
type Rounding uint8

const (
	HalfUp   Rounding = iota // half away from zero
	HalfEven                 // half to the even neighbour
	Floor                    // to minus infinity
	Ceil                     // to infinity
	Down                     // to zero
)

// DecimalOf64 is the decimal of an unscaled int64.
func DecimalOf64(v int64) Decimal { return Decimal{Hi: v >> 63, Lo: uint64(v)} }

// IsZero says whether d is 0.
func (d Decimal) IsZero() bool { return d.Hi == 0 && d.Lo == 0 }

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.Hi < 0:
		return -1
	case d.IsZero():
		return 0
	}
	return 1
}

// Neg is -d. It cannot overflow for values of at most 38 digits.
func (d Decimal) Neg() Decimal {
	lo, borrow := bits.Sub64(0, d.Lo, 0)
	hi, _ := bits.Sub64(0, uint64(d.Hi), borrow)
	return Decimal{Hi: int64(hi), Lo: lo}
}

// Abs is d without its sign.
func (d Decimal) Abs() Decimal {
	if d.Hi < 0 {
		return d.Neg()
	}
	return d
}

// Int64 is the unscaled value, if it fits.
func (d Decimal) Int64() (int64, bool) {
	v := int64(d.Lo)
	return v, v>>63 == d.Hi
}

// Cmp orders two decimals of one scale.
func (d Decimal) Cmp(o Decimal) int {
	if c := cmp.Compare(d.Hi, o.Hi); c != 0 {
		return c
	}
	return cmp.Compare(d.Lo, o.Lo)
}

// Add is d + o for one scale; ok is false when 128 bits do not hold it.
func (d Decimal) Add(o Decimal) (sum Decimal, ok bool) {
	lo, carry := bits.Add64(d.Lo, o.Lo, 0)
	hi, _ := bits.Add64(uint64(d.Hi), uint64(o.Hi), carry)
	sum = Decimal{Hi: int64(hi), Lo: lo}
	return sum, (d.Hi^o.Hi) < 0 || (d.Hi^sum.Hi) >= 0
}

// Sub is d - o for one scale.
func (d Decimal) Sub(o Decimal) (Decimal, bool) { return d.Add(o.Neg()) }

// magnitude is |d| as an unsigned number, and whether d is negative.
func (d Decimal) magnitude() (wide, bool) {
	neg := d.Hi < 0
	if neg {
		d = d.Neg()
	}
	return wide{d.Lo, uint64(d.Hi)}, neg
}

// Fits says whether d has at most precision digits.
func (d Decimal) Fits(precision int) bool {
	if precision >= len(pow10) {
		precision = len(pow10) - 1
	}
	a := d.Abs()
	p := pow10[precision]
	return uint64(a.Hi) < p.Hi || uint64(a.Hi) == p.Hi && a.Lo < p.Lo
}

type uint128 struct{ Hi, Lo uint64 }

// pow10 are the powers of ten that 127 bits hold.
var pow10 = func() (p [39]uint128) {
	p[0].Lo = 1
	for i := 1; i < len(p); i++ {
		hi, lo := bits.Mul64(p[i-1].Lo, 10)
		p[i] = uint128{Hi: p[i-1].Hi*10 + hi, Lo: lo}
	}
	return p
}()

// Rescale gives d another scale; ok is false when the result has more than 38 digits.
func (d Decimal) Rescale(from, to int, r Rounding) (Decimal, bool) {
	if from == to {
		return d, true
	}
	if v, ok := d.Int64(); ok && to > from && to-from < 19 { // the usual case: a few more digits of a small number
		hi, lo := bits.Mul64(magnitude64(v), pow10[to-from].Lo)
		if hi>>63 == 0 {
			u := Decimal{Hi: int64(hi), Lo: lo}
			if v < 0 {
				u = u.Neg()
			}
			return u, u.Fits(MaxPrecision)
		}
	}
	w, neg := d.magnitude()
	if to > from {
		if !w.mulPow10(to - from) {
			return Decimal{}, false
		}
	} else {
		w.roundPow10(from-to, neg, r)
	}
	return w.decimal(neg)
}

func magnitude64(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}

// To gives d another scale and checks its precision: a cast between decimal types.
func (d Decimal) To(from, precision, scale int) (Decimal, bool) {
	u, ok := d.Rescale(from, scale, HalfUp)
	return u, ok && u.Fits(precision)
}

// Round rounds d to a number of digits after the point (before it, when negative) and keeps its scale.
func (d Decimal) Round(scale, digits int, r Rounding) (Decimal, bool) {
	if digits >= scale {
		return d, true
	}
	u, ok := d.Rescale(scale, digits, r)
	if !ok {
		return u, false
	}
	return u.Rescale(digits, scale, r)
}

// CompareDecimals orders decimals of different scales.
func CompareDecimals(a Decimal, as int, b Decimal, bs int) int {
	if as == bs {
		return a.Cmp(b)
	}
	if c := cmp.Compare(a.Sign(), b.Sign()); c != 0 {
		return c
	}
	x, neg := a.magnitude()
	y, _ := b.magnitude()
	if as < bs {
		x.mulPow10(bs - as)
	} else {
		y.mulPow10(as - bs)
	}
	c := x.cmp(&y)
	if neg {
		return -c
	}
	return c
}

// DecimalAdd is a + b as decimal(p,s); ok is false when it does not fit.
func DecimalAdd(a Decimal, as int, b Decimal, bs, p, s int) (Decimal, bool) {
	if as == bs && as == s {
		u, ok := a.Add(b)
		return u, ok && u.Fits(p)
	}
	x, xneg := a.magnitude()
	y, yneg := b.magnitude()
	m := max(as, bs)
	x.mulPow10(m - as)
	y.mulPow10(m - bs)
	switch {
	case xneg == yneg:
		x.add(&y)
	case x.cmp(&y) >= 0:
		x.sub(&y)
	default:
		y.sub(&x)
		x, xneg = y, yneg
	}
	return x.to(xneg, m, p, s)
}

// DecimalSub is a - b as decimal(p,s).
func DecimalSub(a Decimal, as int, b Decimal, bs, p, s int) (Decimal, bool) {
	return DecimalAdd(a, as, b.Neg(), bs, p, s)
}

// DecimalMul is a * b as decimal(p,s), rounded half up.
func DecimalMul(a Decimal, as int, b Decimal, bs, p, s int) (Decimal, bool) {
	if as+bs == s {
		if x, ok := a.Int64(); ok {
			if y, ok := b.Int64(); ok {
				hi, lo := bits.Mul64(magnitude64(x), magnitude64(y))
				u := Decimal{Hi: int64(hi), Lo: lo}
				if (x < 0) != (y < 0) {
					u = u.Neg()
				}
				return u, u.Fits(p)
			}
		}
	}
	x, xneg := a.magnitude()
	y, yneg := b.magnitude()
	z := x.mul(&y)
	return z.to(xneg != yneg, as+bs, p, s)
}

// DecimalDiv is a / b as decimal(p,s), rounded half up. b must not be 0.
func DecimalDiv(a Decimal, as int, b Decimal, bs, p, s int) (Decimal, bool) {
	x, xneg := a.magnitude()
	y, yneg := b.magnitude()
	up := s + bs - as
	if up < 0 {
		y.mulPow10(-up)
	} else if !x.mulPow10(up) {
		return bigDiv(a, b, up, p)
	}
	q, rem := x.divide(&y)
	// Half up: one more when twice the remainder reaches the divisor.
	if rem.add(&rem); rem.cmp(&y) >= 0 {
		q.add(&wide{1})
	}
	u, ok := q.decimal(xneg != yneg)
	return u, ok && u.Fits(p)
}

// DecimalRem is the remainder of a / b with the sign of a, as decimal(p,s). b must not be 0.
func DecimalRem(a Decimal, as int, b Decimal, bs, p, s int) (Decimal, bool) {
	x, xneg := a.magnitude()
	y, _ := b.magnitude()
	m := max(as, bs)
	x.mulPow10(m - as)
	y.mulPow10(m - bs)
	_, rem := x.divide(&y)
	return rem.to(xneg, m, p, s)
}

// DecimalQuo is the whole part of a / b; ok is false when it does not fit in an int64. b must not be 0.
func DecimalQuo(a Decimal, as int, b Decimal, bs int) (int64, bool) {
	x, xneg := a.magnitude()
	y, yneg := b.magnitude()
	m := max(as, bs)
	x.mulPow10(m - as)
	y.mulPow10(m - bs)
	q, _ := x.divide(&y)
	u, ok := q.decimal(xneg != yneg)
	v, fits := u.Int64()
	return v, ok && fits
}

// Whole is d without its fraction, if it fits in an int64.
func (d Decimal) Whole(scale int) (int64, bool) {
	u, ok := d.Rescale(scale, 0, Down)
	v, fits := u.Int64()
	return v, ok && fits
}

// Float64 is the double nearest to d.
func (d Decimal) Float64(scale int) float64 {
	if v, ok := d.Int64(); ok && scale <= 22 && v > -1<<53 && v < 1<<53 {
		return float64(v) / math.Pow10(scale) // both are exact, so the quotient is rounded once
	}
	return textFloat(d.Text(scale), 64)
}

// Float32 is the float nearest to d.
func (d Decimal) Float32(scale int) float32 { return float32(textFloat(d.Text(scale), 32)) }
