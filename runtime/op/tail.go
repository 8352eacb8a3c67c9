package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// tailed keeps the last rows: the batches that hold them, as far as is known, are copied.
type tailed struct {
	n    *plan.Tail
	in   Operator
	kept []*batch.Batch
	rows int64
	done bool
}

var _ Operator = (*tailed)(nil)

func newTail(n *plan.Tail, in Operator) Operator { return &tailed{n: n, in: in} }

func (t *tailed) Next() (*batch.Batch, error) {
	for !t.done {
		b, err := t.in.Next()
		if err == io.EOF {
			t.done = true
			break
		}
		if err != nil {
			return nil, err
		}
		if b.Rows() == 0 || t.n.N <= 0 {
			continue
		}
		t.kept = append(t.kept, b.Clone())
		t.rows += int64(b.Rows())
		for t.rows-int64(t.kept[0].N) >= t.n.N {
			t.rows -= int64(t.kept[0].N)
			t.kept = t.kept[1:]
		}
	}
	if len(t.kept) == 0 {
		return nil, io.EOF
	}
	b := t.kept[0]
	t.kept = t.kept[1:]
	if over := t.rows - t.n.N; over > 0 {
		t.rows -= over
		b = b.View(int(over), b.N)
	}
	return b, nil
}

func (t *tailed) Close() error { return t.in.Close() }
