package types

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Text is d in plain notation with exactly scale digits after the point.
func (d Decimal) Text(scale int) string { return string(d.AppendText(nil, scale)) }

// AppendText appends Text.
func (d Decimal) AppendText(b []byte, scale int) []byte {
	w, neg := d.magnitude()
	if neg {
		b = append(b, '-')
	}
	var digits [40]byte
	i := len(digits)
	for w[1] != 0 || w[0] > 9999999999999999999 {
		rest := w.div64(pow10[19].Lo)
		for range 19 {
			i--
			digits[i] = byte('0' + rest%10)
			rest /= 10
		}
	}
	for lo := w[0]; ; {
		i--
		digits[i] = byte('0' + lo%10)
		if lo /= 10; lo == 0 {
			break
		}
	}
	for len(digits)-i <= scale && i > 0 {
		i--
		digits[i] = '0'
	}
	if scale <= 0 {
		b = append(b, digits[i:]...)
		for range -scale {
			b = append(b, '0')
		}
		return b
	}
	point := len(digits) - scale
	b = append(b, digits[i:point]...)
	b = append(b, '.')
	return append(b, digits[point:]...)
}

// ParseDecimal reads a number as java.math.BigDecimal does, with an exponent and without a trailing letter, and the
// scale it is written with: 1.50 is 150 with scale 2, 1e3 is 1 with scale -3. Blanks around it are cut. It is exact:
// digits beyond 38 do not overflow until the value is given a type with Number.To.
func ParseDecimal(s string) (Number, bool) {
	s = trimJava(s)
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg, s = s[0] == '-', s[1:]
	}
	mantissa, exp := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa = s[:i]
		e := s[i+1:]
		if e == "" || len(e) > 11 {
			return Number{}, false
		}
		v, err := strconv.ParseInt(e, 10, 32)
		if err != nil {
			return Number{}, false
		}
		exp = int(v)
	}
	whole, frac, _ := strings.Cut(mantissa, ".")
	if whole == "" && frac == "" || !allDigits(whole) || !allDigits(frac) {
		return Number{}, false
	}
	digits := strings.TrimLeft(whole+frac, "0")
	return Number{neg: neg, digits: digits, Scale: len(frac) - exp}, true
}

// A Number is a decimal as it was written, with any number of digits.
type Number struct {
	neg    bool
	digits string // without leading zeros; "" is 0
	Scale  int
}

// Precision is the number of digits, at least 1.
func (n Number) Precision() int { return max(1, len(n.digits)) }

// Type is the decimal type a literal of this spelling has, if there is one.
func (n Number) Type() (*Type, bool) {
	p, s := n.Precision(), n.Scale
	if s < 0 {
		if n.digits != "" {
			p -= s
		}
		s = 0
	}
	p = max(p, s)
	if p > MaxPrecision {
		return nil, false
	}
	return DecimalOf(p, s), true
}

// To is the number as decimal(p,s), rounded half up; ok is false when it does not fit.
func (n Number) To(p, s int) (Decimal, bool) {
	if n.digits == "" {
		return Decimal{}, true
	}
	if len(n.digits)-n.Scale > MaxPrecision {
		return Decimal{}, false
	}
	shift := s - n.Scale // digits to add at the end
	digits := n.digits
	if shift < 0 {
		keep := len(digits) + shift
		if keep < 0 {
			return Decimal{}, true
		}
		up := digits[keep] >= '5'
		digits = digits[:keep]
		d, ok := parseDigits(digits)
		if up && ok {
			d, ok = d.Add(Decimal{Lo: 1})
		}
		return n.sign(d, ok && d.Fits(p))
	}
	if len(digits)+shift > MaxPrecision {
		return Decimal{}, false
	}
	d, ok := parseDigits(digits + strings.Repeat("0", shift))
	return n.sign(d, ok && d.Fits(p))
}

func (n Number) sign(d Decimal, ok bool) (Decimal, bool) {
	if n.neg {
		d = d.Neg()
	}
	return d, ok
}

// Text is the number in plain notation.
func (n Number) Text() string {
	digits, scale := n.digits, n.Scale
	if digits == "" {
		digits = "0"
	}
	if scale < 0 {
		if digits != "0" && -scale < 1<<16 {
			digits += strings.Repeat("0", -scale)
		}
		scale = 0
	}
	if len(digits) <= scale && scale < 1<<16 {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	if scale > 0 && scale < len(digits) {
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if n.neg && n.digits != "" {
		return "-" + digits
	}
	return digits
}

// parseDigits is the value of at most 38 digits.
func parseDigits(s string) (Decimal, bool) {
	if len(s) > MaxPrecision {
		return Decimal{}, false
	}
	var w wide
	for s != "" {
		k := min(len(s), 18)
		v, err := strconv.ParseUint(s[:k], 10, 64)
		if err != nil {
			return Decimal{}, false
		}
		w.mul64(pow10[k].Lo)
		w.add(&wide{v})
		s = s[k:]
	}
	return w.decimal(false)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// trimJava cuts what Java's String.trim cuts: everything up to the blank.
func trimJava(s string) string {
	i, j := 0, len(s)
	for i < j && s[i] <= ' ' {
		i++
	}
	for j > i && s[j-1] <= ' ' {
		j--
	}
	return s[i:j]
}

// FloatNumber is a double as the decimal number that its shortest text spells, as Spark casts it. It is false for
// NaN and the infinities.
func FloatNumber(x float64) (Number, bool) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Number{}, false
	}
	return ParseDecimal(string(AppendFloat(nil, x, 64)))
}

// Big is d's unscaled value.
func (d Decimal) Big() *big.Int {
	w, neg := d.magnitude()
	b := w.big()
	if neg {
		b.Neg(b)
	}
	return b
}

// DecimalOfBig is the decimal of an unscaled value; ok is false when it has more than 38 digits.
func DecimalOfBig(x *big.Int) (Decimal, bool) {
	if x.BitLen() > 127 {
		return Decimal{}, false
	}
	w := wideOf(new(big.Int).Abs(x))
	return w.decimal(x.Sign() < 0)
}

func textFloat(s string, bits int) float64 {
	x, _ := strconv.ParseFloat(s, bits) // digits only: the error can only be a range error, whose value is right
	return x
}

// ScientificText is d as java.math.BigDecimal.toString has it: with an exponent when there would be more than six zeros
// behind the point. Casts use it with ANSI mode off.
func (d Decimal) ScientificText(scale int) string {
	w, neg := d.magnitude()
	digits := Decimal{Hi: int64(w[1]), Lo: w[0]}.Text(0)
	exp := len(digits) - 1 - scale
	if scale >= 0 && exp >= -6 {
		return d.Text(scale)
	}
	s := digits[:1]
	if len(digits) > 1 {
		s += "." + digits[1:]
	}
	if neg {
		s = "-" + s
	}
	if exp != 0 {
		s += "E" + strconv.FormatInt(int64(exp), 10)
		if exp > 0 {
			s = strings.Replace(s, "E", "E+", 1)
		}
	}
	return s
}
