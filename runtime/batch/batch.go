// Package batch holds rows in columns: what operators pass to each other.
//
// A [Batch] is about [Size] rows. Each column is a [Vector]: a typed Go slice with an optional validity slice. The Go
// element type is the physical type of the column (string, int64, float64, a struct of the user's, ...); what a
// DataFrame calls bigint or binary is a logical type above it (binary is held as string: immutable bytes).
//
// Ownership: a batch returned by an operator or reader is valid until its next Next; whoever keeps rows longer copies
// them with [Vector.Append]. Strings are views into immutable blocks that are never reused, so a string may be kept
// for ever; state that lives long copies the bytes, so that it does not pin a block.
// Vectors are not safe for concurrent use while they are being appended to; finished ones may be read by many.
package batch

import (
	"fmt"
	"reflect"
)

// Size is the number of rows an operator aims at in a batch: large enough to spread the cost of a call, small enough
// that a few columns stay in the L2 cache. An operator that multiplies rows may exceed it by the rows of one input row.
const Size = 8192

// A Batch is rows in columns. Sel, if not nil, lists the rows that count, in order; nil means all N rows.
type Batch struct {
	N    int
	Sel  []int32
	Cols []Vector
}

// New makes an empty batch of the given element types.
func New(capacity int, elems ...reflect.Type) *Batch {
	b := &Batch{Cols: make([]Vector, len(elems))}
	for i, t := range elems {
		b.Cols[i] = NewVector(t, capacity)
	}
	return b
}

// Of makes a batch over finished columns of equal length.
func Of(cols ...Vector) *Batch {
	b := &Batch{Cols: cols}
	if len(cols) > 0 {
		b.N = cols[0].Len()
	}
	return b
}

// Rows is the number of selected rows.
func (b *Batch) Rows() int {
	if b.Sel != nil {
		return len(b.Sel)
	}
	return b.N
}

// Row maps the i-th selected row to its position in the columns.
func (b *Batch) Row(i int) int {
	if b.Sel != nil {
		return int(b.Sel[i])
	}
	return i
}

// Reset empties a batch made by New for reuse by its owner. It must not be used while strings-only views are not
// enough: other vectors' contents are overwritten.
func (b *Batch) Reset() {
	b.N, b.Sel = 0, nil
	for _, c := range b.Cols {
		c.Reset()
	}
}

// Append copies the selected rows of src to the end of b, which must have the same element types and no selection.
func (b *Batch) Append(src *Batch) {
	if b.Sel != nil {
		panic("batch: append to a batch with a selection")
	}
	for i, c := range b.Cols {
		if src.Sel == nil && src.Cols[i].Len() != src.N {
			c.Append(src.Cols[i].View(0, src.N), nil)
			continue
		}
		c.Append(src.Cols[i], src.Sel)
	}
	b.N += src.Rows()
}

// AppendRows copies the given rows (positions in the columns, not in the selection).
func (b *Batch) AppendRows(src *Batch, rows []int32) {
	for i, c := range b.Cols {
		c.Append(src.Cols[i], rows)
	}
	b.N += len(rows)
}

// Clone copies the selected rows into a batch of its own.
func (b *Batch) Clone() *Batch {
	c := &Batch{Cols: make([]Vector, len(b.Cols))}
	for i, v := range b.Cols {
		c.Cols[i] = v.Like(b.Rows())
	}
	c.Append(b)
	return c
}

// Between is the selected rows from lo to hi. Its selection is made in sel, which the caller does not need any more.
func (b *Batch) Between(lo, hi int, sel []int32) Batch {
	if sel == nil {
		sel = make([]int32, 0, hi-lo)
	}
	sel = sel[:0]
	for i := lo; i < hi; i++ {
		sel = append(sel, int32(b.Row(i)))
	}
	return Batch{N: b.N, Sel: sel, Cols: b.Cols}
}

// View shares the columns of rows lo to hi of a batch without a selection.
func (b *Batch) View(lo, hi int) *Batch {
	if b.Sel != nil {
		return &Batch{N: b.N, Sel: b.Sel[lo:hi], Cols: b.Cols}
	}
	v := &Batch{N: hi - lo, Cols: make([]Vector, len(b.Cols))}
	for i, c := range b.Cols {
		v.Cols[i] = c.View(lo, hi)
	}
	return v
}

// Elems lists the element types of the columns.
func (b *Batch) Elems() []reflect.Type {
	ts := make([]reflect.Type, len(b.Cols))
	for i, c := range b.Cols {
		ts[i] = c.Elem()
	}
	return ts
}

// Col is column i as a typed slice; it panics when the column has another element type: the plan guarantees types.
func Col[T any](b *Batch, i int) []T {
	v, ok := b.Cols[i].(*Vec[T])
	if !ok {
		panic(fmt.Sprintf("batch: column %d is %v, not %v", i, b.Cols[i].Elem(), reflect.TypeFor[T]()))
	}
	return v.V
}

// Bytes estimates the memory the columns take.
func (b *Batch) Bytes() int64 {
	var n int64
	for _, c := range b.Cols {
		n += vectorBytes(c)
	}
	return n
}

func vectorBytes(c Vector) int64 {
	switch v := c.(type) {
	case *Vec[string]:
		n := int64(len(v.V)) * 16
		for _, s := range v.V {
			n += int64(len(s))
		}
		return n
	case *List:
		return int64(len(v.Offsets))*4 + vectorBytes(v.Items)
	case *Map:
		return int64(len(v.Offsets))*4 + vectorBytes(v.Keys) + vectorBytes(v.Items)
	case *Struct:
		var n int64
		for _, f := range v.Fields {
			n += vectorBytes(f)
		}
		return n
	}
	return int64(c.Len()) * int64(c.Elem().Size())
}
