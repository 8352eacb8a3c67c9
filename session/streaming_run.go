package session

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/exec"
	"gospark/runtime/op"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
	"gospark/runtime/stream"
)

// turn is the batch in progress. It belongs to the loop's goroutine that runs batches, but for zero and shown, which are
// set before it starts.
type turn struct {
	zero  int64 // one interval before the first batch, in ms
	shown map[*DStream]bool
	batch *stream.Batch
	scope *scope
	last  *stream.Batch // completed
	quiet quiet

	written   int64 // time of the last checkpoint
	unwritten bool  // the user knows that there is none
}

// An output is an output operation.
type output struct {
	id    int
	in    *DStream
	where *plan.Origin
	run   func(r *RDD, t int64)
}

// addOutput registers what is done with each RDD of d.
func (d *DStream) addOutput(method string, run func(r *RDD, t int64)) {
	d.ssc.defining(method)
	ssc := d.ssc
	where := ssc.sc.origin(method, "")
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	ssc.outputs = append(ssc.outputs, &output{id: len(ssc.outputs), in: d, where: where, run: run})
}

// Start starts the context: inputs are opened, and the first batch is that of the next multiple of the interval.
func (ssc *StreamingContext) Start() {
	switch ssc.GetState() {
	case StreamingActive:
		ssc.sc.cfg.Notice(ssc.Name() + ": StreamingContext has already been started")
		return
	case StreamingStopped:
		condition.New("", "", "StreamingContext has already been stopped").
			WithFix("define a new one: ssc = NewStreamingContext(sc, %s)", intervalText(ssc.interval)).Raise()
	}
	ssc.validate()
	inputs := ssc.open()
	clock := ssc.sc.streaming.time()
	first := stream.First(clock, ssc.Interval())
	if ssc.saved != nil {
		first = max(first, ssc.saved.Time+ssc.interval)
	}
	ssc.turn = turn{zero: first - ssc.interval, shown: map[*DStream]bool{}}
	ssc.turn.quiet.on = ssc.sc.cfg.Empty != nil
	if ssc.saved != nil {
		ssc.turn.zero = ssc.saved.Zero
		if err := ssc.restore(); err != nil {
			ssc.closeInputs(inputs)
			raise("Start: going on from "+ssc.checkpoint, err)
		}
	}
	cfg := stream.Config{
		ID: ssc.id, Interval: ssc.Interval(), Clock: clock, Bus: ssc.sc.bus, Inputs: inputs, First: first,
		Fixed: ssc.fixed, Finish: ssc.finish, Completed: ssc.completed, Failed: ssc.failed,
		StopOnFailure: ssc.sc.conf.Get("spark.streaming.stopOnFailure") == "true",
	}
	for _, d := range ssc.streams {
		d.keep = max(d.keep, ssc.remember)
	}
	for _, o := range ssc.outputs {
		ssc.turn.shown[o.in] = true
		o.in.retain(ssc.remember)
		cfg.Outputs = append(cfg.Outputs, stream.Output{Name: o.where.String(), Run: ssc.runner(o)})
	}
	start := progress.StreamingStart{Context: ssc.id, Name: ssc.Name(), Interval: ssc.Interval(), Time: clock.Now()}
	for _, in := range ssc.inputs {
		start.Inputs = append(start.Inputs, in.info())
	}
	ssc.sc.bus.Emit(start)
	ssc.sc.streaming.closer.Do(func() {
		ssc.sc.onStop(func(ctx context.Context) error { return ssc.sc.streaming.stopAll(ctx, ssc.sc.StreamingContexts()) })
	})
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	ssc.state, ssc.started, ssc.over = StreamingActive, clock.Now(), make(chan struct{})
	ssc.loop = stream.Start(cfg)
	go ssc.watch(ssc.loop)
}

// validate refuses what could not run, and leaves the context as it is, so that it can be put right.
func (ssc *StreamingContext) validate() {
	if len(ssc.outputs) == 0 {
		condition.New("", "", "No output operations registered, so nothing to execute").
			WithFix("add one to a stream before Start, such as .Print()").Raise()
	}
	for _, d := range ssc.streams {
		if d.needsDir && ssc.checkpoint == "" {
			condition.New("", "", "The checkpoint directory has not been set: %s at %s needs it", d.op, d.site).
				WithFix(`type ssc.Checkpoint("/tmp/checkpoint") before ssc.Start()`).Raise()
		}
	}
	if ssc.checkpoint != "" {
		if err := os.MkdirAll(ssc.checkpoint, 0o755); err != nil {
			raise("Checkpoint", err)
		}
	}
}

// watch notes that the loop has ended.
func (ssc *StreamingContext) watch(l *stream.Loop) {
	defer close(ssc.over)
	<-l.Done()
	_, _ = ssc.console.resume(ssc.sc.cfg.Out) // what is held back must not be lost
	if b := ssc.turn.last; b != nil && ssc.checkpoint != "" {
		ssc.writeCheckpoint(b)
	}
	if !ssc.told.Load() {
		if err := l.Left(); err != nil {
			ssc.sc.cfg.Notice(ssc.Name() + ": " + err.Error())
		}
	}
	ssc.mu.Lock()
	ssc.state = StreamingStopped
	ssc.err = l.Err()
	e := progress.StreamingStop{Context: ssc.id, Time: ssc.sc.streaming.time().Now()}
	if ssc.err != nil {
		e.Err = ssc.err.Error()
	}
	listeners := ssc.listeners
	ssc.mu.Unlock()
	ssc.sc.bus.Emit(e)
	for _, remove := range listeners {
		remove()
	}
	ssc.sc.streaming.remove(ssc)
}

// fixed passes the moment at which a batch's input is fixed on to the inputs that are not sources.
func (ssc *StreamingContext) fixed(b *stream.Batch) {
	for _, in := range ssc.inputs {
		if in.fixed != nil {
			in.fixed(b.Time)
		}
	}
}

// begin makes the calling goroutine the batch's.
func (ssc *StreamingContext) begin(ctx context.Context, b *stream.Batch, id int, site string) (leave func()) {
	s := &scope{ctx: ctx, batch: exec.Batch{Context: ssc.id, Time: b.Time, Output: id}, onJob: b.Job, site: site}
	ssc.turn.batch, ssc.turn.scope = b, s
	return ssc.sc.enter(s)
}

func (ssc *StreamingContext) runner(o *output) func(context.Context, *stream.Batch) error {
	return func(ctx context.Context, b *stream.Batch) (err error) {
		defer ssc.begin(ctx, b, o.id, o.where.Site)()
		defer located(o.where, &err)
		if r := o.in.at(b.Time); r != nil {
			o.run(r, b.Time)
		}
		return nil
	}
}

// located makes an error of a panic and names the operation whose function panicked.
func located(where *plan.Origin, err *error) {
	switch p := recover().(type) {
	case nil:
	case *Error:
		*err = p
	default:
		e := op.PanicError(p)
		if u, ok := e.(*op.UserError); ok && u.Where == nil {
			u.Where = where
		}
		*err = e
	}
}

// finish computes the RDDs of this batch that only later batches are made of, before their input is gone.
func (ssc *StreamingContext) finish(ctx context.Context, b *stream.Batch) (err error) {
	for _, d := range ssc.streams {
		if _, ok := d.look(b.Time); ok || !d.kept || !d.wanted(b.Time) {
			continue
		}
		if e := ssc.later(ctx, b, d); err == nil {
			err = e
		}
	}
	return err
}

func (ssc *StreamingContext) later(ctx context.Context, b *stream.Batch, d *DStream) (err error) {
	defer ssc.begin(ctx, b, len(ssc.outputs)-1, d.site)()
	defer located(&plan.Origin{Op: d.op, Site: d.site}, &err)
	d.at(b.Time)
	return nil
}

func (ssc *StreamingContext) completed(b *stream.Batch) {
	for _, d := range ssc.streams {
		d.forget(b.Time)
	}
	for _, in := range ssc.inputs {
		in.completed(b)
	}
	if b.Err == nil {
		ssc.notices.well(ssc)
	}
	ssc.quieten(b)
	ssc.retain(b)
	ssc.turn.batch, ssc.turn.scope, ssc.turn.last = nil, nil, b
	if ssc.checkpointDue(b.Time) {
		ssc.writeCheckpoint(b)
	}
}

// failed tells the user of a failure. One that repeats itself is told once, and counted until something else happens.
func (ssc *StreamingContext) failed(b *stream.Batch, err error) {
	rows := ""
	if n := b.Rows(); n > 0 { // a queue does not count
		rows = fmt.Sprintf(" (%d rows)", n)
	}
	text := fmt.Sprintf("batch %s%s failed: %v", time.UnixMilli(b.Time).Format("15:04:05.000"), rows, err)
	if b.Started.IsZero() {
		text = fmt.Sprintf("input: %v; what there is stays for a later batch", err)
	}
	ssc.notices.say(ssc, err.Error(), text)
}

// failureNotices keeps a stream that fails in every batch from filling the screen.
type failureNotices struct {
	mu    sync.Mutex
	last  string
	times int
}

func (f *failureNotices) say(ssc *StreamingContext, what, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if what == f.last {
		f.times++
		return
	}
	f.flush(ssc)
	f.last = what
	ssc.sc.cfg.Notice(ssc.Name() + ": " + text)
}

// well notes that a batch went well.
func (f *failureNotices) well(ssc *StreamingContext) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.flush(ssc)
	f.last = ""
}

func (f *failureNotices) flush(ssc *StreamingContext) {
	if f.times > 0 {
		ssc.sc.cfg.Notice(fmt.Sprintf("%s: %d more times: %s", ssc.Name(), f.times, f.last))
	}
	f.times = 0
}
