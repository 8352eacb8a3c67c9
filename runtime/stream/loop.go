// Package stream turns an endless input into batches: the micro-batch loop.
//
// A [Loop] has two goroutines. The generator waits for the next multiple of the interval and fixes the input of a batch:
// how far each [Input] is read. The runner takes the batches in order, one at a time, and runs the outputs of each, in
// order of definition. A slow batch delays those behind it, which are then run one after another without a pause;
// batches never overlap, and none is skipped.
//
// When a batch has completed, its input is committed. An output that fails, fails its batch: the error is reported and
// kept for [Loop.Await], the other outputs run, and so do the batches that follow. A failed batch is committed too,
// unless StopOnFailure is set.
//
// [Loop.Stop] with graceful set ends receiving, makes a last batch of what was received, and lets all batches run.
// Otherwise it cancels the running batch; batches that were not run are counted in the error.
package stream

import (
	"context"
	"fmt"
	"sync"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/progress"
)

// An Output is run in each batch. Run has the batch to itself; it is called with a context that ends when the loop is
// stopped before the batch is done.
type Output struct {
	Name        string // such as "print at snippet:4"
	Description string
	Run         func(ctx context.Context, b *Batch) error
}

// Config is what a loop is made of. Fixed, Finish, Completed and Failed may be nil.
type Config struct {
	ID       string // in events
	Interval time.Duration
	Clock    Clock
	Bus      *progress.Bus
	Inputs   []*Input
	Outputs  []Output
	First    int64 // time of the first batch in ms, see [First]
	// Fixed is called on the generator's goroutine when the input of a batch has been fixed, before the batch can run.
	Fixed func(b *Batch)
	// Finish is called when the outputs have run, on their goroutine, before the input is committed.
	Finish func(ctx context.Context, b *Batch) error
	// Completed is called when a batch is done.
	Completed func(b *Batch)
	// Failed is told every failure: of an output, or of an input (then b.Started is zero).
	Failed        func(b *Batch, err error)
	StopOnFailure bool
}

// A Loop is one run of a stream.
type Loop struct {
	cfg        Config
	intervalMs int64

	ctx    context.Context
	cancel context.CancelCauseFunc
	drain  chan struct{} // closed: no more batches but those for what was received
	done   chan struct{} // closed: both goroutines have ended
	once   sync.Once

	mu       sync.Mutex
	changed  *sync.Cond
	next     int64 // time of the next batch to generate
	ended    bool  // no more batches will be generated
	queue    []*Batch
	running  *Batch
	stats    Stats
	failures []error // not yet returned by Await
	enough   bool    // the running batch is the last
	over     bool    // done is closed
	leftover []error // what could not be ended
}

// Stats are figures of a loop.
type Stats struct {
	Generated, Completed, Failed int64 // batches
	Rows, FailedRows             int64 // of completed batches, and of those that failed
	Queued                       int   // batches that wait, without the running one
	Last                         *Batch
	Next                         int64 // ms
}

// First is the time, in ms, of the first batch of a loop that starts now: the next multiple of the interval.
func First(c Clock, interval time.Duration) int64 {
	ms := interval.Milliseconds()
	return (c.Now().UnixMilli()/ms + 1) * ms
}

// Start runs a loop.
func Start(cfg Config) *Loop {
	l := &Loop{cfg: cfg, intervalMs: cfg.Interval.Milliseconds(), drain: make(chan struct{}), done: make(chan struct{})}
	l.changed = sync.NewCond(&l.mu)
	l.ctx, l.cancel = context.WithCancelCause(context.Background())
	for _, in := range cfg.Inputs {
		in.start(l.intervalMs)
	}
	l.next = cfg.First
	ran := make(chan struct{})
	go func() {
		l.generate()
		<-ran
		l.close()
	}()
	go func() {
		l.run()
		close(ran)
	}()
	return l
}

// Done is closed when the loop has ended.
func (l *Loop) Done() <-chan struct{} { return l.done }

// Err is why the loop ended by itself, nil if it was told to.
func (l *Loop) Err() error {
	if err := context.Cause(l.ctx); err != ErrStopped {
		return err
	}
	return nil
}

// Stats are the figures now.
func (l *Loop) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stats
	s.Queued, s.Next = len(l.queue), l.next
	return s
}

func (l *Loop) generate() {
	defer l.end()
	for {
		for {
			next := l.due()
			if next == 0 {
				break
			}
			if l.stopping() {
				l.drainInputs()
				return
			}
			l.fix(next, false)
		}
		select {
		case <-l.cfg.Clock.At(time.UnixMilli(l.Stats().Next)):
		case <-l.drain:
			l.drainInputs()
			return
		case <-l.ctx.Done():
			return
		}
	}
}

// due is the time of the batch whose time has come, or 0.
func (l *Loop) due() int64 {
	now := l.cfg.Clock.Now().UnixMilli()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next <= now {
		return l.next
	}
	return 0
}

func (l *Loop) stopping() bool {
	select {
	case <-l.drain:
		return true
	case <-l.ctx.Done():
		return true
	default:
		return false
	}
}

// fix makes the batch of time t. The last batch takes all there is of inputs that were stopped.
func (l *Loop) fix(t int64, last bool) {
	b := &Batch{Time: t, Ranges: make([]Range, len(l.cfg.Inputs))}
	for i, in := range l.cfg.Inputs {
		var err error
		if _, stopped := in.Source.(Stopper); stopped && last {
			b.Ranges[i], err = in.take(l.ctx, connector.Limit{})
		} else {
			b.Ranges[i], err = in.fix(l.ctx)
		}
		if err != nil && l.ctx.Err() == nil {
			l.fail(b, err)
		}
	}
	b.Outputs = make([]progress.OutputOp, len(l.cfg.Outputs))
	for i, o := range l.cfg.Outputs {
		b.Outputs[i] = progress.OutputOp{ID: i, Name: o.Name, Description: o.Description}
	}
	if l.cfg.Fixed != nil {
		l.cfg.Fixed(b)
	}
	b.Submitted = l.cfg.Clock.Now()
	l.cfg.Bus.Emit(progress.BatchSubmitted{Context: l.cfg.ID, BatchTime: t, Submitted: b.Submitted, Inputs: b.inputs(), Outputs: len(b.Outputs)})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append(l.queue, b)
	l.next = t + l.intervalMs
	l.stats.Generated++
	l.changed.Broadcast()
}

// drainInputs ends receiving and makes batches of what was received and not yet in one.
func (l *Loop) drainInputs() {
	if l.ctx.Err() != nil || l.satisfied() {
		return
	}
	left := false
	for _, in := range l.cfg.Inputs {
		s, ok := in.Source.(Stopper)
		if !ok {
			continue
		}
		if err := s.Stop(l.ctx); err != nil {
			l.leave(err)
		}
		to, err := in.Source.Latest(l.ctx, in.From, connector.Limit{})
		left = left || err == nil && string(to) != string(in.From)
	}
	if left {
		l.fix(l.Stats().Next, true)
	}
}

func (l *Loop) satisfied() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.enough
}

func (l *Loop) leave(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leftover = append(l.leftover, err)
}

func (l *Loop) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.changed.Broadcast()
}

// fail reports a failure and keeps it for Await.
func (l *Loop) fail(b *Batch, err error) {
	l.mu.Lock()
	if b.Err == nil {
		b.Err = err
	}
	l.failures = append(l.failures, err)
	if n := len(l.failures); n > maxFailures {
		l.failures = l.failures[n-maxFailures:]
	}
	l.changed.Broadcast()
	l.mu.Unlock()
	if l.cfg.Failed != nil {
		l.cfg.Failed(b, err)
	}
}

// maxFailures bounds what is kept for Await while nobody waits.
const maxFailures = 16

func (l *Loop) close() {
	for _, in := range l.cfg.Inputs {
		if err := in.Source.Close(); err != nil {
			l.leave(fmt.Errorf("%s: %w", in.Name, err))
		}
	}
	l.cancel(ErrStopped)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	close(l.done)
	l.changed.Broadcast()
}
