package history

import (
	"slices"
	"time"

	"gospark/runtime/progress"
)

// Batch states, as Spark names them.
const (
	Queued     = "QUEUED"
	Processing = "PROCESSING"
	Completed  = "COMPLETED"
)

// A Context is a run of a streaming context or of a streaming query.
type Context struct {
	ID, Name         string
	Interval         time.Duration // 0 when batches start as soon as the one before is done
	Started, Stopped time.Time
	Err              string
	Inputs           []progress.StreamInfo
	Receivers        []*Receiver // by stream id
	Batches          *Kept[int64, *Batch]

	CompletedBatches, ReceivedRows, ProcessedRows int64
	FailedOps                                     int64
	Scheduling, Processing, Total                 Histogram
	LastCompleted, LastReceived                   *Batch

	opNames map[int]progress.OutputOp // what output operations were called in the batches before
}

// A Receiver is an input stream that cannot be read again.
type Receiver struct {
	Stream  progress.StreamInfo
	Known   bool // a ReceiverState came
	Active  bool
	Err     string // the last error, also when it works again
	ErrTime time.Time
}

// A Batch is a micro-batch. Its Time is its id, in ms.
type Batch struct {
	Time                          int64
	Status                        string
	Submitted, Started, Completed time.Time
	Inputs                        []progress.InputInfo
	Outputs                       int                  // operations in all, of which Ops has those known
	Ops                           []*progress.OutputOp // by id
	Span                          time.Duration        // the stretch of time its input came from

	ctx *Context
}

// SchedulingDelay is the wait between submission and start.
func (b *Batch) SchedulingDelay() (time.Duration, bool) {
	return b.Started.Sub(b.Submitted), !b.Started.IsZero()
}

// ProcessingTime is how long the batch took from its start.
func (b *Batch) ProcessingTime() (time.Duration, bool) {
	return b.Completed.Sub(b.Started), !b.Completed.IsZero()
}

// TotalDelay is how long the batch took from its submission.
func (b *Batch) TotalDelay() (time.Duration, bool) {
	return b.Completed.Sub(b.Submitted), !b.Completed.IsZero()
}

// Rows is what all input streams gave to the batch.
func (b *Batch) Rows() (n int64) {
	for _, in := range b.Inputs {
		n += in.Rows
	}
	return n
}

// RowsOf is what one input stream gave to the batch.
func (b *Batch) RowsOf(stream int) (n int64) {
	for _, in := range b.Inputs {
		if in.StreamID == stream {
			n += in.Rows
		}
	}
	return n
}

// Rate turns rows of the batch into rows a second.
func (b *Batch) Rate(rows int64) float64 {
	if b.Span <= 0 {
		return 0
	}
	return float64(rows) * 1000 / (float64(b.Span) / float64(time.Millisecond))
}

// OpCounts says how many output operations of the batch are done, failed, and still to do.
func (b *Batch) OpCounts() (active, completed, failed int) {
	for _, op := range b.Ops {
		switch {
		case op.Err != "":
			failed++
		case !op.Completed.IsZero():
			completed++
		}
	}
	return max(0, max(b.Outputs, len(b.Ops))-completed-failed), completed, failed
}

// AllOps gives the operations known and, for those that did not start yet, their names in the batch before.
func (b *Batch) AllOps() []progress.OutputOp {
	ops := make([]progress.OutputOp, 0, b.Outputs)
	for _, op := range b.Ops {
		ops = append(ops, *op)
	}
	for id := 0; id < b.Outputs; id++ {
		if !slices.ContainsFunc(ops, func(o progress.OutputOp) bool { return o.ID == id }) {
			known := b.ctx.opNames[id]
			ops = append(ops, progress.OutputOp{ID: id, Name: known.Name, Description: known.Description})
		}
	}
	slices.SortFunc(ops, func(a, b progress.OutputOp) int { return a.ID - b.ID })
	return ops
}

// Streaming gives the context with an id or, without one, the running one that was started last.
func (h *History) Streaming(id string) *Context {
	if id != "" {
		c, _ := h.Contexts.Get(id)
		return c
	}
	for c := range h.Contexts.Backward() {
		if c.Stopped.IsZero() {
			return c
		}
	}
	return nil
}

func (h *History) context(id string) *Context {
	c, ok := h.Contexts.Get(id)
	if !ok {
		c = &Context{ID: id, opNames: map[int]progress.OutputOp{}}
		c.Batches = newKept[int64](h.limits.Batches, func(b *Batch) bool { return b.Status == Completed })
		h.Contexts.put(id, c)
	}
	return c
}

func (h *History) streamingStart(e progress.StreamingStart) {
	c := h.context(e.Context)
	c.Name, c.Interval, c.Started, c.Inputs = e.Name, e.Interval, e.Time, e.Inputs
	c.Stopped, c.Err = time.Time{}, ""
	for _, in := range e.Inputs {
		if in.Receiver {
			c.receiverOf(in)
		}
	}
}

func (c *Context) receiverOf(in progress.StreamInfo) *Receiver {
	for _, r := range c.Receivers {
		if r.Stream.ID == in.ID {
			return r
		}
	}
	r := &Receiver{Stream: in}
	c.Receivers = append(c.Receivers, r)
	slices.SortFunc(c.Receivers, func(a, b *Receiver) int { return a.Stream.ID - b.Stream.ID })
	return r
}

func (c *Context) receiver(e progress.ReceiverState) {
	r := c.receiverOf(e.Stream)
	r.Known, r.Active = true, e.Active
	if e.Stream.Name != "" {
		r.Stream.Name = e.Stream.Name
	}
	if e.Err != "" {
		r.Err, r.ErrTime = e.Err, e.Time
	}
}

// Streams gives the input streams: those the context was started with and those that only a receiver told of.
func (c *Context) Streams() []progress.StreamInfo {
	all := slices.Clone(c.Inputs)
	for _, r := range c.Receivers {
		if !slices.ContainsFunc(all, func(s progress.StreamInfo) bool { return s.ID == r.Stream.ID }) {
			all = append(all, r.Stream)
		}
	}
	slices.SortFunc(all, func(a, b progress.StreamInfo) int { return a.ID - b.ID })
	return all
}

// Batch gives the batch of a time, in ms; with create a new one where there is none.
func (c *Context) Batch(t int64, create bool) *Batch {
	b, ok := c.Batches.Get(t)
	if !ok && create {
		b = &Batch{Time: t, Status: Queued, Span: c.Interval, ctx: c}
		if b.Span == 0 {
			for last := range c.Batches.Backward() {
				b.Span = time.Duration(t-last.Time) * time.Millisecond
				break
			}
		}
		c.Batches.put(t, b)
	}
	return b
}

// ActiveBatches counts the batches queued and those in processing.
func (c *Context) ActiveBatches() (queued, processing int) {
	for b := range c.Batches.All() {
		switch b.Status {
		case Queued:
			queued++
		case Processing:
			processing++
		}
	}
	return queued, processing
}

func (c *Context) batchSubmitted(e progress.BatchSubmitted) {
	b := c.Batch(e.BatchTime, true)
	b.Submitted, b.Inputs, b.Outputs = e.Submitted, e.Inputs, e.Outputs
	c.LastReceived = b
}

func (c *Context) batchStarted(e progress.BatchStarted) {
	b := c.Batch(e.BatchTime, true)
	if b.Status != Queued {
		return
	}
	b.Status, b.Submitted, b.Started = Processing, e.Submitted, e.Started
	c.ReceivedRows += b.Rows()
}

func (c *Context) batchCompleted(e progress.BatchCompleted) {
	b := c.Batch(e.BatchTime, true)
	if b.Status == Completed {
		return
	}
	before := b.Rows()
	if b.Status == Queued {
		before = 0
	}
	b.Status, b.Submitted, b.Started, b.Completed = Completed, e.Submitted, e.Started, e.Completed
	if e.Inputs != nil {
		b.Inputs = e.Inputs
	}
	for _, op := range e.Outputs {
		b.setOp(op)
	}
	b.Outputs = max(b.Outputs, len(b.Ops))
	c.CompletedBatches++
	c.ReceivedRows += b.Rows() - before
	c.ProcessedRows += b.Rows()
	_, _, failed := b.OpCounts()
	c.FailedOps += int64(failed)
	c.LastCompleted = b
	if c.LastReceived == nil {
		c.LastReceived = b
	}
	c.Scheduling.add(e.Started.Sub(e.Submitted))
	c.Processing.add(e.Completed.Sub(e.Started))
	c.Total.add(e.Completed.Sub(e.Submitted))
}

func (b *Batch) op(id int) *progress.OutputOp {
	for _, op := range b.Ops {
		if op.ID == id {
			return op
		}
	}
	known := b.ctx.opNames[id]
	op := &progress.OutputOp{ID: id, Name: known.Name, Description: known.Description}
	b.Ops = append(b.Ops, op)
	slices.SortFunc(b.Ops, func(a, b *progress.OutputOp) int { return a.ID - b.ID })
	return op
}

func (b *Batch) setOp(e progress.OutputOp) {
	op := b.op(e.ID)
	e.Jobs = slices.Concat(e.Jobs, op.Jobs) // a copy: the event belongs to all listeners
	slices.Sort(e.Jobs)
	e.Jobs = slices.Compact(e.Jobs)
	*op = e
	b.ctx.opNames[e.ID] = progress.OutputOp{Name: e.Name, Description: e.Description}
}

func (b *Batch) addJob(opID, job int) {
	op := b.op(opID)
	if !slices.Contains(op.Jobs, job) {
		op.Jobs = append(op.Jobs, job)
	}
}

// FormatTime prints a batch time of the context in local time, with milliseconds where batches are shorter than a second.
func (c *Context) FormatTime(ms int64, layout string) string {
	if c.Interval > 0 && c.Interval < time.Second || ms%1000 != 0 {
		layout += ".000"
	}
	return time.UnixMilli(ms).Format(layout)
}
