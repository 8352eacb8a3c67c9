package planner

import (
	"fmt"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A StateWatermark says until when rows of one side of a join of streams are of no use any more.
type StateWatermark struct {
	Known bool
	Until int64 // µs: rows not after it can be forgotten
	Key   int   // the join key that it is about, -1: a column, the side's event time
}

// StateWatermarks are those of the left and the right side when the watermark of the input is mark (µs). It is known
// when a join key is event time: then it is the watermark itself; or when the condition bounds a side's event time by
// that of the other.
func StateWatermarks(r *resolved.Join, mark int64) [2]StateWatermark {
	none := StateWatermark{Key: -1}
	if mark == plan.NoWatermark || r.Condition == nil {
		return [2]StateWatermark{none, none}
	}
	left, right := r.Left.Output(), r.Right.Output()
	lkeys, rkeys, _, _ := equalKeys(unnamed(r.Condition), left, right)
	if i := timeKey(lkeys, rkeys, left, right); i >= 0 {
		w := StateWatermark{Known: true, Until: mark, Key: i}
		return [2]StateWatermark{w, w}
	}
	side := func(own, other []*expr.Attr) StateWatermark {
		at := timeColumn(own)
		if at < 0 {
			return none
		}
		until, ok := Bound(r.Condition, own[at:at+1], other, mark)
		return StateWatermark{Known: ok, Until: until, Key: -1}
	}
	return [2]StateWatermark{side(left, right), side(right, left)}
}

// unnamed is an expression without what it is shown as: BETWEEN is two comparisons.
func unnamed(e expr.Expr) expr.Expr {
	if e == nil {
		return nil
	}
	return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		if s, ok := e.(*expr.Shown); ok {
			return s.Child
		}
		return e
	})
}

// TimeInKeys says whether event time is among the keys of a join.
func TimeInKeys(r *resolved.Join) bool {
	left, right := r.Left.Output(), r.Right.Output()
	lkeys, rkeys, _, _ := equalKeys(unnamed(r.Condition), left, right)
	return timeKey(lkeys, rkeys, left, right) >= 0
}

// timeKey is the first key that is event time on a side, the left one first; -1: none is.
func timeKey(lkeys, rkeys []expr.Expr, left, right []*expr.Attr) int {
	for _, keys := range [][]expr.Expr{lkeys, rkeys} {
		for i, k := range keys {
			if a := attrOf(k, left, right); a != nil && isEventTime(a) {
				return i
			}
		}
	}
	return -1
}

// attrOf is the column that a key is, as the inputs know it.
func attrOf(e expr.Expr, sides ...[]*expr.Attr) *expr.Attr {
	a, ok := e.(*expr.Attr)
	if !ok {
		return nil
	}
	for _, s := range sides {
		for _, b := range s {
			if b.ID == a.ID {
				return b
			}
		}
	}
	return a
}

// Bound solves a condition for the column of own, of those that are given, in rows that can still meet rows of other, which
// are not before the watermark mark (µs): rows not after the result cannot.
func Bound(cond expr.Expr, own, other []*expr.Attr, mark int64) (until int64, ok bool) {
	if timeColumn(other) < 0 {
		return 0, false
	}
	for _, e := range resolved.Conjuncts(unnamed(cond)) {
		c, is := e.(*expr.Call)
		if !is || len(c.Args) != 2 {
			continue
		}
		less, more, equal := c.Args[0], c.Args[1], false
		switch c.Fn.Name {
		case "<":
		case "<=":
			equal = true
		case ">":
			less, more = more, less
		case ">=":
			less, more, equal = more, less, true
		default:
			continue
		}
		us, solved := boundOf(less, more, own, other, mark)
		if !solved {
			continue
		}
		ms := us / 1000
		if equal {
			ms--
		}
		if w := ms * 1000; !ok || w < until {
			until, ok = w, true
		}
	}
	return until, ok
}

// boundOf solves less < more for the one column of own in it.
func boundOf(less, more expr.Expr, own, other []*expr.Attr, mark int64) (int64, bool) {
	s := linear{}
	if !s.add(less, 1) || !s.add(more, -1) {
		return 0, false
	}
	sum, mine, others := s.constant, 0, 0
	for id, k := range s.terms {
		if k == 0 {
			continue
		}
		if findAttr(own, id) != nil {
			if mine++; k != -1 { // it has to be on the side of more
				return 0, false
			}
			continue
		}
		a := findAttr(other, id)
		if a == nil || !isEventTime(a) {
			return 0, false
		}
		others++
		sum += int64(k) * mark
	}
	return sum, mine == 1 && others <= 1
}

func findAttr(attrs []*expr.Attr, id int64) *expr.Attr {
	for _, a := range attrs {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// stateJoin joins two streams.
func (p *planner) stateJoin(r *resolved.Join) (planned, error) {
	st := p.state(nameJoin, r)
	n := &plan.StateJoin{Origin: p.Origin("StreamingSymmetricHashJoin"), Query: p.Query, State: st, Type: joinKinds[r.Type].kind}
	marks := StateWatermarks(r, st.Evict)
	st.Cleans = marks[0].Known || marks[1].Known
	l, err := p.plan(r.Left)
	if err != nil {
		return planned{}, err
	}
	rr, err := p.plan(r.Right)
	if err != nil {
		return planned{}, err
	}
	lkeys, rkeys, nullSafe, rest := equalKeys(unnamed(r.Condition), l.attrs, rr.attrs)
	if len(lkeys) == 0 {
		return planned{}, condition.New("_LEGACY_ERROR_TEMP_1181", "", "Stream-stream join without equality predicate is not supported.").
			WithFix("add an equality of a column of each side to the condition")
	}
	n.NullSafe = nullSafe
	var leftOnly, rightOnly, both []expr.Expr
	if rest != nil {
		for _, e := range resolved.Conjuncts(rest) {
			usesLeft, usesRight := resolved.Uses(e, l.attrs), resolved.Uses(e, rr.attrs)
			switch {
			case expr.Deterministic(e) && usesLeft && !usesRight:
				leftOnly = append(leftOnly, e)
			case expr.Deterministic(e) && usesRight && !usesLeft:
				rightOnly = append(rightOnly, e)
			default:
				both = append(both, e)
			}
		}
	}
	if n.Left, err = p.stateSide("left", l, lkeys, leftOnly, marks[0], st); err != nil {
		return planned{}, err
	}
	if n.Right, err = p.stateSide("right", rr, rkeys, rightOnly, marks[1], st); err != nil {
		return planned{}, err
	}
	if n.Left.Partitions() != n.Right.Partitions() {
		return planned{}, fmt.Errorf("planner: the sides of a join of streams have %d and %d partitions", n.Left.Partitions(), n.Right.Partitions())
	}
	if len(both) > 0 {
		all := append(append([]*expr.Attr(nil), l.attrs...), rr.attrs...)
		if n.Condition, err = bind(resolved.Conjunction(both), all); err != nil {
			return planned{}, err
		}
	}
	return planned{node: n, attrs: r.Output()}, nil
}

func (p *planner) stateSide(name string, c planned, keys, only []expr.Expr, w StateWatermark, st *plan.State) (plan.StateSide, error) {
	at, err := onlyTime(c.attrs)
	s := plan.StateSide{Time: at, Until: w.Until}
	if err != nil {
		return s, err
	}
	if s.Keys, err = bindAll(keys, c.attrs); err != nil {
		return s, err
	}
	if len(only) > 0 {
		if s.Only, err = bind(resolved.Conjunction(only), c.attrs); err != nil {
			return s, err
		}
	}
	if w.Known {
		if w.Key >= 0 {
			s.Expires = s.Keys[w.Key]
		} else {
			s.Expires = columns(c.attrs, s.Time, s.Time+1)[0]
		}
	}
	s.Node = p.placed(c, s.Keys, st).node
	st.Table(name+".rows", []*types.Type{blockOf(c.attrs)}, 4, ", number INT")
	st.Table(name+".met", []*types.Type{types.Binary}, 4, ", number INT")
	st.Table(name+".due", nil, 4, ", number INT")
	return s, nil
}

// blockOf is the type of what lies under a key and a number: rows of the columns.
func blockOf(attrs []*expr.Attr) *types.Type {
	fields := make([]types.Field, len(attrs))
	for i, a := range attrs {
		fields[i] = types.Field{Name: fmt.Sprintf("_%d", i), Type: a.Typ, Nullable: true}
	}
	return types.ArrayOf(types.StructOf(fields...), false)
}
