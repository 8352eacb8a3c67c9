package planner

import (
	"gospark/runtime/plan"
	"gospark/runtime/state"
)

// A Stream is what planning one micro-batch depends on. Planning fills in Operators and EventTimes.
type Stream struct {
	Mode plan.OutputMode
	// Late and Evict are the watermarks, in µs, of the batch before and of this one; plan.NoWatermark: there is none.
	Late, Evict int64
	// Partitions is how many partitions state has. It stays what it was when the query was first started.
	Partitions int
	// Time is the batch's processing time in ms.
	Time int64
	// Store opens the state of an operator's partition, as it was before the batch.
	Store func(operator, partition int) (*state.Store, error)

	// Operators are the stateful operators, the one nearest to the sink first.
	Operators []*plan.State
	// EventTimes are the operators that see event time, in the order of the plan.
	EventTimes []*plan.EventTime
}
