package planner

import (
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// collectMetrics computes the aggregates inside the metrics on the side, and what the metrics make of them at the end.
func (p *planner) collectMetrics(r *resolved.CollectMetrics, c planned) (planned, error) {
	n := &plan.Observe{Origin: p.Origin("CollectMetrics"), Query: p.Query, Child: c.node}
	for _, m := range r.Metrics {
		b, err := bind(m, c.attrs)
		if err != nil {
			return planned{}, err
		}
		n.Values = append(n.Values, expr.RewriteDown(b, func(e expr.Expr) (expr.Expr, bool) {
			g, ok := e.(*expr.Agg)
			if !ok {
				return e, false
			}
			n.Aggs = append(n.Aggs, g)
			return &expr.Col{Index: len(n.Aggs) - 1, Typ: g.Typ, Null: g.Null}, true
		}))
	}
	n.Done = func(values []any) {
		if p.Observe != nil {
			p.Observe(r.Name, values)
		}
	}
	c.node = n
	return c, nil
}
