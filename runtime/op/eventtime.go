package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// eventTime notes the times of the rows that pass.
type eventTime struct {
	n     *plan.EventTime
	p     int
	in    Operator
	clock stateClock
	stats plan.TimeStats
}

var _ Operator = (*eventTime)(nil)

func newEventTime(n *plan.EventTime, p int, in Operator) (Operator, error) {
	c, err := newStateClock(plan.TypesOf(n.Child)[n.Col])
	if err != nil {
		return nil, err
	}
	return &eventTime{n: n, p: p, in: in, clock: c}, nil
}

func (e *eventTime) Next() (*batch.Batch, error) {
	b, err := e.in.Next()
	if err == io.EOF {
		e.n.Report(e.p, e.stats)
	}
	if err != nil {
		return nil, err
	}
	col := b.Cols[e.n.Col]
	if v, ok := col.(*batch.Vec[int64]); ok && v.Valid == nil {
		e.stats.AddMicros(v.V[:b.N], b.Sel)
		return b, nil
	}
	for i := range b.Rows() {
		if us, ok := e.clock.at(col, b.Row(i)); ok {
			e.stats.Add(floorMillis(us))
		} else {
			e.stats.AddNull()
		}
	}
	return b, nil
}

func floorMillis(us int64) int64 {
	if us < 0 && us%1000 != 0 {
		return us/1000 - 1
	}
	return us / 1000
}

func (e *eventTime) Close() error { return e.in.Close() }
