package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// propagateEmpty replaces what surely has no rows by a relation without rows.
func propagateEmpty(_ *expr.Context, r resolved.Relation) resolved.Relation {
	if isEmpty(r) || resolved.IsStreaming(r) { // a stream is read even if none of its rows matters
		return r
	}
	if hasNone(r) {
		return &resolved.LocalRelation{Attrs: r.Output()}
	}
	switch r := r.(type) {
	case *resolved.Union:
		return shorterUnion(r)
	case *resolved.Join:
		switch {
		case isEmpty(r.Right) && (r.Type == resolved.LeftAnti || r.Type == resolved.NullAwareAnti):
			return r.Left
		case isEmpty(r.Right) && (r.Type == resolved.LeftOuter || r.Type == resolved.LeftSingle || r.Type == resolved.FullOuter):
			return withNulls(r.Left, r.Output(), len(r.Left.Output()), true)
		case isEmpty(r.Left) && (r.Type == resolved.RightOuter || r.Type == resolved.FullOuter):
			return withNulls(r.Right, r.Output(), len(r.Left.Output()), false)
		}
	}
	return r
}

// hasNone says whether a relation has no rows because of its inputs.
func hasNone(r resolved.Relation) bool {
	switch r := r.(type) {
	case *resolved.Filter:
		return isEmpty(r.Input) || isLit(r.Condition, false) || isLit(r.Condition, nil)
	case *resolved.Limit:
		return isEmpty(r.Input) || r.N <= 0
	case *resolved.Tail:
		return isEmpty(r.Input) || r.N <= 0
	case *resolved.Project, *resolved.Offset, *resolved.Sort, *resolved.Window, *resolved.Distinct,
		*resolved.Deduplicate, *resolved.Expand, *resolved.Generate, *resolved.Sample, *resolved.Repartition:
		return isEmpty(r.Inputs()[0])
	case *resolved.Aggregate:
		return len(r.Grouping) > 0 && isEmpty(r.Input)
	case *resolved.Join:
		l, rr := isEmpty(r.Left), isEmpty(r.Right)
		switch r.Type {
		case resolved.Inner, resolved.LeftSemi:
			return l || rr || isLit(r.Condition, false)
		case resolved.FullOuter:
			return l && rr
		case resolved.RightOuter:
			return rr
		}
		return l
	case *resolved.Union:
		for _, c := range r.Children {
			if !isEmpty(c) {
				return false
			}
		}
		return true
	case *resolved.Intersect:
		return isEmpty(r.Left) || isEmpty(r.Right)
	case *resolved.Except:
		return isEmpty(r.Left)
	}
	return false
}

func isEmpty(r resolved.Relation) bool {
	l, ok := r.(*resolved.LocalRelation)
	return ok && len(l.Rows) == 0
}

// shorterUnion leaves out inputs without rows.
func shorterUnion(r *resolved.Union) resolved.Relation {
	var left []resolved.Relation
	for _, c := range r.Children {
		if !isEmpty(c) {
			left = append(left, c)
		}
	}
	switch len(left) {
	case len(r.Children):
		return r
	case 1:
		return renamed(left[0], r.Attrs)
	}
	return &resolved.Union{Children: left, Attrs: r.Attrs}
}

// renamed gives the columns of a relation other identities.
func renamed(r resolved.Relation, attrs []*expr.Attr) resolved.Relation {
	cols := make([]expr.Expr, len(attrs))
	for i, a := range r.Output() {
		cols[i] = &expr.Alias{ID: attrs[i].ID, Name: attrs[i].Name, Child: a, Metadata: attrs[i].Metadata}
	}
	return &resolved.Project{Input: r, Cols: cols}
}

// withNulls adds to a side of a join the other side's columns as nulls. The left has lw columns.
func withNulls(r resolved.Relation, out []*expr.Attr, lw int, left bool) resolved.Relation {
	cols := make([]expr.Expr, len(out))
	for i, a := range out {
		cols[i] = a
		if (i < lw) != left {
			cols[i] = &expr.Alias{ID: a.ID, Name: a.Name, Child: expr.NullOf(a.Typ), Metadata: a.Metadata}
		}
	}
	return &resolved.Project{Input: r, Cols: cols}
}
