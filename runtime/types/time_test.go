package types

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var zoneIDs = []string{"UTC", "America/New_York", "Europe/Paris", "Asia/Kolkata", "Australia/Lord_Howe", "+05:45", "-13:33:33",
	"Pacific/Apia", "America/Sao_Paulo", "Asia/Tokyo"}

func zoneOf(t interface{ Fatal(...any) }, id string) *time.Location {
	z, err := Zone(id)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestDatesAgainstTime(t *testing.T) {
	epoch := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int32Range(-4000000, 4000000).Draw(t, "days")
		d := epoch.AddDate(0, 0, int(days))
		y, m, day := CivilOf(int64(days))
		if y != d.Year() || m != int(d.Month()) || day != d.Day() {
			t.Fatalf("%d is %d-%d-%d, want %v", days, y, m, day, d)
		}
		if back, err := MakeDate(y, m, day); err != nil || back != days {
			t.Fatalf("%d-%d-%d is %d %v, want %d", y, m, day, back, err, days)
		}
		year, week := ISOWeek(days)
		wantYear, wantWeek := d.ISOWeek()
		if year != wantYear || week != wantWeek || YearDay(days) != d.YearDay() || Weekday(days) != (int(d.Weekday())+6)%7 {
			t.Fatalf("%v: week %d of %d, day %d, weekday %d", d, week, year, YearDay(days), Weekday(days))
		}
		text := string(AppendDate(nil, days))
		if back, ok := StringToDate(text); !ok || back != days {
			t.Fatalf("%q is read as %d %v, want %d", text, back, ok, days)
		}
	})
}

func TestTimestampsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := zoneOf(t, rapid.SampledFrom(zoneIDs).Draw(t, "zone"))
		micros := rapid.Int64Range(-62135596800*Second, 253402300799*Second).Draw(t, "micros")
		local := ToLocal(micros, zone)
		at := time.UnixMicro(micros).In(zone)
		c := ClockOf(local)
		if h, m, s := at.Clock(); c.Hour != h || c.Minute != m || c.Second != s || c.Micro != at.Nanosecond()/1000 {
			t.Fatalf("%v is %+v", at, c)
		}
		if near := FromLocalNear(local, micros, zone); near != micros {
			t.Fatalf("%v comes back as %v", at, time.UnixMicro(near).In(zone))
		}
		back := FromLocal(local, zone)
		if ToLocal(back, zone) != local || back > micros {
			t.Fatalf("%v comes back as %v", at, time.UnixMicro(back).In(zone))
		}
		text := string(AppendTimestamp(nil, micros, zone))
		if read, ok := StringToTimestamp(text, zone, nil); !ok || read != back {
			t.Fatalf("%q is read as %d %v, want %d", text, read, ok, back)
		}
	})
}

func micros(t *testing.T, s string, zone *time.Location) int64 {
	t.Helper()
	v, ok := StringToTimestamp(s, zone, nil)
	if !ok {
		t.Fatalf("%q is no timestamp", s)
	}
	return v
}

// Changes of clocks as java.time resolves them: a time that is skipped moves on, of one that comes twice it is the first,
// and arithmetic keeps the offset that it has.
func TestClockChanges(t *testing.T) {
	ny := zoneOf(t, "America/New_York")
	for _, c := range []struct{ local, utc string }{
		{"2024-03-10 01:59:59", "2024-03-10 06:59:59"},
		{"2024-03-10 02:30:00", "2024-03-10 07:30:00"}, // skipped: 03:30
		{"2024-03-10 03:00:00", "2024-03-10 07:00:00"},
		{"2024-11-03 01:30:00", "2024-11-03 05:30:00"}, // twice: the first
		{"2024-11-03 02:00:00", "2024-11-03 07:00:00"},
		{"1700-01-01 00:00:00", "1700-01-01 04:56:02"}, // local mean time
		{"2500-07-01 12:00:00", "2500-07-01 16:00:00"},
	} {
		if got := string(AppendTimestamp(nil, micros(t, c.local, ny), time.UTC)); got != c.utc {
			t.Errorf("%s in New York is %s, want %s", c.local, got, c.utc)
		}
	}
	second := micros(t, "2024-11-03 06:30:00", time.UTC) // 01:30 for the second time
	got, ok := AddInterval(second, Interval{Days: 1}, ny)
	if want := micros(t, "2024-11-04 01:30:00", ny); !ok || got != want {
		t.Errorf("a day later it is %s", AppendTimestamp(nil, got, ny))
	}
	if got, ok := AddInterval(micros(t, "2024-11-02 01:30:00", ny), Interval{Days: 1, Micros: Hour}, ny); !ok || got != second {
		t.Errorf("a day and an hour later it is %s", AppendTimestamp(nil, got, time.UTC))
	}
	if got, _ := TruncTimestamp(second, TruncHour, ny); got != second-30*Minute {
		t.Errorf("the hour starts at %s", AppendTimestamp(nil, got, time.UTC))
	}
	apia := zoneOf(t, "Pacific/Apia") // there was no 30 December 2011
	if got, want := micros(t, "2011-12-30 12:00:00", apia), micros(t, "2011-12-31 12:00:00", apia); got != want {
		t.Errorf("the day that was left out is %s", AppendTimestamp(nil, got, apia))
	}
}

// Around every change of clocks, FromLocal finds the first instant with the wall clock, or moves on by the gap.
func TestFromLocalAtEveryChange(t *testing.T) {
	changes := 0
	for _, id := range zoneIDs {
		zone := zoneOf(t, id)
		at := time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC).In(zone)
		for at.Year() < 2045 {
			_, end := at.ZoneBounds()
			if end.IsZero() {
				break
			}
			if !end.After(at) { // the end of a year counts as a change there, and ends itself
				at = at.AddDate(0, 0, 2)
				continue
			}
			change := end.Unix()
			before, after := offsetAt(change-1, zone), offsetAt(change, zone)
			changes++
			for _, d := range []int64{-90000, -7200, -3600, -1800, -1, 0, 1, 1799, 1800, 3599, 3600, 7200, 90000} {
				local := (change + before + d) * Second
				want, found := int64(math.MaxInt64), false
				for _, off := range []int64{before, after, offsetAt(change-90000, zone), offsetAt(change+90000, zone)} {
					if u := local - off*Second; ToLocal(u, zone) == local && u < want {
						want, found = u, true
					}
				}
				if !found {
					want = local - before*Second
				}
				if got := FromLocal(local, zone); got != want {
					t.Fatalf("%s: %s is %s, want %s", id, AppendTimestamp(nil, local, time.UTC), time.UnixMicro(got).In(zone), time.UnixMicro(want).In(zone))
				}
			}
			at = end
		}
	}
	if changes < 500 {
		t.Errorf("only %d changes", changes)
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		date   string
		months int64
		want   string
	}{
		{"2024-01-31", 1, "2024-02-29"}, {"2024-02-29", 12, "2025-02-28"}, {"2024-03-31", -1, "2024-02-29"},
		{"2023-02-28", 12, "2024-02-28"}, {"0001-01-31", -1, "0000-12-31"}, {"2024-12-15", 13, "2026-01-15"},
	} {
		d, _ := StringToDate(c.date)
		got, ok := AddMonths(d, c.months)
		if text := string(AppendDate(nil, got)); !ok || text != c.want {
			t.Errorf("%s + %d months is %s, want %s", c.date, c.months, text, c.want)
		}
	}
	if _, ok := AddMonths(math.MaxInt32, 1); ok {
		t.Error("the last date has a month after it")
	}
}

func TestZones(t *testing.T) {
	for id, want := range map[string]string{"UTC": "UTC", "Z": "Z", "GMT+1": "GMT+01:00", "UTC+1": "UTC+01:00", "+1": "+01:00",
		"+01:00": "+01:00", "-8": "-08:00", "+1:30": "+01:30", "+01:3": "+01:03", "+013000": "+01:30", "EST": "-05:00",
		"PST": "America/Los_Angeles", "Europe/Paris": "Europe/Paris", "UT": "UT", "CET": "CET", "+18:00": "+18:00", "GMT0": "GMT0"} {
		z, err := Zone(id)
		if err != nil || z.String() != want {
			t.Errorf("zone %q is %v %v, want %s", id, z, err, want)
		}
	}
	for _, id := range []string{"", "Local", "Nowhere/City", "+19:00", "+18:01", "europe/paris", "+1:2:3", "UTC+", "../etc/passwd", "+"} {
		if z, err := Zone(id); err == nil {
			t.Errorf("zone %q is %v", id, z)
		}
	}
}

func TestStringToTimestampForms(t *testing.T) {
	noon := func() time.Time { return time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC) }
	for in, want := range map[string]string{
		"2024": "2024-01-01 00:00:00", "2024-2": "2024-02-01 00:00:00", "2024-2-9": "2024-02-09 00:00:00",
		" 2024-02-09 ": "2024-02-09 00:00:00", "2024-02-09T1:2:3": "2024-02-09 01:02:03", "2024-02-09 10": "2024-02-09 10:00:00",
		"2024-02-09 10:11:12.1234567": "2024-02-09 10:11:12.123456", "2024-02-09 10:11:12.": "2024-02-09 10:11:12",
		"2024-02-09 10:11:12 +1:00": "2024-02-09 09:11:12", "2024-02-09 10:11:12.5Z": "2024-02-09 10:11:12.5",
		"2024-02-09 10:11:12UTC-3": "2024-02-09 13:11:12", "+2024-01-01": "2024-01-01 00:00:00",
		"-0001-01-01": "-0001-01-01 00:00:00", "12345-01-01": "+12345-01-01 00:00:00", "10:11": "2024-05-06 10:11:00",
		"T10:11:12.5": "2024-05-06 10:11:12.5",
	} {
		got, ok := StringToTimestamp(in, time.UTC, noon)
		if text := string(AppendTimestamp(nil, got, time.UTC)); !ok || text != want {
			t.Errorf("%q is %s %v, want %s", in, text, ok, want)
		}
	}
	for _, in := range []string{"", "24", "2024-", "2024-13-01", "2024-02-30", "2024-02-09X", "2024-02-09T", "2024-02-09 24:00:00",
		"2024-02-09 10:60", "2024-02-09 10:11Z", "2024-02-09 10:11:12 Nowhere", "1234567-01-01", "epoch", "now", "-10:11", "10:", "2024-1-1 1:1:1:1"} {
		if got, ok := StringToTimestamp(in, time.UTC, noon); ok {
			t.Errorf("%q is %s", in, AppendTimestamp(nil, got, time.UTC))
		}
	}
}

func TestTruncAndNextDay(t *testing.T) {
	at := micros(t, "2024-08-15 12:34:56.789123", time.UTC)
	for unit, want := range map[string]string{"YEAR": "2024-01-01 00:00:00", "yyyy": "2024-01-01 00:00:00", "quarter": "2024-07-01 00:00:00",
		"MON": "2024-08-01 00:00:00", "week": "2024-08-12 00:00:00", "DD": "2024-08-15 00:00:00", "hour": "2024-08-15 12:00:00",
		"minute": "2024-08-15 12:34:00", "second": "2024-08-15 12:34:56", "millisecond": "2024-08-15 12:34:56.789",
		"microsecond": "2024-08-15 12:34:56.789123"} {
		got, ok := TruncTimestamp(at, ParseTruncUnit(unit), time.UTC)
		if text := string(AppendTimestamp(nil, got, time.UTC)); !ok || text != want {
			t.Errorf("%s starts at %s %v, want %s", unit, text, ok, want)
		}
	}
	if _, ok := TruncTimestamp(at, ParseTruncUnit("decade"), time.UTC); ok {
		t.Error("decades can be cut to")
	}
	thursday, _ := StringToDate("2024-02-29")
	for name, want := range map[string]string{"TU": "2024-03-05", "thursday": "2024-03-07", "Fri": "2024-03-01"} {
		w, err := ParseWeekday(name)
		if got := string(AppendDate(nil, NextDay(thursday, w))); err != nil || got != want {
			t.Errorf("the next %s is %s %v, want %s", name, got, err, want)
		}
	}
}

func TestMonthsBetween(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		round bool
		want  float64
	}{
		{"2024-02-29", "2024-01-31", true, 1}, {"1997-02-28 10:30:00", "1996-10-30", true, 3.94959677},
		{"1997-02-28 10:30:00", "1996-10-30", false, 3.9495967741935485}, {"2024-01-01", "2024-02-15", true, -1.4516129},
	} {
		if got := MonthsBetween(micros(t, c.a, time.UTC), micros(t, c.b, time.UTC), c.round, time.UTC); got != c.want {
			t.Errorf("from %s to %s are %v months, want %v", c.b, c.a, got, c.want)
		}
	}
}

func TestPatternsRoundTrip(t *testing.T) {
	for _, text := range []string{"yyyy-MM-dd HH:mm:ss.SSSSSS", "yyyyMMddHHmmss'x'SSSSSS", "d MMM yyyy h:mm:ss.SSSSSS a", "G y-M-d k:m:s.SSSSSS",
		"yyyy D HH:mm:ss.SSSSSS", "MMMM d, yyyy K:mm:ss.SSSSSS a", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", "yyyy-MM-dd HH:mm:ss.SSSSSS VV",
		"yyyy-MM-dd HH:mm:ss.SSSSSS O", "yyyy-MM-dd HH:mm:ss.SSSSSSZ", "dd/MM/yyyy[ HH:mm:ss.SSSSSS]"} {
		t.Run(text, rapid.MakeCheck(func(t *rapid.T) {
			out, err := FormatPattern(text)
			if err != nil {
				t.Fatal(err)
			}
			in, err := ParsePattern(text)
			if err != nil {
				t.Fatal(err)
			}
			zone := zoneOf(t, rapid.SampledFrom([]string{"UTC", "Asia/Kolkata", "+05:45", "-08:00"}).Draw(t, "zone"))
			at := rapid.Int64Range(0, 253402300799*Second).Draw(t, "micros")
			s, err := out.Format(at, zone)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := in.Parse(s, zone); err != nil || back != at {
				t.Fatalf("%d is %q, read as %d %v", at, s, back, err)
			}
		}))
	}
}

func FuzzTimeText(f *testing.F) {
	for _, s := range []string{"2024-02-29 12:34:56.789+01:00", "T1:2", "-0001-1-1", "10:11:12 America/New_York", "+1", "yyyy-MM-dd'T'[HH]", "GGGG EEEE O"} {
		f.Add(s, "yyyy-MM-dd HH:mm")
	}
	f.Fuzz(func(t *testing.T, s, pattern string) {
		if v, ok := StringToTimestamp(s, time.UTC, time.Now); ok && v > -62135596800*Second && v < 253402300799*Second {
			text := string(AppendTimestamp(nil, v, time.UTC))
			if back, ok := StringToTimestamp(text, time.UTC, nil); !ok || back != v {
				t.Errorf("%q is %q, read as %d %v", s, text, back, ok)
			}
		}
		StringToDate(s)
		StringToTime(s, 3)
		StringToTimestampNTZ(s, true)
		if p, err := ParsePattern(pattern); err == nil {
			_, _ = p.Parse(s, time.UTC)
		}
		if p, err := FormatPattern(pattern); err == nil {
			_, _ = p.Format(1e15, time.UTC)
		}
	})
}

func BenchmarkTimestampText(b *testing.B) {
	at := int64(1709210096789123)
	buf := make([]byte, 0, 64)
	b.Run("utc", func(b *testing.B) {
		for b.Loop() {
			buf = AppendTimestamp(buf[:0], at, time.UTC)
		}
	})
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			StringToTimestamp("2024-02-29 12:34:56.789123", time.UTC, nil)
		}
	})
	p, err := FormatPattern("yyyy-MM-dd HH:mm:ss")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("pattern", func(b *testing.B) {
		for b.Loop() {
			buf, _ = p.Append(buf[:0], at, time.UTC)
		}
	})
}
