package op

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
)

// model numbers keys by their text.
type model map[string]int32

func (m model) id(b *batch.Batch, row int) int32 {
	k := ""
	for _, c := range b.Cols {
		v := c.Any(row)
		if f, ok := v.(float64); ok && f == 0 {
			v = 0.0
		}
		k += fmt.Sprintf("%T %v|", v, v)
	}
	id, ok := m[k]
	if !ok {
		id = int32(len(m))
		m[k] = id
	}
	return id
}

// TestKeyTable numbers random keys. Hashes are sometimes all the same: then only comparisons tell keys apart.
func TestKeyTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var like *batch.Batch
		var table *keyTable
		m := model{}
		collide := rapid.Bool().Draw(t, "collide")
		width := rapid.IntRange(1, 3).Draw(t, "columns")
		for range rapid.IntRange(1, 4).Draw(t, "batches") {
			n := rapid.IntRange(1, 40).Draw(t, "rows")
			b := &batch.Batch{N: n}
			for c := range width {
				v := drawColumn(t, n)
				for like != nil && fmt.Sprintf("%T", v) != fmt.Sprintf("%T", like.Cols[c]) {
					v = drawColumn(t, n)
				}
				b.Cols = append(b.Cols, v)
			}
			if like == nil {
				like = b
				var keys []batch.Vector
				for _, v := range b.Cols {
					keys = append(keys, v.Like(0))
				}
				table = newKeyTable(keys)
				if rapid.Bool().Draw(t, "large") {
					table.cached = rapid.IntRange(0, 30).Draw(t, "cached")
				}
				if rapid.Bool().Draw(t, "clustered") {
					table.cluster()
				}
			}
			if rapid.Bool().Draw(t, "select") {
				b.Sel = []int32{}
				for i := range n {
					if rapid.Bool().Draw(t, "selected") {
						b.Sel = append(b.Sel, int32(i))
					}
				}
			}
			known := len(m)
			var ids []int32
			if collide {
				var h []uint64
				h, ids = table.hash(b)
				clear(h)
				table.fresh = table.fresh[:0]
				table.assignColumns(b, h, nil, ids)
			} else {
				ids = table.assign(b)
			}
			var fresh int
			for i, id := range ids {
				next := len(m)
				if m.id(b, b.Row(i)); len(m) > next {
					fresh++
				}
				row := b.Row(i)
				for c, k := range table.keys {
					if !k.Equal(int(id), b.Cols[c], row) {
						t.Fatalf("row %d has id %d, whose key is another", row, id)
					}
				}
			}
			if table.n != len(m) || len(table.fresh) != fresh || fresh != len(m)-known {
				t.Fatalf("%d keys, %d of them new, want %d and %d", table.n, len(table.fresh), len(m), fresh)
			}
			if !collide {
				for i, id := range table.lookup(b, []bool{true, true, true}) {
					if id < 0 || !table.keys[0].Equal(int(id), b.Cols[0], b.Row(i)) {
						t.Fatalf("row %d is not found: %d", b.Row(i), id)
					}
				}
			}
		}
	})
}
