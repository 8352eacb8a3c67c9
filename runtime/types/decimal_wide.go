package types

import (
	"math/big"
	"math/bits"
)

// A wide is an unsigned 256-bit number, low word first: what a product of two decimals, and a decimal with 38 more
// digits, need.
type wide [4]uint64

func (w *wide) cmp(o *wide) int {
	for i := 3; i >= 0; i-- {
		switch {
		case w[i] < o[i]:
			return -1
		case w[i] > o[i]:
			return 1
		}
	}
	return 0
}

func (w *wide) add(o *wide) {
	var c uint64
	for i := range w {
		w[i], c = bits.Add64(w[i], o[i], c)
	}
}

func (w *wide) sub(o *wide) {
	var c uint64
	for i := range w {
		w[i], c = bits.Sub64(w[i], o[i], c)
	}
}

// mul64 multiplies by m and says whether the result fits.
func (w *wide) mul64(m uint64) bool {
	var carry uint64
	for i := range w {
		hi, lo := bits.Mul64(w[i], m)
		var c uint64
		w[i], c = bits.Add64(lo, carry, 0)
		carry = hi + c
	}
	return carry == 0
}

func (w *wide) mulPow10(n int) bool {
	for n > 0 {
		k := min(n, 19)
		if !w.mul64(pow10[k].Lo) {
			return false
		}
		n -= k
	}
	return true
}

// div64 divides by d and returns the remainder.
func (w *wide) div64(d uint64) (rem uint64) {
	for i := 3; i >= 0; i-- {
		if w[i] == 0 && rem == 0 {
			continue
		}
		w[i], rem = bits.Div64(rem, w[i], d)
	}
	return rem
}

// mul is the product of two numbers of two words.
func (w *wide) mul(o *wide) (z wide) {
	for i := range 2 {
		var carry uint64
		for j := range 2 {
			hi, lo := bits.Mul64(w[i], o[j])
			var c uint64
			lo, c = bits.Add64(lo, carry, 0)
			hi += c
			z[i+j], c = bits.Add64(z[i+j], lo, 0)
			carry = hi + c
		}
		z[i+2] += carry
	}
	return z
}

// divide is the quotient and the remainder. A divisor of one word is divided by directly; math/big does the others.
func (w *wide) divide(o *wide) (q, rem wide) {
	q = *w
	if o[1]|o[2]|o[3] == 0 {
		rem[0] = q.div64(o[0])
		return q, rem
	}
	if w.cmp(o) < 0 {
		return wide{}, *w
	}
	bq, br := new(big.Int).QuoRem(w.big(), o.big(), new(big.Int))
	return wideOf(bq), wideOf(br)
}

func (w *wide) big() *big.Int {
	var b [32]byte
	for i, x := range w {
		for j := range 8 {
			b[31-8*i-j] = byte(x >> (8 * j))
		}
	}
	return new(big.Int).SetBytes(b[:])
}

func wideOf(x *big.Int) (w wide) {
	var b [32]byte
	x.FillBytes(b[:])
	for i := range w {
		for j := range 8 {
			w[i] |= uint64(b[31-8*i-j]) << (8 * j)
		}
	}
	return w
}

// roundPow10 divides by 10^n and rounds.
func (w *wide) roundPow10(n int, neg bool, r Rounding) {
	sticky := false
	for n > 1 { // all but the last digit only matter for whether there is a rest
		k := min(n-1, 19)
		if w.div64(pow10[k].Lo) != 0 {
			sticky = true
		}
		n -= k
	}
	if n == 0 {
		return
	}
	digit := w.div64(10)
	up := false
	switch r {
	case HalfUp:
		up = digit >= 5
	case HalfEven:
		up = digit > 5 || digit == 5 && (sticky || w[0]&1 == 1)
	case Floor:
		up = neg && (digit > 0 || sticky)
	case Ceil:
		up = !neg && (digit > 0 || sticky)
	}
	if up {
		w.add(&wide{1})
	}
}

// decimal is the signed value; ok is false when it has more than 38 digits.
func (w *wide) decimal(neg bool) (Decimal, bool) {
	if w[2]|w[3] != 0 || w[1]>>63 != 0 {
		return Decimal{}, false
	}
	d := Decimal{Hi: int64(w[1]), Lo: w[0]}
	ok := d.Fits(MaxPrecision)
	if neg {
		d = d.Neg()
	}
	return d, ok
}

// to is the value as decimal(p,s), rounded half up.
func (w *wide) to(neg bool, from, p, s int) (Decimal, bool) {
	if s > from {
		if !w.mulPow10(s - from) {
			return Decimal{}, false
		}
	} else {
		w.roundPow10(from-s, neg, HalfUp)
	}
	d, ok := w.decimal(neg)
	return d, ok && d.Fits(p)
}

// bigDiv is a * 10^up / b rounded half up, for dividends beyond 256 bits.
func bigDiv(a, b Decimal, up, p int) (Decimal, bool) {
	x, xneg := a.magnitude()
	y, yneg := b.magnitude()
	n := new(big.Int).Mul(x.big(), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(up)), nil))
	d := y.big()
	q, rem := new(big.Int).QuoRem(n, d, new(big.Int))
	if rem.Lsh(rem, 1).Cmp(d) >= 0 {
		q.Add(q, big.NewInt(1))
	}
	if q.BitLen() > 127 {
		return Decimal{}, false
	}
	w := wideOf(q)
	u, ok := w.decimal(xneg != yneg)
	return u, ok && u.Fits(p)
}
