package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// newCached yields the rows that a cache keeps. The first task computes its partition to the end before it goes on, even
// if only a few rows are wanted: whoever waits for the rows never waits for a task that waits itself.
func newCached(n *plan.Cache, p int, t *Task) (Operator, error) {
	rows, err := t.Env.Cached(t.Ctx, n, p, func() ([]*batch.Batch, error) {
		in, err := buildCached(n, p, t)
		if err != nil {
			return nil, err
		}
		var kept []*batch.Batch
		err = Drain(in, func(b *batch.Batch) error {
			kept = append(kept, b.Clone())
			return nil
		})
		return kept, err
	})
	if err != nil {
		return nil, err
	}
	return &slice{batches: rows, ctx: t.Ctx}, nil
}

// buildCached builds the child: a mark has the Origin of its child, which must not lead back to the mark.
func buildCached(n *plan.Cache, p int, t *Task) (Operator, error) {
	if n.Child.From() == n.Origin {
		return compute(n.Child, p, t)
	}
	return Build(n.Child, p, t)
}
