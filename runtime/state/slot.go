package state

import (
	"bytes"
	"unsafe"

	"gospark/runtime/batch"
)

// A slot is the keys of one slot of a table, with a log of what changed since the last commit: enough to undo it, and to
// write it out.
type slot struct {
	arena
	index
	changes []change
	saved   []byte // old values, for the changes
	// fresh says that the slot was made since the last commit; gone, that it is no longer in its table.
	fresh, gone bool
}

// A change is one of:
type change struct {
	kind uint8
	r    ref // the entry
	with uint32
}

const (
	added    uint8 = iota // the entry is new
	moved                 // with is the entry that was in its place
	removed               // the entry was removed
	replaced              // with is where in saved the old lengths and value are
)

func newSlot(fresh bool) *slot { return &slot{arena: arena{cur: -1}, fresh: fresh} }

func hashOf(key []byte) uint32 {
	return uint32(batch.HashString(0, unsafe.String(unsafe.SliceData(key), len(key))) >> 32)
}

// find is the cell of a key, -1 when it is not there.
func (s *slot) find(h uint32, key []byte) int {
	if s.n == 0 {
		return -1
	}
	mask := len(s.cells) - 1
	for i := s.home(h); ; i = (i + 1) & mask {
		c := s.cells[i]
		if c == 0 {
			return -1
		}
		if uint32(c>>32) == h && bytes.Equal(s.entry(refOf(c)).key(), key) {
			return i
		}
	}
}

func (s *slot) get(key []byte) ([]byte, bool) {
	i := s.find(hashOf(key), key)
	if i < 0 {
		return nil, false
	}
	v := s.entry(refOf(s.cells[i])).value()
	return v[:len(v):len(v)], true
}

// put is false when the slot is full.
func (s *slot) put(key, value []byte, round uint32) bool {
	h := hashOf(key)
	i := s.find(h, key)
	if i < 0 {
		r, ok := s.add(key, value, dirty, round)
		if ok {
			s.insert(h, r)
			s.changes = append(s.changes, change{added, r, 0})
		}
		return ok
	}
	r := refOf(s.cells[i])
	e := s.entry(r)
	old := e.value()
	if bytes.Equal(old, value) {
		return true
	}
	if !e.fits(len(value)) {
		n, ok := s.add(key, value, dirty, round)
		if ok {
			s.kill(r)
			s.cells[i] = cellOf(h, n)
			s.changes = append(s.changes, change{moved, n, uint32(r)})
		}
		return ok
	}
	if !e.is(dirty) {
		s.save(r, e)
		e.set(dirty)
	}
	e.put(value)
	return true
}

// append puts more behind the value of a key; false: the slot is full. An entry that has to move gets room to grow.
func (s *slot) append(key, more []byte, round uint32) bool {
	i := s.find(hashOf(key), key)
	if i < 0 {
		return s.put(key, more, round)
	}
	r := refOf(s.cells[i])
	e := s.entry(r)
	if room := e.slack(); len(more) <= room {
		if !e.is(dirty) {
			s.save(r, e)
			e.set(dirty)
		}
		copy(e[len(e)-room:], more)
		e.setLens(uint32(e.keyLen())<<8 | uint32(room-len(more)))
		return true
	}
	if len(e.value())+len(more) > maxValue {
		return false
	}
	n, ok := s.addGrowing(key, e.value(), more, len(e.value())+len(more), dirty, round)
	if ok {
		s.kill(r)
		s.cells[i] = cellOf(hashOf(key), n)
		s.changes = append(s.changes, change{moved, n, uint32(r)})
	}
	return ok
}

// save logs the value of an entry that is about to change in place.
func (s *slot) save(r ref, e entry) {
	s.changes = append(s.changes, change{replaced, r, uint32(len(s.saved) / unit)})
	s.saved = append(s.saved, e[4:headBytes]...)
	s.saved = append(s.saved, e[headBytes+e.keyLen():]...)
	for len(s.saved)%unit != 0 {
		s.saved = append(s.saved, 0)
	}
}

// load is put without a log: the slot is read from the directory.
func (s *slot) load(key, value []byte, round uint32) bool {
	h := hashOf(key)
	i := s.find(h, key)
	if i >= 0 {
		r := refOf(s.cells[i])
		if e := s.entry(r); e.fits(len(value)) {
			e.put(value)
			return true
		}
		s.kill(r)
	}
	r, ok := s.add(key, value, 0, round)
	switch {
	case !ok:
		return false
	case i >= 0:
		s.cells[i] = cellOf(h, r)
	default:
		s.insert(h, r)
	}
	return true
}

func (s *slot) remove(key []byte, log bool) bool {
	i := s.find(hashOf(key), key)
	if i < 0 {
		return false
	}
	r := refOf(s.cells[i])
	s.kill(r)
	s.index.remove(i)
	if log {
		s.changes = append(s.changes, change{removed, r, 0})
	}
	return true
}

// abort undoes the changes, the last first.
func (s *slot) abort() {
	for i := len(s.changes) - 1; i >= 0; i-- {
		c := s.changes[i]
		e := s.entry(c.r)
		switch c.kind {
		case added:
			s.index.remove(s.find(hashOf(e.key()), e.key()))
			s.kill(c.r)
		case moved:
			h := hashOf(e.key())
			s.cells[s.find(h, e.key())] = cellOf(h, ref(c.with))
			s.kill(c.r)
			s.revive(ref(c.with))
		case removed:
			s.revive(c.r)
			s.insert(hashOf(e.key()), c.r)
		case replaced:
			was := s.saved[int(c.with)*unit:]
			copy(e[4:], was[:4])
			copy(e[headBytes+e.keyLen():], was[4:])
			e.clear(dirty)
		}
	}
	s.forget()
}

// forget empties the log. Its memory is kept for the next batch unless it was much more than is needed.
func (s *slot) forget() {
	if cap(s.changes) > 1<<10 && len(s.changes) < cap(s.changes)/4 {
		s.changes = nil
	}
	if cap(s.saved) > 1<<14 && len(s.saved) < cap(s.saved)/4 {
		s.saved = nil
	}
	s.changes, s.saved = s.changes[:0], s.saved[:0]
}

// discard gives the memory of a slot that is gone for good back: a round may still know the slot.
func (s *slot) discard() { *s = slot{arena: arena{cur: -1}, gone: true} }

// memory is the bytes held.
func (s *slot) memory() int {
	return s.bytes + 8*cap(s.cells) + 12*cap(s.changes) + cap(s.saved)
}

// compact empties the chunks that are more than half dead. Before a chunk that the round has not written is emptied, its
// entries go to write, which may be nil: they would move to where the round does not look.
func (s *slot) compact(round uint32, write func(e entry)) {
	for i := range len(s.chunks) {
		c := &s.chunks[i]
		if len(c.buf) < minCompact || c.dead <= len(c.buf)/2 {
			continue
		}
		roll := c.round != round && write != nil
		if s.cur == i {
			s.cur = -1
		}
		whole := s.each(i, 0, len(c.buf), func(r ref, e entry) bool {
			if roll {
				write(e)
			}
			h := hashOf(e.key())
			n, ok := s.add(e.key(), e.value(), e.head()&dirty, round)
			if ok {
				s.cells[s.find(h, e.key())] = cellOf(h, n)
				s.kill(r)
			}
			return ok
		})
		if whole {
			s.release(i)
		}
	}
	if len(s.cells) > minCells && s.n*8 < len(s.cells) {
		s.resize(max(minCells, len(s.cells)/4))
	}
}

// minCompact is the bytes below which a chunk may have holes.
const minCompact = 4 << 10
