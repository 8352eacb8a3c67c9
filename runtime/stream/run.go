package stream

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"gospark/runtime/progress"
)

// ErrStopped is the cause of the context of a batch that was running when the loop was stopped.
var ErrStopped = errors.New("the stream was stopped")

// run runs the batches that are generated.
func (l *Loop) run() {
	for {
		b := l.take()
		if b == nil {
			return
		}
		l.process(b)
	}
}

// take waits for a batch; nil means that there will be none.
func (l *Loop) take() *Batch {
	defer context.AfterFunc(l.ctx, l.wake)()
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		switch {
		case l.ctx.Err() != nil || l.enough:
			return nil
		case len(l.queue) > 0:
			b := l.queue[0]
			l.queue[0] = nil
			l.queue = l.queue[1:]
			l.running = b
			return b
		case l.ended:
			return nil
		}
		l.changed.Wait()
	}
}

func (l *Loop) process(b *Batch) {
	c := l.cfg.Clock
	b.Started = c.Now()
	l.cfg.Bus.Emit(progress.BatchStarted{Context: l.cfg.ID, BatchTime: b.Time, Submitted: b.Submitted, Started: b.Started})
	for i := range l.cfg.Outputs {
		b.current = i
		op := &b.Outputs[i]
		op.Started = c.Now()
		l.cfg.Bus.Emit(progress.OutputOpStarted{Context: l.cfg.ID, BatchTime: b.Time, Op: *op})
		err := l.guard(func() error { return l.cfg.Outputs[i].Run(l.ctx, b) })
		op.Completed = c.Now()
		if err != nil {
			op.Err = err.Error()
		}
		l.cfg.Bus.Emit(progress.OutputOpCompleted{Context: l.cfg.ID, BatchTime: b.Time, Op: *op})
		if l.ctx.Err() != nil {
			l.abandon(b)
			return
		}
		if err != nil {
			l.fail(b, err)
		}
	}
	if l.cfg.Finish != nil {
		if err := l.guard(func() error { return l.cfg.Finish(l.ctx, b) }); err != nil && l.ctx.Err() == nil {
			l.fail(b, err)
		}
	}
	if l.ctx.Err() != nil {
		l.abandon(b)
		return
	}
	if b.Err == nil || !l.cfg.StopOnFailure {
		l.commit(b)
	}
	b.Completed = c.Now()
	l.cfg.Bus.Emit(progress.BatchCompleted{Context: l.cfg.ID, BatchTime: b.Time, Submitted: b.Submitted, Started: b.Started,
		Completed: b.Completed, Inputs: b.inputs(), Outputs: b.Outputs})
	for i, in := range l.cfg.Inputs {
		in.completed(b, b.Ranges[i])
	}
	if l.cfg.Completed != nil {
		l.cfg.Completed(b)
	}
	l.finished(b)
	if b.Err != nil && l.cfg.StopOnFailure {
		l.cancel(b.Err)
	}
}

func (l *Loop) finished(b *Batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &l.stats
	s.Completed++
	s.Rows += b.Rows()
	if b.Err != nil {
		s.Failed++
		s.FailedRows += b.Rows()
	}
	s.Last, l.running = b, nil
	l.changed.Broadcast()
}

// abandon puts a batch that was cut off back in front of those that were not run.
func (l *Loop) abandon(b *Batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append([]*Batch{b}, l.queue...)
	l.running = nil
}

func (l *Loop) commit(b *Batch) {
	for i := range b.Ranges {
		if r := &b.Ranges[i]; !r.Empty() {
			if err := r.Input.Source.Commit(r.To); err != nil {
				l.fail(b, fmt.Errorf("%s: commit: %w", r.Input.Name, err))
			}
		}
	}
}

// guard makes an error of a panic: a mistake in an output must not end the loop.
func (l *Loop) guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if e, ok := p.(error); ok {
				err = e
				return
			}
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return f()
}

// A PanicError is a panic that was not an error, with its stack.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }
