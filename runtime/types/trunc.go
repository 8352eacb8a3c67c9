package types

import (
	"strings"
	"time"
)

// A TruncUnit is what date_trunc and trunc cut to, from small to large.
type TruncUnit uint8

const (
	TruncInvalid TruncUnit = iota
	TruncMicrosecond
	TruncMillisecond
	TruncSecond
	TruncMinute
	TruncHour
	TruncDay
	TruncWeek
	TruncMonth
	TruncQuarter
	TruncYear
)

var truncUnits = map[string]TruncUnit{
	"microsecond": TruncMicrosecond, "millisecond": TruncMillisecond, "second": TruncSecond, "minute": TruncMinute,
	"hour": TruncHour, "day": TruncDay, "dd": TruncDay, "week": TruncWeek, "mon": TruncMonth, "month": TruncMonth,
	"mm": TruncMonth, "quarter": TruncQuarter, "year": TruncYear, "yyyy": TruncYear, "yy": TruncYear,
}

// ParseTruncUnit reads a unit; an unknown one is TruncInvalid, for which the functions yield NULL.
func ParseTruncUnit(s string) TruncUnit { return truncUnits[strings.ToLower(s)] }

// TruncDate is the first day of the week, month, quarter or year; ok is false for other units.
func TruncDate(days int32, unit TruncUnit) (int32, bool) {
	y, m, d := CivilOf(int64(days))
	switch unit {
	case TruncWeek:
		return days - int32(Weekday(days)), true
	case TruncMonth:
		return days - int32(d-1), true
	case TruncQuarter:
		return int32(DaysOf(y, (m-1)/3*3+1, 1)), true
	case TruncYear:
		return int32(DaysOf(y, 1, 1)), true
	}
	return 0, false
}

var truncSpans = [...]int64{TruncMinute: Minute, TruncHour: Hour, TruncDay: Day}

// TruncTimestamp is the start of the unit a timestamp is in, on the wall clock of a zone; ok is false for no unit.
func TruncTimestamp(micros int64, unit TruncUnit, zone *time.Location) (int64, bool) {
	switch unit {
	case TruncInvalid:
		return 0, false
	case TruncMicrosecond:
		return micros, true
	case TruncMillisecond:
		return micros - floorMod(micros, Milli), true
	case TruncSecond:
		return micros - floorMod(micros, Second), true
	case TruncMinute, TruncHour, TruncDay:
		local := ToLocal(micros, zone)
		return FromLocalNear(local-floorMod(local, truncSpans[unit]), micros, zone), true
	}
	days, _ := TruncDate(DateOf(micros, zone), unit)
	return TimestampOf(days, zone)
}
