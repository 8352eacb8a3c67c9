package receiver

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"gospark/runtime/batch"
)

// The delay before a receiver is run again doubles from firstDelay to maxDelay. Up to a quarter is taken off at random,
// so that several receivers of one sender that came back do not all come at once.
const (
	firstDelay = 100 * time.Millisecond
	maxDelay   = 5 * time.Second
)

// A Phase is what a receiver does.
type Phase int

const (
	Connected Phase = iota // it reads
	Lost                   // it failed, and is run again after a delay
	Ended                  // its input has come to its end
	Stopped                // it was told to stop
)

var phaseNames = [...]string{"connected", "lost", "ended", "stopped"}

func (p Phase) String() string { return phaseNames[p] }

// A State is reported at every change. After Lost, Err says why, Retry how long until it is run again, and Attempt how
// often it has failed since it was last connected: 1 is news, more is a repetition.
type State struct {
	Phase   Phase
	Err     error
	Retry   time.Duration
	Attempt int
}

// A PanicError is a panic in a receiver, with its stack.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// supervisor runs a receiver again and again.
type supervisor struct {
	receiver Receiver
	store    func(context.Context, *batch.Batch) error
	report   func(State)
	clock    Clock
	jitter   func() float64
	restarts atomic.Int64
}

func (s *supervisor) run(ctx context.Context) {
	for failures := 1; ; failures++ {
		connected, err := s.once(ctx)
		if ctx.Err() != nil {
			s.report(State{Phase: Stopped})
			return
		}
		if err == nil {
			s.report(State{Phase: Ended})
			return
		}
		if connected {
			failures = 1
		}
		delay := s.delay(failures)
		s.report(State{Phase: Lost, Err: err, Retry: delay, Attempt: failures})
		select {
		case <-ctx.Done():
			s.report(State{Phase: Stopped})
			return
		case <-s.clock.After(delay):
			s.restarts.Add(1)
		}
	}
}

func (s *supervisor) delay(failures int) time.Duration {
	d := maxDelay
	if failures < 10 {
		d = min(firstDelay<<(failures-1), maxDelay)
	}
	return d - time.Duration(s.jitter()*float64(d)/4)
}

func (s *supervisor) once(ctx context.Context) (connected bool, err error) {
	run := &attempt{supervisor: s}
	defer func() {
		connected = run.connected.Load()
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return false, s.receiver.Run(ctx, run)
}

// attempt is the sink of one run of the receiver.
type attempt struct {
	*supervisor
	connected atomic.Bool
}

var _ Sink = (*attempt)(nil)

func (a *attempt) Connected() {
	if !a.connected.Swap(true) {
		a.report(State{Phase: Connected})
	}
}

func (a *attempt) Store(ctx context.Context, b *batch.Batch) error { return a.store(ctx, b) }
