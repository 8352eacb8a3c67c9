package op

import (
	"encoding/binary"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
	"gospark/runtime/state"
)

// stateLimit passes rows as long as there are fewer than the limit in all batches. It reads its input to the end.
type stateLimit struct {
	n           *plan.StateLimit
	p           int
	in          Operator
	table       *state.Table
	before, now int64
	out         batch.Batch
}

var _ Operator = (*stateLimit)(nil)

func newStateLimit(n *plan.StateLimit, p int, in Operator, t *Task) Operator {
	return &drained{Operator: &stateLimit{n: n, p: p, in: in}, t: t}
}

var limitKey = []byte("rows")

func (l *stateLimit) Next() (*batch.Batch, error) {
	if l.table == nil {
		s, err := l.n.State.Store(l.p)
		if err != nil {
			return nil, err
		}
		l.table = s.Table("limit")
		if v, ok := l.table.Get(0, limitKey); ok {
			l.before, _ = binary.Varint(v)
		}
		l.now = l.before
	}
	for {
		b, err := l.in.Next()
		if err == io.EOF {
			l.finish()
		}
		if err != nil {
			return nil, err
		}
		n := min(int64(b.Rows()), l.n.N-l.now)
		if n <= 0 {
			continue
		}
		l.now += n
		l.out = b.Between(0, int(n), l.out.Sel)
		return &l.out, nil
	}
}

func (l *stateLimit) finish() {
	var m plan.StateMetrics
	if l.now > l.before {
		l.table.Put(0, limitKey, binary.AppendVarint(nil, l.now))
		m.Updated = 1
	}
	m.Total = int64(l.table.Len())
	l.n.State.Report(l.p, m)
}

func (l *stateLimit) Close() error { return l.in.Close() }
