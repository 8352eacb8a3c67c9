package op

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

func drawIntegers(t *rapid.T, kind *types.Type, some []int64, n int) batch.Vector {
	v := batch.ForType(kind, n)
	for range n {
		x := some[rapid.IntRange(0, len(some)-1).Draw(t, "integer")]
		switch {
		case rapid.IntRange(0, 9).Draw(t, "null") == 0:
			v.AppendNull()
		case kind == types.Long:
			v.AppendAny(x)
		case kind == types.Int:
			v.AppendAny(int32(x))
		default:
			v.AppendAny(int16(x))
		}
	}
	return v
}

// TestIntegerKeys finds integers that are close together, and others.
func TestIntegerKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]*types.Type{types.Long, types.Int, types.Short}).Draw(t, "type")
		some := rapid.SampledFrom([][]int64{{-2, -1, 0, 1, 2, 3}, {math.MaxInt64, math.MinInt64, 0, 1, -1}, {math.MaxInt64, math.MaxInt64 - 1, math.MaxInt64 - 7},
			{math.MinInt64, math.MinInt64 + 3}, {0, 1000, 1 << 20, 1 << 40, 5}}).Draw(t, "some")
		held := drawIntegers(t, kind, some, rapid.IntRange(0, 40).Draw(t, "held"))
		x, ids, n := newIntegerKeys(held)
		known := map[any]int32{}
		for i, id := range ids {
			k := held.Any(i)
			want, there := known[k]
			if k == nil {
				want = -1
			} else if !there {
				want = int32(len(known))
				known[k] = want
			}
			if id != want {
				t.Fatalf("row %d, %v, has id %d, want %d", i, k, id, want)
			}
		}
		if n != len(known) {
			t.Fatalf("%d keys, want %d", n, len(known))
		}
		b := batch.Of(drawIntegers(t, kind, append([]int64{7, -9}, some...), rapid.IntRange(1, 600).Draw(t, "streamed")))
		if rapid.Bool().Draw(t, "select") {
			b.Sel = []int32{}
			for r := 1; r < b.N; r += 2 {
				b.Sel = append(b.Sel, int32(r))
			}
		}
		for i, id := range x.lookup(nil, b) {
			k := b.Cols[0].Any(b.Row(i))
			want, there := known[k]
			if !there {
				want = -1
			}
			if id != want {
				t.Fatalf("%v is found as %d, want %d", k, id, want)
			}
		}
	})
}

// A key that is equal need not be the same: each side's columns are its own.
func TestJoinKeepsBothKeys(t *testing.T) {
	minus := math.Copysign(0, -1)
	for _, c := range []struct {
		kind       *types.Type
		held, left batch.Vector
		want       string
	}{
		{types.Double, batch.VecOf([]float64{minus, 1}), batch.VecOf([]float64{1, 0, 2}), "[1 1] [0 -0]"},
		{types.Int, batch.VecOf([]int32{4, 5, 5}), batch.VecOf([]int32{5, 3, 4}), "[5 5] [5 5] [4 4]"},
		{types.String, batch.VecOf([]string{"b", "a"}), batch.VecOf([]string{"a", "", "b"}), "[a a] [b b]"},
	} {
		ts := []*types.Type{c.kind}
		node := &plan.JoinRows{Origin: &plan.Origin{}, Left: scanOf(ts), Right: scanOf(ts), LeftKeys: []expr.Expr{col(0, c.kind)}, RightKeys: []expr.Expr{col(0, c.kind)}}
		ctx := context.Background()
		o, err := newJoinRows(node, 0, InMemory(ctx, []*batch.Batch{batch.Of(c.left)}), InMemory(ctx, []*batch.Batch{batch.Of(c.held)}), &Task{Ctx: ctx})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		err = Drain(o, func(b *batch.Batch) error {
			for r := range b.N {
				rows = append(rows, fmt.Sprint([]any{b.Cols[0].Any(r), b.Cols[1].Any(r)}))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(rows); got != "["+c.want+"]" {
			t.Errorf("%s: %s, want [%s]", c.kind, got, c.want)
		}
	}
}
