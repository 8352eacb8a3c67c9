package op

import (
	"slices"

	"gospark/runtime/batch"
)

// A keyTable numbers distinct keys densely in the order of their first appearance. It is an open-addressing table of
// (hash tag, id) words, so that a probe touches the keys only when the tags agree. Single string and integer keys have
// loops of their own; any other key goes through the vectors.
//
// A key's place is the highest bits of its tag. A table that grows thus needs nothing but its words, and moves them in
// their order.
type keyTable struct {
	slots  []uint64 // tag<<32 | id+1; 0 is free
	shift  int      // from a hash to its place in slots
	n      int
	keys   []batch.Vector // by id
	short  []shortKeys    // of each column of strings: those of the first keys, or none
	given  []shortKey     // scratch: of the column that is compared
	arena  arena
	hashes []uint64 // scratch
	words  []uint64 // scratch
	ids    []int32  // scratch
	fresh  []int32  // which rows of the last batch brought a new key, by their place in the selection
	wrong  []int32  // scratch
	rows   []int32  // scratch
	seed   uint64   // of the hashes: rows may not come in the order of a table's own hashes, or its words fill from one end
	cached int      // how many keys it has while one pass is fastest
	near   []int32  // how many keys have a hash of each cluster; nil while keys come in no order
}

func newKeyTable(keys []batch.Vector) *keyTable {
	return &keyTable{slots: make([]uint64, 64), shift: 64 - 6, keys: keys, short: make([]shortKeys, len(keys)), cached: cached}
}

// cached is how many keys a table has while one pass is fastest. Beyond it every key touched is a miss of the cache, and
// several short loops, in which misses overlap, are.
const cached = 1 << 14

// assign returns the id of each selected row's key, which is in the first columns of b, and notes in fresh which rows
// brought a new key. The result is valid until the next call.
func (t *keyTable) assign(b *batch.Batch) []int32 {
	if t.n < t.cached {
		if keys, ok := pairOf(t.keys); ok {
			if src, ok := pairOf(b.Cols[:2]); ok {
				ids := t.room(b.Rows())
				t.fresh = t.fresh[:0]
				t.assignPairs(keys, src, b.Sel, ids)
				return ids
			}
		}
	}
	h, _ := t.hash(b)
	return t.assignHashed(b, h, nil)
}

// assignHashed is assign for keys whose hashes are known, and perhaps the words of columns of strings.
func (t *keyTable) assignHashed(b *batch.Batch, h []uint64, words [][]shortKey) []int32 {
	ids := t.room(len(h))
	t.fresh = t.fresh[:0]
	if len(t.keys) == 1 && t.n < t.cached && !b.Cols[0].HasNulls() && !t.keys[0].HasNulls() {
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
	t.assignColumns(b, h, words, ids)
	return ids
}

// lookup is assign for keys that must be there already: the id of others is -1. So is that of a key with a null in one
// of the columns, unless nullSafe says that nulls of the column are equal.
func (t *keyTable) lookup(b *batch.Batch, nullSafe []bool) []int32 {
	h, ids := t.hash(b)
	for i, w := range t.guess(h) {
		if w != 0 && w>>32 == h[i]>>32 {
			ids[i] = int32(uint32(w)) - 1
		} else {
			ids[i] = t.candidate(h[i])
		}
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
	t.compare(b, nil, ids)
	for _, i := range t.wrong {
		ids[i] = t.find(h[i], b, b.Row(int(i)))
	}
	return ids
}

// hash returns the hashes of the selected rows' keys, and room for their ids.
func (t *keyTable) hash(b *batch.Batch) (h []uint64, ids []int32) {
	n := b.Rows()
	if cap(t.hashes) < n {
		t.hashes = make([]uint64, n)
	}
	h = t.hashes[:n]
	for i := range h {
		h[i] = t.seed
	}
	for c := range t.keys {
		b.Cols[c].Hash(b.Sel, h)
	}
	return h, t.room(n)
}

// room is the scratch for the ids of n rows.
func (t *keyTable) room(n int) []int32 {
	if cap(t.ids) < n {
		t.words, t.ids = make([]uint64, n), make([]int32, n)
	}
	return t.ids[:n]
}

// guess is the first word that the search for each hash meets. The loop does not wait for what it reads: many misses of
// the cache are under way at a time, which they are not in a loop that goes by the words.
func (t *keyTable) guess(h []uint64) []uint64 {
	words, slots, shift := t.words[:len(h)], t.slots, t.shift&63
	for i, x := range h {
		words[i] = slots[x>>shift]
	}
	return words
}

// candidate is the id of the first key with the tag of h, -1 if there is none.
func (t *keyTable) candidate(h uint64) int32 {
	tag := h >> 32 << 32
	for s := h >> t.shift; ; s = t.after(s) {
		w := t.slots[s]
		if w == 0 {
			return -1
		}
		if w>>32<<32 == tag {
			return int32(uint32(w)) - 1
		}
	}
}

// after is the place that is looked at after s.
func (t *keyTable) after(s uint64) uint64 { return (s + 1) & uint64(len(t.slots)-1) }

// full says that the table must grow before the next key.
func (t *keyTable) full() bool { return 2*t.n >= len(t.slots)-1 }

// crowded says that the table must grow before a key of hash h because the part of it that is for the keys of a cluster
// is full, as it is when one cluster's keys come long before the others'. Growing does not help keys with one hash.
func (t *keyTable) crowded(h uint64) bool {
	return 2*int(t.near[h>>(64-clusterBits)]) >= len(t.slots)>>clusterBits && len(t.slots) < 64*t.n
}

// assignColumns takes keys of any columns in passes, so that each column is looked at in a loop of its own type: find
// candidates by their hashes alone, store the new keys, and compare. A key that differs from its candidate, which has
// the same 32 bits of hash by chance, is then found by itself.
func (t *keyTable) assignColumns(b *batch.Batch, h []uint64, words [][]shortKey, ids []int32) {
	for i, w := range t.guess(h) {
		if w != 0 && w>>32 == h[i]>>32 {
			ids[i] = int32(uint32(w)) - 1
			continue
		}
		if ids[i] = t.candidate(h[i]); ids[i] < 0 { // the word may be another's, or have come since
			ids[i] = t.insert(h[i])
			t.fresh = append(t.fresh, int32(i))
		}
	}
	t.store(b, words, t.fresh)
	t.compare(b, words, ids)
	for _, i := range t.wrong {
		if ids[i] = t.find(h[i], b, b.Row(int(i))); ids[i] < 0 {
			ids[i] = t.insert(h[i])
			t.fresh = append(t.fresh, i)
			t.store(b, words, []int32{i})
		}
	}
	if len(t.wrong) > 0 {
		slices.Sort(t.fresh)
	}
}

// compare leaves in wrong the rows whose key is not that of their id.
func (t *keyTable) compare(b *batch.Batch, words [][]shortKey, ids []int32) {
	t.wrong = t.wrong[:0]
	for c, k := range t.keys {
		if s, ok := k.(*batch.Vec[string]); ok && t.n >= t.cached && !k.HasNulls() && !b.Cols[c].HasNulls() {
			src := b.Cols[c].(*batch.Vec[string]).V
			given := given(words, c, len(ids))
			if given == nil {
				t.given = appendShort(t.given[:0], src, b.Sel, len(ids))
				given = t.given
			}
			t.short[c].upTo(s.V)
			t.wrong = t.short[c].differing(t.wrong, s.V, ids, given, src, b.Sel)
		} else {
			t.wrong = differing(t.wrong, k, ids, b.Cols[c], b.Sel)
		}
	}
	if len(t.wrong) > 1 { // a row may differ in several columns
		slices.Sort(t.wrong)
		t.wrong = slices.Compact(t.wrong)
	}
}

// given is the short keys of a column if they are known for all n rows.
func given(words [][]shortKey, c, n int) []shortKey {
	if words == nil || len(words[c]) != n {
		return nil
	}
	return words[c]
}

// insert gives the next id to a key that is not there.
func (t *keyTable) insert(h uint64) int32 {
	if t.full() || t.near != nil && t.crowded(h) {
		t.grow()
	}
	if t.near != nil {
		t.near[h>>(64-clusterBits)]++
	}
	s := h >> t.shift
	for t.slots[s] != 0 {
		s = t.after(s)
	}
	t.slots[s] = h>>32<<32 | uint64(t.n+1)
	t.n++
	return int32(t.n - 1)
}

// store copies the keys of the i-th selected rows behind those that are there.
func (t *keyTable) store(b *batch.Batch, words [][]shortKey, is []int32) {
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
		s, ok := k.(*batch.Vec[string])
		if ok && t.short[c].n == n && !k.HasNulls() && !b.Cols[c].HasNulls() {
			if given := given(words, c, b.Rows()); given != nil {
				t.storeShort(c, s, b, given, is)
				continue
			}
		}
		k.Append(b.Cols[c], rows)
		if ok {
			for i, x := range s.V[n:] {
				s.V[n+i] = t.arena.keep(x)
			}
		}
	}
}

// storeShort is store for a column of strings whose short keys are known.
func (t *keyTable) storeShort(c int, k *batch.Vec[string], b *batch.Batch, given []shortKey, is []int32) {
	src := b.Cols[c].(*batch.Vec[string]).V
	if n := len(is); n > cap(k.V)-len(k.V) { // by a quarter, as append does, would copy many keys too often
		k.V = slices.Grow(k.V, max(n, len(k.V)))
	}
	for _, i := range is {
		p := t.short[c].add(given[i])
		if p.long() {
			k.V = append(k.V, t.arena.keep(src[b.Row(int(i))]))
		} else {
			k.V = append(k.V, p.text())
		}
	}
}

// find is the id of a row's key, -1 if it is not there: key by key.
func (t *keyTable) find(h uint64, b *batch.Batch, row int) int32 {
	tag := h >> 32 << 32
	for s := h >> t.shift; ; s = t.after(s) {
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
		if t.full() {
			t.grow()
		}
		hash := h[i]
		tag := hash >> 32 << 32
		for s := hash >> t.shift; ; s = t.after(s) {
			w := t.slots[s]
			if w == 0 {
				t.slots[s] = tag | uint64(t.n+1)
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
		if t.full() {
			t.grow()
		}
		hash := h[i]
		tag := hash >> 32 << 32
		for s := hash >> t.shift; ; s = t.after(s) {
			w := t.slots[s]
			if w == 0 {
				t.slots[s] = tag | uint64(t.n+1)
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

// cluster prepares the table for keys that come by clusters.
func (t *keyTable) cluster() {
	t.near = make([]int32, 1<<clusterBits)
	for _, w := range t.slots {
		if w != 0 {
			t.near[w>>(64-clusterBits)]++
		}
	}
}

// grow makes room for more keys.
func (t *keyTable) grow() {
	old := t.slots
	by := 2
	if len(old) > 1<<20 {
		by = 1
	}
	t.slots, t.shift = make([]uint64, len(old)<<by), t.shift-by
	for _, w := range old {
		if w == 0 {
			continue
		}
		s := w >> t.shift
		for t.slots[s] != 0 {
			s = t.after(s)
		}
		t.slots[s] = w
	}
}

func at(sel []int32, i int) int {
	if sel == nil {
		return i
	}
	return int(sel[i])
}
