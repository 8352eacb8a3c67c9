package state

import (
	"iter"
	"maps"
	"slices"
)

// A Store is the state of one operator in one partition. It is used by one goroutine.
type Store struct {
	id     storeID
	tables map[string]*Table
}

// Table is the table of a name, which is empty when it is new.
func (s *Store) Table(name string) *Table {
	t := s.tables[name]
	if t == nil {
		t = &Table{slots: map[int64]map[string]string{}}
		s.tables[name] = t
	}
	return t
}

// Abort forgets the changes since the last commit.
func (s *Store) Abort() {
	for _, t := range s.tables {
		for i := len(t.undo) - 1; i >= 0; i-- {
			t.undo[i]()
		}
		t.undo = nil
	}
}

func (s *Store) commit() {
	for _, t := range s.tables {
		t.undo = nil
	}
}

// Len is the number of keys in all tables.
func (s *Store) Len() int64 {
	var n int64
	for _, t := range s.tables {
		n += int64(t.Len())
	}
	return n
}

// A Table maps slots and keys to values.
type Table struct {
	slots map[int64]map[string]string
	undo  []func()
}

// Get is the value of a key. It is valid until the next change of the store.
func (t *Table) Get(slot int64, key []byte) (value []byte, ok bool) {
	v, ok := t.slots[slot][string(key)]
	return []byte(v), ok
}

// Put sets the value of a key; key and value are copied.
func (t *Table) Put(slot int64, key, value []byte) {
	m := t.slots[slot]
	if m == nil {
		m = map[string]string{}
		t.slots[slot] = m
	}
	k := string(key)
	if old, ok := m[k]; ok {
		t.undo = append(t.undo, func() { t.set(slot, k, old) })
	} else {
		t.undo = append(t.undo, func() { t.unset(slot, k) })
	}
	m[k] = string(value)
}

func (t *Table) set(slot int64, k, v string) {
	if t.slots[slot] == nil {
		t.slots[slot] = map[string]string{}
	}
	t.slots[slot][k] = v
}

func (t *Table) unset(slot int64, k string) {
	delete(t.slots[slot], k)
	if len(t.slots[slot]) == 0 {
		delete(t.slots, slot)
	}
}

// Remove removes a key and says whether it was there.
func (t *Table) Remove(slot int64, key []byte) bool {
	k := string(key)
	old, ok := t.slots[slot][k]
	if ok {
		t.unset(slot, k)
		t.undo = append(t.undo, func() { t.set(slot, k, old) })
	}
	return ok
}

// Slots lists the slots that have keys, ascending.
func (t *Table) Slots() []int64 { return slices.Sorted(maps.Keys(t.slots)) }

// All lists the keys of a slot and their values, in no particular order. Both are valid until the next step. The key
// at hand may be removed or put meanwhile; whether other changes are seen is undefined.
func (t *Table) All(slot int64) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		for k, v := range t.slots[slot] {
			if !yield([]byte(k), []byte(v)) {
				return
			}
		}
	}
}

// DropSlot removes all keys of a slot and says how many there were.
func (t *Table) DropSlot(slot int64) int {
	m := t.slots[slot]
	if m != nil {
		delete(t.slots, slot)
		t.undo = append(t.undo, func() { t.slots[slot] = m })
	}
	return len(m)
}

// Len is the number of keys in all slots.
func (t *Table) Len() int {
	n := 0
	for _, m := range t.slots {
		n += len(m)
	}
	return n
}
