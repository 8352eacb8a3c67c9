package session

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// Parallelize makes an RDD of a slice's elements, over n partitions (DefaultParallelism if not given). A slice of Pair makes
// pairs, of a map its keys and values in the order of the keys. The elements are copied.
func (sc *SparkContext) Parallelize(data any, n ...int) *RDD {
	parts := number("Parallelize", n, sc.DefaultParallelism())
	rows, shape := recordsOf("Parallelize", data)
	return sc.newRDD(scanOf(sc.origin("parallelize", "ParallelCollectionRDD"), rows, shape, parts), shape)
}

// EmptyRDD is an RDD without records and partitions. Its type is any, or that of the example given.
func (sc *SparkContext) EmptyRDD(example ...any) *RDD {
	shape := anyLeaf
	if len(example) > 0 {
		shape = gofunc.Leaf(reflect.TypeOf(example[0]))
	}
	return sc.newRDD(&plan.Scan{Origin: sc.origin("emptyRDD", "EmptyRDD"), Types: shape.Elems()}, shape)
}

// scanOf cuts rows into partitions as Spark does: partition i has rows i*len/n up to (i+1)*len/n.
func scanOf(o *plan.Origin, rows *batch.Batch, shape gofunc.Shape, n int) *plan.Scan {
	s := &plan.Scan{Origin: o, Types: shape.Elems()}
	for i := range n {
		lo, hi := i*rows.N/n, (i+1)*rows.N/n
		split := &connector.MemorySplit{}
		for ; lo < hi; lo += batch.Size {
			split.Batches = append(split.Batches, rows.View(lo, min(lo+batch.Size, hi)))
		}
		s.Splits = append(s.Splits, split)
	}
	return s
}

// recordsOf copies the elements of a slice, an array or a map into columns.
func recordsOf(method string, data any) (*batch.Batch, gofunc.Shape) {
	v := reflect.ValueOf(data)
	switch v.Kind() {
	case reflect.Slice:
		return sliceRecords(method, v)
	case reflect.Array:
		s := reflect.MakeSlice(reflect.SliceOf(v.Type().Elem()), v.Len(), v.Len())
		reflect.Copy(s, v)
		return sliceRecords(method, s)
	case reflect.Map:
		return mapRecords(method, v)
	}
	mistake(method, "want a slice or a map, have %T", data)
	return nil, gofunc.Shape{}
}

func sliceRecords(method string, v reflect.Value) (*batch.Batch, gofunc.Shape) {
	if s, ok := commonShape(v); ok {
		b := s.NewBatch(v.Len())
		for i := range v.Len() {
			if err := s.Unbox(v.Index(i).Interface(), b.Cols, 0); err != nil {
				raise(method, err)
			}
			b.N++
		}
		return b, s
	}
	c := reflect.MakeSlice(reflect.SliceOf(v.Type().Elem()), v.Len(), v.Len())
	reflect.Copy(c, v)
	return batch.Of(batch.FromSlice(c)), gofunc.Leaf(v.Type().Elem())
}

// commonShape is the shape of records that have parts: elements of type Pair or Tuple, or of type any if all of them are.
func commonShape(v reflect.Value) (gofunc.Shape, bool) {
	switch v.Type().Elem() {
	case pairLeaf.Elem:
		if v.Len() == 0 {
			return gofunc.PairOf(anyLeaf, anyLeaf), true
		}
	case reflect.TypeFor[Tuple](), anyLeaf.Elem:
		if v.Len() == 0 {
			return gofunc.Shape{}, false
		}
	default:
		return gofunc.Shape{}, false
	}
	var s gofunc.Shape
	for i := range v.Len() {
		e := shapeOfValue(v.Index(i).Interface())
		if !e.IsTuple() {
			return s, false
		}
		if i == 0 {
			s = e
			continue
		}
		s = widen(s, e)
		if !s.IsTuple() {
			if v.Type().Elem() == pairLeaf.Elem {
				return gofunc.PairOf(anyLeaf, anyLeaf), true
			}
			return s, false
		}
	}
	return s, true
}

// widen is the shape that values of both shapes fit: what differs becomes any.
func widen(a, b gofunc.Shape) gofunc.Shape {
	if a.IsTuple() != b.IsTuple() || len(a.Parts) != len(b.Parts) {
		return anyLeaf
	}
	if !a.IsTuple() {
		if a.Elem != b.Elem {
			return anyLeaf
		}
		return a
	}
	s := gofunc.Shape{Parts: make([]gofunc.Shape, len(a.Parts))}
	for i := range a.Parts {
		s.Parts[i] = widen(a.Parts[i], b.Parts[i])
	}
	return s
}

func mapRecords(method string, v reflect.Value) (*batch.Batch, gofunc.Shape) {
	keys := v.MapKeys()
	if batch.Ordered(v.Type().Key()) {
		slices.SortFunc(keys, func(a, b reflect.Value) int { return batch.CompareAny(a.Interface(), b.Interface()) })
	}
	s := gofunc.PairOf(gofunc.Leaf(v.Type().Key()), gofunc.Leaf(v.Type().Elem()))
	b := s.NewBatch(len(keys))
	for _, k := range keys {
		if err := s.Unbox(Pair{Key: k.Interface(), Value: v.MapIndex(k).Interface()}, b.Cols, 0); err != nil {
			raise(method, err)
		}
		b.N++
	}
	return b, s
}

// Range makes an RDD of whole numbers: Range(end), Range(start, end), Range(start, end, step), Range(start, end, step, n). They
// are not held in memory.
func (sc *SparkContext) Range(bounds ...int) *RDD {
	start, step, n := 0, 1, sc.DefaultParallelism()
	var end int
	switch len(bounds) {
	case 1:
		end = bounds[0]
	case 2, 3, 4:
		start, end = bounds[0], bounds[1]
		if len(bounds) > 2 {
			step = bounds[2]
		}
		if len(bounds) > 3 {
			n = number("Range", bounds[3:], 0)
		}
	default:
		mistake("Range", "want (end), (start, end), (start, end, step) or (start, end, step, partitions)")
	}
	if step == 0 {
		mistake("Range", "step cannot be 0")
	}
	count := 0
	if start < end == (step > 0) && start != end {
		if count = (end - start) / step; (end-start)%step != 0 {
			count++
		}
	}
	shape := gofunc.LeafOf[int]()
	scan := &plan.Scan{Origin: sc.origin("range", mapRDD), Types: shape.Elems()}
	for i := range n {
		lo, hi := i*count/n, (i+1)*count/n
		scan.Splits = append(scan.Splits, &rangeSplit{first: start + lo*step, step: step, n: hi - lo})
	}
	return sc.newRDD(scan, shape)
}

// rangeSplit is n numbers from first on.
type rangeSplit struct{ first, step, n int }

var _ connector.Split = (*rangeSplit)(nil)

func (s *rangeSplit) Open(context.Context) (connector.Reader, error) {
	return &rangeReader{rangeSplit: *s, out: batch.New(min(s.n, batch.Size), reflect.TypeFor[int]())}, nil
}

func (s *rangeSplit) String() string { return fmt.Sprintf("range(%d numbers from %d)", s.n, s.first) }

type rangeReader struct {
	rangeSplit
	out *batch.Batch
}

func (r *rangeReader) Next() (*batch.Batch, error) {
	if r.n == 0 {
		return nil, io.EOF
	}
	v := r.out.Cols[0].(*batch.Vec[int])
	v.V = v.V[:0]
	for range min(r.n, batch.Size) {
		v.V = append(v.V, r.first)
		r.first += r.step
	}
	r.n -= len(v.V)
	r.out.N = len(v.V)
	return r.out, nil
}

func (r *rangeReader) Close() error { return nil }
