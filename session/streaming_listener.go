package session

import (
	"fmt"
	"reflect"

	"gospark/runtime/op"
	"gospark/runtime/progress"
)

// Events of a streaming context, for AddStreamingListener.
type (
	// StreamingBatchSubmitted says that the input of a batch is fixed.
	StreamingBatchSubmitted = progress.BatchSubmitted
	// StreamingBatchStarted says that a batch runs.
	StreamingBatchStarted = progress.BatchStarted
	// StreamingBatchCompleted says that a batch is done, with what each output did.
	StreamingBatchCompleted = progress.BatchCompleted
	// StreamingOutputStarted says that an output operation of a batch runs.
	StreamingOutputStarted = progress.OutputOpStarted
	// StreamingOutputCompleted says that an output operation of a batch is done, or failed.
	StreamingOutputCompleted = progress.OutputOpCompleted
	// StreamingReceiverState says that a receiver was connected, lost or stopped.
	StreamingReceiverState = progress.ReceiverState
)

// AddStreamingListener calls f, a func of one of the events, for every such event of the context, in order, on a goroutine
// of its own. A listener that is too slow loses events and does not slow the stream.
//
//	ssc.AddStreamingListener(func(e StreamingBatchCompleted) { fmt.Println(e.Completed.Sub(e.Started)) })
func (ssc *StreamingContext) AddStreamingListener(f any) {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.Type().NumIn() != 1 || v.Type().NumOut() != 0 || !listened[v.Type().In(0)] {
		mistake("AddStreamingListener", "want a func of an event, such as func(e StreamingBatchCompleted), have %T", f)
	}
	want := v.Type().In(0)
	remove := ssc.sc.bus.Listen("listener of "+ssc.id, func(e progress.Event) {
		x := reflect.ValueOf(e)
		if x.Type() == want && x.FieldByName("Context").String() == ssc.id {
			defer func() {
				if p := recover(); p != nil {
					ssc.sc.cfg.Notice(fmt.Sprintf("%s: a listener failed: %v", ssc.Name(), op.PanicError(p)))
				}
			}()
			v.Call([]reflect.Value{x})
		}
	})
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	ssc.listeners = append(ssc.listeners, remove)
}

var listened = map[reflect.Type]bool{
	reflect.TypeFor[StreamingBatchSubmitted]():  true,
	reflect.TypeFor[StreamingBatchStarted]():    true,
	reflect.TypeFor[StreamingBatchCompleted]():  true,
	reflect.TypeFor[StreamingOutputStarted]():   true,
	reflect.TypeFor[StreamingOutputCompleted](): true,
	reflect.TypeFor[StreamingReceiverState]():   true,
}

// StreamingContextGetActive is the running streaming context of sc that was started first, nil if there is none.
func StreamingContextGetActive(sc *SparkContext) *StreamingContext {
	for _, ssc := range sc.StreamingContexts() {
		if ssc.GetState() == StreamingActive {
			return ssc
		}
	}
	return nil
}

// StreamingContextGetActiveOrCreate is the running streaming context of sc; if there is none, it is
// StreamingContextGetOrCreate.
func StreamingContextGetActiveOrCreate(sc *SparkContext, dir string, create func() *StreamingContext) *StreamingContext {
	if ssc := StreamingContextGetActive(sc); ssc != nil {
		return ssc
	}
	return StreamingContextGetOrCreate(dir, create)
}
