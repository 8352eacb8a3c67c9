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
	Checkpoint  string   // its directory, "" without one
	Muted       bool
	MutedBlocks int64 // batches whose output was not printed
	Paused      bool
	Held        StreamHold
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
	// Uncounted inputs do not know how many rows they give: the RDDs of a queue.
	Uncounted bool
}

// Status tells what the context is doing.
func (ssc *StreamingContext) Status() StreamingStatus {
	st := StreamingStatus{ID: ssc.id, Name: ssc.Name(), Interval: ssc.Interval()}
	st.Muted, st.MutedBlocks, st.Paused, st.Held = ssc.console.status()
	ssc.mu.Lock()
	st.State, st.Started, st.Err, st.Checkpoint = ssc.state, ssc.started, ssc.err, ssc.checkpoint
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
		last := completedBatch(b)
		st.Last = &last
	}
	return st
}

// Mute stops printing the context's output. The batches go on; what is not printed is counted.
func (ssc *StreamingContext) Mute() { ssc.console.mute() }

// Unmute prints again, and tells how many blocks were not printed.
func (ssc *StreamingContext) Unmute() int64 { return ssc.console.unmute() }

// Pause holds the context's output back from being printed, until Resume or the end of the context. The batches go on.
func (ssc *StreamingContext) Pause() { ssc.console.pause() }

// Resume prints what Pause held back, and tells how much that was.
func (ssc *StreamingContext) Resume() StreamHold {
	h, err := ssc.console.resume(ssc.sc.cfg.Out)
	if err != nil {
		raise("Resume", err)
	}
	return h
}

// Tail is the last n blocks with records as Print printed them, or would have, the oldest first; up to 20 are kept.
func (ssc *StreamingContext) Tail(n int) []string { return ssc.console.tail(n) }

// RecentBatches are the last batches that were completed, up to 100, the oldest first.
func (ssc *StreamingContext) RecentBatches() []StreamingBatch {
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	return slices.Clone(ssc.recent)
}

// retainedBatches is how many batches RecentBatches has, as many as a query keeps reports.
const retainedBatches = 100

func (ssc *StreamingContext) retain(b *stream.Batch) {
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	if ssc.recent = append(ssc.recent, completedBatch(b)); len(ssc.recent) > retainedBatches {
		ssc.recent = ssc.recent[1:]
	}
}

func completedBatch(b *stream.Batch) StreamingBatch {
	return StreamingBatch{Time: time.UnixMilli(b.Time), Rows: b.Rows(), Err: b.Err,
		SchedulingDelay: b.SchedulingDelay(), ProcessingTime: b.ProcessingTime(), TotalDelay: b.SchedulingDelay() + b.ProcessingTime()}
}
