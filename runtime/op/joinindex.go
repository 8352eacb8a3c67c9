package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// A joinIndex finds the rows of a join's held side by key, or without keys all of them.
type joinIndex struct {
	keys     *program
	nullSafe []bool
	table    *keyTable // nil: without keys
	all      []int32   // every row, without keys
	ids      []int32   // of each row; -1: its key has a null
	start    []int32   // where the rows of a key start in order
	order    []int32   // rows by key
	unique   bool      // no key has two rows
	inOrder  bool      // and the rows are in the order of the keys
	nulls    bool      // there is a key with a null
	sel      []int32
	probe    batch.Batch
}

func newJoinIndex(n *plan.JoinRows, keys *program) *joinIndex {
	x := &joinIndex{keys: keys, nullSafe: make([]bool, len(n.LeftKeys))}
	copy(x.nullSafe, n.NullSafe)
	if len(n.LeftKeys) > 0 {
		var cols []batch.Vector
		for _, k := range n.LeftKeys {
			cols = append(cols, batch.ForType(k.Type(), 0))
		}
		x.table = newKeyTable(cols)
	}
	return x
}

// add numbers the keys of the selected rows of b.
func (x *joinIndex) add(b *batch.Batch) error {
	if x.table == nil {
		return nil
	}
	cols, err := x.keys.eval(b)
	if err != nil {
		return err
	}
	kb := &batch.Batch{N: b.N, Sel: b.Sel, Cols: cols}
	if !x.mayBeNull(cols) {
		x.ids = append(x.ids, x.table.assign(kb)...)
		return nil
	}
	x.sel = x.sel[:0]
	for i := range b.Rows() {
		if r := b.Row(i); !x.null(cols, r) {
			x.sel = append(x.sel, int32(r))
		}
	}
	x.nulls = x.nulls || len(x.sel) < b.Rows()
	kb.Sel = x.sel
	ids := x.table.assign(kb)
	k := 0
	for i := range b.Rows() {
		if k < len(x.sel) && x.sel[k] == int32(b.Row(i)) {
			x.ids = append(x.ids, ids[k])
			k++
		} else {
			x.ids = append(x.ids, -1)
		}
	}
	return nil
}

// mayBeNull says whether a key that is not null-safe has nulls.
func (x *joinIndex) mayBeNull(cols []batch.Vector) bool {
	for c, v := range cols {
		if !x.nullSafe[c] && v.HasNulls() {
			return true
		}
	}
	return false
}

func (x *joinIndex) null(cols []batch.Vector, row int) bool {
	for c, v := range cols {
		if !x.nullSafe[c] && v.Null(row) {
			return true
		}
	}
	return false
}

// streamNull says whether the key of a row of the batch that was looked up last has a null.
func (x *joinIndex) streamNull(row int) bool { return x.null(x.probe.Cols, row) }

// finish puts the n rows in the order of their keys.
func (x *joinIndex) finish(n int) {
	if x.table == nil {
		x.all = make([]int32, n)
		for i := range x.all {
			x.all[i] = int32(i)
		}
		return
	}
	x.start = make([]int32, x.table.n+1)
	for _, id := range x.ids {
		if id >= 0 {
			x.start[id+1]++
		}
	}
	x.unique = true
	for i := 1; i < len(x.start); i++ {
		x.unique = x.unique && x.start[i] == 1
		x.start[i] += x.start[i-1]
	}
	x.order = make([]int32, x.start[x.table.n])
	next := append([]int32(nil), x.start...)
	for row, id := range x.ids {
		if id >= 0 {
			x.order[next[id]] = int32(row)
			next[id]++
		}
	}
	x.ids = nil
	x.inOrder = x.unique
	for i, row := range x.order {
		x.inOrder = x.inOrder && int(row) == i
	}
}

// lookup finds the keys of the selected rows of b; nil without keys.
func (x *joinIndex) lookup(keys *program, b *batch.Batch) ([]int32, error) {
	if x.table == nil {
		return nil, nil
	}
	cols, err := keys.eval(b)
	if err != nil {
		return nil, err
	}
	x.probe = batch.Batch{N: b.N, Sel: b.Sel, Cols: cols}
	return x.table.lookup(&x.probe, x.nullSafe), nil
}

// rows are the held rows of a key, in their order.
func (x *joinIndex) rows(id int32) []int32 {
	if id < 0 {
		return nil
	}
	return x.order[x.start[id]:x.start[id+1]]
}
