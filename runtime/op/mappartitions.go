package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// mapPartitions runs a function over the batches of the partition.
type mapPartitions struct {
	in  Operator
	out plan.Batches
}

var _ Operator = (*mapPartitions)(nil)

func newMapPartitions(n *plan.MapPartitions, p int, in Operator, t *Task) (Operator, error) {
	out, err := n.New(t.Ctx, p, in.Next)
	if err != nil {
		in.Close()
		return nil, err
	}
	return &mapPartitions{in: in, out: out}, nil
}

func (m *mapPartitions) Next() (*batch.Batch, error) { return m.out() }
func (m *mapPartitions) Close() error                { return m.in.Close() }
