package query

import "time"

// due says whether a batch without new data has something to do at a time in ms. What becomes due after the start is not
// part of what is available now: the next run does it.
func (q *Query) due(ms int64) bool {
	switch q.cfg.Trigger.Kind {
	case Once:
		return false
	case AvailableNow:
		ms = min(ms, q.started.UnixMilli())
	}
	return q.plan.WantsBatch(ms)
}

// An alarm is a moment that the clock was asked for.
type alarm struct {
	at time.Time
	c  <-chan struct{}
}

// timeout is ready when a batch is due without new data; it is nil when none will be. An alarm that was set for an earlier
// moment is kept, and wakes the loop for nothing: a clock does not take alarms back, and one would be left behind each
// time that a batch puts a timeout off.
func (q *Query) timeout() <-chan struct{} {
	ms, ok := q.plan.Due()
	if !ok {
		return nil
	}
	if at := time.UnixMilli(ms); q.alarm.c == nil || at.Before(q.alarm.at) {
		q.alarm = alarm{at, q.cfg.Clock.At(at)}
	}
	return q.alarm.c
}
