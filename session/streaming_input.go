package session

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/connector/receiver"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
	"gospark/runtime/stream"
)

// An inputStream is where a stream gets its records: a source, opened when the context starts, or a queue.
type inputStream struct {
	ssc      *StreamingContext
	id       int
	name     string
	receiver bool
	open     func(in *inputStream) (connector.Source, error) // nil for a queue
	limit    connector.Limit
	input    *stream.Input
	fixed    func(t int64) // told when the input of batch t is fixed
	rows     atomic.Int64

	mu    sync.Mutex
	state receiver.State
	known bool
}

// newInput adds an input stream whose records have the columns of a source.
func (ssc *StreamingContext) newInput(op, name string, shape gofunc.Shape, in *inputStream) *DStream {
	d := ssc.newStream(op, ssc.empty(shape))
	in.ssc, in.name, d.reads = ssc, name, name
	ssc.mu.Lock()
	in.id = len(ssc.inputs)
	ssc.inputs = append(ssc.inputs, in)
	ssc.mu.Unlock()
	d.make = func(t int64) *RDD {
		b := ssc.turn.batch
		if t != b.Time {
			return nil
		}
		splits, err := b.Ranges[in.place()].Splits()
		if err != nil {
			raise(op, err)
		}
		return ssc.sc.newRDD(&plan.Scan{Origin: ssc.sc.origin(op, "BlockRDD"), Splits: splits, Types: shape.Elems()}, shape)
	}
	return d
}

// place is the input's index among those of the loop.
func (in *inputStream) place() int {
	n := 0
	for _, o := range in.ssc.inputs[:in.id] {
		if o.input != nil {
			n++
		}
	}
	return n
}

func (in *inputStream) info() progress.StreamInfo {
	return progress.StreamInfo{ID: in.id, Name: in.name, Receiver: in.receiver}
}

// open opens the inputs that are sources.
func (ssc *StreamingContext) open() []*stream.Input {
	var opened []*stream.Input
	for _, in := range ssc.inputs {
		if in.open == nil {
			continue
		}
		src, err := in.open(in)
		if err != nil {
			ssc.closeInputs(opened)
			raise(in.name, err)
		}
		in.input = &stream.Input{ID: in.id, Name: in.name, Source: src, Limit: in.limit}
		ssc.backpressure(in)
		opened = append(opened, in.input)
	}
	return opened
}

// closeInputs undoes open when the context cannot start for another reason, which is what the user has to know.
func (ssc *StreamingContext) closeInputs(opened []*stream.Input) {
	for _, o := range opened {
		_ = o.Source.Close()
	}
	for _, in := range ssc.inputs {
		in.input = nil
	}
}

// backpressure sets an input's rates from the spark.streaming settings.
func (ssc *StreamingContext) backpressure(in *inputStream) {
	if in.receiver {
		in.input.Max = ssc.number("spark.streaming.receiver.maxRate", 0)
		if t, ok := in.input.Source.(stream.Throttle); ok && in.input.Max > 0 {
			t.SetRate(in.input.Max)
		}
	}
	if ssc.sc.conf.Get("spark.streaming.backpressure.enabled") != "true" {
		return
	}
	const pid = "spark.streaming.backpressure.pid."
	in.input.PID = &stream.PID{
		Proportional: ssc.number(pid+"proportional", stream.DefaultPID.Proportional),
		Integral:     ssc.number(pid+"integral", stream.DefaultPID.Integral),
		Derived:      ssc.number(pid+"derived", stream.DefaultPID.Derived),
		MinRate:      ssc.number(pid+"minRate", stream.DefaultPID.MinRate),
	}
	in.input.Start = ssc.number("spark.streaming.backpressure.initialRate", in.input.Max)
}

// number is a setting that is a number.
func (ssc *StreamingContext) number(key string, or float64) float64 {
	text := ssc.sc.conf.Get(key)
	if text == "" {
		return or
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || x < 0 {
		raise(key, fmt.Errorf("want a number, have %q", text))
	}
	return x
}

// report takes the changes of state of a receiver: the first failure in a row is news, its repetitions are not.
func (in *inputStream) report(s receiver.State) {
	in.mu.Lock()
	was := in.state
	in.state, in.known = s, true
	in.mu.Unlock()
	e := progress.ReceiverState{Context: in.ssc.id, Stream: in.info(), Active: s.Phase == receiver.Connected, Time: time.Now()}
	if s.Err != nil {
		e.Err = s.Err.Error()
	}
	in.ssc.sc.bus.Emit(e)
	notice := in.ssc.sc.cfg.Notice
	switch {
	case s.Phase == receiver.Lost && s.Attempt == 1:
		notice(fmt.Sprintf("%s: %v; trying again", in.ssc.Name(), s.Err))
	case s.Phase == receiver.Connected && was.Phase == receiver.Lost:
		notice(fmt.Sprintf("%s: %s: connected", in.ssc.Name(), in.name))
	}
}

// completed counts what a batch read.
func (in *inputStream) completed(b *stream.Batch) {
	if in.input != nil {
		in.rows.Add(b.Ranges[in.place()].Rows())
	}
}

func (in *inputStream) status() StreamingInput {
	s := StreamingInput{ID: in.id, Name: in.name, Rows: in.rows.Load(), Uncounted: in.fixed != nil}
	if in.input != nil {
		s.Rate = in.input.Rate()
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.known {
		s.State = in.state.Phase.String()
		if in.state.Err != nil {
			s.Err = in.state.Err.Error()
		}
	}
	return s
}
