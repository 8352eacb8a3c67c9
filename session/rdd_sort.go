package session

import (
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// SortBy sorts records by the key that f gives: SortBy(f), SortBy(f, ascending), SortBy(f, ascending, n).
func (r *RDD) SortBy(f any, options ...any) *RDD {
	asc, n := sortOptions("SortBy", options, r.GetNumPartitions())
	keyed := r.keyBy(r.sc.origin("sortBy", mapRDD), "SortBy", f)
	keyed = keyed.packedKey("SortBy")
	sorted := keyed.sorted(r.hidden("sortBy"), "SortBy", asc, n)
	key := keyed.shape.Key().Width()
	return sorted.project(r.sc.origin("sortBy", mapRDD, "ShuffledRDD"), key, r.shape.Width(), r.shape)
}

// SortByKey sorts pairs by key: SortByKey(), SortByKey(ascending), SortByKey(ascending, n), SortByKey(ascending, n, keyFunc).
func (r *RDD) SortByKey(options ...any) *RDD {
	p := r.pairs("SortByKey")
	var f any
	if len(options) == 3 {
		f, options = options[2], options[:2]
	}
	asc, n := sortOptions("SortByKey", options, r.GetNumPartitions())
	if f == nil && !p.shape.Key().IsTuple() {
		return p.sorted(r.sc.origin("sortByKey", "ShuffledRDD"), "SortByKey", asc, n)
	}
	s := p.withSortKey("SortByKey", f).sorted(r.hidden("sortByKey"), "SortByKey", asc, n)
	return s.project(r.sc.origin("sortByKey", "ShuffledRDD"), 1, p.shape.Width(), p.shape)
}

// RepartitionAndSortWithinPartitions moves pairs to the partitions of their keys and sorts each partition by key:
// (n), (n, partitionFunc), (n, partitionFunc, ascending), (n, partitionFunc, ascending, keyFunc).
func (r *RDD) RepartitionAndSortWithinPartitions(n any, options ...any) *RDD {
	const method = "RepartitionAndSortWithinPartitions"
	p := r.keyed(method)
	var partition, key any
	asc := true
	if len(options) > 0 {
		partition = options[0]
	}
	if len(options) > 1 {
		asc, _ = sortOptions(method, options[1:2], 0)
	}
	if len(options) > 2 {
		key = options[2]
	}
	by := p.userPartitioning(method, n, partition)
	x := p.exchanged("repartitionAndSortWithinPartitions", by)
	if key == nil && !p.shape.Key().IsTuple() {
		rangePartitioning(1, 0, false, p.shape.Key().Elem, method)
		return x.derived(&plan.Sort{Child: x.node, Desc: !asc, Origin: r.sc.origin("repartitionAndSortWithinPartitions", "ShuffledRDD")}, p.shape, true)
	}
	k := x.withSortKey(method, key)
	rangePartitioning(1, 0, false, k.shape.Key().Elem, method)
	s := k.derived(&plan.Sort{Child: k.node, Desc: !asc, Origin: r.hidden("repartitionAndSortWithinPartitions")}, k.shape, false)
	out := s.project(r.sc.origin("repartitionAndSortWithinPartitions", "ShuffledRDD"), 1, p.shape.Width(), p.shape)
	out.by = by
	return out
}

func sortOptions(method string, options []any, n int) (asc bool, parts int) {
	asc, parts = true, max(n, 1)
	for i, o := range options {
		switch x := o.(type) {
		case bool:
			if i == 0 {
				asc = x
				continue
			}
		case int:
			parts = number(method, []int{x}, 0)
			continue
		case nil:
			continue
		}
		mistake(method, "want ascending (a bool) and then a number of partitions, have %T", o)
	}
	return asc, parts
}

// withSortKey puts one column before pairs: the key, or what f makes of it.
func (r *RDD) withSortKey(method string, f any) *RDD {
	key := r.shape.Key()
	var fn *gofunc.Transform
	if f == nil {
		fn = gofunc.Pack(key)
	} else {
		fn = check(gofunc.Map(method, f, key))
	}
	return r.mapped(r.hidden(method), gofunc.WithKey(fn, r.shape)).packedKey(method)
}

// packedKey is pairs with a key of one column.
func (r *RDD) packedKey(method string) *RDD {
	key := r.shape.Key()
	if !key.IsTuple() {
		return r
	}
	p := r.mapped(r.hidden(method), gofunc.WithKey(gofunc.Pack(key), r.shape))
	w := 1 + key.Width()
	cols := []int{0}
	for c := w; c < p.shape.Width(); c++ {
		cols = append(cols, c)
	}
	return r.sc.newRDD(&plan.Project{Origin: r.hidden(method), Child: p.node, Cols: cols}, gofunc.PairOf(gofunc.Leaf(key.GoType()), r.shape.Value()))
}

// sorted sorts pairs by their first column over n partitions.
func (r *RDD) sorted(o *plan.Origin, method string, asc bool, n int) *RDD {
	by := rangePartitioning(n, 0, !asc, r.shape.Elems()[0], method)
	x := &plan.Exchange{Origin: r.hidden(o.Op), Child: r.node, By: by}
	return r.sc.newRDD(&plan.Sort{Origin: o, Child: x, Desc: !asc}, r.shape)
}
