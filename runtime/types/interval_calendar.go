package types

import (
	"math"
	"strings"

	"gospark/runtime/condition"
)

// calendarUnits are the units of a calendar interval, in the order in which their beginnings are tried.
var calendarUnits = []struct {
	name                 string
	months, days, micros int64
}{
	{"year", 12, 0, 0}, {"week", 0, 7, 0}, {"day", 0, 1, 0}, {"hour", 0, 0, Hour}, {"second", 0, 0, Second},
	{"month", 1, 0, 0}, {"minute", 0, 0, Minute}, {"millisecond", 0, 0, Milli}, {"microsecond", 0, 0, 1},
}

// ParseCalendar reads a calendar interval: pairs of a number and a unit, [interval] 1 year 2 days -3.5 seconds.
func ParseCalendar(s string) (Interval, error) {
	bad := func(sub, format string, args ...any) (Interval, error) {
		e := condition.New("INVALID_INTERVAL_FORMAT."+sub, "22006", "%s "+format, append([]any{invalidInterval(s)}, args...)...)
		return Interval{}, e.WithParam("input", s)
	}
	text := strings.ToLower(trimControl(s))
	if text == "" {
		return bad("INPUT_IS_EMPTY", "Interval string cannot be empty.")
	}
	if rest, ok := strings.CutPrefix(text, "interval"); ok {
		if rest == "" {
			return bad("INPUT_IS_EMPTY", "Interval string cannot be empty.")
		}
		if !space(rest[0]) {
			return bad("INVALID_PREFIX", "Invalid interval prefix %s.", firstWord(text))
		}
		text = rest
	}
	var sum [3]int64 // months, days, microseconds
	for text = trimSpaces(text); text != ""; text = trimSpaces(text) {
		word := firstWord(text)
		neg := false
		if text[0] == '-' || text[0] == '+' {
			neg = text[0] == '-'
			if text = trimSpaces(text[1:]); text == "" {
				return bad("MISSING_NUMBER", "Expect a number after '%s' but hit EOL.", word)
			}
		} else if !digit(text[0]) && text[0] != '.' {
			return bad("UNRECOGNIZED_NUMBER", "Unrecognized number '%s'.", word)
		}
		word = firstWord(text)
		digits, rest := leadingDigits(text)
		frac, hasFrac := "", false
		if rest != "" && rest[0] == '.' {
			hasFrac = true
			frac, rest = leadingDigits(rest[1:])
		}
		switch {
		case len(frac) > 9:
			return bad("INVALID_PRECISION", "Interval can only support nanosecond precision, '%s' is out of range.", word)
		case rest != "" && !space(rest[0]), digits == "" && frac == "":
			return bad("INVALID_VALUE", "Invalid value '%s'.", word)
		}
		n, ok := parseLong(digits)
		if !ok {
			return bad("ARITHMETIC_EXCEPTION", "Uncaught arithmetic exception while parsing '%s'.", s)
		}
		if text = trimSpaces(rest); text == "" {
			return bad("MISSING_UNIT", "Expect a unit name after '%s' but hit EOL.", word)
		}
		word = firstWord(text)
		if hasFrac && text[0] != 's' {
			return bad("INVALID_FRACTION", "'%s' cannot have fractional part.", word)
		}
		micros := fractionMicros(frac)
		if neg {
			n, micros = -n, -micros
		}
		unit := -1
		for i, u := range calendarUnits {
			if strings.HasPrefix(text, u.name) {
				unit, text = i, text[len(u.name):]
				break
			}
		}
		text = strings.TrimPrefix(text, "s")
		if unit < 0 || text != "" && !space(text[0]) {
			return bad("INVALID_UNIT", "Invalid unit '%s'.", word)
		}
		u := calendarUnits[unit]
		for i, scale := range []int64{u.months, u.days, u.micros} {
			part, ok := mul64(n, scale)
			if i == 2 && ok {
				part, ok = add64(part, micros)
			}
			if ok {
				sum[i], ok = add64(sum[i], part)
			}
			if !ok || i < 2 && (sum[i] < math.MinInt32 || sum[i] > math.MaxInt32) {
				return bad("ARITHMETIC_EXCEPTION", "Uncaught arithmetic exception while parsing '%s'.", s)
			}
		}
	}
	return Interval{Months: int32(sum[0]), Days: int32(sum[1]), Micros: sum[2]}, nil
}

func space(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' || c >= 0x1c && c <= 0x1f }

func trimSpaces(s string) string {
	for s != "" && space(s[0]) {
		s = s[1:]
	}
	return s
}

func firstWord(s string) string {
	for i := range len(s) {
		if space(s[i]) {
			return s[:i]
		}
	}
	return s
}

// Micros31 is the length of an interval with months of 31 days: what watermarks and windows measure it by. ok is false
// on overflow.
func (i Interval) Micros31() (int64, bool) {
	days, ok := add64(int64(i.Months)*31, int64(i.Days))
	if !ok {
		return 0, false
	}
	span, ok := mul64(days, Day)
	if !ok {
		return 0, false
	}
	return add64(span, i.Micros)
}

// Add is the sum of two intervals; ok is false on overflow.
func (i Interval) Add(o Interval) (Interval, bool) {
	months, days := int64(i.Months)+int64(o.Months), int64(i.Days)+int64(o.Days)
	micros, ok := add64(i.Micros, o.Micros)
	return Interval{int32(months), int32(days), micros},
		ok && months == int64(int32(months)) && days == int64(int32(days))
}

// Neg is -i; ok is false on overflow.
func (i Interval) Neg() (Interval, bool) {
	return Interval{-i.Months, -i.Days, -i.Micros},
		i.Months != math.MinInt32 && i.Days != math.MinInt32 && i.Micros != math.MinInt64
}

// Times multiplies by a number; a part of a day goes to the microseconds, a part of a month is cut off. ok is false on
// overflow.
func (i Interval) Times(x float64) (Interval, bool) {
	return intervalOf(float64(i.Months)*x, float64(i.Days)*x, float64(i.Micros)*x)
}

// Over divides by a number that is not 0, as Times multiplies.
func (i Interval) Over(x float64) (Interval, bool) {
	return intervalOf(float64(i.Months)/x, float64(i.Days)/x, float64(i.Micros)/x)
}

func intervalOf(months, days, micros float64) (Interval, bool) {
	m, d := math.Trunc(months), math.Trunc(days)
	us := math.Floor(micros + float64(Day)*(days-d) + 0.5)
	ok := math.Abs(m) <= math.MaxInt32 && math.Abs(d) <= math.MaxInt32
	switch {
	case !ok:
		return Interval{}, false
	case us >= math.MaxInt64:
		return Interval{int32(m), int32(d), math.MaxInt64}, true // Java's round stops at the ends
	case us <= math.MinInt64:
		return Interval{int32(m), int32(d), math.MinInt64}, true
	case us != us:
		return Interval{}, false
	}
	return Interval{int32(m), int32(d), int64(us)}, true
}
