package incremental

import (
	"gospark/runtime/connector"
	"gospark/runtime/planner"
)

// executed is what the plan of a batch depended on. Plans themselves are not kept: they hold the rows that they read and
// moved.
type executed struct {
	position Position
	time     int64
	splits   [][]connector.Split // as many as there were, without rows
}

// executing notes the batch that is about to run.
func (q *Query) executing(b Batch) {
	x := &executed{position: q.position, time: b.Time}
	for _, splits := range b.Splits {
		empty := make([]connector.Split, len(splits))
		for i := range empty {
			empty[i] = &connector.MemorySplit{}
		}
		x.splits = append(x.splits, empty)
	}
	q.executed.Store(x)
}

// Explain is the query as its last batch was planned: that which runs, if one does. It is false before the first. Any
// goroutine may call it.
func (q *Query) Explain() (_ planner.Explained, ok bool, err error) {
	x := q.executed.Load()
	if x == nil {
		return planner.Explained{}, false, nil
	}
	b := Batch{Time: x.time, Splits: x.splits, version: x.position.Batch}
	e := planner.Explained{Analyzed: q.cfg.Relation, Optimized: q.optimisedAt(b.Time)}
	e.Physical, _, _, err = q.plan(b, x.position.Watermark, x.position.Previous, nil)
	return e, true, err
}
