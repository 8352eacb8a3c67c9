package state

import (
	"fmt"
	"iter"
	"slices"
)

// A Table maps slots and keys to values.
type Table struct {
	name  string
	store *Store
	slots map[int64]*slot
	order []int64 // the slots there are, ascending; some may be empty until the commit
	n     int
	// dropped are the slots that were dropped since the last commit.
	dropped []droppedSlot
	// last is the slot that was used last: most calls come in runs.
	last   *slot
	lastID int64
}

type droppedSlot struct {
	id int64
	s  *slot
}

func (t *Table) slot(id int64) *slot {
	if t.last != nil && t.lastID == id {
		return t.last
	}
	s := t.slots[id]
	if s != nil {
		t.last, t.lastID = s, id
	}
	return s
}

// slotToPut makes the slot when it is missing.
func (t *Table) slotToPut(id int64, fresh bool) *slot {
	if s := t.slot(id); s != nil {
		return s
	}
	s := newSlot(fresh)
	t.slots[id] = s
	i, _ := slices.BinarySearch(t.order, id)
	t.order = slices.Insert(t.order, i, id)
	t.last, t.lastID = s, id
	return s
}

// Get is the value of a key. It is valid until the next change of the store and must not be written to.
func (t *Table) Get(slot int64, key []byte) (value []byte, ok bool) {
	s := t.slot(slot)
	if s == nil {
		return nil, false
	}
	return s.get(key)
}

// Put sets the value of a key; key and value are copied. A key may have 16 MB and a value 1 GB; the commit is refused
// when one had more.
func (t *Table) Put(slot int64, key, value []byte) {
	if len(key) > maxKey || len(value) > maxValue {
		t.store.refuse(fmt.Errorf("a key of %d bytes with a value of %d is too large", len(key), len(value)))
		return
	}
	s := t.slotToPut(slot, true)
	n := s.n
	if !s.put(key, value, t.store.round) {
		t.store.refuse(fmt.Errorf("slot %d of table %q is full", slot, t.name))
	}
	t.n += s.n - n
}

// Append puts more behind the value of a key, which is empty when it was not there; both are copied.
func (t *Table) Append(slot int64, key, more []byte) {
	if len(key) > maxKey || len(more) > maxValue {
		t.store.refuse(fmt.Errorf("a key of %d bytes with a value of %d is too large", len(key), len(more)))
		return
	}
	s := t.slotToPut(slot, true)
	n := s.n
	if !s.append(key, more, t.store.round) {
		t.store.refuse(fmt.Errorf("slot %d of table %q is full", slot, t.name))
	}
	t.n += s.n - n
}

// Remove removes a key and says whether it was there.
func (t *Table) Remove(slot int64, key []byte) bool {
	s := t.slot(slot)
	if s == nil || !s.remove(key, true) {
		return false
	}
	t.n--
	return true
}

// Slots lists the slots that have keys, ascending.
func (t *Table) Slots() []int64 {
	ids := make([]int64, 0, len(t.order))
	for _, id := range t.order {
		if t.slots[id].n > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// All lists the keys of a slot and their values, in no particular order. Both are valid until the next step or change
// of the store, and must not be written to. The key at hand may be removed or put meanwhile, other slots may be changed,
// and the whole slot may be dropped; whether other changes of the slot are seen is undefined.
func (t *Table) All(slot int64) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		s := t.slot(slot)
		if s == nil {
			return
		}
		ends := make([]int, len(s.chunks)) // what is put from now on lies behind them
		for i := range ends {
			ends[i] = len(s.chunks[i].buf)
		}
		for i, end := range ends {
			if !s.each(i, 0, end, func(_ ref, e entry) bool { return yield(e.key(), e.value()) }) {
				return
			}
		}
	}
}

// SlotLen is the number of keys in a slot.
func (t *Table) SlotLen(slot int64) int {
	s := t.slot(slot)
	if s == nil {
		return 0
	}
	return s.n
}

// DropSlot removes all keys of a slot and says how many there were.
func (t *Table) DropSlot(slot int64) int {
	s := t.slots[slot]
	if s == nil {
		return 0
	}
	t.unlink(slot, s)
	t.dropped = append(t.dropped, droppedSlot{slot, s})
	t.n -= s.n
	return s.n
}

func (t *Table) unlink(id int64, s *slot) {
	s.gone = true
	delete(t.slots, id)
	if i, ok := slices.BinarySearch(t.order, id); ok {
		t.order = slices.Delete(t.order, i, i+1)
	}
	t.last = nil
}

// Len is the number of keys in all slots.
func (t *Table) Len() int { return t.n }

// abort forgets the changes since the last commit.
func (t *Table) abort() {
	for id, s := range t.slots {
		if s.fresh {
			t.unlink(id, s)
		}
	}
	for _, d := range t.dropped {
		if !d.s.fresh { // and so it is the only one of its number
			d.s.gone = false
			t.slots[d.id] = d.s
			i, _ := slices.BinarySearch(t.order, d.id)
			t.order = slices.Insert(t.order, i, d.id)
		}
	}
	t.dropped, t.last, t.n = nil, nil, 0
	for _, s := range t.slots {
		s.abort()
		t.n += s.n
	}
}

// settle ends a batch whose changes are written: empty slots go, and holes are closed where something changed.
func (t *Table) settle(write func(id int64, e entry)) {
	for _, d := range t.dropped {
		d.s.discard()
	}
	t.dropped = nil
	for _, id := range slices.Clone(t.order) {
		s := t.slots[id]
		if len(s.changes) == 0 && !s.fresh {
			continue
		}
		s.forget()
		s.fresh = false
		if s.n == 0 {
			t.unlink(id, s)
			s.discard()
			continue
		}
		var f func(entry)
		if write != nil {
			f = func(e entry) { write(id, e) }
		}
		s.compact(t.store.round, f)
	}
}

func (t *Table) memory() (n int) {
	for _, s := range t.slots {
		n += s.memory()
	}
	return n
}
