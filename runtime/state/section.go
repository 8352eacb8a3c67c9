package state

import (
	"encoding/binary"
	"errors"
)

// A section is what a version's file says about a store: steps that, taken after those of the versions before, lead to
// the state. It is cut into blocks between steps.
//
//	opTable  name        the table that the next steps are about
//	opSlot   slot        the slot that the next steps are about
//	opDrop               the slot is dropped
//	opPut    key value
//	opRemove key
//
// Steps say what is, not what was done, so that taking one twice, or one of an earlier version before one of a later,
// does no harm: see rolling.
const (
	opTable byte = iota + 1
	opSlot
	opDrop
	opPut
	opRemove
)

// blockBytes is about how large a block is.
const blockBytes = 256 << 10

// A sectionWriter writes steps. A nil one writes nothing. After an error it writes nothing more.
type sectionWriter struct {
	emit func(block []byte) error
	err  error

	buf     []byte
	written int // bytes in the blocks before
	table   *Table
	slot    int64
	slotSet bool
}

// at says what the next steps are about.
func (w *sectionWriter) at(t *Table, slot int64) {
	if len(w.buf) >= blockBytes {
		w.flush()
	}
	if w.table != t {
		w.buf = append(w.buf, opTable)
		w.buf = binary.AppendUvarint(w.buf, uint64(len(t.name)))
		w.buf = append(w.buf, t.name...)
		w.table, w.slotSet = t, false
	}
	if !w.slotSet || w.slot != slot {
		w.buf = append(w.buf, opSlot)
		w.buf = binary.AppendVarint(w.buf, slot)
		w.slot, w.slotSet = slot, true
	}
}

func (w *sectionWriter) drop(t *Table, slot int64) {
	if w == nil {
		return
	}
	w.at(t, slot)
	w.buf = append(w.buf, opDrop)
}

func (w *sectionWriter) put(t *Table, slot int64, e entry) {
	if w == nil {
		return
	}
	w.at(t, slot)
	key, value := e.key(), e.value()
	w.buf = append(w.buf, opPut)
	w.buf = binary.AppendUvarint(w.buf, uint64(len(key)))
	w.buf = binary.AppendUvarint(w.buf, uint64(len(value)))
	w.buf = append(append(w.buf, key...), value...)
}

func (w *sectionWriter) remove(t *Table, slot int64, e entry) {
	if w == nil {
		return
	}
	w.at(t, slot)
	key := e.key()
	w.buf = append(w.buf, opRemove)
	w.buf = binary.AppendUvarint(w.buf, uint64(len(key)))
	w.buf = append(w.buf, key...)
}

func (w *sectionWriter) flush() {
	if len(w.buf) > 0 && w.err == nil {
		w.err = w.emit(w.buf)
	}
	w.written += len(w.buf)
	w.buf = w.buf[:0]
}

// size is the bytes of the steps so far.
func (w *sectionWriter) size() int {
	if w == nil {
		return 0
	}
	return w.written + len(w.buf)
}

var errSteps = errors.New("its steps make no sense")

// A sectionReader takes the steps of the blocks of a store in one file.
type sectionReader struct {
	store *Store
	table *Table
	id    int64
	slot  *slot
}

// take takes the steps of a block.
func (r *sectionReader) take(b []byte) error {
	for len(b) > 0 {
		op := b[0]
		b = b[1:]
		var ok bool
		switch op {
		case opTable:
			var name []byte
			if name, b, ok = text(b); !ok {
				return errSteps
			}
			r.table, r.slot = r.store.Table(string(name)), nil
		case opSlot:
			v, n := binary.Varint(b)
			if n <= 0 || r.table == nil {
				return errSteps
			}
			r.id, r.slot, b = v, r.table.slotToPut(v, false), b[n:]
		case opDrop:
			if r.slot == nil {
				return errSteps
			}
			r.table.n -= r.slot.n
			r.table.unlink(r.id, r.slot)
			r.slot = r.table.slotToPut(r.id, false)
		case opPut:
			var key, value []byte
			if key, value, b, ok = pair(b); !ok || r.slot == nil {
				return errSteps
			}
			n := r.slot.n
			if !r.slot.load(key, value, 0) {
				return errSteps
			}
			r.table.n += r.slot.n - n
		case opRemove:
			var key []byte
			if key, b, ok = text(b); !ok || r.slot == nil {
				return errSteps
			}
			if r.slot.remove(key, false) {
				r.table.n--
			}
		default:
			return errSteps
		}
	}
	return nil
}

func text(b []byte) (s, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	b = b[size:]
	return b[:n], b[n:], true
}

func pair(b []byte) (key, value, rest []byte, ok bool) {
	k, n := binary.Uvarint(b)
	if n <= 0 {
		return nil, nil, nil, false
	}
	v, m := binary.Uvarint(b[n:])
	if m <= 0 || k > maxKey || v > maxValue || k+v > uint64(len(b)-n-m) {
		return nil, nil, nil, false
	}
	b = b[n+m:]
	return b[:k], b[k : k+v], b[k+v:], true
}
