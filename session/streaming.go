package session

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/stream"
)

// A StreamingContext turns input streams into batches at a fixed interval and runs operations on each batch.
//
//	ssc := NewStreamingContext(sc, Seconds(1))
//	lines := ssc.SocketTextStream("localhost", 9999)
//	lines.FlatMap(strings.Fields).Map(func(w string) (string, int) { return w, 1 }).
//		ReduceByKey(func(a, b int) int { return a + b }).Print()
//	ssc.Start()
//
// Streams and outputs are defined before Start. Several contexts may run at the same time; a context that was stopped
// cannot be started again, a new one can.
//
// A batch that fails is reported, and what it read is left out of later windows and state; the batches after it run.
// With spark.streaming.stopOnFailure=true the stream stops instead.
type StreamingContext struct {
	sc         *SparkContext
	id         string
	interval   int64 // ms
	checkpoint string
	saved      *checkpoint // to go on from

	mu        sync.Mutex
	name      string
	state     StreamingContextState
	streams   []*DStream
	inputs    []*inputStream
	outputs   []*output
	remember  int64
	listeners []func()
	loop      *stream.Loop
	started   time.Time
	over      chan struct{} // closed when it has stopped
	told      atomic.Bool   // Stop was called
	err       error         // why it stopped, if by itself
	recent    []StreamingBatch

	console streamConsole
	notices failureNotices
	turn    turn
}

// StreamingContextState is INITIALIZED, ACTIVE or STOPPED.
type StreamingContextState int

// The states of a StreamingContext.
const (
	StreamingInitialized StreamingContextState = iota
	StreamingActive
	StreamingStopped
)

// String is Spark's name of the state.
func (s StreamingContextState) String() string {
	return [...]string{"INITIALIZED", "ACTIVE", "STOPPED"}[s]
}

// NewStreamingContext makes a context whose batches are interval apart: Seconds(1), 500*time.Millisecond, "500ms".
func NewStreamingContext(sc *SparkContext, interval any) *StreamingContext {
	if sc == nil {
		condition.New("", "", "NewStreamingContext: the SparkContext is nil").WithFix("give sc").Raise()
	}
	ssc := &StreamingContext{sc: sc, interval: millis("NewStreamingContext", "batch interval", interval)}
	sc.streaming.add(ssc)
	return ssc
}

// SparkContext is the context that runs the batches' jobs.
func (ssc *StreamingContext) SparkContext() *SparkContext { return ssc.sc }

// ID names the context among those of its SparkContext: stream-1.
func (ssc *StreamingContext) ID() string { return ssc.id }

// Name is the name shown for the context: its ID, unless SetName gave another.
func (ssc *StreamingContext) Name() string {
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	if ssc.name == "" {
		return ssc.id
	}
	return ssc.name
}

// SetName sets the name shown for the context.
func (ssc *StreamingContext) SetName(name string) *StreamingContext {
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	ssc.name = name
	return ssc
}

// Interval is the time from one batch to the next.
func (ssc *StreamingContext) Interval() time.Duration {
	return time.Duration(ssc.interval) * time.Millisecond
}

// GetState tells whether the context was started and stopped.
func (ssc *StreamingContext) GetState() StreamingContextState {
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	return ssc.state
}

// Checkpoint sets the directory where state is kept. Operations with state, and windows with an inverse function, need
// it.
func (ssc *StreamingContext) Checkpoint(dir string) {
	ssc.defining("checkpoint")
	if dir == "" {
		condition.New("", "", "Checkpoint: the directory is empty").WithFix(`give a directory, as in ssc.Checkpoint("/tmp/checkpoint")`).Raise()
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		raise("Checkpoint", err)
	}
	ssc.checkpoint = abs
}

// Remember keeps the RDDs of the batches of the last d for DStream.Slice.
func (ssc *StreamingContext) Remember(d any) {
	ssc.defining("remember")
	ssc.remember = max(ssc.remember, millis("Remember", "duration", d))
}

// Union is the records of several streams of the same type and slide.
func (ssc *StreamingContext) Union(streams ...*DStream) *DStream {
	if len(streams) == 0 {
		condition.New("", "", "Union: there is no stream").WithFix("give the streams, as in ssc.Union(a, b)").Raise()
	}
	return streams[0].Union(streams[1:]...)
}

// Transform applies f to the RDDs of several streams in each batch. f is a func with one *RDD for each stream, or
// func([]*RDD) *RDD; a last parameter of type time.Time is the batch time.
func (ssc *StreamingContext) Transform(f any, streams ...*DStream) *DStream {
	return transform(ssc, f, streams)
}

// defining checks that the graph may still be changed.
func (ssc *StreamingContext) defining(op string) {
	switch ssc.GetState() {
	case StreamingActive:
		condition.New("", "", "%s: Adding new inputs, transformations, and output operations after starting a context is not supported", op).
			WithFix("stop this one with ssc.Stop(false), or define another: ssc2 := NewStreamingContext(sc, %s); several run side by side", intervalText(ssc.interval)).Raise()
	case StreamingStopped:
		condition.New("", "", "%s: Adding new inputs, transformations, and output operations after stopping a context is not supported", op).
			WithFix("define a new one: ssc = NewStreamingContext(sc, %s)", intervalText(ssc.interval)).Raise()
	}
}

// intervalText is how a user would write a duration in ms.
func intervalText(ms int64) string {
	switch {
	case ms%60000 == 0:
		return fmt.Sprintf("Minutes(%d)", ms/60000)
	case ms%1000 == 0:
		return fmt.Sprintf("Seconds(%d)", ms/1000)
	}
	return fmt.Sprintf("Milliseconds(%d)", ms)
}
