package session

import (
	"fmt"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// A Pair is a record of a key and a value.
type Pair = gofunc.Pair

// A Tuple is a record of more than two parts.
type Tuple = gofunc.Tuple

// An RDD is a partitioned collection of records, computed when an action asks for it.
//
// Transformations (Map, ReduceByKey, ...) return a new RDD and compute nothing. A function given to one takes a record,
// or a pair's key and value; it may take a context.Context first, which is cancelled with the task, and may return an
// error last, which fails the task.
type RDD struct {
	sc    *SparkContext
	node  plan.Node
	shape gofunc.Shape
	by    plan.Partitioning // how keys are partitioned, nil if not known
}

// actionFunc is the part of an action that runs in each task.
type actionFunc = func(t *op.Task, o op.Operator) (any, error)

// Context is the SparkContext that made the RDD.
func (r *RDD) Context() *SparkContext { return r.sc }

// ID numbers the RDD in its context.
func (r *RDD) ID() int { return r.node.From().ID }

// Name is what SetName gave, or "".
func (r *RDD) Name() string { return r.node.From().Name }

// SetName names the RDD in lineage and on the storage page.
func (r *RDD) SetName(name string) *RDD {
	r.node.From().Name = name
	return r
}

// GetNumPartitions is the number of partitions.
func (r *RDD) GetNumPartitions() int { return r.node.Partitions() }

// Partitioner is how keys are spread over partitions, nil if that is not known.
func (r *RDD) Partitioner() *Partitioner {
	if r.by == nil {
		return nil
	}
	return &Partitioner{by: r.by}
}

// ShellType is the type as the shell shows it: RDD[(string, int)].
func (r *RDD) ShellType() string { return "RDD[" + elementText(r.shape) + "]" }

// elementText leaves out the package of types that a snippet names without one.
func elementText(s gofunc.Shape) string { return strings.ReplaceAll(s.String(), "session.", "") }

// String is Spark's: MapPartitionsRDD[3] at map at snippet:2.
func (r *RDD) String() string { return r.lineage().String() }

// mistake stops the snippet with a user's mistake in the method called.
func mistake(method, format string, args ...any) {
	panic(condition.New("", "", "%s: %s", method, fmt.Sprintf(format, args...)))
}

// derived is the RDD of a node whose rows lie where r's lie; keepsKeys says that the keys are r's as well.
func (r *RDD) derived(n plan.Node, s gofunc.Shape, keepsKeys bool) *RDD {
	d := r.sc.newRDD(n, s)
	if keepsKeys {
		d.by = r.by
	}
	return d
}

// hidden is the origin of a node that has no RDD in Spark: one that belongs to a call's other node.
func (r *RDD) hidden(op string) *plan.Origin { return &plan.Origin{ID: -1, Op: op, Site: r.sc.site()} }

// mapped adds a transform of records.
func (r *RDD) mapped(o *plan.Origin, fn *gofunc.Transform) *RDD {
	return r.sc.newRDD(&plan.MapElements{Origin: o, Child: r.node, Fn: fn}, fn.Out)
}

// cast is r with the columns' types changed to those of the shape.
func (r *RDD) cast(op string, to gofunc.Shape) *RDD {
	if r.shape.Same(to) {
		return r
	}
	c := r.mapped(r.hidden(op), gofunc.Cast(op, r.shape, to))
	c.by = r.by
	return c
}

// alike brings the records of RDDs to one shape.
func alike(method string, rs ...*RDD) []*RDD {
	s := rs[0].shape
	for _, r := range rs[1:] {
		c, ok := gofunc.Common(s, r.shape)
		if !ok {
			mistake(method, "the records differ: %s and %s", rs[0].ShellType(), r.ShellType())
		}
		s = c
	}
	out := make([]*RDD, len(rs))
	for i, r := range rs {
		out[i] = r.cast(method, s)
	}
	return out
}
