package engine

import (
	"context"

	"gospark/runtime/analysis"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A RowFunction is a Go function of the user's over rows as Go values: what a typed relation holds.
type RowFunction interface {
	analysis.TypedFunction
	// Task makes the loop of one task over batches with the columns in.
	Task(ctx context.Context, in *types.Type, next plan.Batches) (plan.Batches, error)
}

var typedNames = [...]string{resolved.MapRows: "MapElements", resolved.FlatMapRows: "MapPartitions", resolved.FilterRows: "TypedFilter",
	resolved.KeyRows: "AppendColumns"}

// typed plans a Go function over rows, for the planner.
func typed(origin func(op string) *plan.Origin) func(*resolved.Typed, plan.Node) (plan.Node, error) {
	return func(t *resolved.Typed, input plan.Node) (plan.Node, error) {
		in := analysis.SchemaOf(t.Input)
		ts := make([]*types.Type, len(t.Attrs))
		for i, a := range t.Attrs {
			ts[i] = a.Typ
		}
		f := t.Fn.(RowFunction)
		return &plan.MapPartitions{Origin: origin(typedNames[t.Kind]), Child: input, Types: plan.ElemsOf(ts), Schema: ts,
			New: func(ctx context.Context, _ int, next plan.Batches) (plan.Batches, error) {
				return f.Task(ctx, in, next)
			}}, nil
	}
}
