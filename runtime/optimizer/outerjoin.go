package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// eliminateOuterJoin makes an outer join an inner one, or a full one one-sided, where a filter above throws away the rows
// that the outer join adds.
func eliminateOuterJoin(_ *expr.Context, r resolved.Relation) resolved.Relation {
	f, ok := r.(*resolved.Filter)
	if !ok {
		return r
	}
	j, ok := f.Input.(*resolved.Join)
	if !ok {
		return r
	}
	rejects := func(side resolved.Relation) bool {
		for _, e := range resolved.Conjuncts(f.Condition) {
			if expr.Deterministic(e) && rejectsNulls(e, side.Output()) {
				return true
			}
		}
		return false
	}
	kind := j.Type
	switch {
	case kind == resolved.LeftOuter && rejects(j.Right), kind == resolved.RightOuter && rejects(j.Left):
		kind = resolved.Inner
	case kind == resolved.FullOuter:
		left, right := rejects(j.Left), rejects(j.Right)
		switch {
		case left && right:
			kind = resolved.Inner
		case left:
			kind = resolved.LeftOuter
		case right:
			kind = resolved.RightOuter
		}
	}
	if kind == j.Type {
		return r
	}
	k := *j
	k.Type = kind
	return &resolved.Filter{Input: &k, Condition: f.Condition}
}

// rejectsNulls says whether a condition is surely not true for a row in which all columns of attrs are null.
func rejectsNulls(e expr.Expr, attrs []*expr.Attr) bool {
	if c, ok := e.(*expr.Call); ok {
		switch c.Fn.Name {
		case "and":
			return rejectsNulls(c.Args[0], attrs) || rejectsNulls(c.Args[1], attrs)
		case "or":
			return rejectsNulls(c.Args[0], attrs) && rejectsNulls(c.Args[1], attrs)
		case "isnotnull":
			return isNullWith(c.Args[0], attrs)
		}
	}
	return isNullWith(e, attrs)
}

// isNullWith says whether an expression is surely null when all columns of attrs are.
func isNullWith(e expr.Expr, attrs []*expr.Attr) bool {
	switch e := e.(type) {
	case *expr.Attr:
		for _, a := range attrs {
			if a.ID == e.ID {
				return true
			}
		}
	case *expr.Cast:
		return isNullWith(e.Child, attrs)
	case *expr.Shown:
		return isNullWith(e.Child, attrs)
	case *expr.Call:
		if !strict(e) {
			return false
		}
		for _, a := range e.Args {
			if isNullWith(a, attrs) {
				return true
			}
		}
	}
	return false
}

// strictFunctions are functions that are null whenever an argument is.
var strictFunctions = map[string]bool{"=": true, "<": true, "<=": true, ">": true, ">=": true, "+": true, "-": true, "*": true,
	"not": true, "like": true, "negative": true, "startswith": true, "endswith": true, "contains": true, "upper": true,
	"lower": true, "trim": true, "length": true, "abs": true, "&": true, "|": true, "^": true}

func strict(c *expr.Call) bool { return strictFunctions[c.Fn.Name] }
