package op

import (
	"encoding/binary"
	"math"
	"slices"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// A rowOrder sorts rows, positions in its columns, by one column after another. It is stable.
//
// Values become 64-bit words whose order is theirs (for strings: as far as eight bytes tell), and the words are sorted
// by radix. Only rows with equal words are compared as values, or go on to the next column.
type rowOrder struct {
	keys  []sortColumn
	words []uint64 // scratch
}

// A sortColumn is a column to sort by.
type sortColumn struct {
	vec              batch.Vector
	desc, nullsFirst bool
}

// sort orders rows by the columns from the k-th on.
func (o *rowOrder) sort(rows []int32, k int) {
	if k == len(o.keys) || len(rows) < 2 {
		return
	}
	key := o.keys[k]
	if key.vec.HasNulls() {
		nulls, values := splitNulls(key.vec, rows, key.nullsFirst)
		o.sort(nulls, k+1)
		rows = values
		if len(rows) < 2 {
			return
		}
	}
	if cap(o.words) < len(rows) {
		o.words = make([]uint64, len(rows))
	}
	ws := o.words[:len(rows)]
	exact, ok := fillWords(ws, key.vec, rows, key.desc)
	if !ok {
		o.compare(rows, k)
		return
	}
	sorted := radixSort(ws, rows)
	for i, w := range sorted {
		rows[i] = w.row
	}
	if exact && k+1 == len(o.keys) {
		return
	}
	ends := runs(sorted)
	for lo, i := 0, 0; i < len(ends); lo, i = int(ends[i]), i+1 {
		run := rows[lo:ends[i]]
		switch {
		case len(run) < 2:
		case exact:
			o.sort(run, k+1)
		default:
			o.compare(run, k)
		}
	}
}

// runs are the ends of the runs of equal words; it is nil if all words differ.
func runs(ws []wordRow) []int32 {
	same := 0
	for i := 1; i < len(ws); i++ {
		if ws[i].word == ws[i-1].word {
			same++
		}
	}
	if same == 0 {
		return nil
	}
	ends := make([]int32, 0, len(ws)-same)
	for i := 1; i <= len(ws); i++ {
		if i == len(ws) || ws[i].word != ws[i-1].word {
			ends = append(ends, int32(i))
		}
	}
	return ends
}

// compare sorts rows by comparing the values of the columns from the k-th on.
func (o *rowOrder) compare(rows []int32, k int) {
	orders := make([]func(i, j int) int, 0, len(o.keys)-k)
	for _, key := range o.keys[k:] {
		orders = append(orders, key.order(key.vec))
	}
	slices.SortStableFunc(rows, func(a, b int32) int {
		for _, f := range orders {
			if c := f(int(a), int(b)); c != 0 {
				return c
			}
		}
		return 0
	})
}

// order compares a row of the column with a row of another, in the direction of the key.
func (c sortColumn) order(other batch.Vector) func(i, j int) int {
	values := batch.Comparator(c.vec, other)
	return func(i, j int) int {
		if ni, nj := c.vec.Null(i), other.Null(j); ni || nj {
			switch {
			case ni && nj:
				return 0
			case ni == c.nullsFirst:
				return -1
			}
			return 1
		}
		if c.desc {
			return -values(i, j)
		}
		return values(i, j)
	}
}

// splitNulls puts the nulls in front or behind, and keeps the order otherwise.
func splitNulls(v batch.Vector, rows []int32, first bool) (nulls, values []int32) {
	var ns, vs []int32
	for _, r := range rows {
		if v.Null(int(r)) {
			ns = append(ns, r)
		} else {
			vs = append(vs, r)
		}
	}
	if first {
		copy(rows, ns)
		copy(rows[len(ns):], vs)
		return rows[:len(ns)], rows[len(ns):]
	}
	copy(rows, vs)
	copy(rows[len(vs):], ns)
	return rows[len(vs):], rows[:len(vs)]
}

// fillWords makes the words of rows. Exact says that equal words are equal values; ok is false for types without words.
func fillWords(out []uint64, v batch.Vector, rows []int32, desc bool) (exact, ok bool) {
	exact = true
	switch v := v.(type) {
	case *batch.Vec[float64]:
		fill(out, v.V, rows, desc, floatWord)
	case *batch.Vec[float32]:
		fill(out, v.V, rows, desc, func(x float32) uint64 { return floatWord(float64(x)) })
	case *batch.Vec[int64]:
		fill(out, v.V, rows, desc, func(x int64) uint64 { return uint64(x) ^ 1<<63 })
	case *batch.Vec[int32]:
		fill(out, v.V, rows, desc, func(x int32) uint64 { return uint64(uint32(x) ^ 1<<31) })
	case *batch.Vec[int16]:
		fill(out, v.V, rows, desc, func(x int16) uint64 { return uint64(uint16(x) ^ 1<<15) })
	case *batch.Vec[int8]:
		fill(out, v.V, rows, desc, func(x int8) uint64 { return uint64(uint8(x) ^ 1<<7) })
	case *batch.Vec[bool]:
		fill(out, v.V, rows, desc, func(x bool) uint64 { return uint64(bit(x)) })
	case *batch.Vec[types.Decimal]:
		fill(out, v.V, rows, desc, decimalWord)
		exact = false
	case *batch.Vec[string]:
		fill(out, v.V, rows, desc, stringWord)
		exact = false
	default:
		return false, false
	}
	return exact, true
}

func fill[T any](out []uint64, v []T, rows []int32, desc bool, word func(T) uint64) {
	var flip uint64
	if desc {
		flip = math.MaxUint64
	}
	for i, r := range rows {
		out[i] = word(v[r]) ^ flip
	}
}

// floatWord orders NaN above all numbers, and -0 as 0.
func floatWord(x float64) uint64 {
	if x != x {
		return math.MaxUint64
	}
	b := math.Float64bits(x + 0) // -0 + 0 is 0
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

// decimalWord is the high bits of a decimal that leave out whole words' worth: those of small ones are in full.
func decimalWord(d types.Decimal) uint64 {
	switch {
	case d.Hi == int64(d.Lo)>>63: // fits one word; the two largest and smallest are left to those that do not
		return min(max(d.Lo^1<<63, 1), math.MaxUint64-1)
	case d.Hi < 0:
		return 0
	}
	return math.MaxUint64
}

// stringWord is the first eight bytes.
func stringWord(s string) uint64 {
	if len(s) >= 8 {
		return binary.BigEndian.Uint64([]byte(s[:8]))
	}
	var w uint64
	for i := range len(s) {
		w |= uint64(s[i]) << (56 - 8*i)
	}
	return w
}
