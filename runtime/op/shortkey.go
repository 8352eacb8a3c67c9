package op

import (
	"encoding/binary"
	"unsafe"
)

// A shortKey is a string of up to 15 bytes, with its length, in two words. Of a longer one it is the first eight bytes
// and the length, and equal words do not make equal strings.
//
// The keys of a large table are seldom in the cache. With these beside the strings a comparison costs one miss, where
// the string and its bytes cost two, the second of which begins when the first has ended.
type shortKey struct{ head, tail uint64 }

// The highest byte of the tail is the length, or says that it is a longer string's.
const (
	longest = 15
	longKey = uint64(longest+1) << 56
)

func shortKeyOf(s string) shortKey {
	n := len(s)
	switch {
	case n > longest:
		return shortKey{word64(s), longKey | uint64(n)&(1<<56-1)}
	case n >= 8: // the last eight bytes without those of the head
		return shortKey{word64(s), word64(s[n-8:])>>(8*(16-n)) | uint64(n)<<56}
	case n >= 4: // two halves that overlap
		return shortKey{uint64(word32(s)) | uint64(word32(s[n-4:]))<<(8*(n-4)), uint64(n) << 56}
	}
	var head uint64
	for i := range n {
		head |= uint64(s[i]) << (8 * i)
	}
	return shortKey{head, uint64(n) << 56}
}

func word64(s string) uint64 { return binary.LittleEndian.Uint64([]byte(s[:8])) }
func word32(s string) uint32 { return binary.LittleEndian.Uint32([]byte(s[:4])) }

func (k shortKey) long() bool { return k.tail >= longKey }

// text is the string of a key that is not long. Where the processor puts the lowest byte first it is a view of the key,
// which must not change any more.
func (k *shortKey) text() string {
	n := int(k.tail >> 56)
	if littleEndian {
		return unsafe.String((*byte)(unsafe.Pointer(k)), n)
	}
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], k.head)
	binary.LittleEndian.PutUint64(b[8:], k.tail)
	return string(b[:n])
}

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// appendShort adds the keys of the selected ones of n strings.
func appendShort(short []shortKey, src []string, sel []int32, n int) []shortKey {
	if sel == nil {
		for _, s := range src[:n] {
			short = append(short, shortKeyOf(s))
		}
		return short
	}
	for _, r := range sel {
		short = append(short, shortKeyOf(src[r]))
	}
	return short
}

// shortKeys are the short keys of a column of strings by id. They stay where they are, so that the strings can be views
// of them.
type shortKeys struct {
	blocks []*[shortBlock]shortKey
	n      int
}

const (
	shortBits  = 10
	shortBlock = 1 << shortBits
)

func (s *shortKeys) add(k shortKey) *shortKey {
	if s.n>>shortBits == len(s.blocks) {
		s.blocks = append(s.blocks, new([shortBlock]shortKey))
	}
	p := &s.blocks[s.n>>shortBits][s.n&(shortBlock-1)]
	*p = k
	s.n++
	return p
}

// upTo adds the keys that have come since.
func (s *shortKeys) upTo(keys []string) {
	for _, k := range keys[s.n:] {
		s.add(shortKeyOf(k))
	}
}

// differing is differing for strings without nulls, whose short keys are given. The loop is short so that many misses of
// the cache are under way at a time.
func (s *shortKeys) differing(wrong []int32, keys []string, ids []int32, given []shortKey, src []string, sel []int32) []int32 {
	all := uint64(0)
	for i, w := range given {
		id := ids[i]
		if id < 0 {
			continue
		}
		if s.blocks[id>>shortBits][id&(shortBlock-1)] != w {
			wrong = append(wrong, int32(i))
		}
		all |= w.tail
	}
	if all < longKey {
		return wrong
	}
	for i, w := range given { // those that are wrong may come once more
		if id := ids[i]; id >= 0 && w.long() && keys[id] != src[at(sel, i)] {
			wrong = append(wrong, int32(i))
		}
	}
	return wrong
}
