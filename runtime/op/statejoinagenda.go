package op

import (
	"encoding/binary"
	"slices"
)

// An agenda says in which order the rows of a join's side are over: a list of times and of the blocks that have a row of
// that time, by slots of about 1/8 s. It is made of the rows and kept in memory beside them, so it costs no look-up for a
// row and no byte on disk.
type agenda struct {
	slots map[int64]*[]byte // entries one after the other: time, length of the key, key of the block
	order []int64           // the slots there are, ascending
	bytes int64

	open     *[]byte // the slot that was added to last; nil: it was taken
	openSlot int64

	last    []byte // the key that was added last, and its time: rows of a key often come in runs
	lastDue int64
}

const agendaBits = 17 // of a time in µs are within a slot

func newAgenda() *agenda { return &agenda{slots: map[int64]*[]byte{}} }

// add notes that a block has a row that is over at a time. The block is looked at once for all rows that follow it in the
// same slot and are no earlier: whoever looks adds it again for what is left then.
func (a *agenda) add(time int64, key []byte) {
	slot := time >> agendaBits
	if time >= a.lastDue && slot == a.lastDue>>agendaBits && string(a.last) == string(key) {
		return
	}
	a.last, a.lastDue = append(a.last[:0], key...), time
	if a.open == nil || slot != a.openSlot {
		if a.open, a.openSlot = a.slots[slot], slot; a.open == nil {
			i, _ := slices.BinarySearch(a.order, slot)
			a.order = slices.Insert(a.order, i, slot)
			a.open = new([]byte)
			a.slots[slot] = a.open
		}
	}
	n := len(*a.open)
	*a.open = appendEntry(*a.open, time, key)
	a.bytes += int64(len(*a.open) - n)
}

// take takes the first slot with times that are not after a time out of the agenda.
func (a *agenda) take(until int64) (slot int64, entries []byte, ok bool) {
	if len(a.order) == 0 || a.order[0] > until>>agendaBits {
		return 0, nil, false
	}
	slot = a.order[0]
	entries = *a.slots[slot]
	delete(a.slots, slot)
	a.order = a.order[1:]
	a.bytes -= int64(len(entries))
	a.last, a.open = a.last[:0], nil
	return slot, entries, true
}

func appendEntry(list []byte, time int64, key []byte) []byte {
	list = binary.LittleEndian.AppendUint64(list, uint64(time))
	return append(binary.AppendUvarint(list, uint64(len(key))), key...)
}

// nextEntry is the first of some entries.
func nextEntry(entries []byte) (time int64, key, rest []byte) {
	time = int64(binary.LittleEndian.Uint64(entries))
	n, size := binary.Uvarint(entries[8:])
	at := 8 + size
	return time, entries[at : at+int(n) : at+int(n)], entries[at+int(n):]
}

// joinNotes are what is kept in memory beside the rows of a join, by side.
type joinNotes struct {
	agendas [2]*agenda
	totals  [2]int64
}

func (n *joinNotes) Memory() (bytes int64) {
	for _, a := range n.agendas {
		bytes += a.bytes + int64(len(a.order))*64
	}
	return bytes
}
