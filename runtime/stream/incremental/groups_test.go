package incremental_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/engine"
	"gospark/runtime/exec"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
	"gospark/runtime/state"
	"gospark/runtime/stream/groups"
	"gospark/runtime/stream/incremental"
	"gospark/runtime/types"
)

// asJSON keeps values as JSON.
func asJSON[T any](name string) groups.Codec {
	return groups.Codec{Type: name, Encode: func(v any) ([]byte, error) { return json.Marshal(v) }, Decode: func(b []byte) (any, error) {
		var x T
		err := json.Unmarshal(b, &x)
		return x, err
	}}
}

// A step is a batch at a time (s), with rows of seconds and key, and what comes out of it and of the batches without data
// behind it.
type step struct {
	now  int64
	rows string
	want string
}

// counting counts the rows of each key; a key without rows for 10 s says so and is forgotten.
func counting(timeout groups.Timeout) *groups.Function {
	return &groups.Function{Timeout: timeout, State: asJSON[int]("INT"),
		Call: func(_ context.Context, key []any, rows [][]any, s *groups.GroupState, emit func([]any)) error {
			if s.HasTimedOut() {
				emit([]any{key[0].(string) + " ends", int64(s.Value().(int))})
				s.Remove()
				return nil
			}
			n, last := 0, int64(0)
			if s.Exists() {
				n = s.Value().(int)
			}
			for _, r := range rows {
				last = max(last, r[0].(int64)/1000)
			}
			n += len(rows)
			s.Update(n)
			switch timeout {
			case groups.ProcessingTime:
				s.SetTimeoutDuration(10_000)
			case groups.EventTime:
				s.SetTimeoutTimestamp(last + 10_000)
			}
			emit([]any{key[0], int64(n)})
			return nil
		}}
}

// remembering shows what a processor has: the number of rows of the key, its last two times, how often each second of a
// minute came, and a timer 5 s after each row.
type remembering struct{}

func (remembering) Rows(h *groups.Handle, key []any, rows [][]any, emit func([]any)) error {
	for _, r := range rows {
		at := r[0].(int64)/1_000_000 - base
		n, _ := h.Value("count").(int)
		h.SetValue("count", n+1)
		h.AppendList("times", int(at))
		if l := h.List("times"); len(l) > 2 {
			h.SetList("times", l[1:])
		}
		seen, _ := h.Get("seconds", fmt.Sprint(at%60)).(int)
		h.Put("seconds", fmt.Sprint(at%60), seen+1)
		h.RegisterTimer((base + at + 5) * 1000)
	}
	var seconds []string
	h.Entries("seconds", func(k, v any) bool {
		seconds = append(seconds, fmt.Sprint(k, "*", v))
		return true
	})
	emit([]any{fmt.Sprint(key[0], h.List("times"), seconds), int64(h.Value("count").(int))})
	return nil
}

func (remembering) Expired(h *groups.Handle, key []any, at int64, emit func([]any)) error {
	others := len(h.ListTimers()) - 1
	if others == 0 {
		h.Clear("count")
	}
	emit([]any{fmt.Sprint(key[0], " at ", at/1000-base), int64(others)})
	return nil
}

func (remembering) Close() error { return nil }

func processor(mode groups.TimeMode) *groups.Processor {
	return &groups.Processor{Time: mode, New: func(context.Context) (groups.Handler, error) { return remembering{}, nil }, Variables: []groups.Variable{
		{Name: "count", Kind: groups.Value, Item: asJSON[int]("INT")},
		{Name: "times", Kind: groups.List, Item: asJSON[int]("INT")},
		{Name: "seconds", Kind: groups.Map, Key: asJSON[string]("STRING"), Item: asJSON[int]("INT"), TTL: 30_000},
	}}
}

var groupCases = []struct {
	name  string
	fn    plan.GroupFunction
	rel   resolved.GroupsWithState
	mode  plan.OutputMode
	steps []step
}{
	{"without a timeout", counting(groups.NoTimeout), resolved.GroupsWithState{Update: true}, plan.UpdateMode, []step{
		{0, "1x 2x 3y", "x 2, y 1"}, {1, "4y", "y 2"}, {100, "", ""}, {101, "5x 5x", "x 4"},
	}},
	{"processing time", counting(groups.ProcessingTime), resolved.GroupsWithState{Update: true, Timeout: resolved.ProcessingTimeTimeout}, plan.UpdateMode, []step{
		{0, "1x 2y", "x 1, y 1"}, {5, "3x", "x 2"}, {11, "", "y ends 1"}, {12, "3y", "y 1"}, {16, "", "x ends 2"}, {30, "9y", "y 2"},
	}},
	{"event time", counting(groups.EventTime), resolved.GroupsWithState{Timeout: resolved.EventTimeTimeout}, plan.AppendMode, []step{
		{0, "1x 2y", "x 1, y 1"},
		{1, "20x", "x 2"},                        // the watermark is 12 now, and y ends when it is past that
		{2, "2y 40z", "x ends 2, y ends 1, z 1"}, // the row of 2 is late
	}},
	{"processor, event time", processor(groups.EventTime), resolved.GroupsWithState{Timeout: resolved.EventTimeTimeout, Processor: true}, plan.AppendMode, []step{
		{0, "1x 2x", "x[1 2] [1*1 2*1] 2"},
		{1, "3x 14y", "x at 6 2, x[2 3] [1*1 2*1 3*1] 3, y[14] [14*1] 1"},
		{31, "63x", "x at 7 2, x at 8 1, x[3 63] [3*1] 4, y at 19 0"}, // the seconds of steps before are forgotten
	}},
}

// TestGroupsWithState runs functions over groups, starting again from state before each step.
func TestGroupsWithState(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2})
	for _, c := range groupCases {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(s, nil)
			schema, err := types.ParseDDL(sourceDDL)
			if err != nil {
				t.Fatal(err)
			}
			f := &files{name: "a", schema: schema}
			st.table(f, func(r logical.Relation) logical.Relation {
				return &logical.WithWatermark{Input: r, EventTime: "ts", Delay: "8 seconds"}
			})
			in, err := st.engine.Analyze(&logical.NamedTable{Parts: []string{"a"}}, engine.Params{})
			if err != nil {
				t.Fatal(err)
			}
			rel := c.rel
			rel.Input, rel.Fn, rel.Grouping = in, c.fn, []expr.Expr{in.Output()[1]}
			rel.Attrs = []*expr.Attr{{ID: expr.NextID(), Name: "k", Typ: types.String}, {ID: expr.NextID(), Name: "n", Typ: types.Long}}
			dir := t.TempDir()
			var at incremental.Position
			for i, step := range c.steps {
				states, err := state.Open(dir, state.Options{})
				if err != nil {
					t.Fatal(err)
				}
				q, err := incremental.New(incremental.Config{Relation: &rel, Mode: c.mode, Scheduler: s, State: states, Partitions: 2,
					Settings: planner.Settings{Query: &plan.Query{Context: st.context()}, Parallelism: 2}})
				if err != nil {
					t.Fatal(err)
				}
				q.Resume(at)
				f.batches = [][]string{rowsOf(t, step.rows)}
				lines := runAt(t, st, q, step.now, 0)
				for range 2 {
					if q.WantsBatch((base + step.now) * 1000) {
						lines = append(lines, runAt(t, st, q, step.now, -1)...)
					}
				}
				sort.Strings(lines)
				if have := strings.Join(lines, ", "); have != step.want {
					t.Errorf("step %d: %s, want %s", i, have, step.want)
				}
				at = q.Position()
				if err := states.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// rowsOf reads rows such as 12x.
func rowsOf(t *testing.T, text string) (lines []string) {
	for _, f := range strings.Fields(text) {
		var r row
		if _, err := fmt.Sscanf(f, "%d%s", &r.ts, &r.k); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, r.json())
	}
	return lines
}

func runAt(t *testing.T, st *stage, q *incremental.Query, now int64, file int) (lines []string) {
	ctx := st.context()
	b := incremental.Batch{Time: (base + now) * 1000, Job: exec.Job{Name: "batch"}, Action: collect,
		Source: func(_ int, s *resolved.Scan) ([]connector.Split, error) {
			if file < 0 {
				return nil, nil
			}
			return s.Source.(*files).read(file, &ctx)
		}}
	r, err := q.Run(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Results {
		for _, row := range p.([][]any) {
			lines = append(lines, fmt.Sprint(row[0], " ", row[1]))
		}
	}
	return lines
}

// TestManyGroups has more keys in a batch than are looked up one by one: each is called once, with its two rows.
func TestManyGroups(t *testing.T) {
	const keys = 100_000
	st := newStage(exec.New(exec.Config{Slots: 1}), nil)
	schema, err := types.ParseDDL("k BIGINT")
	if err != nil {
		t.Fatal(err)
	}
	st.table(&files{name: "a", schema: schema}, func(r logical.Relation) logical.Relation { return r })
	in, err := st.engine.Analyze(&logical.NamedTable{Parts: []string{"a"}}, engine.Params{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int64]int{}
	fn := &groups.Function{State: asJSON[int]("INT"), Call: func(_ context.Context, key []any, rows [][]any, _ *groups.GroupState, _ func([]any)) error {
		for _, r := range rows {
			if r[0] != key[0] {
				t.Errorf("a row of %v for the key %v", r[0], key[0])
			}
		}
		seen[key[0].(int64)] += len(rows)
		return nil
	}}
	rel := &resolved.GroupsWithState{Input: in, Fn: fn, Grouping: []expr.Expr{in.Output()[0]}, Attrs: []*expr.Attr{{ID: expr.NextID(), Name: "k", Typ: types.Long}}}
	q, err := incremental.New(incremental.Config{Relation: rel, Mode: plan.AppendMode, Scheduler: st.engine.Scheduler, Partitions: 1,
		Settings: planner.Settings{Query: &plan.Query{Context: st.context()}, Parallelism: 1}})
	if err != nil {
		t.Fatal(err)
	}
	split := &connector.MemorySplit{}
	for lo := int64(0); lo < 2*keys; lo += batch.Size {
		k := &batch.Vec[int64]{}
		for i := lo; i < min(lo+batch.Size, 2*keys); i++ {
			k.V = append(k.V, i*7919%keys)
		}
		split.Batches = append(split.Batches, batch.Of(k))
	}
	if _, err := q.Run(context.Background(), incremental.Batch{Time: batchTime, Splits: [][]connector.Split{{split}}, Job: exec.Job{Name: "batch"}, Action: discard}); err != nil {
		t.Fatal(err)
	}
	if err := q.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	for k := range int64(keys) {
		if seen[k] != 2 {
			t.Fatalf("%d rows of the key %d", seen[k], k)
		}
	}
}
