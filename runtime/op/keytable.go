package op

import (
	"slices"

	"gospark/runtime/batch"
)

// A keyTable numbers distinct keys densely in the order of their first appearance. It is an open-addressing table of
// (hash tag, id) words, so that a probe touches the keys only when the tags agree. Single string and integer keys have
// loops of their own; any other key goes through the vectors.
type keyTable struct {
	slots  []uint64 // tag<<32 | id+1; 0 is free
	mask   uint64
	n      int
	keys   []batch.Vector // by id
	arena  arena
	hashes []uint64 // scratch
	ids    []int32  // scratch
	all    []uint64 // the hash of each id, for growing
	fresh  []int32  // which rows of the last batch brought a new key, by their place in the selection
	wrong  []int32  // scratch
	rows   []int32  // scratch
}

func newKeyTable(keys []batch.Vector) *keyTable {
	return &keyTable{slots: make([]uint64, 64), mask: 63, keys: keys}
}

// cached is how many keys a table has while one pass is fastest. Beyond it every key touched is a miss of the cache, and
// several short loops, in which misses overlap, are.
const cached = 1 << 14

// assign returns the id of each selected row's key, which is in the first columns of b, and notes in fresh which rows
// brought a new key. The result is valid until the next call.
func (t *keyTable) assign(b *batch.Batch) []int32 {
	h, ids := t.hash(b)
	t.fresh = t.fresh[:0]
	if len(t.keys) == 1 && t.n < cached && !b.Cols[0].HasNulls() && !t.keys[0].HasNulls() {
		switch k := t.keys[0].(type) {
		case *batch.Vec[string]:
			t.assignStrings(k, b.Cols[0].(*batch.Vec[string]).V, b.Sel, h, ids)
			return ids
		case *batch.Vec[int]:
			assignFixed(t, k, b.Cols[0].(*batch.Vec[int]).V, b.Sel, h, ids)
			return ids
		case *batch.Vec[int64]:
			assignFixed(t, k, b.Cols[0].(*batch.Vec[int64]).V, b.Sel, h, ids)
			return ids
		case *batch.Vec[int32]:
			assignFixed(t, k, b.Cols[0].(*batch.Vec[int32]).V, b.Sel, h, ids)
			return ids
		}
	}
	t.assignColumns(b, h, ids)
	return ids
}

// lookup is assign for keys that must be there already: the id of others is -1. So is that of a key with a null in one
// of the columns, unless nullSafe says that nulls of the column are equal.
func (t *keyTable) lookup(b *batch.Batch, nullSafe []bool) []int32 {
	h, ids := t.hash(b)
	for i := range ids {
		ids[i] = t.candidate(h[i])
	}
	for c := range t.keys {
		if nullSafe[c] || !b.Cols[c].HasNulls() {
			continue
		}
		for i := range ids {
			if b.Cols[c].Null(b.Row(i)) {
				ids[i] = -1
			}
		}
	}
	t.wrong = t.wrong[:0]
	for c, k := range t.keys {
		t.wrong = differing(t.wrong, k, ids, b.Cols[c], b.Sel)
	}
	for _, i := range t.wrong {
		ids[i] = t.find(h[i], b, b.Row(int(i)))
	}
	return ids
}

// hash returns the hashes of the selected rows' keys, and room for their ids.
func (t *keyTable) hash(b *batch.Batch) (h []uint64, ids []int32) {
	n := b.Rows()
	if cap(t.hashes) < n {
		t.hashes, t.ids = make([]uint64, n), make([]int32, n)
	}
	h = t.hashes[:n]
	clear(h)
	for c := range t.keys {
		b.Cols[c].Hash(b.Sel, h)
	}
	return h, t.ids[:n]
}

// candidate is the id of the first key with the tag of h, -1 if there is none.
func (t *keyTable) candidate(h uint64) int32 {
	tag := h >> 32 << 32
	for s := h & t.mask; ; s = (s + 1) & t.mask {
		w := t.slots[s]
		if w == 0 {
			return -1
		}
		if w>>32<<32 == tag {
			return int32(uint32(w)) - 1
		}
	}
}

// assignColumns takes keys of any columns in three passes, so that each column is looked at in a loop of its own type:
// find candidates by their hashes alone, store the new keys, and compare. A key that differs from its candidate, which
// has the same 32 bits of hash by chance, is then found by itself.
func (t *keyTable) assignColumns(b *batch.Batch, h []uint64, ids []int32) {
	for i := range ids {
		if uint64(t.n)*2 >= t.mask {
			t.rehash()
		}
		if ids[i] = t.candidate(h[i]); ids[i] < 0 {
			ids[i] = t.insert(h[i])
			t.fresh = append(t.fresh, int32(i))
		}
	}
	t.store(b, t.fresh)
	t.wrong = t.wrong[:0]
	for c, k := range t.keys {
		t.wrong = differing(t.wrong, k, ids, b.Cols[c], b.Sel)
	}
	for _, i := range t.wrong {
		if ids[i] = t.find(h[i], b, b.Row(int(i))); ids[i] < 0 {
			if uint64(t.n)*2 >= t.mask {
				t.rehash()
			}
			ids[i] = t.insert(h[i])
			t.fresh = append(t.fresh, i)
			t.store(b, []int32{i})
		}
	}
	if len(t.wrong) > 0 {
		slices.Sort(t.fresh)
	}
}

// insert gives the next id to a key that is not there.
func (t *keyTable) insert(h uint64) int32 {
	s := h & t.mask
	for t.slots[s] != 0 {
		s = (s + 1) & t.mask
	}
	t.slots[s] = h>>32<<32 | uint64(t.n+1)
	t.all = append(t.all, h)
	t.n++
	return int32(t.n - 1)
}

// store copies the keys of the i-th selected rows behind those that are there.
func (t *keyTable) store(b *batch.Batch, is []int32) {
	if len(is) == 0 {
		return
	}
	rows := is
	if b.Sel != nil {
		t.rows = t.rows[:0]
		for _, i := range is {
			t.rows = append(t.rows, b.Sel[i])
		}
		rows = t.rows
	}
	for c, k := range t.keys {
		n := k.Len()
		k.Append(b.Cols[c], rows)
		if s, ok := k.(*batch.Vec[string]); ok {
			for i, x := range s.V[n:] {
				s.V[n+i] = t.arena.keep(x)
			}
		}
	}
}

// find is the id of a row's key, -1 if it is not there: key by key.
func (t *keyTable) find(h uint64, b *batch.Batch, row int) int32 {
	tag := h >> 32 << 32
	for s := h & t.mask; ; s = (s + 1) & t.mask {
		w := t.slots[s]
		if w == 0 {
			return -1
		}
		if w>>32<<32 != tag {
			continue
		}
		id, equal := int(uint32(w))-1, true
		for c, k := range t.keys {
			if !k.Equal(id, b.Cols[c], row) {
				equal = false
				break
			}
		}
		if equal {
			return int32(id)
		}
	}
}

func (t *keyTable) assignStrings(k *batch.Vec[string], src []string, sel []int32, h []uint64, ids []int32) {
	for i := range ids {
		x := src[at(sel, i)]
		if uint64(t.n)*2 >= t.mask {
			t.rehash()
		}
		hash := h[i]
		tag := hash >> 32 << 32
		for s := hash & t.mask; ; s = (s + 1) & t.mask {
			w := t.slots[s]
			if w == 0 {
				t.slots[s] = tag | uint64(t.n+1)
				t.all = append(t.all, hash)
				k.V = append(k.V, t.arena.keep(x))
				ids[i] = int32(t.n)
				t.fresh = append(t.fresh, int32(i))
				t.n++
				break
			}
			if w>>32<<32 == tag && k.V[uint32(w)-1] == x {
				ids[i] = int32(uint32(w)) - 1
				break
			}
		}
	}
}

func assignFixed[T comparable](t *keyTable, k *batch.Vec[T], src []T, sel []int32, h []uint64, ids []int32) {
	for i := range ids {
		x := src[at(sel, i)]
		if uint64(t.n)*2 >= t.mask {
			t.rehash()
		}
		hash := h[i]
		tag := hash >> 32 << 32
		for s := hash & t.mask; ; s = (s + 1) & t.mask {
			w := t.slots[s]
			if w == 0 {
				t.slots[s] = tag | uint64(t.n+1)
				t.all = append(t.all, hash)
				k.V = append(k.V, x)
				ids[i] = int32(t.n)
				t.fresh = append(t.fresh, int32(i))
				t.n++
				break
			}
			if w>>32<<32 == tag && k.V[uint32(w)-1] == x {
				ids[i] = int32(uint32(w)) - 1
				break
			}
		}
	}
}

func (t *keyTable) rehash() {
	n := len(t.slots) * 4
	t.slots, t.mask = make([]uint64, n), uint64(n-1)
	for id, h := range t.all {
		s := h & t.mask
		for t.slots[s] != 0 {
			s = (s + 1) & t.mask
		}
		t.slots[s] = h>>32<<32 | uint64(id+1)
	}
}

func at(sel []int32, i int) int {
	if sel == nil {
		return i
	}
	return int(sel[i])
}
