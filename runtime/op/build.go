package op

import (
	"fmt"

	"gospark/runtime/plan"
)

// Build makes the operators that compute partition p of n, down to the stage's exchanges and scans.
func Build(n plan.Node, p int, t *Task) (Operator, error) {
	if c := n.From().Persisted(); c != nil {
		return newCached(c, p, t)
	}
	return compute(n, p, t)
}

func compute(n plan.Node, p int, t *Task) (Operator, error) {
	switch n := n.(type) {
	case *plan.Scan:
		return newScan(n, p, t)
	case *plan.Exchange:
		return newShuffleRead(n, p, t)
	case *plan.Cache:
		return newCached(n, p, t)
	case *plan.Union:
		if n.Aligned {
			return newConcat(n.Inputs, p, t), nil
		}
		for _, in := range n.Inputs {
			if p < in.Partitions() {
				return Build(in, p, t)
			}
			p -= in.Partitions()
		}
		return nil, fmt.Errorf("union: no partition %d", p)
	case *plan.Coalesce:
		return newCoalesce(n, p, t), nil
	case *plan.Zip:
		return build2(n.Left, n.Right, p, p, t, func(l, r Operator) (Operator, error) { return newZip(l, r), nil })
	case *plan.Cartesian:
		m := n.Right.Partitions()
		return build2(n.Left, n.Right, p/m, p%m, t, newCartesian)
	case *plan.Join:
		return build2(n.Left, n.Right, p, p, t, func(l, r Operator) (Operator, error) { return newJoin(n, l, r), nil })
	case *plan.CoGroup:
		return newCoGroup(n, p, t)
	case *plan.JoinRows:
		lp, rp := p, p
		if n.Broadcast && n.BuildLeft {
			lp = 0
		} else if n.Broadcast {
			rp = 0
		}
		return build2(n.Left, n.Right, lp, rp, t, func(l, r Operator) (Operator, error) { return newJoinRows(n, p, l, r, t) })
	case *plan.StateJoin:
		return build2(n.Left.Node, n.Right.Node, p, p, t, func(l, r Operator) (Operator, error) { return newStateJoin(n, p, l, r, t) })
	case *plan.SetOperation:
		return build2(n.Left, n.Right, p, p, t, func(l, r Operator) (Operator, error) { return newSetOperation(n, l, r), nil })
	}
	children := n.Children()
	if len(children) != 1 {
		return nil, fmt.Errorf("op: no operator for %T", n)
	}
	in, err := Build(children[0], p, t)
	if err != nil {
		return nil, err
	}
	o, err := over(n, in, p, t)
	if err != nil {
		in.Close()
	}
	return o, err
}

// over makes the operator of a node with one child.
func over(n plan.Node, in Operator, p int, t *Task) (Operator, error) {
	switch n := n.(type) {
	case *plan.MapElements:
		return newMapElements(n, in, t), nil
	case *plan.TypedFilter:
		return newFilter(n, in, t), nil
	case *plan.Project:
		return newProject(n, in), nil
	case *plan.MapPartitions:
		return newMapPartitions(n, p, in, t)
	case *plan.Aggregate:
		return NewAggregate(n, in, t), nil
	case *plan.Sort:
		return newSort(n, in), nil
	case *plan.Compute:
		return newCompute(n, p, in, t)
	case *plan.Select:
		return newSelect(n, p, in, t)
	case *plan.Expand:
		return newExpand(n, p, in, t)
	case *plan.Generate:
		return newGenerate(n, p, in, t)
	case *plan.Sample:
		return newSample(n, p, in), nil
	case *plan.HashAggregate:
		return newHashAggregate(n, p, in, t)
	case *plan.Distinct:
		return newDistinct(n, in), nil
	case *plan.Window:
		return newWindow(n, p, in, t)
	case *plan.SortRows:
		return newSortRows(n, p, in, t)
	case *plan.Limit:
		return newLimit(n, in), nil
	case *plan.Tail:
		return newTail(n, in), nil
	case *plan.Observe:
		return newObserve(n, p, in, t)
	case *plan.Sessions:
		return newSessions(n, p, in, t)
	case *plan.EventTime:
		return newEventTime(n, p, in)
	case *plan.StateAggregate:
		return newStateAggregate(n, p, in, t)
	case *plan.StateGroups:
		return newStateGroups(n, p, in, t)
	case *plan.StateSessions:
		return newStateSessions(n, p, in, t)
	case *plan.StateDistinct:
		return newStateDistinct(n, p, in, t)
	case *plan.StateLimit:
		return newStateLimit(n, p, in, t), nil
	}
	return nil, fmt.Errorf("op: no operator for %T", n)
}

func build2(ln, rn plan.Node, lp, rp int, t *Task, make func(l, r Operator) (Operator, error)) (Operator, error) {
	l, err := Build(ln, lp, t)
	if err != nil {
		return nil, err
	}
	r, err := Build(rn, rp, t)
	if err != nil {
		l.Close()
		return nil, err
	}
	return make(l, r)
}
