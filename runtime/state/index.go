package state

import "math/bits"

// An index finds entries by the hash of their key: open addressing with linear probing. A cell is the hash in the upper
// half and one more than the ref in the lower; 0 is empty. A hash begins its probe at the cell that its upper bits name,
// so that cells are in the order of their hashes, nearly, and growing reads and writes memory in order.
type index struct {
	cells []uint64
	shift uint8 // from a hash to its first cell
	n     int
}

const minCells = 8

func cellOf(h uint32, r ref) uint64 { return uint64(h)<<32 | uint64(r) + 1 }
func refOf(cell uint64) ref         { return ref(uint32(cell) - 1) }

func (x *index) home(h uint32) int { return int(h >> x.shift) }

// insert adds a cell; the caller knows that its key is not there.
func (x *index) insert(h uint32, r ref) {
	if (x.n+1)*4 > len(x.cells)*3 {
		x.grow()
	}
	x.n++
	x.place(cellOf(h, r))
}

func (x *index) place(cell uint64) {
	mask := len(x.cells) - 1
	i := x.home(uint32(cell >> 32))
	for x.cells[i] != 0 {
		i = (i + 1) & mask
	}
	x.cells[i] = cell
}

func (x *index) grow() { x.resize(max(minCells, 2*len(x.cells))) }

func (x *index) resize(n int) {
	old := x.cells
	x.cells = make([]uint64, n)
	x.shift = uint8(32 - bits.TrailingZeros(uint(n)))
	for _, c := range old {
		if c != 0 {
			x.place(c)
		}
	}
}

// remove empties a cell and moves those behind it that would no longer be found.
func (x *index) remove(i int) {
	mask := len(x.cells) - 1
	x.n--
	for j := i; ; {
		j = (j + 1) & mask
		c := x.cells[j]
		if c == 0 {
			break
		}
		// The cell at j may move to i unless its probe begins after i.
		if home := x.home(uint32(c >> 32)); (j-home)&mask >= (j-i)&mask {
			x.cells[i] = c
			i = j
		}
	}
	x.cells[i] = 0
}
