package query

import (
	"fmt"
	"time"

	"gospark/runtime/connector"
)

// A Trigger says when batches run. The zero Trigger runs one as soon as there is something to do.
type Trigger struct {
	Kind  TriggerKind
	Every time.Duration // of ProcessingTime and Continuous
}

// TriggerKind is a kind of trigger.
type TriggerKind int

const (
	Immediate      TriggerKind = iota // when a source has something
	ProcessingTime                    // at multiples of an interval; at once when a batch took longer
	Once                              // one batch of all there is
	AvailableNow                      // what is there at the start, in batches as large as the sources' limits
	Continuous                        // record by record; Every is how long an epoch takes
)

// String is the text that Spark shows.
func (t Trigger) String() string {
	switch t.Kind {
	case ProcessingTime:
		return fmt.Sprintf("ProcessingTimeTrigger(%d)", t.Every.Milliseconds())
	case Once:
		return "OneTimeTrigger"
	case AvailableNow:
		return "AvailableNowTrigger"
	case Continuous:
		return fmt.Sprintf("ContinuousTrigger(%d)", t.Every.Milliseconds())
	}
	return "ProcessingTimeTrigger(0)"
}

// next is the multiple of the interval that comes after a trigger at t.
func (t Trigger) next(now time.Time) time.Time {
	every := t.Every.Milliseconds()
	return time.UnixMilli((now.UnixMilli()/every + 1) * every)
}

// hurries says that the next batch is looked for at once.
func (t Trigger) hurries() bool { return t.Kind == Immediate || t.Kind == AvailableNow }

// limit is how much a batch may take of a source.
func (t Trigger) limit(l connector.Limit) connector.Limit {
	if t.Kind == Once {
		return connector.Limit{}
	}
	return l
}
