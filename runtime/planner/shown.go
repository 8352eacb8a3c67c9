package planner

import (
	"fmt"
	"strings"

	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A shown is an operator as EXPLAIN shows it. Most are nodes of the plan. An aggregation with state is one node that does
// what Spark has several operators for: it is shown as these, so that it can be read where state is restored and saved.
type shown struct {
	name, args string
	types      []*types.Type // nil: not those of a DataFrame
	partitions int
	below      []*shown
}

func (s *shown) line() string { return strings.TrimRight(s.name+" "+s.args, " ") }

// showPlan is a plan as it is shown; a node in two places is the same shown.
func showPlan(n plan.Node) *shown { return showOf(n, map[plan.Node]*shown{}) }

func showOf(n plan.Node, known map[plan.Node]*shown) *shown {
	if s := known[n]; s != nil {
		return s
	}
	var below []*shown
	for _, c := range n.Children() {
		below = append(below, showOf(c, known))
	}
	s := &shown{name: nodeName(n), args: arguments(n), types: plan.TypesOf(n), partitions: n.Partitions(), below: below}
	switch n := n.(type) {
	case *plan.StateAggregate:
		s = showAggregation(s, aggregation{keys: texts(n.Keys), aggs: n.Aggs, state: n.State, child: plan.TypesOf(n.Child),
			restore: "StateStoreRestore", merge: "HashAggregate", save: "StateStoreSave"})
	case *plan.StateSessions:
		s = showAggregation(s, aggregation{keys: texts(n.Keys), aggs: n.Aggs, state: n.State, child: plan.TypesOf(n.Child),
			restore: "SessionWindowStateStoreRestore", merge: "MergingSessions", save: "SessionWindowStateStoreSave", session: n.Keys[n.Session].String()})
	}
	known[n] = s
	return s
}

// walkShown calls f for s and everything below it, once, what is below first.
func walkShown(s *shown, f func(*shown)) {
	seen := map[*shown]bool{}
	var walk func(*shown)
	walk = func(s *shown) {
		if seen[s] {
			return
		}
		seen[s] = true
		for _, c := range s.below {
			walk(c)
		}
		f(s)
	}
	walk(s)
}

func drawShown(b *strings.Builder, s *shown, text func(*shown) string) {
	resolved.DrawTree(b, s, text, func(s *shown) []*shown { return s.below })
}

// formatted is a tree of numbered names, and then what each does.
func formatted(top *shown) string {
	number := map[*shown]int{}
	var order []*shown
	walkShown(top, func(s *shown) {
		order = append(order, s)
		number[s] = len(order)
	})
	var b strings.Builder
	drawShown(&b, top, func(s *shown) string { return fmt.Sprintf("%s (%d)", s.name, number[s]) })
	for _, s := range order {
		fmt.Fprintf(&b, "\n\n(%d) %s", number[s], s.line())
		if s.types != nil {
			names := make([]string, len(s.types))
			for i, t := range s.types {
				names[i] = t.String()
			}
			fmt.Fprintf(&b, "\nOutput [%d]: [%s]", len(s.types), strings.Join(names, ", "))
		}
		fmt.Fprintf(&b, "\nPartitions: %d", s.partitions)
	}
	return b.String()
}
