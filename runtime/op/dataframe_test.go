package op

import (
	"context"
	"fmt"
	"io"
	"slices"
	"testing"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// longs are batches of one column, and how many of them have been read.
type longs struct {
	batches [][]int64
	read    int
}

func (l *longs) Next() (*batch.Batch, error) {
	if l.read == len(l.batches) {
		return nil, io.EOF
	}
	l.read++
	return batch.Of(batch.VecOf(l.batches[l.read-1])), nil
}

func (l *longs) Close() error { return nil }

func collectLongs(t *testing.T, o Operator, c int) []int64 {
	t.Helper()
	out := []int64{}
	err := Drain(o, func(b *batch.Batch) error {
		for i := range b.Rows() {
			out = append(out, b.Cols[c].Any(b.Row(i)).(int64))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLimitAndTail(t *testing.T) {
	rows := [][]int64{{1, 2, 3}, {}, {4}, {5, 6, 7, 8}}
	for _, c := range []struct {
		node plan.Node
		want []int64
		read int
	}{
		{&plan.Limit{N: 0}, []int64{}, 0},
		{&plan.Limit{N: 2}, []int64{1, 2}, 1},
		{&plan.Limit{N: 3}, []int64{1, 2, 3}, 1},
		{&plan.Limit{N: 3, Offset: 2}, []int64{3, 4, 5}, 4},
		{&plan.Limit{N: -1, Offset: 4}, []int64{5, 6, 7, 8}, 4},
		{&plan.Limit{N: 5, Offset: 9}, []int64{}, 4},
		{&plan.Tail{N: 0}, []int64{}, 4},
		{&plan.Tail{N: 3}, []int64{6, 7, 8}, 4},
		{&plan.Tail{N: 6}, []int64{3, 4, 5, 6, 7, 8}, 4},
		{&plan.Tail{N: 60}, []int64{1, 2, 3, 4, 5, 6, 7, 8}, 4},
	} {
		in := &longs{batches: rows}
		var o Operator
		if n, ok := c.node.(*plan.Limit); ok {
			o = newLimit(n, in)
		} else {
			o = newTail(c.node.(*plan.Tail), in)
		}
		if got := collectLongs(t, o, 0); !slices.Equal(got, c.want) || in.read != c.read {
			t.Errorf("%T %+v: %v after %d batches, want %v after %d", c.node, c.node, got, in.read, c.want, c.read)
		}
	}
}

func TestTopRowsOfManyKeepTheirOrder(t *testing.T) {
	in := &longs{}
	for i := range int64(40) { // keys 0 to 99 over and over: the first rows of key 0 are wanted
		b := make([]int64, batch.Size)
		for k := range b {
			b[k] = (int64(k)*7 + i) % 100
		}
		in.batches = append(in.batches, b)
	}
	scan := scanOf([]*types.Type{types.Long})
	for _, desc := range []bool{false, true} {
		in.read = 0
		n := &plan.SortRows{Origin: &plan.Origin{}, Child: scan, Limit: 5, Keys: []expr.SortKey{{Child: col(0, types.Long), Desc: desc}}}
		o, err := newSortRows(n, 0, in, &Task{Ctx: context.Background()})
		if err != nil {
			t.Fatal(err)
		}
		want := []int64{0, 0, 0, 0, 0}
		if desc {
			want = []int64{99, 99, 99, 99, 99}
		}
		if got := collectLongs(t, o, 0); !slices.Equal(got, want) {
			t.Errorf("desc %t: %v, want %v", desc, got, want)
		}
	}
}

func TestMemoryLimit(t *testing.T) {
	rows := make([][]int64, 20)
	for i := range rows {
		rows[i] = make([]int64, batch.Size)
		for k := range rows[i] {
			rows[i][k] = int64(i*batch.Size + k)
		}
	}
	ts := []*types.Type{types.Long}
	key := []expr.Expr{col(0, types.Long)}
	for name, make := range map[string]func(q *plan.Query, in Operator, t *Task) (Operator, error){
		"sort": func(q *plan.Query, in Operator, t *Task) (Operator, error) {
			return newSortRows(&plan.SortRows{Query: q, Child: scanOf(ts), Keys: []expr.SortKey{{Child: key[0]}}, Limit: -1}, 0, in, t)
		},
		"group": func(q *plan.Query, in Operator, t *Task) (Operator, error) {
			return newHashAggregate(&plan.HashAggregate{Query: q, Child: scanOf(ts), Keys: key}, 0, in, t)
		},
		"distinct": func(q *plan.Query, in Operator, t *Task) (Operator, error) {
			return newDistinct(&plan.Distinct{Query: q, Child: scanOf(ts), Keys: []int{0}}, in), nil
		},
		"join": func(q *plan.Query, in Operator, t *Task) (Operator, error) {
			return newJoinRows(&plan.JoinRows{Query: q, Left: scanOf(ts), Right: scanOf(ts), LeftKeys: key, RightKeys: key}, 0, &longs{}, in, t)
		},
		"window": func(q *plan.Query, in Operator, t *Task) (Operator, error) {
			return newWindow(&plan.Window{Query: q, Child: scanOf(ts)}, 0, in, t)
		},
	} {
		for _, c := range []struct {
			limit int64
			ok    bool
		}{{100 << 20, true}, {1 << 20, false}} {
			m := &plan.Memory{Limit: c.limit}
			o, err := make(&plan.Query{Memory: m}, &longs{batches: rows}, &Task{Ctx: context.Background()})
			if err != nil {
				t.Fatal(err)
			}
			err = Drain(o, func(*batch.Batch) error { return nil })
			e, is := condition.As(err)
			if c.ok && err != nil || !c.ok && (!is || e.Condition() != "UNABLE_TO_ACQUIRE_MEMORY") {
				t.Errorf("%s in %d bytes: %v", name, c.limit, err)
			}
			if err := m.Reserve(c.limit); err != nil {
				t.Errorf("%s: memory is not given back: %v", name, err)
			}
		}
	}
}

func TestSample(t *testing.T) {
	rows := make([]int64, 10000)
	for i := range rows {
		rows[i] = int64(i)
	}
	run := func(n plan.Sample, p int) []int64 {
		return collectLongs(t, newSample(&n, p, &longs{batches: [][]int64{rows}}), 0)
	}
	low, high := run(plan.Sample{Upper: 0.3, Seed: 5}, 1), run(plan.Sample{Lower: 0.3, Upper: 1, Seed: 5}, 1)
	both := append(slices.Clone(low), high...)
	slices.Sort(both)
	if !slices.Equal(both, rows) {
		t.Error("two parts of a split are not the whole")
	}
	if len(low) < 2700 || len(low) > 3300 {
		t.Errorf("%d rows of 3000", len(low))
	}
	if slices.Equal(low, run(plan.Sample{Upper: 0.3, Seed: 5}, 2)) {
		t.Error("another partition has the same sample")
	}
	if n := len(run(plan.Sample{Upper: 2, WithReplacement: true, Seed: 5}, 0)); n < 19000 || n > 21000 {
		t.Errorf("%d rows of 20000 with replacement", n)
	}
}

func TestSessions(t *testing.T) {
	interval := types.StructOf(types.Field{Name: "start", Type: types.Timestamp}, types.Field{Name: "end", Type: types.Timestamp})
	ts := []*types.Type{types.Long, interval}
	b := emptyBatch(ts, 0)
	for _, r := range [][3]int64{{1, 0, 10}, {1, 5, 15}, {1, 15, 20}, {1, 21, 30}, {2, 25, 40}, {2, 26, 30}, {2, 39, 41}} {
		b.Cols[0].AppendAny(r[0])
		b.Cols[1].AppendAny(types.Row{r[1], r[2]})
		b.N++
	}
	o, err := newSessions(&plan.Sessions{Child: scanOf(ts), Keys: []int{0}, Col: 1}, 0, InMemory(context.Background(), []*batch.Batch{b}), nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := o.Next()
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for i := range out.N {
		got += fmt.Sprint(out.Cols[0].Any(i), out.Cols[1].Any(i), " ")
	}
	if want := "1 [0 20] 1 [0 20] 1 [0 20] 1 [21 30] 2 [25 41] 2 [25 41] 2 [25 41] "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	o.Close()
}

func TestObserveCountsEachPartitionOnce(t *testing.T) {
	var seen []string
	e, err := expr.Resolve("sum", []expr.Expr{col(0, types.Long)}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := e.(*expr.Agg)
	sum, err := expr.Resolve("+", []expr.Expr{&expr.Col{Index: 0, Typ: g.Typ, Null: true}, expr.LongLit(100)}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	scan := &plan.Scan{Origin: &plan.Origin{}, Schema: []*types.Type{types.Long}, Splits: make([]connector.Split, 2)}
	n := &plan.Observe{Origin: &plan.Origin{}, Child: scan, Aggs: []*expr.Agg{g}, Values: []expr.Expr{sum},
		Done: func(v []any) { seen = append(seen, fmt.Sprint(v)) }}
	for _, p := range []int{0, 0, 1, 1} { // each is read twice, as a task that is tried again does
		o, err := newObserve(n, p, &longs{batches: [][]int64{{1, 2}, {int64(10 * p)}}}, &Task{Ctx: context.Background()})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(collectLongs(t, o, 0)); got != 3 {
			t.Errorf("%d rows pass, want 3", got)
		}
	}
	if want := "[[116]]"; fmt.Sprint(seen) != want {
		t.Errorf("%v, want %s", seen, want)
	}
}
