package op

import "math/bits"

// A radix sorts words of 64 bits.
//
// It goes from the highest bits down. Words are spread over buckets by so many of the highest bits that tell them apart
// that a bucket holds a few words, which are then sorted by insertion; a bucket that holds many, because words are not
// spread evenly, is spread again by the bits in which its own words differ. The first spread leaves buckets that fit the
// cache, and the others happen there.
type radix struct {
	counts [][]int32 // the counters of each depth
	room   []uint64  // for the buckets of the first spread
}

const (
	fewRows    = 40 // are sorted by insertion
	bucketRows = 2  // is how many words a bucket should hold
	firstBits  = 13 // that words are spread by at first, and later: buckets that are written to at once are lines of the
	laterBits  = 10 // cache, and pages
)

// buckets sorts each of the buckets of b, which end at ends. Other is room for them, of the same length; nil if there
// is none yet.
func (s *radix) buckets(b, other []uint64, start int32, ends []int32, depth int) {
	for _, end := range ends {
		if n := int(end - start); n > 1 && n <= fewRows {
			insertionSort(b[start:end])
		} else if n > 1 {
			bucket, room := b[start:end], other
			if other != nil {
				room = other[start:end]
			} else {
				if len(s.room) < n {
					s.room = make([]uint64, n)
				}
				room = s.room[:n]
			}
			if s.sort(bucket, room, depth) {
				copy(bucket, room)
			}
		}
		start = end
	}
}

// sort sorts a, and says whether the result is in b.
func (s *radix) sort(a, b []uint64, depth int) (inB bool) {
	if len(a) <= fewRows {
		insertionSort(a)
		return false
	}
	e := extentOf(a)
	if e.sorted {
		return false
	}
	width := bits.Len64(e.hi - e.lo)
	lo, shift := e.lo, (width-min(width, laterBits, bits.Len(uint(len(a)/bucketRows))))&63
	ends := s.counters(depth, int((e.hi-lo)>>shift)+1)
	for _, w := range a {
		ends[(w-lo)>>shift]++
	}
	sums(ends)
	for _, w := range a {
		p := &ends[(w-lo)>>shift]
		b[*p] = w
		*p++
	}
	if shift > 0 {
		s.buckets(b, a, 0, ends, depth+1)
	}
	return true
}

// counters are n zeros for a depth.
func (s *radix) counters(depth, n int) []int32 {
	for len(s.counts) <= depth {
		s.counts = append(s.counts, nil)
	}
	if cap(s.counts[depth]) < n {
		s.counts[depth] = make([]int32, n)
	}
	c := s.counts[depth][:n]
	clear(c)
	return c
}

// An extent is the lowest, the highest and the last of some words, and whether they are in order.
type extent struct {
	lo, hi, last uint64
	sorted       bool
}

// extentOf is the extent of words, of which there is one at least.
func extentOf(words []uint64) extent {
	lo, hi, last, sorted := words[0], words[0], words[0], true
	for _, w := range words {
		lo, hi = min(lo, w), max(hi, w)
		sorted = sorted && last <= w
		last = w
	}
	return extent{lo, hi, last, sorted}
}

// then is the extent of words that are followed by others.
func (e extent) then(next extent, first uint64) extent {
	return extent{min(e.lo, next.lo), max(e.hi, next.hi), next.last, e.sorted && next.sorted && e.last <= first}
}

// sums replaces counts by the sums of those before.
func sums(counts []int32) {
	var sum int32
	for i, n := range counts {
		counts[i] = sum
		sum += n
	}
}

func insertionSort(a []uint64) {
	for i := 1; i < len(a); i++ {
		x := a[i]
		j := i
		for ; j > 0 && a[j-1] > x; j-- {
			a[j] = a[j-1]
		}
		a[j] = x
	}
}
