package expr

import (
	"math"
	"slices"

	"gospark/runtime/types"
)

// The order in which Spark's hash tables give their values back. It is seen where an aggregate function makes an array
// of them (collect_set, Scala's mutable HashSet) or takes the first of several (mode, Spark's own OpenHashMap).

// A hashedSet is a set of values of a type, of which NULL may be one.
type hashedSet struct {
	valueIndex
	hashes []int32 // of values
	size   int     // of the table
}

const hashedSetSize = 16 // at first

func (s *hashedSet) add(v any, grows bool) {
	if s.size == 0 {
		s.size = hashedSetSize
	}
	if _, fresh := s.valueIndex.add(v); !fresh {
		return
	}
	if n := len(s.values); grows && n >= s.size/4*3 {
		s.size *= 2
	}
	h := javaHashCode(v, s.typ)
	s.hashes = append(s.hashes, h^int32(uint32(h)>>16))
}

// hint makes room for the n values of another set, all of which are added without making the table larger.
func (s *hashedSet) hint(n int) {
	if n == 0 {
		return
	}
	s.size = max(s.size, hashedSetSize)
	for want := int(float64(n+1) / 0.75); s.size < want; {
		s.size *= 2
	}
}

// ordered is the values by their place in the table; those of one place by their hash.
func (s *hashedSet) ordered() []any {
	order := make([]int, len(s.values))
	for i := range order {
		order[i] = i
	}
	mask := int32(s.size - 1)
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := s.hashes[i], s.hashes[j]
		if a&mask != b&mask {
			return int(a&mask) - int(b&mask)
		}
		return compareInt32(a, b)
	})
	out := make([]any, len(order))
	for i, k := range order {
		out[i] = s.values[k]
	}
	return out
}

func compareInt32(a, b int32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// openOrder is the positions of values in the order of an OpenHashMap to which they were added one after the other.
func openOrder(values []any, t *types.Type) []int {
	const first = 64
	table := newOpenTable(first)
	used := 0
	for i, v := range values {
		table.put(i, murmurInt(javaHashCode(v, t), 0))
		if used++; used*10 > len(table.at)*7 {
			grown := newOpenTable(2 * len(table.at))
			for k, at := range table.at {
				if at >= 0 {
					grown.put(at, table.hash[k])
				}
			}
			table = grown
		}
	}
	var order []int
	for _, at := range table.at {
		if at >= 0 {
			order = append(order, at)
		}
	}
	return order
}

// An openTable has positions of values, or -1, at the places their hashes point to, or the next free ones.
type openTable struct {
	at   []int
	hash []int32
}

func newOpenTable(size int) *openTable {
	return &openTable{at: slices.Repeat([]int{-1}, size), hash: make([]int32, size)}
}

func (t *openTable) put(i int, hash int32) {
	mask := len(t.at) - 1
	place := int(hash) & mask
	for step := 1; t.at[place] >= 0; step++ {
		place = (place + step) & mask
	}
	t.at[place], t.hash[place] = i, hash
}

// javaHashCode is hashCode of the object that Spark holds a value in. Values with parts all have 0: their order is that
// in which they came.
func javaHashCode(v any, t *types.Type) int32 {
	switch v := v.(type) {
	case float32:
		return floatBits(v)
	case float64:
		return foldLong(doubleBits(v))
	case string:
		if t.Kind == types.BinaryKind {
			return binaryHash(v)
		}
		return murmurBytes(v, 42)
	case types.Decimal:
		return decimalHash(v, t.Scale)
	case types.Interval:
		return 31*(31*(31+v.Months)+v.Days) + foldLong(v.Micros)
	case bool, int8, int16, int32, int64:
		return javaHash(v, t)
	}
	return 0
}

func foldLong(n int64) int32 { return int32(n ^ int64(uint64(n)>>32)) }

func longHash(n int64) int32 {
	if n == int64(int32(n)) {
		return int32(n)
	}
	return foldLong(n)
}

func doubleHash(f float64) int32 {
	switch {
	case f == math.Trunc(f) && f >= math.MinInt32 && f <= math.MaxInt32:
		return int32(f)
	case f == math.Trunc(f) && f >= math.MinInt64 && f < math.MaxInt64:
		return foldLong(int64(f))
	case float64(float32(f)) == f:
		return floatBits(float32(f))
	}
	return foldLong(doubleBits(f))
}

// decimalHash is the hash of scala.math.BigDecimal.
func decimalHash(d types.Decimal, scale int) int32 {
	if whole, ok := d.Rescale(scale, 0, types.Down); ok {
		if back, ok := whole.Rescale(0, scale, types.Down); ok && back == d {
			if n, ok := whole.Int64(); ok {
				return longHash(n)
			}
			return bigHash(whole)
		}
	}
	f := d.Float64(scale)
	if back, ok := types.FloatNumber(f); ok {
		if same, ok := back.To(38, scale); ok && same == d {
			return doubleHash(f)
		}
	}
	for {
		shorter, ok := d.Rescale(scale, scale-1, types.Down)
		if !ok {
			break
		}
		if back, ok := shorter.Rescale(scale-1, scale, types.Down); !ok || back != d {
			break
		}
		d, scale = shorter, scale-1
	}
	return bigHash(d) ^ int32(murmurMix(uint32(int32(scale))))
}

// bigHash is the hash of java.math.BigInteger.
func bigHash(d types.Decimal) int32 {
	n := d.Big()
	h := int32(0)
	b := n.Bytes()
	for len(b)%4 != 0 {
		b = append([]byte{0}, b...)
	}
	for ; len(b) > 0; b = b[4:] {
		h = h*31 + int32(uint32(b[0])<<24|uint32(b[1])<<16|uint32(b[2])<<8|uint32(b[3]))
	}
	return h * int32(n.Sign())
}

// binaryHash is that of the array of bytes in Spark's own layout: the length, a bit for each NULL, the bytes, all in
// whole words.
func binaryHash(s string) int32 {
	words := func(n, unit int) int { return (n + unit - 1) / unit * 8 }
	b := make([]byte, 8+words(len(s), 64)+words(len(s), 8))
	for i := range 8 {
		b[i] = byte(len(s) >> (8 * i))
	}
	copy(b[8+words(len(s), 64):], s)
	return murmurBytes(string(b), 42)
}
