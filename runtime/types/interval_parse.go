package types

import (
	"math"
	"strings"

	"gospark/runtime/condition"
)

// intervalBounds are the most digits of the first field of a day-time interval.
var intervalBounds = [...]int{IntervalDay: 9, IntervalHour: 10, IntervalMinute: 12, IntervalSecond: 13}

// ParseYearMonth reads a year-month interval of the fields from to to: [+|-]y-m, [+|-]y or [+|-]m, alone or inside
// INTERVAL '…' YEAR TO MONTH.
func ParseYearMonth(s string, from, to IntervalField) (int32, error) {
	text, sign, ok := intervalBody(s, from, to)
	if !ok {
		return 0, unmatchedInterval(s, from, to)
	}
	first, rest := leadingDigits(text)
	if first == "" {
		return 0, unmatchedInterval(s, from, to)
	}
	bad := func(msg string) (int32, error) {
		return 0, condition.New("INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", "22006", "%s Error parsing interval year-month string.",
			invalidInterval(trimControl(s))).WithParam("msg", msg).WithParam("interval", "year-month")
	}
	n, fits := parseLong(first)
	if from == to {
		if rest != "" {
			return 0, unmatchedInterval(s, from, to)
		}
		if fits && to == IntervalYear {
			n, fits = mul64(n, 12)
		}
		n *= sign
		if !fits || n != int64(int32(n)) {
			return bad("integer overflow")
		}
		return int32(n), nil
	}
	second, end := "", ""
	if rest != "" && rest[0] == '-' {
		second, end = leadingDigits(rest[1:])
	}
	if second == "" || end != "" {
		return 0, unmatchedInterval(s, from, to)
	}
	months, ok := parseLong(second)
	switch {
	case !fits || n > math.MaxInt32/12:
		return bad("requirement failed: year " + first + " outside range [0, 178956970]")
	case !ok || months > 11:
		return bad("requirement failed: month " + second + " outside range [0, 11]")
	}
	if n = sign * (n*12 + months); n != int64(int32(n)) {
		return bad("integer overflow")
	}
	return int32(n), nil
}

// ParseDayTime reads a day-time interval of the fields from to to, such as [+|-]d h:m:s.n, alone or inside
// INTERVAL '…' DAY TO SECOND.
func ParseDayTime(s string, from, to IntervalField) (int64, error) {
	text, sign, ok := intervalBody(s, from, to)
	if !ok {
		return 0, unmatchedInterval(s, from, to)
	}
	var micros int64
	for f := from; f <= to; f++ {
		if f > from {
			sep := byte(':')
			if f == IntervalHour {
				sep = ' '
			}
			if text == "" || text[0] != sep {
				return 0, unmatchedInterval(s, from, to)
			}
			text = text[1:]
		}
		digits, rest := leadingDigits(text)
		limit := 2
		if f == from {
			limit = intervalBounds[f]
		}
		if digits == "" || len(digits) > limit {
			return 0, unmatchedInterval(s, from, to)
		}
		text = rest
		n, _ := parseLong(digits)
		highest := int64(59)
		switch {
		case f == from:
			highest = math.MaxInt64 / int64(unitMicros[f])
		case f == IntervalHour:
			highest = 23
		}
		if n > highest && !(f == from && from == to && f != IntervalSecond) {
			return 0, condition.New("", "", "requirement failed: %s %d outside range [0, %d]", f, n, highest)
		}
		part, ok := mul64(n, int64(unitMicros[f]))
		if f == IntervalSecond && text != "" && text[0] == '.' {
			frac, rest := leadingDigits(text[1:])
			if frac == "" || len(frac) > 9 {
				return 0, unmatchedInterval(s, from, to)
			}
			text = rest
			var fits bool
			if part, fits = add64(part, fractionMicros(frac)); !fits {
				ok = false
			}
		}
		if ok {
			micros, ok = add64(micros, sign*part)
		}
		if !ok {
			return 0, condition.New("", "", "long overflow")
		}
	}
	if text != "" {
		return 0, unmatchedInterval(s, from, to)
	}
	return micros, nil
}

// fractionMicros is the first six of up to nine digits.
func fractionMicros(digits string) int64 {
	v := int64(0)
	for i := range 6 {
		v *= 10
		if i < len(digits) {
			v += int64(digits[i] - '0')
		}
	}
	return v
}

func leadingDigits(s string) (digits, rest string) {
	n := countDigits(s)
	return s[:n], s[n:]
}

// parseLong reads digits; ok is false when an int64 does not hold them.
func parseLong(digits string) (v int64, ok bool) {
	for i := range len(digits) {
		if v > (math.MaxInt64-9)/10 {
			d, fits := mul64(v, 10)
			if !fits {
				return 0, false
			}
			if v, fits = add64(d, int64(digits[i]-'0')); !fits {
				return 0, false
			}
			continue
		}
		v = v*10 + int64(digits[i]-'0')
	}
	return v, true
}

// intervalBody takes the sign, and INTERVAL '…' units with another sign, off the text of an interval.
func intervalBody(s string, from, to IntervalField) (body string, sign int64, ok bool) {
	s = trimControl(s)
	sign = 1
	takeSign := func() {
		if s != "" && strings.IndexByte("+-|", s[0]) >= 0 {
			if s[0] == '-' {
				sign = -sign
			}
			s = s[1:]
		}
	}
	if len(s) > 8 && strings.EqualFold(s[:8], "interval") && s[8] <= ' ' {
		s = strings.TrimLeft(s[8:], " \t\r\n")
		takeSign()
		if s == "" || s[0] != '\'' {
			return "", 0, false
		}
		end := strings.IndexByte(s[1:], '\'')
		if end < 0 {
			return "", 0, false
		}
		units := strings.Fields(s[end+2:])
		want := []string{from.String(), "to", to.String()}
		if from == to {
			want = want[:1]
		}
		if len(units) != len(want) || s[end+2] > ' ' {
			return "", 0, false
		}
		for i, u := range units {
			if !strings.EqualFold(u, want[i]) {
				return "", 0, false
			}
		}
		s = s[1 : end+1]
	}
	takeSign()
	return s, sign, true
}

var intervalShapes = [...]string{IntervalYear: "y", IntervalMonth: "m", IntervalDay: "d", IntervalHour: "h",
	IntervalMinute: "m", IntervalSecond: "s.n"}

func unmatchedInterval(s string, from, to IntervalField) error {
	t := &Type{Kind: DayTimeKind, From: from, To: to}
	kind, notice, suffix := "day-time", "_WITH_NOTICE",
		` Set "spark.sql.legacy.fromDayTimeString.enabled" to "true" to restore the behavior before Spark 3.0.`
	if to <= IntervalMonth {
		t.Kind, kind, notice, suffix = YearMonthKind, "year-month", "", ""
	}
	shape := "[+|-]"
	for f := from; f <= to; f++ {
		switch {
		case f == from:
		case f == IntervalMonth:
			shape += "-"
		case f == IntervalHour:
			shape += " "
		default:
			shape += ":"
		}
		shape += intervalShapes[f]
	}
	units := strings.TrimPrefix(t.SQL(), "INTERVAL ")
	formats := "`" + shape + "`, `INTERVAL [+|-]'" + shape + "' " + units + "`"
	return condition.New("INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING"+notice, "22006",
		"%s Interval string does not match %s format of %s when cast to %s: %s.%s",
		invalidInterval(s), kind, formats, t, s, suffix).
		WithParam("intervalStr", kind).WithParam("supportedFormat", formats).WithParam("typeName", t.String()).WithParam("input", s)
}

func invalidInterval(s string) string {
	return "Error parsing '" + s + "' to interval. Please ensure that the value provided is in a valid format for " +
		"defining an interval. You can reference the documentation for the correct format."
}
