package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// limited skips rows and passes the next ones; it reads no more of its input than it needs.
type limited struct {
	in         Operator
	skip, left int64 // left < 0: all
	out        batch.Batch
}

var _ Operator = (*limited)(nil)

func newLimit(n *plan.Limit, in Operator) Operator {
	return &limited{in: in, skip: n.Offset, left: n.N}
}

func (l *limited) Next() (*batch.Batch, error) {
	for l.left != 0 {
		b, err := l.in.Next()
		if err != nil {
			return nil, err
		}
		n := int64(b.Rows())
		if n <= l.skip {
			l.skip -= n
			continue
		}
		lo, hi := l.skip, n
		l.skip = 0
		if l.left > 0 {
			hi = min(hi, lo+l.left)
			l.left -= hi - lo
		}
		if lo == 0 && hi == n {
			return b, nil
		}
		l.out = b.Between(int(lo), int(hi), l.out.Sel)
		return &l.out, nil
	}
	return nil, io.EOF
}

func (l *limited) Close() error { return l.in.Close() }
