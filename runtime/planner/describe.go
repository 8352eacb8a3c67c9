package planner

import (
	"fmt"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// nodeName is the name of a node's operator.
func nodeName(n plan.Node) string {
	if op := n.From().Op; op != "" {
		return op
	}
	s := fmt.Sprintf("%T", n)
	return s[strings.LastIndexByte(s, '.')+1:]
}

// describe is the line of a node.
func describe(n plan.Node) string { return strings.TrimRight(nodeName(n)+" "+arguments(n), " ") }

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
	case *plan.Sample:
		return fmt.Sprintf("%v, %v, %t, %d", n.Lower, n.Upper, n.WithReplacement, n.Seed)
	}
	return ""
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
