package planner

import (
	"fmt"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/state"
)

// stateGroups plans a function over groups with state. Over rows that are all there it begins with no state, which is
// forgotten.
func (p *planner) stateGroups(r *resolved.GroupsWithState) (planned, error) {
	fn, ok := r.Fn.(plan.GroupFunction)
	if !ok {
		return planned{}, fmt.Errorf("planner: %T is no function over groups", r.Fn)
	}
	var st *plan.State
	if p.Stream == nil || !resolved.IsStreaming(r) {
		st = p.forgetfulState(fn.Name())
	} else {
		st = p.state(fn.Name(), r)
		if r.Timeout == resolved.ProcessingTimeTimeout {
			st.Due = fn.Due
		}
		st.Cleans = r.Timeout == resolved.EventTimeTimeout
	}
	c, err := p.plan(r.Input)
	if err != nil {
		return planned{}, err
	}
	keys, err := bindGrouping(r.Grouping, c.attrs)
	if err != nil {
		return planned{}, err
	}
	name := "FlatMapGroupsWithState"
	if r.Processor {
		name = "TransformWithState"
	}
	n := &plan.StateGroups{Origin: p.Origin(name), Query: p.Query, State: st, Fn: fn, Types: typesOf(r.Attrs), Time: -1}
	if r.Timeout == resolved.EventTimeTimeout || r.Processor {
		if n.Time, err = onlyTime(c.attrs); err != nil {
			return planned{}, err
		}
	}
	width := len(c.attrs)
	wide := &plan.Compute{Origin: p.Origin("Project"), Query: p.Query, Child: c.node, Exprs: append(columns(c.attrs, 0, width), keys...)}
	n.Rows = allColumns(c)
	c = planned{node: wide, attrs: append([]*expr.Attr(nil), c.attrs...)}
	for i, k := range keys {
		n.Keys = append(n.Keys, width+i)
		c.attrs = append(c.attrs, &expr.Attr{ID: expr.NextID(), Name: fmt.Sprintf("key%d", i), Typ: k.Type(), Null: k.Nullable()})
	}
	by := columns(c.attrs, width, len(c.attrs))
	if p.Stream == nil {
		c = p.hashed(c, by, p.ShufflePartitions)
	} else {
		c = p.placed(c, by, st)
		for _, t := range fn.Tables() {
			st.Table(t.Name, nil, t.Tail, "")
			st.Tables[len(st.Tables)-1].Value = t.Value
		}
	}
	n.Child = c.node
	return planned{node: n, attrs: r.Attrs}, nil
}

// forgetfulState is state that is only there while the plan runs.
func (p *planner) forgetfulState(name string) *plan.State {
	st := &plan.State{Name: name, Late: plan.NoWatermark, Evict: plan.NoWatermark, Time: p.Query.Context.Now / 1000,
		Report: func(int, plan.StateMetrics) {}}
	st.Store = func(partition int) (*state.Store, error) {
		s, err := state.Open("", state.Options{})
		if err != nil {
			return nil, err
		}
		return s.Store(0, partition, 0)
	}
	return st
}
