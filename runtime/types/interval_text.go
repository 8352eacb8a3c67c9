package types

import "strings"

// AppendYearMonth appends a year-month interval as Spark prints it: INTERVAL '1-2' YEAR TO MONTH.
func AppendYearMonth(b []byte, months int32, from, to IntervalField) []byte {
	b = append(b, "INTERVAL '"...)
	n := int64(months)
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	switch {
	case from == to && from == IntervalYear:
		b = appendInt(b, n/12)
	case from == to:
		b = appendInt(b, n)
	default:
		b = appendInt(b, n/12)
		b = append(b, '-')
		b = appendInt(b, n%12)
	}
	return appendIntervalUnits(b, from, to)
}

func appendIntervalUnits(b []byte, from, to IntervalField) []byte {
	b = append(b, "' "...)
	b = append(b, strings.ToUpper(from.String())...)
	if from != to {
		b = append(b, " TO "...)
		b = append(b, strings.ToUpper(to.String())...)
	}
	return b
}

// unitMicros is the length of a field of a day-time interval.
var unitMicros = [...]uint64{IntervalDay: Day, IntervalHour: Hour, IntervalMinute: Minute, IntervalSecond: Second}

// AppendDayTime appends a day-time interval as Spark prints it: INTERVAL '1 02:03:04.5' DAY TO SECOND.
func AppendDayTime(b []byte, micros int64, from, to IntervalField) []byte {
	b = append(b, "INTERVAL '"...)
	if micros < 0 {
		b = append(b, '-')
	}
	rest := magnitude64(micros)
	for f := from; f <= to; f++ {
		if f > from {
			sep := byte(':')
			if f == IntervalHour {
				sep = ' '
			}
			b = append(b, sep)
		}
		n := rest / unitMicros[f]
		rest %= unitMicros[f]
		if f != IntervalDay && n < 10 {
			b = append(b, '0')
		}
		b = appendInt(b, int64(n))
		if f == IntervalSecond {
			b = appendFraction(b, int(rest))
		}
	}
	return appendIntervalUnits(b, from, to)
}

// appendFraction appends microseconds as a fraction without trailing zeros.
func appendFraction(b []byte, micros int) []byte {
	if micros == 0 {
		return b
	}
	b = append(b, '.')
	for unit := 100000; micros != 0; unit /= 10 {
		b = append(b, byte('0'+micros/unit))
		micros %= unit
	}
	return b
}

// AppendCalendar appends a calendar interval as Spark prints it: 1 years 2 days 3.5 seconds.
func AppendCalendar(b []byte, i Interval) []byte {
	if i == (Interval{}) {
		return append(b, "0 seconds"...)
	}
	start := len(b)
	unit := func(n int64, name string) {
		if n != 0 {
			if len(b) > start {
				b = append(b, ' ')
			}
			b = appendInt(b, n)
			b = append(b, name...)
		}
	}
	unit(int64(i.Months/12), " years")
	unit(int64(i.Months%12), " months")
	unit(int64(i.Days), " days")
	unit(i.Micros/Hour, " hours")
	unit(i.Micros%Hour/Minute, " minutes")
	if rest := i.Micros % Minute; rest != 0 {
		if len(b) > start {
			b = append(b, ' ')
		}
		if rest < 0 {
			b, rest = append(b, '-'), -rest
		}
		b = appendInt(b, rest/Second)
		b = appendFraction(b, int(rest%Second))
		b = append(b, " seconds"...)
	}
	return b
}

func (i Interval) String() string { return string(AppendCalendar(nil, i)) }
