package op

import (
	"math"
	"math/bits"

	"gospark/runtime/batch"
)

// integerKeys finds the ids of a join's keys that are one column of integers. All keys are known before the first is
// looked up, so that the room for them is made once.
//
// Integers that lie close together, as identities do, have a list with a place for each number from the least to the
// greatest: there is nothing to hash or to compare. Others have an open-addressing table that has the integers beside
// their ids. Either costs one miss of the cache for a key.
type integerKeys struct {
	least int64
	ids   []int32 // by the distance from the least; -1: no such key

	slots []integerSlot // instead of ids
	shift int           // from a hash to its place in slots
	first []integerSlot // scratch
	at    []uint64      // scratch
}

type integerSlot struct {
	key int64
	id  int64 // and 1; 0 is free
}

// sparsest is how many places of a list a key may take: no more bytes than in a table.
const sparsest = 8

// ahead is how many places are looked at before they are needed: their lines stay in the first-level cache.
const ahead = 256

// newIntegerKeys numbers the integers of a column in the order of their first appearance, and adds the id of each to ids,
// -1 for a null.
func newIntegerKeys(v batch.Vector) (x *integerKeys, ids []int32, keys int) {
	switch v := v.(type) {
	case *batch.Vec[int64]:
		return numberIntegers(v)
	case *batch.Vec[int32]:
		return numberIntegers(v)
	}
	return numberIntegers(v.(*batch.Vec[int16]))
}

// areIntegers says whether a column can have integerKeys.
func areIntegers(v batch.Vector) bool {
	switch v.(type) {
	case *batch.Vec[int64], *batch.Vec[int32], *batch.Vec[int16]:
		return true
	}
	return false
}

type integer interface{ int16 | int32 | int64 }

func numberIntegers[T integer](v *batch.Vec[T]) (x *integerKeys, ids []int32, keys int) {
	n := len(v.V)
	least, greatest := int64(math.MaxInt64), int64(math.MinInt64)
	for i, k := range v.V {
		if v.Valid == nil || v.Valid[i] {
			least, greatest = min(least, int64(k)), max(greatest, int64(k))
		}
	}
	ids = make([]int32, n)
	if least > greatest { // no key at all
		for i := range ids {
			ids[i] = -1
		}
		return &integerKeys{}, ids, 0
	}
	if span := uint64(greatest) - uint64(least); span < sparsest*uint64(n) { // a distance may be more than an int64 holds
		x = &integerKeys{least: least, ids: make([]int32, span+1)}
		return x, ids, numberClose(x, v, ids)
	}
	size := bits.Len(uint(2*n - 1))
	x = &integerKeys{slots: make([]integerSlot, 1<<size), shift: 64 - size}
	return x, ids, numberFar(x, v, ids)
}

func numberClose[T integer](x *integerKeys, v *batch.Vec[T], ids []int32) (keys int) {
	for i := range x.ids {
		x.ids[i] = -1
	}
	for i, k := range v.V {
		if v.Valid != nil && !v.Valid[i] {
			ids[i] = -1
			continue
		}
		p := &x.ids[uint64(int64(k))-uint64(x.least)]
		if *p < 0 {
			*p = int32(keys)
			keys++
		}
		ids[i] = *p
	}
	return keys
}

func numberFar[T integer](x *integerKeys, v *batch.Vec[T], ids []int32) (keys int) {
	mask := uint64(len(x.slots) - 1)
	for lo := 0; lo < len(ids); lo += ahead {
		hi := min(lo+ahead, len(ids))
		x.look(places(x, v.V[lo:hi]))
		for i, k := range v.V[lo:hi] {
			if v.Valid != nil && !v.Valid[lo+i] {
				ids[lo+i] = -1
				continue
			}
			s := x.at[i]
			for x.slots[s].id != 0 && x.slots[s].key != int64(k) {
				s = (s + 1) & mask
			}
			if x.slots[s].id == 0 {
				keys++
				x.slots[s] = integerSlot{int64(k), int64(keys)}
			}
			ids[lo+i] = int32(x.slots[s].id - 1)
		}
	}
	return keys
}

// places is where the search for each key begins.
func places[T integer](x *integerKeys, keys []T) []uint64 {
	if x.at == nil {
		x.at, x.first = make([]uint64, ahead), make([]integerSlot, ahead)
	}
	at, shift := x.at[:len(keys)], x.shift&63
	for i, k := range keys {
		at[i] = batch.HashUint64(0, uint64(int64(k))) >> shift
	}
	return at
}

// look reads the slots at some places. No read waits for another: so many misses of the cache are under way at a time,
// which they are not in a loop that goes by what it has read.
func (x *integerKeys) look(at []uint64) []integerSlot {
	first, slots := x.first[:len(at)], x.slots
	for i, s := range at {
		first[i] = slots[s]
	}
	return first
}

// lookup finds the ids of the selected rows' keys, -1 for others and nulls.
func (x *integerKeys) lookup(ids []int32, b *batch.Batch) []int32 {
	ids = grow(ids, b.Rows())
	switch v := b.Cols[0].(type) {
	case *batch.Vec[int64]:
		findIntegers(x, ids, v, b.Sel)
	case *batch.Vec[int32]:
		findIntegers(x, ids, v, b.Sel)
	default:
		findIntegers(x, ids, v.(*batch.Vec[int16]), b.Sel)
	}
	return ids
}

func findIntegers[T integer](x *integerKeys, ids []int32, v *batch.Vec[T], sel []int32) {
	keys := v.V
	if sel != nil {
		keys = make([]T, len(sel))
		for i, r := range sel {
			keys[i] = v.V[r]
		}
	}
	keys = keys[:len(ids)]
	if x.slots == nil {
		findClose(x, ids, keys)
	} else {
		findFar(x, ids, keys)
	}
	if v.Valid != nil {
		for i := range ids {
			if !v.Valid[at(sel, i)] {
				ids[i] = -1
			}
		}
	}
}

func findClose[T integer](x *integerKeys, ids []int32, keys []T) {
	least, known := uint64(x.least), x.ids
	for i, k := range keys {
		id := int32(-1)
		if d := uint64(int64(k)) - least; d < uint64(len(known)) {
			id = known[d]
		}
		ids[i] = id
	}
}

func findFar[T integer](x *integerKeys, ids []int32, keys []T) {
	mask := uint64(len(x.slots) - 1)
	for lo := 0; lo < len(keys); lo += ahead {
		hi := min(lo+ahead, len(keys))
		some, out := keys[lo:hi], ids[lo:hi]
		for i, w := range x.look(places(x, some)) {
			k := int64(some[i])
			for s := x.at[i]; w.id != 0 && w.key != k; w = x.slots[s] {
				s = (s + 1) & mask
			}
			out[i] = int32(w.id) - 1
		}
	}
}
