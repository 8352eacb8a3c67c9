package query

import (
	"context"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/op"
	"gospark/runtime/progress"
)

// polling is how often sources are asked that do not tell when they have something new.
const polling = 10 * time.Millisecond

// run is the query's goroutine.
func (q *Query) run(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicError(p)
		}
	}()
	defer func() { err = q.settleAtEnd(err) }()
	if err := q.openSources(ctx); err != nil {
		return err
	}
	if err := q.commitSources(); err != nil { // what a crash may have left undone
		return err
	}
	if q.cfg.Trigger.Kind == Continuous {
		return q.continuous(ctx)
	}
	for ctx.Err() == nil {
		ticket := q.asked.Load()
		at := q.cfg.Clock.Now()
		ran, err := q.trigger(ctx, at)
		if err != nil {
			return err
		}
		if !ran {
			q.idle(at)
			q.answer(ticket)
		}
		if q.cfg.Trigger.Kind == Once || q.cfg.Trigger.Kind == AvailableNow && !ran {
			return nil
		}
		q.wait(ctx, at, ran)
	}
	return context.Cause(ctx)
}

// trigger runs a batch, unless there is nothing to do.
func (q *Query) trigger(ctx context.Context, at time.Time) (ran bool, err error) {
	b, err := q.construct(ctx, at)
	if err != nil || b == nil {
		return false, err
	}
	q.say("Processing new data", b.news, true)
	if err := q.process(ctx, b); err != nil {
		return false, err
	}
	return true, nil
}

// wait returns when the next trigger is due.
func (q *Query) wait(ctx context.Context, at time.Time, ran bool) {
	if q.cfg.Trigger.Kind == ProcessingTime && q.cfg.Trigger.Every > 0 {
		if ran {
			q.say("Waiting for next trigger", true, false)
		}
		select {
		case <-q.cfg.Clock.At(q.cfg.Trigger.next(at)):
		case <-ctx.Done():
		}
		return
	}
	if ran || q.cfg.Trigger.Kind == AvailableNow {
		return
	}
	var poll <-chan struct{}
	if !q.wakes() {
		poll = q.cfg.Clock.At(q.cfg.Clock.Now().Add(polling))
	}
	select {
	case <-q.wake:
	case <-poll:
	case <-q.timeout():
		q.alarm = alarm{}
	case <-ctx.Done():
	}
}

// idle notes that a trigger found nothing to do.
func (q *Query) idle(at time.Time) {
	q.say("Waiting for data to arrive", false, false)
	if q.reports.quiet(at, q.noDataInterval()) {
		q.cfg.Bus.Emit(progress.QueryIdle{ID: q.id, RunID: q.cfg.RunID, Timestamp: progress.Timestamp(at)})
	}
}

// panicError is the error of a panic: that of a user's mistake as it is, any other with the place in the user's function.
func panicError(p any) error {
	if err, ok := condition.As(asError(p)); ok {
		return err
	}
	return op.PanicError(p)
}

func asError(p any) error {
	err, _ := p.(error)
	return err
}
