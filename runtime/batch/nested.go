package batch

import (
	"math"
	"reflect"

	"gospark/runtime/types"
)

// ForType makes an empty vector for a column of a data type.
func ForType(t *types.Type, capacity int) Vector {
	switch t.Kind {
	case types.ArrayKind:
		return NewList(ForType(t.Elem, capacity), capacity)
	case types.MapKind:
		return NewMap(ForType(t.Key, capacity), ForType(t.Elem, capacity), capacity)
	case types.StructKind:
		s := &Struct{Fields: make([]Vector, len(t.Fields))}
		for i, f := range t.Fields {
			s.Fields[i] = ForType(f.Type, capacity)
		}
		return s
	}
	return NewVector(t.GoType(), capacity)
}

// A validity is the null marks of a nested vector; nil when there is no null.
type validity []bool

func (v validity) null(i int) bool { return v != nil && !v[i] }

func (v validity) view(lo, hi int) validity {
	if v == nil {
		return nil
	}
	return v[lo:hi:hi]
}

// add marks the next row; n is how many there are before it.
func (v *validity) add(n int, valid bool) {
	if *v == nil {
		if valid {
			return
		}
		*v = make([]bool, n, max(n+1, 16))
		for i := range *v {
			(*v)[i] = true
		}
	}
	*v = append(*v, valid)
}

// addRows marks rows as they are in src, which has m of them when rows is nil.
func (v *validity) addRows(n int, src validity, rows []int32, m int) {
	if *v == nil && src == nil {
		return
	}
	if rows == nil {
		for i := range m {
			v.add(n+i, !src.null(i))
		}
		return
	}
	for i, r := range rows {
		v.add(n+i, !src.null(int(r)))
	}
}

// offsets are where the parts of each row lie: row i has those from o[i] to o[i+1]. The first need not be 0.
type offsets []int32

func (o offsets) span(i int) (lo, hi int) { return int(o[i]), int(o[i+1]) }

func (o offsets) len() int { return max(0, len(o)-1) }

// push ends the next row at a position of the parts.
func (o *offsets) push(end int) {
	if end > math.MaxInt32 {
		panic("batch: a nested column of more than 2^31 elements")
	}
	if len(*o) == 0 {
		*o = append(*o, 0)
	}
	*o = append(*o, int32(end))
}

// gather copies the spans of rows in src behind o, whose parts end at end, and lists the positions of the parts that
// follow; all says that they are those from lo to hi.
func (o *offsets) gather(src offsets, rows []int32, end int) (parts []int32, lo, hi int, all bool) {
	if rows == nil {
		if src.len() == 0 {
			return nil, 0, 0, true
		}
		lo, hi = int(src[0]), int(src[len(src)-1])
		for i := range src.len() {
			o.push(end + int(src[i+1]) - lo)
		}
		return nil, lo, hi, true
	}
	parts = []int32{}
	for _, r := range rows {
		from, to := src.span(int(r))
		for j := from; j < to; j++ {
			parts = append(parts, int32(j))
		}
		o.push(end + len(parts))
	}
	return parts, 0, 0, false
}

func appendParts(dst, src Vector, parts []int32, lo, hi int, all bool) {
	switch {
	case !all:
		dst.Append(src, parts)
	case hi > lo:
		dst.Append(src.View(lo, hi), nil)
	}
}

// boxes is the values of a vector from lo to hi.
func boxes(v Vector, lo, hi int) []any {
	out := make([]any, hi-lo)
	for i := range out {
		out[i] = v.Any(lo + i)
	}
	return out
}

// boxed makes the slice that Values returns, of boxed rows.
func boxed[T any](v Vector) reflect.Value {
	out := make([]T, v.Len())
	for i := range out {
		if x, ok := v.Any(i).(T); ok {
			out[i] = x
		}
	}
	return reflect.ValueOf(out)
}

// elements are the elements of a slice of any type.
func elements(x any) []any {
	if s, ok := x.([]any); ok {
		return s
	}
	v := reflect.ValueOf(x)
	out := make([]any, v.Len())
	for i := range out {
		out[i] = v.Index(i).Interface()
	}
	return out
}

// hashParts folds the hashes of the parts from lo to hi, and their number, into h.
func hashParts(v Vector, lo, hi int, h uint64) uint64 {
	var row [1]int32
	sum := [1]uint64{h}
	for j := lo; j < hi; j++ {
		row[0] = int32(j)
		v.Hash(row[:], sum[:])
	}
	return HashUint64(sum[0], uint64(hi-lo))
}

func equalParts(v Vector, lo, hi int, w Vector, from, to int) bool {
	if hi-lo != to-from {
		return false
	}
	for i := range hi - lo {
		if !v.Equal(lo+i, w, from+i) {
			return false
		}
	}
	return true
}

// hashNested folds the hash of each row by f, which is not asked about nulls.
func hashNested(v Vector, rows []int32, h []uint64, f func(h uint64, row int) uint64) {
	for i := range h {
		r := i
		if rows != nil {
			r = int(rows[i])
		}
		if v.Null(r) {
			h[i] = HashUint64(h[i], nullHash)
			continue
		}
		h[i] = f(h[i], r)
	}
}
