package types

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestIntervalTextRoundTrip(t *testing.T) {
	fields := []IntervalField{IntervalYear, IntervalMonth, IntervalDay, IntervalHour, IntervalMinute, IntervalSecond}
	for _, from := range fields {
		for _, to := range fields {
			typ, err := IntervalType(from, to)
			if err != nil {
				continue
			}
			t.Run(typ.String(), rapid.MakeCheck(func(t *rapid.T) {
				size := unitSize(typ)
				if typ.Kind == DayTimeKind && to == IntervalSecond {
					size = 1
				}
				v := rapid.Int64().Draw(t, "value")
				if typ.Kind == YearMonthKind {
					v = int64(int32(v))
				} else {
					v /= 2 // the digits of hours and minutes that can be written do not reach all of an int64
				}
				v -= v % size
				var boxed any = v
				if typ.Kind == YearMonthKind {
					boxed = int32(v)
				}
				text := Text(boxed, typ, CastText, nil)
				body := strings.Split(text, "'")[1]
				for _, s := range []string{text, body} {
					var got int64
					var err error
					if typ.Kind == YearMonthKind {
						var m int32
						m, err = ParseYearMonth(s, from, to)
						got = int64(m)
					} else {
						got, err = ParseDayTime(s, from, to)
					}
					if err != nil || got != v {
						t.Fatalf("%q is read as %d %v, want %d", s, got, err, v)
					}
				}
			}))
		}
	}
}

func TestCalendarTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := Interval{rapid.Int32().Draw(t, "months"), rapid.Int32().Draw(t, "days"), rapid.Int64().Draw(t, "micros")}
		if got, err := ParseCalendar(i.String()); err != nil || got != i {
			t.Fatalf("%q is read as %v %v", i, got, err)
		}
	})
}

func TestParseCalendar(t *testing.T) {
	for in, want := range map[string]string{
		"1 year 2 days 3.5 seconds": "1 years 2 days 3.5 seconds", "INTERVAL 3 hours": "3 hours", " 1 WEEK ": "7 days",
		"- 1 day": "-1 days", "+2 minutes -1 second": "1 minutes 59 seconds", ".5 second": "0.5 seconds",
		"1 day 1 day": "2 days", "5 milliseconds 7 microseconds": "0.005007 seconds", "14 months": "1 years 2 months",
		"-0.5 seconds": "-0.5 seconds", "1.123456789 seconds": "1.123456 seconds", "0 days": "0 seconds",
	} {
		if got, err := ParseCalendar(in); err != nil || got.String() != want {
			t.Errorf("%q is %v %v, want %s", in, got, err, want)
		}
	}
	for in, want := range map[string]string{
		"": "INPUT_IS_EMPTY", "interval": "INPUT_IS_EMPTY", "intervals 1 day": "INVALID_PREFIX", "abc": "UNRECOGNIZED_NUMBER",
		"1": "MISSING_UNIT", "1 fortnight": "INVALID_UNIT", "1 dayz": "INVALID_UNIT", "1.5 days": "INVALID_FRACTION", "1x day": "INVALID_VALUE",
		"-": "MISSING_NUMBER", "1.1234567891 seconds": "INVALID_PRECISION", "99999999999 days": "ARITHMETIC_EXCEPTION", "1 day 2": "MISSING_UNIT",
		". second": "INVALID_VALUE",
	} {
		_, err := ParseCalendar(in)
		if err == nil || !strings.HasPrefix(err.Error(), "[INVALID_INTERVAL_FORMAT."+want+"]") {
			t.Errorf("%q: %v, want %s", in, err, want)
		}
	}
}

func TestParseDayTimeErrors(t *testing.T) {
	for _, c := range []struct {
		in       string
		from, to IntervalField
		want     string
	}{
		{"1 25:00:00", IntervalDay, IntervalSecond, "requirement failed: hour 25 outside range [0, 23]"},
		{"1 00:60:00", IntervalDay, IntervalSecond, "requirement failed: minute 60 outside range [0, 59]"},
		{"abc", IntervalDay, IntervalHour, "[INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE] Error parsing 'abc' to interval. " +
			"Please ensure that the value provided is in a valid format for defining an interval. You can reference the documentation for the correct format. " +
			"Interval string does not match day-time format of `[+|-]d h`, `INTERVAL [+|-]'[+|-]d h' DAY TO HOUR` when cast to interval day to hour: abc. " +
			"Set \"spark.sql.legacy.fromDayTimeString.enabled\" to \"true\" to restore the behavior before Spark 3.0. SQLSTATE: 22006"},
		{"999999999", IntervalDay, IntervalDay, "long overflow"},
	} {
		if _, err := ParseDayTime(c.in, c.from, c.to); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v\nwant %s", c.in, err, c.want)
		}
	}
	if _, err := ParseYearMonth("1-12", IntervalYear, IntervalMonth); err == nil ||
		!strings.HasPrefix(err.Error(), "[INVALID_INTERVAL_FORMAT.INTERVAL_PARSING]") {
		t.Errorf("12 months beside a year: %v", err)
	}
}

func FuzzInterval(f *testing.F) {
	for _, s := range []string{"1 day -2.5 seconds", "interval 1 month", "1 02:03:04.5", "INTERVAL -'1-2' YEAR TO MONTH", "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if i, err := ParseCalendar(s); err == nil {
			if back, err := ParseCalendar(i.String()); err != nil || back != i {
				t.Errorf("%q is %q, read as %v %v", s, i, back, err)
			}
		}
		_, _ = ParseDayTime(s, IntervalDay, IntervalSecond)
		_, _ = ParseDayTime(s, IntervalSecond, IntervalSecond)
		_, _ = ParseYearMonth(s, IntervalYear, IntervalMonth)
		_, _ = ParseYearMonth(s, IntervalMonth, IntervalMonth)
	})
}
