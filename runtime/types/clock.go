package types

import (
	"math"
	"math/bits"
	"strconv"
	"time"

	"gospark/runtime/condition"
)

// A timestamp is a number of microseconds since 1970-01-01 00:00:00 UTC; a timestamp without time zone and a local time
// count from 1970-01-01 00:00:00 on the wall. A time of day counts from midnight.

// Microseconds in the units of fixed length.
const (
	Milli  = 1000
	Second = 1000 * Milli
	Minute = 60 * Second
	Hour   = 60 * Minute
	Day    = 24 * Hour
)

// offsetAt is the zone's distance from UTC at an instant, in seconds.
func offsetAt(seconds int64, zone *time.Location) int64 {
	if zone == time.UTC || zone == nil {
		return 0
	}
	_, off := time.Unix(seconds, 0).In(zone).Zone()
	return int64(off)
}

// ToLocal is the wall clock in a zone at a timestamp.
func ToLocal(micros int64, zone *time.Location) int64 {
	if zone == time.UTC || zone == nil {
		return micros
	}
	return micros + offsetAt(floorDiv(micros, Second), zone)*Second
}

// FromLocal is the timestamp at which a wall clock in a zone shows local. As in java.time, a time that a change of
// clocks skips is moved on by the length of the gap, and of a time that comes twice the first is taken.
func FromLocal(local int64, zone *time.Location) int64 {
	if zone == time.UTC || zone == nil {
		return local
	}
	s := floorDiv(local, Second)
	before, after := offsetAt(s-24*3600, zone), offsetAt(s+24*3600, zone)
	if before == after {
		if offsetAt(s-before, zone) == before {
			return local - before*Second
		}
		// Two changes within two days: look closer.
		before, after = offsetAt(s-before-3600, zone), offsetAt(s-before+3600, zone)
	}
	switch {
	case offsetAt(s-before, zone) == before:
		return local - before*Second
	case offsetAt(s-after, zone) == after:
		return local - after*Second
	}
	return local - before*Second
}

// ConvertZone reads the wall clock of a timestamp in one zone as one of another: from_utc_timestamp and its opposite.
func ConvertZone(micros int64, from, to *time.Location) int64 {
	return FromLocal(ToLocal(micros, to), from)
}

// DateOf is the date of a timestamp in a zone.
func DateOf(micros int64, zone *time.Location) int32 {
	return int32(floorDiv(ToLocal(micros, zone), Day))
}

// TimestampOf is the start of a date in a zone. ok is false beyond the range of timestamps.
func TimestampOf(days int32, zone *time.Location) (int64, bool) {
	local, ok := mul64(int64(days), Day)
	return FromLocal(local, zone), ok
}

// A Clock is the parts of a time of day.
type Clock struct{ Hour, Minute, Second, Micro int }

// ClockOf splits a local time.
func ClockOf(local int64) Clock {
	m := floorMod(local, Day)
	return Clock{Hour: int(m / Hour), Minute: int(m / Minute % 60), Second: int(m / Second % 60), Micro: int(m % Second)}
}

// timeProblem is what java.time says about a time of day that does not exist.
func timeProblem(h, m, s int) string {
	switch {
	case h < 0 || h > 23:
		return outside("HourOfDay", "0 - 23", h)
	case m < 0 || m > 59:
		return outside("MinuteOfHour", "0 - 59", m)
	case s < 0 || s > 59:
		return outside("SecondOfMinute", "0 - 59", s)
	}
	return ""
}

// MakeTime is the time of day of its parts; micros are those of the second with its fraction.
func MakeTime(h, m int, micros int64) (int64, error) {
	if msg := timeProblem(h, m, int(floorDiv(micros, Second))); msg != "" {
		return 0, OutOfBounds(msg)
	}
	return int64(h)*Hour + int64(m)*Minute + micros, nil
}

// MakeLocal is the local time of its parts; micros are those of the second with its fraction. Second 60 without a
// fraction is the next minute, as in PostgreSQL.
func MakeLocal(year, month, day, h, m int, micros int64) (int64, error) {
	days, err := MakeDate(year, month, day)
	if err != nil {
		return 0, err
	}
	s := micros
	switch {
	case micros == 60*Second:
		s = 0
	case micros > 60*Second && micros < 61*Second:
		return 0, condition.New("INVALID_FRACTION_OF_SECOND", "22023",
			"Valid range for seconds is [0, 60] (inclusive), but the provided value is %s. To avoid this error, use "+
				"`try_make_timestamp`, which returns NULL on error. If you do not want to use the session default timestamp "+
				"version of this function, use `try_make_timestamp_ntz` or `try_make_timestamp_ltz`.",
			DecimalOf64(micros).Text(6)).WithParam("secAndMicros", DecimalOf64(micros).Text(6))
	}
	clock, err := MakeTime(h, m, s)
	if err != nil {
		return 0, err
	}
	if s != micros {
		clock += Minute
	}
	local, ok := mul64(int64(days), Day)
	if !ok || local > math.MaxInt64-Day {
		return 0, overflow("long")
	}
	return local + clock, nil
}

// AddInterval adds months, then days, then microseconds to a timestamp on the wall clock of a zone, as java.time does:
// the time of day stays where it can. ok is false on overflow.
func AddInterval(micros int64, i Interval, zone *time.Location) (int64, bool) {
	if i.Months != 0 {
		local := ToLocal(micros, zone)
		days, ok := addMonths(floorDiv(local, Day), int64(i.Months))
		if !ok {
			return 0, false
		}
		start, ok := mul64(days, Day)
		if !ok {
			return 0, false
		}
		if local, ok = add64(start, floorMod(local, Day)); !ok {
			return 0, false
		}
		micros = FromLocalNear(local, micros, zone)
	}
	if i.Days != 0 {
		span, ok := mul64(int64(i.Days), Day)
		if !ok {
			return 0, false
		}
		local, ok := add64(ToLocal(micros, zone), span)
		if !ok {
			return 0, false
		}
		micros = FromLocalNear(local, micros, zone)
	}
	return add64(micros, i.Micros)
}

// FromLocalNear is FromLocal, but of a time that comes twice it takes the one with the offset that the zone had at
// another timestamp, if it is one of the two: arithmetic keeps the offset where it can.
func FromLocalNear(local, near int64, zone *time.Location) int64 {
	if zone == time.UTC || zone == nil {
		return local
	}
	off := offsetAt(floorDiv(near, Second), zone)
	if s := floorDiv(local, Second); offsetAt(s-off, zone) == off {
		return local - off*Second
	}
	return FromLocal(local, zone)
}

// AddDayTime adds a day-time interval to a timestamp: whole days on the wall clock, the rest as it passes.
func AddDayTime(micros, interval int64, zone *time.Location) (int64, bool) {
	days := interval / Day
	return AddInterval(micros, Interval{Days: int32(days), Micros: interval - days*Day}, zone)
}

// MonthsBetween is the number of months from the second timestamp to the first: whole when both are the same day of
// the month or the last, otherwise with a fraction of 31 days, rounded to 8 digits if asked.
func MonthsBetween(a, b int64, round bool, zone *time.Location) float64 {
	la, lb := ToLocal(a, zone), ToLocal(b, zone)
	ya, ma, da := CivilOf(floorDiv(la, Day))
	yb, mb, db := CivilOf(floorDiv(lb, Day))
	months := float64((ya*12 + ma) - (yb*12 + mb))
	if da == db || da == MonthDays(ya, ma) && db == MonthDays(yb, mb) {
		return months
	}
	sa, sb := sinceMidnight(a, la, zone), sinceMidnight(b, lb, zone)
	diff := months + float64(int64(da-db)*86400+sa-sb)/float64(31*86400)
	if round {
		return math.Floor(diff*1e8+0.5) / 1e8
	}
	return diff
}

// sinceMidnight is the seconds that passed since the day began in the zone.
func sinceMidnight(micros, local int64, zone *time.Location) int64 {
	return (micros - FromLocal(local-floorMod(local, Day), zone)) / Second
}

func add64(a, b int64) (int64, bool) {
	c := a + b
	return c, (c > a) == (b > 0)
}

func mul64(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude64(a), magnitude64(b))
	neg := (a < 0) != (b < 0)
	switch {
	case hi != 0:
		return 0, false
	case neg:
		return -int64(lo), lo <= 1<<63
	}
	return int64(lo), lo < 1<<63
}

func appendInt(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }
