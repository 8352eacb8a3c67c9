// Package exec runs plans: it cuts a tree into stages at its exchanges, runs each stage's tasks on a fixed number of
// slots, moves rows between stages, retries what failed, and tells what happened.
//
// Everything parallel is here. A [Scheduler] belongs to one SparkContext; any number of jobs may run at once and share
// the slots. What was computed for an exchange or a cache is kept as long as the node is reachable, and no longer.
package exec

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gospark/runtime/op"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
)

// Config is what a scheduler is made with.
type Config struct {
	Slots       int // tasks at once
	MaxFailures int // attempts of a task before its stage fails; at least 1
	Bus         *progress.Bus
	// Interrupt is called with the number of each goroutine that runs a task of a cancelled job: interpreted user code
	// cannot see a context. The function it returns takes it back when the task has ended. May be nil.
	Interrupt func(goroutine uint64) (release func())
}

// A Scheduler runs jobs.
type Scheduler struct {
	cfg   Config
	slots chan int
	live  atomic.Int64 // tasks whose goroutines have not ended

	jobID, stageID atomic.Int64
	taskID         atomic.Int64

	shuffles store[plan.Exchange, shuffle]
	caches   store[plan.Cache, cached]
	tasks    sync.Map // of Goroutine, *Running

	mu     sync.Mutex
	jobs   map[int]*activeJob
	closed bool
	wg     sync.WaitGroup

	running sync.WaitGroup // tasks, but for those left behind by their jobs
	status  status
}

type activeJob struct {
	group  string
	tags   []string
	cancel context.CancelCauseFunc
}

// New makes a scheduler.
func New(cfg Config) *Scheduler {
	cfg.Slots = max(cfg.Slots, 1)
	cfg.MaxFailures = max(cfg.MaxFailures, 1)
	s := &Scheduler{cfg: cfg, slots: make(chan int, cfg.Slots), jobs: map[int]*activeJob{}}
	for i := range cfg.Slots {
		s.slots <- i
	}
	return s
}

// Slots is the number of tasks that run at once.
func (s *Scheduler) Slots() int { return s.cfg.Slots }

// A Job is one action.
type Job struct {
	Plan       plan.Node
	Partitions []int // nil: all
	// Action consumes a partition and closes the operator; what it returns is the partition's result. It may run more
	// than once for a partition when a task is retried.
	Action      func(t *op.Task, o op.Operator) (any, error)
	Name        string // "collect at snippet:3"
	Description string
	Group       string
	Tags        []string
	Batch       Batch
	// Started, if set, is called with the job's id before its first task.
	Started func(id int)
}

// A Batch is the streaming batch a job belongs to.
type Batch struct {
	Context string
	Time    int64
	Output  int
}

// ErrClosed is the error of a job on a scheduler that was closed.
var ErrClosed = errors.New("the SparkContext is stopped")

// Cancelled is the error of a job that was cancelled.
type Cancelled struct{ Reason string }

func (c *Cancelled) Error() string { return "job cancelled: " + c.Reason }

// Run runs a job and returns the results in the order of its partitions. It is an error to call it from inside a task.
func (s *Scheduler) Run(ctx context.Context, j *Job) ([]any, error) {
	if s.Current() != nil {
		return nil, fmt.Errorf("%s: actions cannot be called inside a function that runs in a task (SPARK-5063); collect first, or use a broadcast", j.Name)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, ErrClosed
	}
	id := int(s.jobID.Add(1) - 1)
	s.jobs[id] = &activeJob{group: j.Group, tags: j.Tags, cancel: cancel}
	s.wg.Add(1)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.jobs, id)
		s.mu.Unlock()
		s.wg.Done()
	}()

	r := &run{s: s, job: j, id: id}
	results, err := r.run(ctx)
	for errors.Is(err, errLost) && ctx.Err() == nil {
		results, err = r.run(ctx)
	}
	runtime.KeepAlive(j.Plan)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return results, err
}

// CancelGroup cancels the jobs of a group.
func (s *Scheduler) CancelGroup(group, reason string) {
	s.cancel(reason, func(j *activeJob) bool { return j.group == group })
}

// CancelTag cancels the jobs that carry a tag.
func (s *Scheduler) CancelTag(tag, reason string) {
	s.cancel(reason, func(j *activeJob) bool { return slices.Contains(j.tags, tag) })
}

// CancelAll cancels every job.
func (s *Scheduler) CancelAll(reason string) { s.cancel(reason, func(*activeJob) bool { return true }) }

func (s *Scheduler) cancel(reason string, which func(*activeJob) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.jobs {
		if which(j) {
			j.cancel(&Cancelled{Reason: reason})
		}
	}
}

// Close cancels what runs and waits for it until ctx is done. What was left behind is not waited for. Its error says how
// much still runs.
func (s *Scheduler) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.CancelAll("the SparkContext was stopped")
	done := make(chan struct{})
	go func() {
		s.wg.Wait()
		s.running.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if n := s.live.Load(); n > 0 {
		return fmt.Errorf("%d tasks did not stop", n)
	}
	return err
}

func (s *Scheduler) emit(e progress.Event) { s.cfg.Bus.Emit(e) }

func now() time.Time { return time.Now() }
