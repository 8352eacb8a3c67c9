package query

import (
	"context"
	"errors"
	"time"

	"gospark/runtime/checkpoint"
	"gospark/runtime/connector"
	"gospark/runtime/progress"
)

// The two writes of the protocol do not stand in the way of the loop, because a disk needs about as long for one as all the
// rest of a small batch takes.
//
// offsets/N is written while the tasks of batch N run, if nobody can see anything of what they write before the sink
// commits ([connector.Withholding]). The sink's commit waits for it. A crash before that leaves a batch that was never
// planned, and nothing of it in the sink.
//
// commits/N waits, in a trigger that goes on at once, until it is known whether there is more to do. If not, it is written
// and synced. If there is, offsets/N+1 takes its place: it is written only after the sink and the state have committed N,
// so that where it is, N is committed, whatever a crash left of commits/N, and [Query.recover] writes that down. There is
// never a batch that is run again while one before it may have to be. commits/N is then written beside batch N+1, when
// offsets/N+1 is on disk, and needs no sync of its own. The sources hear of N after that.

// An aside is something that a goroutine does beside the loop.
type aside struct {
	done chan struct{}
	took time.Duration
	err  error
	died any // what it has panicked with
}

func (q *Query) beside(f func() error) *aside {
	a := &aside{done: make(chan struct{})}
	start := q.cfg.Clock.Now()
	go func() {
		defer close(a.done)
		defer func() { a.died = recover() }()
		a.err = f()
		a.took = q.cfg.Clock.Now().Sub(start)
	}()
	return a
}

// wait returns when it is done. A panic goes on here.
func (a *aside) wait() error {
	<-a.done
	if a.died != nil {
		panic(a.died)
	}
	return a.err
}

// writeOffsets begins to write offsets/N.
func (q *Query) writeOffsets(b *micro) error {
	seq := checkpoint.OffsetSeq{BatchWatermarkMs: q.plan.Position().Watermark, BatchTimestampMs: b.time, Conf: q.conf, Offsets: b.to}
	b.planning = q.beside(func() error {
		if err := q.store.Offsets.Write(b.id, seq); err != nil {
			return err
		}
		q.crash(AfterOffsets)
		return nil
	})
	if w, ok := q.sink.(connector.Withholding); ok && w.Withholds() {
		return nil
	}
	return q.planned(b)
}

// planned returns when offsets/N is on disk.
func (q *Query) planned(b *micro) error {
	a := b.planning
	if a == nil {
		return nil
	}
	b.planning = nil
	err := a.wait()
	b.spent.add("walCommit", a.took)
	if err == nil && q.settling != nil && q.settling.aside == nil {
		s := q.settling
		s.aside = q.beside(func() error { return q.writeCommit(s, q.store.Commits.WriteUnsynced) })
	}
	return err
}

// A settling batch is committed by the sink and the state.
type settling struct {
	*aside // commits/N is being written; nil: not yet
	commit checkpoint.Commit
	batch  *micro
	from   []connector.Offset // where it began
	report *progress.QueryProgress
}

func (q *Query) writeCommit(s *settling, write func(int64, checkpoint.Commit) error) error {
	if err := write(s.batch.id, s.commit); err != nil {
		return err
	}
	q.crash(AfterCommits)
	return q.store.Purge(q.retain())
}

// settle writes down that a batch, whose rows the sink has, is committed, tells the sources and reports. In a trigger that
// goes on at once that is left to settled.
func (q *Query) settle(b *micro, c checkpoint.Commit, report func(from []connector.Offset) *progress.QueryProgress) error {
	if err := q.settled(); err != nil {
		return err
	}
	s := &settling{commit: c, batch: b, from: q.advance(b)}
	s.report = report(s.from)
	q.settling = s
	if q.cfg.Trigger.hurries() {
		return nil
	}
	return q.settled()
}

// settled returns when the batch that was committed last is so in the log and in the sources.
func (q *Query) settled() error {
	s := q.settling
	if s == nil {
		return nil
	}
	if s.aside == nil {
		s.aside = q.beside(func() error { return q.writeCommit(s, q.store.Commits.Write) })
	}
	q.settling = nil
	if err := s.wait(); err != nil {
		q.retreat(s)
		return err
	}
	s.batch.spent.add("commitOffsets", s.took)
	if err := q.commitSources(); err != nil {
		return err
	}
	q.crash(AfterSource)
	q.tell(s.report)
	return nil
}

// settleAtEnd is settled for a loop that ends with err: of two failures the first, unless that is only a stop.
func (q *Query) settleAtEnd(err error) error {
	if e := q.settled(); e != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return e
	}
	return err
}

// advance notes that a batch is committed, and gives where it began.
func (q *Query) advance(b *micro) (from []connector.Offset) {
	q.next = b.id + 1
	for i, s := range q.sources {
		from = append(from, s.committed)
		s.committed = b.to[i]
	}
	return from
}

// retreat takes advance back.
func (q *Query) retreat(s *settling) {
	q.next = s.batch.id
	for i, source := range q.sources {
		source.committed = s.from[i]
	}
}
