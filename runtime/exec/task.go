package exec

import (
	"context"
	"errors"
	"sync"
	"time"

	"gospark/runtime/op"
	"gospark/runtime/progress"
)

// tasks runs one task for each partition on the scheduler's slots. The first task that fails too often cancels the rest.
func (r *run) tasks(ctx context.Context, st *stage, parts []int, work func(t *op.Task, i int) error) (err error) {
	info := r.info(st)
	r.s.emit(progress.StageSubmitted{Stage: info, JobID: r.id, Time: now()})
	r.s.status.submit(info)
	acc := &updates{}
	defer func() {
		r.s.status.complete(info.ID)
		e := progress.StageCompleted{Stage: info, JobID: r.id, Time: now(), Accumulators: acc.report()}
		if err != nil {
			e.Err = err.Error()
		}
		r.s.emit(e)
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	errs := make(chan error, len(parts))
	started := 0
	var leases []*lease
	for i, p := range parts {
		slot, ok := r.s.acquire(ctx)
		if !ok {
			break
		}
		started++
		leases = append(leases, slot)
		r.s.running.Add(1)
		r.s.live.Add(1)
		go func() {
			err := r.attempts(ctx, st, i, p, slot.slot, work, acc)
			r.s.live.Add(-1)
			slot.release()
			errs <- err
		}()
	}
	var abandon <-chan time.Time
	for done := 0; done < started; {
		over := ctx.Done()
		if abandon != nil {
			over = nil
		}
		select {
		case e := <-errs:
			done++
			if e != nil && err == nil {
				err = e
				cancel(e)
			}
		case <-over:
			abandon = time.After(grace)
		case <-abandon:
			for _, l := range leases {
				l.release()
			}
			return context.Cause(ctx)
		}
	}
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return err
}

// grace is how long a cancelled or failed stage waits for its other tasks. One that sits in a user's function for longer
// is left behind: another task gets its slot, because what is cancelled at the prompt must not stop a stream, and what it
// yields is thrown away.
const grace = 500 * time.Millisecond

// A lease is the use of a slot by a task that is waited for.
type lease struct {
	slot int
	s    *Scheduler
	over sync.Once
}

// release gives the slot back, and ends the waiting for the task. It may be called more than once.
func (l *lease) release() {
	l.over.Do(func() {
		l.s.slots <- l.slot
		l.s.running.Done()
	})
}

// acquire takes a slot, unless ctx is done.
func (s *Scheduler) acquire(ctx context.Context) (l *lease, ok bool) {
	if ctx.Err() != nil {
		return nil, false
	}
	select {
	case slot := <-s.slots:
		return &lease{slot: slot, s: s}, true
	case <-ctx.Done():
		return nil, false
	}
}

// attempts runs a task until it succeeds or has failed MaxFailures times.
func (r *run) attempts(ctx context.Context, st *stage, i, p, slot int, work func(*op.Task, int) error, acc *updates) (err error) {
	for attempt := 0; attempt < r.s.cfg.MaxFailures; attempt++ {
		t := &op.Task{Ctx: ctx, Partition: p, Attempt: attempt, Env: r.s}
		id := r.s.taskID.Add(1) - 1
		start := now()
		r.s.status.launch(st.id)
		r.s.emit(progress.TaskStart{StageID: st.id, ID: id, Index: i, Attempt: attempt, Slot: slot, Time: start})
		run := &Running{task: t}
		err = r.s.execute(ctx, run, func() error { return work(t, i) })
		if err == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err == nil {
			run.commit(acc)
		}
		t.Metrics.RunTime = time.Since(start)
		end := progress.TaskEnd{StageID: st.id, ID: id, Index: i, Attempt: attempt, Slot: slot, Launch: start, Time: now(), Metrics: t.Metrics}
		if err != nil {
			end.Err, end.Killed = err.Error(), ctx.Err() != nil
		}
		r.s.emit(end)
		r.s.status.task(st.id, err)
		if err == nil {
			return nil
		}
		if errors.Is(err, errLost) {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var final interface{ Permanent() bool }
		if errors.As(err, &final) && final.Permanent() {
			return &StageError{Stage: st.id, Task: i, Attempts: attempt + 1, Cause: err}
		}
	}
	return &StageError{Stage: st.id, Task: i, Attempts: r.s.cfg.MaxFailures, Cause: err}
}

// execute runs f as a task on this goroutine: panics become errors, and when ctx ends interpreted code is interrupted.
func (s *Scheduler) execute(ctx context.Context, run *Running, f func() error) (err error) {
	g := Goroutine()
	s.tasks.Store(g, run)
	defer s.tasks.Delete(g)
	defer func() {
		if p := recover(); p != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
				return
			}
			err = op.PanicError(p)
		}
	}()
	if s.cfg.Interrupt != nil {
		defer s.interruptWhen(ctx, goroutineID())()
	}
	return f()
}

// interruptWhen interrupts a goroutine when ctx ends, until the function returned is called.
func (s *Scheduler) interruptWhen(ctx context.Context, g uint64) (ended func()) {
	var mu sync.Mutex
	over := false
	release := func() {}
	stop := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			release = s.cfg.Interrupt(g)
		}
	})
	return func() {
		stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
		release()
	}
}

// Current is the task that runs on the calling goroutine, or nil.
func (s *Scheduler) Current() *Running {
	if r, ok := s.tasks.Load(Goroutine()); ok {
		return r.(*Running)
	}
	return nil
}

// A Running is a task in progress, as user code called by it sees it. Updates to accumulators are collected here and
// applied when the task has succeeded, so that a failed attempt counts nothing.
type Running struct {
	task    *op.Task
	updates []update
}

// An Accumulator takes the updates of successful tasks. Apply is called with updates in the order a task made them, for
// one task at a time.
type Accumulator interface {
	ID() int64
	Name() string
	Apply(updates []any)
	Text() string
}

type update struct {
	acc Accumulator
	v   []any
}

// Local is the task's own state for an accumulator, made when there is none yet: for accumulators that can add up what
// one task contributes. The state is what Apply is called with, as the only update.
func (r *Running) Local(a Accumulator, make func() any) any {
	for _, u := range r.updates {
		if u.acc == a {
			return u.v[0]
		}
	}
	r.Update(a, make())
	return r.updates[len(r.updates)-1].v[0]
}

// Partition is the task's partition, Attempt counts from 0.
func (r *Running) Partition() int { return r.task.Partition }
func (r *Running) Attempt() int   { return r.task.Attempt }

// Update notes an update to an accumulator.
func (r *Running) Update(a Accumulator, v any) {
	for i := range r.updates {
		if r.updates[i].acc == a {
			r.updates[i].v = append(r.updates[i].v, v)
			return
		}
	}
	r.updates = append(r.updates, update{acc: a, v: []any{v}})
}

func (r *Running) commit(to *updates) {
	for _, u := range r.updates {
		u.acc.Apply(u.v)
		to.add(u.acc)
	}
}

// updates lists the named accumulators that tasks of a stage updated.
type updates struct {
	mu   sync.Mutex
	accs []Accumulator
}

func (u *updates) add(a Accumulator) {
	if a.Name() == "" {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, x := range u.accs {
		if x == a {
			return
		}
	}
	u.accs = append(u.accs, a)
}

func (u *updates) report() []progress.AccumulatorUpdate {
	u.mu.Lock()
	defer u.mu.Unlock()
	var r []progress.AccumulatorUpdate
	for _, a := range u.accs {
		r = append(r, progress.AccumulatorUpdate{ID: a.ID(), Name: a.Name(), Value: a.Text()})
	}
	return r
}
