package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// filter selects rows without moving them.
type filter struct {
	n    *plan.TypedFilter
	in   Operator
	pred func(*batch.Batch, []int32) ([]int32, error)
	sel  []int32
	out  batch.Batch
}

var _ Operator = (*filter)(nil)

func newFilter(n *plan.TypedFilter, in Operator, t *Task) Operator {
	return &filter{n: n, in: in, pred: n.Fn.New(t.Ctx), sel: make([]int32, 0, batch.Size)}
}

func (f *filter) Next() (*batch.Batch, error) {
	b, err := f.in.Next()
	if err != nil {
		return nil, err
	}
	if f.sel, err = f.apply(b); err != nil {
		return nil, err
	}
	f.out = batch.Batch{N: b.N, Sel: f.sel, Cols: b.Cols}
	return &f.out, nil
}

func (f *filter) apply(b *batch.Batch) (sel []int32, err error) {
	defer located(f.n.Origin, &err)
	return f.pred(b, f.sel[:0])
}

func (f *filter) Close() error { return f.in.Close() }
