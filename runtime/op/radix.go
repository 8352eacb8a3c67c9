package op

import "math/bits"

// A wordRow is a row with the word of its value.
type wordRow struct {
	word uint64
	row  int32
}

// radixSort returns rows with their words in the order of the words, stably.
//
// It goes from the highest bits down. Rows are spread over buckets by so many of the highest bits that tell them apart
// that a bucket holds a few rows, which are then sorted by insertion; a bucket that holds many, because words are not
// spread evenly, is spread again by the bits in which its own words differ.
func radixSort(words []uint64, rows []int32) []wordRow {
	out := make([]wordRow, len(words))
	lo, hi, sorted := extent(words)
	if sorted || len(words) <= fewRows {
		for i, w := range words {
			out[i] = wordRow{w, rows[i]}
		}
		if !sorted {
			insertionSort(out)
		}
		return out
	}
	var s radix
	shift, ends := s.spread(lo, hi, len(words), 0)
	for _, w := range words {
		ends[(w-lo)>>shift]++
	}
	sums(ends)
	for i, w := range words {
		p := &ends[(w-lo)>>shift]
		out[*p] = wordRow{w, rows[i]}
		*p++
	}
	if shift > 0 {
		s.buckets(out, nil, ends, 0)
	}
	return out
}

const (
	fewRows    = 40 // are sorted by insertion
	bucketRows = 8  // is how many rows a bucket should hold
	maxBits    = 16 // that rows are spread by at once: more would not fit the cache
)

// radix keeps the counters of each depth, and room for the buckets of the first.
type radix struct {
	counts [][]int32
	room   []wordRow
}

// spread is by which bits n words from lo to hi are spread, and a counter for each bucket.
func (s *radix) spread(lo, hi uint64, n, depth int) (shift int, counts []int32) {
	width := bits.Len64(hi - lo)
	shift = width - min(width, maxBits, max(bits.Len(uint(n/bucketRows)), 4))
	return shift, s.counters(depth, int((hi-lo)>>shift)+1)
}

// buckets sorts each of the buckets of b, which end at ends. Other is room for them, of the same length; nil if there
// is none yet.
func (s *radix) buckets(b, other []wordRow, ends []int32, depth int) {
	start := int32(0)
	for _, end := range ends {
		if n := int(end - start); n > 1 && n <= fewRows {
			insertionSort(b[start:end])
		} else if n > 1 {
			bucket, room := b[start:end], other
			if other != nil {
				room = other[start:end]
			} else {
				if len(s.room) < n {
					s.room = make([]wordRow, n)
				}
				room = s.room[:n]
			}
			if s.sort(bucket, room, depth+1) {
				copy(bucket, room)
			}
		}
		start = end
	}
}

// sort sorts a, and says whether the result is in b.
func (s *radix) sort(a, b []wordRow, depth int) (inB bool) {
	if len(a) <= fewRows {
		insertionSort(a)
		return false
	}
	lo, hi, sorted := extentRows(a)
	if sorted {
		return false
	}
	shift, ends := s.spread(lo, hi, len(a), depth)
	for i := range a {
		ends[(a[i].word-lo)>>shift]++
	}
	sums(ends)
	for i := range a {
		p := &ends[(a[i].word-lo)>>shift]
		b[*p] = a[i]
		*p++
	}
	if shift > 0 {
		s.buckets(b, a, ends, depth)
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

// extent is the lowest and the highest word, and whether they are in order already.
func extent(words []uint64) (lo, hi uint64, sorted bool) {
	if len(words) == 0 {
		return 0, 0, true
	}
	lo, hi = words[0], words[0]
	previous, sorted := lo, true
	for _, w := range words {
		lo, hi = min(lo, w), max(hi, w)
		sorted = sorted && previous <= w
		previous = w
	}
	return lo, hi, sorted
}

// extentRows is extent of the words of rows.
func extentRows(a []wordRow) (lo, hi uint64, sorted bool) {
	lo, hi = a[0].word, a[0].word
	previous, sorted := lo, true
	for i := range a {
		w := a[i].word
		lo, hi = min(lo, w), max(hi, w)
		sorted = sorted && previous <= w
		previous = w
	}
	return lo, hi, sorted
}

// sums replaces counts by the sums of those before.
func sums(counts []int32) {
	var sum int32
	for i, n := range counts {
		counts[i] = sum
		sum += n
	}
}

func insertionSort(a []wordRow) {
	for i := 1; i < len(a); i++ {
		x := a[i]
		j := i
		for ; j > 0 && a[j-1].word > x.word; j-- {
			a[j] = a[j-1]
		}
		a[j] = x
	}
}
