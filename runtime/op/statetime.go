package op

import (
	"fmt"
	"math"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/types"
)

// stateGrain is how many µs of exact times share a slot of state: slots are coarse, and there are few of them. It is part
// of the format of state.
const stateGrain = 10_000_000

// never is the slot of what no watermark ends.
const never = math.MaxInt64

// A stateClock reads the times that state lives and dies by: the end of a window, or a timestamp.
type stateClock struct {
	exact bool // each time is a slot of its own: there are as many as there are windows
}

func newStateClock(t *types.Type) (stateClock, error) {
	switch {
	case t.Kind == types.StructKind && len(t.Fields) == 2:
		return stateClock{exact: true}, nil
	case t.Kind == types.TimestampKind, t.Kind == types.TimestampNTZKind:
		return stateClock{}, nil
	}
	return stateClock{}, fmt.Errorf("op: %s is no event time", t)
}

// at is the time of a row; false: it has none.
func (c stateClock) at(v batch.Vector, row int) (int64, bool) {
	if v.Null(row) {
		return 0, false
	}
	if s, ok := v.(*batch.Struct); ok {
		return c.at(s.Fields[1], row)
	}
	return v.(*batch.Vec[int64]).V[row], true
}

// slot is where the keys of a time are.
func (c stateClock) slot(t int64, known bool) int64 {
	switch {
	case !known:
		return never
	case c.exact:
		return t
	}
	return grainOf(t)
}

// grainOf is the slot of an exact time: the start of the grain that it is in.
func grainOf(t int64) int64 {
	r := t % stateGrain
	if r < 0 {
		r += stateGrain
	}
	return t - r
}

// over says whether all times of a slot are not after a watermark.
func (c stateClock) over(slot, mark int64) bool {
	if c.exact {
		return slot <= mark
	}
	return slot+stateGrain-1 <= mark
}

// due lists the slots with times that are not after a watermark.
func due(t *state.Table, mark int64) []int64 {
	if mark == plan.NoWatermark {
		return nil
	}
	slots := t.Slots()
	for i, s := range slots {
		if s > mark {
			return slots[:i]
		}
	}
	return slots
}

// drained is an operator whose state changes only when it is read to its end: what is left is read when it is closed, so
// that state does not depend on how many rows were wanted.
type drained struct {
	Operator
	t    *Task
	over bool
}

var _ Operator = (*drained)(nil)

func (d *drained) Next() (*batch.Batch, error) {
	b, err := d.Operator.Next()
	d.over = err != nil
	return b, err
}

func (d *drained) Close() error {
	for !d.over && d.t.Ctx.Err() == nil {
		if _, err := d.Next(); err != nil {
			break
		}
	}
	return d.Operator.Close()
}
