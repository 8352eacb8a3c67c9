package planner

import (
	"fmt"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// aggregate groups each partition by itself, brings the partial results of a key together, and merges them. Rows that
// already lie together by key are grouped at once, and so are those of distinct aggregates, which have no partial
// results of a size that would help.
func (p *planner) aggregate(r *resolved.Aggregate, c planned) (planned, error) {
	if r.Session >= 0 {
		return p.sessions(r, c)
	}
	keys, err := bindGrouping(r.Grouping, c.attrs)
	if err != nil {
		return planned{}, err
	}
	aggs, distinct, err := p.bindAggs(r.Aggs, c.attrs)
	if err != nil {
		return planned{}, err
	}
	out := planned{attrs: r.Output()}
	node := func(child plan.Node, keys []expr.Expr, mode plan.AggregateMode) *plan.HashAggregate {
		return &plan.HashAggregate{Origin: p.Origin("HashAggregate"), Query: p.Query, Child: child, Keys: keys, Aggs: aggs, Mode: mode}
	}
	ids, plain := c.columnIDs(keys)
	together := c.node.Partitions() == 1 || c.by != nil && plain && len(keys) > 0 && subset(c.by, ids)
	switch {
	case together:
		out.by = c.by
	case distinct:
		if c = p.hashed(c, keys, p.ShufflePartitions); c.by != nil {
			out.by = idsOf(out.attrs[:len(keys)])
		}
	default:
		partial := planned{node: node(c.node, keys, plan.Partial)}
		partial.attrs = partialAttrs(out.attrs[:len(keys)], partial.node.(*plan.HashAggregate))
		keys = columns(partial.attrs, 0, len(keys))
		c = p.hashed(partial, keys, p.ShufflePartitions)
		out.node, out.by = node(c.node, keys, plan.Final), c.by
		return out, nil
	}
	out.node = node(c.node, keys, plan.Complete)
	if out.by != nil && plain { // the groups have the identities of the columns they are
		out.by = renamed(out.by, ids, idsOf(out.attrs[:len(keys)]))
	}
	return out, nil
}

// renamed is by with the identities of from replaced by those of to; what is in neither is already renamed.
func renamed(by, from, to []int64) []int64 {
	out := append([]int64(nil), by...)
	for i, id := range out {
		for k, f := range from {
			if f == id {
				out[i] = to[k]
			}
		}
	}
	return out
}

// partialAttrs are the columns of partial results: keys, and states without names.
func partialAttrs(keys []*expr.Attr, n *plan.HashAggregate) []*expr.Attr {
	attrs := append([]*expr.Attr(nil), keys...)
	for i, t := range n.ColumnTypes()[len(keys):] {
		attrs = append(attrs, &expr.Attr{ID: expr.NextID(), Name: fmt.Sprintf("state%d", i), Typ: t, Null: true})
	}
	return attrs
}

func (p *planner) bindAggs(es []expr.Expr, attrs []*expr.Attr) (aggs []*expr.Agg, distinct bool, err error) {
	for _, e := range es {
		b, err := bind(e, attrs)
		if err != nil {
			return nil, false, err
		}
		g, ok := b.(*expr.Alias).Child.(*expr.Agg)
		if !ok {
			return nil, false, fmt.Errorf("planner: %s is not an aggregate", b)
		}
		aggs, distinct = append(aggs, g), distinct || g.Distinct
	}
	return aggs, distinct, nil
}

// distinct keeps the first row of each key: of each partition, and then of all.
func (p *planner) distinct(attrs []*expr.Attr, keys []int, c planned) (planned, error) {
	node := func(c plan.Node) plan.Node {
		return &plan.Distinct{Origin: p.Origin("Distinct"), Query: p.Query, Child: c, Keys: keys}
	}
	es := columns(c.attrs, 0, len(c.attrs))
	var picked []expr.Expr
	for _, k := range keys {
		picked = append(picked, es[k])
	}
	moved := p.grouped(c, picked)
	if moved.node != c.node {
		c.node = node(c.node)
		moved = p.grouped(c, picked)
	}
	moved.node, moved.attrs = node(moved.node), attrs
	return moved, nil
}

func (p *planner) deduplicate(r *resolved.Deduplicate, c planned) (planned, error) {
	var keys []int
	for _, k := range r.Keys {
		for i, a := range c.attrs {
			if a.ID == k.ID {
				keys = append(keys, i)
				break
			}
		}
	}
	if len(keys) != len(r.Keys) {
		return planned{}, fmt.Errorf("planner: a key of dropDuplicates is not among the columns")
	}
	return p.distinct(r.Output(), keys, c)
}
