package session

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"gospark/runtime/stream"
)

// streamRegistry holds the streaming contexts of a SparkContext, so that one whose variable was lost can be found.
type streamRegistry struct {
	mu       sync.Mutex
	contexts []*StreamingContext
	last     int
	clock    stream.Clock // nil: the machine's
	closer   sync.Once
}

func (r *streamRegistry) add(ssc *StreamingContext) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	ssc.id = fmt.Sprintf("stream-%d", r.last)
	r.contexts = append(r.contexts, ssc)
}

func (r *streamRegistry) remove(ssc *StreamingContext) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.contexts = slices.DeleteFunc(r.contexts, func(x *StreamingContext) bool { return x == ssc })
}

func (r *streamRegistry) time() stream.Clock {
	if r.clock == nil {
		return stream.System
	}
	return r.clock
}

// StreamingContexts lists the streaming contexts that are defined or running, the oldest first.
func (sc *SparkContext) StreamingContexts() []*StreamingContext {
	sc.streaming.mu.Lock()
	defer sc.streaming.mu.Unlock()
	return slices.Clone(sc.streaming.contexts)
}

// A StreamingStatus is what a streaming context is doing.
type StreamingStatus struct {
	ID, Name    string
	State       StreamingContextState
	Interval    time.Duration
	Started     time.Time
	Batches     int64 // completed
	Failed      int64 // of them
	Queued      int   // batches that wait
	Rows        int64 // read by completed batches
	FailedRows  int64 // of them, read by batches that failed
	Last        *StreamingBatch
	Inputs      []StreamingInput
	Outputs     []string // such as "print at snippet:4"
	Muted       bool
	MutedBlocks int64 // batches whose output was not printed
	Err         error // why it stopped, if by itself
}

// A StreamingBatch is a completed batch.
type StreamingBatch struct {
	Time            time.Time
	Rows            int64
	SchedulingDelay time.Duration
	ProcessingTime  time.Duration
	TotalDelay      time.Duration
	Err             error
}

// A StreamingInput is an input stream. State is "" for one without a receiver.
type StreamingInput struct {
	ID    int
	Name  string
	State string  // connected, lost, ended, stopped
	Err   string  // why it is lost
	Rate  float64 // rows a second it may take, 0 if backpressure does not limit it
	Rows  int64   // read so far
}

// Status tells what the context is doing.
func (ssc *StreamingContext) Status() StreamingStatus {
	st := StreamingStatus{ID: ssc.id, Name: ssc.Name(), Interval: ssc.Interval(), Muted: ssc.muted.Load(), MutedBlocks: ssc.mutedBlocks.Load()}
	ssc.mu.Lock()
	st.State, st.Started, st.Err = ssc.state, ssc.started, ssc.err
	loop := ssc.loop
	inputs, outputs := slices.Clone(ssc.inputs), slices.Clone(ssc.outputs)
	ssc.mu.Unlock()
	for _, o := range outputs {
		st.Outputs = append(st.Outputs, o.where.String())
	}
	for _, in := range inputs {
		st.Inputs = append(st.Inputs, in.status())
	}
	if loop == nil {
		return st
	}
	s := loop.Stats()
	st.Batches, st.Failed, st.Queued, st.Rows, st.FailedRows = s.Completed, s.Failed, s.Queued, s.Rows, s.FailedRows
	if b := s.Last; b != nil {
		st.Last = &StreamingBatch{Time: time.UnixMilli(b.Time), Rows: b.Rows(), Err: b.Err,
			SchedulingDelay: b.SchedulingDelay(), ProcessingTime: b.ProcessingTime(), TotalDelay: b.SchedulingDelay() + b.ProcessingTime()}
	}
	return st
}

// Mute stops printing the context's output. The batches go on; what is not printed is counted.
func (ssc *StreamingContext) Mute() { ssc.muted.Store(true) }

// Unmute prints again.
func (ssc *StreamingContext) Unmute() { ssc.muted.Store(false) }
