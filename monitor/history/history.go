// Package history remembers what happened, within bounds: it turns the events of runtime/progress into the jobs, stages,
// tasks, cached datasets, streaming contexts and batches that the monitor shows.
//
// A Store is fed with Apply, by one listener of the bus, and read with Read by any number of readers. Totals count from
// the start of the application; jobs, stages, tasks and batches are forgotten, oldest and finished first, beyond Limits.
// Events may be missing, because a slow listener loses some: an event about something unknown creates it.
package history

import (
	"sync"
	"time"

	"gospark/runtime/progress"
)

// Limits bounds what is retained. A zero field has Spark's default, but for Tasks, which counts those of all stages
// together so that an idle shell stays small.
type Limits struct {
	Jobs    int // 1000
	Stages  int // 1000
	Batches int // 1000 for each streaming context
	Tasks   int // 20000
}

func (l Limits) orDefault() Limits {
	for _, f := range []struct {
		p *int
		n int
	}{{&l.Jobs, 1000}, {&l.Stages, 1000}, {&l.Batches, 1000}, {&l.Tasks, 20000}} {
		if *f.p <= 0 {
			*f.p = f.n
		}
	}
	return l
}

// retainedContexts is how many streaming contexts are remembered, running ones not counted against the stopped.
const retainedContexts = 20

// A History is what a Store knows. Its fields belong to the store: use them inside Store.Read only, and do not change them.
type History struct {
	App         progress.ApplicationStart
	Ended       time.Time // zero while the application runs
	Environment progress.EnvironmentUpdate
	Jobs        *Kept[int, *Job]
	Stages      *Kept[StageKey, *Stage]
	Contexts    *Kept[string, *Context]
	Queries     *Kept[string, *Query] // by run
	Storage     map[int]progress.StorageUpdate
	Totals      Totals
	Peak        Memory // highest figures met at the ends of stages

	limits Limits
	tasks  int // retained in all stages
}

// Totals count since the application started.
type Totals struct {
	Events                                                             int64
	Jobs, JobsSucceeded, JobsFailed                                    int64
	StagesSubmitted, StagesCompleted, StagesFailed, StagesSkipped      int64
	TasksStarted, TasksSucceeded, TasksFailed, TasksKilled, TasksEnded int64
	TaskTime                                                           time.Duration
	Metrics                                                            progress.TaskMetrics
}

// ActiveTasks is how many tasks run now.
func (t *Totals) ActiveTasks() int64 { return max(0, t.TasksStarted-t.TasksEnded) }

// ActiveJobs is how many jobs run now.
func (t *Totals) ActiveJobs() int64 { return max(0, t.Jobs-t.JobsSucceeded-t.JobsFailed) }

// A Store is a History that events change. It is safe for concurrent use.
type Store struct {
	// Now is the clock for events that do not say when they were.
	Now func() time.Time

	mu    sync.RWMutex
	h     History
	watch chan struct{} // closed at the next change; nil when nobody watches
}

// New makes a store for the application that app describes, which an ApplicationStart event may describe better later.
func New(app progress.ApplicationStart, l Limits) *Store {
	l = l.orDefault()
	return &Store{Now: time.Now, h: History{
		App:      app,
		Jobs:     newKept[int](l.Jobs, func(j *Job) bool { return !j.Completed.IsZero() }),
		Stages:   newKept[StageKey](l.Stages, (*Stage).Finished),
		Contexts: newKept[string](retainedContexts, func(c *Context) bool { return !c.Stopped.IsZero() }),
		Queries:  newKept[string](retainedQueries, func(q *Query) bool { return !q.Active() }),
		Storage:  map[int]progress.StorageUpdate{},
		limits:   l,
	}}
}

// Read calls f with the history, which does not change meanwhile. f must be quick and must not keep anything it points to.
func (s *Store) Read(f func(*History)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f(&s.h)
}

// Watch gives a channel that is closed at the next change.
func (s *Store) Watch() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watch == nil {
		s.watch = make(chan struct{})
	}
	return s.watch
}

// Apply takes in one event. Kinds it does not know are counted and otherwise ignored.
func (s *Store) Apply(e progress.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.h.Totals.Events++
	s.h.apply(e, s.Now)
	if s.watch != nil {
		close(s.watch)
		s.watch = nil
	}
}

func (h *History) apply(e progress.Event, now func() time.Time) {
	switch e := e.(type) {
	case progress.ApplicationStart:
		h.App, h.Ended = e, time.Time{}
	case progress.ApplicationEnd:
		h.Ended = e.Time
	case progress.EnvironmentUpdate:
		h.Environment = progress.EnvironmentUpdate{SparkProperties: redacted(e.SparkProperties), SystemProperties: redacted(e.SystemProperties)}
	case progress.StorageUpdate:
		if e.Unpersisted {
			delete(h.Storage, e.RDDID)
		} else {
			h.Storage[e.RDDID] = e
		}
	case progress.JobStart:
		h.jobStart(e)
	case progress.JobEnd:
		h.jobEnd(e)
	case progress.StageSubmitted:
		h.stageSubmitted(e)
	case progress.StageCompleted:
		h.stageCompleted(e)
	case progress.TaskStart:
		h.taskStart(e)
	case progress.TaskEnd:
		h.taskEnd(e)
	case progress.StreamingStart:
		h.streamingStart(e)
	case progress.StreamingStop:
		c := h.context(e.Context)
		c.Stopped, c.Err = e.Time, e.Err
	case progress.ReceiverState:
		h.context(e.Context).receiver(e)
	case progress.BatchSubmitted:
		h.context(e.Context).batchSubmitted(e)
	case progress.BatchStarted:
		h.context(e.Context).batchStarted(e)
	case progress.BatchCompleted:
		h.context(e.Context).batchCompleted(e)
	case progress.QueryStarted:
		h.queryStarted(e)
	case *progress.QueryProgress:
		h.queryProgress(e)
	case progress.QueryIdle:
		h.query(e.ID, e.RunID).Idle = true
	case progress.QueryTerminated:
		h.queryTerminated(e, now())
	case progress.OutputOpStarted:
		h.context(e.Context).Batch(e.BatchTime, true).setOp(e.Op)
	case progress.OutputOpCompleted:
		h.context(e.Context).Batch(e.BatchTime, true).setOp(e.Op)
	}
}

// Seen is how many events came.
func (s *Store) Seen() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.h.Totals.Events
}
