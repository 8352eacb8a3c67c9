package session

import (
	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// A Pair is a record of a key and a value.
type Pair = gofunc.Pair

// A Tuple is a record of more than two parts.
type Tuple = gofunc.Tuple

// An RDD is a partitioned collection of records, computed when an action asks for it.
type RDD struct {
	sc    *SparkContext
	node  plan.Node
	shape gofunc.Shape
	by    plan.Partitioning // how keys are partitioned, nil if not known
}

// actionFunc is the part of an action that runs in each task.
type actionFunc = func(t *op.Task, o op.Operator) (any, error)

// Collect returns all records, in partition order. Pairs are Pair values.
func (r *RDD) Collect() []any {
	parts := r.sc.run("collect", r, nil, func(t *op.Task, o op.Operator) (any, error) {
		var out []any
		err := op.Drain(o, func(b *batch.Batch) error {
			out = r.shape.BoxAll(out, b)
			return nil
		})
		return out, err
	})
	all := []any{}
	for _, p := range parts {
		all = append(all, p.([]any)...)
	}
	return all
}

// Map applies f to every record. f takes the record, or a pair's key and value; two results make a pair.
func (r *RDD) Map(f any) *RDD {
	fn := check(gofunc.Map("Map", f, r.shape))
	return r.sc.newRDD(&plan.MapElements{Origin: r.sc.origin("map", "MapPartitionsRDD"), Child: r.node, Fn: fn}, fn.Out)
}
