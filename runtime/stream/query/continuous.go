package query

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/checkpoint"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/op"
	"gospark/runtime/progress"
	"gospark/runtime/stream/incremental"
	"gospark/runtime/stream/rules"
)

// A continuous query is planned once. One goroutine pulls rows through its operators and gives them to the sink's writer
// as they come; the source's end of the pipeline, a [feed], is where it waits for more, and where an epoch ends when its
// time has come. An epoch is to the logs and the sink what a batch is otherwise, but it is written down when its rows are
// with the sink already:
//
//	rows → writer commit → offsets/N → sink commit → commits/N → source commit
//
// So each row is written at least once: those of an epoch that was not finished come again after a restart.

// checkContinuous refuses what cannot run record by record.
func (q *Query) checkContinuous() error {
	if err := rules.CheckContinuous(q.cfg.Relation); err != nil {
		return err
	}
	if _, ok := q.sink.(connector.Prompt); !ok {
		return condition.New("", "", "'%s' is not supported with continuous trigger", q.sink).
			WithFix("kafka, console, memory, foreach and noop are; leave the trigger out: a batch then starts as soon as there is something to write")
	}
	return nil
}

// continuous runs the query record by record until ctx ends.
func (q *Query) continuous(ctx context.Context) error {
	if b := q.again; b != nil { // an epoch, or a batch of another trigger, that was not finished
		q.again = nil
		b.at, b.spent = q.cfg.Clock.Now(), phases{clock: q.cfg.Clock}
		b.news = true
		if err := q.process(ctx, b); err != nil {
			return err
		}
	}
	work, release := outlast(ctx)
	defer release()
	at := q.sources[0].committed
	f := &feed{q: q, ctx: ctx, work: work, source: q.sources[0], at: at, to: at}
	n, err := q.plan.Continuous(f)
	if err != nil {
		return err
	}
	if err := f.begin(); err != nil {
		return err
	}
	defer func() { f.leave() }()
	err = q.cfg.Scheduler.Aside(work, func(t *op.Task, applied func()) error {
		f.applied = applied
		o, err := op.Build(n, 0, t)
		if err != nil {
			return err
		}
		return op.Drain(o, f.write)
	})
	return errors.Join(err, f.abort())
}

// lingering is how long what has been read may still be written when the query is stopped.
const lingering = 2 * time.Second

// outlast is a context that goes on for a while when ctx ends.
func outlast(ctx context.Context) (_ context.Context, release func()) {
	work, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		late := time.AfterFunc(lingering, func() { cancel(context.Cause(ctx)) })
		context.AfterFunc(work, func() { late.Stop() })
	})
	return work, func() {
		stop()
		cancel(nil)
	}
}

// roundRows is how much is read before the clock is looked at again.
const roundRows = 1 << 16

// A feed is the source's end of the pipeline of a continuous query: a split whose reader waits for rows. When it is asked
// for more, what it gave before is with the writer.
type feed struct {
	q       *Query
	ctx     context.Context // of the query: ends with Stop
	work    context.Context // of what is written, a little longer
	source  *source
	applied func() // counts what user functions added to accumulators
	leave   func() // the goroutine's batch

	// what is being read
	at, to connector.Offset // all before at is with the writer; the round ends at to
	splits []connector.Split
	reader connector.Reader
	held   bool // rows may wait in the writer

	// the epoch
	epoch   *micro
	due     <-chan struct{}
	writer  connector.Writer
	in, out int64 // rows read and written
}

var (
	_ connector.Split  = (*feed)(nil)
	_ connector.Reader = (*feed)(nil)
)

func (f *feed) Open(context.Context) (connector.Reader, error) { return f, nil }
func (f *feed) String() string                                 { return f.source.String() }

func (f *feed) write(b *batch.Batch) error {
	f.out += int64(b.Rows())
	f.held = true
	return f.writer.Write(b)
}

// Next waits until there are rows, ends epochs meanwhile, and returns when the query is stopped.
func (f *feed) Next() (*batch.Batch, error) {
	for {
		if err := f.flush(); err != nil {
			return nil, err
		}
		if f.reader == nil && len(f.splits) == 0 {
			f.at = f.to
			if err := f.wait(); err != nil {
				return nil, err
			}
		}
		if f.reader == nil {
			if len(f.splits) == 0 {
				continue
			}
			r, err := f.splits[0].Open(f.work)
			if err != nil {
				return nil, err
			}
			f.reader, f.splits = r, f.splits[1:]
		}
		b, err := f.reader.Next()
		if err == io.EOF {
			err = f.reader.Close()
			f.reader = nil
			if err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		f.in += int64(b.Rows())
		return b, nil
	}
}

func (f *feed) Close() error {
	if f.reader == nil {
		return nil
	}
	defer func() { f.reader = nil }()
	return f.reader.Close()
}

// flush sends what the writer has gathered.
func (f *feed) flush() error {
	if !f.held {
		return nil
	}
	f.held = false
	if w, ok := f.writer.(connector.Flusher); ok {
		return w.Flush()
	}
	return nil
}

// wait returns when there are splits to be read.
func (f *feed) wait() error {
	q := f.q
	for {
		if f.ctx.Err() != nil {
			if f.in > 0 {
				if err := f.end(); err != nil {
					return err
				}
			}
			return context.Cause(f.ctx)
		}
		select {
		case <-f.due:
			if err := f.turn(); err != nil {
				return err
			}
		default:
		}
		ticket := q.asked.Load()
		to, err := f.source.Source.Latest(f.ctx, f.at, connector.Limit{Rows: roundRows})
		if f.ctx.Err() != nil {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.source, err)
		}
		if !same(f.at, to) {
			q.say("Processing new data", true, true)
			f.splits, err = f.source.Splits(f.at, to)
			f.to = to
			f.source.at = to
			if len(f.splits) == 0 {
				f.at = to
			}
			return err
		}
		if ticket > q.answered {
			if f.in > 0 {
				if err := f.turn(); err != nil {
					return err
				}
			}
			q.answer(ticket)
		}
		q.say("Waiting for data to arrive", false, true)
		var poll <-chan struct{}
		if !q.wakes() {
			poll = q.cfg.Clock.At(q.cfg.Clock.Now().Add(polling))
		}
		select {
		case <-q.wake:
		case <-poll:
		case <-f.due:
			if err := f.turn(); err != nil {
				return err
			}
		case <-f.ctx.Done():
		}
	}
}

// begin begins the next epoch.
func (f *feed) begin() error {
	q := f.q
	now := q.cfg.Clock.Now()
	f.epoch = &micro{id: q.next, at: now, time: now.UnixMilli(), spent: phases{clock: q.cfg.Clock, ms: map[string]int64{}}}
	f.due = q.cfg.Clock.At(q.cfg.Trigger.next(now))
	f.in, f.out = 0, 0
	if f.leave != nil {
		f.leave()
	}
	f.leave = q.cfg.Enter(f.work, q.next)
	done, err := q.sink.Begin(f.work, q.next)
	if err == nil && done {
		err = fmt.Errorf("has epoch %d already, which the checkpoint does not know", q.next)
	}
	if err == nil {
		f.writer, err = q.sink.Writer(f.work, q.next, 0)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", q.sink, err)
	}
	return nil
}

// turn ends the epoch and begins the next. Before it is known where the source begins there is nothing to write down.
func (f *feed) turn() error {
	if f.at == nil {
		f.due = f.q.cfg.Clock.At(f.q.cfg.Trigger.next(f.q.cfg.Clock.Now()))
		return nil
	}
	if err := f.end(); err != nil {
		return err
	}
	return f.begin()
}

// end commits the epoch, whose rows are with the writer.
func (f *feed) end() error {
	q, b, ctx := f.q, f.epoch, f.work
	result, err := f.writer.Commit()
	if err != nil {
		return fmt.Errorf("%s: %w", q.sink, err)
	}
	f.writer = nil
	f.applied()
	q.crash(AfterTasks)
	b.to = []connector.Offset{f.at}
	start := b.spent.begin()
	if err := q.store.Offsets.Write(b.id, checkpoint.OffsetSeq{BatchTimestampMs: b.time, Conf: q.conf, Offsets: b.to}); err != nil {
		return err
	}
	b.spent.end("walCommit", start)
	q.crash(AfterOffsets)
	start = b.spent.begin()
	if err := q.sink.Commit(ctx, b.id, []any{result}); err != nil {
		return fmt.Errorf("%s: %w", q.sink, err)
	}
	b.spent.end("addBatch", start)
	q.crash(AfterSink)
	return q.settle(b, checkpoint.Commit{}, func(from []connector.Offset) *progress.QueryProgress {
		return q.report(b, from, &incremental.Report{Batch: b.id, Rows: []int64{f.in}}, f.out)
	})
}

// abort gives up an epoch that was begun. What was written of it may be there, and comes again.
func (f *feed) abort() error {
	if f.writer == nil {
		return nil
	}
	w := f.writer
	f.writer = nil
	return errors.Join(w.Abort(), f.q.sink.Abort(context.WithoutCancel(f.work), f.epoch.id))
}
