package op

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// rowTexts are the selected rows of batches.
func rowTexts(bs ...*batch.Batch) (rows []string) {
	for _, b := range bs {
		for i := range b.Rows() {
			row := ""
			for _, v := range b.Cols {
				row += fmt.Sprint(v.Any(b.Row(i)), " ")
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func TestCollectedRows(t *testing.T) {
	ts := []*types.Type{types.Long, types.String, types.Boolean, types.ArrayOf(types.Int, true)}
	rapid.Check(t, func(t *rapid.T) {
		c := &collected{}
		var want []string
		for range rapid.IntRange(0, 4).Draw(t, "batches") {
			b := emptyBatch(ts, 0)
			n := rapid.IntRange(1, 5).Draw(t, "rows")
			for i, v := range b.Cols {
				for range n + 1 { // columns may be longer than their batch
					x := rapid.IntRange(0, 3).Draw(t, "x")
					v.AppendAny([][]any{{nil, int64(1), int64(2), int64(3)}, {nil, "a", "b", "c"}, {nil, true, false, true},
						{nil, []any{}, []any{int32(1)}, []any{nil, int32(2)}}}[i][x])
				}
			}
			if b.N = n; rapid.Bool().Draw(t, "selected") {
				b.Sel = []int32{int32(n - 1), 0}
			}
			want = append(want, rowTexts(b)...)
			c.stay = rapid.Bool().Draw(t, "stays")
			if c.add(b); !c.stay {
				b.Reset()
			}
		}
		got, err := c.rows(ts, nil)
		if err != nil || got.N != len(want) || !slices.Equal(rowTexts(got), want) {
			t.Fatalf("%v: %q, want %q", err, rowTexts(got), want)
		}
	})
}

// TestSortedRowsOnSeveralSlots sorts rows that are gathered by several, a part at a time.
func TestSortedRowsOnSeveralSlots(t *testing.T) {
	const n = manyRows + 200
	var in []*batch.Batch
	for lo := 0; lo < n; lo += batch.Size {
		key, text := &batch.Vec[int64]{}, &batch.Vec[string]{}
		for i := lo; i < min(lo+batch.Size, n); i++ {
			if x := int64(i) * 7919 % 1000; x == 0 {
				key.AppendNull()
			} else {
				key.AppendAny(x)
			}
			text.AppendAny(fmt.Sprint(i))
		}
		in = append(in, batch.Of(key, text))
	}
	ts := []*types.Type{types.Long, types.String}
	node := &plan.SortRows{Origin: &plan.Origin{}, Child: scanOf(ts), Keys: []expr.SortKey{{Child: col(0, types.Long), Desc: true}}, Limit: -1}
	task := &Task{Ctx: t.Context(), Env: helped{n: 3}}
	o, err := newSortRows(node, 0, InMemory(task.Ctx, in), task)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := Drain(o, func(b *batch.Batch) error { got = append(got, rowTexts(b)...); return nil }); err != nil {
		t.Fatal(err)
	}
	want := rowTexts(in...)
	keys := make([]int, n) // from the highest; nulls are the last
	for i := range keys {
		keys[i] = 1000 - i*7919%1000
	}
	at := make([]int, n)
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int { return keys[i] - keys[j] })
	for i, k := range at {
		if len(got) != n || got[i] != want[k] {
			t.Fatalf("%d rows, row %d is %q, want %q", len(got), i, got[i], want[k])
		}
	}
}
