package types

import (
	"fmt"
	"time"

	"gospark/runtime/condition"
)

// A moment is a timestamp in a zone, taken apart once for all parts of a pattern.
type moment struct {
	fields [fieldCount]int64
	zone   *time.Location // nil: there is none
	offset int            // from UTC in seconds
	at     int64
}

func momentOf(micros int64, zone *time.Location) *moment {
	m := &moment{zone: zone, at: micros}
	local := micros
	if zone != nil {
		m.offset = int(offsetAt(floorDiv(micros, Second), zone))
		local += int64(m.offset) * Second
	}
	days := floorDiv(local, Day)
	y, mo, d := CivilOf(days)
	c := ClockOf(local)
	eraYear, era := y, 1
	if y < 1 {
		eraYear, era = 1-y, 0
	}
	doy := days - DaysOf(y, 1, 1) + 1
	for f, v := range [...]int{yearField: y, eraYearField: eraYear, eraField: era, monthField: mo, dayField: d,
		yearDayField: int(doy), quarterField: (mo + 2) / 3, weekdayField: int(floorMod(days+3, 7)) + 1,
		alignedDayField: (d-1)%7 + 1, halfField: c.Hour / 12, hour24Field: c.Hour, hour1to24Field: c.Hour,
		hour11Field: c.Hour % 12, hour12Field: c.Hour % 12, minuteField: c.Minute, secondField: c.Second,
		nanoField: c.Micro * 1000} {
		m.fields[f] = int64(v)
	}
	if m.fields[hour1to24Field] == 0 {
		m.fields[hour1to24Field] = 24
	}
	if m.fields[hour12Field] == 0 {
		m.fields[hour12Field] = 12
	}
	return m
}

// Format prints a timestamp as the wall clock of a zone shows it.
func (p *Pattern) Format(micros int64, zone *time.Location) (string, error) {
	b, err := p.Append(nil, micros, zone)
	return string(b), err
}

// Append appends Format.
func (p *Pattern) Append(b []byte, micros int64, zone *time.Location) ([]byte, error) {
	if zone == nil {
		zone = time.UTC
	}
	return momentOf(micros, zone).append(b, p.parts)
}

// FormatLocal prints a timestamp without time zone; a pattern that asks for a zone is an error.
func (p *Pattern) FormatLocal(local int64) (string, error) {
	b, err := momentOf(local, nil).append(nil, p.parts)
	return string(b), err
}

// FormatDate prints a date.
func (p *Pattern) FormatDate(days int32) (string, error) {
	return p.FormatLocal(int64(days) * Day)
}

func (m *moment) append(b []byte, parts []part) ([]byte, error) {
	for i := range parts {
		p := &parts[i]
		if m.zone == nil && p.kind >= offsetPart && p.kind <= zoneNamePart {
			return nil, condition.New("", "", "Unable to extract ZoneId from temporal %s", AppendTimestamp(nil, m.at, time.UTC))
		}
		var err error
		switch p.kind {
		case literalPart:
			b = append(b, p.text...)
		case numberPart:
			b, err = appendNumber(b, m.fields[p.field], p)
		case reducedPart:
			y := m.fields[p.field] % 100
			b = appendTwo(b, int(max(y, -y)))
		case fractionPart:
			var buf [9]byte
			n := m.fields[nanoField]
			for j := 8; j >= 0; j-- {
				buf[j] = byte('0' + n%10)
				n /= 10
			}
			b = append(b, buf[:p.max]...)
		case namePart:
			b = append(b, fieldName(p.field, int(m.fields[p.field]), p.full)...)
		case offsetPart:
			b = appendOffsetPart(b, m.offset, p.text)
		case gmtPart:
			b = appendGMT(b, m.offset, p.full)
		case zoneIDPart:
			b = append(b, m.zone.String()...)
		case zoneNamePart:
			b = append(b, zoneName(m.zone, m.at, p.full)...)
		case optionalPart:
			b, err = m.append(b, p.parts)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

var fieldLabels = [fieldCount]string{yearField: "Year", eraYearField: "YearOfEra", monthField: "MonthOfYear",
	dayField: "DayOfMonth", yearDayField: "DayOfYear", quarterField: "QuarterOfYear", alignedDayField: "AlignedDayOfWeekInMonth",
	hour24Field: "HourOfDay", hour1to24Field: "ClockHourOfDay", hour11Field: "HourOfAmPm", hour12Field: "ClockHourOfAmPm",
	minuteField: "MinuteOfHour", secondField: "SecondOfMinute", halfField: "AmPmOfDay", eraField: "Era",
	nanoField: "NanoOfSecond", weekdayField: "DayOfWeek"}

func appendNumber(b []byte, v int64, p *part) ([]byte, error) {
	n := max(v, -v)
	digits := digitCount(n)
	if digits > p.max {
		return nil, fmt.Errorf("field %s cannot be printed as the value %d exceeds the maximum print width of %d",
			fieldLabels[p.field], v, p.max)
	}
	switch {
	case v < 0 && p.sign == neverSign:
		return nil, fmt.Errorf("field %s cannot be printed as the value %d cannot be negative", fieldLabels[p.field], v)
	case v < 0:
		b = append(b, '-')
	case p.sign == exceedsSign && digits > p.min:
		b = append(b, '+')
	}
	return appendPadded(b, n, p.min), nil
}

var (
	eraNames      = [...]string{"BC", "AD"}
	eraFullNames  = [...]string{"Before Christ", "Anno Domini"}
	halfNames     = [...]string{"AM", "PM"}
	quarterSuffix = [...]string{"1st", "2nd", "3rd", "4th"}
)

// fieldName is the English name of a field's value.
func fieldName(f timeField, v int, full bool) string {
	var name string
	switch f {
	case monthField:
		name = monthNames[v-1]
	case weekdayField:
		name = dayNames[v-1]
	case halfField:
		return halfNames[v]
	case eraField:
		if full {
			return eraFullNames[v]
		}
		return eraNames[v]
	case quarterField:
		if full {
			return quarterSuffix[v-1] + " quarter"
		}
		return "Q" + itoa(v)
	}
	if !full {
		return name[:3]
	}
	return name
}

func appendOffsetPart(b []byte, seconds int, spec string) []byte {
	pattern, zero := spec[:len(spec)-1], "Z"
	for i := range len(spec) {
		if spec[i] == '|' {
			pattern, zero = spec[:i], spec[i+1:]
		}
	}
	if seconds == 0 {
		return append(b, zero...)
	}
	return appendOffset(b, seconds, pattern)
}

func appendGMT(b []byte, seconds int, full bool) []byte {
	b = append(b, "GMT"...)
	if seconds == 0 {
		return b
	}
	if full {
		return appendOffset(b, seconds, "+HH:MM:ss")
	}
	sign := byte('+')
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	b = appendInt(append(b, sign), int64(seconds/3600))
	if m, s := seconds/60%60, seconds%60; m != 0 || s != 0 {
		b = appendTwo(append(b, ':'), m)
		if s != 0 {
			b = appendTwo(append(b, ':'), s)
		}
	}
	return b
}
