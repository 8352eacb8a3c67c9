package sql

import (
	"encoding/hex"
	"time"

	"gospark/runtime/types"
)

// typed is the value of a typed literal such as DATE '2024-01-01'. The type is nil when there are no such literals.
func (c *Parser) typed(name, text string) (value any, t *types.Type, ok bool) {
	switch name {
	case "DATE":
		if at, special := types.SpecialTime(text, c.zone(), c.now); special {
			return types.DateOf(at, c.zone()), types.Date, true
		}
		v, ok := types.StringToDate(text)
		return v, types.Date, ok
	case "TIMESTAMP", "TIMESTAMP_LTZ":
		if at, special := types.SpecialTime(text, c.zone(), c.now); special {
			return at, types.Timestamp, true
		}
		v, ok := types.StringToTimestamp(text, c.zone(), c.now)
		return v, types.Timestamp, ok
	case "TIMESTAMP_NTZ":
		if at, special := types.SpecialTime(text, c.zone(), c.now); special {
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
