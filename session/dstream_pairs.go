package session

// parallelism is the number of partitions that Spark's operations on streams of pairs make when none is given.
func (d *DStream) parallelism(n []int) int {
	if len(n) > 0 {
		return n[0]
	}
	return d.ssc.sc.DefaultParallelism()
}

// ReduceByKey combines the values of each key in a batch with f: func(V, V) V.
func (d *DStream) ReduceByKey(f any, partitions ...int) *DStream {
	n := d.parallelism(partitions)
	return d.each("reduceByKey", func(r *RDD) *RDD { return r.ReduceByKey(f, n) })
}

// GroupByKey collects the values of each key in a batch into a slice. To combine values, ReduceByKey moves fewer records.
func (d *DStream) GroupByKey(partitions ...int) *DStream {
	n := d.parallelism(partitions)
	return d.each("groupByKey", func(r *RDD) *RDD { return r.GroupByKey(n) })
}

// CombineByKey combines the values of each key in a batch into a C: createCombiner func(V) C, mergeValue func(C, V) C,
// mergeCombiners func(C, C) C.
func (d *DStream) CombineByKey(createCombiner, mergeValue, mergeCombiners any, partitions ...int) *DStream {
	n := d.parallelism(partitions)
	return d.each("combineByKey", func(r *RDD) *RDD { return r.CombineByKey(createCombiner, mergeValue, mergeCombiners, n) })
}

// MapValues applies f to the values of pairs; the keys stay.
func (d *DStream) MapValues(f any) *DStream {
	return d.each("mapValues", func(r *RDD) *RDD { return r.MapValues(f) })
}

// FlatMapValues applies f, which returns a slice, to the values of pairs, and repeats the key for each result.
func (d *DStream) FlatMapValues(f any) *DStream {
	return d.each("flatMapValues", func(r *RDD) *RDD { return r.FlatMapValues(f) })
}

// PartitionBy moves the pairs of a batch to the partitions of their keys: a number of partitions, with a function if you
// like, or a Partitioner.
func (d *DStream) PartitionBy(n any, f ...any) *DStream {
	return d.each("partitionBy", func(r *RDD) *RDD { return r.PartitionBy(n, f...) })
}

// Cogroup makes, for each key of a batch of either stream, a record of the values of both: (k, (left, right)).
func (d *DStream) Cogroup(other *DStream, partitions ...int) *DStream {
	n := d.parallelism(partitions)
	return d.both("cogroup", other, func(l, r *RDD) *RDD { return l.Cogroup(r, n) })
}

// Join pairs the values of each key that both streams have in a batch: (k, (left, right)).
func (d *DStream) Join(other *DStream, partitions ...int) *DStream {
	n := d.parallelism(partitions)
	return d.both("join", other, func(l, r *RDD) *RDD { return l.Join(r, n) })
}

// LeftOuterJoin is Join that keeps the records of d without a match.
func (d *DStream) LeftOuterJoin(other *DStream, partitions ...int) *DStream {
	n := d.parallelism(partitions)
	return d.both("leftOuterJoin", other, func(l, r *RDD) *RDD { return l.LeftOuterJoin(r, n) })
}

// RightOuterJoin is Join that keeps the records of the other stream without a match.
func (d *DStream) RightOuterJoin(other *DStream, partitions ...int) *DStream {
	n := d.parallelism(partitions)
	return d.both("rightOuterJoin", other, func(l, r *RDD) *RDD { return l.RightOuterJoin(r, n) })
}

// FullOuterJoin is Join that keeps the records of both streams without a match.
func (d *DStream) FullOuterJoin(other *DStream, partitions ...int) *DStream {
	n := d.parallelism(partitions)
	return d.both("fullOuterJoin", other, func(l, r *RDD) *RDD { return l.FullOuterJoin(r, n) })
}
