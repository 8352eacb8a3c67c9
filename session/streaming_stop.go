package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gospark/runtime/stream"
)

// Stop stops the context, and the SparkContext with it unless the first argument is false. With the second argument true
// it first processes everything that was received; otherwise the running batch is cancelled.
//
//	ssc.Stop(false)        // sc stays
//	ssc.Stop(false, true)  // … and nothing that was received is lost
//
// Called from an output operation, it takes effect when the batch is over.
func (ssc *StreamingContext) Stop(options ...bool) {
	stopSC := ssc.sc.conf.Get("spark.streaming.stopSparkContextByDefault", "true") == "true"
	graceful := false
	if len(options) > 0 {
		stopSC = options[0]
	}
	if len(options) > 1 {
		graceful = options[1]
	}
	if ssc.sc.scope().batch.Context == ssc.id {
		loop := ssc.running()
		loop.Quit()
		if stopSC {
			go func() {
				<-loop.Done()
				ssc.sc.Stop()
			}()
		}
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), ssc.gracefulTimeout())
	defer cancel()
	if err := ssc.stop(ctx, graceful); err != nil {
		ssc.sc.cfg.Notice(ssc.Name() + ": " + err.Error())
	}
	if stopSC {
		ssc.sc.Stop()
	}
}

// gracefulTimeout is how long a graceful stop may take: ten intervals, as in Spark, unless set.
func (ssc *StreamingContext) gracefulTimeout() time.Duration {
	if d, ok := parseDurationText(ssc.sc.conf.Get("spark.streaming.gracefulStopTimeout")); ok && d > 0 {
		return d
	}
	return max(10*ssc.Interval(), stopTimeout)
}

func (ssc *StreamingContext) stop(ctx context.Context, graceful bool) error {
	ssc.mu.Lock()
	loop := ssc.loop
	if loop == nil {
		ssc.state = StreamingStopped
	}
	ssc.mu.Unlock()
	if loop == nil {
		ssc.sc.streaming.remove(ssc)
		return nil
	}
	ssc.told.Store(true)
	err := loop.Stop(ctx, graceful)
	select {
	case <-ssc.over:
	case <-ctx.Done():
	}
	ssc.mu.Lock()
	ssc.state = StreamingStopped
	ssc.mu.Unlock()
	ssc.sc.streaming.remove(ssc)
	return err
}

func (ssc *StreamingContext) running() *stream.Loop {
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	return ssc.loop
}

// AwaitTermination waits until the context is stopped, and fails if a batch failed. Ctrl-C ends the wait; the stream goes
// on.
func (ssc *StreamingContext) AwaitTermination() {
	ssc.await(ssc.sc.scope().ctx)
}

// AwaitTerminationOrTimeout is AwaitTermination for at most d. It tells whether the context was stopped.
func (ssc *StreamingContext) AwaitTerminationOrTimeout(d any) bool {
	ctx, cancel := context.WithTimeoutCause(ssc.sc.scope().ctx, parseDuration("AwaitTerminationOrTimeout", "timeout", d), errWaited)
	defer cancel()
	return ssc.await(ctx)
}

var errWaited = errors.New("waited long enough")

// await tells whether the context has stopped.
func (ssc *StreamingContext) await(ctx context.Context) bool {
	loop := ssc.running()
	if loop == nil {
		return ssc.GetState() == StreamingStopped
	}
	err := loop.Await(ctx)
	switch {
	case err == nil:
		return true
	case ctx.Err() == nil || !errors.Is(err, ctx.Err()):
		raise("batch failed", err)
	case context.Cause(ctx) != errWaited:
		raise("AwaitTermination", context.Cause(ctx))
	}
	return false
}

// stopAll stops the contexts of a SparkContext that is being stopped.
func (r *streamRegistry) stopAll(ctx context.Context, live []*StreamingContext) error {
	errs := make([]error, len(live))
	var wg sync.WaitGroup
	for i, ssc := range live {
		wg.Go(func() {
			if err := ssc.stop(ctx, true); err != nil {
				errs[i] = fmt.Errorf("%s: %w", ssc.Name(), err)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
