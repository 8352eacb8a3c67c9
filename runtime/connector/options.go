package connector

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/condition"
)

// Options are what a user set for a source or sink. The case of a name does not matter.
type Options map[string]string

// OptionsOf takes over the names and values of a map.
func OptionsOf(m map[string]string) Options {
	o := make(Options, len(m))
	for k, v := range m {
		o[strings.ToLower(k)] = v
	}
	return o
}

// Lookup is the value of an option, and whether it was set.
func (o Options) Lookup(name string) (string, bool) {
	v, ok := o[strings.ToLower(name)]
	return v, ok
}

// Get is the value of an option, or the default.
func (o Options) Get(name, or string) string {
	if v, ok := o.Lookup(name); ok {
		return v
	}
	return or
}

// Int is an option that is a whole number of at least least.
func (o Options) Int(name string, or, least int64) (int64, error) {
	v, ok := o.Lookup(name)
	if !ok {
		return or, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	if err != nil || n < least {
		return 0, BadOption(name, v, fmt.Sprintf("a whole number from %d on", least))
	}
	return n, nil
}

// Bool is an option that is true or false.
func (o Options) Bool(name string, or bool) (bool, error) {
	v, ok := o.Lookup(name)
	if !ok {
		return or, nil
	}
	switch strings.ToLower(strings.TrimSpace(v)) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, BadOption(name, v, "true or false")
}

// units of time in options, from the longest name on.
var units = []struct {
	suffix string
	unit   time.Duration
}{
	{"min", time.Minute}, {"ms", time.Millisecond}, {"us", time.Microsecond}, {"s", time.Second}, {"m", time.Minute},
	{"h", time.Hour}, {"d", 24 * time.Hour},
}

// Duration is an option such as 500ms, 5s, 10m, 1h or 7d; a number alone is in seconds.
func (o Options) Duration(name string, or time.Duration) (time.Duration, error) {
	v, ok := o.Lookup(name)
	if !ok {
		return or, nil
	}
	text, unit := strings.ToLower(strings.TrimSpace(v)), time.Second
	for _, u := range units {
		if t, ok := strings.CutSuffix(text, u.suffix); ok {
			text, unit = strings.TrimSpace(t), u.unit
			break
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, BadOption(name, v, "a time such as 500ms, 10s, 5m or 1h")
	}
	return time.Duration(n) * unit, nil
}

// BadOption is the error of an option that makes no sense.
func BadOption(name, value, want string) error {
	return condition.New("STREAMING_OPTION", "22023", "Invalid value %q for option %q", value, name).WithFix("it has to be %s", want)
}
