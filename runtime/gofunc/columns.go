package gofunc

import (
	"context"

	"gospark/runtime/batch"
)

// WithKey makes the results of a transform, one a record, the keys of the records.
func WithKey(t *Transform, in Shape) *Transform {
	kw := t.Out.Width()
	return &Transform{Out: PairOf(t.Out, in), Typed: t.Typed, New: func(ctx context.Context) Kernel {
		kernel := t.New(ctx)
		return func(b *batch.Batch, from int, out *batch.Batch) (int, error) {
			next, err := kernel(b, from, &batch.Batch{Cols: out.Cols[:kw]})
			if err != nil {
				return next, err
			}
			rows := selection(b, from, next)
			for c := range b.Cols {
				appendCol(out.Cols[kw+c], b, c, rows)
			}
			out.N += next - from
			return next, nil
		}
	}}
}

// Cast changes the element types of columns: to any, or from any to a type that every value must have.
func Cast(op string, in, to Shape) *Transform {
	return &Transform{Out: to, New: func(context.Context) Kernel {
		return func(b *batch.Batch, from int, out *batch.Batch) (int, error) {
			for c, src := range b.Cols {
				dst := out.Cols[c]
				if src.Elem() == dst.Elem() {
					appendCol(dst, b, c, selection(b, from, b.Rows()))
					continue
				}
				for i := from; i < b.Rows(); i++ {
					if err := appendChecked(dst, src.Any(b.Row(i))); err != nil {
						return i, err
					}
				}
			}
			out.N += b.Rows() - from
			return b.Rows(), nil
		}
	}}
}

func appendCol(dst batch.Vector, b *batch.Batch, c int, rows []int32) {
	src := b.Cols[c]
	if rows == nil && src.Len() != b.N {
		src = src.View(0, b.N)
	}
	dst.Append(src, rows)
}

// Common is the shape that records of both shapes fit: columns whose types differ become any. False if their structures
// differ.
func Common(a, b Shape) (Shape, bool) {
	if len(a.Parts) != len(b.Parts) {
		return a, false
	}
	if !a.IsTuple() {
		if a.Elem != b.Elem {
			a.Elem = anyType
		}
		a.Optional = a.Optional || b.Optional
		return a, true
	}
	s := Shape{Parts: make([]Shape, len(a.Parts))}
	for i := range a.Parts {
		var ok bool
		if s.Parts[i], ok = Common(a.Parts[i], b.Parts[i]); !ok {
			return a, false
		}
	}
	return s, true
}

// Holds is the shape of a column that holds values of the Go type: a Pair is two columns of any.
var Holds = valueShape
