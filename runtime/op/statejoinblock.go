package op

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The rows of a join's key are remembered in blocks: rows that lie side by side, so that one look-up finds many. The first
// block of a key has number 0 and begins with the numbers of the others, from the first to the one after the last; some
// between may be gone. A row is appended to the last block until that is full.
//
// A row is its length, its time (never, if it is remembered for ever) and its columns as rowcodec.Direct writes them,
// filled up to a multiple of 8 bytes: so that 1/8 of where a row begins is its number in the block, for the marks of the
// rows that have met one. These are bytes in a table of their own, so that a mark does not rewrite rows.
const (
	blockHead  = 8
	rowHead    = 12
	rowUnit    = 8
	blockBytes = 1 << 10 // a block with more takes no more rows

	// numberBytes follow a key in the key of a block.
	numberBytes = 4
)

// A blockRange are the numbers of the blocks after the first.
type blockRange struct{ lo, hi uint32 }

var noBlocks = blockRange{1, 1}

func (r blockRange) append(dst []byte) []byte {
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(dst, r.lo), r.hi)
}

// rangeOf reads the head of a key's first block.
func rangeOf(block []byte) (blockRange, error) {
	if len(block) < blockHead {
		return blockRange{}, errBlock
	}
	r := blockRange{binary.LittleEndian.Uint32(block), binary.LittleEndian.Uint32(block[4:])}
	if r.lo < 1 || r.hi < r.lo {
		return blockRange{}, errBlock
	}
	return r, nil
}

var errBlock = fmt.Errorf("state: a block of rows of a join makes no sense")

// numberOf is the number of a block by its key.
func numberOf(key []byte) uint32 { return binary.BigEndian.Uint32(key[len(key)-numberBytes:]) }

// blockKey makes the key of another block of the same key.
func blockKey(dst, key []byte, number uint32) []byte {
	return binary.BigEndian.AppendUint32(append(dst[:0], key[:len(key)-numberBytes]...), number)
}

// rowsBegin is where the rows of a block begin.
func rowsBegin(number uint32) int {
	if number == 0 {
		return blockHead
	}
	return 0
}

// rowAt is the row of a block that begins at a position, and where the next one does.
func rowAt(block []byte, at int) (row []byte, next int, err error) {
	if len(block)-at < rowHead {
		return nil, 0, errBlock
	}
	n := int(binary.LittleEndian.Uint32(block[at:]))
	if n < rowHead || n%rowUnit != 0 || n > len(block)-at {
		return nil, 0, errBlock
	}
	return block[at : at+n], at + n, nil
}

// timeOf is until when a row is remembered.
func timeOf(row []byte) int64 { return int64(binary.LittleEndian.Uint64(row[4:])) }

// endRow fills a row up and sets its length and time; it begins at from.
func endRow(b []byte, from int, time int64) ([]byte, error) {
	for (len(b)-from)%rowUnit != 0 {
		b = append(b, 0)
	}
	if len(b)-from > math.MaxInt32 {
		return nil, fmt.Errorf("state: a row of %d bytes is too large to be remembered", len(b)-from)
	}
	binary.LittleEndian.PutUint32(b[from:], uint32(len(b)-from))
	binary.LittleEndian.PutUint64(b[from+4:], uint64(time))
	return b, nil
}

// rowMarks are marks by number.
type rowMarks []byte

func (b rowMarks) has(i int) bool { return i/8 < len(b) && b[i/8]>>(i%8)&1 != 0 }

func (b rowMarks) set(i int) rowMarks {
	for i/8 >= len(b) {
		b = append(b, 0)
	}
	b[i/8] |= 1 << (i % 8)
	return b
}
