package planner

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/state"
)

// A Stream is what planning one micro-batch depends on. Planning fills in Operators and EventTimes.
type Stream struct {
	Mode plan.OutputMode
	// Version is that of the state that the batch starts from.
	Version int64
	// Late and Evict are the watermarks, in µs, of the batch before and of this one; plan.NoWatermark: there is none.
	Late, Evict int64
	// Single says that all operators have the query's watermark, for late rows too, whatever those before them hold back.
	Single bool
	// Partitions is how many partitions state has. It stays what it was when the query was first started.
	Partitions int
	// Time is the batch's processing time in ms.
	Time int64
	// Store opens the state of an operator's partition, as it was before the batch.
	Store func(operator, partition int) (*state.Store, error)

	// Operators are the stateful operators, the one nearest to the sink first.
	Operators []*plan.State
	// EventTimes are the operators that see event time, in the order of the plan.
	EventTimes []*plan.EventTime
}

// streamed plans the relations that remember rows from batch to batch; done is false for all others.
func (p *planner) streamed(r resolved.Relation) (c planned, done bool, err error) {
	if p.Stream == nil || !resolved.IsStreaming(r) {
		return planned{}, false, nil
	}
	switch r := r.(type) {
	case *resolved.WithWatermark:
		c, err = p.eventTime(r)
	case *resolved.Aggregate:
		c, err = p.stateAggregate(r)
	case *resolved.Distinct:
		c, err = p.stateAggregate(grouped(r))
	case *resolved.Deduplicate:
		c, err = p.stateDistinct(r)
	case *resolved.GroupsWithState:
		c, err = p.stateGroups(r)
	case *resolved.Limit:
		if p.complete(r) {
			return planned{}, false, nil
		}
		c, err = p.stateLimit(r)
	case *resolved.Join:
		if !resolved.IsStreaming(r.Left) || !resolved.IsStreaming(r.Right) {
			return planned{}, false, nil
		}
		c, err = p.stateJoin(r)
	default:
		return planned{}, false, nil
	}
	return c, true, err
}

// grouped is DISTINCT as the grouping that it is.
func grouped(r *resolved.Distinct) *resolved.Aggregate {
	a := &resolved.Aggregate{Input: r.Input, Session: -1}
	for _, col := range r.Output() {
		a.Grouping = append(a.Grouping, col)
	}
	return a
}

// complete says whether a relation has all rows in each batch: it is an aggregation in complete mode.
func (p *planner) complete(r resolved.Relation) bool {
	if p.Stream.Mode != plan.CompleteMode {
		return false
	}
	found := false
	resolved.Walk(r, func(r resolved.Relation) {
		switch r.(type) {
		case *resolved.Aggregate, *resolved.Distinct:
			found = found || resolved.IsStreaming(r)
		}
	})
	return found
}

// state numbers a stateful operator. Its input must not have been planned yet: numbers go from the sink to the sources.
func (p *planner) state(name string, r resolved.Relation) *plan.State {
	s := p.Stream
	n := len(s.Operators)
	st := &plan.State{Operator: n, Name: name, Partitions: s.Partitions, Version: s.Version, Mode: s.Mode, Time: s.Time,
		Late: inputWatermark(r, s.Late), Evict: inputWatermark(r, s.Evict), Report: func(int, plan.StateMetrics) {}}
	if s.Single && st.Evict != plan.NoWatermark {
		st.Late, st.Evict = s.Evict, s.Evict
	}
	if s.Store != nil {
		st.Store = func(partition int) (*state.Store, error) { return s.Store(n, partition) }
	}
	s.Operators = append(s.Operators, st)
	return st
}

// placed moves rows to the partitions of state by keys; without keys there is one.
func (p *planner) placed(c planned, keys []expr.Expr, st *plan.State) planned {
	st.Keys = nil
	for _, k := range keys {
		st.Keys = append(st.Keys, k.Type())
	}
	if len(keys) == 0 || p.Stream.Partitions == 1 {
		st.Partitions = 1
		return p.single(c)
	}
	c = p.hashed(c, keys, p.Stream.Partitions)
	st.Partitions = c.node.Partitions()
	return c
}

// eventTime notes the times of a column.
func (p *planner) eventTime(r *resolved.WithWatermark) (planned, error) {
	if inputWatermark(r, 0) != plan.NoWatermark && !p.Stream.Single {
		return planned{}, condition.New("_LEGACY_ERROR_TEMP_3076", "", "Redefining watermark is disallowed. You can set the config '%s' to 'false' to "+
			"restore the previous behavior. Note that multiple stateful operators will be disallowed.", AllowMultipleKey).
			WithParam("config", AllowMultipleKey).WithFix("call WithWatermark once for each source")
	}
	n := &plan.EventTime{Origin: p.Origin("EventTimeWatermark"), Query: p.Query, Col: -1, Name: r.Column.Name, Delay: r.Delay}
	p.Stream.EventTimes = append(p.Stream.EventTimes, n)
	c, err := p.plan(r.Input)
	if err != nil {
		return planned{}, err
	}
	n.Child = c.node
	for i, a := range c.attrs {
		if a.ID == r.Column.ID {
			n.Col = i
		}
	}
	return planned{node: n, attrs: r.Output(), by: c.by}, nil
}

// AllowMultipleKey is the setting that gives each operator a watermark of its own; false makes a Stream Single.
const AllowMultipleKey = "spark.sql.streaming.statefulOperator.allowMultiple"

// onlyTime is the column of event time of rows that a stateful operator takes, -1 if there is none. There may not be two
// of them, because it could not be said which makes a row late.
func onlyTime(attrs []*expr.Attr) (int, error) {
	at := timeColumn(attrs)
	var names []string
	several := false
	for _, a := range attrs {
		if isEventTime(a) {
			names = append(names, a.Name)
			several = several || a.ID != attrs[at].ID
		}
	}
	if !several {
		return at, nil
	}
	list := "(" + strings.Join(names, ",") + ")"
	return 0, condition.New("_LEGACY_ERROR_TEMP_3077", "", "More than one event time columns are available. Please ensure there is at most one event time "+
		"column per stream. event time columns: %s", list).WithParam("eventTimeCols", list).WithFix("leave all but one out with Drop or Select")
}

// timeColumn is the first column of event time, -1 if there is none.
func timeColumn(attrs []*expr.Attr) int {
	for i, a := range attrs {
		if isEventTime(a) {
			return i
		}
	}
	return -1
}

func isEventTime(a *expr.Attr) bool { return a.Metadata[resolved.WatermarkKey] != nil }
