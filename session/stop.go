package session

import (
	"context"
	"time"
)

// stopTimeout bounds how long Stop waits for jobs and streams to end.
const stopTimeout = 10 * time.Second

// Stop stops streams, cancels jobs and ends everything the context started.
func (sc *SparkContext) Stop() {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	for _, err := range sc.Close(ctx) {
		sc.cfg.Notice(err.Error())
	}
}

// Close is Stop with a deadline; it reports what did not stop.
func (sc *SparkContext) Close(ctx context.Context) (left []error) {
	sc.mu.Lock()
	if sc.stopped {
		sc.mu.Unlock()
		return nil
	}
	sc.stopped = true
	closers := sc.closers
	sc.mu.Unlock()
	for i := len(closers) - 1; i >= 0; i-- {
		if err := closers[i](ctx); err != nil {
			left = append(left, err)
		}
	}
	if err := sc.sched.Close(ctx); err != nil {
		left = append(left, err)
	}
	sc.bus.Close()
	return left
}
