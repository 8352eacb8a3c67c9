package jsonscan

import (
	"math/bits"
	"unsafe"
)

// Texts are looked at eight bytes at a time, the first byte the lowest of a word.
const (
	ones  = 0x0101010101010101
	tops  = 0x8080808080808080
	highs = 0xf0f0f0f0f0f0f0f0
	zeros = ones * '0'
)

// load is eight bytes of a text. The caller knows that they are there.
func load(s string, i int) uint64 {
	return *(*uint64)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))
}

// word is the eight bytes from i on, with zeros for those behind the end.
func word(s string, i int) uint64 {
	if i+8 <= len(s) {
		return load(s, i)
	}
	return tail(s, i)
}

// tail is word where the text ends. Inlined it would keep word from being so.
//
//go:noinline
func tail(s string, i int) (w uint64) {
	if n := len(s); n >= 8 {
		return load(s, n-8) >> (8 * uint(i+8-n))
	}
	for k := len(s) - 1; k >= i; k-- {
		w = w<<8 | uint64(s[k])
	}
	return w
}

// special marks the bytes of a word that end the plain part of a string: quotes, backslashes and control characters. Only
// the lowest mark is to be relied upon: what is above a mark may be marked wrongly.
func special(w uint64, quote byte) uint64 {
	q := w ^ ones*uint64(quote)
	b := w ^ ones*'\\'
	return ((q-ones)&^q | (b-ones)&^b | (w-ones*0x20)&^w) & tops
}

// plainEnd is the position, from i on, of the first byte that is a quote, a backslash or a control character.
func plainEnd(s string, i int, quote byte) int {
	for i < len(s) {
		if m := special(word(s, i), quote); m != 0 {
			return min(i+bits.TrailingZeros64(m)>>3, len(s))
		}
		i += 8
	}
	return len(s)
}

// others marks the bytes of a word that are no digits, in their upper halves; w is the word without zeros. As in special,
// the lowest mark is to be relied upon, and all others below a byte of 0xca or more.
func others(w uint64) uint64 { return (w | (w + 0x0606060606060606)) & highs }

// whole8 is the number that the digits of a word are, the first of which is the highest; w is the word without zeros, and
// digits that are missing are zero bytes at its lower end.
func whole8(w uint64) uint64 {
	w = w * 2561 >> 8
	w = w & 0x00ff00ff00ff00ff * 6553601 >> 16
	return w & 0x0000ffff0000ffff * 42949672960001 >> 32
}
