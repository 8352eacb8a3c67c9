package receiver

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

// The bounds of a buffer for which nothing was asked.
const (
	DefaultMaxRows  = 4 << 20
	DefaultMaxBytes = 256 << 20
)

// closeWait is how long Close waits for a receiver that was told to stop.
const closeWait = 10 * time.Second

// Options of a source. Only Columns is required.
type Options struct {
	Columns       []connector.Column
	MaxRows       int64       // held at most; 0: DefaultMaxRows
	MaxBytes      int64       // held at most; 0: DefaultMaxBytes
	Parallelism   int         // tasks a batch is cut for; 0: 1
	RowsPerSecond float64     // received at most; 0: unlimited
	Report        func(State) // called at each change of state, in order, from the receiver's goroutine; must not block
	Clock         Clock
	Jitter        func() float64 // in [0, 1)
}

// Stats are what a source did so far and holds now.
type Stats struct {
	Rows, Bytes         int64 // received
	HeldRows, HeldBytes int64
	Restarts            int64
	Waiting             time.Duration // for room in the buffer and for the rate limit: the sender was slowed down
}

// A Source runs a receiver and is the [connector.Source] of what it stores. Its offset is the number of the block at
// which a batch ends.
//
// Stop ends receiving and keeps what was received; Close ends everything.
type Source struct {
	name       string
	columns    []connector.Column
	buffer     *Buffer
	rate       *rateLimit
	supervisor *supervisor
	clock      Clock
	cancel     context.CancelFunc
	stopped    chan struct{}

	mu      sync.Mutex
	waiting time.Duration
}

var (
	_ connector.Source  = (*Source)(nil)
	_ connector.Waker   = (*Source)(nil)
	_ connector.Counter = (*Source)(nil)
)

// Start runs r on a goroutine that ends with Stop or Close.
func Start(r Receiver, o Options) *Source {
	if o.MaxRows <= 0 {
		o.MaxRows = DefaultMaxRows
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	if o.Report == nil {
		o.Report = func(State) {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Source{
		name: r.String(), columns: o.Columns, clock: o.Clock, cancel: cancel,
		buffer:  NewBuffer(o.MaxRows, o.MaxBytes, o.Parallelism),
		rate:    newRateLimit(o.Clock, o.RowsPerSecond),
		stopped: make(chan struct{}),
	}
	s.supervisor = &supervisor{receiver: r, store: s.store, report: o.Report, clock: o.Clock, jitter: o.Jitter}
	go func() {
		defer close(s.stopped)
		s.supervisor.run(ctx)
	}()
	return s
}

// store lets a batch through the rate limit, in pieces if need be, into the buffer.
func (s *Source) store(ctx context.Context, b *batch.Batch) error {
	if err := s.check(b); err != nil {
		return err
	}
	begin := s.clock.Now()
	defer func() {
		s.mu.Lock()
		s.waiting += s.clock.Now().Sub(begin)
		s.mu.Unlock()
	}()
	for lo, rows := 0, b.Rows(); lo < rows; {
		n, err := s.rate.wait(ctx, rows-lo)
		if err != nil {
			n = rows - lo // stopping: what was read is kept
		}
		part := b
		if n < rows {
			part = b.View(lo, lo+n)
		}
		if err := s.buffer.Store(ctx, part); err != nil && (ctx.Err() == nil || lo+n == rows) {
			return err
		}
		lo += n
	}
	return ctx.Err()
}

func (s *Source) check(b *batch.Batch) error {
	if len(b.Cols) != len(s.columns) {
		return fmt.Errorf("receiver %s: stored a batch of %d columns, not %d", s.name, len(b.Cols), len(s.columns))
	}
	for i, c := range s.columns {
		if t := b.Cols[i].Elem(); t != c.Elem {
			return fmt.Errorf("receiver %s: stored %v as column %q, which is %v", s.name, t, c.Name, c.Elem)
		}
	}
	return nil
}

// SetRate changes how many rows a second are received at most; 0 is unlimited.
func (s *Source) SetRate(rowsPerSecond float64) { s.rate.set(rowsPerSecond) }

// Stats says what the source did so far.
func (s *Source) Stats() Stats {
	held, total := s.buffer.volumes()
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{
		Rows: total.rows, Bytes: total.bytes, HeldRows: held.rows, HeldBytes: held.bytes,
		Restarts: s.supervisor.restarts.Load(), Waiting: s.waiting,
	}
}

// Stop tells the receiver to stop and waits for it. What it stored can still be read. The error says that it did not
// stop before ctx was done.
func (s *Source) Stop(ctx context.Context) error {
	s.cancel()
	select {
	case <-s.stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("receiver %s: does not stop: %w", s.name, ctx.Err())
	}
}

// Close stops the receiver and drops what it stored.
func (s *Source) Close() error {
	s.cancel()
	s.buffer.Close()
	select {
	case <-s.stopped:
		return nil
	case <-s.clock.After(closeWait):
		return fmt.Errorf("receiver %s: does not stop, after %v", s.name, closeWait)
	}
}

func (s *Source) Columns() []connector.Column { return s.columns }
func (s *Source) String() string              { return s.name }
func (s *Source) C() <-chan struct{}          { return s.buffer.wake }

func (s *Source) Latest(ctx context.Context, from connector.Offset, limit connector.Limit) (connector.Offset, error) {
	n, err := number(from)
	if err != nil {
		return nil, err
	}
	to, err := s.buffer.Latest(n, limit)
	if err != nil || to == n {
		return from, err
	}
	return json.RawMessage(strconv.FormatInt(to, 10)), nil
}

func (s *Source) Splits(from, to connector.Offset) ([]connector.Split, error) {
	m, n, err := interval(from, to)
	if err != nil {
		return nil, err
	}
	splits, err := s.buffer.Splits(m, n)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return splits, nil
}

func (s *Source) Count(from, to connector.Offset) int64 {
	m, n, err := interval(from, to)
	if err != nil {
		return -1
	}
	return s.buffer.Count(m, n)
}

func (s *Source) Commit(to connector.Offset) error {
	n, err := number(to)
	if err != nil {
		return err
	}
	return s.buffer.Commit(n)
}

// number is the block at which an offset ends a batch; before the first batch it is 0.
func number(o connector.Offset) (n int64, err error) {
	if o == nil {
		return 0, nil
	}
	if err := json.Unmarshal(o, &n); err != nil || n < 0 {
		return 0, fmt.Errorf("receiver: offset %s is not the number of a block", o)
	}
	return n, nil
}

func interval(from, to connector.Offset) (m, n int64, err error) {
	if m, err = number(from); err != nil {
		return 0, 0, err
	}
	n, err = number(to)
	return m, n, err
}
