package planner_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gospark/runtime/condition"
	"gospark/runtime/exec"
	"gospark/runtime/expr"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
)

// TestScalarSubqueryOfManyRows: a second match of a single join is an error, none is null.
func TestScalarSubqueryOfManyRows(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2})
	defer s.Close(context.Background())
	for _, c := range []struct {
		right [][]any
		want  string // rows, or the condition
	}{
		{[][]any{{int32(1), int32(10)}, {int32(7), int32(11)}, {int32(7), int32(12)}}, "[[0 <nil> <nil>] [1 1 10] [2 <nil> <nil>]]"},
		{[][]any{{int32(1), int32(10)}, {int32(1), int32(11)}}, "SCALAR_SUBQUERY_TOO_MANY_ROWS"},
	} {
		l, r := ints(3, "a"), ints(0, "k", "v")
		r.Rows = c.right
		j := &resolved.Join{Left: l, Right: r, Type: resolved.LeftSingle, Condition: call("=", l.Attrs[0], r.Attrs[0])}
		got, err := planAndRun(s, j, planner.Settings{Parallelism: 2})
		text := fmt.Sprint(got)
		if e, ok := condition.As(err); ok {
			text = e.Condition()
		}
		if text != c.want {
			t.Errorf("%s (%v), want %s", text, err, c.want)
		}
	}
}

// TestRecursion counts by a relation that refers to itself: to its end, until a limit, and past the levels allowed.
func TestRecursion(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2})
	defer s.Close(context.Background())
	count := func(depth int, rows int64, below int32, distinct bool) *resolved.Recursive {
		ref := &resolved.RecursiveRef{Key: 1, Attrs: ints(0, "n").Attrs}
		next := named("n", call("+", ref.Attrs[0], expr.IntLit(1)))
		if distinct {
			next = named("n", call("%", call("+", ref.Attrs[0], expr.IntLit(1)), expr.IntLit(4)))
		}
		step := &resolved.Project{Cols: []expr.Expr{next}, Input: &resolved.Filter{Input: ref, Condition: call("<", ref.Attrs[0], expr.IntLit(below))}}
		return &resolved.Recursive{Key: 1, Anchor: ints(1, "n"), Step: step, Attrs: ints(0, "n").Attrs, MaxDepth: depth, MaxRows: rows, Distinct: distinct}
	}
	for _, c := range []struct {
		name string
		r    resolved.Relation
		want string
	}{
		{"to its end", count(100, 1000, 3, false), "[[0] [1] [2] [3]]"},
		{"as a set", count(100, 1000, 9, true), "[[0] [1] [2] [3]]"},
		{"too deep", count(2, 1000, 9, false), "RECURSION_LEVEL_LIMIT_EXCEEDED"},
		{"too many rows", count(-1, 5, 99, false), "RECURSION_ROW_LIMIT_EXCEEDED"},
		{"as many as wanted", &resolved.Limit{N: 7, Input: count(-1, 5, 99, false)}, "[[0] [1] [2] [3] [4] [5] [6]]"},
	} {
		got, err := planAndRun(s, c.r, planner.Settings{Parallelism: 2})
		text := fmt.Sprint(got)
		if e, ok := condition.As(err); ok {
			text = e.Condition()
		}
		if text != c.want {
			t.Errorf("%s: %s (%v), want %s", c.name, text, err, c.want)
		}
	}
}

// TestMemoryLimitNamesTheSetting: the error of a whole query says what to change.
func TestMemoryLimitNamesTheSetting(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2})
	defer s.Close(context.Background())
	in := ints(5000, "a")
	settings := planner.Settings{Query: limitedQuery(10000)}
	_, err := planAndRun(s, &resolved.Sort{Input: in, Global: true, Order: asc(in.Attrs[0])}, settings)
	if err == nil || !strings.Contains(err.Error(), "raise spark.memory.limit") {
		t.Errorf("%v", err)
	}
}
