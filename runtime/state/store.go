package state

import (
	"fmt"
	"maps"
	"slices"
)

// A Store is the state of one operator in one partition. It is used by one goroutine.
type Store struct {
	id     storeID
	tables map[string]*Table
	err    error // why the changes cannot be committed
	// attached goes with the last commit, attaching with the changes since.
	attached, attaching Attachment
	rolling
}

func (p *Provider) newStore(id storeID) *Store {
	return &Store{id: id, tables: map[string]*Table{}, rolling: rolling{least: p.least}}
}

// Table is the table of a name, which is empty when it is new.
func (s *Store) Table(name string) *Table {
	t := s.tables[name]
	if t == nil {
		t = &Table{name: name, store: s, slots: map[int64]*slot{}}
		s.tables[name] = t
	}
	return t
}

// Len is the number of keys in all tables.
func (s *Store) Len() int64 {
	var n int64
	for _, t := range s.tables {
		n += int64(t.n)
	}
	return n
}

// An Attachment is what an operator keeps in memory beside its tables, made of them, so as not to make it anew in each
// batch.
type Attachment interface {
	Memory() int64 // bytes held
}

// Attach gives the store an attachment that fits the tables as they are now. It is lost when changes are forgotten, and it
// is not there when the store was read from the directory.
func (s *Store) Attach(a Attachment) { s.attaching = a }

// Detach takes the attachment from the store; nil: there is none. Whoever takes it may change it, and attaches it when the
// tables have changed alike.
func (s *Store) Detach() Attachment {
	a := s.attached
	s.attached = nil
	return a
}

// Memory is the bytes held.
func (s *Store) Memory() int64 {
	var n int64
	for _, t := range s.tables {
		n += int64(t.memory())
	}
	if s.attached != nil {
		n += s.attached.Memory()
	}
	return n
}

// live is the bytes of the entries.
func (s *Store) live() (n int64) {
	for _, t := range s.tables {
		for _, x := range t.slots {
			n += int64(x.live())
		}
	}
	return n
}

// Abort forgets the changes since the last commit.
func (s *Store) Abort() {
	for _, t := range s.tables {
		t.abort()
	}
	s.err = nil
	s.attaching = nil
}

func (s *Store) refuse(err error) {
	if s.err == nil {
		s.err = fmt.Errorf("state: operator %d, partition %d: %w", s.id.operator, s.id.partition, err)
	}
}

// byName are the tables in the order they are written in.
func (s *Store) byName() []*Table {
	ts := make([]*Table, 0, len(s.tables))
	for _, name := range slices.Sorted(maps.Keys(s.tables)) {
		ts = append(ts, s.tables[name])
	}
	return ts
}

// commit writes what is new in a version and ends the batch. With whole, everything there is gets written, so that the
// version stands on its own. A nil writer only ends the batch.
func (s *Store) commit(version int64, whole bool, w *sectionWriter) {
	if s.attaching != nil {
		s.attached, s.attaching = s.attaching, nil
	}
	tables := s.byName()
	if w != nil {
		s.rolling.begin(version, whole, tables)
	}
	for _, t := range tables { // before anything that is put into a new slot of the same number
		for _, d := range t.dropped {
			if !d.s.fresh {
				w.drop(t, d.id)
			}
		}
	}
	for _, t := range tables {
		for _, id := range t.order {
			t.slots[id].write(t, id, w)
		}
	}
	var write func(*Table) func(int64, entry)
	if w != nil {
		s.rolling.roll(version, whole, w)
		write = func(t *Table) func(int64, entry) {
			return func(id int64, e entry) { w.put(t, id, e) }
		}
	}
	for _, t := range tables {
		if write == nil {
			t.settle(nil)
			continue
		}
		t.settle(write(t))
	}
	if w != nil {
		w.flush()
	}
}

// write writes the changes, in their order: an entry that changed again is written at its last change only.
func (s *slot) write(t *Table, id int64, w *sectionWriter) {
	if s.n == 0 && len(s.changes) > 0 {
		if !s.fresh {
			w.drop(t, id)
		}
		return
	}
	for _, c := range s.changes {
		e := s.entry(c.r)
		switch {
		case c.kind == removed:
			w.remove(t, id, e)
		case !e.is(dead):
			e.clear(dirty)
			w.put(t, id, e)
		}
	}
}
