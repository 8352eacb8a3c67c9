package planner

import (
	"slices"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

func (p *planner) union(r *resolved.Union) (planned, error) {
	n := &plan.Union{Origin: p.Origin("Union"), Schema: typesOf(r.Attrs)}
	n.Types = plan.ElemsOf(n.Schema)
	for _, in := range r.Children {
		c, err := p.plan(in)
		if err != nil {
			return planned{}, err
		}
		n.Inputs = append(n.Inputs, c.node)
	}
	return planned{node: n, attrs: r.Attrs}, nil
}

func (p *planner) setOperation(left, right resolved.Relation, attrs []*expr.Attr, kind plan.SetKind, all bool) (planned, error) {
	if all {
		kind++
	}
	l, err := p.plan(left)
	if err != nil {
		return planned{}, err
	}
	r, err := p.plan(right)
	if err != nil {
		return planned{}, err
	}
	l, r = p.together(l, columns(l.attrs, 0, len(l.attrs)), r, columns(r.attrs, 0, len(r.attrs)))
	n := &plan.SetOperation{Origin: p.Origin(kind.String()), Query: p.Query, Left: l.node, Right: r.node, Kind: kind}
	return planned{node: n, attrs: attrs, by: renamed(l.by, idsOf(left.Output()), idsOf(attrs))}, nil
}

// together brings rows of both sides with equal keys into the same partition.
func (p *planner) together(l planned, lkeys []expr.Expr, r planned, rkeys []expr.Expr) (planned, planned) {
	if l.node.Partitions() == 1 && r.node.Partitions() == 1 {
		return l, r
	}
	n := p.ShufflePartitions
	lids, lplain := l.columnIDs(lkeys)
	rids, rplain := r.columnIDs(rkeys)
	lthere := lplain && l.by != nil && slices.Equal(l.by, lids)
	rthere := rplain && r.by != nil && slices.Equal(r.by, rids)
	switch {
	case lthere && rthere && l.node.Partitions() == r.node.Partitions():
		return l, r
	case lthere:
		n = l.node.Partitions()
	case rthere:
		n = r.node.Partitions()
	}
	if len(lkeys) == 0 || n == 1 || !hashable(lkeys) {
		return p.single(l), p.single(r)
	}
	if !lthere || l.node.Partitions() != n {
		l = p.hashed(l, lkeys, n)
	}
	if !rthere || r.node.Partitions() != n {
		r = p.hashed(r, rkeys, n)
	}
	return l, r
}

func hashable(keys []expr.Expr) bool {
	_, err := expr.Resolve("hash", keys, expr.Options{})
	return err == nil
}
