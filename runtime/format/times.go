package format

import (
	"time"

	"gospark/runtime/types"
)

// Times writes dates and timestamps as the options of text formats say.
type Times struct {
	zone          *time.Location
	date, ts, ntz *types.Pattern
	Err           error // the first value that a pattern has no text for
}

// NewTimes reads the options dateFormat, timestampFormat and timestampNTZFormat.
func NewTimes(e *Env) (*Times, error) {
	t := &Times{zone: e.Zone}
	for _, p := range []struct {
		to              **types.Pattern
		name, otherwise string
	}{{&t.date, "dateFormat", "yyyy-MM-dd"}, {&t.ts, "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]"},
		{&t.ntz, "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss[.SSS]"}} {
		var err error
		if *p.to, err = types.FormatPattern(e.Options.Text(p.name, p.otherwise)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *Times) note(s string, err error) string {
	if err != nil && t.Err == nil {
		t.Err = err
	}
	return s
}

// Date is a date as text.
func (t *Times) Date(days int32) string { return t.note(t.date.FormatDate(days)) }

// Timestamp is a timestamp as text.
func (t *Times) Timestamp(micros int64) string { return t.note(t.ts.Format(micros, t.zone)) }

// Local is a timestamp without a zone as text.
func (t *Times) Local(micros int64) string { return t.note(t.ntz.FormatLocal(micros)) }

// Zone is the time zone.
func (t *Times) Zone() *time.Location { return t.zone }
