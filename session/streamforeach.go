package session

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/op"
	"gospark/runtime/stream/query"
	"gospark/runtime/types"
)

// A ForeachWriter takes the rows of a stream one by one. Each task opens it for its partition of a batch, gives it the
// rows if Open said so, and closes it with the error that stopped the task, if one did. Tasks run at the same time: what
// they share has to be safe for that. Rows may come again after a failure.
type ForeachWriter interface {
	Open(partitionID, epochID int64) bool
	Process(row Row)
	Close(err error)
}

// Foreach gives every row to w: a ForeachWriter, or a func(Row) with or without an error as its result.
func (w *DataStreamWriter) Foreach(f any) *DataStreamWriter {
	var open func() (process func(Row) error, start func(partition, epoch int64) bool, end func(error))
	switch x := f.(type) {
	case ForeachWriter:
		open = func() (func(Row) error, func(int64, int64) bool, func(error)) {
			return func(r Row) error { x.Process(r); return nil }, x.Open, x.Close
		}
	case func(Row):
		open = func() (func(Row) error, func(int64, int64) bool, func(error)) {
			return func(r Row) error { x(r); return nil }, func(int64, int64) bool { return true }, func(error) {}
		}
	case func(Row) error:
		open = func() (func(Row) error, func(int64, int64) bool, func(error)) {
			return x, func(int64, int64) bool { return true }, func(error) {}
		}
	default:
		raise("Foreach", fmt.Errorf("want a ForeachWriter, or func(row Row), have %s", reflect.TypeOf(f)))
	}
	zone := w.df.spark.engine.Zone()
	w.format = "foreach"
	w.special = func(*StreamingQuery, *DataStreamWriter, connector.Options) (*streamSink, error) {
		return &streamSink{open: func(so query.SinkOpening) (connector.Sink, error) {
			return &foreachSink{schema: so.Schema, zone: zone, open: open}, nil
		}}, nil
	}
	return w
}

// foreachSink guarantees at least once: nothing is held back.
type foreachSink struct {
	schema *types.Type
	zone   *time.Location
	open   func() (func(Row) error, func(partition, epoch int64) bool, func(error))
}

var _ connector.Prompt = (*foreachSink)(nil)

func (k *foreachSink) Begin(context.Context, int64) (bool, error) { return false, nil }
func (k *foreachSink) Commit(context.Context, int64, []any) error { return nil }
func (k *foreachSink) Abort(context.Context, int64) error         { return nil }
func (k *foreachSink) Close() error                               { return nil }
func (k *foreachSink) String() string                             { return "ForeachWriterTable" }
func (k *foreachSink) Prompt()                                    {}

func (k *foreachSink) Writer(_ context.Context, id int64, partition int) (connector.Writer, error) {
	w := &foreachWriter{sink: k}
	var start func(int64, int64) bool
	w.process, start, w.end = k.open()
	err := called(func() error {
		w.wants = start(int64(partition), id)
		return nil
	})
	if err != nil {
		w.close(err)
	}
	return w, err
}

type foreachWriter struct {
	sink    *foreachSink
	process func(Row) error
	end     func(error)
	wants   bool
	failed  error
	closed  bool
}

// called runs a user's function; its panic is an error.
func called(f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *Error:
			err = p
		default:
			err = op.PanicError(p)
		}
	}()
	return f()
}

func (w *foreachWriter) Write(b *batch.Batch) error {
	if !w.wants {
		return nil
	}
	w.failed = called(func() error {
		for i := range b.Rows() {
			row := Row{schema: w.sink.schema, values: make([]any, len(b.Cols)), zone: w.sink.zone}
			for c, v := range b.Cols {
				row.values[c] = v.Any(b.Row(i))
			}
			if err := w.process(row); err != nil {
				return err
			}
		}
		return nil
	})
	return w.failed
}

func (w *foreachWriter) close(err error) error {
	if w.closed {
		return nil
	}
	w.closed = true
	return called(func() error {
		w.end(err)
		return nil
	})
}

func (w *foreachWriter) Commit() (any, error) { return nil, w.close(nil) }

func (w *foreachWriter) Abort() error {
	if w.failed == nil {
		w.failed = context.Canceled
	}
	return w.close(w.failed)
}
