package types

import (
	"math"
	"math/big"
	"math/bits"
)

// Up to version 18, Java's Double.toString is not always the shortest text that gives the value back: whole numbers beyond
// the 53 bits of a double lose digits by a rule of thumb, and a number half-way between two neighbours, or a power of two,
// may get a digit more. Spark prints what Java prints. This is that algorithm: digits of the quotient of two
// whole numbers until what is left is less than half the distance to the neighbours.

// javaDigits are the digits of a positive finite number of 32 or 64 bits, and the power of ten before them: 0.d1d2d3… *
// 10^exp. ok is false where the shortest digits are also Java's, unless they are only one.
func javaDigits(x float64, size int, single bool) (digits []byte, exp int, ok bool) {
	mantissa, binExp, significant := parts(x, size)
	tail := bits.TrailingZeros64(mantissa)
	length := 53 - tail // of the mantissa without zeros
	if binExp < significant-2 && length > 1 && !single {
		return nil, 0, false
	}
	fraction := max(0, length-binExp-1) // bits behind the point
	if fraction == 0 && binExp <= 62 {
		whole := mantissa
		if binExp >= 52 {
			whole <<= binExp - 52
		} else {
			whole >>= 52 - binExp
		}
		digits, exp = wholeDigits(whole, lostDigits(binExp-significant-1))
		return digits, exp, true
	}
	digits, exp = quotientDigits(mantissa>>tail, binExp, length, fraction, significant)
	return digits, exp, true
}

// parts takes a number apart: 53 bits, the first of which is set, the exponent of the first, and how many of them the
// format has.
func parts(x float64, size int) (mantissa uint64, binExp, significant int) {
	b := math.Float64bits(x)
	mantissa, binExp, significant = b&(1<<52-1), int(b>>52&0x7ff)-1023, 53
	if size == 32 {
		significant = 24
		if binExp < -126 { // a float with fewer bits
			significant -= -126 - binExp
		}
	}
	if binExp > -1023 {
		return mantissa | 1<<52, binExp, significant
	}
	shift := bits.LeadingZeros64(mantissa) - 11
	return mantissa << shift, -1022 - shift, 53 - shift
}

// lostDigits is how many decimal digits of a whole number do not count when its last p bits do not.
func lostDigits(p int) int {
	if p <= 1 {
		return 0
	}
	return int(float64(p) * math.Log10(2))
}

func wholeDigits(v uint64, lost int) ([]byte, int) {
	exp := 0
	if lost > 0 {
		unit := uint64(1)
		for range lost {
			unit *= 10
		}
		rest := v % unit
		if v /= unit; rest >= unit/2 {
			v++
		}
		exp = lost
	}
	for v%10 == 0 {
		v /= 10
		exp++
	}
	var d []byte
	for ; v > 0; v /= 10 {
		d = append([]byte{byte('0' + v%10)}, d...)
	}
	return d, exp + len(d)
}

// quotientDigits divides b by s for one digit after the other; m is half the distance to the neighbours.
func quotientDigits(mantissa uint64, binExp, length, fraction, significant int) ([]byte, int) {
	exp := estimate(mantissa<<(53-length), binExp)
	b5, s5 := max(0, -exp), max(0, exp)
	b2, s2 := b5+fraction+binExp, s5+fraction
	m2 := b2 - significant
	b2 -= length - 1
	common := min(b2, s2)
	b2, s2, m2 = b2-common, s2-common, m2-common
	if length == 1 { // the next smaller number is only half as far away
		m2--
	}
	if m2 < 0 {
		b2, s2, m2 = b2-m2, s2-m2, 0
	}
	ten := big.NewInt(10)
	b := scaled(mantissa, b5, b2)
	s := scaled(1, s5, s2)
	m := scaled(1, b5, m2)
	tenS := new(big.Int).Mul(s, ten)
	small := bitsOf(length, b5)+b2 < 64 && s2+1+bitsOf(0, s5+1) < 64

	var digits []byte
	var low, high bool
	q, sum := new(big.Int), new(big.Int)
	step := func() {
		q.QuoRem(b, s, b)
		b.Mul(b, ten)
		m.Mul(m, ten)
		low = b.Cmp(m) < 0
		c := sum.Add(b, m).Cmp(tenS)
		high = c > 0 || c == 0 && !small
	}
	step()
	if q.Sign() == 0 && !high {
		exp--
	} else {
		digits = append(digits, byte('0'+q.Int64()))
	}
	if exp < -3 || exp >= 8 { // there is a digit behind the point
		low, high = false, false
	}
	for !low && !high {
		step()
		digits = append(digits, byte('0'+q.Int64()))
	}
	if high {
		c := 1
		if low {
			c = b.Lsh(b, 1).Cmp(tenS)
		}
		if c > 0 || c == 0 && digits[len(digits)-1]&1 == 1 {
			digits, exp = roundUp(digits, exp)
		}
	}
	return digits, exp + 1
}

func roundUp(d []byte, exp int) ([]byte, int) {
	for i := len(d) - 1; i >= 0; i-- {
		if d[i]++; d[i] <= '9' {
			return d, exp
		}
		d[i] = '0'
	}
	d[0] = '1'
	return d, exp + 1
}

// estimate is the power of ten of the first digit, or one more.
func estimate(mantissa uint64, binExp int) int {
	d := math.Float64frombits(0x3ff<<52 | mantissa&(1<<52-1))
	return int(math.Floor((d-1.5)*0.289529654 + 0.176091259 + float64(binExp)*0.301029995663981))
}

// scaled is v * 5^fives * 2^twos.
func scaled(v uint64, fives, twos int) *big.Int {
	p := new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(fives)), nil)
	p.Mul(p, new(big.Int).SetUint64(v))
	return p.Lsh(p, uint(twos))
}

// bitsOf is about how many bits a number of n bits has when it is multiplied by a power of five.
func bitsOf(n, fives int) int {
	switch {
	case fives == 0:
		return n
	case fives < 28:
		return n + scaled(1, fives, 0).BitLen()
	}
	return n + fives*3
}
