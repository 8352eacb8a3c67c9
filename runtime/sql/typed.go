package sql

import (
	"encoding/hex"
	"strings"
	"time"

	"gospark/runtime/types"
)

// typed is the value of a typed literal such as DATE '2024-01-01'. The type is nil when there are no such literals.
func (c *Parser) typed(name, text string) (value any, t *types.Type, ok bool) {
	switch name {
	case "DATE":
		if at, special := c.special(text); special {
			return types.DateOf(at, c.zone()), types.Date, true
		}
		v, ok := types.StringToDate(text)
		return v, types.Date, ok
	case "TIMESTAMP", "TIMESTAMP_LTZ":
		if at, special := c.special(text); special {
			return at, types.Timestamp, true
		}
		v, ok := types.StringToTimestamp(text, c.zone(), c.now)
		return v, types.Timestamp, ok
	case "TIMESTAMP_NTZ":
		if at, special := c.special(text); special {
			return types.ToLocal(at, c.zone()), types.TimestampNTZ, true
		}
		v, ok := types.StringToTimestampNTZ(text, false)
		return v, types.TimestampNTZ, ok
	case "TIME":
		v, ok := types.StringToTime(text, types.Time.Precision)
		return v, types.Time, ok
	case "X":
		if len(text)%2 == 1 {
			text = "0" + text
		}
		b, err := hex.DecodeString(text)
		return string(b), types.Binary, err == nil
	}
	return nil, nil, false
}

func (c *Parser) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

func (c *Parser) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// special is the time of a word such as 'now', in microseconds.
func (c *Parser) special(text string) (micros int64, ok bool) {
	word := strings.ToLower(strings.TrimSpace(text))
	if i := strings.IndexByte(word, ' '); i > 0 { // a zone behind the word changes nothing but its day
		word = word[:i]
	}
	now := c.now().In(c.zone())
	day := func(n int) (int64, bool) {
		y, m, d := now.Date()
		return time.Date(y, m, d+n, 0, 0, 0, 0, c.zone()).UnixMicro(), true
	}
	switch word {
	case "epoch":
		return 0, true
	case "now":
		return now.UnixMicro(), true
	case "today":
		return day(0)
	case "tomorrow":
		return day(1)
	case "yesterday":
		return day(-1)
	}
	return 0, false
}
