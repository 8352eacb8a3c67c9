package session

import (
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

var (
	anyLeaf  = gofunc.LeafOf[any]()
	pairLeaf = gofunc.LeafOf[Pair]()
)

func sliceOf(s gofunc.Shape) reflect.Type { return reflect.SliceOf(s.GoType()) }

// pairs is r as an RDD of pairs. Records of type any may turn out to be pairs; other records are the user's mistake.
func (r *RDD) pairs(method string) *RDD {
	switch {
	case r.shape.IsPair():
		return r
	case r.shape.Same(anyLeaf) || r.shape.Same(pairLeaf):
		return r.mapped(r.hidden(method), gofunc.Unpack(method, r.shape, gofunc.PairOf(anyLeaf, anyLeaf)))
	}
	t := gofunc.TypeName(r.shape.GoType())
	mistake(method, "want an RDD of pairs, have %s; make pairs with .Map(func(x %s) (K, V) { return key, value }) or .KeyBy(func(x %s) K { … })", r.ShellType(), t, t)
	return nil
}

// keyed is r as pairs whose keys can be compared.
func (r *RDD) keyed(method string) *RDD {
	p := r.pairs(method)
	requireHashable(method, "key", p.shape.Key())
	return p
}

func requireHashable(method, what string, s gofunc.Shape) {
	for _, t := range s.Elems() {
		if !batch.Hashable(t) {
			mistake(method, "a %s of type %s cannot be compared; use a %s without maps and functions", what, gofunc.TypeName(t), what)
		}
	}
}

// packedValue is r, pairs, with the value in one column.
func (r *RDD) packedValue(method string) *RDD {
	v := r.shape.Value()
	if v.Optional {
		return r.cast(method, gofunc.PairOf(r.shape.Key(), anyLeaf))
	}
	if !v.IsTuple() {
		return r
	}
	p := r.mapped(r.hidden(method), gofunc.OnValues(gofunc.Pack(v), r.shape, false))
	p.by = r.by
	return p
}

// unpackedValue undoes packedValue: the value is of shape v again, as far as there are columns for it.
func (r *RDD) unpackedValue(method string, v gofunc.Shape) *RDD {
	if !v.IsTuple() {
		return r
	}
	inner := r.node.From() // its RDD is the new node's, which is the one the user gets
	o := &plan.Origin{ID: inner.ID, Op: inner.Op, Site: inner.Site, Kind: inner.Kind, Below: inner.Below}
	inner.Kind, inner.Below, inner.ID = "", nil, -1
	u := r.mapped(o, gofunc.OnValues(gofunc.Unpack(method, r.shape.Value(), v), r.shape, false))
	u.by = r.by
	return u
}

// project is the RDD of some of r's columns.
func (r *RDD) project(o *plan.Origin, from, width int, s gofunc.Shape) *RDD {
	cols := make([]int, width)
	for i := range cols {
		cols[i] = from + i
	}
	return r.sc.newRDD(&plan.Project{Origin: o, Child: r.node, Cols: cols}, s)
}

// Keys is the keys of pairs.
func (r *RDD) Keys() *RDD {
	p := r.pairs("Keys")
	return p.project(r.sc.origin("keys", mapRDD), 0, p.shape.Key().Width(), p.shape.Key())
}

// Values is the values of pairs.
func (r *RDD) Values() *RDD {
	p := r.pairs("Values")
	return p.project(r.sc.origin("values", mapRDD), p.shape.Key().Width(), p.shape.Value().Width(), p.shape.Value())
}

// MapValues applies f to the values; keys and their partitions stay.
func (r *RDD) MapValues(f any) *RDD {
	p := r.pairs("MapValues")
	fn := check(gofunc.Map("MapValues", f, p.shape.Value()))
	m := p.mapped(r.sc.origin("mapValues", mapRDD), gofunc.OnValues(fn, p.shape, false))
	m.by = r.by
	return m
}

// FlatMapValues applies f, which returns a slice, to the values, and repeats the key for each result.
func (r *RDD) FlatMapValues(f any) *RDD {
	p := r.pairs("FlatMapValues")
	fn := check(gofunc.FlatMap("FlatMapValues", f, p.shape.Value()))
	m := p.mapped(r.sc.origin("flatMapValues", mapRDD), gofunc.OnValues(fn, p.shape, true))
	m.by = r.by
	return m
}
