package op

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// opaque hides what an operator is.
type opaque struct{ Operator }

// TestGroupsByWindows groups random rows by windows of time and by a string, in either order: the windows come from the
// projection below, are the keys themselves, or come from an operator that is not known to be a projection, which is the
// general way. Rows must be the same and in the same order.
func TestGroupsByWindows(t *testing.T) {
	ts := []*types.Type{types.Timestamp, types.String, types.Long}
	rapid.Check(t, func(t *rapid.T) {
		var bs []*batch.Batch
		nulls := rapid.Bool().Draw(t, "nulls")
		for range rapid.IntRange(0, 4).Draw(t, "batches") {
			b := emptyBatch(ts, 0)
			b.N = rapid.IntRange(1, 50).Draw(t, "rows")
			for range b.N {
				b.Cols[0].AppendAny(rapid.Int64Range(-5, 5).Draw(t, "ts") * 17)
				b.Cols[1].AppendAny(rapid.SampledFrom([]string{"", "a", "b", "a key that is longer than sixteen bytes", "a key that is longer than sixteen bytez"}).Draw(t, "key"))
				b.Cols[2].AppendAny(rapid.Int64Range(0, 3).Draw(t, "n"))
			}
			for c := range 2 {
				if nulls && rapid.Bool().Draw(t, "null") {
					b.Cols[c].AppendNull()
					b.Cols[1-c].AppendAny([]any{int64(1), "a"}[1-c])
					b.Cols[2].AppendAny(int64(1))
					b.N++
				}
			}
			if rapid.Bool().Draw(t, "select") {
				b.Sel = []int32{}
				for i := range b.N {
					if rapid.Bool().Draw(t, "selected") {
						b.Sel = append(b.Sel, int32(i))
					}
				}
			}
			bs = append(bs, b)
		}
		call := func(name string, args ...expr.Expr) expr.Expr {
			e, err := expr.Resolve(name, args, expr.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		at := &expr.Col{Index: 0, Typ: types.Timestamp, Null: true}
		window := call("window", at, expr.StringLit("20 microseconds"), expr.StringLit("20 microseconds"), expr.StringLit("-3 microseconds"))
		if rapid.Bool().Draw(t, "slot") {
			window = call("windowslot", at, expr.LongLit(40), expr.LongLit(20), expr.LongLit(7), expr.LongLit(1))
		}
		below := &plan.Compute{Origin: &plan.Origin{}, Child: scanOf(ts), Exprs: []expr.Expr{window, col(1, types.String), col(2, types.Long)}}
		aggs := []*expr.Agg{call("sum", col(2, types.Long)).(*expr.Agg), call("count", col(2, types.Long)).(*expr.Agg)}
		twice := rapid.Bool().Draw(t, "windows are looked at once more")
		if twice {
			aggs = append(aggs, call("max", &expr.Col{Index: 0, Typ: window.Type(), Null: true}).(*expr.Agg))
		}
		mode := rapid.SampledFrom([]plan.AggregateMode{plan.Partial, plan.Complete}).Draw(t, "mode")
		swap := rapid.Bool().Draw(t, "swap")
		run := func(projected, hidden bool) (rows []string) {
			task := &Task{Ctx: context.Background()}
			in := InMemory(task.Ctx, bs)
			n := &plan.HashAggregate{Origin: &plan.Origin{}, Child: scanOf(ts), Keys: []expr.Expr{window, col(1, types.String)}, Aggs: aggs, Mode: mode}
			var err error
			if projected {
				n.Child, n.Keys[0] = below, &expr.Col{Index: 0, Typ: window.Type(), Null: true}
				if in, err = newCompute(below, 0, in, task); err != nil {
					t.Fatal(err)
				}
			}
			if hidden {
				in = opaque{in}
			}
			if swap {
				slices.Reverse(n.Keys)
			}
			o, err := newHashAggregate(n, 0, in, task)
			if err != nil {
				t.Fatal(err)
			}
			if long := o.(*hashAggregate).long; slices.Max(long) > 0 != (!hidden && !(projected && twice)) {
				t.Fatalf("lengths %v: projected %t, hidden %t, twice %t", long, projected, hidden, twice)
			}
			err = Drain(o, func(b *batch.Batch) error {
				for i := range b.Rows() {
					row := ""
					for _, c := range b.Cols {
						row += fmt.Sprint(c.Any(b.Row(i)), "|")
					}
					rows = append(rows, row)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		want := run(true, true)
		if got := run(true, false); !slices.Equal(got, want) {
			t.Errorf("windows of a projection:\n%v\nwant\n%v", got, want)
		}
		if twice {
			return
		}
		if got := run(false, false); !slices.Equal(got, want) {
			t.Errorf("windows as keys:\n%v\nwant\n%v", got, want)
		}
	})
}

// TestKeyPairs numbers keys of a number and a string, in either order, in tables that are small and that have become large.
func TestKeyPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := model{}
		numbersFirst := rapid.Bool().Draw(t, "numbers first")
		table := newKeyTable([]batch.Vector{batch.VecOf([]int64{}), batch.VecOf([]string{})})
		if !numbersFirst {
			slices.Reverse(table.keys)
		}
		table.cached = rapid.IntRange(1, 100).Draw(t, "cached")
		for range rapid.IntRange(1, 4).Draw(t, "batches") {
			b := &batch.Batch{N: rapid.IntRange(1, 100).Draw(t, "rows")}
			numbers, texts := make([]int64, b.N), make([]string, b.N)
			for i := range b.N {
				numbers[i] = rapid.Int64Range(-2, 6).Draw(t, "number")
				texts[i] = fmt.Sprint(rapid.IntRange(0, 12).Draw(t, "text"))
			}
			b.Cols = []batch.Vector{batch.VecOf(numbers), batch.VecOf(texts)}
			if !numbersFirst {
				slices.Reverse(b.Cols)
			}
			if rapid.Bool().Draw(t, "select") {
				b.Sel = []int32{}
				for i := range b.N {
					if rapid.Bool().Draw(t, "selected") {
						b.Sel = append(b.Sel, int32(i))
					}
				}
			}
			known := len(m)
			for i, id := range table.assign(b) {
				if want := m.id(b, b.Row(i)); id != want {
					t.Fatalf("row %d has id %d, want %d", b.Row(i), id, want)
				}
			}
			if table.n != len(m) || len(table.fresh) != len(m)-known {
				t.Fatalf("%d keys, %d of them new, want %d, %d", table.n, len(table.fresh), len(m), len(m)-known)
			}
			for i, id := range table.lookup(b, []bool{true, true}) {
				if want := m.id(b, b.Row(i)); id != want {
					t.Fatalf("row %d is found as %d, want %d", b.Row(i), id, want)
				}
			}
		}
	})
}
