package planner

import (
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// joinKinds are, by resolved join type, the plan's and which side may be sent to every task.
var joinKinds = map[resolved.JoinType]struct {
	kind                plan.JoinType
	sendLeft, sendRight bool
	buildLeft           bool // the left may be the side that is held
}{
	resolved.Inner:         {plan.Inner, true, true, true},
	resolved.LeftOuter:     {plan.LeftOuter, false, true, true},
	resolved.RightOuter:    {plan.RightOuter, true, false, true},
	resolved.FullOuter:     {plan.FullOuter, false, false, true},
	resolved.LeftSemi:      {plan.LeftSemi, false, true, false},
	resolved.LeftAnti:      {plan.LeftAnti, false, true, false},
	resolved.NullAwareAnti: {plan.NullAwareAnti, false, true, false},
	resolved.LeftSingle:    {plan.LeftSingle, false, true, false},
	resolved.Existence:     {plan.Existence, false, true, false},
}

// join decides how two relations meet: by a hash of the equal keys in the condition, or every row with every row; and
// where: a small side is sent to every task of the other, or both are moved by their keys.
func (p *planner) join(r *resolved.Join) (planned, error) {
	l, err := p.plan(r.Left)
	if err != nil {
		return planned{}, err
	}
	rr, err := p.plan(r.Right)
	if err != nil {
		return planned{}, err
	}
	k := joinKinds[r.Type]
	n := &plan.JoinRows{Query: p.Query, Type: k.kind}
	lkeys, rkeys, nullSafe, rest := equalKeys(r.Condition, l.attrs, rr.attrs)
	if k.kind == plan.NullAwareAnti && (len(lkeys) != 1 || rest != nil || nullSafe[0]) {
		lkeys, rkeys, nullSafe, rest = nil, nil, nil, r.Condition
	}
	if n.LeftKeys, err = bindAll(lkeys, l.attrs); err != nil {
		return planned{}, err
	}
	if n.RightKeys, err = bindAll(rkeys, rr.attrs); err != nil {
		return planned{}, err
	}
	n.NullSafe = nullSafe
	if rest != nil {
		both := append(append([]*expr.Attr(nil), l.attrs...), rr.attrs...)
		if n.Condition, err = bind(rest, both); err != nil {
			return planned{}, err
		}
	}
	out := planned{attrs: r.Output()}
	out.by = p.place(r, n, l, rr)
	op := "HashJoin"
	switch {
	case len(n.LeftKeys) == 0:
		op = "NestedLoopJoin"
	case n.Broadcast:
		op = "BroadcastHashJoin"
	}
	n.Origin = p.Origin(op)
	out.node = n
	return out, nil
}

// place chooses the held side of a join and moves rows. It returns how the result is partitioned.
func (p *planner) place(r *resolved.Join, n *plan.JoinRows, l, rr planned) []int64 {
	k := joinKinds[r.Type]
	lsize, rsize := p.size(r.Left, r.LeftHint), p.size(r.Right, r.RightHint)
	n.Left, n.Right = l.node, rr.node
	if l.node.Partitions() == 1 && rr.node.Partitions() == 1 {
		n.BuildLeft = k.buildLeft && lsize < rsize && !(k.sendRight && rsize <= p.limitOf(r.RightHint))
		return nil
	}
	loop := len(n.LeftKeys) == 0
	sendLeft := k.sendLeft && (loop || lsize <= p.limitOf(r.LeftHint))
	sendRight := k.sendRight && (loop || n.Type == plan.NullAwareAnti || rsize <= p.limitOf(r.RightHint))
	switch {
	case sendRight && (!sendLeft || rsize <= lsize):
		n.Broadcast = true
		if rr.node.Partitions() > 1 || l.node.Partitions() > 1 {
			n.Right = p.sent(rr)
		}
		return l.by
	case sendLeft:
		n.Broadcast, n.BuildLeft = true, true
		n.Left = p.sent(l)
		return rr.by
	case loop:
		n.Left, n.Right = p.single(l).node, p.single(rr).node
		return nil
	}
	l, rr = p.together(l, n.LeftKeys, rr, n.RightKeys)
	n.Left, n.Right = l.node, rr.node
	n.BuildLeft = k.buildLeft && lsize < rsize
	switch n.Type {
	case plan.FullOuter: // nulls are anywhere
		return nil
	case plan.RightOuter:
		return rr.by
	}
	return l.by
}

// sent makes a side the single partition that every task reads: what it takes to compute it is done once.
func (p *planner) sent(c planned) plan.Node {
	if s, ok := c.node.(*plan.Scan); ok && len(s.Splits) == 1 {
		return s
	}
	return &plan.Exchange{Origin: p.Origin("BroadcastExchange"), Child: c.node, By: plan.Single{}}
}

// limitOf is the size up to which a side is sent.
func (p *planner) limitOf(h resolved.JoinHint) float64 {
	switch h {
	case "merge", "shuffle_hash", "shuffle_replicate_nl":
		return -1
	}
	return float64(p.BroadcastThreshold)
}

// equalKeys takes the equalities of an expression of the left and one of the right out of a condition.
func equalKeys(condition expr.Expr, left, right []*expr.Attr) (lkeys, rkeys []expr.Expr, nullSafe []bool, rest expr.Expr) {
	if condition == nil {
		return
	}
	var others []expr.Expr
	for _, e := range resolved.Conjuncts(condition) {
		c, ok := e.(*expr.Call)
		if !ok || c.Fn.Name != "=" && c.Fn.Name != "<=>" || !expr.Deterministic(e) {
			others = append(others, e)
			continue
		}
		a, b := c.Args[0], c.Args[1]
		if resolved.Uses(a, right) || resolved.Uses(b, left) {
			a, b = b, a
		}
		if resolved.Uses(a, right) || resolved.Uses(b, left) || !resolved.Uses(a, left) || !resolved.Uses(b, right) || !a.Type().Same(b.Type()) {
			others = append(others, e)
			continue
		}
		lkeys, rkeys, nullSafe = append(lkeys, a), append(rkeys, b), append(nullSafe, c.Fn.Name == "<=>")
	}
	return lkeys, rkeys, nullSafe, resolved.Conjunction(others)
}
