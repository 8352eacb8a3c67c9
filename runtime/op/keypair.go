package op

import "gospark/runtime/batch"

// A keyPair is the columns of keys that are a whole number and a string, such as the start of a window and what is counted
// in it. They are hashed, looked up and compared in one pass.
type keyPair struct {
	numbers *batch.Vec[int64]
	texts   *batch.Vec[string]
	turned  bool // the string comes first
}

// pairOf says whether columns are such a pair, without nulls.
func pairOf(cols []batch.Vector) (p keyPair, ok bool) {
	if len(cols) != 2 || cols[0].HasNulls() || cols[1].HasNulls() {
		return p, false
	}
	if p.numbers, ok = cols[0].(*batch.Vec[int64]); ok {
		p.texts, ok = cols[1].(*batch.Vec[string])
		return p, ok
	}
	p.turned = true
	if p.texts, ok = cols[0].(*batch.Vec[string]); ok {
		p.numbers, ok = cols[1].(*batch.Vec[int64])
	}
	return p, ok
}

// assignPairs is assign for keys that are pairs. Rows that follow each other often have the same number: its hash is
// computed once.
func (t *keyTable) assignPairs(keys, src keyPair, sel []int32, ids []int32) {
	var number int64
	before := batch.HashUint64(t.seed, 0) // the hash of the number, if it comes first
	for i := range ids {
		r := at(sel, i)
		x, s := src.numbers.V[r], src.texts.V[r]
		var h uint64
		if keys.turned {
			h = batch.HashUint64(batch.HashString(t.seed, s), uint64(x))
		} else {
			if x != number {
				number, before = x, batch.HashUint64(t.seed, uint64(x))
			}
			h = batch.HashString(before, s)
		}
		if t.full() {
			t.grow()
		}
		tag := h >> 32 << 32
		for p := h >> t.shift; ; p = t.after(p) {
			w := t.slots[p]
			if w == 0 {
				t.slots[p] = tag | uint64(t.n+1)
				keys.numbers.V, keys.texts.V = append(keys.numbers.V, x), append(keys.texts.V, t.arena.keep(s))
				ids[i] = int32(t.n)
				t.fresh = append(t.fresh, int32(i))
				t.n++
				break
			}
			if id := uint32(w) - 1; w>>32<<32 == tag && keys.numbers.V[id] == x && keys.texts.V[id] == s {
				ids[i] = int32(id)
				break
			}
		}
	}
}
