package op

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// aggregate makes one row per key. In mode Final its input are partial results.
type aggregate struct {
	n    *plan.Aggregate
	in   Operator
	t    *Task
	out  *batch.Batch
	next int
}

var _ Operator = (*aggregate)(nil)

func newAggregate(n *plan.Aggregate, in Operator, t *Task) Operator {
	return &aggregate{n: n, in: in, t: t}
}

func (a *aggregate) Next() (*batch.Batch, error) {
	if a.out == nil {
		if err := a.run(); err != nil {
			return nil, err
		}
	}
	if a.next >= a.out.N {
		return nil, io.EOF
	}
	hi := min(a.next+batch.Size, a.out.N)
	b := a.out.View(a.next, hi)
	a.next = hi
	return b, nil
}

func (a *aggregate) run() error {
	keys := newKeys(a.n.Child.Elems()[:a.n.Keys])
	table := newKeyTable(keys)
	acc := a.n.Fn.New(a.t.Ctx)
	fold := acc.Add
	if a.n.Mode == plan.Final {
		fold = acc.Merge
	}
	for {
		if err := a.t.Ctx.Err(); err != nil {
			return context.Cause(a.t.Ctx)
		}
		b, err := a.in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			continue
		}
		if err := a.fold(fold, table.assign(b), b); err != nil {
			return err
		}
	}
	a.out = batch.Of(append(keys, acc.Result())...)
	return nil
}

func (a *aggregate) fold(f func([]int32, batch.Vector, []int32) error, groups []int32, b *batch.Batch) (err error) {
	defer located(a.n.Origin, &err)
	return f(groups, b.Cols[a.n.Keys], b.Sel)
}

func (a *aggregate) Close() error { return a.in.Close() }
