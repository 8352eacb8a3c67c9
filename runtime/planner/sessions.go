package planner

import (
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// sessions plans an aggregate by sessions: the intervals of a key's rows are merged first, and are a key like any other
// then.
func (p *planner) sessions(r *resolved.Aggregate, c planned) (planned, error) {
	keys, err := bindAll(r.Grouping, c.attrs)
	if err != nil {
		return planned{}, err
	}
	aggs, _, err := p.bindAggs(r.Aggs, c.attrs)
	if err != nil {
		return planned{}, err
	}
	n := len(c.attrs)
	wide := &plan.Compute{Origin: p.Origin("Project"), Query: p.Query, Child: c.node, Exprs: append(columns(c.attrs, 0, n), keys...)}
	c.node, c.by = wide, nil
	c.attrs = append(c.attrs[:n:n], r.Output()[:len(keys)]...)
	merged := &plan.Sessions{Origin: p.Origin("MergingSessions"), Query: p.Query, Col: n + r.Session}
	var others []expr.Expr
	var order []expr.SortKey
	all := columns(c.attrs, n, n+len(keys))
	for i, k := range all {
		if i != r.Session {
			others, merged.Keys = append(others, k), append(merged.Keys, n+i)
			order = append(order, expr.SortKey{Child: k, NullsFirst: true})
		}
	}
	order = append(order, expr.SortKey{Child: all[r.Session], NullsFirst: true})
	c = p.hashed(c, others, p.ShufflePartitions)
	merged.Child = &plan.SortRows{Origin: p.Origin("Sort"), Query: p.Query, Child: c.node, Keys: order, Limit: -1}
	out := planned{attrs: r.Output()}
	out.node = &plan.HashAggregate{Origin: p.Origin("HashAggregate"), Query: p.Query, Child: merged, Keys: all, Aggs: aggs}
	return out, nil
}
