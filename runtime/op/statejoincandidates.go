package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/state/rowcodec"
)

// candidates are pairs of a row that was taken and one of the other side that is remembered under the same key: as many as
// make a batch. The rows of the other side stay where they are; they are good until the store changes.
type candidates struct {
	// where the next ones begin: the row that was taken, and a row in one of the blocks of its key
	row    int
	within bool // the row has blocks, and this is in one of them
	blocks blockRange
	number uint32
	at     int

	rows    []int32 // by candidate: position in sel of the row that was taken
	places  rowcodec.Rows
	owners  []blockOf // by block of places
	touched []blockOf // with marks that were set since begin

	all, chosen, source []int32
	bits                rowMarks
}

// A blockOf is a block by its number and a row that was taken with its key.
type blockOf struct {
	row    int32
	number uint32
}

// begin starts with the rows of another batch.
func (f *candidates) begin() { f.row, f.within, f.touched = 0, false, f.touched[:0] }

// collect goes on with the rows that were taken, as far as a batch of candidates; done says that there are no others.
func (f *candidates) collect(own, other *joinSide) (done bool, err error) {
	f.rows, f.places.At, f.places.Blocks, f.owners = f.rows[:0], f.places.At[:0], f.places.Blocks[:0], f.owners[:0]
	for ; f.row < len(own.sel); f.row++ {
		if own.null[f.row] {
			continue
		}
		if !f.within {
			first, ok := other.rows.Get(0, own.first(f.row))
			if !ok {
				continue
			}
			if f.blocks, err = rangeOf(first); err != nil {
				return false, err
			}
			f.within, f.number, f.at = true, 0, blockHead
			if full, err := f.block(first); full || err != nil {
				return false, err
			}
			f.number, f.at = f.blocks.lo, 0
		} else if f.number == 0 {
			first, _ := other.rows.Get(0, own.first(f.row))
			if full, err := f.block(first); full || err != nil {
				return false, err
			}
			f.number, f.at = f.blocks.lo, 0
		}
		for f.number < f.blocks.hi {
			if b, ok := other.rows.Get(0, own.block(f.row, f.number)); ok {
				if full, err := f.block(b); full || err != nil {
					return false, err
				}
			}
			f.number, f.at = f.number+1, 0
		}
		f.within = false
	}
	return true, nil
}

// block takes the rows of a block; full says that there are more than a batch has room for.
func (f *candidates) block(b []byte) (full bool, err error) {
	n := uint32(len(f.places.Blocks))
	f.places.Blocks, f.owners = append(f.places.Blocks, b), append(f.owners, blockOf{int32(f.row), f.number})
	for f.at < len(b) {
		if len(f.rows) == batch.Size {
			return true, nil
		}
		_, next, err := rowAt(b, f.at)
		if err != nil {
			return false, err
		}
		f.rows = append(f.rows, int32(f.row))
		f.places.At = append(f.places.At, rowcodec.Place{Block: n, At: uint32(f.at + rowHead)})
		f.at = next
	}
	return false, nil
}

// every is all positions.
func (f *candidates) every() []int32 {
	for len(f.all) < len(f.rows) {
		f.all = append(f.all, int32(len(f.all)))
	}
	return f.all[:len(f.rows):len(f.rows)]
}

// from are the rows of the batch that candidates are pairs of.
func (f *candidates) from(own *joinSide, picked []int32) []int32 {
	f.source = f.source[:0]
	for _, k := range picked {
		f.source = append(f.source, own.sel[f.rows[k]])
	}
	return f.source
}

// where are the positions at which a condition holds.
func (f *candidates) where(ok *batch.Vec[bool]) []int32 {
	f.chosen = f.chosen[:0]
	for k, is := range ok.V[:len(f.rows)] {
		if is && !ok.Null(k) {
			f.chosen = append(f.chosen, int32(k))
		}
	}
	return f.chosen
}

// mark marks the rows of the other side that have met one. With once only those come back that had met none before, and
// the blocks are noted.
func (f *candidates) mark(own, other *joinSide, good []int32, once bool) ([]int32, error) {
	last, changed := -1, false
	flush := func() {
		if changed {
			o := f.owners[last]
			other.met.Put(0, own.block(int(o.row), o.number), f.bits)
			if once {
				f.touched = append(f.touched, o)
			}
		}
	}
	kept := f.chosen[:0] // good may be the same
	for _, k := range good {
		p := f.places.At[k]
		if int(p.Block) != last {
			flush()
			last, changed = int(p.Block), false
			o := f.owners[last]
			b, _ := other.met.Get(0, own.block(int(o.row), o.number))
			f.bits = append(f.bits[:0], b...)
		}
		i := (int(p.At) - rowHead) / rowUnit
		if f.bits.has(i) {
			if once {
				continue
			}
		} else {
			f.bits, changed = f.bits.set(i), true
		}
		kept = append(kept, k)
	}
	flush()
	f.chosen = kept
	return kept, nil
}
