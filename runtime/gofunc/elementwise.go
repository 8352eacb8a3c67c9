package gofunc

import (
	"context"
	"fmt"
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
)

// A Kernel appends the results of the selected rows of in, from the from-th on, to out, and returns the next row to do:
// one that multiplies rows stops when out holds batch.Size rows. It belongs to one task.
type Kernel func(in *batch.Batch, from int, out *batch.Batch) (next int, err error)

// A Transform is a function bound to a shape that makes records from records. New makes the kernel of one task; ctx is
// what a function with a leading context.Context is given.
type Transform struct {
	Out Shape
	New func(ctx context.Context) Kernel
	// Typed says that a loop without reflection runs.
	Typed bool
}

// Map binds func(record) result, one result a record. Two results make a pair, more a tuple; a last result of type error
// fails the task.
func Map(op string, fn any, in Shape) (*Transform, error) {
	want := fmt.Sprintf("func(%s) T or func(%s) (K, V)", wantOf(in), wantOf(in))
	s, err := bind(op, want, fn, in)
	if err != nil {
		return nil, err
	}
	if len(s.results) == 0 {
		return nil, wrongShape(op, want, fn)
	}
	out := resultShape(s.results)
	if k := typedMaps[s.fn.Type()]; k != nil && s.direct() {
		kernel := k(fn)
		return &Transform{Out: out, Typed: true, New: func(context.Context) Kernel { return kernel }}, nil
	}
	return &Transform{Out: out, New: func(ctx context.Context) Kernel {
		c := s.caller(ctx)
		return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
			for i := from; i < in.Rows(); i++ {
				rs, err := c.call(in, in.Row(i), 0)
				if err != nil {
					return i, err
				}
				if err := appendResults(out, rs); err != nil {
					return i, fmt.Errorf("%s: %w", op, err)
				}
			}
			return in.Rows(), nil
		}
	}}, nil
}

// resultShape is the record that a function's results make.
func resultShape(ts []reflect.Type) Shape {
	if len(ts) == 1 {
		return valueShape(ts[0])
	}
	s := Shape{}
	for _, t := range ts {
		s.Parts = append(s.Parts, valueShape(t))
	}
	return s
}

// valueShape is the shape of one Go value: a Pair is two columns whose types are known only at run time.
func valueShape(t reflect.Type) Shape {
	if t == pairType {
		return PairOf(Leaf(anyType), Leaf(anyType))
	}
	return Leaf(t)
}

func appendResults(out *batch.Batch, rs []reflect.Value) error {
	col := 0
	for _, r := range rs {
		if r.Type() == pairType && (len(out.Cols) > len(rs) || len(rs) == 1 && len(out.Cols) == 2) {
			p := r.Interface().(Pair)
			if err := appendChecked(out.Cols[col], p.Key); err != nil {
				return err
			}
			if err := appendChecked(out.Cols[col+1], p.Value); err != nil {
				return err
			}
			col += 2
			continue
		}
		appendReflected(out.Cols[col], r)
		col++
	}
	out.N++
	return nil
}

// appendReflected appends a value of exactly the column's type.
func appendReflected(c batch.Vector, r reflect.Value) {
	if o, ok := c.(*batch.Opaque); ok {
		o.S = reflect.Append(o.S, r)
		if o.Valid != nil {
			o.Valid = append(o.Valid, true)
		}
		return
	}
	c.AppendAny(r.Interface())
}

// FlatMap binds func(record) []result.
func FlatMap(op string, fn any, in Shape) (*Transform, error) {
	want := fmt.Sprintf("func(%s) []T", wantOf(in))
	s, err := bind(op, want, fn, in)
	if err != nil {
		return nil, err
	}
	if len(s.results) != 1 || s.results[0].Kind() != reflect.Slice && s.results[0].Kind() != reflect.Array {
		return nil, wrongShape(op, want, fn)
	}
	out := valueShape(s.results[0].Elem())
	if k := typedFlatMaps[s.fn.Type()]; k != nil && s.direct() {
		kernel := k(fn)
		return &Transform{Out: out, Typed: true, New: func(context.Context) Kernel { return kernel }}, nil
	}
	return &Transform{Out: out, New: func(ctx context.Context) Kernel {
		c := s.caller(ctx)
		return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
			for i := from; i < in.Rows(); i++ {
				rs, err := c.call(in, in.Row(i), 0)
				if err != nil {
					return i, err
				}
				if err := appendSlice(out, rs[0]); err != nil {
					return i, fmt.Errorf("%s: %w", op, err)
				}
				if out.N >= batch.Size {
					return i + 1, nil
				}
			}
			return in.Rows(), nil
		}
	}}, nil
}

func appendSlice(out *batch.Batch, s reflect.Value) error {
	for j := range s.Len() {
		if err := appendResults(out, []reflect.Value{s.Index(j)}); err != nil {
			return err
		}
	}
	return nil
}

// OnValues lifts a transform of a pair's values to the pairs: the key stays. many says that the transform multiplies
// rows, so that keys are repeated.
func OnValues(t *Transform, pair Shape, many bool) *Transform {
	kw := pair.Key().Width()
	out := PairOf(pair.Key(), t.Out)
	return &Transform{Out: out, Typed: t.Typed, New: func(ctx context.Context) Kernel {
		kernel := t.New(ctx)
		if !many {
			return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
				next, err := kernel(&batch.Batch{N: in.N, Sel: in.Sel, Cols: in.Cols[kw:]}, from, &batch.Batch{Cols: out.Cols[kw:]})
				if err != nil {
					return next, err
				}
				keys := selection(in, from, next)
				for c := range kw {
					out.Cols[c].Append(in.Cols[c], keys)
				}
				out.N += next - from
				return next, nil
			}
		}
		var rows []int32
		return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
			i := from
			for ; i < in.Rows() && out.N < batch.Size; i++ {
				one := []int32{int32(in.Row(i))}
				vals := &batch.Batch{Cols: out.Cols[kw:]}
				if _, err := kernel(&batch.Batch{N: in.N, Sel: one, Cols: in.Cols[kw:]}, 0, vals); err != nil {
					return i, err
				}
				rows = rows[:0]
				for range vals.N {
					rows = append(rows, one[0])
				}
				for c := range kw {
					out.Cols[c].Append(in.Cols[c], rows)
				}
				out.N += vals.N
			}
			return i, nil
		}
	}}
}

// selection lists the column positions of selected rows lo to hi; nil when they are all rows of the batch.
func selection(b *batch.Batch, lo, hi int) []int32 {
	if b.Sel != nil {
		return b.Sel[lo:hi]
	}
	if lo == 0 && hi == b.N && b.Cols[0].Len() == b.N {
		return nil
	}
	rows := make([]int32, hi-lo)
	for i := range rows {
		rows[i] = int32(lo + i)
	}
	return rows
}

// A Predicate is a bound func(record) bool. New makes the task's function, which appends the positions of the rows that
// pass to sel.
type Predicate struct {
	New   func(ctx context.Context) func(in *batch.Batch, sel []int32) ([]int32, error)
	Typed bool
}

// Filter binds func(record) bool.
func Filter(op string, fn any, in Shape) (*Predicate, error) {
	want := fmt.Sprintf("func(%s) bool", wantOf(in))
	s, err := bind(op, want, fn, in)
	if err != nil {
		return nil, err
	}
	if len(s.results) != 1 || s.results[0].Kind() != reflect.Bool {
		return nil, wrongShape(op, want, fn)
	}
	if k := typedFilters[s.fn.Type()]; k != nil && s.direct() {
		f := k(fn)
		return &Predicate{Typed: true, New: func(context.Context) func(*batch.Batch, []int32) ([]int32, error) { return f }}, nil
	}
	return &Predicate{New: func(ctx context.Context) func(*batch.Batch, []int32) ([]int32, error) {
		c := s.caller(ctx)
		return func(in *batch.Batch, sel []int32) ([]int32, error) {
			for i := range in.Rows() {
				r := in.Row(i)
				rs, err := c.call(in, r, 0)
				if err != nil {
					return sel, err
				}
				if rs[0].Bool() {
					sel = append(sel, int32(r))
				}
			}
			return sel, nil
		}
	}}, nil
}

// Each binds func(record), called for its effect.
func Each(op string, fn any, in Shape) (func(ctx context.Context) func(in *batch.Batch) error, error) {
	want := fmt.Sprintf("func(%s)", wantOf(in))
	s, err := bind(op, want, fn, in)
	if err != nil {
		return nil, err
	}
	if len(s.results) > 0 {
		return nil, wrongShape(op, want, fn)
	}
	if mk := typedEaches[s.fn.Type()]; mk != nil && s.direct() {
		f := mk(fn)
		return func(context.Context) func(*batch.Batch) error { return f }, nil
	}
	return func(ctx context.Context) func(*batch.Batch) error {
		c := s.caller(ctx)
		return func(in *batch.Batch) error {
			for i := range in.Rows() {
				if _, err := c.call(in, in.Row(i), 0); err != nil {
					return err
				}
			}
			return nil
		}
	}, nil
}

// Pack turns a tuple's columns into one column of boxed records, where an operation needs a record as one value.
func Pack(in Shape) *Transform {
	if !in.IsTuple() {
		panic("gofunc: pack of a leaf")
	}
	return &Transform{Out: Leaf(in.GoType()), New: func(context.Context) Kernel {
		return func(b *batch.Batch, from int, out *batch.Batch) (int, error) {
			for i := from; i < b.Rows(); i++ {
				out.Cols[0].AppendAny(in.Box(b, b.Row(i), 0))
				out.N++
			}
			return b.Rows(), nil
		}
	}}
}

// Unpack splits a column of boxed Pairs, or of any holding Pairs, into a key and a value column of the given shapes.
func Unpack(op string, in, out Shape) *Transform {
	return &Transform{Out: out, New: func(context.Context) Kernel {
		return func(b *batch.Batch, from int, o *batch.Batch) (int, error) {
			for i := from; i < b.Rows(); i++ {
				if err := out.Unbox(in.Box(b, b.Row(i), 0), o.Cols, 0); err != nil {
					return i, condition.New("", "", "%s: %v", op, err)
				}
				o.N++
			}
			return b.Rows(), nil
		}
	}}
}
