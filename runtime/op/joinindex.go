package op

import (
	"slices"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// A joinIndex finds the rows of a join's held side by key, or without keys all of them.
type joinIndex struct {
	keys     *program
	nullSafe []bool
	table    *keyTable    // nil: without keys
	integers *integerKeys // instead of the table, once all keys are there
	pending  batch.Vector // the keys so far, if they are integers
	found    []int32      // scratch
	all      []int32      // every row, without keys
	ids      []int32      // of each row; -1: its key has a null
	start    []int32      // where the rows of a key start in order
	order    []int32      // rows by key
	unique   bool         // no key has two rows
	inOrder  bool         // and each row's id is its number: there is no need of the lists
	row      [1]int32     // scratch
	nulls    bool         // there is a key with a null
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
		if len(cols) == 1 && areIntegers(cols[0]) {
			x.pending = cols[0].Like(0)
		}
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
	if x.pending != nil {
		(&batch.Batch{Cols: []batch.Vector{x.pending}}).Append(kb)
		return nil
	}
	x.number(kb)
	return nil
}

// number gives the selected keys their ids in the table.
func (x *joinIndex) number(kb *batch.Batch) {
	cols := kb.Cols
	if !x.mayBeNull(cols) {
		x.ids = append(x.ids, x.table.assign(kb)...)
		return
	}
	b := *kb
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
}

// settle numbers the keys that wait for it, and says how many there are.
func (x *joinIndex) settle() (keys int) {
	v := x.pending
	if v == nil {
		return x.table.n
	}
	x.pending = nil
	if !v.HasNulls() || !x.nullSafe[0] {
		x.integers, x.ids, keys = newIntegerKeys(v)
		x.nulls = v.HasNulls() && slices.Contains(x.ids, -1)
		return keys
	}
	for lo := 0; lo < v.Len(); lo += batch.Size {
		hi := min(lo+batch.Size, v.Len())
		x.number(&batch.Batch{N: hi - lo, Cols: []batch.Vector{v.View(lo, hi)}})
	}
	return x.table.n
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
	keys := x.settle()
	if x.inOrder = inOrder(x.ids) && keys == n; x.inOrder {
		x.unique, x.ids = true, nil
		return
	}
	x.start = make([]int32, keys+1)
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
	x.order = make([]int32, x.start[keys])
	next := append([]int32(nil), x.start...)
	for row, id := range x.ids {
		if id >= 0 {
			x.order[next[id]] = int32(row)
			next[id]++
		}
	}
	x.ids = nil
}

// inOrder says whether the ids are those of the rows themselves.
func inOrder(ids []int32) bool {
	for i, id := range ids {
		if int(id) != i {
			return false
		}
	}
	return true
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
	if x.integers != nil {
		x.found = x.integers.lookup(x.found, &x.probe)
		return x.found, nil
	}
	return x.table.lookup(&x.probe, x.nullSafe), nil
}

// rows are the held rows of a key, in their order, until the next call.
func (x *joinIndex) rows(id int32) []int32 {
	if id < 0 {
		return nil
	}
	if x.inOrder {
		x.row[0] = id
		return x.row[:]
	}
	return x.order[x.start[id]:x.start[id+1]]
}
