package session

import (
	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// ReduceByKey merges the values of each key with f, func(V, V) V, first within each partition and then across them. An
// optional n is the number of partitions of the result.
func (r *RDD) ReduceByKey(f any, n ...int) *RDD {
	p := r.keyed("ReduceByKey")
	value := p.shape.Value()
	p = p.packedValue("ReduceByKey")
	fn := check(gofunc.Reduce("ReduceByKey", f, p.shape.Value()))
	return p.aggregated("reduceByKey", "ReduceByKey", fn, n).unpackedValue("ReduceByKey", value)
}

// FoldByKey is ReduceByKey with a neutral zero value, used once for each key in each partition.
func (r *RDD) FoldByKey(zero, f any, n ...int) *RDD {
	p := r.keyed("FoldByKey")
	value := p.shape.Value()
	p = p.packedValue("FoldByKey")
	fn := check(gofunc.FoldBy("FoldByKey", zero, f, p.shape.Value()))
	return p.aggregated("foldByKey", "FoldByKey", fn, n).unpackedValue("FoldByKey", value)
}

// AggregateByKey folds the values of each key into an accumulator of another type: seqOp func(C, V) C adds a value,
// combOp func(C, C) C merges accumulators. Each group starts from a copy of zero.
func (r *RDD) AggregateByKey(zero, seqOp, combOp any, n ...int) *RDD {
	p := r.keyed("AggregateByKey").packedValue("AggregateByKey")
	fn := check(gofunc.AggregateBy("AggregateByKey", zero, seqOp, combOp, p.shape.Value()))
	return p.aggregated("aggregateByKey", "AggregateByKey", fn, n).unpackedValue("AggregateByKey", gofunc.Holds(fn.Out))
}

// CombineByKey is the general form: createCombiner func(V) C, mergeValue func(C, V) C, mergeCombiners func(C, C) C.
func (r *RDD) CombineByKey(createCombiner, mergeValue, mergeCombiners any, n ...int) *RDD {
	p := r.keyed("CombineByKey").packedValue("CombineByKey")
	fn := check(gofunc.CombineBy("CombineByKey", createCombiner, mergeValue, mergeCombiners, p.shape.Value()))
	return p.aggregated("combineByKey", "CombineByKey", fn, n).unpackedValue("CombineByKey", gofunc.Holds(fn.Out))
}

// GroupByKey collects the values of each key in a slice. All values move; ReduceByKey and its kin move one for each key
// and partition.
func (r *RDD) GroupByKey(n ...int) *RDD {
	p := r.keyed("GroupByKey").packedValue("GroupByKey")
	return p.aggregated("groupByKey", "GroupByKey", gofunc.Group(p.shape.Value().Elem), n)
}

// GroupBy collects the records for which f gives the same key.
func (r *RDD) GroupBy(f any, n ...int) *RDD {
	p := r.keyBy(r.sc.origin("groupBy", mapRDD), "GroupBy", f)
	requireHashable("GroupBy", "key", p.shape.Key())
	p = p.packedValue("GroupBy")
	return p.aggregated("groupBy", "GroupBy", gofunc.Group(p.shape.Value().Elem), n)
}

// aggregated adds an aggregation by key: combined before the exchange where that saves rows, in place where the keys are
// together already. r is pairs with one value column.
func (r *RDD) aggregated(op, method string, fn *gofunc.Aggregate, n []int) *RDD {
	keys := r.shape.Key().Width()
	out := gofunc.PairOf(r.shape.Key(), gofunc.Leaf(fn.Out))
	by := r.sc.partitioning(method, r.shape.Key(), n, r)
	if r.by != nil && r.by.Same(by) {
		return r.derived(&plan.Aggregate{Origin: r.sc.origin(op, mapRDD), Child: r.node, Keys: keys, Fn: fn}, out, true)
	}
	child, mode := r, plan.Complete
	if fn.Combine {
		child, mode = r.sc.newRDD(&plan.Aggregate{Origin: r.hidden(op), Child: r.node, Keys: keys, Fn: fn, Mode: plan.Partial}, out), plan.Final
	}
	x := child.exchanged(op, by)
	return x.derived(&plan.Aggregate{Origin: r.sc.origin(op, "ShuffledRDD"), Child: x.node, Keys: keys, Fn: fn, Mode: mode}, out, true)
}

// Distinct drops repeated records. An optional n is the number of partitions.
func (r *RDD) Distinct(n ...int) *RDD {
	requireHashable("Distinct", "record", r.shape)
	by := &plan.Hash{N: number("Distinct", n, r.GetNumPartitions()), Keys: r.shape.Width()}
	part := r.sc.newRDD(&plan.Aggregate{Origin: r.sc.origin("distinct", mapRDD), Child: r.node, Keys: r.shape.Width(), Mode: plan.Partial}, r.shape)
	x := part.exchanged("distinct", by)
	return r.sc.newRDD(&plan.Aggregate{Origin: r.sc.origin("distinct", mapRDD, "ShuffledRDD"), Child: x.node, Keys: r.shape.Width(), Mode: plan.Final}, r.shape)
}

// ReduceByKeyLocally is ReduceByKey with the result as a map.
func (r *RDD) ReduceByKeyLocally(f any) map[any]any {
	p := r.keyed("ReduceByKeyLocally").packedValue("ReduceByKeyLocally")
	fn := check(gofunc.Reduce("ReduceByKeyLocally", f, p.shape.Value()))
	out := map[any]any{}
	p.byKeyLocally("reduceByKeyLocally", "ReduceByKeyLocally", fn, func(k, v any) { out[k] = v })
	return out
}

// CountByKey counts the records of each key.
func (r *RDD) CountByKey() map[any]int64 {
	p := r.keyed("CountByKey")
	out := map[any]int64{}
	keys := p.project(p.hidden("countByKey"), 0, p.shape.Key().Width(), p.shape.Key())
	keys.counted("countByKey", "CountByKey", out)
	return out
}

// CountByValue counts equal records.
func (r *RDD) CountByValue() map[any]int64 {
	requireHashable("CountByValue", "record", r.shape)
	out := map[any]int64{}
	r.counted("countByValue", "CountByValue", out)
	return out
}

func (r *RDD) counted(op, method string, out map[any]int64) {
	pairs := &RDD{sc: r.sc, node: r.node, shape: gofunc.Shape{Parts: []gofunc.Shape{r.shape}}}
	pairs.byKeyLocally(op, method, gofunc.Count(nil), func(k, v any) { out[k] = v.(int64) })
}

// byKeyLocally aggregates by key within each partition, and then the results here.
func (r *RDD) byKeyLocally(name, method string, fn *gofunc.Aggregate, each func(k, v any)) {
	key := r.shape.Parts[0]
	part := &plan.Aggregate{Origin: r.hidden(name), Child: r.node, Keys: key.Width(), Fn: fn, Mode: plan.Partial}
	out := gofunc.PairOf(key, gofunc.Leaf(fn.Out))
	rows := r.sc.newRDD(part, out).batches(name)
	final := &plan.Aggregate{Origin: part.Origin, Child: part, Keys: key.Width(), Fn: fn, Mode: plan.Final}
	check0(method, func() error {
		return op.Drain(op.NewAggregate(final, op.InMemory(r.sc.scope().ctx, rows), &op.Task{Ctx: r.sc.scope().ctx}), func(b *batch.Batch) error {
			for i := range b.Rows() {
				k := key.Box(b, b.Row(i), 0)
				each(k, b.Cols[key.Width()].Any(b.Row(i)))
			}
			return nil
		})
	})
}
