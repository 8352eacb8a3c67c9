package op

import (
	"fmt"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/plan"
)

// scan reads a split.
type scan struct {
	in connector.Reader
	t  *Task
}

var _ Operator = (*scan)(nil)

func newScan(n *plan.Scan, p int, t *Task) (Operator, error) {
	r, err := n.Splits[p].Open(t.Ctx)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", n.Splits[p], err)
	}
	if s, ok := n.Splits[p].(connector.Sized); ok {
		t.Metrics.InputBytes += max(s.Bytes(), 0)
	}
	if f, ok := n.Splits[p].(interface{ File() string }); ok {
		t.InputFile = f.File()
	}
	return &scan{in: r, t: t}, nil
}

func (s *scan) Next() (*batch.Batch, error) {
	if err := s.t.Ctx.Err(); err != nil {
		return nil, err
	}
	b, err := s.in.Next()
	if err == nil {
		s.t.Metrics.InputRows += int64(b.Rows())
		if f, ok := s.in.(interface{ File() string }); ok {
			s.t.InputFile = f.File()
		}
	}
	return b, err
}

func (s *scan) Close() error { return s.in.Close() }
