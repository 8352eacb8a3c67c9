package op

import "math/bits"

// packedRows are rows in the order of their words: each is as many of the high bits of its word, less the least of all
// words, as there is room for above the number of the row. As numbers they are in the order of the rows, and no two are
// the same, so that a sort need not be stable, and moves half of what words and rows would be.
type packedRows struct {
	packed []uint64
	bits   int // of a row's number
	left   int // how many low bits of the words are left out
}

// A wordSort sorts rows by words. It may work on several parts at once.
type wordSort struct {
	rows   []int32 // ascending
	fill   func(out []uint64, rows []int32)
	parts  int
	spread func(parts int, f func(part int) error) error
}

// wordsAtOnce is how many words are made at a time: they are used while they are in the cache, and not kept.
const wordsAtOnce = 1 << 10

// each calls f for the words of the part's rows.
func (s *wordSort) each(part int, f func(words []uint64, rows []int32)) {
	var words [wordsAtOnce]uint64
	n := len(s.rows)
	rows := s.rows[n*part/s.parts : n*(part+1)/s.parts]
	for len(rows) > 0 {
		k := min(len(rows), wordsAtOnce)
		s.fill(words[:k], rows[:k])
		f(words[:k], rows[:k])
		rows = rows[k:]
	}
}

// extent is that of all words.
func (s *wordSort) extent() (extent, error) {
	extents, firsts := make([]extent, s.parts), make([]uint64, s.parts)
	err := s.spread(s.parts, func(p int) error {
		var all extent
		started := false
		s.each(p, func(words []uint64, _ []int32) {
			if e := extentOf(words); started {
				all = all.then(e, words[0])
			} else {
				all, firsts[p], started = e, words[0], true
			}
		})
		extents[p] = all
		return nil
	})
	all := extents[0]
	for p := 1; p < s.parts; p++ {
		all = all.then(extents[p], firsts[p])
	}
	return all, err
}

// sort sorts the rows, whose words have the extent e. There must be as many rows as parts at least.
func (s *wordSort) sort(e extent) (packedRows, error) {
	width, rowBits := bits.Len64(e.hi-e.lo), bits.Len32(uint32(s.rows[len(s.rows)-1]))
	out := packedRows{packed: make([]uint64, len(s.rows)), bits: rowBits, left: max(0, width-(64-rowBits))}
	packed, lo, left := out.packed, e.lo, out.left&63
	if e.sorted {
		return out, s.spread(s.parts, func(p int) error {
			i := len(s.rows) * p / s.parts
			s.each(p, func(words []uint64, rows []int32) {
				for k, w := range words {
					packed[i+k] = (w-lo)>>left<<rowBits | uint64(rows[k])
				}
				i += len(words)
			})
			return nil
		})
	}
	shift := (width - min(width, firstBits, bits.Len(uint(len(s.rows)/bucketRows)))) & 63
	counts := make([][]int32, s.parts)
	err := s.spread(s.parts, func(p int) error {
		count := make([]int32, (e.hi-lo)>>shift+1)
		s.each(p, func(words []uint64, _ []int32) {
			for _, w := range words {
				count[(w-lo)>>shift]++
			}
		})
		counts[p] = count
		return nil
	})
	if err != nil {
		return out, err
	}
	ends := placed(counts)
	err = s.spread(s.parts, func(p int) error {
		next := counts[p]
		s.each(p, func(words []uint64, rows []int32) {
			for k, w := range words {
				w -= lo
				at := &next[w>>shift]
				packed[*at] = w>>left<<rowBits | uint64(rows[k])
				*at++
			}
		})
		return nil
	})
	if err != nil || shift == 0 {
		return out, err
	}
	return out, s.sortBuckets(packed, ends)
}

// placed replaces how many rows of each part belong in a bucket by where its first one goes, and returns where the
// buckets end.
func placed(counts [][]int32) (ends []int32) {
	ends = make([]int32, len(counts[0]))
	sum := int32(0)
	for b := range ends {
		for _, count := range counts {
			sum, count[b] = sum+count[b], sum
		}
		ends[b] = sum
	}
	return ends
}

// sortBuckets sorts the rows of each bucket.
func (s *wordSort) sortBuckets(packed []uint64, ends []int32) error {
	pieces := 1
	if s.parts > 1 {
		pieces = 4 * s.parts // which take different times
	}
	firsts := make([]int, pieces+1) // the first bucket of each piece
	for b, p := 0, 1; p <= pieces; p++ {
		for b < len(ends) && int(ends[b]) <= len(packed)*p/pieces {
			b++
		}
		firsts[p] = b
	}
	firsts[pieces] = len(ends)
	return s.spread(pieces, func(p int) error {
		if lo := firsts[p]; lo < firsts[p+1] {
			start := int32(0)
			if lo > 0 {
				start = ends[lo-1]
			}
			(&radix{}).buckets(packed, nil, start, ends[lo:firsts[p+1]], 0)
		}
		return nil
	})
}

// A run is where rows that are packed with the same bits of their words begin and end.
type run struct{ lo, hi int32 }

// runs are the runs of two rows or more.
func (p packedRows) runs(rs []run) []run {
	for i, n := 1, len(p.packed); i < n; i++ {
		if w := p.packed[i-1] >> p.bits; p.packed[i]>>p.bits == w {
			lo := i - 1
			for i++; i < n && p.packed[i]>>p.bits == w; i++ {
			}
			rs = append(rs, run{int32(lo), int32(i)})
		}
	}
	return rs
}

// into puts the rows in their order.
func (s *wordSort) into(p packedRows) error {
	mask := uint64(1)<<p.bits - 1
	return s.spread(s.parts, func(part int) error {
		n := len(s.rows)
		lo, hi := n*part/s.parts, n*(part+1)/s.parts
		rows := s.rows[lo:hi]
		for i, x := range p.packed[lo:hi] {
			rows[i] = int32(x & mask)
		}
		return nil
	})
}
