package query_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/plan"
	"gospark/runtime/stream/query"
)

// durableSink keeps what is committed by batch, as a system outside would over restarts.
type durableSink struct {
	batches map[int64][]int64
	commits int
	fail    error // of the next Commit
	always  bool  // of all that follow

	withholds bool
}

func (k *durableSink) Begin(_ context.Context, id int64) (bool, error) {
	_, done := k.batches[id]
	return done, nil
}

func (k *durableSink) Writer(context.Context, int64, int) (connector.Writer, error) {
	return &durableWriter{}, nil
}

func (k *durableSink) Commit(_ context.Context, id int64, written []any) error {
	if err := k.fail; err != nil {
		if !k.always {
			k.fail = nil
		}
		return err
	}
	k.commits++
	k.batches[id] = []int64{}
	for _, w := range written {
		k.batches[id] = append(k.batches[id], w.(*durableWriter).rows...)
	}
	return nil
}

func (k *durableSink) Withholds() bool                    { return k.withholds }
func (k *durableSink) Abort(context.Context, int64) error { return nil }
func (k *durableSink) Close() error                       { return nil }
func (k *durableSink) String() string                     { return "durable" }

func (k *durableSink) sum() (n, sum int64) {
	for _, b := range k.batches {
		for _, v := range b {
			n++
			sum += v
		}
	}
	return n, sum
}

type durableWriter struct{ rows []int64 }

func (w *durableWriter) Write(b *batch.Batch) error {
	for i := range b.Rows() {
		w.rows = append(w.rows, b.Cols[len(b.Cols)-1].Any(b.Row(i)).(int64))
	}
	return nil
}

func (w *durableWriter) Commit() (any, error) { return w, nil }
func (w *durableWriter) Abort() error         { return nil }

// died is the panic of a process that dies; what comes after it in the process does not happen.
var errDied = errors.New("the process dies")

// A query that dies at any step of the protocol and goes on from its checkpoint gives what it would have given.
func TestGoesOnAfterACrashAtAnyPoint(t *testing.T) {
	for _, sql := range []string{"SELECT v FROM s", "SELECT k, sum(v) AS v FROM (SELECT v % 3 AS k, v FROM s) GROUP BY k"} {
		for _, at := range query.Points {
			for _, in := range []int{0, 2} {
				for _, withholds := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s in batch %d of %s, %v", at, in, strings.Fields(sql)[1], withholds), func(t *testing.T) { crash(t, sql, at, in, withholds) })
				}
			}
		}
	}
}

func crash(t *testing.T, sql string, at query.Point, in int, withholds bool) {
	w := newWorld(t)
	s := w.stream("s", "v BIGINT")
	sink := &durableSink{batches: map[int64][]int64{}, withholds: withholds}
	mode := plan.AppendMode
	if strings.Contains(sql, "GROUP") {
		mode = plan.UpdateMode
	}
	batches := 0
	cfg := w.config(sql, mode, sink)
	cfg.Crash = func(p query.Point) {
		if p == at {
			if batches == in {
				panic(errDied)
			}
			batches++
		}
	}
	q := w.start(cfg)
	for i := range 2 {
		if i < in {
			w.add(s, fmt.Sprintf("VALUES (%dL), (%dL)", 2*i, 2*i+1))
			w.all(q)
		}
	}
	for i := in; i < 3; i++ {
		w.add(s, fmt.Sprintf("VALUES (%dL), (%dL)", 2*i, 2*i+1))
	}
	if err := w.end(q); !errors.Is(err, errDied) && !strings.Contains(fmt.Sprint(err), errDied.Error()) {
		t.Fatalf("ended with %v", err)
	}
	q = w.start(w.config(sql, mode, sink))
	w.add(s, "VALUES (6L), (7L)")
	w.all(q)
	w.stop(q)
	n, sum := sink.sum()
	if mode == plan.AppendMode && (n != 8 || sum != 28) {
		t.Errorf("%d rows, %d in all: %v", n, sum, sink.batches)
	}
	if mode == plan.UpdateMode {
		last := sink.batches[int64(len(sink.batches))-1]
		most := int64(0)
		for _, v := range last {
			most = max(most, v)
		}
		if most != 12 { // 1 + 4 + 7
			t.Errorf("the last batch has %v of %v", last, sink.batches)
		}
	}
	for i := range int64(len(sink.batches)) {
		for _, log := range []string{"offsets", "commits"} {
			if _, err := os.Stat(filepath.Join(w.dir, log, fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		}
	}
}

// A batch that is planned says that the one before it is committed, whatever a crash has left of that one's commit: only
// the last is run again, on the state of the one before.
func TestTheCommitThatACrashLeftOut(t *testing.T) {
	for _, gone := range [][]string{{"1"}, {"0", "1"}} {
		w := newWorld(t)
		s := w.stream("s", "v BIGINT")
		sink := &durableSink{batches: map[int64][]int64{}}
		const sql = "SELECT sum(v) AS v FROM s"
		q := w.start(w.config(sql, plan.CompleteMode, sink))
		for i := range 2 {
			w.add(s, fmt.Sprintf("VALUES (%dL)", i+1))
			w.all(q)
		}
		w.stop(q)
		for _, id := range gone {
			if err := os.Remove(filepath.Join(w.dir, "commits", id)); err != nil {
				t.Fatal(err)
			}
		}
		delete(sink.batches, 1)
		w.add(s, "VALUES (10L)")
		q = w.start(w.config(sql, plan.CompleteMode, sink))
		w.all(q)
		w.stop(q)
		if got := fmt.Sprint(sink.batches); got != "map[0:[1] 1:[3] 2:[13]]" || sink.commits != 4 {
			t.Errorf("%s, %d commits", got, sink.commits)
		}
		for _, id := range []string{"0", "1", "2"} {
			if _, err := os.Stat(filepath.Join(w.dir, "commits", id)); err != nil {
				t.Error(err)
			}
		}
	}
}

// A failed query keeps its exception, and its checkpoint is that of the last good batch.
func TestAFailedBatchIsRunAgain(t *testing.T) {
	w := newWorld(t)
	s := w.stream("s", "v STRING")
	sink := &durableSink{batches: map[int64][]int64{}}
	const sql = "SELECT CAST(v AS BIGINT) AS v FROM s"
	q := w.start(w.config(sql, plan.AppendMode, sink))
	w.add(s, "VALUES ('1')")
	w.all(q)
	w.add(s, "VALUES ('a')")
	err := w.end(q)
	var f *query.Failure
	if !errors.As(err, &f) || f.Condition() != "CAST_INVALID_INPUT" || f.Batch != 1 || f.Committed != "{MemoryStream[s]: 0}" || f.Available != "{MemoryStream[s]: 1}" {
		t.Fatalf("failed with %+v", err)
	}
	if st := q.Status(); !strings.HasPrefix(st.Message, "Terminated with exception: [CAST_INVALID_INPUT]") || st.IsTriggerActive || q.Active() {
		t.Errorf("status %+v", st)
	}
	if n, _ := sink.sum(); n != 1 {
		t.Errorf("%d rows", n)
	}
	again := w.start(w.config("SELECT TRY_CAST(v AS BIGINT) AS v FROM s WHERE v <> 'a'", plan.AppendMode, sink))
	w.add(s, "VALUES ('2')")
	w.all(again)
	if n, sum := sink.sum(); n != 2 || sum != 3 || again.ID() != q.ID() || again.RunID() == q.RunID() {
		t.Errorf("%d rows, %d in all", n, sum)
	}
}

func TestASinkThatFailsKeepsTheBatch(t *testing.T) {
	w := newWorld(t)
	s := w.stream("s", "v BIGINT")
	sink := &durableSink{batches: map[int64][]int64{}, fail: errors.New("disk full")}
	q := w.start(w.config("SELECT sum(v) AS v FROM s", plan.CompleteMode, sink))
	w.add(s, "VALUES (1L), (2L)")
	if err := w.end(q); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Fatal(err)
	}
	q = w.start(w.config("SELECT sum(v) AS v FROM s", plan.CompleteMode, sink))
	w.all(q)
	if n, sum := sink.sum(); n != 1 || sum != 3 {
		t.Errorf("%d rows, %d", n, sum)
	}
}

// passing is an error of a sink that has put things right.
type passing struct{ error }

func (passing) Repeatable() bool { return true }

// A batch begins again, on the state from before it, when the sink says that it can; a second time is a failure.
func TestABatchBeginsAgain(t *testing.T) {
	w := newWorld(t)
	s := w.stream("s", "v BIGINT")
	sink := &durableSink{batches: map[int64][]int64{}, fail: passing{errors.New("fenced")}}
	q := w.start(w.config("SELECT sum(v) AS v FROM s", plan.CompleteMode, sink))
	w.add(s, "VALUES (1L), (2L)")
	w.all(q)
	if n, sum := sink.sum(); n != 1 || sum != 3 || sink.commits != 1 {
		t.Errorf("%d rows, %d, %d commits", n, sum, sink.commits)
	}
	sink.always = true
	sink.fail = passing{errors.New("fenced")}
	w.add(s, "VALUES (3L)")
	if err := w.end(q); err == nil || !strings.Contains(err.Error(), "fenced") {
		t.Errorf("ended with %v", err)
	}
}

func TestACheckpointBelongsToOneQuery(t *testing.T) {
	w := newWorld(t)
	w.stream("s", "v BIGINT")
	w.start(w.config("SELECT v FROM s", plan.AppendMode, &durableSink{batches: map[int64][]int64{}}))
	_, err := query.Start(w.config("SELECT v FROM s", plan.AppendMode, &durableSink{}))
	if err == nil || !strings.Contains(err.Error(), "using this checkpoint") {
		t.Errorf("a second query: %v", err)
	}
}

func TestTheNumberOfSourcesStaysTheSame(t *testing.T) {
	w := newWorld(t)
	s, u := w.stream("s", "v BIGINT"), w.stream("u", "v BIGINT")
	sink := &durableSink{batches: map[int64][]int64{}}
	const both = "SELECT v FROM s UNION ALL SELECT v FROM u"
	q := w.start(w.config(both, plan.AppendMode, sink))
	w.add(s, "VALUES (1L)")
	w.all(q)
	w.add(u, "VALUES (2L)")
	w.all(q)
	w.stop(q)
	if n, sum := sink.sum(); n != 2 || sum != 3 {
		t.Errorf("%d rows, %d", n, sum)
	}
	if _, err := query.Start(w.config("SELECT v FROM s", plan.AppendMode, sink)); err == nil || !strings.Contains(err.Error(), "2 sources") {
		t.Errorf("with a source less: %v", err)
	}
}

// What the watermark of the last batch has made final comes out after a restart too, without new rows.
func TestTheBatchWithoutRowsComesAfterARestart(t *testing.T) {
	w := newWorld(t)
	s := w.stream("s", "t TIMESTAMP, v BIGINT")
	sink := &durableSink{batches: map[int64][]int64{}}
	cfg := func() query.Config {
		c := w.config("SELECT window(t, '10 seconds') AS w, count(*) AS v FROM s WATERMARK t DELAY OF INTERVAL 1 SECOND GROUP BY 1", plan.AppendMode, sink)
		c.Trigger.Kind = query.AvailableNow
		return c
	}
	dying := cfg()
	dying.Trigger = query.Trigger{Kind: query.ProcessingTime, Every: time.Hour} // it does not go on beside the commit
	dying.Crash = func(p query.Point) {
		if p == query.AfterCommits {
			panic(errDied)
		}
	}
	w.add(s, "VALUES (TIMESTAMP '2024-01-01 00:00:01', 1L), (TIMESTAMP '2024-01-01 00:01:00', 1L)")
	if err := w.end(w.start(dying)); !errors.Is(err, errDied) && !strings.Contains(fmt.Sprint(err), errDied.Error()) {
		t.Fatalf("ended with %v", err)
	}
	if n, _ := sink.sum(); n != 0 {
		t.Fatalf("%d rows before the watermark moved", n)
	}
	for range 2 { // there is nothing to do the second time
		if err := w.end(w.start(cfg())); err != nil {
			t.Fatal(err)
		}
		if n, sum := sink.sum(); n != 1 || sum != 1 || len(sink.batches) != 2 {
			t.Errorf("%d rows, %d in all: %v", n, sum, sink.batches)
		}
	}
}
