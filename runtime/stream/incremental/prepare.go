package incremental

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// prepare rewrites what streams need otherwise than relations that are all there: set operations with a table become
// joins, and rows that cannot meet any are left out before a join, so that they are neither read nor remembered.
func prepare(r resolved.Relation) resolved.Relation {
	return resolved.Rewrite(r, func(r resolved.Relation) resolved.Relation {
		switch r := r.(type) {
		case *resolved.Except:
			if resolved.IsStreaming(r) && !r.All {
				return notIn(r)
			}
		case *resolved.Join:
			if resolved.IsStreaming(r) {
				return withoutNulls(r)
			}
		}
		return r
	})
}

// notIn is EXCEPT with a table on the right: the distinct rows that no row of it equals.
func notIn(r *resolved.Except) resolved.Relation {
	var equal []expr.Expr
	right := r.Right.Output()
	for i, a := range r.Left.Output() {
		e, err := expr.Resolve("<=>", []expr.Expr{a, right[i]}, expr.Options{})
		if err != nil {
			return r
		}
		equal = append(equal, e)
	}
	j := &resolved.Join{Left: r.Left, Right: r.Right, Type: resolved.LeftAnti, Condition: resolved.Conjunction(equal)}
	d := &resolved.Distinct{Input: j}
	cols := make([]expr.Expr, len(r.Attrs))
	for i, a := range d.Output() {
		cols[i] = a
		if b := r.Attrs[i]; b.ID != a.ID {
			cols[i] = &expr.Alias{ID: b.ID, Name: b.Name, Child: a, Metadata: b.Metadata}
		}
	}
	return &resolved.Project{Input: d, Cols: cols}
}

// sidesOfRequired says for which sides of a join a row for which the condition is null never comes out.
var sidesOfRequired = map[resolved.JoinType][2]bool{
	resolved.Inner:      {true, true},
	resolved.LeftSemi:   {true, true},
	resolved.LeftOuter:  {false, true},
	resolved.LeftAnti:   {false, true},
	resolved.RightOuter: {true, false},
}

// withoutNulls filters rows that have a null where the condition wants a value.
func withoutNulls(r *resolved.Join) resolved.Relation {
	if r.Condition == nil {
		return r
	}
	sides := sidesOfRequired[r.Type]
	in := []resolved.Relation{r.Left, r.Right}
	streams := resolved.IsStreaming(r.Left) && resolved.IsStreaming(r.Right)
	for i, s := range in {
		if !sides[i] || !resolved.IsStreaming(s) {
			continue
		}
		var known []expr.Expr
		for _, a := range s.Output() {
			if a.Null && required(r.Condition, a) {
				var col expr.Expr = a
				if streams { // such a row counts as read all the same: no source is to leave it out
					col = &expr.Shown{Text: a.String(), Child: a}
				}
				e, err := expr.Resolve("isnotnull", []expr.Expr{col}, expr.Options{})
				if err != nil {
					return r
				}
				known = append(known, e)
			}
		}
		if len(known) > 0 {
			in[i] = &resolved.Filter{Input: s, Condition: resolved.Conjunction(known)}
		}
	}
	return r.WithInputs(in)
}

// required says whether a condition cannot be true when a column is null.
func required(cond expr.Expr, a *expr.Attr) bool {
	switch e := cond.(type) {
	case *expr.Attr:
		return e.ID == a.ID
	case *expr.Shown:
		return required(e.Child, a)
	case *expr.Cast:
		return required(e.Child, a)
	case *expr.Call:
		if !strict[e.Fn.Name] {
			return false
		}
		for _, c := range e.Args {
			if required(c, a) {
				return true
			}
		}
	}
	return false
}

// strict are functions that are null, or not true, when an argument is.
var strict = map[string]bool{"and": true, "=": true, "<": true, "<=": true, ">": true, ">=": true, "+": true, "-": true, "*": true,
	"negative": true, "timestampadd_interval": true, "subtracttimestamps": true}
