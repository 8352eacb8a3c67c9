package gofunc

import (
	"context"
	"fmt"
	"io"
	"reflect"

	"gospark/runtime/batch"
)

// Batches is how a partition is read: the batch is valid until the next call; the end is io.EOF.
type Batches = func() (*batch.Batch, error)

// A Partition is a bound function over whole partitions. New makes the function of one task: it reads in and returns all
// rows the user's function makes.
type Partition struct {
	Out Shape // no shape for a function without a result
	New func(ctx context.Context) func(index int, in Batches) (*batch.Batch, error)
}

// OnPartition binds func([]T) []U, where each of []T and []U may as well be an iterator, iter.Seq[T], and for pairs
// iter.Seq2[K, V]. With index, the partition's number comes first. Without result, the function returns nothing.
func OnPartition(op string, fn any, in Shape, index, result bool) (*Partition, error) {
	want := "func("
	if index {
		want += "int, "
	}
	want += "[]" + TypeName(in.GoType()) + ")"
	if result {
		want += " []T"
	}
	want += ", or with iter.Seq in place of slices"
	f := reflect.ValueOf(fn)
	if fn == nil || f.Kind() != reflect.Func || f.IsNil() {
		return nil, wrongShape(op, want, fn)
	}
	t := f.Type()
	n := 0
	takesCtx := t.NumIn() > n && t.In(n) == contextType
	if takesCtx {
		n++
	}
	if index {
		if t.NumIn() <= n || t.In(n).Kind() != reflect.Int {
			return nil, wrongShape(op, want, fn)
		}
		n++
	}
	if t.NumIn() != n+1 {
		return nil, wrongShape(op, want, fn)
	}
	argument := argumentOf(t.In(n), in)
	outs := t.NumOut()
	fails := outs > 0 && t.Out(outs-1) == errorType
	if fails {
		outs--
	}
	if argument == nil || result && outs != 1 || !result && outs != 0 {
		return nil, wrongShape(op, want, fn)
	}
	p := &Partition{}
	var collect func(reflect.Value, *batch.Batch) error
	if result {
		if p.Out, collect = resultOf(t.Out(0)); collect == nil {
			return nil, wrongShape(op, want, fn)
		}
	}
	p.New = func(ctx context.Context) func(int, Batches) (*batch.Batch, error) {
		return func(i int, next Batches) (*batch.Batch, error) {
			r := &rows{next: next, shape: in}
			var args []reflect.Value
			if takesCtx {
				args = append(args, reflect.ValueOf(ctx))
			}
			if index {
				args = append(args, reflect.ValueOf(i).Convert(t.In(len(args))))
			}
			arg, err := argument(r)
			if err != nil {
				return nil, err
			}
			res := f.Call(append(args, arg))
			if fails && !res[len(res)-1].IsNil() {
				return nil, res[len(res)-1].Interface().(error)
			}
			var out *batch.Batch
			if result {
				out = p.Out.NewBatch(0)
				err = collect(res[0], out)
			}
			if r.err != nil { // met by an iterator, perhaps while the result was collected
				err = r.err
			}
			return out, err
		}
	}
	return p, nil
}

// rows reads a partition for an iterator, which has no way to return an error.
type rows struct {
	next  Batches
	shape Shape
	err   error
}

// each calls f for every batch until it returns false.
func (r *rows) each(f func(b *batch.Batch) bool) {
	for r.err == nil {
		b, err := r.next()
		if err == io.EOF {
			return
		}
		if err != nil {
			r.err = err
			return
		}
		if !f(b) {
			return
		}
	}
}

// value is a record of the batch as a t.
func (r *rows) value(b *batch.Batch, row int, t reflect.Type) (reflect.Value, bool) {
	v, err := param{t: t, shape: r.shape}.value(b, row, 0)
	if err == nil && v.Type() != t {
		v, err = convert(v, t)
	}
	if err != nil {
		r.err = err
	}
	return v, err == nil
}

// argumentOf is how a parameter of type t is made from a partition, nil if it cannot be.
func argumentOf(t reflect.Type, in Shape) func(*rows) (reflect.Value, error) {
	if t.Kind() == reflect.Slice && accepts(t.Elem(), in) {
		if !in.IsTuple() && !in.Optional && in.Elem == t.Elem() {
			return func(r *rows) (reflect.Value, error) {
				col := batch.NewVector(in.Elem, 0)
				r.each(func(b *batch.Batch) bool {
					appendCol(col, b, 0, b.Sel)
					return true
				})
				return col.Values().Convert(t), r.err
			}
		}
		return func(r *rows) (reflect.Value, error) {
			s := reflect.MakeSlice(t, 0, 0)
			r.each(func(b *batch.Batch) bool {
				for i := range b.Rows() {
					v, ok := r.value(b, b.Row(i), t.Elem())
					if !ok {
						return false
					}
					s = reflect.Append(s, v)
				}
				return true
			})
			return s, r.err
		}
	}
	switch ts := yields(t); {
	case len(ts) == 1 && accepts(ts[0], in):
		if mk := typedSeqs[ts[0]]; mk != nil && !in.IsTuple() && !in.Optional && in.Elem == ts[0] {
			return func(r *rows) (reflect.Value, error) { return reflect.ValueOf(mk(r)).Convert(t), nil }
		}
		return seqOf(t, func(r *rows, b *batch.Batch, row int) ([]reflect.Value, bool) {
			v, ok := r.value(b, row, ts[0])
			return []reflect.Value{v}, ok
		})
	case len(ts) == 2 && in.IsPair() && accepts(ts[0], in.Key()) && accepts(ts[1], in.Value()):
		ps := []param{{t: ts[0], shape: in.Key()}, {t: ts[1], shape: in.Value(), col: in.Key().Width()}}
		return seqOf(t, func(r *rows, b *batch.Batch, row int) ([]reflect.Value, bool) {
			vs := make([]reflect.Value, 2)
			for i, p := range ps {
				v, err := p.value(b, row, 0)
				if err == nil {
					v, err = convert(v, p.t)
				}
				if err != nil {
					r.err = err
					return nil, false
				}
				vs[i] = v
			}
			return vs, true
		})
	}
	return nil
}

func seqOf(t reflect.Type, values func(*rows, *batch.Batch, int) ([]reflect.Value, bool)) func(*rows) (reflect.Value, error) {
	return func(r *rows) (reflect.Value, error) {
		return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
			r.each(func(b *batch.Batch) bool {
				for i := range b.Rows() {
					vs, ok := values(r, b, b.Row(i))
					if !ok || !args[0].Call(vs)[0].Bool() {
						return false
					}
				}
				return true
			})
			return nil
		}), nil
	}
}

// yields lists what an iterator type yields, nil if it is none.
func yields(t reflect.Type) []reflect.Type {
	if t.Kind() != reflect.Func || t.NumIn() != 1 || t.NumOut() != 0 {
		return nil
	}
	y := t.In(0)
	if y.Kind() != reflect.Func || y.NumOut() != 1 || y.Out(0).Kind() != reflect.Bool || y.NumIn() == 0 || y.NumIn() > 2 {
		return nil
	}
	ts := make([]reflect.Type, y.NumIn())
	for i := range ts {
		ts[i] = y.In(i)
	}
	return ts
}

// resultOf is the shape of the rows in a result of type t, and how they are collected.
func resultOf(t reflect.Type) (Shape, func(reflect.Value, *batch.Batch) error) {
	if t.Kind() == reflect.Slice {
		s := valueShape(t.Elem())
		if s.IsTuple() {
			return s, func(v reflect.Value, out *batch.Batch) error { return appendSlice(out, v) }
		}
		return s, func(v reflect.Value, out *batch.Batch) error {
			out.Cols[0], out.N = batch.FromSlice(v), v.Len()
			return nil
		}
	}
	ts := yields(t)
	if ts == nil {
		return Shape{}, nil
	}
	s := resultShape(ts)
	return s, func(v reflect.Value, out *batch.Batch) error {
		if v.IsNil() {
			return fmt.Errorf("the iterator returned is nil")
		}
		if len(ts) == 1 {
			if collect := typedCollects[v.Type().In(0)]; collect != nil {
				v.Call([]reflect.Value{reflect.ValueOf(collect(out))})
				return nil
			}
		}
		var err error
		yield := reflect.MakeFunc(v.Type().In(0), func(args []reflect.Value) []reflect.Value {
			err = appendResults(out, args)
			return []reflect.Value{reflect.ValueOf(err == nil)}
		})
		v.Call([]reflect.Value{yield})
		return err
	}
}

var (
	typedSeqs     = map[reflect.Type]func(r *rows) any{}
	typedCollects = map[reflect.Type]func(out *batch.Batch) any{} // by the type of yield
)

func init() {
	iterators[string]()
	iterators[int]()
	iterators[int64]()
	iterators[float64]()
	iterators[bool]()
}

func iterators[T any]() {
	typedSeqs[reflect.TypeFor[T]()] = func(r *rows) any {
		return func(yield func(T) bool) {
			r.each(func(b *batch.Batch) bool {
				col := batch.Col[T](b, 0)
				for i := range b.Rows() {
					if !yield(col[b.Row(i)]) {
						return false
					}
				}
				return true
			})
		}
	}
	typedCollects[reflect.TypeFor[func(T) bool]()] = func(out *batch.Batch) any {
		v := out.Cols[0].(*batch.Vec[T])
		return func(x T) bool {
			v.V = append(v.V, x)
			out.N++
			return true
		}
	}
}
