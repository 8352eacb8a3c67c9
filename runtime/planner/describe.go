package planner

import (
	"fmt"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// nodeName is the name of a node's operator.
func nodeName(n plan.Node) string {
	if op := n.From().Op; op != "" {
		return op
	}
	s := fmt.Sprintf("%T", n)
	return s[strings.LastIndexByte(s, '.')+1:]
}

func arguments(n plan.Node) string {
	switch n := n.(type) {
	case *plan.Scan:
		return fmt.Sprintf("%s, %d partitions", typeNames(n), len(n.Splits))
	case *plan.Compute:
		return texts(n.Exprs)
	case *plan.Select:
		return n.Condition.String()
	case *plan.Exchange:
		return n.By.String()
	case *plan.Coalesce:
		return fmt.Sprint(n.N)
	case *plan.HashAggregate:
		fns := make([]string, len(n.Aggs))
		for i, g := range n.Aggs {
			fns[i] = modes[n.Mode] + g.String()
		}
		return fmt.Sprintf("(keys=%s, functions=[%s])", texts(n.Keys), strings.Join(fns, ", "))
	case *plan.Distinct:
		return fmt.Sprintf("keys=%v", n.Keys)
	case *plan.SortRows:
		s := sortKeys(n.Keys)
		if n.Limit >= 0 {
			s = fmt.Sprintf("(limit=%d, orderBy=%s)", n.Limit, s)
		}
		return s
	case *plan.Limit:
		if n.Offset > 0 {
			return fmt.Sprintf("%d, offset=%d", n.N, n.Offset)
		}
		return fmt.Sprint(n.N)
	case *plan.Tail:
		return fmt.Sprint(n.N)
	case *plan.JoinRows:
		return joinArguments(n)
	case *plan.Expand:
		ps := make([]string, len(n.Projections))
		for i, p := range n.Projections {
			ps[i] = texts(p)
		}
		return "[" + strings.Join(ps, ", ") + "]"
	case *plan.Generate:
		s := n.Gen.String()
		if n.Gen.Outer {
			s += ", outer"
		}
		return s
	case *plan.Window:
		calls := make([]string, len(n.Calls))
		for i, c := range n.Calls {
			calls[i] = c.Func.String()
		}
		return fmt.Sprintf("[%s], %s, %s", strings.Join(calls, ", "), texts(n.Partition), sortKeys(n.Order))
	case *plan.EventTime:
		return fmt.Sprintf("%s: %s, %s", n.Name, timeType(n), types.Interval{Micros: n.Delay})
	case *plan.StateDistinct:
		return distinctArguments(n)
	case *plan.StateLimit:
		return fmt.Sprintf("%d, %s, %s", n.N, stateInfo(n.State), ModeName(n.State.Mode))
	case *plan.StateGroups:
		return fmt.Sprintf("keys=%v, %s, %s, %s", n.Keys, stateInfo(n.State), ModeName(n.State.Mode), watermarks(n.State))
	case *plan.StateJoin:
		return stateJoinArguments(n)
	case *plan.Sample:
		return fmt.Sprintf("%v, %v, %t, %d", n.Lower, n.Upper, n.WithReplacement, n.Seed)
	}
	return ""
}

// timeType is the type of the column of event time.
func timeType(n *plan.EventTime) string {
	if ts := plan.TypesOf(n); n.Col >= 0 && n.Col < len(ts) {
		return ts[n.Col].String()
	}
	return types.Timestamp.String()
}

var modes = map[plan.AggregateMode]string{plan.Partial: "partial_", plan.Final: "merge_", plan.Complete: ""}

func joinArguments(n *plan.JoinRows) string {
	var parts []string
	if len(n.LeftKeys) > 0 {
		parts = append(parts, texts(n.LeftKeys), texts(n.RightKeys))
	}
	side := "BuildRight"
	if n.BuildLeft {
		side = "BuildLeft"
	}
	parts = append(parts, n.Type.String(), side)
	if n.Condition != nil {
		parts = append(parts, n.Condition.String())
	}
	return strings.Join(parts, ", ")
}

func sortKeys(ks []expr.SortKey) string {
	ts := make([]string, len(ks))
	for i, k := range ks {
		ts[i] = k.String()
	}
	return "[" + strings.Join(ts, ", ") + "]"
}

func texts(es []expr.Expr) string {
	ts := make([]string, len(es))
	for i, e := range es {
		ts[i] = e.String()
	}
	return "[" + strings.Join(ts, ", ") + "]"
}

func typeNames(n plan.Node) string {
	var ts []string
	for _, t := range plan.TypesOf(n) {
		ts = append(ts, t.String())
	}
	return "[" + strings.Join(ts, ", ") + "]"
}
