package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// mapElements applies a function to every record. It reuses its output unless the function's results are kept by
// reference anyway: the vectors are, their contents are overwritten.
type mapElements struct {
	n      *plan.MapElements
	in     Operator
	kernel gofunc.Kernel
	out    *batch.Batch
	cur    *batch.Batch
	next   int
}

var _ Operator = (*mapElements)(nil)

func newMapElements(n *plan.MapElements, in Operator, t *Task) Operator {
	return &mapElements{n: n, in: in, kernel: n.Fn.New(t.Ctx), out: n.Fn.Out.NewBatch(0)}
}

func (m *mapElements) Next() (*batch.Batch, error) {
	for m.cur == nil || m.next >= m.cur.Rows() {
		b, err := m.in.Next()
		if err != nil {
			return nil, err
		}
		m.cur, m.next = b, 0
	}
	m.out.Reset()
	var err error
	if m.next, err = m.apply(); err != nil {
		return nil, err
	}
	return m.out, nil
}

func (m *mapElements) apply() (next int, err error) {
	defer located(m.n.Origin, &err)
	return m.kernel(m.cur, m.next, m.out)
}

func (m *mapElements) Close() error { return m.in.Close() }
