package planner

import (
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// sortRows sorts each partition; limit < 0: all rows.
func (p *planner) sortRows(c planned, keys []expr.SortKey, limit int64) (planned, error) {
	bound, err := bindKeys(keys, c.attrs)
	if err != nil {
		return planned{}, err
	}
	op := "Sort"
	if limit >= 0 {
		op = "TakeOrdered"
	}
	c.node = &plan.SortRows{Origin: p.Origin(op), Query: p.Query, Child: c.node, Keys: bound, Limit: limit}
	return c, nil
}

func (p *planner) sort(r *resolved.Sort, c planned) (planned, error) {
	if r.Global {
		c = p.single(c)
	}
	return p.sortRows(c, r.Order, -1)
}

// first plans the first rows of an order: those of each partition, and then of these.
func (p *planner) first(r *resolved.Sort, n int64) (planned, error) {
	c, err := p.plan(r.Input)
	if err != nil {
		return planned{}, err
	}
	if c.node.Partitions() > 1 {
		if c, err = p.sortRows(c, r.Order, n); err != nil {
			return planned{}, err
		}
		c = p.single(c)
	}
	return p.sortRows(c, r.Order, n)
}

// limit plans what is left of a relation when some first rows are left out and so many are wanted, whatever the order in
// which LIMIT and OFFSET stand.
func (p *planner) limit(r resolved.Relation) (planned, error) {
	skip, take := int64(0), int64(-1)
	for {
		if l, ok := r.(*resolved.Limit); ok { // rows skip .. skip+take of what is below are cut to skip+N before that
			if take < 0 {
				take = max(0, l.N-skip)
			} else {
				take = max(0, min(take, l.N-skip))
			}
			r = l.Input
			continue
		}
		o, ok := r.(*resolved.Offset)
		if !ok {
			break
		}
		skip += o.N
		r = o.Input
	}
	var projects []*resolved.Project
	for below := r; ; {
		if s, ok := below.(*resolved.Sort); ok && s.Global && take >= 0 {
			c, err := p.first(s, skip+take)
			if err == nil && skip > 0 {
				c.node = &plan.Limit{Origin: p.Origin("GlobalLimit"), Child: c.node, N: take, Offset: skip}
			}
			for i := len(projects) - 1; i >= 0 && err == nil; i-- {
				c, err = p.project(projects[i], c)
			}
			return c, err
		}
		if w, ok := below.(*resolved.Recursive); ok && take >= 0 {
			p.wanted[w.Key] = skip + take
		}
		j, ok := below.(*resolved.Project)
		if !ok || !deterministic(j.Cols) {
			break
		}
		projects = append(projects, j)
		below = j.Input
	}
	c, err := p.plan(r)
	if err != nil {
		return planned{}, err
	}
	if c.node.Partitions() > 1 {
		if take >= 0 {
			c.node = &plan.Limit{Origin: p.Origin("LocalLimit"), Child: c.node, N: skip + take}
		}
		c = p.single(c)
	}
	c.node = &plan.Limit{Origin: p.Origin("GlobalLimit"), Child: c.node, N: take, Offset: skip}
	return c, nil
}

func deterministic(es []expr.Expr) bool {
	for _, e := range es {
		if !expr.Deterministic(e) {
			return false
		}
	}
	return true
}

func (p *planner) tail(r *resolved.Tail, c planned) (planned, error) {
	if c.node.Partitions() > 1 {
		c.node = &plan.Tail{Origin: p.Origin("Tail"), Child: c.node, N: r.N}
		c = p.single(c)
	}
	c.node = &plan.Tail{Origin: p.Origin("Tail"), Child: c.node, N: r.N}
	return c, nil
}

func (p *planner) repartition(r *resolved.Repartition, c planned) (planned, error) {
	n := r.N
	if n <= 0 {
		n = p.ShufflePartitions
	}
	if !r.Shuffle {
		if n < c.node.Partitions() {
			c.node, c.by = &plan.Coalesce{Origin: p.Origin("Coalesce"), Child: c.node, N: n}, nil
		}
		return c, nil
	}
	keys, err := bindKeys(r.By, c.attrs)
	if err != nil {
		return planned{}, err
	}
	exchange := func(by plan.Partitioning) (planned, error) {
		return planned{node: &plan.Exchange{Origin: p.Origin("Exchange"), Child: c.node, By: by}, attrs: c.attrs}, nil
	}
	switch {
	case n == 1:
		return exchange(plan.Single{})
	case len(keys) == 0:
		return exchange(&plan.RoundRobin{N: n})
	case r.Range:
		return exchange(&plan.RangeRows{N: n, Keys: keys, Query: p.Query})
	}
	es := make([]expr.Expr, len(keys))
	for i, k := range keys {
		es[i] = k.Child
	}
	return p.hashed(c, es, n), nil
}
