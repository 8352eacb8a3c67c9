package planner_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"gospark/runtime/expr"
	"gospark/runtime/optimizer"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

var update = flag.Bool("update", false, "write testdata")

func ints(n int, names ...string) *resolved.LocalRelation {
	r := &resolved.LocalRelation{}
	for _, name := range names {
		r.Attrs = append(r.Attrs, &expr.Attr{ID: expr.NextID(), Name: name, Typ: types.Int, Null: true})
	}
	for i := range n {
		row := make([]any, len(names))
		for c := range row {
			row[c] = int32(i * (c + 1))
		}
		r.Rows = append(r.Rows, row)
	}
	return r
}

func named(name string, e expr.Expr) *expr.Alias {
	return &expr.Alias{ID: expr.NextID(), Name: name, Child: e}
}

func asc(es ...expr.Expr) (ks []expr.SortKey) {
	for _, e := range es {
		ks = append(ks, expr.SortKey{Child: e, NullsFirst: true})
	}
	return ks
}

func distinctAgg(name string, e expr.Expr) expr.Expr {
	a, err := expr.Resolve(name, []expr.Expr{e}, expr.Options{Distinct: true})
	if err != nil {
		panic(err)
	}
	return a
}

var plans = []struct {
	name     string
	settings planner.Settings
	make     func() resolved.Relation
}{
	{"narrow", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t := ints(9, "a", "b")
		return &resolved.Project{Cols: []expr.Expr{named("x", call("+", t.Attrs[0], expr.IntLit(1)))},
			Input: &resolved.Filter{Input: t, Condition: call(">", t.Attrs[1], expr.IntLit(2))}}
	}},
	{"group by", planner.Settings{Parallelism: 2, ShufflePartitions: 3}, func() resolved.Relation {
		t := ints(9, "a", "b")
		return &resolved.Aggregate{Input: t, Session: -1, Grouping: []expr.Expr{t.Attrs[0]}, Aggs: []expr.Expr{named("s", call("sum", t.Attrs[1]))}}
	}},
	{"group by in one partition", planner.Settings{}, func() resolved.Relation {
		t := ints(9, "a", "b")
		return &resolved.Aggregate{Input: t, Session: -1, Grouping: []expr.Expr{t.Attrs[0]}, Aggs: []expr.Expr{named("s", call("sum", t.Attrs[1]))}}
	}},
	{"distinct aggregate", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t := ints(9, "a", "b")
		return &resolved.Aggregate{Input: t, Session: -1, Aggs: []expr.Expr{named("s", distinctAgg("sum", t.Attrs[1]))}}
	}},
	{"distinct of groups moves nothing", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t := ints(9, "a", "b")
		return &resolved.Distinct{Input: &resolved.Aggregate{Input: t, Session: -1, Grouping: []expr.Expr{t.Attrs[0]},
			Aggs: []expr.Expr{named("s", call("sum", t.Attrs[1]))}}}
	}},
	{"sort", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t := ints(9, "a", "b")
		return &resolved.Sort{Input: t, Global: true, Order: asc(t.Attrs[1])}
	}},
	{"first rows of an order", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t := ints(9, "a", "b")
		return &resolved.Limit{N: 3, Input: &resolved.Project{Cols: []expr.Expr{t.Attrs[0]},
			Input: &resolved.Sort{Input: t, Global: true, Order: asc(t.Attrs[1])}}}
	}},
	{"limit and offset", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		return &resolved.Limit{N: 3, Input: &resolved.Offset{N: 2, Input: ints(9, "a")}}
	}},
	{"join with a small side", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t, u := ints(90, "a", "b"), ints(9, "c", "d")
		return &resolved.Join{Left: t, Right: u, Condition: resolved.Conjunction([]expr.Expr{
			call("=", t.Attrs[0], u.Attrs[0]), call("<", t.Attrs[1], u.Attrs[1])})}
	}},
	{"join of large sides, then by the same key", planner.Settings{Parallelism: 2, BroadcastThreshold: -1}, func() resolved.Relation {
		t, u := ints(9, "a", "b"), ints(90, "c", "d")
		j := &resolved.Join{Left: t, Right: u, Type: resolved.LeftOuter, Condition: call("=", t.Attrs[0], u.Attrs[0])}
		return &resolved.Aggregate{Input: j, Session: -1, Grouping: []expr.Expr{t.Attrs[0]}, Aggs: []expr.Expr{named("n", call("count", u.Attrs[1]))}}
	}},
	{"join without keys", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t, u := ints(9, "a"), ints(9, "c")
		return &resolved.Join{Left: t, Right: u, Type: resolved.RightOuter, Condition: call("<", t.Attrs[0], u.Attrs[0])}
	}},
	{"not in", planner.Settings{Parallelism: 2, BroadcastThreshold: -1}, func() resolved.Relation {
		t, u := ints(9, "a"), ints(9, "c")
		return &resolved.Join{Left: t, Right: u, Type: resolved.NullAwareAnti, Condition: call("=", t.Attrs[0], u.Attrs[0])}
	}},
	{"window", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t := ints(9, "a", "b")
		w := &expr.WindowCall{Func: call("sum", t.Attrs[1]), Partition: []expr.Expr{t.Attrs[0]}, Order: asc(t.Attrs[1])}
		return &resolved.Window{Input: t, Calls: []expr.Expr{named("w", w)}}
	}},
	{"except", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t, u := ints(9, "a"), ints(9, "c")
		return &resolved.Except{Left: t, Right: u, Attrs: ints(0, "x").Attrs}
	}},
	{"repartition", planner.Settings{Parallelism: 2}, func() resolved.Relation {
		t := ints(9, "a")
		by := &resolved.Repartition{Input: t, N: 4, Shuffle: true, By: asc(t.Attrs[0])}
		ranged := &resolved.Repartition{Input: by, N: 3, Shuffle: true, Range: true, By: asc(t.Attrs[0])}
		return &resolved.Repartition{Input: &resolved.Repartition{Input: ranged, N: 5, Shuffle: true}, N: 2}
	}},
}

var identities = regexp.MustCompile(`#\d+`)

func numbered(text string) string {
	seen := map[string]string{}
	return identities.ReplaceAllStringFunc(text, func(id string) string {
		if seen[id] == "" {
			seen[id] = fmt.Sprintf("#%d", len(seen)+1)
		}
		return seen[id]
	})
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update and look at the difference):\n%s", file, got)
	}
}

func TestPlans(t *testing.T) {
	var b strings.Builder
	for _, c := range plans {
		n, err := planner.Plan(c.make(), c.settings)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		fmt.Fprintf(&b, "-- %s\n%s\n", c.name, planner.PhysicalTree(n))
	}
	golden(t, "testdata/plans.txt", b.String())
}

func TestExplain(t *testing.T) {
	u := ints(9, "a", "b")
	r := &resolved.Filter{Condition: call(">", u.Attrs[0], call("+", expr.IntLit(1), expr.IntLit(1))),
		Input: &resolved.Project{Input: u, Cols: []expr.Expr{u.Attrs[0]}}}
	o := optimizer.Optimize(r, nil)
	n, err := planner.Plan(o, planner.Settings{Parallelism: 2})
	if err != nil {
		t.Fatal(err)
	}
	e := planner.Explained{Parsed: "'Filter ('a > (1 + 1))", Analyzed: r, Optimized: o, Physical: n}
	var b strings.Builder
	for _, mode := range planner.ExplainModes {
		text, err := e.Text(mode)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "-- %s\n%s", mode, text)
	}
	golden(t, "testdata/explain.txt", numbered(b.String()))
	if _, err := e.Text("pretty"); err == nil {
		t.Error("an unknown mode is no error")
	}
}
