package session

import (
	"context"
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/receiver"
	"gospark/runtime/gofunc"
)

// A Receiver reads from an outside system: Receive runs until ctx is done and hands each record to store, which blocks
// while batches cannot keep up. It returns nil at the end of the input; after an error it is called again, with a delay
// that grows.
type Receiver interface {
	Receive(ctx context.Context, store func(record any)) error
}

// ReceiverStream makes a stream of what a receiver reads: a Receiver, or a function, whose type tells that of the records:
//
//	ssc.ReceiverStream(func(ctx context.Context, store func(string)) error { … })
func (ssc *StreamingContext) ReceiverStream(r any) *DStream {
	u := &userReceiver{name: "ReceiverStream"}
	if x, ok := r.(Receiver); ok {
		u.elem = anyLeaf.Elem
		u.run = func(ctx context.Context, store func(reflect.Value)) error {
			return x.Receive(ctx, func(v any) {
				e := reflect.New(u.elem).Elem()
				if v != nil {
					e.Set(reflect.ValueOf(v))
				}
				store(e)
			})
		}
	} else {
		u.bind(r)
	}
	shape := gofunc.Holds(u.elem)
	if shape.IsTuple() { // a Pair comes in one column
		shape = gofunc.Leaf(u.elem)
	}
	d := ssc.newInput("receiverStream", u.name, shape, &inputStream{receiver: true, open: func(in *inputStream) (connector.Source, error) {
		return in.receive(u, []connector.Column{{Name: "value", Elem: u.elem}}), nil
	}})
	if u.elem == pairLeaf.Elem {
		return d.each("receiverStream", func(r *RDD) *RDD { return r.pairs("ReceiverStream") })
	}
	return d
}

// userReceiver runs a receiver of the user's.
type userReceiver struct {
	name string
	elem reflect.Type
	run  func(ctx context.Context, store func(reflect.Value)) error
}

var _ receiver.Receiver = (*userReceiver)(nil)

func (u *userReceiver) String() string { return u.name }

// bind checks func(context.Context, func(T)) error.
func (u *userReceiver) bind(f any) {
	v := reflect.ValueOf(f)
	t := reflect.TypeOf(f)
	if t == nil || t.Kind() != reflect.Func || t.NumIn() != 2 || t.In(0) != reflect.TypeFor[context.Context]() ||
		t.In(1).Kind() != reflect.Func || t.In(1).NumIn() != 1 || t.In(1).NumOut() != 0 ||
		t.NumOut() > 1 || t.NumOut() == 1 && t.Out(0) != reflect.TypeFor[error]() {
		mistake("ReceiverStream", "want func(ctx context.Context, store func(T)) error or a Receiver, have %T", f)
	}
	u.elem = t.In(1).In(0)
	u.run = func(ctx context.Context, store func(reflect.Value)) error {
		put := reflect.MakeFunc(t.In(1), func(args []reflect.Value) []reflect.Value {
			store(args[0])
			return nil
		})
		out := v.Call([]reflect.Value{reflect.ValueOf(ctx), put})
		if len(out) == 1 && !out[0].IsNil() {
			return out[0].Interface().(error)
		}
		return nil
	}
}

// Run hands records on one by one: the buffer joins them.
func (u *userReceiver) Run(ctx context.Context, sink receiver.Sink) error {
	sink.Connected()
	var failed error
	err := u.run(ctx, func(v reflect.Value) {
		b := batch.New(1, u.elem)
		b.Cols[0].AppendAny(v.Interface())
		b.N = 1
		if err := sink.Store(ctx, b); err != nil && failed == nil {
			failed = err
		}
	})
	if err == nil && ctx.Err() == nil {
		err = failed
	}
	return err
}
