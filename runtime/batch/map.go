package batch

import (
	"reflect"

	"gospark/runtime/types"
)

// A Map is a column of maps: Keys and Items hold the entries of all rows in order, Offsets where those of each row lie.
// Rows are boxed as types.MapValue. Two maps are equal when they have the same entries in the same order.
type Map struct {
	Offsets []int32 // one more than rows
	Keys    Vector
	Items   Vector // the values
	Valid   []bool
}

var _ Vector = (*Map)(nil)

// NewMap makes an empty column of maps from keys to items, which are empty as well.
func NewMap(keys, items Vector, capacity int) *Map {
	return &Map{Offsets: append(make([]int32, 0, capacity+1), 0), Keys: keys, Items: items}
}

func (v *Map) Len() int              { return offsets(v.Offsets).len() }
func (v *Map) Elem() reflect.Type    { return reflect.TypeFor[types.MapValue]() }
func (v *Map) Null(i int) bool       { return validity(v.Valid).null(i) }
func (v *Map) HasNulls() bool        { return v.Valid != nil }
func (v *Map) Values() reflect.Value { return boxed[types.MapValue](v) }

// Span is where the entries of a row lie in Keys and Items.
func (v *Map) Span(i int) (lo, hi int) { return offsets(v.Offsets).span(i) }

func (v *Map) Any(i int) any {
	if v.Null(i) {
		return nil
	}
	lo, hi := v.Span(i)
	return types.MapValue{Keys: boxes(v.Keys, lo, hi), Values: boxes(v.Items, lo, hi)}
}

func (v *Map) Like(capacity int) Vector {
	return NewMap(v.Keys.Like(capacity), v.Items.Like(capacity), capacity)
}

func (v *Map) View(lo, hi int) Vector {
	return &Map{Offsets: v.Offsets[lo : hi+1 : hi+1], Keys: v.Keys, Items: v.Items, Valid: validity(v.Valid).view(lo, hi)}
}

func (v *Map) Append(src Vector, rows []int32) {
	s := src.(*Map)
	(*validity)(&v.Valid).addRows(v.Len(), s.Valid, rows, s.Len())
	parts, lo, hi, all := (*offsets)(&v.Offsets).gather(s.Offsets, rows, v.Keys.Len())
	appendParts(v.Keys, s.Keys, parts, lo, hi, all)
	appendParts(v.Items, s.Items, parts, lo, hi, all)
}

func (v *Map) AppendAny(x any) {
	if x == nil {
		v.AppendNull()
		return
	}
	m := x.(types.MapValue)
	for i, k := range m.Keys {
		v.Keys.AppendAny(k)
		v.Items.AppendAny(m.Values[i])
	}
	v.Close()
}

// Close ends a row whose entries were appended to Keys and Items.
func (v *Map) Close() {
	(*validity)(&v.Valid).add(v.Len(), true)
	(*offsets)(&v.Offsets).push(v.Keys.Len())
}

func (v *Map) AppendNull() {
	(*validity)(&v.Valid).add(v.Len(), false)
	(*offsets)(&v.Offsets).push(v.Keys.Len())
}

func (v *Map) Reset() {
	v.Keys.Reset()
	v.Items.Reset()
	v.Offsets, v.Valid = append(v.Offsets[:0], 0), nil
}

func (v *Map) Hash(rows []int32, h []uint64) {
	hashNested(v, rows, h, func(h uint64, r int) uint64 {
		lo, hi := v.Span(r)
		return hashParts(v.Items, lo, hi, hashParts(v.Keys, lo, hi, h))
	})
}

func (v *Map) Equal(i int, o Vector, j int) bool {
	w := o.(*Map)
	if ni, nj := v.Null(i), w.Null(j); ni || nj {
		return ni && nj
	}
	lo, hi := v.Span(i)
	from, to := w.Span(j)
	return equalParts(v.Keys, lo, hi, w.Keys, from, to) && equalParts(v.Items, lo, hi, w.Items, from, to)
}
