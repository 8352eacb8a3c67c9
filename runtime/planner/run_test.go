package planner_test

import (
	"context"

	"gospark/runtime/batch"
	"gospark/runtime/exec"
	"gospark/runtime/op"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
)

// run executes a plan and returns its rows in the order of the partitions.
func run(s *exec.Scheduler, n plan.Node) (rows, error) {
	parts, err := s.Run(context.Background(), &exec.Job{Plan: n, Name: "collect", Action: func(t *op.Task, o op.Operator) (any, error) {
		var out rows
		err := op.Drain(o, func(b *batch.Batch) error {
			for i := range b.Rows() {
				row := make([]any, len(b.Cols))
				for c, v := range b.Cols {
					row[c] = v.Any(b.Row(i))
				}
				out = append(out, row)
			}
			return nil
		})
		return out, err
	}})
	var all rows
	for _, p := range parts {
		if p != nil {
			all = append(all, p.(rows)...)
		}
	}
	return all, err
}

// planAndRun runs a relation.
func planAndRun(s *exec.Scheduler, r resolved.Relation, settings planner.Settings) (rows, error) {
	settings.Run = func(n plan.Node) ([][]any, error) { return run(s, n) }
	n, err := planner.Plan(r, settings)
	if err != nil {
		return nil, err
	}
	return run(s, n)
}

func limitedQuery(bytes int64) *plan.Query { return &plan.Query{Memory: &plan.Memory{Limit: bytes}} }
