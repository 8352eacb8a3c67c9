package op

import (
	"unsafe"

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
}

func newKeyTable(keys []batch.Vector) *keyTable {
	return &keyTable{slots: make([]uint64, 64), mask: 63, keys: keys}
}

// assign returns the id of each selected row's key, which is in the first columns of b. The result is valid until the
// next call.
func (t *keyTable) assign(b *batch.Batch) []int32 {
	n := b.Rows()
	if cap(t.hashes) < n {
		t.hashes, t.ids = make([]uint64, n), make([]int32, n)
	}
	h := t.hashes[:n]
	clear(h)
	for c := range t.keys {
		b.Cols[c].Hash(b.Sel, h)
	}
	ids := t.ids[:n]
	if len(t.keys) == 1 && !b.Cols[0].HasNulls() {
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
		}
	}
	for i := range ids {
		row := b.Row(i)
		ids[i] = t.find(h[i], func(id int) bool {
			for c, k := range t.keys {
				if !k.Equal(id, b.Cols[c], row) {
					return false
				}
			}
			return true
		}, func() {
			for c, k := range t.keys {
				k.Append(b.Cols[c], []int32{int32(row)})
			}
		})
	}
	return ids
}

func (t *keyTable) find(h uint64, equal func(id int) bool, insert func()) int32 {
	if uint64(t.n)*2 >= t.mask {
		t.rehash()
	}
	tag := h >> 32 << 32
	for s := h & t.mask; ; s = (s + 1) & t.mask {
		w := t.slots[s]
		if w == 0 {
			t.slots[s] = tag | uint64(t.n+1)
			t.all = append(t.all, h)
			insert()
			t.n++
			return int32(t.n - 1)
		}
		if w>>32<<32 == tag {
			if id := int(uint32(w)) - 1; t.all[id] == h && equal(id) {
				return int32(id)
			}
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

// An arena holds copies of the strings a table keeps, so that a table of words does not pin the blocks of text they
// were found in.
type arena struct{ block []byte }

// Blocks grow from the size of a small table's keys, as most tables of a stream's batches are, to a size that is filled
// by any large one.
const (
	firstBlock = 512
	lastBlock  = 64 << 10
)

func (a *arena) keep(s string) string {
	if len(s) == 0 {
		return ""
	}
	if len(a.block)+len(s) > cap(a.block) {
		size := max(firstBlock, min(4*cap(a.block), lastBlock))
		if len(s) > size/4 {
			return string(append([]byte(nil), s...))
		}
		a.block = make([]byte, 0, size)
	}
	n := len(a.block)
	a.block = append(a.block, s...)
	return unsafe.String(&a.block[n], len(s))
}
