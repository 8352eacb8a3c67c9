package query_test

import (
	"context"
	"testing"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
	"gospark/runtime/stream"
	"gospark/runtime/stream/query"
)

func TestTriggersThatEnd(t *testing.T) {
	for _, c := range []struct {
		kind    query.TriggerKind
		limit   int64
		batches int
	}{{query.Once, 0, 1}, {query.Once, 1, 1}, {query.AvailableNow, 0, 1}, {query.AvailableNow, 1, 3}} {
		w := newWorld(t)
		s := w.stream("s", "v BIGINT")
		w.table("s", limited{s, c.limit})
		for _, v := range []string{"1L", "2L", "3L"} {
			w.add(s, "VALUES ("+v+")")
		}
		sink := &durableSink{batches: map[int64][]int64{}}
		cfg := w.config("SELECT v FROM s", plan.AppendMode, sink)
		cfg.Trigger.Kind = c.kind
		q := w.start(cfg)
		if err := w.end(q); err != nil {
			t.Fatal(err)
		}
		if n, sum := sink.sum(); n != 3 || sum != 6 || len(q.Recent()) != c.batches {
			t.Errorf("%v limit %d: %d rows, %d, in %d batches", cfg.Trigger, c.limit, n, sum, len(q.Recent()))
		}
	}
}

// limited is a stream with a limit of rows a batch.
type limited struct {
	connector.Relation
	rows int64
}

func (l limited) Limit() connector.Limit { return connector.Limit{Rows: l.rows} }

// Batches of a processing-time trigger run at multiples of its interval; nothing runs between.
func TestProcessingTime(t *testing.T) {
	w := newWorld(t)
	clock := stream.NewManualClock(time.UnixMilli(1_000_300))
	w.clock = clock
	s := w.stream("s", "v BIGINT")
	w.add(s, "VALUES (1L)")
	sink := &durableSink{batches: map[int64][]int64{}}
	cfg := w.config("SELECT v FROM s", plan.AppendMode, sink)
	cfg.Trigger = query.Trigger{Kind: query.ProcessingTime, Every: time.Second}
	w.start(cfg)
	want := []string{"1970-01-01T00:16:40.300Z", "1970-01-01T00:16:41.000Z", "1970-01-01T00:16:42.500Z", "1970-01-01T00:16:43.000Z"}
	if p := event[*progress.QueryProgress](w); p.Timestamp != want[0] {
		t.Errorf("the first batch at %s", p.Timestamp)
	}
	for i, step := range []time.Duration{700 * time.Millisecond, 1500 * time.Millisecond, 500 * time.Millisecond} {
		w.add(s, "VALUES (1L)")
		w.awaited(clock, 1_001_000+1000*int64(i))
		clock.Advance(step)
		if p := event[*progress.QueryProgress](w); p.Timestamp != want[i+1] || p.NumInputRows != 1 {
			t.Errorf("batch %d at %s with %d rows, want %s", i+1, p.Timestamp, p.NumInputRows, want[i+1])
		}
	}
}

// A query without data is idle, says so at times, and a stop ends it at once.
func TestIdle(t *testing.T) {
	w := newWorld(t)
	clock := stream.NewManualClock(time.UnixMilli(0))
	w.clock = clock
	w.stream("s", "v BIGINT")
	cfg := w.config("SELECT v FROM s", plan.AppendMode, &durableSink{batches: map[int64][]int64{}})
	cfg.Trigger = query.Trigger{Kind: query.ProcessingTime, Every: 4 * time.Second}
	q := w.start(cfg)
	if e := event[progress.QueryIdle](w); e.RunID != q.RunID() || e.Timestamp != "1970-01-01T00:00:00.000Z" {
		t.Errorf("%+v", e)
	}
	for i, c := range []string{"", "", "1970-01-01T00:00:12.000Z"} {
		w.awaited(clock, 4000*int64(i+1))
		clock.Advance(4 * time.Second)
		if c != "" {
			if e := event[progress.QueryIdle](w); e.Timestamp != c {
				t.Errorf("idle at %s, want %s", e.Timestamp, c)
			}
		}
	}
	if st := q.Status(); st.Message != "Waiting for data to arrive" || st.IsDataAvailable || q.Last() != nil {
		t.Errorf("%+v", st)
	}
}

// The tasks of a batch are cancelled by a stop, and the batch runs again in the next run.
func TestStopCancelsTheRunningBatch(t *testing.T) {
	w := newWorld(t)
	s := w.stream("s", "v BIGINT")
	w.add(s, "VALUES (1L)")
	sink := &durableSink{batches: map[int64][]int64{}}
	begun := make(chan struct{})
	slow := &slowSink{durableSink: sink, begun: begun}
	q := w.start(w.config("SELECT v FROM s", plan.AppendMode, slow))
	<-begun
	w.stop(q)
	if n, _ := sink.sum(); n != 0 || q.Failure() != nil {
		t.Errorf("%d rows, failure %v", n, q.Failure())
	}
	q = w.start(w.config("SELECT v FROM s", plan.AppendMode, sink))
	w.all(q)
	if n, _ := sink.sum(); n != 1 {
		t.Errorf("%d rows", n)
	}
}

// slowSink has writers that wait until they are cancelled.
type slowSink struct {
	*durableSink
	begun chan struct{}
}

func (k *slowSink) Writer(ctx context.Context, _ int64, _ int) (connector.Writer, error) {
	close(k.begun)
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

func TestSettingsArePinned(t *testing.T) {
	w := newWorld(t)
	s := w.stream("s", "v BIGINT")
	sink := &durableSink{batches: map[int64][]int64{}}
	const sql = "SELECT v % 5 AS k, count(*) AS v FROM s GROUP BY 1"
	q := w.start(w.config(sql, plan.UpdateMode, sink))
	w.add(s, "VALUES (1L)")
	w.all(q)
	w.stop(q)
	cfg := w.config(sql, plan.UpdateMode, sink)
	cfg.Partitions = 7
	q = w.start(cfg)
	w.add(s, "VALUES (1L)")
	w.all(q)
	if o := q.Last().StateOperators; len(o) != 1 || o[0].NumShufflePartitions != 2 || o[0].NumRowsTotal != 1 {
		t.Errorf("state %+v", o)
	}
	w.stop(q)
	w.conf.Set("spark.sql.shuffle.partitions", 5)
	cfg = w.config(sql, plan.UpdateMode, sink)
	cfg.Partitions = 5
	q = w.start(cfg)
	w.add(s, "VALUES (1L)")
	w.all(q)
	if o := q.Last().StateOperators; len(o) != 1 || o[0].NumShufflePartitions != 5 || o[0].NumRowsTotal != 1 {
		t.Errorf("state after the setting was changed %+v", o)
	}
	if last := sink.batches[2]; len(last) != 1 || last[0] != 3 {
		t.Errorf("the count goes on with %v", last)
	}
}

// A query that has changed so that its state does not fit is refused when it starts.
func TestStateOfAnotherQueryIsRefused(t *testing.T) {
	w := newWorld(t)
	s := w.stream("s", "v BIGINT")
	sink := &durableSink{batches: map[int64][]int64{}}
	q := w.start(w.config("SELECT v % 5 AS k, count(*) AS v FROM s GROUP BY 1", plan.UpdateMode, sink))
	w.add(s, "VALUES (1L)")
	w.all(q)
	w.stop(q)
	if _, err := query.Start(w.config("SELECT CAST(v AS STRING) AS k, count(*) AS v FROM s GROUP BY 1", plan.UpdateMode, sink)); err == nil {
		t.Error("a query with other keys goes on")
	} else {
		t.Log(err)
	}
}
