package types

import (
	"math"
	"strconv"
	"strings"
)

// StringToInt64 reads a whole number: blanks around it are cut, a fraction is an error.
func StringToInt64(s string) (int64, bool) { return parseWhole(s, false) }

// parseWhole reads a whole number; with fraction, digits behind a point are read over.
func parseWhole(s string, fraction bool) (int64, bool) {
	s = trimControl(s)
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg, s = s[0] == '-', s[1:]
	}
	if s == "" {
		return 0, false
	}
	var v int64 // counted down, so that the smallest number fits
	for i := range len(s) {
		if s[i] == '.' && fraction {
			if !allDigits(s[i+1:]) || len(s) == 1 {
				return 0, false
			}
			break
		}
		if !digit(s[i]) || v < math.MinInt64/10 {
			return 0, false
		}
		d := int64(s[i] - '0')
		if v*10 < math.MinInt64+d {
			return 0, false
		}
		v = v*10 - d
	}
	if neg {
		return v, true
	}
	return -v, v != math.MinInt64
}

// StringToFloat64 reads a double as Java does, and inf, infinity and nan in any case.
func StringToFloat64(s string) (float64, bool) { return parseFloat(s, 64) }

// StringToFloat32 is StringToFloat64 for floats.
func StringToFloat32(s string) (float32, bool) {
	x, ok := parseFloat(s, 32)
	return float32(x), ok
}

// floatWords are the numbers that are written as words.
var floatWords = map[string]float64{"nan": math.NaN(), "inf": math.Inf(1), "+inf": math.Inf(1), "infinity": math.Inf(1),
	"+infinity": math.Inf(1), "-inf": math.Inf(-1), "-infinity": math.Inf(-1)}

func parseFloat(s string, bits int) (float64, bool) {
	s = trimJava(s)
	if s == "" {
		return 0, false
	}
	hex := strings.ContainsAny(s, "xX")
	digits := false
	t := s
	if last := s[len(s)-1] | 0x20; last == 'd' || last == 'f' {
		t = s[:len(s)-1] // Java's suffixes
	}
	for i := range len(t) {
		switch c := t[i]; {
		case digit(c):
			digits = true
		case strings.IndexByte("+-.eE", c) >= 0:
		case hex && strings.IndexByte("xXpPabcdfABCDF", c) >= 0:
		default:
			x, ok := floatWords[strings.ToLower(s)]
			if !ok && (s == "+NaN" || s == "-NaN") {
				return math.NaN(), true
			}
			return x, ok
		}
	}
	if !digits {
		return 0, false
	}
	x, err := strconv.ParseFloat(t, bits)
	if err != nil && !math.IsInf(x, 0) && x != 0 {
		return 0, false
	}
	if ne, ok := err.(*strconv.NumError); ok && ne.Err == strconv.ErrSyntax {
		return 0, false
	}
	return x, true
}

// boolWords are the words for true and false.
var boolWords = map[string]bool{"t": true, "true": true, "y": true, "yes": true, "1": true,
	"f": false, "false": false, "n": false, "no": false, "0": false}

// StringToBool reads a boolean.
func StringToBool(s string) (v, ok bool) {
	s = trimControl(s)
	if len(s) > 5 {
		return false, false
	}
	v, ok = boolWords[strings.ToLower(s)]
	return v, ok
}

// StringToDecimal reads a number as decimal(p,s).
func StringToDecimal(s string, p, scale int) (Decimal, bool) {
	n, ok := ParseDecimal(s)
	if !ok {
		return Decimal{}, false
	}
	return n.To(p, scale)
}

// Float64ToInt64 cuts a double to a bigint; ok is false for NaN and beyond the range. 2^63 itself becomes the largest
// bigint, because as a double they are the same.
func Float64ToInt64(x float64) (int64, bool) {
	switch {
	case !(math.Floor(x) <= math.MaxInt64 && math.Ceil(x) >= math.MinInt64):
		return 0, false
	case x >= math.MaxInt64:
		return math.MaxInt64, true
	}
	return int64(x), true
}

// Float64ToInt64Wrap cuts a double as Java's cast does: NaN is 0, and beyond the range is its end.
func Float64ToInt64Wrap(x float64) int64 {
	switch {
	case x != x:
		return 0
	case x >= math.MaxInt64:
		return math.MaxInt64
	case x <= math.MinInt64:
		return math.MinInt64
	}
	return int64(x)
}

// Float64ToInt32Wrap is Float64ToInt64Wrap for an int.
func Float64ToInt32Wrap(x float64) int32 {
	switch {
	case x != x:
		return 0
	case x >= math.MaxInt32:
		return math.MaxInt32
	case x <= math.MinInt32:
		return math.MinInt32
	}
	return int32(x)
}

// Int64ToInt32 narrows, as its relatives below do; ok is false when the value does not fit.
func Int64ToInt32(v int64) (int32, bool) { return int32(v), v == int64(int32(v)) }
func Int64ToInt16(v int64) (int16, bool) { return int16(v), v == int64(int16(v)) }
func Int64ToInt8(v int64) (int8, bool)   { return int8(v), v == int64(int8(v)) }

// Int64ToTimestamp is a number of seconds as a timestamp; beyond the range it is its end.
func Int64ToTimestamp(seconds int64) int64 {
	switch {
	case seconds > math.MaxInt64/Second:
		return math.MaxInt64
	case seconds < math.MinInt64/Second:
		return math.MinInt64
	}
	return seconds * Second
}

// TimestampToInt64 is the whole seconds of a timestamp, rounded down.
func TimestampToInt64(micros int64) int64 { return floorDiv(micros, Second) }

// TimestampToFloat64 is a timestamp in seconds.
func TimestampToFloat64(micros int64) float64 { return float64(micros) / Second }

// DecimalToTimestamp is a number of seconds as a timestamp, digits beyond the microsecond cut off.
func DecimalToTimestamp(d Decimal, scale int) (int64, bool) {
	u, ok := d.Rescale(scale, 6, Down)
	v, fits := u.Int64()
	return v, ok && fits
}
