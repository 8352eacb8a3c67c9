package rowcodec

import (
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
)

// Columns of rows that lie anywhere in blocks are read by themselves, and what is cut off is an error and no panic.
func TestDirect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ts, cols := columns(t)
		d := NewDirect(ts...)
		rows := &Rows{Blocks: make([][]byte, 2)}
		n := 0
		if len(cols) > 0 {
			n = cols[0].Len()
		}
		var pick []int32
		for i := range n {
			k := uint32(rapid.IntRange(0, 1).Draw(t, "block"))
			rows.At = append(rows.At, Place{k, uint32(len(rows.Blocks[k]))})
			rows.Blocks[k] = d.AppendRow(rows.Blocks[k], cols, i)
			if rapid.Bool().Draw(t, "picked") {
				pick = append(pick, int32(i))
			}
		}
		for c, ty := range ts {
			back := batch.ForType(ty, 0)
			if err := d.Gather(c, rows, pick, back); err != nil {
				t.Fatal(err)
			}
			for k, i := range pick {
				if !cols[c].Equal(int(i), back, k) {
					t.Fatalf("column %d of row %d: %v became %v", c, i, cols[c].Any(int(i)), back.Any(k))
				}
			}
			if back.Len() != len(pick) {
				t.Fatalf("%d rows, want %d", back.Len(), len(pick))
			}
		}
		if n == 0 {
			return
		}
		last := rows.At[n-1]
		whole := rows.Blocks[last.Block]
		for cut := int(last.At); cut < len(whole); cut += 1 + len(whole)/20 {
			rows.Blocks[last.Block] = whole[:cut:cut]
			for c, ty := range ts {
				d.Gather(c, rows, []int32{int32(n - 1)}, batch.ForType(ty, 0)) // whatever it says
			}
		}
		rows.Blocks[last.Block] = whole[:last.At:last.At]
		if d.Gather(0, rows, []int32{int32(n - 1)}, batch.ForType(ts[0], 0)) == nil {
			t.Fatal("a row that is not there is read")
		}
	})
}
