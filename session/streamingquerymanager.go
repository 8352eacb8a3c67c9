package session

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"gospark/runtime/op"
	"gospark/runtime/progress"
)

// A StreamingQueryManager has the streaming queries of a session.
type StreamingQueryManager struct {
	spark  *SparkSession
	closer sync.Once
	held   heldRegistry
	memory struct {
		sync.Mutex
		streams []*MemoryStream
	}

	mu        sync.Mutex
	queries   []*StreamingQuery // the running ones, and those that have ended, the oldest first
	ended     chan struct{}     // closed, and made anew, when a query ends
	last      *StreamingQuery   // that has ended since ResetTerminated
	listeners []*queryListener
}

// retainedQueries is how many queries that have ended are remembered.
const retainedQueries = 100

func newStreams(s *SparkSession) *StreamingQueryManager {
	return &StreamingQueryManager{spark: s, ended: make(chan struct{})}
}

// Streams is the session's streaming queries.
func (s *SparkSession) Streams() *StreamingQueryManager { return s.streams }

// add takes a query in that was started; m.mu is held.
func (m *StreamingQueryManager) add(q *StreamingQuery) {
	m.queries = append(m.queries, q)
	m.closer.Do(func() { m.spark.sc.onStop(m.stopAll) })
	go m.watch(q)
}

// supersede lists a run in the place of the one that was stopped for it, whose names go on to mean it.
func (m *StreamingQueryManager) supersede(stopped, run *StreamingQuery) {
	stopped.next.Store(run)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queries = slices.DeleteFunc(m.queries, func(q *StreamingQuery) bool { return q == stopped })
}

// watch notes the end of a query, and tells the user of a failure.
func (m *StreamingQueryManager) watch(q *StreamingQuery) {
	<-q.q.Done()
	_, _ = q.console.resume(m.spark.sc.cfg.Out) // what is held back must not be lost
	if f := q.q.Failure(); f != nil {
		m.spark.sc.cfg.Notice(fmt.Sprintf("%s failed in batch %d: %v", q.label(), f.Batch, f.Cause))
	}
	if err := q.q.Left(); err != nil {
		m.spark.sc.cfg.Notice(fmt.Sprintf("%s: %v", q.label(), err))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = q
	close(m.ended)
	m.ended = make(chan struct{})
	over := 0
	for _, x := range m.queries {
		if !x.q.Active() {
			over++
		}
	}
	if over > retainedQueries {
		i := slices.IndexFunc(m.queries, func(x *StreamingQuery) bool { return !x.q.Active() })
		m.queries = slices.Delete(m.queries, i, i+1)
	}
}

// named is the running query of a name; m.mu is held.
func (m *StreamingQueryManager) named(name string) *StreamingQuery {
	for _, q := range m.queries {
		if q.name == name && q.q.Active() {
			return q
		}
	}
	return nil
}

// All lists the queries, with those that have ended, the oldest first.
func (m *StreamingQueryManager) All() []*StreamingQuery {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.queries)
}

// Active lists the running queries.
func (m *StreamingQueryManager) Active() []*StreamingQuery {
	return slices.DeleteFunc(m.All(), func(q *StreamingQuery) bool { return !q.q.Active() })
}

// Get is the running query of an id, nil if there is none.
func (m *StreamingQueryManager) Get(id string) *StreamingQuery {
	for _, q := range m.Active() {
		if q.ID() == id {
			return q
		}
	}
	return nil
}

// AwaitAnyTermination waits until a query has ended, at once if one has since the start or ResetTerminated, and fails if it
// failed. With a timeout it tells whether one has ended. Ctrl-C ends the wait; the queries go on.
func (m *StreamingQueryManager) AwaitAnyTermination(timeout ...any) bool {
	ctx := m.spark.sc.scope().ctx
	if len(timeout) > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, parseDuration("AwaitAnyTermination", "timeout", timeout[0]), errWaited)
		defer cancel()
	}
	for {
		m.mu.Lock()
		last, ended := m.last, m.ended
		m.mu.Unlock()
		if last != nil {
			if f := last.q.Failure(); f != nil {
				raiseFailure(f)
			}
			return true
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return awaited("AwaitAnyTermination", ctx, context.Cause(ctx))
		}
	}
}

// ResetTerminated forgets the queries that have ended, so that AwaitAnyTermination waits for the next.
func (m *StreamingQueryManager) ResetTerminated() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = nil
}

// stopAll stops the queries of a SparkContext that is being stopped.
func (m *StreamingQueryManager) stopAll(ctx context.Context) error {
	active := m.Active()
	errs := make([]error, len(active))
	var all sync.WaitGroup
	for i, q := range active {
		all.Go(func() { errs[i] = q.stop(ctx) })
	}
	all.Wait()
	m.mu.Lock()
	listeners := m.listeners
	m.listeners = nil
	m.mu.Unlock()
	for _, l := range listeners {
		l.remove()
	}
	return errors.Join(errs...)
}

// A StreamingQueryListener is told what happens to streaming queries, in order, on a goroutine of its own. One that is too
// slow loses events and does not slow a query. What it has no function for it is not told.
type StreamingQueryListener struct {
	OnQueryStarted    func(QueryStartedEvent)
	OnQueryProgress   func(*StreamingQueryProgress)
	OnQueryIdle       func(QueryIdleEvent)
	OnQueryTerminated func(QueryTerminatedEvent)
}

type queryListener struct {
	l      any
	remove func()
}

// AddListener tells a listener, a *StreamingQueryListener or a func of one of the events, what happens to the queries.
//
//	spark.Streams().AddListener(func(p *StreamingQueryProgress) { fmt.Println(p.BatchID, p.NumInputRows) })
func (m *StreamingQueryManager) AddListener(listener any) {
	l, ok := listener.(*StreamingQueryListener)
	if !ok {
		l = &StreamingQueryListener{}
		switch f := listener.(type) {
		case func(QueryStartedEvent):
			l.OnQueryStarted = f
		case func(*StreamingQueryProgress):
			l.OnQueryProgress = f
		case func(QueryIdleEvent):
			l.OnQueryIdle = f
		case func(QueryTerminatedEvent):
			l.OnQueryTerminated = f
		default:
			mistake("AddListener", "want a *StreamingQueryListener or a func of an event, such as func(p *StreamingQueryProgress), have %T", listener)
		}
	}
	remove := m.spark.sc.bus.Listen("streaming query listener", func(e progress.Event) {
		defer func() {
			if p := recover(); p != nil {
				m.spark.sc.cfg.Notice(fmt.Sprintf("a streaming query listener failed: %v", op.PanicError(p)))
			}
		}()
		l.tell(e)
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.listeners = append(m.listeners, &queryListener{listener, remove})
}

func (l *StreamingQueryListener) tell(e progress.Event) {
	switch e := e.(type) {
	case progress.QueryStarted:
		if l.OnQueryStarted != nil {
			l.OnQueryStarted(e)
		}
	case *progress.QueryProgress:
		if l.OnQueryProgress != nil {
			l.OnQueryProgress(e)
		}
	case progress.QueryIdle:
		if l.OnQueryIdle != nil {
			l.OnQueryIdle(e)
		}
	case progress.QueryTerminated:
		if l.OnQueryTerminated != nil {
			l.OnQueryTerminated(e)
		}
	}
}

// RemoveListener stops telling a listener that was added.
func (m *StreamingQueryManager) RemoveListener(listener any) {
	m.mu.Lock()
	i := slices.IndexFunc(m.listeners, func(l *queryListener) bool { return sameListener(l.l, listener) })
	if i < 0 {
		m.mu.Unlock()
		return
	}
	l := m.listeners[i]
	m.listeners = slices.Delete(m.listeners, i, i+1)
	m.mu.Unlock()
	l.remove()
}

// sameListener compares functions by where they are, as they cannot be compared otherwise.
func sameListener(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return x.Type() == y.Type() && x.Pointer() == y.Pointer()
}

// ShellType is the name of the type at the prompt.
func (m *StreamingQueryManager) ShellType() string { return "StreamingQueryManager" }
