package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// filling computes a cached partition for the first time: it passes rows on and keeps a copy when the end is reached.
// A task that fails or stops early keeps nothing.
type filling struct {
	in   Operator
	n    *plan.Cache
	p    int
	t    *Task
	kept []*batch.Batch
}

var _ Operator = (*filling)(nil)

func newCached(n *plan.Cache, p int, t *Task) (Operator, error) {
	if rows, ok := t.Env.Cached(n, p); ok {
		return &slice{batches: rows, ctx: t.Ctx}, nil
	}
	in, err := Build(n.Child, p, t)
	if err != nil {
		return nil, err
	}
	return &filling{in: in, n: n, p: p, t: t}, nil
}

func (f *filling) Next() (*batch.Batch, error) {
	b, err := f.in.Next()
	if err == io.EOF {
		f.t.Env.Keep(f.n, f.p, f.kept)
	}
	if err != nil {
		return nil, err
	}
	c := b.Clone()
	if c.N > 0 {
		f.kept = append(f.kept, c)
	}
	return c, nil
}

func (f *filling) Close() error { return f.in.Close() }
