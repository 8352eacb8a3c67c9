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
	r := s.source.client.read(ctx, s.TopicPartition, s.From, s.Until, s.source.layout)
	r.next, r.same = s.source.takeHead(s.TopicPartition, s.From)
	r.check = func() error { return s.source.sameTopic(r.ctx, s.Topic, s.source.id(s.Topic)) }
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
	checked *verdict     // its answer, asked for while the last rows are worked on; nil: not called yet
	same    *verdict     // the answer for rows that all came from what next was at first; nil: there is none
	checks  sync.WaitGroup
	retry   *retry
	fresh   bool
	max     int32
	empty   int    // answers in a row that brought nothing new
	fedAt   int64  // offset at which the decoder was last fed
	buffer  []byte // of the last answer
	next    *ahead // the answer after that, already asked for; may be nil
	cancel  context.CancelFunc
	err     error
}

func (c *Client) read(ctx context.Context, tp TopicPartition, from, until int64, l layout) *reader {
	ctx, cancel := context.WithCancel(ctx)
	r := &reader{client: c, ctx: ctx, cancel: cancel, tp: tp, max: int32(c.cfg.MaxBytes), fedAt: -1}
	r.d.committed, r.d.offset, r.d.until = c.cfg.Committed, from, until
	r.rows = newRows(tp, int(min(batch.Size, max(until-from, 1))), l)
	r.retry = c.retry(func() string { return fmt.Sprintf("fetch %v at offset %d", tp, r.d.offset) })
	return r
}

func (r *reader) Close() error {
	r.cancel()
	if r.next != nil {
		<-r.next.done
	}
	r.checks.Wait()
	return nil
}

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
	if r.d.offset >= r.d.until && r.check != nil && r.checked == nil {
		if r.checked = r.same; r.checked == nil {
			r.checked = ask(r.check, &r.checks)
		}
	}
	if r.rows.n == 0 {
		r.err = io.EOF
		if r.checked != nil {
			if err := r.checked.wait(r.ctx); err != nil {
				r.err = r.wrap(err)
			}
		}
		return nil, r.err
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
	if buffer := r.buffer; buffer != nil && !r.d.pinned {
		answers.Put(&buffer)
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
				r.askAhead(p)
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

// fetchOnce returns the answer for the offset wanted, from what was asked ahead if that is it.
func (r *reader) fetchOnce() (*fetched, error) {
	if next := r.next; next != nil {
		r.next = nil
		<-next.done
		if next.offset == r.d.offset && !r.fresh {
			r.buffer = next.buffer
			return next.answer, next.err
		}
	}
	r.same = nil
	p, buffer, err := r.fetchAt(r.d.offset, r.max, r.fresh)
	r.buffer = buffer
	return p, err
}

// An ahead is an answer that is fetched while the one before it is decoded.
type ahead struct {
	offset int64
	done   chan struct{}
	answer *fetched
	buffer []byte
	err    error
}

// askAhead asks for what follows an answer.
func (r *reader) askAhead(p *fetched) {
	offset := offsetAfter(p.records)
	if offset <= r.d.offset || offset >= r.d.until {
		return
	}
	r.same = nil
	next := &ahead{offset: offset, done: make(chan struct{})}
	r.next = next
	limit := r.max
	go func() {
		defer close(next.done)
		next.answer, next.buffer, next.err = r.fetchAt(offset, limit, false)
	}()
}

// fetchAt sends one request. It changes nothing in r.
func (r *reader) fetchAt(offset int64, limit int32, fresh bool) (*fetched, []byte, error) {
	node, err := r.client.leader(r.ctx, r.tp, fresh)
	if err != nil {
		return nil, nil, err
	}
	var buffer []byte
	parts, err := r.client.fetch(r.ctx, node, []fetchPosition{{r.tp, offset, limit}}, fetchOptions{
		committed: r.d.committed,
		wait:      500 * time.Millisecond,
		minBytes:  1,
		buffer: func(n int) []byte {
			buffer = *answers.Get().(*[]byte)
			if cap(buffer) < n {
				buffer = newBlock(n)
			}
			buffer = buffer[:n]
			return buffer
		},
	})
	if err != nil {
		return nil, nil, err // the connection may still be writing to buffer: not to be reused
	}
	if len(parts) != 1 || parts[0].tp != r.tp {
		return nil, nil, fmt.Errorf("answer to %v without the partition asked for", r.tp)
	}
	return &parts[0], buffer, brokerError(parts[0].err)
}
