package types

import (
	"math"
	"strings"
	"time"
)

// StringToDate reads a date as CAST does: [+-]y…y[-m[m][-d[d]]] of 4 to 7 year digits; after a full date a blank or a T
// may be followed by anything.
func StringToDate(s string) (int32, bool) {
	s = trimControl(s)
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg, s = s[0] == '-', s[1:]
	}
	parts := [3]int{1, 1, 1}
	for i := range parts {
		n, v := 0, 0
		for n < len(s) && digit(s[n]) && n < 8 {
			v = v*10 + int(s[n]-'0')
			n++
		}
		if i == 0 && (n < 4 || n > 7) || i > 0 && (n < 1 || n > 2) {
			return 0, false
		}
		parts[i], s = v, s[n:]
		if s == "" {
			break
		}
		if i == 2 {
			if s[0] != ' ' && s[0] != 'T' {
				return 0, false
			}
			break
		}
		if s[0] != '-' || len(s) == 1 {
			return 0, false
		}
		s = s[1:]
	}
	if neg {
		parts[0] = -parts[0]
	}
	if dateProblem(parts[0], parts[1], parts[2]) != "" {
		return 0, false
	}
	days := DaysOf(parts[0], parts[1], parts[2])
	return int32(days), DaysInRange(days)
}

// A timeText is a timestamp as it was written.
type timeText struct {
	year, month, day     int
	hour, minute, second int
	micro                int
	justTime             bool           // there is no date
	zone                 *time.Location // nil: not written
}

// scanTimestamp reads [+-]y…y[-m[m][-d[d][( |T)[h]h[:[m]m[:[s]s[.f…f]]]][zone]]] or [T]h:m[:s[.f…f]][zone].
func scanTimestamp(s string) (t timeText, ok bool) {
	t.year, t.month, t.day = 1, 1, 1
	full := s
	s = trimControl(s)
	if s == "" {
		return t, false
	}
	if s[0] == 'T' && full[0] == 'T' {
		t.justTime = true
		return t, t.scanClock(s[1:])
	}
	sign := byte(0)
	if s[0] == '-' || s[0] == '+' {
		sign, s = s[0], s[1:]
	}
	n := countDigits(s)
	if sign == 0 && n < len(s) && s[n] == ':' {
		t.justTime = true
		return t, t.scanClock(s)
	}
	if n < 4 || n > 6 {
		return t, false
	}
	t.year = atoi(s[:n])
	if sign == '-' {
		t.year = -t.year
	}
	if s = s[n:]; s == "" {
		return t, true
	}
	for _, part := range []*int{&t.month, &t.day} {
		if s[0] != '-' {
			return t, false
		}
		s = s[1:]
		if n = countDigits(s); n < 1 || n > 2 {
			return t, false
		}
		*part, s = atoi(s[:n]), s[n:]
		if s == "" {
			return t, true
		}
	}
	if s[0] != ' ' && s[0] != 'T' {
		return t, false
	}
	return t, t.scanClock(s[1:])
}

func (t *timeText) scanClock(s string) bool {
	for i, part := range []*int{&t.hour, &t.minute, &t.second} {
		n := countDigits(s)
		if n < 1 || n > 2 {
			return false
		}
		*part, s = atoi(s[:n]), s[n:]
		if s == "" {
			return true
		}
		if i == 2 {
			break
		}
		if s[0] != ':' {
			return false
		}
		s = s[1:]
	}
	if s[0] == '.' {
		n := countDigits(s[1:])
		frac := s[1 : 1+n]
		s = s[1+n:]
		for i := range 6 {
			t.micro *= 10
			if i < len(frac) {
				t.micro += int(frac[i] - '0')
			}
		}
		if s == "" {
			return true
		}
	}
	z, err := Zone(strings.TrimSpace(s))
	t.zone = z
	return err == nil
}

func countDigits(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}

// atoi reads at most 8 digits.
func atoi(s string) int {
	v := 0
	for i := range len(s) {
		v = v*10 + int(s[i]-'0')
	}
	return v
}

// local is the wall clock that was written.
func (t *timeText) local() (int64, bool) {
	if dateProblem(t.year, t.month, t.day) != "" || timeProblem(t.hour, t.minute, t.second) != "" {
		return 0, false
	}
	start, ok := mul64(DaysOf(t.year, t.month, t.day), Day)
	if !ok {
		return 0, false
	}
	return add64(start, t.clock())
}

func (t *timeText) clock() int64 {
	return int64(t.hour)*Hour + int64(t.minute)*Minute + int64(t.second)*Second + int64(t.micro)
}

// StringToTimestamp reads a timestamp as CAST does. A text without a zone is in zone; a time without a date is on the
// day of now.
func StringToTimestamp(s string, zone *time.Location, now func() time.Time) (int64, bool) {
	t, ok := scanTimestamp(s)
	if !ok {
		return 0, false
	}
	if t.zone != nil {
		zone = t.zone
	}
	if t.justTime {
		if now == nil {
			return 0, false
		}
		if zone == nil {
			zone = time.UTC
		}
		y, m, d := now().In(zone).Date()
		t.year, t.month, t.day = y, int(m), d
	}
	local, ok := t.local()
	if !ok || local < math.MinInt64+2*Day || local > math.MaxInt64-2*Day {
		return local, ok && (zone == time.UTC || zone == nil)
	}
	return FromLocal(local, zone), true
}

// StringToTimestampNTZ reads a timestamp without time zone; a zone in the text is ignored, unless strict, when it is an
// error. A time alone is one.
func StringToTimestampNTZ(s string, strict bool) (int64, bool) {
	t, ok := scanTimestamp(s)
	if !ok || t.justTime || strict && t.zone != nil {
		return 0, false
	}
	return t.local()
}

// SpecialTime is the time of a word such as now, in microseconds: epoch, now, today, tomorrow, yesterday. Typed literals
// and casts of constants know them.
func SpecialTime(s string, zone *time.Location, now func() time.Time) (micros int64, ok bool) {
	word := strings.ToLower(strings.TrimSpace(s))
	if i := strings.IndexByte(word, ' '); i > 0 { // a zone behind the word changes nothing but its day
		word = word[:i]
	}
	if word == "epoch" {
		return 0, true
	}
	days, ok := map[string]int{"now": 0, "today": 0, "tomorrow": 1, "yesterday": -1}[word]
	if !ok {
		return 0, false
	}
	if zone == nil {
		zone = time.UTC
	}
	t := now().In(zone)
	if word == "now" {
		return t.UnixMicro(), true
	}
	y, m, d := t.Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, zone).UnixMicro(), true
}

// StringToTime reads a time of day: [T]h:m[:s[.f…f]] without a date or zone, cut to a number of fraction digits.
func StringToTime(s string, precision int) (int64, bool) {
	t, ok := scanTimestamp(s)
	if !ok || !t.justTime || t.zone != nil || timeProblem(t.hour, t.minute, t.second) != "" {
		return 0, false
	}
	return TruncTime(t.clock(), precision), true
}

// TruncTime cuts a time of day to a number of fraction digits.
func TruncTime(micros int64, precision int) int64 {
	unit := int64(pow10[6-min(precision, 6)].Lo)
	return micros - micros%unit
}

// trimControl cuts blanks and control characters, as Spark does before it reads numbers, dates and words.
func trimControl(s string) string {
	i, j := 0, len(s)
	for i < j && (s[i] <= ' ' || s[i] == 0x7f) {
		i++
	}
	for j > i && (s[j-1] <= ' ' || s[j-1] == 0x7f) {
		j--
	}
	return s[i:j]
}
