package incremental_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/engine"
	"gospark/runtime/exec"
	"gospark/runtime/logical"
	"gospark/runtime/op"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/state"
	"gospark/runtime/stream/incremental"
	"gospark/runtime/types"

	"pgregory.net/rapid"
)

// A claim is a query whose answer over a stream is that over a table of the rows that were not late.
type claim struct {
	name    string
	sql     string
	sources int
	mode    plan.OutputMode
	// lateAt is the time, in s, by which a row is late: its own, or that of the end of its window.
	lateAt func(ts int64) int64
	// inOrder leaves out rows that are older than the watermark when they come.
	inOrder bool
	ops     func(logical.Relation) logical.Relation
	columns int // in update mode, how many say which row another takes the place of
	copies  int // how many of each row there are, if there are more than one
	// keyed are the sources whose rows are of no use without a key: they are left out before the watermark.
	keyed []int
}

func own(ts int64) int64 { return ts }
func windowEnd(size int64) func(int64) int64 {
	return func(ts int64) int64 { return (ts/size + 1) * size }
}

const joined = " JOIN b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL 7 SECONDS"

var claims = []claim{
	{name: "windows", sql: "SELECT window.start s, k, count(*) n, sum(v) t, min(v) m FROM a GROUP BY window(ts, '10 seconds'), k", lateAt: windowEnd(10)},
	{name: "windows in update mode", sql: "SELECT window.start s, k, count(*) n FROM a GROUP BY window(ts, '10 seconds'), k", mode: plan.UpdateMode,
		lateAt: windowEnd(10), columns: 2},
	{name: "keys in complete mode", sql: "SELECT k, count(*) n, max(v) m FROM a GROUP BY k", mode: plan.CompleteMode, lateAt: func(int64) int64 { return 1 << 40 }},
	{name: "all in update mode", sql: "SELECT count(*) n, sum(v) s FROM a", mode: plan.UpdateMode, lateAt: func(int64) int64 { return 1 << 40 }},
	{name: "times", sql: "SELECT ts, k, count(*) n FROM a GROUP BY ts, k", lateAt: own},
	{name: "windows of windows", sql: "SELECT window.start s, count(*) c, sum(n) t FROM (SELECT window w, k, count(*) n FROM a GROUP BY window(ts, '5 seconds'), k) " +
		"GROUP BY window(w, '20 seconds')", lateAt: windowEnd(5)},
	{name: "sessions", sql: "SELECT session_window.start s, session_window.end e, k, count(*) n FROM a GROUP BY session_window(ts, '4 seconds'), k", lateAt: own, inOrder: true},
	{name: "distinct rows", sql: "SELECT ts, k FROM a", lateAt: own, ops: func(r logical.Relation) logical.Relation {
		return &logical.Deduplicate{Input: r, Columns: []string{"ts", "k"}}
	}},
	{name: "inner join", sql: "SELECT a.k, a.ts, a.v, b.ts, b.v FROM a" + joined, sources: 2, keyed: []int{0, 1}, lateAt: own},
	{name: "left join", sql: "SELECT a.k, a.ts, a.v, b.ts, b.v FROM a LEFT" + joined, sources: 2, keyed: []int{1}, lateAt: own},
	{name: "right join", sql: "SELECT a.k, a.ts, a.v, b.ts, b.v FROM a RIGHT" + joined, sources: 2, keyed: []int{0}, lateAt: own},
	{name: "full join", sql: "SELECT a.k, a.ts, a.v, b.ts, b.v FROM a FULL" + joined, sources: 2, lateAt: own},
	{name: "semi join", sql: "SELECT a.k, a.ts, a.v FROM a LEFT SEMI" + joined, sources: 2, keyed: []int{0, 1}, lateAt: own},
	{name: "inner join of many rows", sql: "SELECT a.k, a.ts, a.v, b.ts, b.v FROM a" + joined, sources: 2, keyed: []int{0, 1}, lateAt: own, copies: 40},
	{name: "full join of many rows", sql: "SELECT a.k, a.ts, a.v, b.ts, b.v FROM a FULL" + joined + " AND a.v <= b.v", sources: 2, lateAt: own, copies: 40},
	{name: "semi join of many rows", sql: "SELECT a.k, a.ts, a.v FROM a LEFT SEMI" + joined + " AND a.v <= b.v", sources: 2, keyed: []int{0, 1}, lateAt: own, copies: 40},
	{name: "join of windows", sql: "SELECT x.w.start s, x.k, x.v, y.v FROM (SELECT window(ts, '5 seconds') w, k, v FROM a) x " +
		"LEFT JOIN (SELECT window(ts, '5 seconds') w, k, v FROM b) y ON x.w = y.w AND x.k = y.k", sources: 2, keyed: []int{1}, lateAt: windowEnd(5)},
}

// TestBatchesAreOneTable splits random rows, late and out of order, at random, and goes on from the checkpoint or fails
// at random.
func TestBatchesAreOneTable(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2})
	for _, c := range claims {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { c.check(rt, s, t.TempDir()) })
		})
	}
}

type row struct {
	ts int64 // s
	k  string
	v  int32
}

func (r row) json() string {
	k := `"` + r.k + `"`
	if r.k == "" {
		k = "null"
	}
	return fmt.Sprintf(`{"ts": %q, "k": %s, "v": %d}`, time.Unix(base+r.ts, 0).UTC().Format(time.RFC3339), k, r.v)
}

// base is when the rows begin.
const base = 1_700_000_000

const delay = 8 // s

const sourceDDL = "ts TIMESTAMP, k STRING, v INT"

var keysOfRows = []string{"", "x", "y", "z"}

func (c claim) check(rt *rapid.T, s *exec.Scheduler, dir string) {
	c.sources = max(c.sources, 1)
	st := newStage(s, nil)
	schema, err := types.ParseDDL(sourceDDL)
	if err != nil {
		rt.Fatal(err)
	}
	var names []string
	for i := range c.sources {
		f := &files{name: string(rune('a' + i)), schema: schema}
		names = append(names, f.name)
		st.table(f, func(r logical.Relation) logical.Relation {
			return &logical.WithWatermark{Input: r, EventTime: "ts", Delay: fmt.Sprint(delay, " seconds")}
		})
	}
	rel := c.relation(rt, st)
	marks := model{seen: map[int]int64{}, n: c.sources}
	kept := make([][]row, c.sources)
	if rapid.IntRange(0, 49).Draw(rt, "durable") > 0 {
		dir = ""
	}
	run := &restarts{st: st, rel: rel, mode: c.mode, dir: dir, partitions: rapid.IntRange(1, 3).Draw(rt, "partitions")}
	run.open(rt)
	defer run.close()
	var out [][]any
	take := func(r result) {
		if c.mode == plan.CompleteMode {
			out = nil
		}
		out = append(out, r.rows...)
	}
	clock := int64(0)
	batches := rapid.IntRange(1, 6).Draw(rt, "batches")
	for i := range batches + 2 {
		rows := make([][]row, c.sources)
		for k := range rows {
			if i < batches {
				rows[k] = c.draw(rt, &clock, marks)
			} else { // a row far ahead, so that all others become final, and one more, so that no idle batch is needed
				rows[k] = []row{{ts: 10_000 * int64(i-batches+1), k: "end", v: 0}}
			}
			for _, r := range rows[k] {
				if i < batches && c.lateAt(r.ts)+base > marks.previous {
					kept[k] = append(kept[k], r)
				}
			}
		}
		run.maybeFail(rt, rows)
		r := run.batch(rt, rows)
		marks.advance(c.telling(rows))
		if got := r.Watermark; got != marks.previousBatch*1000 {
			rt.Fatalf("batch %d ran with the watermark %d, want %d", r.Batch, got, marks.previousBatch*1000)
		}
		take(r)
		if run.q.WantsBatch(batchTime) && rapid.Bool().Draw(rt, "idle") {
			take(run.batch(rt, make([][]row, c.sources)))
			marks.idle()
		}
		if rapid.IntRange(0, 3).Draw(rt, "restart") == 0 {
			run.close()
			run.open(rt)
			marks.forget()
		}
	}
	if c.mode == plan.CompleteMode || c.mode == plan.UpdateMode { // the rows far ahead are in it, too
		for k := range kept {
			for i := range 2 {
				kept[k] = append(kept[k], row{ts: 10_000 * int64(i+1), k: "end"})
			}
		}
	}
	want := c.batch(rt, s, names, kept)
	have := c.final(out)
	if strings.Join(have, "\n") != strings.Join(want, "\n") {
		rt.Fatalf("the stream gives\n%s\nthe table\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
}

func (c claim) relation(rt *rapid.T, st *stage) logical.Relation {
	r, err := st.engine.Parse(c.sql)
	if err != nil {
		rt.Fatal(err)
	}
	if c.ops != nil {
		r = c.ops(r)
	}
	return r
}

// telling are the rows that the watermark sees.
func (c claim) telling(rows [][]row) [][]row {
	rows = slices.Clone(rows)
	for _, k := range c.keyed {
		rows[k] = slices.DeleteFunc(slices.Clone(rows[k]), func(r row) bool { return r.k == "" })
	}
	return rows
}

// draw makes some rows around the clock, which goes on.
func (c claim) draw(rt *rapid.T, clock *int64, marks model) []row {
	var rows []row
	for range rapid.IntRange(0, 5).Draw(rt, "rows") {
		*clock += rapid.Int64Range(0, 6).Draw(rt, "step")
		r := row{ts: max(0, *clock-rapid.Int64Range(0, 20).Draw(rt, "late")), k: rapid.SampledFrom(keysOfRows).Draw(rt, "key"), v: rapid.Int32Range(0, 9).Draw(rt, "value")}
		if !c.inOrder || r.ts+base > marks.current {
			rows = append(rows, r)
			for i := 1; i < c.copies; i++ {
				r.v++
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// final is the answer of a stream as lines, without what comes of the rows far ahead: all rows, or in update mode the
// last of each key.
func (c claim) final(out [][]any) []string {
	lines := map[string]string{}
	var all []string
	for _, r := range out {
		if at, ok := r[0].(int64); ok && at > (base+9_000)*1_000_000 {
			continue
		}
		line := fmt.Sprint(r...)
		if c.mode == plan.UpdateMode {
			lines[fmt.Sprint(r[:c.columns]...)] = line
			continue
		}
		all = append(all, line)
	}
	for _, l := range lines {
		all = append(all, l)
	}
	return sorted(all)
}

// sorted leaves out what the rows far ahead gave.
func sorted(lines []string) []string {
	out := []string{}
	for _, l := range lines {
		if !strings.Contains(l, "end") {
			out = append(out, l)
		}
	}
	sort.Strings(out)
	return out
}

// batch is the answer of the same query over tables.
func (c claim) batch(rt *rapid.T, s *exec.Scheduler, names []string, kept [][]row) []string {
	st := newStage(s, nil)
	for i, name := range names { // as the streams, but all there
		schema, err := types.ParseDDL(sourceDDL)
		if err != nil {
			rt.Fatal(err)
		}
		l := &logical.LocalRelation{Schema: schema}
		for _, r := range kept[i] {
			var k any = r.k
			if r.k == "" {
				k = nil
			}
			l.Rows = append(l.Rows, []any{(base + r.ts) * 1_000_000, k, r.v})
		}
		st.view(name, l)
	}
	rel, err := st.engine.Analyze(c.relation(rt, st), engine.Params{})
	if err != nil {
		rt.Fatal(err)
	}
	r, err := st.engine.Execute(context.Background(), engine.Job{Name: "table"}, rel)
	if err != nil {
		rt.Fatal(err)
	}
	var lines []string
	for _, row := range r.Rows() {
		lines = append(lines, fmt.Sprint(row...))
	}
	return sorted(lines)
}

// A model follows the watermark, in s since 1970.
type model struct {
	n                                int
	seen                             map[int]int64
	current, previous, previousBatch int64
}

func (m *model) advance(rows [][]row) {
	for k, rs := range rows {
		for _, r := range rs {
			if at, ok := m.seen[k]; !ok || r.ts+base-delay > at {
				m.seen[k] = r.ts + base - delay
			}
		}
		if _, ok := m.seen[k]; !ok {
			m.seen[k] = 0
		}
	}
	least := m.seen[0]
	for _, at := range m.seen {
		least = min(least, at)
	}
	m.previousBatch, m.previous = m.current, m.current
	m.current = max(m.current, least)
}

// idle is a batch without rows.
func (m *model) idle() { m.previous = m.current }

// forget is a restart: what the sources have shown is not remembered, the watermark is.
func (m *model) forget() { m.seen = map[int]int64{} }

// restarts runs a query that is stopped and goes on.
type restarts struct {
	st         *stage
	rel        logical.Relation
	mode       plan.OutputMode
	dir        string
	partitions int
	states     *state.Provider
	q          *incremental.Query
	at         incremental.Position
}

func (r *restarts) open(rt *rapid.T) {
	var err error
	if r.states == nil || r.dir != "" {
		if r.states, err = state.Open(r.dir, state.Options{}); err != nil {
			rt.Fatal(err)
		}
	}
	if r.q, err = r.st.query(r.rel, r.mode, r.states, r.partitions); err != nil {
		rt.Fatal(err)
	}
	r.q.Resume(r.at)
}

func (r *restarts) close() {
	r.at = r.q.Position()
	if r.dir != "" {
		r.states.Close()
	}
}

// set puts the rows of a batch where the sources find them.
func (r *restarts) set(rows [][]row) {
	for k, rs := range rows {
		var lines []string
		for _, x := range rs {
			lines = append(lines, x.json())
		}
		r.st.files[string(rune('a'+k))].batches = [][]string{lines}
	}
}

func (r *restarts) batch(rt *rapid.T, rows [][]row) result {
	r.set(rows)
	res, err := r.st.run(r.q, 0)
	if err != nil {
		rt.Fatal(err)
	}
	return res
}

// maybeFail runs the batch with a sink that fails, or one that is not committed.
func (r *restarts) maybeFail(rt *rapid.T, rows [][]row) {
	r.set(rows)
	switch rapid.IntRange(0, 5).Draw(rt, "failure") {
	case 0:
		ctx := r.st.context()
		_, err := r.q.Run(context.Background(), incremental.Batch{Job: exec.Job{Name: "fails"}, Action: func(_ *op.Task, o op.Operator) (any, error) {
			o.Next()
			return nil, errors.Join(errors.New("the sink is full"), o.Close())
		}, Source: func(_ int, s *resolved.Scan) ([]connector.Split, error) { return s.Source.(*files).read(0, &ctx) }})
		if err == nil {
			rt.Fatal("the batch should have failed")
		}
	case 1:
		ctx := r.st.context()
		if _, err := r.q.Run(context.Background(), incremental.Batch{Job: exec.Job{Name: "lost"}, Action: collect,
			Source: func(_ int, s *resolved.Scan) ([]connector.Split, error) { return s.Source.(*files).read(0, &ctx) }}); err != nil {
			rt.Fatal(err)
		}
		r.q.Abort()
	}
}
