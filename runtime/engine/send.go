package engine

import (
	"context"
	"errors"
	"maps"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka"
	"gospark/runtime/op"
	"gospark/runtime/resolved"
)

// sinks are the formats of a batch write that are no files, by name: what opens one for rows of a relation. Each write is
// the only batch of its sink.
var sinks = map[string]func(ctx context.Context, e *Engine, r resolved.Relation, options map[string]string) (connector.Sink, error){
	"kafka": func(ctx context.Context, e *Engine, r resolved.Relation, options map[string]string) (connector.Sink, error) {
		return kafka.NewSink(ctx, options, e.Schema(r), kafka.SinkOpening{})
	},
}

// sinkModes are the save modes of formats that are no files, which rows can only be added to.
var sinkModes = map[string]bool{"append": true, "error": true}

// Send writes the rows of a relation to a system that is no directory of files. It is atomic where the system is: for
// Kafka one transaction. found is false for the name of another format.
func (e *Engine) Send(ctx context.Context, j Job, r resolved.Relation, format, mode string, options map[string]string) (found bool, err error) {
	open, found := sinks[strings.ToLower(format)]
	if !found {
		return false, nil
	}
	if !sinkModes[mode] {
		return true, condition.New("_LEGACY_ERROR_TEMP_3081", "", "Save mode %s not allowed for Kafka. Allowed save modes are Append and ErrorIfExists (default).", mode)
	}
	if err := refuseStream(r); err != nil {
		return true, err
	}
	sink, err := open(ctx, e, r, maps.Clone(options))
	if err != nil {
		return true, err
	}
	err = e.sendTo(ctx, j, r, sink)
	return true, errors.Join(err, sink.Close())
}

// sendTo writes the rows as one batch.
func (e *Engine) sendTo(ctx context.Context, j Job, r resolved.Relation, sink connector.Sink) error {
	n, err := e.Plan(r, e.context())
	if err != nil {
		return err
	}
	if _, err := sink.Begin(ctx, 0); err != nil {
		return err
	}
	j.Plan = n
	j.Action = func(t *op.Task, o op.Operator) (any, error) {
		w, err := sink.Writer(t.Ctx, 0, t.Partition)
		if err != nil {
			o.Close()
			return nil, err
		}
		return sendRows(t, o, w)
	}
	written, err := e.Scheduler.Run(ctx, &j)
	if err == nil {
		err = sink.Commit(ctx, 0, written)
	}
	if err != nil {
		return errors.Join(cause(err), sink.Abort(context.WithoutCancel(ctx), 0))
	}
	return nil
}

func sendRows(t *op.Task, o op.Operator, w connector.Writer) (written any, err error) {
	done := false
	defer func() {
		if !done { // also when a user's function panics
			err = errors.Join(err, w.Abort())
		}
	}()
	err = op.Drain(o, func(b *batch.Batch) error {
		t.Metrics.OutputRows += int64(b.Rows())
		return w.Write(b)
	})
	if err != nil {
		return nil, err
	}
	written, err = w.Commit()
	done = err == nil
	return written, err
}
