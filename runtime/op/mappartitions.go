package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// mapPartitions runs a function over the batches of the partition.
type mapPartitions struct {
	n   *plan.MapPartitions
	in  Operator
	out plan.Batches
}

var _ Operator = (*mapPartitions)(nil)

func newMapPartitions(n *plan.MapPartitions, p int, in Operator, t *Task) (Operator, error) {
	out, err := n.New(t.Ctx, p, in.Next)
	if err != nil {
		return nil, err
	}
	return &mapPartitions{n: n, in: in, out: out}, nil
}

func (m *mapPartitions) Next() (b *batch.Batch, err error) {
	var panicked error // an error of out may come from below: only a panic is surely the function's
	defer located(m.n.Origin, &panicked)
	return m.out()
}

func (m *mapPartitions) Close() error { return m.in.Close() }
