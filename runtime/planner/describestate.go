package planner

import (
	"fmt"
	"slices"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// An aggregation with state: what is shown of it, from the state to the result.
type aggregation struct {
	keys                 string
	aggs                 []*expr.Agg
	state                *plan.State
	child                []*types.Type
	restore, merge, save string
	session              string
}

// showAggregation is the operators that an aggregation with state, shown as s, is made of: the partial results of the
// batch are put beside what state has of their groups, both are merged and saved, and those that the mode asks for become
// results.
func showAggregation(s *shown, a aggregation) *shown {
	functions := func(mode string) string {
		ts := make([]string, len(a.aggs))
		for i, g := range a.aggs {
			ts[i] = mode + g.String()
		}
		return fmt.Sprintf("(keys=%s, functions=[%s])", a.keys, strings.Join(ts, ", "))
	}
	over := func(below *shown, name, args string) *shown {
		return &shown{name: name, args: args, types: a.child, partitions: s.partitions, below: []*shown{below}}
	}
	keys := a.keys
	if a.session != "" {
		keys += ", " + a.session
	}
	restored := over(s.below[0], a.restore, keys+", "+stateInfo(a.state))
	merged := over(restored, a.merge, functions(modes[plan.Final]))
	saved := over(merged, a.save, fmt.Sprintf("%s, %s, %s, %s", keys, stateInfo(a.state), ModeName(a.state.Mode), watermarks(a.state)))
	return &shown{name: "HashAggregate", args: functions(""), types: s.types, partitions: s.partitions, below: []*shown{saved}}
}

// stateInfo says which operator it is, which version of state it starts from, and in how many partitions. State that is
// only there while the plan runs has none.
func stateInfo(s *plan.State) string {
	if s.Partitions == 0 {
		return "state info [ none ]"
	}
	return fmt.Sprintf("state info [ opId = %d, ver = %d, numPartitions = %d ]", s.Operator, s.Version, s.Partitions)
}

// watermarks are those for late rows and for what is over, in ms; 0 without any, as Spark has it.
func watermarks(s *plan.State) string {
	ms := func(us int64) int64 {
		if us == plan.NoWatermark {
			return 0
		}
		return us / 1000
	}
	return fmt.Sprintf("%d, %d", ms(s.Late), ms(s.Evict))
}

// ModeName is an output mode as plans show it.
func ModeName(m plan.OutputMode) string {
	s := m.String()
	return strings.ToUpper(s[:1]) + s[1:]
}

func distinctArguments(n *plan.StateDistinct) string {
	return fmt.Sprintf("[%s], %s, %s", strings.Join(n.Names, ", "), stateInfo(n.State), watermarks(n.State))
}

func stateJoinArguments(n *plan.StateJoin) string {
	return fmt.Sprintf("%s, %s, %s, condition = [ leftOnly = %s, rightOnly = %s, both = %s ], %s, %s, state cleanup [ left = %s, right = %s ]",
		texts(n.Left.Keys), texts(n.Right.Keys), n.Type, orNull(n.Left.Only), orNull(n.Right.Only), orNull(n.Condition),
		stateInfo(n.State), watermarks(n.State), cleanup(&n.Left), cleanup(&n.Right))
}

func orNull(e expr.Expr) string {
	if e == nil {
		return "null"
	}
	return e.String()
}

// cleanup is when the rows of a side are forgotten, with the time in ms.
func cleanup(s *plan.StateSide) string {
	if s.Expires == nil {
		return "null"
	}
	of := "value"
	if slices.Contains(s.Keys, s.Expires) {
		of = "key"
	}
	return fmt.Sprintf("%s predicate: (%s <= %d)", of, s.Expires, s.Until/1000)
}
