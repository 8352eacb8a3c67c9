package query

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/checkpoint"
	"gospark/runtime/connector"
	"gospark/runtime/op"
	"gospark/runtime/progress"
	"gospark/runtime/stream/incremental"
)

// A micro is a micro-batch: what it reads, and what is known of it so far.
type micro struct {
	id    int64
	at    time.Time // of its trigger
	time  int64     // in ms: current_timestamp of its rows
	to    []connector.Offset
	news  bool // some source has new rows
	spent phases

	planning *aside // offsets/N is being written; nil: it is on disk
}

// construct plans the next batch and writes it down. It is nil when there is nothing to do: no new rows, nothing that the
// watermark has made final, and no timeout.
func (q *Query) construct(ctx context.Context, at time.Time) (*micro, error) {
	if b := q.again; b != nil {
		q.again = nil
		b.at, b.spent = at, phases{clock: q.cfg.Clock}
		b.news = q.reaches(b.to)
		return b, nil
	}
	b := &micro{id: q.next, at: at, time: at.UnixMilli(), spent: phases{clock: q.cfg.Clock}}
	start := b.spent.begin()
	for _, s := range q.sources {
		q.say("Getting offsets from "+s.relation.String(), false, true)
		to, err := s.latest(ctx)
		if err != nil {
			return nil, err
		}
		b.to = append(b.to, to)
		b.news = b.news || !same(s.at, to)
	}
	b.spent.end("latestOffset", start)
	if !b.news && !q.due(b.time) {
		return nil, q.settled()
	}
	q.crash(AfterPlan)
	if err := q.writeOffsets(b); err != nil {
		return nil, err
	}
	for i, s := range q.sources {
		s.at = b.to[i]
	}
	return b, nil
}

// reaches says whether a batch has rows that were not committed.
func (q *Query) reaches(to []connector.Offset) bool {
	for i, s := range q.sources {
		if !same(s.committed, to[i]) {
			return true
		}
	}
	return false
}

// process runs a batch and commits it. Until its tasks have ended it can be cancelled; then it is finished, because what
// the sink has taken may be seen already.
func (q *Query) process(ctx context.Context, b *micro) (err error) {
	defer q.cfg.Enter(ctx, b.id)()
	defer func() {
		if e := q.planned(b); err == nil {
			err = e
		}
	}()
	start := b.spent.begin()
	splits := make([][]connector.Split, len(q.sources))
	for i, s := range q.sources {
		if same(s.committed, b.to[i]) {
			continue
		}
		var err error
		if splits[i], err = s.Splits(s.committed, b.to[i]); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	b.spent.end("getBatch", start)
	start = b.spent.begin()
	written, report, err := q.write(ctx, b, splits)
	if connector.CanRepeat(err) && ctx.Err() == nil {
		q.cfg.Notice(fmt.Sprintf("batch %d begins again: %v", b.id, err))
		q.plan.Abort()
		written, report, err = q.write(ctx, b, splits)
	}
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := q.plan.Commit(ctx); err != nil {
		return err
	}
	b.spent.end("addBatch", start)
	q.crash(AfterState)
	return q.settle(b, checkpoint.Commit{NextBatchWatermarkMs: q.plan.Position().Watermark}, func(from []connector.Offset) *progress.QueryProgress {
		return q.report(b, from, report, written)
	})
}

// commitSources tells the sources what is committed.
func (q *Query) commitSources() error {
	for _, s := range q.sources {
		if s.committed == nil {
			continue
		}
		if err := s.Commit(s.committed); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// written is what a task gave to the sink.
type written struct {
	result any
	rows   int64
}

// write runs the tasks and commits the sink. A batch that the sink has already is run all the same when there is state,
// which needs its rows; what it yields is thrown away.
func (q *Query) write(ctx context.Context, b *micro, splits [][]connector.Split) (rows int64, r *incremental.Report, err error) {
	done, err := q.sink.Begin(ctx, b.id)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", q.sink, err)
	}
	action := func(t *op.Task, o op.Operator) (any, error) { return q.task(t, o, b.id) }
	if done {
		action = func(_ *op.Task, o op.Operator) (any, error) {
			return written{}, op.Drain(o, func(*batch.Batch) error { return nil })
		}
	}
	r, err = q.plan.Run(ctx, incremental.Batch{Time: b.time, Splits: splits, Job: q.cfg.Job(b.id), Action: action})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		if done {
			return 0, nil, err
		}
		return 0, nil, errors.Join(err, q.sink.Abort(context.WithoutCancel(ctx), b.id))
	}
	if err := q.planned(b); err != nil {
		return 0, nil, errors.Join(err, q.sink.Abort(context.WithoutCancel(ctx), b.id))
	}
	q.crash(AfterTasks)
	results := make([]any, len(r.Results))
	for i, x := range r.Results {
		w := x.(written)
		results[i] = w.result
		rows += w.rows
	}
	if !done {
		// A user's function may be at work here: it is told to stop.
		if err := q.sink.Commit(ctx, b.id, results); err != nil {
			return 0, nil, fmt.Errorf("%s: %w", q.sink, err)
		}
	}
	q.crash(AfterSink)
	return rows, r, nil
}

// task gives the rows of a partition to the sink.
func (q *Query) task(t *op.Task, o op.Operator, id int64) (_ any, err error) {
	w, err := q.sink.Writer(t.Ctx, id, t.Partition)
	if err != nil {
		return nil, errors.Join(err, o.Close())
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Abort())
		}
	}()
	var rows int64
	err = op.Drain(o, func(b *batch.Batch) error {
		rows += int64(b.Rows())
		return w.Write(b)
	})
	if err != nil {
		return nil, err
	}
	result, err := w.Commit()
	return written{result, rows}, err
}
