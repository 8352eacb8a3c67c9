package op

import "math/bits"

// radixSort sorts by word, stably. The result is in a or in b; the words are only good for comparing with each other
// afterwards.
//
// Many rows are first spread over up to 65536 buckets by their highest bits, so that what follows, byte by byte from the
// lowest, stays in the cache. Bytes that are the same in all words are passed over.
func radixSort(a, b []wordRow) []wordRow {
	if len(a) < fewRows {
		insertionSort(a)
		return a
	}
	lo, hi := a[0].word, a[0].word
	for _, x := range a {
		lo, hi = min(lo, x.word), max(hi, x.word)
	}
	if lo == hi {
		return a
	}
	for i := range a {
		a[i].word -= lo
	}
	width := bits.Len64(hi - lo)
	if len(a) < manyRows || width <= bucketBits {
		return bytewise(a, b, width)
	}
	shift := width - bucketBits
	counts := make([]int32, 1<<bucketBits+1)
	for _, x := range a {
		counts[x.word>>shift]++
	}
	ends := sums(counts)
	for _, x := range a {
		p := &ends[x.word>>shift]
		b[*p] = x
		*p++
	}
	start := int32(0)
	for _, end := range ends[:1<<bucketBits] {
		if bucket := b[start:end]; len(bucket) > 1 {
			if sorted := bytewise(bucket, a[start:end], shift); &sorted[0] != &bucket[0] {
				copy(bucket, sorted)
			}
		}
		start = end
	}
	return b
}

const (
	fewRows    = 48      // are sorted by insertion
	manyRows   = 1 << 15 // are spread over buckets
	bucketBits = 16
)

// sums replaces counts by the sums of those before.
func sums(counts []int32) []int32 {
	var sum int32
	for i, n := range counts {
		counts[i] = sum
		sum += n
	}
	return counts
}

// bytewise sorts by the lowest bits of the words, stably, into a or b.
func bytewise(a, b []wordRow, width int) []wordRow {
	if len(a) < fewRows {
		insertionSort(a)
		return a
	}
	var counts [8][256]int32
	n := (width + 7) / 8
	for _, x := range a {
		w := x.word
		for d := range n {
			counts[d&7][byte(w)]++
			w >>= 8
		}
	}
	for d := range n {
		c, shift := &counts[d], 8*d
		if c[byte(a[0].word>>shift)] == int32(len(a)) {
			continue
		}
		sums(c[:])
		for _, x := range a {
			p := &c[byte(x.word>>shift)]
			b[*p] = x
			*p++
		}
		a, b = b, a
	}
	return a
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
