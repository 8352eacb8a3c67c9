package op

import "unsafe"

// An arena holds copies of the strings a table keeps, so that a table of words does not pin the blocks of text they
// were found in.
type arena struct{ block []byte }

// Blocks grow from the size of a small table's keys, as most tables of a stream's batches are, to a size that is filled
// by any large one.
const (
	firstBlock = 512
	lastBlock  = 64 << 10
)

func (a *arena) keep(s string) string {
	if len(s) == 0 {
		return ""
	}
	if len(a.block)+len(s) > cap(a.block) {
		size := max(firstBlock, min(4*cap(a.block), lastBlock))
		if len(s) > size/4 {
			return string(append([]byte(nil), s...))
		}
		a.block = make([]byte, 0, size)
	}
	n := len(a.block)
	a.block = append(a.block, s...)
	return unsafe.String(&a.block[n], len(s))
}
