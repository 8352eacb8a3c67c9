package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

var (
	_ connector.Split  = (*Split)(nil)
	_ connector.Sized  = (*Split)(nil)
	_ connector.Reader = (*reader)(nil)
)

// A Split is the offsets [From, Until) of one partition.
type Split struct {
	TopicPartition
	From, Until int64

	source *Source
}

func (s *Split) String() string {
	return fmt.Sprintf("kafka %v [%d,%d)", s.TopicPartition, s.From, s.Until)
}

// Rows is an upper bound: compaction, aborted transactions and markers leave gaps.
func (s *Split) Rows() int64  { return s.Until - s.From }
func (s *Split) Bytes() int64 { return -1 }

// Open starts to read. The connection is used when Next is called.
func (s *Split) Open(ctx context.Context) (connector.Reader, error) {
	r := s.source.client.read(ctx, s.TopicPartition, s.From, s.Until, s.source.client.cfg.Headers)
	r.check = func() error { return s.source.sameTopic(ctx, s.Topic) }
	return r, nil
}

// A reader yields the rows of one range of a partition.
type reader struct {
	client  *Client
	ctx     context.Context
	tp      TopicPartition
	d       decoder
	rows    *rows
	check   func() error // called at the end: whether what was read belongs together; may be nil
	checked bool
	retry   *retry
	fresh   bool
	max     int32
	empty   int    // answers in a row that brought nothing new
	fedAt   int64  // offset at which the decoder was last fed
	buffer  []byte // of the last answer
	err     error
}

func (c *Client) read(ctx context.Context, tp TopicPartition, from, until int64, headers bool) *reader {
	r := &reader{client: c, ctx: ctx, tp: tp, max: int32(c.cfg.MaxBytes), fedAt: -1}
	r.d.committed, r.d.offset, r.d.until = c.cfg.Committed, from, until
	r.rows = newRows(tp, int(min(batch.Size, max(until-from, 1))), headers)
	r.retry = c.retry(func() string { return fmt.Sprintf("fetch %v at offset %d", tp, r.d.offset) })
	return r
}

func (r *reader) Close() error { return nil }

func (r *reader) Next() (*batch.Batch, error) {
	if r.err != nil {
		return nil, r.err
	}
	r.rows.reset()
	for !r.rows.full() && r.d.offset < r.d.until {
		need, err := r.d.fill(r.rows)
		if err == io.EOF && r.d.offset < r.d.until {
			err = r.fetch(need)
		}
		if err != nil && err != io.EOF {
			r.err = r.wrap(err)
			return nil, r.err
		}
	}
	if r.d.offset >= r.d.until && r.check != nil && !r.checked {
		r.checked = true
		if err := r.check(); err != nil {
			r.err = r.wrap(err)
			return nil, r.err
		}
	}
	if r.rows.n == 0 {
		r.err = io.EOF
		return nil, io.EOF
	}
	return r.rows.finish(), nil
}

func (r *reader) wrap(err error) error {
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	var loss *DataLossError
	if errors.As(err, &loss) {
		return err
	}
	return fmt.Errorf("kafka: %v at offset %d (until %d): %w", r.tp, r.d.offset, r.d.until, err)
}

// stuckAfter is how many answers in a row may bring nothing new before the offsets planned are held to be gone. The
// broker waits before each of them: this is ten seconds in which a new leader can catch up.
const stuckAfter = 20

// fetch feeds the decoder the next answer, whatever it takes. need is the size of the batch that was cut at the end of
// the last one, which matters only if nothing came before it.
func (r *reader) fetch(need int) error {
	switch {
	case r.d.offset > r.fedAt:
		r.empty = 0
	case need > int(r.max):
		r.max = int32(need)
	case need > 0:
		return badBatch(r.d.offset, "cut at %d bytes, although %d were asked for", need, r.max)
	}
	if r.buffer != nil && !r.d.pinned {
		answers.Put(&r.buffer)
	}
	r.buffer = nil
	for r.d.offset < r.d.until {
		p, err := r.fetchOnce()
		switch {
		case err == nil:
			r.retry.works()
			r.fresh = false
			r.empty++
			if r.empty > stuckAfter {
				if err := r.compareWithLog(p.end); err != nil {
					return err
				}
			}
			if len(p.records) > 0 {
				r.fedAt = r.d.offset
				r.d.feed(p)
				return nil
			}
			if p.end < r.d.until && r.check != nil {
				if err := r.check(); err != nil {
					return err
				}
			}
		case errors.Is(err, kafkago.OffsetOutOfRange):
			if err := r.outOfRange(); err != nil {
				return err
			}
		default:
			if err := r.retry.again(r.ctx, err); err != nil {
				return err
			}
			r.fresh = true
		}
	}
	r.d.feed(&fetched{})
	return nil
}

// answers are buffers of answers that no row points into: those with compressed records.
var answers = sync.Pool{New: func() any { return new([]byte) }}

func (r *reader) fetchOnce() (*fetched, error) {
	node, err := r.client.leader(r.ctx, r.tp, r.fresh)
	if err != nil {
		return nil, err
	}
	var buffer []byte
	parts, err := r.client.fetch(r.ctx, node, []fetchPosition{{r.tp, r.d.offset, r.max}}, fetchOptions{
		committed: r.d.committed,
		wait:      500 * time.Millisecond,
		minBytes:  1,
		buffer: func(n int) []byte {
			buffer = *answers.Get().(*[]byte)
			if cap(buffer) < n {
				buffer = make([]byte, n)
			}
			buffer = buffer[:n]
			return buffer
		},
	})
	if err != nil {
		return nil, err // the connection may still be writing to buffer: not to be reused
	}
	if len(parts) != 1 || parts[0].tp != r.tp {
		return nil, fmt.Errorf("answer to %v without the partition asked for", r.tp)
	}
	r.buffer = buffer
	return &parts[0], brokerError(parts[0].err)
}
