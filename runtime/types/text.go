package types

import (
	"strconv"
	"time"
)

// A TextStyle is what a text is for.
type TextStyle uint8

const (
	// CastText is CAST(x AS STRING): binary as it is, null inside a value as null.
	CastText TextStyle = iota
	// ShowText is a cell of Show: binary as [00 FF], null as NULL.
	ShowText
)

// Text is a value as Spark prints it. Timestamps are shown in zone.
func Text(v any, t *Type, style TextStyle, zone *time.Location) string {
	return string(AppendText(nil, v, t, style, zone))
}

// AppendText appends Text.
func AppendText(b []byte, v any, t *Type, style TextStyle, zone *time.Location) []byte {
	if v == nil {
		if style == ShowText {
			return append(b, "NULL"...)
		}
		return append(b, "null"...)
	}
	switch t.Kind {
	case BooleanKind:
		return strconv.AppendBool(b, v.(bool))
	case ByteKind, ShortKind, IntKind, LongKind:
		return appendInt(b, wholeOf(v))
	case FloatKind:
		return AppendFloat(b, float64(v.(float32)), 32)
	case DoubleKind:
		return AppendFloat(b, v.(float64), 64)
	case DecimalKind:
		return v.(Decimal).AppendText(b, t.Scale)
	case StringKind, CharKind, VarcharKind:
		return append(b, v.(string)...)
	case BinaryKind:
		if style == ShowText {
			return appendHexBytes(b, v.(string))
		}
		return append(b, v.(string)...)
	case DateKind:
		return AppendDate(b, v.(int32))
	case TimestampKind:
		return AppendTimestamp(b, v.(int64), zone)
	case TimestampNTZKind:
		return AppendTimestamp(b, v.(int64), time.UTC)
	case TimeKind:
		return AppendTime(b, v.(int64))
	case YearMonthKind:
		return AppendYearMonth(b, v.(int32), t.From, t.To)
	case DayTimeKind:
		return AppendDayTime(b, v.(int64), t.From, t.To)
	case CalendarKind:
		return AppendCalendar(b, v.(Interval))
	case ArrayKind:
		b = append(b, '[')
		for i, e := range v.([]any) {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = AppendText(b, e, t.Elem, style, zone)
		}
		return append(b, ']')
	case MapKind:
		m := v.(MapValue)
		b = append(b, '{')
		for i, k := range m.Keys {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = AppendText(b, k, t.Key, style, zone)
			b = append(b, " -> "...)
			b = AppendText(b, m.Values[i], t.Elem, style, zone)
		}
		return append(b, '}')
	case StructKind:
		b = append(b, '{')
		for i, f := range t.Fields {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = AppendText(b, v.(Row)[i], f.Type, style, zone)
		}
		return append(b, '}')
	}
	return append(b, "NULL"...)
}

// wholeOf is a value of a whole-number type.
func wholeOf(v any) int64 {
	switch v := v.(type) {
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	}
	return v.(int64)
}

const hexDigits = "0123456789ABCDEF"

func appendHexBytes(b []byte, s string) []byte {
	b = append(b, '[')
	for i := range len(s) {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, hexDigits[s[i]>>4], hexDigits[s[i]&15])
	}
	return append(b, ']')
}

// AppendDate appends a date as yyyy-MM-dd; years beyond 9999 have a sign.
func AppendDate(b []byte, days int32) []byte { return appendCivil(b, int64(days)) }

func appendCivil(b []byte, days int64) []byte {
	y, m, d := CivilOf(days)
	switch {
	case y > 9999:
		b = append(b, '+')
	case y < 0:
		b, y = append(b, '-'), -y
	}
	b = appendPadded(b, int64(y), 4)
	b = append(b, '-')
	b = appendTwo(b, m)
	b = append(b, '-')
	return appendTwo(b, d)
}

// appendPadded appends a number that is not negative with at least width digits.
func appendPadded(b []byte, n int64, width int) []byte {
	for range width - digitCount(n) {
		b = append(b, '0')
	}
	return appendInt(b, n)
}

func digitCount(n int64) int {
	digits := 1
	for ; n >= 10; n /= 10 {
		digits++
	}
	return digits
}

// AppendTimestamp appends a timestamp as a zone's wall clock shows it: yyyy-MM-dd HH:mm:ss with a fraction of up to six
// digits, if there is one.
func AppendTimestamp(b []byte, micros int64, zone *time.Location) []byte {
	local := ToLocal(micros, zone)
	b = appendCivil(b, floorDiv(local, Day))
	b = append(b, ' ')
	return AppendTime(b, floorMod(local, Day))
}

// AppendTime appends a time of day: HH:mm:ss with a fraction, if there is one.
func AppendTime(b []byte, micros int64) []byte {
	c := ClockOf(micros)
	b = appendTwo(b, c.Hour)
	b = append(b, ':')
	b = appendTwo(b, c.Minute)
	b = append(b, ':')
	b = appendTwo(b, c.Second)
	return appendFraction(b, c.Micro)
}
