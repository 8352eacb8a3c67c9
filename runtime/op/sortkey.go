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
	keys []sortColumn
	task *Task // with whose help many rows are sorted; may be nil
	runs []run // scratch
}

// A sortColumn is a column to sort by.
type sortColumn struct {
	vec              batch.Vector
	desc, nullsFirst bool
}

// manyRows are worth being sorted in parts on several slots.
const manyRows = 1 << 16

// sort orders rows, which ascend, by the columns from the k-th on.
func (o *rowOrder) sort(rows []int32, k int) error {
	if k == len(o.keys) || len(rows) < 2 {
		return nil
	}
	key := o.keys[k]
	if key.vec.HasNulls() {
		nulls, values := splitNulls(key.vec, rows, key.nullsFirst)
		if err := o.sort(nulls, k+1); err != nil {
			return err
		}
		rows = values
	}
	return o.sortValues(rows, k)
}

// sortValues is sort for rows without a null in the k-th column.
func (o *rowOrder) sortValues(rows []int32, k int) error {
	if len(rows) < 2 {
		return nil
	}
	key := o.keys[k]
	var few [fewRows]uint64
	exact, ok := fillWords(few[:1], key.vec, rows[:1], key.desc)
	if !ok {
		o.compare(rows, k)
		return nil
	}
	if len(rows) <= fewRows {
		ws := few[:len(rows)]
		fillWords(ws, key.vec, rows, key.desc)
		insertWords(ws, rows)
		for lo, hi := 0, 1; lo < len(ws); lo, hi = hi, hi+1 {
			for hi < len(ws) && ws[hi] == ws[lo] {
				hi++
			}
			if err := o.tie(rows[lo:hi], k, exact); err != nil {
				return err
			}
		}
		return nil
	}
	s := &wordSort{rows: rows, parts: 1, spread: o.task.spread}
	s.fill = func(out []uint64, rows []int32) { fillWords(out, key.vec, rows, key.desc) }
	if len(rows) >= manyRows {
		s.parts = o.task.slots()
	}
	e, err := s.extent()
	if err != nil {
		return err
	}
	last := exact && k+1 == len(o.keys)
	if last && e.sorted {
		return nil
	}
	p, err := s.sort(e)
	if err != nil {
		return err
	}
	if err := s.into(p); err != nil || last && p.left == 0 {
		return err
	}
	return o.ties(rows, p, k, exact)
}

// ties orders rows that are packed with equal bits: by the bits left out, by their values, or by the columns that follow.
func (o *rowOrder) ties(rows []int32, p packedRows, k int, exact bool) error {
	rs := p.runs(o.runs[:0])
	o.runs = nil // those of the runs' own columns are others
	defer func() { o.runs = rs }()
	one := func(o *rowOrder, r run) error {
		if p.left > 0 { // words that agree in their high bits have all others packed
			return o.sortValues(rows[r.lo:r.hi], k)
		}
		return o.tie(rows[r.lo:r.hi], k, exact)
	}
	if len(rows) < manyRows || o.task.slots() == 1 {
		for _, r := range rs {
			if err := one(o, r); err != nil {
				return err
			}
		}
		return nil
	}
	var pieces [][]run // of runs that are short, with many rows together
	for lo, n, i := 0, 0, 0; i < len(rs); i++ {
		size := int(rs[i].hi - rs[i].lo)
		if size >= manyRows {
			if err := one(o, rs[i]); err != nil {
				return err
			}
		}
		if n += size; n >= manyRows/4 || i+1 == len(rs) {
			pieces = append(pieces, rs[lo:i+1])
			lo, n = i+1, 0
		}
	}
	return o.task.spread(len(pieces), func(i int) error {
		alone := &rowOrder{keys: o.keys}
		for _, r := range pieces[i] {
			if r.hi-r.lo >= manyRows { // is in order already
				continue
			}
			if err := one(alone, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// tie orders rows whose words of the k-th column are equal; exact says that its values are, too.
func (o *rowOrder) tie(rows []int32, k int, exact bool) error {
	switch {
	case len(rows) < 2:
		return nil
	case exact:
		return o.sort(rows, k+1)
	}
	o.compare(rows, k)
	return nil
}

// insertWords sorts a few rows by their words, stably.
func insertWords(ws []uint64, rows []int32) {
	for i := 1; i < len(ws); i++ {
		w, r, j := ws[i], rows[i], i
		for ; j > 0 && ws[j-1] > w; j-- {
			ws[j], rows[j] = ws[j-1], rows[j-1]
		}
		ws[j], rows[j] = w, r
	}
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
