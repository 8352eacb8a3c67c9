package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/progress"
)

const second = time.Second

// numbers is a source of the numbers 0, 1, …: what was received so far is a number too.
type numbers struct {
	mu        sync.Mutex
	received  int64
	committed int64
	stopped   bool
	closed    bool
	fail      error
	rate      float64
}

var (
	_ connector.Source  = (*numbers)(nil)
	_ connector.Counter = (*numbers)(nil)
	_ Throttle          = (*numbers)(nil)
)

func (s *numbers) receive(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received += n
}

func (s *numbers) with(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func position(o connector.Offset) int64 {
	n, _ := strconv.ParseInt(string(o), 10, 64) // nil is 0
	return n
}

func (s *numbers) Columns() []connector.Column { return nil }

func (s *numbers) Latest(_ context.Context, from connector.Offset, limit connector.Limit) (connector.Offset, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return nil, s.fail
	}
	to := s.received
	if limit.Rows > 0 {
		to = min(to, position(from)+limit.Rows)
	}
	if to == position(from) {
		return from, nil
	}
	return json.RawMessage(strconv.FormatInt(to, 10)), nil
}

func (s *numbers) Splits(from, to connector.Offset) ([]connector.Split, error) { return nil, nil }
func (s *numbers) Count(from, to connector.Offset) int64                       { return position(to) - position(from) }
func (s *numbers) Commit(to connector.Offset) error {
	s.with(func() { s.committed = position(to) })
	return nil
}
func (s *numbers) Close() error              { s.with(func() { s.closed = true }); return nil }
func (s *numbers) String() string            { return "numbers" }
func (s *numbers) SetRate(perSecond float64) { s.with(func() { s.rate = perSecond }) }

// receiving is numbers that can be told to stop.
type receiving struct {
	numbers
	last int64 // comes while it is being stopped
}

func (s *receiving) Stop(context.Context) error {
	s.with(func() { s.stopped, s.received = true, s.received+s.last })
	return nil
}

// bench runs a loop on a manual clock and records what happens.
type bench struct {
	t     *testing.T
	clock *ManualClock
	src   *numbers
	loop  *Loop

	mu  sync.Mutex
	log []string
}

const start = 1_000_500 // ms: half a second before a multiple of the interval

func newBench(t *testing.T) *bench {
	return &bench{t: t, clock: NewManualClock(time.UnixMilli(start)), src: &numbers{}}
}

func (b *bench) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.log = append(b.log, fmt.Sprintf(format, args...))
}

func (b *bench) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := strings.Join(b.log, " ")
	b.log = nil
	return s
}

// start starts a loop with one output that notes the batch and its range.
func (b *bench) start(change func(*Config), outputs ...func(*Batch) error) {
	cfg := Config{ID: "s", Interval: second, Clock: b.clock, First: First(b.clock, second),
		Inputs: []*Input{{Name: "numbers", Source: b.src}},
		Failed: func(x *Batch, err error) { b.note("failed(%d: %v)", x.Time, err) }}
	if outputs == nil {
		outputs = append(outputs, func(x *Batch) error {
			b.note("%d[%d,%d)", x.Time, position(x.Ranges[0].From), position(x.Ranges[0].To))
			return nil
		})
	}
	for i, f := range outputs {
		cfg.Outputs = append(cfg.Outputs, Output{Name: fmt.Sprint("out", i), Run: func(_ context.Context, x *Batch) error { return f(x) }})
	}
	if change != nil {
		change(&cfg)
	}
	b.loop = Start(cfg)
	b.t.Cleanup(func() { _ = b.loop.Stop(b.context(), false) })
}

func (b *bench) context() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*second)
	b.t.Cleanup(cancel)
	return ctx
}

func (b *bench) advance(d time.Duration) {
	b.t.Helper()
	b.clock.Advance(d)
	if err := b.loop.Settle(b.context()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) expect(want string) {
	b.t.Helper()
	if got := b.take(); got != want {
		b.t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestBatchTimesAreMultiplesOfTheInterval(t *testing.T) {
	b := newBench(t)
	b.start(nil)
	b.advance(0)
	b.expect("")
	b.src.receive(2)
	b.advance(500 * time.Millisecond)
	b.expect("1001000[0,2)")
	b.src.receive(3)
	b.advance(second - 1)
	b.expect("")
	b.advance(1)
	b.expect("1002000[2,5)")
	b.advance(second)
	b.expect("1003000[5,5)")
	if b.src.committed != 5 {
		t.Errorf("committed %d", b.src.committed)
	}
}

func TestFirstBatchIsAfterTheStart(t *testing.T) {
	c := NewManualClock(time.UnixMilli(5000))
	if got := First(c, second); got != 6000 {
		t.Errorf("started at a multiple of the interval: first batch %d, Spark has the next multiple, 6000", got)
	}
}

func TestLateBatchesCatchUpInOrderAndDoNotOverlap(t *testing.T) {
	b := newBench(t)
	gate, entered := make(chan struct{}), make(chan int64, 10)
	var running int
	b.start(nil, func(x *Batch) error {
		if running++; running != 1 {
			t.Error("two batches at once")
		}
		entered <- x.Time
		<-gate
		b.note("%d[%d,%d)", x.Time, position(x.Ranges[0].From), position(x.Ranges[0].To))
		running--
		return nil
	})
	b.src.receive(1)
	b.clock.Advance(500 * time.Millisecond)
	<-entered
	for i := range int64(3) {
		b.src.receive(10)
		b.clock.Advance(second)
		waitFor(t, b, func(s Stats) bool { return s.Generated == 2+i })
	}
	if q := b.loop.Stats().Queued; q != 3 {
		t.Errorf("%d batches wait, want 3", q)
	}
	close(gate)
	b.advance(0)
	// Each batch has what had been received when its time came, however late it runs.
	b.expect("1001000[0,1) 1002000[1,11) 1003000[11,21) 1004000[21,31)")
	last := b.loop.Stats().Last
	if last.SchedulingDelay() != 0 || b.loop.Stats().Completed != 4 {
		t.Errorf("last batch: %+v", last)
	}
}

func waitFor(t *testing.T, b *bench, is func(Stats) bool) {
	t.Helper()
	err := b.loop.wait(b.context(), func() bool { s := b.loop.stats; s.Queued, s.Next = len(b.loop.queue), b.loop.next; return is(s) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestDelays(t *testing.T) {
	b := newBench(t)
	entered, gate := make(chan struct{}), make(chan struct{})
	b.start(nil, func(x *Batch) error {
		if x.Time == 1001000 {
			close(entered)
			<-gate
		}
		return nil
	})
	b.clock.Advance(500 * time.Millisecond)
	<-entered
	b.clock.Advance(second)
	waitFor(t, b, func(s Stats) bool { return s.Generated == 2 })
	b.clock.Advance(300 * time.Millisecond)
	close(gate)
	b.advance(0)
	last := b.loop.Stats().Last
	if last.Time != 1002000 || last.SchedulingDelay() != 300*time.Millisecond || last.ProcessingTime() != 0 {
		t.Errorf("batch %d: scheduling delay %v, processing time %v; want 300ms, 0", last.Time, last.SchedulingDelay(), last.ProcessingTime())
	}
}

func TestEvents(t *testing.T) {
	b := newBench(t)
	bus := &progress.Bus{}
	remove := bus.Listen("test", func(e progress.Event) {
		switch e := e.(type) {
		case progress.BatchSubmitted:
			b.note("submitted %d rows=%d outputs=%d", e.BatchTime, e.Inputs[0].Rows, e.Outputs)
		case progress.BatchStarted:
			b.note("started")
		case progress.OutputOpStarted:
			b.note("op%d started", e.Op.ID)
		case progress.OutputOpCompleted:
			b.note("op%d completed%s jobs=%v", e.Op.ID, e.Op.Err, e.Op.Jobs)
		case progress.BatchCompleted:
			b.note("completed outputs=%d %s", len(e.Outputs), e.Outputs[1].Err)
		}
	})
	b.start(func(c *Config) { c.Bus, c.Failed = bus, nil },
		func(x *Batch) error { x.Job(7); x.Job(8); return nil },
		func(*Batch) error { return errors.New("(no)") })
	b.src.receive(4)
	b.advance(500 * time.Millisecond)
	remove()
	b.expect("submitted 1001000 rows=4 outputs=2 started op0 started op0 completed jobs=[7 8] op1 started op1 completed(no) jobs=[] completed outputs=2 (no)")
}

func TestFailureIsReportedAndTheStreamGoesOn(t *testing.T) {
	b := newBench(t)
	b.start(nil,
		func(x *Batch) error {
			if x.Time == 1002000 {
				panic(errors.New("boom"))
			}
			return nil
		},
		func(x *Batch) error { b.note("second %d", x.Time); return nil })
	b.src.receive(3)
	b.advance(500 * time.Millisecond)
	b.src.receive(2)
	b.advance(second)
	b.src.receive(1)
	b.advance(second)
	b.expect("second 1001000 failed(1002000: boom) second 1002000 second 1003000")
	if s := b.loop.Stats(); s.Failed != 1 || s.FailedRows != 2 || s.Rows != 6 || s.Completed != 3 {
		t.Errorf("%+v", s)
	}
	if err := b.loop.Await(b.context()); err == nil || err.Error() != "boom" {
		t.Errorf("Await: %v, want the failure", err)
	}
	ctx, cancel := context.WithCancel(b.context())
	cancel()
	if err := b.loop.Await(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Await after the failure was told: %v, want that of its context", err)
	}
	if b.src.committed != 6 {
		t.Errorf("committed %d", b.src.committed)
	}
}

func TestStopOnFailure(t *testing.T) {
	b := newBench(t)
	b.start(func(c *Config) { c.StopOnFailure = true }, func(x *Batch) error {
		if x.Time == 1002000 {
			return errors.New("boom")
		}
		return nil
	})
	b.src.receive(3)
	b.advance(500 * time.Millisecond)
	b.src.receive(2)
	b.clock.Advance(second)
	<-b.loop.Done()
	if err := b.loop.Err(); err == nil || err.Error() != "boom" {
		t.Errorf("ended with %v", err)
	}
	if b.src.committed != 3 || !b.src.closed {
		t.Errorf("committed %d, want what came before the failed batch; closed %v", b.src.committed, b.src.closed)
	}
}

func TestInputThatFailsLosesNothing(t *testing.T) {
	b := newBench(t)
	b.start(nil)
	b.src.receive(3)
	b.src.with(func() { b.src.fail = errors.New("unreachable") })
	b.advance(500 * time.Millisecond)
	b.src.with(func() { b.src.fail = nil })
	b.advance(second)
	b.expect("failed(1001000: numbers: unreachable) 1001000[0,0) 1002000[0,3)")
}

func TestGracefulStopProcessesWhatWasReceived(t *testing.T) {
	b := newBench(t)
	src := &receiving{last: 2}
	gate, entered := make(chan struct{}), make(chan struct{}, 10)
	b.start(func(c *Config) { c.Inputs[0].Source, c.Inputs[0].Limit = src, connector.Limit{Rows: 4} }, func(x *Batch) error {
		entered <- struct{}{}
		<-gate
		b.note("%d[%d,%d)", x.Time, position(x.Ranges[0].From), position(x.Ranges[0].To))
		return nil
	})
	src.receive(9)
	b.clock.Advance(500 * time.Millisecond)
	<-entered
	stopped := make(chan error)
	go func() { stopped <- b.loop.Stop(b.context(), true) }()
	waitFor(t, b, func(s Stats) bool { return s.Generated == 2 })
	close(gate)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	// The last batch takes all there is, also what came while the receiver was stopping, and is not held to the limit.
	b.expect("1001000[0,4) 1002000[4,11)")
	if src.committed != 11 || !src.stopped || !src.closed {
		t.Errorf("%+v", &src.numbers)
	}
}

func TestGracefulStopWithNothingLeftMakesNoBatch(t *testing.T) {
	b := newBench(t)
	b.start(func(c *Config) { c.Inputs[0].Source = &receiving{} })
	if err := b.loop.Stop(b.context(), true); err != nil {
		t.Error(err)
	}
	b.expect("")
}

func TestImmediateStopCancelsTheBatchAndTellsWhatIsLeft(t *testing.T) {
	b := newBench(t)
	entered := make(chan struct{}, 10)
	b.start(func(c *Config) {
		c.Outputs = []Output{{Name: "slow", Run: func(ctx context.Context, x *Batch) error {
			entered <- struct{}{}
			<-ctx.Done()
			return context.Cause(ctx)
		}}}
	})
	b.src.receive(5)
	b.clock.Advance(500 * time.Millisecond)
	<-entered
	b.src.receive(5)
	b.clock.Advance(second)
	waitFor(t, b, func(s Stats) bool { return s.Generated == 2 })
	err := b.loop.Stop(b.context(), false)
	if err == nil || err.Error() != "2 batches with 10 rows were not processed" {
		t.Errorf("Stop: %v", err)
	}
	if b.src.committed != 0 {
		t.Errorf("committed %d of batches that were not processed", b.src.committed)
	}
	b.expect("") // being stopped is not a failure
}

func TestGracefulStopEndsAtItsDeadline(t *testing.T) {
	b := newBench(t)
	entered := make(chan struct{})
	b.start(func(c *Config) {
		c.Outputs = []Output{{Name: "slow", Run: func(ctx context.Context, x *Batch) error {
			close(entered)
			<-ctx.Done()
			return context.Cause(ctx)
		}}}
	})
	b.clock.Advance(500 * time.Millisecond)
	<-entered
	ctx, cancel := context.WithCancel(b.context())
	cancel() // the deadline is over at once
	if err := b.loop.Stop(ctx, true); err == nil || !strings.Contains(err.Error(), "1 batches") {
		t.Errorf("Stop: %v", err)
	}
}

func TestQuitFromAnOutputEndsTheLoopAfterTheBatch(t *testing.T) {
	b := newBench(t)
	b.start(nil,
		func(x *Batch) error { b.loop.Quit(); return nil },
		func(x *Batch) error { b.note("rest of %d", x.Time); return nil })
	b.src.receive(1)
	b.clock.Advance(500 * time.Millisecond)
	<-b.loop.Done()
	b.expect("rest of 1001000")
	if b.src.committed != 1 {
		t.Errorf("committed %d: the batch was complete", b.src.committed)
	}
}

func TestBackpressureFollowsTheProcessingRate(t *testing.T) {
	b := newBench(t)
	entered, gate := make(chan struct{}), make(chan struct{})
	b.start(func(c *Config) {
		pid := PID{Proportional: 1, Integral: 0.2, MinRate: 10}
		c.Inputs[0].PID, c.Inputs[0].Start = &pid, 1000
		c.Outputs = []Output{{Run: func(_ context.Context, x *Batch) error {
			b.note("%d", x.Rows())
			entered <- struct{}{}
			<-gate
			return nil
		}}}
	})
	b.src.receive(100_000)
	step := func(processing time.Duration) {
		<-entered
		b.clock.Advance(processing)
		gate <- struct{}{}
		if err := b.loop.Settle(b.context()); err != nil {
			t.Fatal(err)
		}
	}
	b.clock.Advance(500 * time.Millisecond)
	step(500 * time.Millisecond) // 1000 rows at 2000 a second
	b.clock.Advance(500 * time.Millisecond)
	step(800 * time.Millisecond) // 2000 rows at 2500 a second
	b.clock.Advance(200 * time.Millisecond)
	step(900 * time.Millisecond)
	b.expect("1000 2000 2500")
	if b.src.rate == 0 {
		t.Error("the receiver was not told its rate")
	}
	if err := b.loop.Stop(b.context(), false); err != nil {
		t.Error(err)
	}
}

// The figures are those of the formula of Spark's PIDRateEstimator, worked out by hand.
func TestRateEstimator(t *testing.T) {
	e := newRateEstimator(PID{Proportional: 1, Integral: 0.2, Derived: 0.5, MinRate: 20}, 1000)
	for _, step := range []struct {
		at, rows            int64
		processing, waiting float64
		want                float64
		ok                  bool
	}{
		{1000, 0, 100, 0, 0, false},
		{1000, 1000, 500, 0, 2000, true},  // the first batch sets the rate
		{1000, 1000, 500, 0, 0, false},    // not after the last
		{2000, 1000, 1000, 0, 500, true},  // 2000 - 1*1000 - 0 - 0.5*1000/1
		{3000, 500, 500, 100, 1230, true}, // error -500, backlog 100: 500 + 500 - 20 + 0.5*1500/1, less 0
		{4000, 1, 1000, 5000, 20, true},   // never below the least
	} {
		got, ok := e.compute(step.at, step.rows, step.processing, step.waiting)
		if ok != step.ok || got != step.want && step.at != 3000 {
			t.Errorf("%+v: got %v, %v", step, got, ok)
		}
		if step.at == 3000 && got != 500+500-0.2*100+0.5*1500 {
			t.Errorf("%+v: got %v", step, got)
		}
	}
}

func TestClocks(t *testing.T) {
	now := System.Now()
	select {
	case <-System.At(now.Add(-second)):
	default:
		t.Error("a moment in the past is not ready at once")
	}
	c := NewManualClock(now)
	later := c.At(now.Add(second))
	c.Advance(second - 1)
	select {
	case <-later:
		t.Error("ready too early")
	default:
	}
	c.Advance(1)
	<-later
	if !reflect.DeepEqual(c.waiting, map[chan struct{}]time.Time{}) {
		t.Error("the clock keeps what is over")
	}
}
