package session

import (
	"context"
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// A function of the only column, whose types are plain, runs in a loop without reflection: package gofunc has them. Go's
// int is a bigint in a column, so that its values are copied.

// scalarType says whether values of a column are of a Go type as they are, or after they are copied.
func scalarType(t reflect.Type, c *types.Type) bool {
	return t == c.GoType() && c.Kind != types.BinaryKind || t == reflect.TypeFor[int]() && c.Kind == types.LongKind
}

// plainColumn says whether the parameter is the only column, of a type that needs no conversion but of an int.
func plainColumn(c *rowCall, in *types.Type) bool {
	if len(in.Fields) != 1 {
		return false
	}
	switch in.Fields[0].Type.Kind {
	case types.BooleanKind, types.LongKind, types.DoubleKind, types.StringKind:
		return scalarType(c.params[0], in.Fields[0].Type)
	}
	return false
}

// scalarBatch is a batch whose only column has the type of the parameter.
func scalarBatch(b *batch.Batch, t reflect.Type) *batch.Batch {
	v, ok := b.Cols[0].(*batch.Vec[int64])
	if !ok || t.Kind() != reflect.Int {
		return b
	}
	out := make([]int, b.N)
	for i, x := range v.V[:b.N] {
		out[i] = int(x)
	}
	return &batch.Batch{N: b.N, Sel: b.Sel, Cols: []batch.Vector{batch.VecOf(out)}}
}

// scalarMap is the loop of a function of one plain value to another; nil if there is none. A column that may have nulls
// has none: they are errors row by row.
func scalarMap(c *rowCall, in *types.Type, next plan.Batches, out *types.Type) plan.Batches {
	if !plainColumn(c, in) || in.Fields[0].Nullable || len(c.results) != 1 || !scalarType(c.results[0], out.Fields[0].Type) {
		return nil
	}
	t, err := gofunc.Map("Map", c.fn.Interface(), gofunc.Leaf(c.params[0]))
	if err != nil || !t.Typed {
		return nil
	}
	kernel := t.New(context.Background())
	return func() (*batch.Batch, error) {
		b, err := next()
		if err != nil {
			return nil, err
		}
		res := t.Out.NewBatch(b.Rows())
		if _, err := kernel(scalarBatch(b, c.params[0]), 0, res); err != nil {
			return nil, err
		}
		if v, ok := res.Cols[0].(*batch.Vec[int]); ok {
			wide := make([]int64, len(v.V))
			for i, x := range v.V {
				wide[i] = int64(x)
			}
			res.Cols[0] = batch.VecOf(wide)
		}
		return res, nil
	}
}

// scalarFilter is the loop of a condition on one plain value that is not null; nil if there is none.
func scalarFilter(c *rowCall, in *types.Type) func(*batch.Batch, []int32) ([]int32, error) {
	if !plainColumn(c, in) {
		return nil
	}
	p, err := gofunc.Filter("Filter", c.fn.Interface(), gofunc.Leaf(c.params[0]))
	if err != nil || !p.Typed {
		return nil
	}
	keep := p.New(context.Background())
	return func(b *batch.Batch, sel []int32) ([]int32, error) {
		return keep(scalarBatch(b, c.params[0]), sel)
	}
}
