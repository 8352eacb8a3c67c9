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
	}
	children := n.Children()
	if len(children) != 1 {
		return nil, fmt.Errorf("op: no operator for %T", n)
	}
	in, err := Build(children[0], p, t)
	if err != nil {
		return nil, err
	}
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
	}
	in.Close()
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
