package page

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// functions are what the templates may call.
var functions = template.FuncMap{
	"count":    count,
	"size":     size,
	"duration": duration,
	"clock":    func(t time.Time) string { return stamp(t, "15:04:05.000") },
	"moment":   func(t time.Time) string { return stamp(t, "2006-01-02 15:04:05") },
	"lower":    strings.ToLower,
	"rate":     rate,
	"first":    firstLine,
	"json":     jsonText,
	"fields":   func(keysAndValues ...any) map[string]any { return fields(keysAndValues) },
}

// fields makes the argument of a template that takes several.
func fields(kv []any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(kv); i += 2 {
		m[kv[i].(string)] = kv[i+1]
	}
	return m
}

func stamp(t time.Time, layout string) string {
	if t.IsZero() {
		return "–"
	}
	return t.Local().Format(layout)
}

// count groups the digits of a whole number: 12,345.
func count(v any) string {
	s := fmt.Sprint(v)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// size prints bytes with three digits or so: 1.5 KiB.
func size(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10) + " B"
	}
	f := float64(n)
	for _, unit := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if f /= 1024; f < 1000 || unit == "TiB" {
			return strconv.FormatFloat(f, 'f', decimals(f), 64) + " " + unit
		}
	}
	return ""
}

func decimals(f float64) int {
	if f < 100 {
		return 1
	}
	return 0
}

// rate prints rows a second.
func rate(f float64) string {
	if f < 100 {
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return count(int64(f + .5))
}

// duration prints two units at most: 12 ms, 1.25 s, 3 min 20 s, 2 h 5 min. Nil is one that is not known yet.
func duration(v any) string {
	var d time.Duration
	switch v := v.(type) {
	case time.Duration:
		d = v
	case *time.Duration:
		if v == nil {
			return "–"
		}
		d = *v
	}
	switch {
	case d < 0:
		return "0 ms"
	case d > 0 && d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return seconds(d, 2)
	case d < time.Minute:
		return seconds(d, 1)
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d d %d h", int(d.Hours())/24, int(d.Hours())%24)
}

// seconds leaves out a fraction of zeros.
func seconds(d time.Duration, digits int) string {
	s := strconv.FormatFloat(d.Seconds(), 'f', digits, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	if strings.Trim(fraction, "0") == "" {
		s = whole
	}
	return s + " s"
}

// firstLine is as much of a text as fits into a table.
func firstLine(s string) string {
	const most = 90
	line, _, _ := strings.Cut(s, "\n")
	if r := []rune(line); len(r) > most {
		return string(r[:most]) + "…"
	}
	return line
}

func jsonText(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// known gives a duration that may not be there.
func known(d time.Duration, there bool) *time.Duration {
	if !there {
		return nil
	}
	return &d
}
