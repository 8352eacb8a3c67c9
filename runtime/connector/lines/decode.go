package lines

import (
	"strings"
	"unicode/utf8"
)

const replacement = "\uFFFD"

// Decode puts U+FFFD in place of what is not UTF-8 and counts them. How many stand for a run of such bytes is as in
// Java's decoder, whose output Spark shows: one for the beginning of a character that could still have become valid,
// one for a whole surrogate, and one for each other byte. (A range loop in Go has one for every byte.)
func Decode(s string) (string, int) {
	if utf8.ValidString(s) {
		return s, 0
	}
	var out strings.Builder
	out.Grow(len(s) + 16)
	count := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			out.WriteString(replacement)
			count++
			size = malformed(s[i:])
		} else {
			out.WriteString(s[i : i+size])
		}
		i += size
	}
	return out.String(), count
}

// malformed is how many bytes at the beginning of s, which is not a valid character, one U+FFFD stands for.
func malformed(s string) int {
	length, low, high := 1, byte(0x80), byte(0xBF)
	switch b := s[0]; {
	case b >= 0xC2 && b <= 0xDF:
		length = 2
	case b >= 0xE0 && b <= 0xEF:
		length = 3 // 0xED too: a surrogate is found malformed only as a whole
		if b == 0xE0 {
			low = 0xA0
		}
	case b >= 0xF0 && b <= 0xF4:
		length = 4
		if b == 0xF0 {
			low = 0x90
		} else if b == 0xF4 {
			high = 0x8F
		}
	}
	n := 1
	for n < length && n < len(s) && s[n] >= low && s[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}
