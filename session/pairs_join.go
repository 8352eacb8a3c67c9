package session

import (
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// Join pairs the values of keys that are in both RDDs: (k, (v, w)). An optional n is the number of partitions.
func (r *RDD) Join(o *RDD, n ...int) *RDD { return r.joined("join", "Join", plan.Inner, o, n) }

// LeftOuterJoin is Join that keeps keys without a match: (k, (v, w)) where w may be missing. A function takes a pointer, or
// any, for what may be missing; it prints as Some(w) or None.
func (r *RDD) LeftOuterJoin(o *RDD, n ...int) *RDD {
	return r.joined("leftOuterJoin", "LeftOuterJoin", plan.LeftOuter, o, n)
}

// RightOuterJoin keeps the keys of o without a match: (k, (v, w)) where v may be missing.
func (r *RDD) RightOuterJoin(o *RDD, n ...int) *RDD {
	return r.joined("rightOuterJoin", "RightOuterJoin", plan.RightOuter, o, n)
}

// FullOuterJoin keeps all keys; either value may be missing.
func (r *RDD) FullOuterJoin(o *RDD, n ...int) *RDD {
	return r.joined("fullOuterJoin", "FullOuterJoin", plan.FullOuter, o, n)
}

// together brings pairs under one key type and partitioning. keep says that the values' types matter as well.
func together(op, method string, n []int, rs ...*RDD) (plan.Partitioning, []*RDD) {
	for i, r := range rs {
		rs[i] = r.keyed(method)
	}
	key := rs[0].shape.Key()
	for _, r := range rs[1:] {
		k, ok := gofunc.Common(key, r.shape.Key())
		if !ok || !k.Same(key) && !hasAny(key) && !hasAny(r.shape.Key()) {
			mistake(method, "the keys differ: %s and %s", rs[0].ShellType(), r.ShellType())
		}
		key = k
	}
	for i, r := range rs {
		rs[i] = r.cast(method, gofunc.PairOf(key, r.shape.Value()))
	}
	return rs[0].sc.partitioning(method, key, n, rs...), rs
}

func hasAny(s gofunc.Shape) bool {
	for _, t := range s.Elems() {
		if t == anyLeaf.Elem {
			return true
		}
	}
	return false
}

func (r *RDD) joined(op, method string, t plan.JoinType, o *RDD, n []int) *RDD {
	by, rs := together(op, method, n, r, o)
	l, w := rs[0], rs[1]
	left, right := l.shape.Value(), w.shape.Value()
	if t == plan.RightOuter || t == plan.FullOuter {
		l = l.packedValue(method)
		left = gofunc.Opt(left)
		l = l.cast(method, gofunc.PairOf(l.shape.Key(), required(left)))
	}
	if t == plan.LeftOuter || t == plan.FullOuter {
		w = w.packedValue(method)
		right = gofunc.Opt(right)
		w = w.cast(method, gofunc.PairOf(w.shape.Key(), required(right)))
	}
	key := l.shape.Key()
	j := &plan.Join{Left: l.exchanged(op, by).node, Right: w.exchanged(op, by).node, Keys: key.Width(), Type: t,
		Origin: r.sc.origin(op, mapRDD, mapRDD, "CoGroupedRDD")}
	out := r.sc.newRDD(j, gofunc.PairOf(key, gofunc.PairOf(left, right)))
	out.by = by
	return out
}

func required(s gofunc.Shape) gofunc.Shape {
	s.Optional = false
	return s
}

// Cogroup collects, for each key of any of the RDDs, the values of each: (k, (vs, ws)), or (k, (vs, ws, xs)) and so on. A
// last argument may be the number of partitions.
func (r *RDD) Cogroup(others ...any) *RDD { return r.cogrouped("cogroup", "Cogroup", others) }

// CoGroup is Cogroup.
func (r *RDD) CoGroup(others ...any) *RDD { return r.cogrouped("cogroup", "CoGroup", others) }

// GroupWith is Cogroup.
func (r *RDD) GroupWith(others ...any) *RDD { return r.cogrouped("groupWith", "GroupWith", others) }

func (r *RDD) cogrouped(op, method string, others []any) *RDD {
	rs := []*RDD{r}
	var n []int
	for i, o := range others {
		switch x := o.(type) {
		case *RDD:
			rs = append(rs, x)
			continue
		case int:
			if i == len(others)-1 {
				n = []int{x}
				continue
			}
		}
		mistake(method, "want RDDs of pairs and perhaps a number of partitions, have %T", o)
	}
	if len(rs) == 1 {
		mistake(method, "want at least one other RDD")
	}
	by, rs := together(op, method, n, rs...)
	key := rs[0].shape.Key()
	cg := &plan.CoGroup{Keys: key.Width()}
	values := gofunc.Shape{}
	for _, x := range rs {
		x = x.packedValue(method)
		values.Parts = append(values.Parts, gofunc.Leaf(sliceOf(x.shape.Value())))
		cg.Inputs = append(cg.Inputs, x.exchanged(op, by).node)
	}
	cg.Origin = r.sc.origin(op, mapRDD, "CoGroupedRDD")
	out := r.sc.newRDD(cg, gofunc.PairOf(key, values))
	out.by = by
	return out
}

// SubtractByKey keeps the pairs whose key is not in o.
func (r *RDD) SubtractByKey(o *RDD, n ...int) *RDD {
	by, rs := together("subtractByKey", "SubtractByKey", n, r, o)
	l, w := rs[0], rs[1]
	out := r.sc.newRDD(&plan.Join{Left: l.exchanged("subtractByKey", by).node, Right: w.exchanged("subtractByKey", by).node,
		Keys: l.shape.Key().Width(), Type: plan.LeftAnti, Origin: r.sc.origin("subtractByKey", "SubtractedRDD")}, l.shape)
	out.by = by
	return out
}

// Subtract keeps the records that are not in o, with their repetitions.
func (r *RDD) Subtract(o *RDD, n ...int) *RDD {
	rs := alike("Subtract", r, o)
	requireHashable("Subtract", "record", rs[0].shape)
	by := &plan.Hash{N: number("Subtract", n, r.GetNumPartitions()), Keys: rs[0].shape.Width()}
	l := rs[0].recordsTo("subtract", by)
	w := rs[1].recordsTo("subtract", by)
	return r.sc.newRDD(&plan.Join{Left: l.node, Right: w.node, Keys: by.Keys, Type: plan.LeftAnti,
		Origin: r.sc.origin("subtract", mapRDD, "SubtractedRDD")}, rs[0].shape)
}

// Intersection keeps one of each record that is in both RDDs.
func (r *RDD) Intersection(o *RDD, n ...int) *RDD {
	rs := alike("Intersection", r, o)
	requireHashable("Intersection", "record", rs[0].shape)
	by := &plan.Hash{N: number("Intersection", n, max(r.GetNumPartitions(), o.GetNumPartitions())), Keys: rs[0].shape.Width()}
	l := rs[0].recordsTo("intersection", by)
	w := rs[1].recordsTo("intersection", by)
	distinct := &plan.Aggregate{Origin: r.hidden("intersection"), Child: l.node, Keys: by.Keys}
	return r.sc.newRDD(&plan.Join{Left: distinct, Right: w.node, Keys: by.Keys, Type: plan.LeftSemi,
		Origin: r.sc.origin("intersection", mapRDD, mapRDD, mapRDD, "CoGroupedRDD")}, rs[0].shape)
}

// recordsTo moves records, each its own key, and drops repetitions before they are moved where only presence counts.
func (r *RDD) recordsTo(op string, by *plan.Hash) *RDD {
	cols := make([]int, by.Keys)
	for i := range cols {
		cols[i] = i
	}
	keyed := r.sc.newRDD(&plan.Project{Origin: r.sc.origin(op, mapRDD), Child: r.node, Cols: cols}, r.shape)
	return keyed.exchanged(op, by)
}
