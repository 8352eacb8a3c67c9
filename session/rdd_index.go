package session

import (
	"context"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// ZipWithIndex pairs each record with its position, an int. If there are several partitions it runs a job now, which
// counts them.
func (r *RDD) ZipWithIndex() *RDD {
	starts := make([]int64, r.GetNumPartitions())
	if len(starts) > 1 {
		parts := make([]int, len(starts)-1)
		for i := range parts {
			parts[i] = i
		}
		for i, n := range r.counts("zipWithIndex", parts) {
			starts[i+1] = starts[i] + n
		}
	}
	return r.numbered("zipWithIndex", "ZippedWithIndexRDD", func(p int, i int64) int64 { return starts[p] + i })
}

// ZipWithUniqueID pairs each record with a number of its own, an int: the k-th of partition p of n gets k*n+p. No job runs.
func (r *RDD) ZipWithUniqueID() *RDD {
	n := int64(r.GetNumPartitions())
	return r.numbered("zipWithUniqueId", mapRDD, func(p int, i int64) int64 { return i*n + int64(p) })
}

// ZipWithUniqueId is ZipWithUniqueID.
func (r *RDD) ZipWithUniqueId() *RDD { return r.ZipWithUniqueID() }

func (r *RDD) numbered(op, kind string, number func(p int, i int64) int64) *RDD {
	out := gofunc.PairOf(r.shape, gofunc.LeafOf[int]())
	return r.sc.newRDD(&plan.MapPartitions{Origin: r.sc.origin(op, kind), Child: r.node, Types: out.Elems(),
		New: func(_ context.Context, p int, in plan.Batches) (plan.Batches, error) {
			var i int64
			return func() (*batch.Batch, error) {
				b, err := in()
				if err != nil {
					return nil, err
				}
				b = b.Clone() // a row may be selected twice, and then has two numbers
				ids := make([]int, b.N)
				for k := range ids {
					ids[k] = int(number(p, i))
					i++
				}
				return batch.Of(append(b.Cols, batch.VecOf(ids))...), nil
			}, nil
		}}, out)
}
