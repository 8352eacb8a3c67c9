package rate

import (
	"context"
	"fmt"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

// split is every step-th value from first up to end, not including it.
type split struct {
	first, step, end int64
	time             func(value int64) int64 // µs
}

var (
	_ connector.Split = (*split)(nil)
	_ connector.Sized = (*split)(nil)
)

func (s *split) Open(ctx context.Context) (connector.Reader, error) {
	return &reader{split: s, ctx: ctx, next: s.first}, nil
}

func (s *split) Rows() int64 {
	if s.first >= s.end {
		return 0
	}
	return (s.end-s.first-1)/s.step + 1
}

func (s *split) Bytes() int64   { return 16 * s.Rows() }
func (s *split) String() string { return fmt.Sprintf("rate[%d values from %d]", s.Rows(), s.first) }

type reader struct {
	*split
	ctx  context.Context
	next int64
}

func (r *reader) Next() (*batch.Batch, error) {
	if r.ctx.Err() != nil {
		return nil, context.Cause(r.ctx)
	}
	if r.next >= r.end {
		return nil, io.EOF
	}
	n := min((r.end-r.next-1)/r.step+1, batch.Size)
	times, values := make([]int64, n), make([]int64, n)
	for i := range values {
		values[i], times[i] = r.next, r.time(r.next)
		r.next += r.step
	}
	return batch.Of(batch.VecOf(times), batch.VecOf(values)), nil
}

func (r *reader) Close() error { return nil }
