package session

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/stream/query"
)

// continuousSinks are what can be written record by record.
var continuousSinks = map[string]bool{"console": true, "memory": true, "noop": true, "kafka": true, "foreach": true}

// continuous says whether records are to go through one by one.
func (w *DataStreamWriter) continuous() bool { return w.trigger.t.Kind == query.Continuous }

// checkContinuous refuses sinks that take whole batches, and promises that cannot be kept without them.
func (w *DataStreamWriter) checkContinuous(format string) error {
	if !w.continuous() {
		return nil
	}
	name := strings.ToLower(format)
	switch {
	case name == "foreachbatch":
		format = "foreachBatch"
	case name == "kafka" && strings.EqualFold(w.options["exactlyonce"], "true"):
		return condition.New("", "", "a continuous query writes to Kafka at least once, not exactly once").
			WithFix("leave the option exactlyOnce out, or the trigger")
	case continuousSinks[name]:
		return nil
	}
	return condition.New("", "", "'%s' is not supported with continuous trigger", format).
		WithFix("kafka, console, memory, noop and Foreach are; leave the trigger out: a batch then starts as soon as there is something to write")
}
