package types

import (
	"math"
	"strconv"
	"strings"
)

// AppendFloat appends a float as Java's Double.toString (bits 64) or Float.toString (bits 32) does: the shortest
// digits that give the value back, but for a few numbers (see [javaDigits]), in plain notation from 1e-3 up to 1e7, with
// an exponent outside.
func AppendFloat(b []byte, x float64, bits int) []byte {
	abs := math.Abs(x)
	switch {
	case x != x:
		return append(b, "NaN"...)
	case math.IsInf(x, 1):
		return append(b, "Infinity"...)
	case math.IsInf(x, -1):
		return append(b, "-Infinity"...)
	case x == 0 || abs >= 1e-3 && abs < 1e7:
		n := len(b)
		b = strconv.AppendFloat(b, x, 'f', -1, bits)
		if strings.IndexByte(string(b[n:]), '.') < 0 {
			b = append(b, ".0"...)
		}
		return b
	}
	var buf [32]byte
	mantissa, exp, _ := strings.Cut(string(strconv.AppendFloat(buf[:0], x, 'E', -1, bits)), "E")
	if digits, point, ok := javaDigits(abs, bits, len(strings.TrimPrefix(mantissa, "-")) == 1); ok {
		digits = append(digits[:1:1], append([]byte("."), digits[1:]...)...)
		mantissa, exp = strings.TrimRight(string(digits), "0"), strconv.Itoa(point-1)
		mantissa = strings.TrimSuffix(mantissa, ".")
		if x < 0 {
			mantissa = "-" + mantissa
		}
	}
	b = append(b, mantissa...)
	if strings.IndexByte(mantissa, '.') < 0 {
		b = append(b, ".0"...)
	}
	b = append(b, 'E')
	if exp[0] == '-' {
		b = append(b, '-')
	}
	return append(b, strings.TrimLeft(exp, "+-0")...)
}
