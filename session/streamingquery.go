package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/exec"
	"gospark/runtime/logical"
	"gospark/runtime/progress"
	"gospark/runtime/stream/query"
)

// A StreamingQuery is a streaming query that was started. It runs until Stop, until its trigger has no more to do, or
// until it fails. It does not depend on the prompt: names that are redefined there change nothing about it.
type StreamingQuery struct {
	spark   *SparkSession
	manager *StreamingQueryManager
	writer  *DataStreamWriter
	name    string
	format  string
	site    string
	sink    *streamSink
	runID   string
	id      string // known once the checkpoint is open
	q       *query.Query
	next    atomic.Pointer[StreamingQuery] // what Restart has started in its place

	console streamConsole

	mu    sync.Mutex
	empty int // batches without rows, one after the other
}

// Reports and events of streaming queries; their JSON is Spark's.
type (
	// StreamingQueryProgress is what a batch of a streaming query did.
	StreamingQueryProgress = progress.QueryProgress
	// StreamingQueryStatus is what a streaming query is doing.
	StreamingQueryStatus = progress.QueryStatus
	// QueryStartedEvent says that a streaming query was started.
	QueryStartedEvent = progress.QueryStarted
	// QueryIdleEvent says that a streaming query found nothing to do.
	QueryIdleEvent = progress.QueryIdle
	// QueryTerminatedEvent says that a streaming query has ended.
	QueryTerminatedEvent = progress.QueryTerminated
	// StreamingQueryException is why a streaming query ended by itself.
	StreamingQueryException = query.Failure
)

// config is what the query is started with: its settings are copied, so that later changes do not reach it.
func (q *StreamingQuery) config(dir string, temporary bool) query.Config {
	s, w := q.spark, q.writer
	conf := newConf(s.conf.GetAll())
	e := s.engine.With(conf)
	partitions, err := strconv.Atoi(conf.Get("spark.sql.shuffle.partitions", strconv.Itoa(s.sc.sched.Slots())))
	if err != nil {
		raise("spark.sql.shuffle.partitions", err)
	}
	return query.Config{
		Name: q.name, RunID: q.runID, Relation: w.df.res, Mode: w.mode, Trigger: w.trigger.t, Dir: dir, Temporary: temporary,
		Sink: func(o query.SinkOpening) (connector.Sink, error) {
			q.id = o.QueryID
			return q.sink.open(o)
		},
		Scheduler: s.sc.sched, Conf: func(k string) string { return conf.Get(k) }, Partitions: partitions,
		Settings: e.Planning,
		Zone:     e.Zone(), Clock: s.sc.streaming.time(), Bus: s.sc.bus,
		Notice: q.notice, Crash: q.crash(),
		Enter: func(ctx context.Context, id int64) func() {
			return s.sc.enter(&scope{ctx: ctx, desc: q.describe(id), site: q.site})
		},
		Job: func(id int64) exec.Job {
			return exec.Job{Name: "start at " + q.site, Description: q.describe(id), Group: q.runID}
		},
	}
}

// crash is the hook of tests, nil without one.
func (q *StreamingQuery) crash() func(query.Point) {
	if f := q.spark.sc.cfg.Crash; f != nil {
		return func(p query.Point) { f(string(p)) }
	}
	return nil
}

// notice tells the user one line.
func (q *StreamingQuery) notice(line string) { q.spark.sc.cfg.Notice(q.label() + ": " + line) }

// describe is Spark's description of the jobs of a batch.
func (q *StreamingQuery) describe(id int64) string {
	text := ""
	if q.name != "" {
		text = q.name + "\n"
	}
	return fmt.Sprintf("%sid = %s\nrunId = %s\nbatch = %d", text, q.id, q.runID, id)
}

// label is what the query is called in messages: its name, or the beginning of its id.
func (q *StreamingQuery) label() string {
	if q.name != "" {
		return q.name
	}
	if q.id == "" {
		return "query"
	}
	return "query " + q.id[:8]
}

// latest is the run that has taken this one's place: a name at the prompt goes on to mean the query when it is restarted.
func (q *StreamingQuery) latest() *StreamingQuery {
	for n := q.next.Load(); n != nil; n = q.next.Load() {
		q = n
	}
	return q
}

// Name is the query's name, "" if it has none.
func (q *StreamingQuery) Name() string { return q.latest().name }

// ID is the query's id, which it keeps when it goes on from its checkpoint.
func (q *StreamingQuery) ID() string { return q.latest().id }

// RunID is the id of this run.
func (q *StreamingQuery) RunID() string { return q.latest().runID }

// IsActive says whether the query runs.
func (q *StreamingQuery) IsActive() bool { return q.latest().q.Active() }

// Status is what the query is doing.
func (q *StreamingQuery) Status() StreamingQueryStatus { return q.latest().q.Status() }

// LastProgress is the report of the last batch, nil before the first.
func (q *StreamingQuery) LastProgress() *StreamingQueryProgress { return q.latest().q.Last() }

// RecentProgress are the reports of the last batches, the oldest first.
func (q *StreamingQuery) RecentProgress() []*StreamingQueryProgress { return q.latest().q.Recent() }

// Exception is why the query failed, nil if it did not.
func (q *StreamingQuery) Exception() *StreamingQueryException { return q.latest().q.Failure() }

// Explain prints the plan that the last batch of the query ran with, where its state and its watermark are to be seen; a
// query that has had no batch has none. Mode is simple, extended, formatted, codegen or cost; true is extended.
func (q *StreamingQuery) Explain(mode ...any) {
	q = q.latest()
	text, err := q.q.Explain(logical.Tree(q.writer.df.rel), explainMode(mode))
	if err != nil {
		raise("Explain", err)
	}
	q.spark.print(text)
}

// Stop ends the query. A batch whose rows are with the sink is finished first; what else was begun comes again when the
// query goes on from its checkpoint.
func (q *StreamingQuery) Stop() {
	q = q.latest()
	ctx, cancel := context.WithTimeout(context.Background(), q.stopTimeout())
	defer cancel()
	if err := q.stop(ctx); err != nil {
		raise("Stop", err)
	}
}

func (q *StreamingQuery) stopTimeout() time.Duration {
	if d, ok := parseDurationText(q.spark.conf.Get("spark.sql.streaming.stopTimeout")); ok && d > 0 {
		return d
	}
	return stopTimeout
}

func (q *StreamingQuery) stop(ctx context.Context) error {
	if err := q.q.Stop(ctx); err != nil {
		return fmt.Errorf("%s: %w", q.label(), err)
	}
	return nil
}

// AwaitTermination waits until the query has ended, and fails if it failed. With a timeout it tells whether the query has
// ended. Ctrl-C ends the wait; the query goes on.
func (q *StreamingQuery) AwaitTermination(timeout ...any) bool {
	q = q.latest()
	ctx := q.spark.sc.scope().ctx
	if len(timeout) > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, parseDuration("AwaitTermination", "timeout", timeout[0]), errWaited)
		defer cancel()
	}
	return awaited("AwaitTermination", ctx, q.q.Await(ctx))
}

// awaited says whether a wait came to its end, and raises what went wrong meanwhile.
func awaited(method string, ctx context.Context, err error) bool {
	var f *query.Failure
	switch {
	case err == nil:
		return true
	case errors.As(err, &f):
		raiseFailure(f)
	case context.Cause(ctx) != errWaited:
		raise(method, err)
	}
	return false
}

// raiseFailure raises the failure of a query under Spark's condition.
func raiseFailure(f *query.Failure) {
	e := &Error{Message: f.Error(), Cause: f}
	panic(e)
}

// ProcessAllAvailable waits until everything that the sources have now has been processed; for trying things out.
func (q *StreamingQuery) ProcessAllAvailable() {
	q = q.latest()
	ctx := q.spark.sc.scope().ctx
	awaited("ProcessAllAvailable", ctx, q.q.ProcessAllAvailable(ctx))
}

// ShellType is the name of the type at the prompt.
func (q *StreamingQuery) ShellType() string { return "StreamingQuery" }

// ShellString is the query's name or id, and whether it runs.
func (q *StreamingQuery) ShellString() string {
	q = q.latest()
	state := "stopped"
	if q.IsActive() {
		state = "running"
	} else if q.Exception() != nil {
		state = "failed"
	}
	return q.label() + ", " + state
}

// newUUID is a random id.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
