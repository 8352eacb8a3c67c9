package types

import (
	"math"
	"strconv"
	"strings"
)

// AppendFloat appends a float as Java's Double.toString (bits 64) or Float.toString (bits 32) does: the shortest
// digits that give the value back, in plain notation from 1e-3 up to 1e7, with an exponent outside.
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
	s := string(strconv.AppendFloat(buf[:0], x, 'E', -1, bits))
	if abs < 1e-300 || bits == 32 && abs < 1e-37 {
		s = twoDigits(s, x, bits)
	}
	mantissa, exp, _ := strings.Cut(s, "E")
	b = append(b, mantissa...)
	if strings.IndexByte(mantissa, '.') < 0 {
		b = append(b, ".0"...)
	}
	b = append(b, 'E')
	if exp[0] == '-' {
		b = append(b, '-')
	}
	return append(b, strings.TrimLeft(exp[1:], "0")...)
}

// twoDigits is the text of a very small number: where one digit is enough to tell it from its neighbours, Java prints
// the nearest number of two, as in 4.9E-324.
func twoDigits(shortest string, x float64, bits int) string {
	if strings.IndexByte(shortest, '.') >= 0 {
		return shortest
	}
	s := strconv.FormatFloat(x, 'E', 1, bits)
	if y, err := strconv.ParseFloat(s, bits); err != nil || y != x {
		return shortest
	}
	return s
}
