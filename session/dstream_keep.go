package session

import (
	"context"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// rows is a partition held in memory.
type rows = []*batch.Batch

// compute runs a job that yields all rows of r, by partition.
func (sc *SparkContext) compute(method string, r *RDD) []rows {
	parts := sc.run(method, r, nil, func(t *op.Task, o op.Operator) (any, error) {
		var kept rows
		err := op.Drain(o, func(b *batch.Batch) error {
			if n := len(kept); n > 0 && kept[n-1].N+b.Rows() <= batch.Size {
				kept[n-1].Append(b)
			} else {
				kept = append(kept, b.Clone())
			}
			return nil
		})
		return kept, err
	})
	all := make([]rows, len(parts))
	for i, p := range parts {
		all[i] = p.(rows)
	}
	return all
}

// held is the RDD of rows in memory that are partitioned as like is.
func (sc *SparkContext) held(method string, like *RDD, parts []rows) *RDD {
	splits := make([]connector.Split, len(parts))
	for i, p := range parts {
		splits[i] = &connector.MemorySplit{Batches: p}
	}
	r := sc.newRDD(&plan.Scan{Origin: sc.origin(method, mapRDD), Splits: splits, Types: like.shape.Elems()}, like.shape)
	r.by = like.by
	return r
}

// materialise is r computed: an RDD of rows in memory, which remembers nothing of how they came about.
func (sc *SparkContext) materialise(method string, r *RDD) *RDD {
	if memory(r) != nil {
		return r
	}
	return sc.held(method, r, sc.compute(method, r))
}

// memory is the rows of an RDD that is in memory as it is, nil for others.
func memory(r *RDD) []rows {
	s, ok := r.node.(*plan.Scan)
	if !ok {
		return nil
	}
	parts := make([]rows, len(s.Splits))
	for i, sp := range s.Splits {
		m, ok := sp.(*connector.MemorySplit)
		if !ok {
			return nil
		}
		parts[i] = m.Batches
	}
	return parts
}

// unite is the records of several RDDs. Those that are in memory and partitioned alike stay so, partition by partition;
// so a window of many batches has no more tasks than one.
func (sc *SparkContext) unite(rs []*RDD) *RDD {
	if len(rs) == 1 {
		return rs[0]
	}
	rs = alike("union", rs...)
	if m := sc.merged(rs); m != nil {
		return m
	}
	u := &plan.Union{Origin: sc.origin("union", "UnionRDD"), Types: rs[0].shape.Elems()}
	for _, r := range rs {
		u.Inputs = append(u.Inputs, r.node)
	}
	return sc.newRDD(u, rs[0].shape)
}

func (sc *SparkContext) merged(rs []*RDD) *RDD {
	var parts []rows
	for i, r := range rs {
		m := memory(r)
		if m == nil || r.by == nil || !r.by.Same(rs[0].by) {
			return nil
		}
		if i == 0 {
			parts = make([]rows, len(m))
		}
		for p := range m {
			parts[p] = append(parts[p], m[p]...)
		}
	}
	return sc.held("union", rs[0], parts)
}

// cached is r with its rows kept once they were computed, for as long as r is in use.
func (r *RDD) cached() *RDD {
	if memory(r) != nil {
		return r
	}
	c := r.sc.newRDD(&plan.Cache{Origin: r.sc.origin(r.node.From().Op, r.node.From().Kind), Child: r.node, Level: MemoryOnly.Description()}, r.shape)
	c.by = r.by
	return c
}

// uncached drops the rows of what cached made.
func (r *RDD) uncached() {
	if c, ok := r.node.(*plan.Cache); ok {
		r.sc.sched.Unpersist(c)
	}
}

// passing makes a node that computes batches from the batches of a partition.
func passing(f func(*batch.Batch) (*batch.Batch, error)) func(context.Context, int, plan.Batches) (plan.Batches, error) {
	return func(_ context.Context, _ int, in plan.Batches) (plan.Batches, error) {
		return func() (*batch.Batch, error) {
			b, err := in()
			if err != nil {
				return nil, err
			}
			return f(b)
		}, nil
	}
}
