package query_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gospark/runtime/analysis"
	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/memory"
	"gospark/runtime/engine"
	"gospark/runtime/exec"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
	"gospark/runtime/resolved"
	"gospark/runtime/stream"
	"gospark/runtime/stream/query"
	"gospark/runtime/types"
)

// deadline is how long a test waits for what has to happen.
const deadline = 20 * time.Second

// settings are a map.
type settings struct {
	mu sync.Mutex
	m  map[string]string
}

func (s *settings) Get(k string, or ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.m[k]; ok {
		return v
	}
	return strings.Join(or, "")
}

func (s *settings) Set(k string, v any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k] = fmt.Sprint(v)
}

func (s *settings) Unset(k string) { s.Set(k, "") }

func (s *settings) GetAll() map[string]string { return s.m }

// A world is an engine with streams, in which queries run.
type world struct {
	t      testing.TB
	e      *engine.Engine
	conf   *settings
	clock  stream.Clock
	dir    string
	bus    *progress.Bus
	events chan progress.Event
	runs   int
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, conf: &settings{m: map[string]string{"spark.sql.shuffle.partitions": "2"}}, clock: stream.System, dir: t.TempDir(),
		bus: &progress.Bus{}, events: make(chan progress.Event, 1000)}
	sched := exec.New(exec.Config{Slots: 2})
	w.e = engine.New(sched, w.conf, func() func(op string) *plan.Origin {
		return func(op string) *plan.Origin { return &plan.Origin{Op: op} }
	})
	remove := w.bus.Listen("test", func(e progress.Event) {
		select {
		case w.events <- e:
		default: // nobody wants so many
		}
	})
	t.Cleanup(func() {
		remove()
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		if err := sched.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return w
}

// table names a source for SQL.
func (w *world) table(name string, r resolved.Source) {
	if err := w.e.Catalog.SetTable([]string{name}, &analysis.Table{Name: []string{name}, Source: r, Streaming: true}); err != nil {
		w.t.Fatal(err)
	}
}

// stream makes a stream of rows of a schema.
func (w *world) stream(name, ddl string) *memory.Stream {
	t, err := types.ParseDDL(ddl)
	if err != nil {
		w.t.Fatal(err)
	}
	s := memory.NewStream(name, t)
	w.table(name, s)
	return s
}

// add adds rows that are written as a SELECT or VALUES.
func (w *world) add(s *memory.Stream, sql string) {
	s.Add(w.rows(sql))
}

func (w *world) rows(sql string) *batch.Batch {
	w.t.Helper()
	r, err := w.e.Execute(context.Background(), engine.Job{}, w.relation(sql))
	if err != nil {
		w.t.Fatal(err)
	}
	all := &batch.Batch{}
	for _, f := range r.Schema.Fields {
		all.Cols = append(all.Cols, batch.ForType(f.Type, 0))
	}
	for _, b := range r.Batches {
		all.Append(b)
	}
	return all
}

func (w *world) relation(sql string) resolved.Relation {
	w.t.Helper()
	l, err := w.e.Parse(sql)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := w.e.Analyze(l, engine.Params{})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// config is a query's that writes into a sink.
func (w *world) config(sql string, mode plan.OutputMode, sink connector.Sink) query.Config {
	w.runs++
	return query.Config{
		Name: "q", RunID: fmt.Sprintf("run-%d", w.runs), Relation: w.relation(sql), Mode: mode, Dir: w.dir,
		Sink:      func(query.SinkOpening) (connector.Sink, error) { return sink, nil },
		Scheduler: w.e.Scheduler, Settings: w.e.Planning, Conf: func(k string) string { return w.conf.Get(k) }, Partitions: 2,
		Zone: time.UTC, Clock: w.clock, Bus: w.bus, Notice: func(s string) { w.t.Log(s) },
		Enter: func(context.Context, int64) func() { return func() {} },
		Job:   func(int64) exec.Job { return exec.Job{Name: "q"} },
	}
}

func (w *world) start(c query.Config) *query.Query {
	w.t.Helper()
	q, err := query.Start(c)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { w.stop(q) })
	return q
}

func (w *world) stop(q *query.Query) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	if err := q.Stop(ctx); err != nil {
		w.t.Error(err)
	}
	if err := q.Left(); err != nil {
		w.t.Error(err)
	}
}

func (w *world) all(q *query.Query) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	if err := q.ProcessAllAvailable(ctx); err != nil {
		w.t.Fatal(err)
	}
}

// awaited returns when a query waits for a moment, in ms: only then may the clock be moved on.
func (w *world) awaited(c *stream.ManualClock, ms int64) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	if err := c.Awaited(ctx, time.UnixMilli(ms)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) end(q *query.Query) error {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	return q.Await(ctx)
}

// event waits for an event of a type.
func event[E progress.Event](w *world) E {
	w.t.Helper()
	late := time.After(deadline)
	for {
		select {
		case e := <-w.events:
			if x, ok := e.(E); ok {
				return x
			}
		case <-late:
			var x E
			w.t.Fatalf("no %T", x)
		}
	}
}

// table is what a query writes into.
type table struct {
	*memory.Table
	schema *types.Type
}

func (w *world) memory(sql string, complete bool) *table {
	s := analysis.SchemaOf(w.relation(sql))
	return &table{memory.NewTable("t", s, complete), s}
}

// text is the rows of the table, sorted.
func (t *table) text() string {
	var lines []string
	for _, b := range t.Rows() {
		for i := range b.Rows() {
			var cells []string
			for c, f := range t.schema.Fields {
				cells = append(cells, types.Text(b.Cols[c].Any(b.Row(i)), f.Type, types.CastText, time.UTC))
			}
			lines = append(lines, strings.Join(cells, ","))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, " ")
}
