package incremental

import (
	"fmt"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/plan"
)

// Continuous plans a query that needs nothing but the row at hand, once for all: the split stands for its only stream and
// may go on for ever. Rows come out as soon as it yields some.
func (q *Query) Continuous(split connector.Split) (plan.Node, error) {
	b := Batch{Time: time.Now().UnixMilli(), Splits: [][]connector.Split{{split}}}
	q.executing(b)
	n, stream, _, err := q.plan(b, 0, 0, nil)
	if err != nil {
		return nil, err
	}
	if len(q.sources) != 1 || n.Partitions() != 1 || len(stream.Operators) > 0 {
		return nil, fmt.Errorf("incremental: the query cannot run record by record: %d sources, %d partitions, %d stateful operators",
			len(q.sources), n.Partitions(), len(stream.Operators))
	}
	return n, nil
}
