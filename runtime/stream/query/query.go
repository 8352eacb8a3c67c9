// Package query is a streaming query that runs: the loop that asks the sources how far they have come, writes down what
// the next micro-batch reads, runs it, and commits what it wrote.
//
// Each batch goes through these steps, in this order, and may be cut off after any of them:
//
//	plan offsets → write offsets/N → run tasks → sink commit → state commit → write commits/N → source commit
//
// The two writes may go on beside the step after them (aside.go says when, and why nothing is lost by it).
//
// A batch with offsets but without a commit is run again after a restart, with the same offsets, on the same version of
// the state. What a batch does with its rows is package incremental's; what is on disk is package checkpoint's. A query
// depends on nothing but what it was started with: it holds its relation, its settings and its sink.
//
// A [Query] has one goroutine that does all the work, and one for each source that wakes it. They end with the query.
package query

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gospark/runtime/checkpoint"
	"gospark/runtime/connector"
	"gospark/runtime/exec"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/progress"
	"gospark/runtime/resolved"
	"gospark/runtime/state"
	"gospark/runtime/stream"
	"gospark/runtime/stream/incremental"
	"gospark/runtime/types"
)

// A Config is what a query is started with.
type Config struct {
	Name     string // "" for a query without one
	RunID    string
	Relation resolved.Relation // analysed
	Mode     plan.OutputMode
	Trigger  Trigger
	// Dir is the checkpoint; with Temporary it is removed when the query has ended without a failure.
	Dir       string
	Temporary bool
	// Sink makes the sink once the checkpoint is open.
	Sink func(SinkOpening) (connector.Sink, error)

	Scheduler *exec.Scheduler
	// Settings are for the planner, made anew for each batch.
	Settings func() (planner.Settings, error)
	// Conf reads a setting, as it was when the query was started.
	Conf func(key string) string
	// Partitions is how many partitions state has when the query is new.
	Partitions int
	Zone       *time.Location
	Clock      stream.Clock
	Bus        *progress.Bus
	// Notice tells the user one line.
	Notice func(line string)
	// Enter makes the calling goroutine that of a batch, until leave is called; Job says whom its jobs belong to.
	Enter func(ctx context.Context, batch int64) (leave func())
	Job   func(batch int64) exec.Job
	// Crash, if set, is called after each step of the commit protocol.
	Crash func(Point)
}

// SinkOpening is what a sink may depend on besides its own options.
type SinkOpening struct {
	QueryID, RunID string
	Schema         *types.Type
	Mode           plan.OutputMode
	Dir            string // of the checkpoint
	New            bool   // nothing was committed yet
}

// A Query is one run of a streaming query.
type Query struct {
	cfg     Config
	id      string
	started time.Time
	cancel  context.CancelFunc
	done    chan struct{}

	// what the loop's goroutine owns
	store   *checkpoint.Checkpoint
	state   *state.Provider
	plan    *incremental.Query
	sink    connector.Sink
	sources []*source
	conf    map[string]string // pinned by the checkpoint
	next    int64             // the next batch's id
	// settling is the batch that was committed last, until its commit is in the log; nil: it is
	settling *settling
	again    *micro // to be run again after a restart
	reports  reporter
	// of the checkpoint, by source: where the last planned batch ends, and the last committed one
	resume, committed []connector.Offset

	wake  chan struct{}
	alarm alarm
	over  sync.WaitGroup // the goroutines that wake

	asked    atomic.Int64 // calls of ProcessAllAvailable
	stopping atomic.Bool

	mu       sync.Mutex
	status   progress.QueryStatus
	recent   []*progress.QueryProgress
	answered int64
	changed  chan struct{} // closed, and made anew, when answered changes
	failure  *Failure
	left     error // what went wrong while closing
}

// Start checks the query, opens its checkpoint and runs it until Stop, until its trigger has no more to do, or until it
// fails.
func Start(cfg Config) (_ *Query, err error) {
	q := &Query{cfg: cfg, started: cfg.Clock.Now(), done: make(chan struct{}), wake: make(chan struct{}, 1), changed: make(chan struct{})}
	q.status = progress.QueryStatus{Message: "Initializing sources"}
	defer func() {
		if err != nil {
			err = errors.Join(err, q.close())
		}
	}()
	if err := q.open(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	q.cancel = cancel
	cfg.Bus.Emit(progress.QueryStarted{ID: q.id, RunID: cfg.RunID, Name: q.name(), Timestamp: progress.Timestamp(q.started), JobTags: []string{}})
	go func() {
		defer close(q.done)
		q.finish(q.run(ctx))
	}()
	return q, nil
}

func (q *Query) name() *string {
	if q.cfg.Name == "" {
		return nil
	}
	return &q.cfg.Name
}

// ID is the same for all runs from one checkpoint, RunID differs.
func (q *Query) ID() string { return q.id }

// RunID is this run's.
func (q *Query) RunID() string { return q.cfg.RunID }

// Name is the query's, "" if it has none.
func (q *Query) Name() string { return q.cfg.Name }

// Started is when the query was started.
func (q *Query) Started() time.Time { return q.started }

// Config is what the query was started with.
func (q *Query) Config() Config { return q.cfg }

// Done is closed when the query has ended and everything it used is closed.
func (q *Query) Done() <-chan struct{} { return q.done }

// Active says that the query has not ended.
func (q *Query) Active() bool {
	select {
	case <-q.done:
		return false
	default:
		return true
	}
}

// Status is what the query is doing.
func (q *Query) Status() progress.QueryStatus {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.status
}

func (q *Query) say(message string, data, trigger bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.status = progress.QueryStatus{Message: message, IsDataAvailable: data, IsTriggerActive: trigger}
}

// Recent are the last reports, the oldest first.
func (q *Query) Recent() []*progress.QueryProgress {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.recent)
}

// Last is the newest report, nil if there is none.
func (q *Query) Last() *progress.QueryProgress {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.recent) == 0 {
		return nil
	}
	return q.recent[len(q.recent)-1]
}

// Failure is why the query ended, nil if it runs or was stopped.
func (q *Query) Failure() *Failure {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.failure
}

// Left is what could not be closed at the end.
func (q *Query) Left() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.left
}

// Stop ends the query and waits for it until ctx is done. The tasks of a running batch are cancelled; a batch whose rows
// are with the sink is finished. The error says that the query has not ended yet.
func (q *Query) Stop(ctx context.Context) error {
	q.stopping.Store(true)
	q.cancel()
	select {
	case <-q.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the query does not stop: %s", q.Status().Message)
	}
}

// Await waits until the query has ended, and gives its failure; or until ctx is done.
func (q *Query) Await(ctx context.Context) error {
	select {
	case <-q.done:
		if f := q.Failure(); f != nil {
			return f
		}
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ProcessAllAvailable waits until all that the sources had when it was called has been processed, and nothing is left to
// do. It returns the failure of a query that fails meanwhile.
func (q *Query) ProcessAllAvailable(ctx context.Context) error {
	ticket := q.asked.Add(1)
	q.poke()
	for {
		q.mu.Lock()
		answered, changed := q.answered, q.changed
		q.mu.Unlock()
		if answered >= ticket {
			return nil
		}
		select {
		case <-changed:
		case <-q.done:
			if f := q.Failure(); f != nil {
				return f
			}
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (q *Query) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// answer says that nothing was left to do at a moment after the ticket was drawn.
func (q *Query) answer(ticket int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if ticket > q.answered {
		q.answered = ticket
		close(q.changed)
		q.changed = make(chan struct{})
	}
}

func (q *Query) crash(p Point) {
	if q.cfg.Crash != nil {
		q.cfg.Crash(p)
	}
}
