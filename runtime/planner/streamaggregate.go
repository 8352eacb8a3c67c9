package planner

import (
	"fmt"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// Names of stateful operators in progress reports.
const (
	nameAggregate = "stateStoreSave"
	nameSessions  = "sessionWindowStateStoreSaveExec"
	nameDistinct  = "dedupe"
	nameWithin    = "dedupeWithinWatermark"
	nameLimit     = "globalLimit"
	nameJoin      = "symmetricHashJoin"
)

// stateAggregate groups the rows of each partition of the batch, and merges the partial results with those of state.
func (p *planner) stateAggregate(r *resolved.Aggregate) (planned, error) {
	name := nameAggregate
	if r.Session >= 0 {
		name = nameSessions
	}
	st := p.state(name, r)
	st.Cleans = p.Stream.Mode != plan.CompleteMode
	c, err := p.plan(r.Input)
	if err != nil {
		return planned{}, err
	}
	keys, err := bindGrouping(r.Grouping, c.attrs)
	if err != nil {
		return planned{}, err
	}
	aggs, distinct, err := p.bindAggs(r.Aggs, c.attrs)
	if err != nil {
		return planned{}, err
	}
	if distinct {
		return planned{}, fmt.Errorf("planner: a distinct aggregate of a stream")
	}
	out := planned{attrs: r.Output()}
	partial := &plan.HashAggregate{Origin: p.Origin("HashAggregate"), Query: p.Query, Child: c.node, Keys: keys, Aggs: aggs, Mode: plan.Partial}
	c = planned{node: partial, attrs: partialAttrs(out.attrs[:len(keys)], partial)}
	keys = columns(c.attrs, 0, len(keys))
	if r.Session >= 0 {
		if len(keys) == 1 {
			return planned{}, condition.New("", "", "assertion failed: Grouping key must be specified when using sessionWindow").
				WithFix("group by another column, too")
		}
		others := append(append([]expr.Expr(nil), keys[:r.Session]...), keys[r.Session+1:]...)
		c = p.placed(c, others, st)
		states := typesOf(c.attrs[len(keys):])
		st.Table("starts", nil, 0, "")
		st.Table("sessions", append([]*types.Type{types.Timestamp}, states...), 8, ", start TIMESTAMP")
		st.Table("ends", nil, 8, ", start TIMESTAMP")
		out.node = &plan.StateSessions{Origin: p.Origin("StateSessions"), Query: p.Query, Child: c.node, State: st, Keys: keys, Aggs: aggs, Session: r.Session}
		return out, nil
	}
	at, err := onlyTime(out.attrs[:len(keys)])
	if err != nil {
		return planned{}, err
	}
	c = p.placed(c, keys, st)
	st.Table("groups", typesOf(c.attrs[len(keys):]), 0, "")
	out.node = &plan.StateAggregate{Origin: p.Origin("StateAggregate"), Query: p.Query, Child: c.node, State: st, Keys: keys, Aggs: aggs, Time: at}
	return out, nil
}

// distinctNames are the operators without and with an end of what is remembered.
var distinctNames = map[bool]string{false: "StreamingDeduplicate", true: "StreamingDeduplicateWithinWatermark"}

// stateDistinct passes rows whose keys are new.
func (p *planner) stateDistinct(r *resolved.Deduplicate) (planned, error) {
	name := nameDistinct
	if r.WithinWatermark {
		name = nameWithin
	}
	st := p.state(name, r)
	st.Cleans = true
	c, err := p.plan(r.Input)
	if err != nil {
		return planned{}, err
	}
	at, err := onlyTime(c.attrs)
	if err != nil {
		return planned{}, err
	}
	n := &plan.StateDistinct{Origin: p.Origin(distinctNames[r.WithinWatermark]), Query: p.Query, State: st, Time: at, Within: r.WithinWatermark}
	var keys []expr.Expr
	all := columns(c.attrs, 0, len(c.attrs))
	for _, k := range r.Keys {
		for i, a := range c.attrs {
			if a.ID == k.ID {
				n.Keys, n.Names, keys = append(n.Keys, i), append(n.Names, a.Name), append(keys, all[i])
				break
			}
		}
	}
	if len(keys) != len(r.Keys) {
		return planned{}, fmt.Errorf("planner: a key of dropDuplicates is not among the columns")
	}
	if n.Within {
		if n.Time < 0 {
			return planned{}, fmt.Errorf("planner: dropDuplicatesWithinWatermark without a watermark")
		}
		n.Delay = delayOf(c.attrs[n.Time])
	}
	c = p.placed(c, keys, st)
	if st.Table("keys", nil, 0, ""); n.Within {
		st.Table("ends", nil, 0, "")
	}
	n.Child = c.node
	return planned{node: n, attrs: r.Output(), by: c.by}, nil
}

// delayOf is the delay of a column of event time in µs.
func delayOf(a *expr.Attr) int64 {
	switch ms := a.Metadata[resolved.WatermarkKey].(type) {
	case int64:
		return ms * 1000
	case float64: // read from JSON
		return int64(ms) * 1000
	}
	return 0
}

// stateLimit passes the first rows of all batches: no partition has to give more than all that are wanted.
func (p *planner) stateLimit(r *resolved.Limit) (planned, error) {
	st := p.state(nameLimit, r)
	c, err := p.plan(r.Input)
	if err != nil {
		return planned{}, err
	}
	c = p.placed(c, nil, st)
	st.Table("limit", []*types.Type{types.Long}, 0, "")
	c.node = &plan.StateLimit{Origin: p.Origin("StreamingGlobalLimit"), Child: c.node, State: st, N: r.N}
	c.attrs = r.Output()
	return c, nil
}
