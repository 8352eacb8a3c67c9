package session

import (
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// Reduce merges all records with f, func(T, T) T, in each partition and then across them. An empty RDD is an error.
func (r *RDD) Reduce(f any) any { return r.reduce("reduce", "Reduce", f) }

// TreeReduce is Reduce: results are merged in one process, where a tree saves nothing.
func (r *RDD) TreeReduce(f any, depth ...int) any { return r.reduce("treeReduce", "TreeReduce", f) }

func (r *RDD) reduce(name, method string, f any) any {
	p := r.packed(name)
	return p.folded(name, method, check(gofunc.Reduce(method, f, p.shape)))
}

// Fold is Reduce with a neutral zero value, which is used once for each partition and once more for the result.
func (r *RDD) Fold(zero, f any) any {
	p := r.packed("fold")
	return p.folded("fold", "Fold", check(gofunc.FoldBy("Fold", zero, f, p.shape)))
}

// Aggregate folds records into a value of another type: seqOp func(C, T) C adds a record, combOp func(C, C) C merges. Each
// partition, and the result, starts from a copy of zero.
func (r *RDD) Aggregate(zero, seqOp, combOp any) any {
	return r.aggregate("aggregate", "Aggregate", zero, seqOp, combOp)
}

// TreeAggregate is Aggregate, as TreeReduce is Reduce.
func (r *RDD) TreeAggregate(zero, seqOp, combOp any, depth ...int) any {
	return r.aggregate("treeAggregate", "TreeAggregate", zero, seqOp, combOp)
}

func (r *RDD) aggregate(name, method string, zero, seqOp, combOp any) any {
	p := r.packed(name)
	return p.folded(name, method, check(gofunc.AggregateBy(method, zero, seqOp, combOp, p.shape)))
}

// folded folds the only column of r: each partition in its task, their results here, in order.
func (r *RDD) folded(name, method string, fn *gofunc.Aggregate) any {
	where := &plan.Origin{Op: name, Site: r.sc.site()}
	parts := inParts(r, name, nil, func(t *op.Task, o op.Operator) (batch.Vector, error) {
		acc := fn.New(t.Ctx)
		var groups []int32
		err := op.Drain(o, func(b *batch.Batch) error {
			for len(groups) < b.Rows() {
				groups = append(groups, 0)
			}
			col := b.Cols[0]
			if b.Sel == nil && col.Len() != b.N {
				col = col.View(0, b.N)
			}
			return op.Located(where, func() error { return acc.Add(groups[:b.Rows()], col, b.Sel) })
		})
		if err != nil {
			return nil, err
		}
		return orZero(acc.Result(), fn), nil
	})
	var out any
	check0(method, func() error {
		acc := fn.New(r.sc.scope().ctx)
		first := orZero(batch.NewVector(fn.Out, 0), fn)
		for _, v := range append([]batch.Vector{first}, parts...) {
			if v == nil || v.Len() == 0 {
				continue
			}
			if err := acc.Merge([]int32{0}, v, nil); err != nil {
				return err
			}
		}
		res := acc.Result()
		if res.Len() == 0 {
			emptyCollection(method)
		}
		out = res.Any(0)
		return nil
	})
	return out
}

// orZero is the result of a fold, or its zero value if there was nothing to fold.
func orZero(v batch.Vector, fn *gofunc.Aggregate) batch.Vector {
	if v.Len() > 0 || !fn.Zero.IsValid() {
		return v
	}
	s := reflect.MakeSlice(reflect.SliceOf(fn.Out), 1, 1)
	s.Index(0).Set(gofunc.Clone(fn.Zero))
	return batch.FromSlice(s)
}
