package batch

import (
	"reflect"

	"gospark/runtime/types"
)

// A Struct is a column of structs: each field is a column of N rows. In a row that is null the fields are null, too.
// Rows are boxed as types.Row.
type Struct struct {
	Fields []Vector
	N      int
	Valid  []bool
}

var _ Vector = (*Struct)(nil)

func (v *Struct) Len() int              { return v.N }
func (v *Struct) Elem() reflect.Type    { return reflect.TypeFor[types.Row]() }
func (v *Struct) Null(i int) bool       { return validity(v.Valid).null(i) }
func (v *Struct) HasNulls() bool        { return v.Valid != nil }
func (v *Struct) Values() reflect.Value { return boxed[types.Row](v) }

func (v *Struct) Any(i int) any {
	if v.Null(i) {
		return nil
	}
	row := make(types.Row, len(v.Fields))
	for k, f := range v.Fields {
		row[k] = f.Any(i)
	}
	return row
}

func (v *Struct) Like(capacity int) Vector {
	w := &Struct{Fields: make([]Vector, len(v.Fields))}
	for i, f := range v.Fields {
		w.Fields[i] = f.Like(capacity)
	}
	return w
}

func (v *Struct) View(lo, hi int) Vector {
	w := &Struct{Fields: make([]Vector, len(v.Fields)), N: hi - lo, Valid: validity(v.Valid).view(lo, hi)}
	for i, f := range v.Fields {
		w.Fields[i] = f.View(lo, hi)
	}
	return w
}

func (v *Struct) Append(src Vector, rows []int32) {
	s := src.(*Struct)
	m := len(rows)
	if rows == nil {
		m = s.N
	}
	(*validity)(&v.Valid).addRows(v.N, s.Valid, rows, m)
	for i, f := range v.Fields {
		g := s.Fields[i]
		if rows == nil && g.Len() != s.N {
			g = g.View(0, s.N)
		}
		f.Append(g, rows)
	}
	v.N += m
}

// AppendAny takes a types.Row or another slice of as many values as there are fields.
func (v *Struct) AppendAny(x any) {
	if x == nil {
		v.AppendNull()
		return
	}
	row, ok := x.(types.Row)
	if !ok {
		row = elements(x)
	}
	for i, f := range v.Fields {
		f.AppendAny(row[i])
	}
	v.Close()
}

// Close ends a row whose values were appended to the fields.
func (v *Struct) Close() {
	(*validity)(&v.Valid).add(v.N, true)
	v.N++
}

func (v *Struct) AppendNull() {
	(*validity)(&v.Valid).add(v.N, false)
	for _, f := range v.Fields {
		f.AppendNull()
	}
	v.N++
}

func (v *Struct) Reset() {
	for _, f := range v.Fields {
		f.Reset()
	}
	v.N, v.Valid = 0, nil
}

func (v *Struct) Hash(rows []int32, h []uint64) {
	if v.Valid == nil { // whole columns at a time
		for _, f := range v.Fields {
			f.Hash(rows, h)
		}
		for i := range h {
			h[i] = HashUint64(h[i], uint64(len(v.Fields)))
		}
		return
	}
	var row [1]int32
	hashNested(v, rows, h, func(h uint64, r int) uint64 {
		sum := [1]uint64{h}
		row[0] = int32(r)
		for _, f := range v.Fields {
			f.Hash(row[:], sum[:])
		}
		return HashUint64(sum[0], uint64(len(v.Fields)))
	})
}

func (v *Struct) Equal(i int, o Vector, j int) bool {
	w := o.(*Struct)
	if ni, nj := v.Null(i), w.Null(j); ni || nj {
		return ni && nj
	}
	for k, f := range v.Fields {
		if !f.Equal(i, w.Fields[k], j) {
			return false
		}
	}
	return true
}
