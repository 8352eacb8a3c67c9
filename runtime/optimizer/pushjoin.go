package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// Which conditions may go to a side of a join: those of a filter above, and those of the join's own condition. A filter
// goes to the side whose rows come out as they are; a join's condition to the side whose rows need a match to come out.
var joinSides = map[resolved.JoinType]struct{ filterLeft, filterRight, conditionLeft, conditionRight bool }{
	resolved.Inner:         {true, true, true, true},
	resolved.LeftOuter:     {true, false, false, true},
	resolved.RightOuter:    {false, true, true, false},
	resolved.FullOuter:     {},
	resolved.LeftSemi:      {true, false, true, true},
	resolved.LeftAnti:      {true, false, false, true},
	resolved.NullAwareAnti: {true, false, false, false},
	resolved.LeftSingle:    {true, false, false, true},
	resolved.Existence:     {true, false, false, true},
}

// pushIntoJoin moves conditions of a filter over a join, and of the join itself, to the sides; what needs both sides of
// an inner join becomes its condition.
func pushIntoJoin(_ *expr.Context, r resolved.Relation) resolved.Relation {
	var above expr.Expr
	j, ok := r.(*resolved.Join)
	if f, is := r.(*resolved.Filter); is {
		above = f.Condition
		j, ok = f.Input.(*resolved.Join)
	}
	if !ok {
		return r
	}
	sides := joinSides[j.Type]
	lout, rout := j.Left.Output(), j.Right.Output()
	var left, right, condition, stay []expr.Expr
	moved := false
	if above != nil {
		for _, e := range resolved.Conjuncts(above) {
			switch {
			case !movable(e):
				stay = append(stay, e)
			case sides.filterLeft && within(e, lout):
				left, moved = append(left, e), true
			case sides.filterRight && within(e, rout):
				right, moved = append(right, e), true
			case j.Type == resolved.Inner:
				condition, moved = append(condition, e), true
			default:
				stay = append(stay, e)
			}
		}
	}
	if j.Condition != nil {
		var own []expr.Expr
		for _, e := range resolved.Conjuncts(j.Condition) {
			switch {
			case isLit(e, true):
				moved = true
			case !movable(e) || len(references(e)) == 0:
				own = append(own, e)
			case sides.conditionLeft && within(e, lout):
				left, moved = append(left, e), true
			case sides.conditionRight && within(e, rout):
				right, moved = append(right, e), true
			default:
				own = append(own, e)
			}
		}
		condition = append(own, condition...)
	}
	if !moved {
		return r
	}
	k := *j
	k.Left, k.Right = filtered(j.Left, left), filtered(j.Right, right)
	k.Condition = resolved.Conjunction(condition)
	if j.Type == resolved.NullAwareAnti && k.Condition == nil {
		k.Condition = expr.True
	}
	return filtered(&k, stay)
}
