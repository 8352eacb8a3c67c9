package engine

import (
	"context"

	"gospark/runtime/batch"
	"gospark/runtime/op"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A Prepared is a query that has been planned, and is run a partition at a time, or with a function in its tasks.
type Prepared struct {
	engine *Engine
	node   plan.Node
	schema *types.Type
}

// Prepare plans a relation.
func (e *Engine) Prepare(r resolved.Relation) (*Prepared, error) {
	n, err := e.Plan(r, e.context())
	return &Prepared{engine: e, node: n, schema: e.Schema(r)}, err
}

// Node is the plan.
func (p *Prepared) Node() plan.Node { return p.node }

// Partitions is how many partitions the rows come in.
func (p *Prepared) Partitions() int { return p.node.Partitions() }

// Run computes one partition.
func (p *Prepared) Run(ctx context.Context, j Job, partition int) (*Result, error) {
	j.Plan, j.Partitions, j.Action = p.node, []int{partition}, collectBatches
	parts, err := p.engine.Scheduler.Run(ctx, &j)
	if err != nil {
		return nil, cause(err)
	}
	r := &Result{Schema: p.schema}
	for _, bs := range parts {
		r.Batches = append(r.Batches, bs.([]*batch.Batch)...)
	}
	return r, nil
}

// Each calls a function with the rows of each partition, in its task. The function closes the operator.
func (p *Prepared) Each(ctx context.Context, j Job, f func(ctx context.Context, o op.Operator) error) error {
	j.Plan = p.node
	j.Action = func(t *op.Task, o op.Operator) (any, error) { return nil, f(t.Ctx, o) }
	_, err := p.engine.Scheduler.Run(ctx, &j)
	return cause(err)
}

// collectBatches is the action of a job that wants all rows.
func collectBatches(_ *op.Task, o op.Operator) (any, error) {
	var bs []*batch.Batch
	err := op.Drain(o, func(b *batch.Batch) error {
		bs = append(bs, b.Clone())
		return nil
	})
	return bs, err
}
