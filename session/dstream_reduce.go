package session

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

var int64Leaf = gofunc.LeafOf[int64]()

// Count is the number of records of each batch, 0 for an empty one.
func (d *DStream) Count() *DStream { return d.each("count", countRecords) }

// countRecords counts each partition, and then adds up the counts in one.
func countRecords(r *RDD) *RDD {
	partial := r.sc.newRDD(&plan.MapPartitions{Origin: r.hidden("count"), Child: r.node, Types: int64Leaf.Elems(), New: totals(
		func(b *batch.Batch) int64 { return int64(b.Rows()) })}, int64Leaf)
	one := partial.exchanged("count", &plan.RoundRobin{N: 1})
	return r.sc.newRDD(&plan.MapPartitions{Origin: r.sc.origin("count", mapRDD), Child: one.node, Types: int64Leaf.Elems(), New: totals(
		func(b *batch.Batch) (n int64) {
			for i, v := 0, batch.Col[int64](b, 0); i < b.Rows(); i++ {
				n += v[b.Row(i)]
			}
			return n
		})}, int64Leaf)
}

// totals makes one row of a partition: the sum of a number of each batch.
func totals(of func(*batch.Batch) int64) func(context.Context, int, plan.Batches) (plan.Batches, error) {
	return func(_ context.Context, _ int, in plan.Batches) (plan.Batches, error) {
		return once(func() (*batch.Batch, error) {
			var n int64
			for {
				b, err := in()
				if err == io.EOF {
					return batch.Of(batch.VecOf([]int64{n})), nil
				}
				if err != nil {
					return nil, err
				}
				n += of(b)
			}
		}), nil
	}
}

// Reduce combines the records of each batch with f: func(T, T) T. An empty batch gives nothing.
func (d *DStream) Reduce(f any) *DStream {
	return d.each("reduce", func(r *RDD) *RDD { return reduceRecords(r, "Reduce", f) })
}

func reduceRecords(r *RDD, method string, f any) *RDD {
	p := r.packed("reduce")
	fn := check(gofunc.Reduce(method, f, p.shape))
	partial := r.sc.newRDD(&plan.Aggregate{Origin: r.hidden("reduce"), Child: p.node, Fn: fn, Mode: plan.Partial}, gofunc.Leaf(fn.Out))
	one := partial.exchanged("reduce", &plan.RoundRobin{N: 1})
	out := r.sc.newRDD(&plan.Aggregate{Origin: r.sc.origin("reduce", mapRDD), Child: one.node, Fn: fn, Mode: plan.Final}, gofunc.Leaf(fn.Out))
	if !r.shape.IsTuple() || out.shape.Elem != r.shape.GoType() {
		return out
	}
	return out.mapped(r.hidden("reduce"), gofunc.Unpack(method, out.shape, r.shape))
}

// CountByValue counts how often each record occurs in a batch: pairs of the record and its count.
func (d *DStream) CountByValue(partitions ...int) *DStream {
	n := d.parallelism(partitions)
	return d.each("countByValue", func(r *RDD) *RDD {
		requireHashable("CountByValue", "record", r.shape)
		return ones(r).ReduceByKey(addInt64, n)
	})
}

func addInt64(a, b int64) int64      { return a + b }
func subtractInt64(a, b int64) int64 { return a - b }

// ones makes pairs of a record and 1.
func ones(r *RDD) *RDD {
	out := gofunc.PairOf(r.shape, int64Leaf)
	return r.sc.newRDD(&plan.MapPartitions{Origin: r.hidden("countByValue"), Child: r.node, Types: out.Elems(),
		New: passing(func(b *batch.Batch) (*batch.Batch, error) {
			one := make([]int64, b.N)
			for i := range one {
				one[i] = 1
			}
			return &batch.Batch{N: b.N, Sel: b.Sel, Cols: append(append([]batch.Vector(nil), b.Cols...), batch.VecOf(one))}, nil
		})}, out)
}

// sameKey makes pairs of one key and the record.
func sameKey(r *RDD) *RDD {
	out := gofunc.PairOf(gofunc.LeafOf[int](), r.shape)
	return r.sc.newRDD(&plan.MapPartitions{Origin: r.hidden("map"), Child: r.node, Types: out.Elems(),
		New: passing(func(b *batch.Batch) (*batch.Batch, error) {
			return &batch.Batch{N: b.N, Sel: b.Sel, Cols: append([]batch.Vector{batch.VecOf(make([]int, b.N))}, b.Cols...)}, nil
		})}, out)
}
