package session

import (
	"strconv"
	"strings"
	"time"

	"gospark/runtime/condition"
)

// Milliseconds is n milliseconds, for batch intervals, windows and timeouts.
func Milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// Seconds is n seconds, for batch intervals, windows and timeouts.
func Seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// Minutes is n minutes, for batch intervals, windows and timeouts.
func Minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// units are the names of time units as Spark and Go write them.
var units = map[string]time.Duration{
	"ms": time.Millisecond, "millisecond": time.Millisecond, "milliseconds": time.Millisecond, "millis": time.Millisecond,
	"s": time.Second, "sec": time.Second, "second": time.Second, "seconds": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
}

// parseDuration reads a time.Duration, Go's text for one ("1m30s") or Spark's ("10 seconds").
func parseDuration(op, what string, v any) time.Duration {
	var d time.Duration
	ok := false
	switch v := v.(type) {
	case time.Duration:
		d, ok = v, true
	case string:
		d, ok = parseDurationText(v)
	}
	switch {
	case !ok:
		condition.New("", "", "%s: %s: have %v (%T)", op, what, v, v).WithFix(`give a duration: Seconds(10), 10*time.Second or "10s"`).Raise()
	case d <= 0 || d%time.Millisecond != 0:
		condition.New("", "", "%s: %s: %v is not a positive number of milliseconds", op, what, d).WithFix("give at least Milliseconds(1)").Raise()
	}
	return d
}

func parseDurationText(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if d, err := time.ParseDuration(s); err == nil {
		return d, true
	}
	i := strings.LastIndexAny(s, "0123456789")
	n, err := strconv.Atoi(strings.TrimSpace(s[:i+1]))
	unit, ok := units[strings.ToLower(strings.TrimSpace(s[i+1:]))]
	return time.Duration(n) * unit, err == nil && ok
}

// millis is parseDuration in milliseconds.
func millis(op, what string, v any) int64 { return parseDuration(op, what, v).Milliseconds() }
