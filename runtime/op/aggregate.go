package op

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// aggregate makes one row per key. In mode Final its input are partial results. Without a function it yields the keys.
type aggregate struct {
	n  *plan.Aggregate
	in Operator
	t  *Task
	chunks
}

var _ Operator = (*aggregate)(nil)

// NewAggregate makes the operator of n over in.
func NewAggregate(n *plan.Aggregate, in Operator, t *Task) Operator {
	return &aggregate{n: n, in: in, t: t}
}

func (a *aggregate) Next() (*batch.Batch, error) {
	if a.out == nil {
		if err := a.run(); err != nil {
			return nil, err
		}
	}
	return a.chunk()
}

func (a *aggregate) run() error {
	keys := newKeys(a.n.Child.Elems()[:a.n.Keys])
	table := newKeyTable(keys)
	var acc gofunc.Accumulator
	var fold func([]int32, batch.Vector, []int32) error
	if a.n.Fn != nil {
		acc = a.n.Fn.New(a.t.Ctx)
		fold = acc.Add
		if a.n.Mode == plan.Final {
			fold = acc.Merge
		}
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
		groups := table.assign(b)
		if fold == nil {
			continue
		}
		if err := a.fold(fold, groups, b); err != nil {
			return err
		}
	}
	cols := keys
	if acc != nil {
		cols = append(cols, acc.Result())
	}
	a.out = batch.Of(cols...)
	return nil
}

func (a *aggregate) fold(f func([]int32, batch.Vector, []int32) error, groups []int32, b *batch.Batch) (err error) {
	defer located(a.n.Origin, &err)
	var v batch.Vector // none for an accumulator that only counts rows
	if a.n.Keys < len(b.Cols) {
		v = b.Cols[a.n.Keys]
	}
	return f(groups, v, b.Sel)
}

func (a *aggregate) Close() error { return a.in.Close() }
