// Package planner turns a resolved relation into the plan that runs: attributes become positions, rows are moved between
// partitions where an operator needs those of a key together, and each operator gets its way of working.
//
// A plan moves as few rows as it can. Rows that lie in one partition, or already by the keys in question, are left where
// they are; a side of a join that is known to be small goes to every task of the other. The order of rows is the input's
// wherever no operator changes it; a global sort ends in one partition.
package planner

import (
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// Settings are what planning depends on. Zero fields have the defaults named.
type Settings struct {
	// Query is shared by all nodes of the plan: the context of evaluation and the memory.
	Query *plan.Query
	// ShufflePartitions is how many partitions an exchange has (default: Parallelism), Parallelism how many a table in
	// memory or a range is cut into (default: 1).
	ShufflePartitions, Parallelism int
	// BroadcastThreshold is the size in bytes up to which a side of a join is sent to every task (default: 10 MiB,
	// negative: never).
	BroadcastThreshold int64
	// Origin makes the origin of a node, whose Op is the name of the operator.
	Origin func(op string) *plan.Origin
	// Source plans the read of a source; without it, or when it does not know the source, the planner takes a [Readable].
	Source func(s *resolved.Scan) (plan.Node, error)
	// Cached plans a relation that is kept; build plans its input. Without it the input is planned each time.
	Cached func(c *resolved.Cached, build func() (plan.Node, error)) (plan.Node, error)
	// Typed plans a relation of a Go function over its planned input.
	Typed func(t *resolved.Typed, input plan.Node) (plan.Node, error)
	// Run executes a part of the plan while it is being made: the steps of a recursive relation need it.
	Run func(n plan.Node) ([][]any, error)
	// Stream makes the plan that of a micro-batch; nil: the relations are all there.
	Stream *Stream
	// Observe takes the values of a CollectMetrics when its rows have passed.
	Observe func(name string, values []any)
}

// Plan makes the plan of a relation.
func Plan(r resolved.Relation, s Settings) (plan.Node, error) {
	p, err := newPlanner(s).plan(r)
	if err != nil {
		return nil, err
	}
	return p.node, nil
}
