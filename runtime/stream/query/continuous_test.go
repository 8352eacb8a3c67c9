package query_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/collect"
	"gospark/runtime/connector/memory"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
	"gospark/runtime/stream"
	"gospark/runtime/stream/query"
)

// prompt is a stream in memory that can be read record by record.
type prompt struct{ *memory.Stream }

func (prompt) Continuous() {}

// A tape keeps what is written, at once, and which epochs were committed.
type tape struct {
	mu      sync.Mutex
	values  []int64
	epochs  []int64
	fail    error // of the next write
	written chan int64
	begun   chan int64
}

func newTape() *tape { return &tape{written: make(chan int64, 1000), begun: make(chan int64, 1000)} }

func (k *tape) Abort(context.Context, int64) error { return nil }
func (k *tape) Close() error                       { return nil }
func (k *tape) String() string                     { return "tape" }
func (k *tape) Prompt()                            {}

func (k *tape) Begin(_ context.Context, id int64) (bool, error) {
	k.begun <- id
	return false, nil
}

func (k *tape) Commit(_ context.Context, id int64, _ []any) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.epochs = append(k.epochs, id)
	return nil
}

func (k *tape) Writer(context.Context, int64, int) (connector.Writer, error) {
	return &tapeWriter{k: k}, nil
}

// tapeWriter passes on what it has when it is flushed.
type tapeWriter struct {
	k   *tape
	has []int64
}

func (w *tapeWriter) Write(b *batch.Batch) error {
	if err := w.k.fail; err != nil {
		return err
	}
	for i := range b.Rows() {
		w.has = append(w.has, b.Cols[0].Any(b.Row(i)).(int64))
	}
	return nil
}

func (w *tapeWriter) Flush() error {
	w.k.mu.Lock()
	defer w.k.mu.Unlock()
	w.k.values = append(w.k.values, w.has...)
	for _, v := range w.has {
		w.k.written <- v
	}
	w.has = nil
	return nil
}

func (w *tapeWriter) Commit() (any, error) { return nil, w.Flush() }
func (w *tapeWriter) Abort() error         { return nil }

func (k *tape) state() (values, epochs string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return fmt.Sprint(k.values), fmt.Sprint(k.epochs)
}

// arrives waits for the next value, or epoch.
func arrives(t *testing.T, c <-chan int64, want int64) {
	t.Helper()
	select {
	case v := <-c:
		if v != want {
			t.Fatalf("%d, want %d", v, want)
		}
	case <-time.After(deadline):
		t.Fatalf("nothing came, want %d", want)
	}
}

// flow starts a continuous query with epochs of a second.
func (w *world) flow(sql string, sink connector.Sink) query.Config {
	c := w.config(sql, plan.AppendMode, sink)
	c.Trigger = query.Trigger{Kind: query.Continuous, Every: time.Second}
	return c
}

func (w *world) promptStream(name, ddl string) *memory.Stream {
	s := w.stream(name, ddl)
	w.table(name, prompt{s})
	return s
}

func entries(t *testing.T, dir, log string) string {
	t.Helper()
	fs, err := os.ReadDir(filepath.Join(dir, log))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range fs {
		if !strings.HasPrefix(f.Name(), ".") {
			names = append(names, f.Name())
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// Rows are with the sink before their epoch ends; it ends with the interval, and only then it is in the logs.
func TestContinuous(t *testing.T) {
	w := newWorld(t)
	clock := stream.NewManualClock(time.UnixMilli(10_500))
	w.clock = clock
	s := w.promptStream("s", "v BIGINT")
	k := newTape()
	q := w.start(w.flow("SELECT v * 10 AS v FROM s WHERE v % 2 = 1", k))
	arrives(t, k.begun, 0)
	for v := range int64(4) {
		w.add(s, fmt.Sprintf("VALUES (%dL)", v))
	}
	arrives(t, k.written, 10)
	arrives(t, k.written, 30)
	if o, c := entries(t, w.dir, "offsets"), entries(t, w.dir, "commits"); o+c != "" {
		t.Errorf("offsets %q, commits %q within the first epoch", o, c)
	}
	clock.Advance(500 * time.Millisecond)
	p := event[*progress.QueryProgress](w)
	if p.BatchID != 0 || p.NumInputRows != 4 || p.Sink.NumOutputRows != 2 || p.BatchDuration != 500 || p.Timestamp != "1970-01-01T00:00:10.500Z" {
		t.Errorf("%+v", p)
	}
	arrives(t, k.begun, 1)
	clock.Advance(time.Second) // without rows
	p = event[*progress.QueryProgress](w)
	if p.BatchID != 1 || p.NumInputRows != 0 || p.Timestamp != "1970-01-01T00:00:11.000Z" {
		t.Errorf("%+v", p)
	}
	arrives(t, k.begun, 2)
	w.add(s, "VALUES (7L)")
	arrives(t, k.written, 70)
	if o, c := entries(t, w.dir, "offsets"), entries(t, w.dir, "commits"); o != "0 1" || c != "0 1" {
		t.Errorf("offsets %q, commits %q", o, c)
	}
	w.stop(q) // ends the epoch, so that nothing comes twice
	if v, e := k.state(); v != "[10 30 70]" || e != "[0 1 2]" {
		t.Errorf("values %s, epochs %s", v, e)
	}
	if q.Failure() != nil || q.Status().Message != "Stopped" {
		t.Errorf("failure %v, status %+v", q.Failure(), q.Status())
	}
	k = newTape()
	q = w.start(w.flow("SELECT v * 10 AS v FROM s WHERE v % 2 = 1", k))
	w.add(s, "VALUES (9L)")
	w.all(q)
	if v, e := k.state(); v != "[90]" || e != "[3]" {
		t.Errorf("after a restart: values %s, epochs %s", v, e)
	}
}

// A query that dies at any step, in the first epoch or later, begins again where the last one in the logs ended: no row is
// lost, and none of an epoch that was committed comes again.
func TestContinuousGoesOnAfterACrash(t *testing.T) {
	for _, at := range []query.Point{query.AfterTasks, query.AfterOffsets, query.AfterSink, query.AfterCommits, query.AfterSource} {
		for in := range 2 {
			t.Run(fmt.Sprintf("%s in epoch %d", at, in), func(t *testing.T) {
				w := newWorld(t)
				s := w.promptStream("s", "v BIGINT")
				k := newTape()
				c := w.flow("SELECT v FROM s", k)
				n := 0
				c.Crash = func(p query.Point) {
					if p == at {
						if n == in {
							panic(errDied)
						}
						n++
					}
				}
				q := w.start(c)
				for v := range int64(in + 1) {
					w.add(s, fmt.Sprintf("VALUES (%dL)", v))
					ctx, cancel := context.WithTimeout(context.Background(), deadline)
					err := q.ProcessAllAvailable(ctx)
					cancel()
					if died := v == int64(in); (err != nil) != died {
						t.Fatalf("value %d: %v", v, err)
					}
				}
				q = w.start(w.flow("SELECT v FROM s", k))
				w.add(s, "VALUES (5L)")
				w.all(q)
				have, _ := k.state()
				want := []int64{0, 1}[:in+1]
				if at == query.AfterTasks || at == query.AfterOffsets || at == query.AfterSink {
					want = append(slices.Clone(want), int64(in)) // again
				}
				if w := fmt.Sprint(append(want, 5)); have != w {
					t.Errorf("%s, want %s", have, w)
				}
			})
		}
	}
}

// A sink that fails ends the query with its failure; the rows of the epoch come again.
func TestContinuousFailure(t *testing.T) {
	w := newWorld(t)
	s := w.promptStream("s", "v BIGINT")
	k := newTape()
	k.fail = errors.New("full")
	q := w.start(w.flow("SELECT v FROM s", k))
	w.add(s, "VALUES (1L)")
	if err := w.end(q); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("failure %v", err)
	}
	if e := event[progress.QueryTerminated](w); e.Exception == nil {
		t.Error("nobody was told of the failure")
	}
	k.fail = nil
	w.add(s, "VALUES (2L)")
	w.all(w.start(w.flow("SELECT v FROM s", k)))
	if v, _ := k.state(); v != "[1 2]" {
		t.Errorf("values %s", v)
	}
}

// A checkpoint of batches is gone on from by epochs, and the other way round.
func TestContinuousAndBatches(t *testing.T) {
	w := newWorld(t)
	s := w.promptStream("s", "v BIGINT")
	k := newTape()
	for i, c := range []query.Config{w.config("SELECT v FROM s", plan.AppendMode, k), w.flow("SELECT v FROM s", k), w.config("SELECT v FROM s", plan.AppendMode, k)} {
		q := w.start(c)
		w.add(s, fmt.Sprintf("VALUES (%dL)", i))
		w.all(q)
		w.stop(q)
	}
	if v, e := k.state(); v != "[0 1 2]" || e != "[0 1 2]" {
		t.Errorf("values %s, epochs %s", v, e)
	}
}

func TestContinuousRefuses(t *testing.T) {
	w := newWorld(t)
	w.promptStream("s", "v BIGINT")
	w.promptStream("u", "v BIGINT")
	w.stream("m", "v BIGINT")
	batches := collect.NewUncounted(collect.Sink{Name: "ForeachBatchSink"})
	for _, c := range []struct {
		sql  string
		sink connector.Sink
		want string
	}{
		{"SELECT count(*) FROM s", newTape(), "Continuous processing does not support Aggregate operations."},
		{"SELECT DISTINCT v FROM s", newTape(), "Continuous processing does not support Distinct operations."},
		{"SELECT s.v FROM s JOIN VALUES (1L) t(v) ON s.v = t.v", newTape(), "Continuous processing does not support LocalRelation operations."},
		{"SELECT v FROM s UNION ALL SELECT v FROM u", newTape(), "Continuous processing does not support Union operations."},
		{"SELECT v, current_timestamp() FROM s", newTape(), "Continuous processing does not support current time operations."},
		{"SELECT v FROM s LIMIT 3", newTape(), "Continuous processing does not support GlobalLimit operations."},
		{"SELECT v FROM m", newTape(), "does not support continuous processing."},
		{"SELECT v FROM s", batches, "'ForeachBatchSink' is not supported with continuous trigger"},
	} {
		cfg := w.flow(c.sql, c.sink)
		cfg.Dir = t.TempDir()
		if strings.Contains(c.sql, "count") || strings.Contains(c.sql, "DISTINCT") {
			cfg.Mode = plan.UpdateMode
		}
		_, err := query.Start(cfg)
		e, ok := condition.As(err)
		if !ok || !strings.Contains(e.Message, c.want) || e.Fix == "" {
			t.Errorf("%s: %v, want %s", c.sql, err, c.want)
		}
	}
}
