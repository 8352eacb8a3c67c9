package stream

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// afterCancel is how long Stop waits for a batch that was cancelled.
const afterCancel = 2 * time.Second

// Quit makes the running batch the last one and does not wait: for outputs, which cannot wait for their own end.
func (l *Loop) Quit() {
	l.mu.Lock()
	l.enough = true
	l.mu.Unlock()
	l.once.Do(func() { close(l.drain) })
}

// Stop stops the loop and waits for its end. A graceful stop that is not over when ctx is done goes on as one that is
// not. The error says what was left undone.
func (l *Loop) Stop(ctx context.Context, graceful bool) error {
	if !graceful {
		l.cancel(ErrStopped)
	}
	l.once.Do(func() { close(l.drain) })
	if graceful {
		select {
		case <-l.done:
			return l.Left()
		case <-ctx.Done():
			l.cancel(ErrStopped)
		}
	}
	over := time.NewTimer(afterCancel)
	defer over.Stop()
	select {
	case <-l.done:
		return l.Left()
	case <-over.C:
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.running == nil {
			return errors.New("the stream does not stop: an input does not end")
		}
		return fmt.Errorf("the stream does not stop: the batch of %d ms is still running", l.running.Time)
	}
}

// Left tells, of a loop that has ended, what was not done.
func (l *Loop) Left() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.queue); n > 0 {
		var rows int64
		for _, b := range l.queue {
			rows += b.Rows()
		}
		return fmt.Errorf("%d batches with %d rows were not processed", n, rows)
	}
	if len(l.leftover) > 0 {
		return l.leftover[0]
	}
	return nil
}

// Await waits until the loop has ended, or something failed since the last Await, or ctx is done, and returns the failure
// or ctx's error. The loop goes on.
func (l *Loop) Await(ctx context.Context) error {
	var failure error
	err := l.wait(ctx, func() bool {
		if len(l.failures) == 0 {
			return l.over
		}
		failure = l.failures[0]
		l.failures = l.failures[1:]
		return true
	})
	if failure != nil {
		return failure
	}
	return err
}

// Settle waits until every batch whose time has come is done, or the loop has ended.
func (l *Loop) Settle(ctx context.Context) error {
	return l.wait(ctx, func() bool {
		due := !l.ended && l.next <= l.cfg.Clock.Now().UnixMilli()
		return l.over || !due && len(l.queue) == 0 && l.running == nil
	})
}

// wait waits until the condition, asked with l.mu held, is true.
func (l *Loop) wait(ctx context.Context, is func() bool) error {
	defer context.AfterFunc(ctx, l.wake)()
	l.mu.Lock()
	defer l.mu.Unlock()
	for !is() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		l.changed.Wait()
	}
	return nil
}

func (l *Loop) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed.Broadcast()
}
