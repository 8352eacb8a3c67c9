package batch

import "reflect"

// A List is a column of arrays: Items holds the elements of all rows, Offsets where those of each row lie. Rows are
// boxed as []any.
type List struct {
	Offsets []int32 // one more than rows
	Items   Vector
	Valid   []bool
}

var _ Vector = (*List)(nil)

// NewList makes an empty column of arrays of the elements of items, which is empty as well.
func NewList(items Vector, capacity int) *List {
	return &List{Offsets: append(make([]int32, 0, capacity+1), 0), Items: items}
}

func (v *List) Len() int              { return offsets(v.Offsets).len() }
func (v *List) Elem() reflect.Type    { return reflect.TypeFor[[]any]() }
func (v *List) Null(i int) bool       { return validity(v.Valid).null(i) }
func (v *List) HasNulls() bool        { return v.Valid != nil }
func (v *List) Values() reflect.Value { return boxed[[]any](v) }

// Span is where the elements of a row lie in Items.
func (v *List) Span(i int) (lo, hi int) { return offsets(v.Offsets).span(i) }

func (v *List) Any(i int) any {
	if v.Null(i) {
		return nil
	}
	lo, hi := v.Span(i)
	return boxes(v.Items, lo, hi)
}

func (v *List) Like(capacity int) Vector { return NewList(v.Items.Like(capacity), capacity) }

func (v *List) View(lo, hi int) Vector {
	return &List{Offsets: v.Offsets[lo : hi+1 : hi+1], Items: v.Items, Valid: validity(v.Valid).view(lo, hi)}
}

func (v *List) Append(src Vector, rows []int32) {
	s := src.(*List)
	(*validity)(&v.Valid).addRows(v.Len(), s.Valid, rows, s.Len())
	parts, lo, hi, all := (*offsets)(&v.Offsets).gather(s.Offsets, rows, v.Items.Len())
	appendParts(v.Items, s.Items, parts, lo, hi, all)
}

func (v *List) AppendAny(x any) {
	if x == nil {
		v.AppendNull()
		return
	}
	for _, e := range elements(x) {
		v.Items.AppendAny(e)
	}
	v.Close()
}

// Close ends a row whose elements were appended to Items.
func (v *List) Close() {
	(*validity)(&v.Valid).add(v.Len(), true)
	(*offsets)(&v.Offsets).push(v.Items.Len())
}

func (v *List) AppendNull() {
	(*validity)(&v.Valid).add(v.Len(), false)
	(*offsets)(&v.Offsets).push(v.Items.Len())
}

func (v *List) Reset() {
	v.Items.Reset()
	v.Offsets, v.Valid = append(v.Offsets[:0], 0), nil
}

func (v *List) Hash(rows []int32, h []uint64) {
	hashNested(v, rows, h, func(h uint64, r int) uint64 {
		lo, hi := v.Span(r)
		return hashParts(v.Items, lo, hi, h)
	})
}

func (v *List) Equal(i int, o Vector, j int) bool {
	w := o.(*List)
	if ni, nj := v.Null(i), w.Null(j); ni || nj {
		return ni && nj
	}
	lo, hi := v.Span(i)
	from, to := w.Span(j)
	return equalParts(v.Items, lo, hi, w.Items, from, to)
}
