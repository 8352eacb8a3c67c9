package session

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

const mapRDD = "MapPartitionsRDD" // the kind of most RDDs in Spark's lineage

// Map applies f to every record. f takes the record, or a pair's key and value; two results make a pair.
func (r *RDD) Map(f any) *RDD {
	fn := check(gofunc.Map("Map", f, r.shape))
	return r.mapped(r.sc.origin("map", mapRDD), fn)
}

// FlatMap applies f, which returns a slice, to every record, and strings the results together. A slice of Pair makes pairs.
func (r *RDD) FlatMap(f any) *RDD {
	fn := check(gofunc.FlatMap("FlatMap", f, r.shape))
	return r.mapped(r.sc.origin("flatMap", mapRDD), fn)
}

// Filter keeps the records for which f is true.
func (r *RDD) Filter(f any) *RDD {
	fn := check(gofunc.Filter("Filter", f, r.shape))
	return r.derived(&plan.TypedFilter{Origin: r.sc.origin("filter", mapRDD), Child: r.node, Fn: fn}, r.shape, true)
}

// KeyBy makes pairs of f's result and the record.
func (r *RDD) KeyBy(f any) *RDD {
	return r.keyBy(r.sc.origin("keyBy", mapRDD), "KeyBy", f)
}

func (r *RDD) keyBy(o *plan.Origin, method string, f any) *RDD {
	return r.mapped(o, gofunc.WithKey(check(gofunc.Map(method, f, r.shape)), r.shape))
}

// MapPartitions applies f to whole partitions: func([]T) []U. Either slice may be an iterator instead, iter.Seq[T], or
// iter.Seq2[K, V] for pairs; an iterator that is read to the end is read batch by batch. What f returns is held in memory.
func (r *RDD) MapPartitions(f any) *RDD {
	return r.mapPartitions("mapPartitions", "MapPartitions", f, false)
}

// MapPartitionsWithIndex is MapPartitions with the partition's number as f's first parameter.
func (r *RDD) MapPartitionsWithIndex(f any) *RDD {
	return r.mapPartitions("mapPartitionsWithIndex", "MapPartitionsWithIndex", f, true)
}

// MapPartitionsWithSplit is the old name of MapPartitionsWithIndex.
func (r *RDD) MapPartitionsWithSplit(f any) *RDD { return r.MapPartitionsWithIndex(f) }

func (r *RDD) mapPartitions(name, method string, f any, index bool) *RDD {
	fn := check(gofunc.OnPartition(method, f, r.shape, index, true))
	o := r.sc.origin(name, mapRDD)
	return r.sc.newRDD(&plan.MapPartitions{Origin: o, Child: r.node, Types: fn.Out.Elems(),
		New: func(ctx context.Context, p int, in plan.Batches) (plan.Batches, error) {
			run := fn.New(ctx)
			return once(func() (*batch.Batch, error) {
				return partitionRows(o, run, p, in)
			}), nil
		}}, fn.Out)
}

// partitionRows runs a partition function; an error that is not its input's is the function's.
func partitionRows(o *plan.Origin, run func(int, gofunc.Batches) (*batch.Batch, error), p int, in plan.Batches) (*batch.Batch, error) {
	var below error
	b, err := run(p, func() (*batch.Batch, error) {
		b, err := in()
		if err != nil && err != io.EOF {
			below = err
		}
		return b, err
	})
	if err != nil && below == nil {
		err = &op.UserError{Where: o, Value: err}
	}
	return b, err
}

// once yields one batch, in pieces of the usual size.
func once(make func() (*batch.Batch, error)) plan.Batches {
	var all *batch.Batch
	at := 0
	return func() (*batch.Batch, error) {
		if all == nil {
			b, err := make()
			if err != nil {
				return nil, err
			}
			all = b
		}
		if at >= all.N {
			return nil, io.EOF
		}
		hi := min(at+batch.Size, all.N)
		b := all.View(at, hi)
		at = hi
		return b, nil
	}
}

// Glom makes one record of each partition: the slice of its records.
func (r *RDD) Glom() *RDD {
	packed := r.packed("glom")
	out := gofunc.Leaf(sliceOf(packed.shape))
	return r.sc.newRDD(&plan.MapPartitions{Origin: r.sc.origin("glom", mapRDD), Child: packed.node, Types: out.Elems(),
		New: func(_ context.Context, _ int, in plan.Batches) (plan.Batches, error) {
			return once(func() (*batch.Batch, error) {
				all, err := readAll(in, packed.shape)
				if err != nil {
					return nil, err
				}
				b := out.NewBatch(1)
				b.Cols[0].AppendAny(all.Cols[0].Values().Interface())
				b.N = 1
				return b, nil
			}), nil
		}}, out)
}

// readAll copies a partition into one batch.
func readAll(in plan.Batches, s gofunc.Shape) (*batch.Batch, error) {
	all := s.NewBatch(0)
	for {
		b, err := in()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if b.Rows() > 0 {
			all.Append(b)
		}
	}
}

// packed is r with each record in one column.
func (r *RDD) packed(op string) *RDD {
	switch {
	case r.shape.IsTuple():
		return r.mapped(r.hidden(op), gofunc.Pack(r.shape))
	case r.shape.Optional: // a slice of Go values has no place for what is missing
		return r.cast(op, anyLeaf)
	}
	return r
}
