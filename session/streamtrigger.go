package session

import (
	"time"

	"gospark/runtime/stream/query"
)

// A Trigger says when the batches of a streaming query run; see ProcessingTime, AvailableNow, Once and
// Continuous.
type Trigger struct{ t query.Trigger }

// String is the trigger as Spark shows it.
func (t Trigger) String() string { return t.t.String() }

// ProcessingTime runs a batch at every multiple of an interval, a time.Duration or text such as "5 seconds". A batch that
// took longer is followed at once. With 0, as without a trigger, a batch runs as soon as there is something to do.
func ProcessingTime(interval any) Trigger {
	if text, ok := interval.(string); ok {
		if d, ok := parseDurationText(text); ok && d == 0 {
			return Trigger{}
		}
	}
	if interval == 0 || interval == time.Duration(0) {
		return Trigger{}
	}
	return Trigger{query.Trigger{Kind: query.ProcessingTime, Every: parseDuration("ProcessingTime", "interval", interval)}}
}

// AvailableNow reads what is there when the query starts, in batches as large as the sources' limits, and ends.
func AvailableNow() Trigger { return Trigger{query.Trigger{Kind: query.AvailableNow}} }

// Once runs one batch of all there is and ends. AvailableNow does the same in batches that may be limited.
func Once() Trigger { return Trigger{query.Trigger{Kind: query.Once}} }

// Continuous passes every record on as soon as it comes, without a batch: for queries that make rows of single rows
// (Select, Filter, functions), from kafka, rate or a socket to kafka, console, memory, noop or Foreach. How far the query
// has come is written down once in the interval; after a failure, records since then come again: each is written at least
// once. Otherwise leave the trigger out.
func Continuous(interval any) Trigger {
	return Trigger{query.Trigger{Kind: query.Continuous, Every: parseDuration("Continuous", "interval", interval)}}
}
