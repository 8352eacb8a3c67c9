package engine

import (
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A PlannedSource is rows that a plan makes, such as those of an RDD. Columns are positions in its schema.
type PlannedSource interface {
	resolved.Source
	Plan(o *plan.Origin, columns []int) plan.Node
}

// attach gives the planner what the engine knows: relations that are kept, functions over rows, sources that are plans.
func (e *Engine) attach(s *planner.Settings) {
	origin, others := s.Origin, s.Source
	s.Cached = e.cached(origin)
	s.Typed = typed(origin)
	s.Source = func(scan *resolved.Scan) (plan.Node, error) {
		if p, ok := scan.Source.(PlannedSource); ok {
			return p.Plan(origin("ExternalRDDScan"), scan.Columns), nil
		}
		if others != nil {
			return others(scan)
		}
		return nil, nil
	}
}

// observed is who takes the metrics of a relation, nil if nobody does.
func (e *Engine) observed(r resolved.Relation) func(name string, values []any) {
	if e.Observed == nil {
		return nil
	}
	metrics := map[string]*types.Type{}
	resolved.Walk(r, func(r resolved.Relation) {
		if m, ok := r.(*resolved.CollectMetrics); ok {
			metrics[m.Name] = metricsOf(m)
		}
	})
	return func(name string, values []any) { e.Observed(name, metrics[name], values) }
}

func metricsOf(m *resolved.CollectMetrics) *types.Type {
	fields := make([]types.Field, len(m.Metrics))
	for i, e := range m.Metrics {
		fields[i] = types.Field{Name: resolved.Named(e).Name, Type: e.(*expr.Alias).Child.Type(), Nullable: true}
	}
	return types.StructOf(fields...)
}
