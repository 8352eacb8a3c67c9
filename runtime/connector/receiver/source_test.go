package receiver

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

// A script is a receiver whose runs are given one by one.
type script chan func(context.Context, Sink) error

func (s script) String() string { return "script" }

func (s script) Run(ctx context.Context, sink Sink) error {
	select {
	case run := <-s:
		return run(ctx, sink)
	case <-ctx.Done():
		return ctx.Err()
	}
}

type rig struct {
	*Source
	clock  *manualClock
	runs   script
	states chan State
}

func start(t *testing.T, o Options) *rig {
	r := &rig{clock: newManualClock(), runs: make(script), states: make(chan State, 1000)}
	o.Columns = []connector.Column{{Name: "n", Elem: reflect.TypeFor[int]()}}
	o.Clock = r.clock
	o.Report = func(s State) { r.states <- s }
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 0 }
	}
	r.Source = Start(r.runs, o)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *rig) run(t *testing.T, f func(context.Context, Sink) error) {
	t.Helper()
	select {
	case r.runs <- f:
	case <-time.After(patience):
		t.Fatal("the receiver was not run")
	}
}

func (r *rig) all(t *testing.T) []int {
	t.Helper()
	to, err := r.Latest(t.Context(), nil, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	if to == nil {
		return nil
	}
	splits, err := r.Splits(nil, to)
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, splits)
	if n := r.Count(nil, to); n != int64(len(got)) {
		t.Fatalf("counted %d of %d", n, len(got))
	}
	return got
}

var errBroken = errors.New("broken")

func fails(context.Context, Sink) error { return errBroken }

func TestRestartsWithGrowingDelays(t *testing.T) {
	for _, c := range []struct {
		name   string
		jitter float64
		want   []time.Duration // in ms
	}{
		{"no jitter", 0, []time.Duration{100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000, 5000, 5000}},
		{"jitter", 0.8, []time.Duration{80, 160, 320, 640, 1280, 2560, 4000, 4000}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, Options{Jitter: func() float64 { return c.jitter }})
			for i, ms := range c.want {
				r.run(t, fails)
				want := State{Lost, errBroken, ms * time.Millisecond, i + 1}
				if got := receive(t, "state", r.states); got != want {
					t.Fatalf("%v, want %v", got, want)
				}
				if d := receive(t, "timer", r.clock.asked); d != want.Retry {
					t.Fatalf("waits %v", d)
				}
				r.clock.Advance(want.Retry)
			}
			r.run(t, func(_ context.Context, sink Sink) error {
				sink.Connected()
				sink.Connected()
				return errBroken
			})
			if got := receive(t, "state", r.states); got != (State{Phase: Connected}) {
				t.Fatal(got)
			}
			if got := receive(t, "state", r.states); got.Attempt != 1 || got.Retry != c.want[0]*time.Millisecond {
				t.Fatal("connecting did not reset the delay:", got)
			}
			if n := r.Stats().Restarts; n != int64(len(c.want)) {
				t.Fatal(n, "restarts")
			}
		})
	}
}

func TestAPanicIsAnError(t *testing.T) {
	r := start(t, Options{})
	r.run(t, func(context.Context, Sink) error { panic(errBroken) })
	s := receive(t, "state", r.states)
	var p *PanicError
	if s.Phase != Lost || !errors.As(s.Err, &p) || !errors.Is(s.Err, errBroken) {
		t.Fatal(s)
	}
	if !strings.Contains(string(p.Stack), "TestAPanicIsAnError") {
		t.Fatalf("the stack does not show the receiver:\n%s", p.Stack)
	}
}

func TestTheEndOfTheInputIsNotRunAgain(t *testing.T) {
	r := start(t, Options{})
	r.run(t, func(ctx context.Context, sink Sink) error { return sink.Store(ctx, ints(0, 3)) })
	if s := receive(t, "state", r.states); s != (State{Phase: Ended}) {
		t.Fatal(s)
	}
	if got := r.all(t); !slices.Equal(got, upTo(3)) {
		t.Fatal(got)
	}
	if err := r.Stop(t.Context()); err != nil || len(r.states) != 0 {
		t.Fatal(err, len(r.states))
	}
}

func TestStopKeepsWhatWasReceived(t *testing.T) {
	r := start(t, Options{MaxRows: 3})
	full := make(chan struct{})
	r.run(t, func(ctx context.Context, sink Sink) error {
		sink.Connected()
		if err := sink.Store(ctx, ints(0, 3)); err != nil {
			return err
		}
		close(full)
		return sink.Store(ctx, ints(3, 2))
	})
	<-full
	if err := r.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.all(t); !slices.Equal(got, upTo(5)) {
		t.Fatal(got)
	}
	receive(t, "connected", r.states)
	if s := receive(t, "stopped", r.states); s != (State{Phase: Stopped}) {
		t.Fatal(s)
	}
	if s := r.Stats(); s.Rows != 5 || s.HeldRows != 5 {
		t.Fatal(s)
	}
}

func TestAReceiverThatDoesNotStopIsNamed(t *testing.T) {
	r := start(t, Options{})
	release := make(chan struct{})
	r.run(t, func(context.Context, Sink) error { <-release; return nil })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Stop(ctx); err == nil || err.Error() != "receiver script: does not stop: context canceled" {
		t.Fatal(err)
	}
	closed := make(chan error)
	go func() { closed <- r.Source.Close() }()
	r.clock.Advance(receive(t, "timer", r.clock.asked))
	if err := receive(t, "close", closed); err == nil {
		t.Fatal("closed")
	}
	close(release)
}

func TestWakesUp(t *testing.T) {
	r := start(t, Options{})
	r.run(t, func(ctx context.Context, sink Sink) error {
		sink.Store(ctx, ints(0, 1))
		sink.Store(ctx, ints(1, 1))
		return nil
	})
	receive(t, "ended", r.states)
	receive(t, "wake", r.C())
	if got := r.all(t); !slices.Equal(got, upTo(2)) {
		t.Fatal(got)
	}
}

func TestWrongColumnsAreRefused(t *testing.T) {
	for want, b := range map[string]*batch.Batch{
		"receiver script: stored a batch of 2 columns, not 1":        batch.Of(batch.VecOf([]int{1}), batch.VecOf([]int{1})),
		`receiver script: stored string as column "n", which is int`: batch.Of(batch.VecOf([]string{"1"})),
	} {
		r := start(t, Options{})
		r.run(t, func(ctx context.Context, sink Sink) error { return sink.Store(ctx, b) })
		if s := receive(t, "state", r.states); s.Err == nil || s.Err.Error() != want {
			t.Error(s.Err)
		}
	}
}

func TestTheRateIsKept(t *testing.T) {
	r := start(t, Options{RowsPerSecond: 50})
	r.run(t, func(ctx context.Context, sink Sink) error { return sink.Store(ctx, ints(0, 12)) })
	for i, want := range []int{5, 10} { // a tenth of a second's rows at a time
		if d := receive(t, "timer", r.clock.asked); d != 100*time.Millisecond {
			t.Fatal(d)
		}
		if got := r.all(t); !slices.Equal(got, upTo(want)) {
			t.Fatal(i, got)
		}
		r.clock.Advance(100 * time.Millisecond)
	}
	receive(t, "ended", r.states)
	if got := r.all(t); !slices.Equal(got, upTo(12)) {
		t.Fatal(got)
	}
	if w := r.Stats().Waiting; w != 200*time.Millisecond {
		t.Fatal(w)
	}
}

func TestTheRateCanBeChangedWhileWaiting(t *testing.T) {
	r := start(t, Options{RowsPerSecond: 0.01})
	r.run(t, func(ctx context.Context, sink Sink) error { return sink.Store(ctx, ints(0, 2000)) })
	if d := receive(t, "timer", r.clock.asked); d != 100*time.Second {
		t.Fatal(d)
	}
	r.SetRate(0)
	receive(t, "ended", r.states)
	if got := r.all(t); len(got) != 2000 {
		t.Fatal(len(got))
	}
}

func TestStoppingDoesNotWaitForTheRate(t *testing.T) {
	r := start(t, Options{RowsPerSecond: 1})
	r.run(t, func(ctx context.Context, sink Sink) error { return sink.Store(ctx, ints(0, 100)) })
	receive(t, "timer", r.clock.asked)
	if err := r.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.all(t); !slices.Equal(got, upTo(100)) {
		t.Fatal(len(got))
	}
}

func TestOffsets(t *testing.T) {
	r := start(t, Options{})
	if to, err := r.Latest(t.Context(), nil, connector.Limit{}); to != nil || err != nil {
		t.Fatalf("%s, %v: nothing was received", to, err)
	}
	r.run(t, func(ctx context.Context, sink Sink) error { return sink.Store(ctx, ints(0, 3)) })
	receive(t, "ended", r.states)
	to, err := r.Latest(t.Context(), nil, connector.Limit{})
	if string(to) != "1" || err != nil {
		t.Fatalf("%s, %v", to, err)
	}
	if again, err := r.Latest(t.Context(), to, connector.Limit{}); string(again) != "1" || err != nil {
		t.Fatalf("%s, %v", again, err)
	}
	if err := r.Commit(to); err != nil || r.Stats().HeldRows != 0 {
		t.Fatal(err, r.Stats())
	}
	for _, bad := range []string{`"1"`, `{}`, `-1`, `1.5`} {
		if _, err := r.Latest(t.Context(), json.RawMessage(bad), connector.Limit{}); err == nil {
			t.Error("taken for an offset:", bad)
		}
	}
}
