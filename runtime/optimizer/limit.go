package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// pushLimit takes the first rows as early as can be: before columns are computed, in each input of a union, and on the
// side of a one-sided outer join that all rows come from.
func pushLimit(_ *expr.Context, r resolved.Relation) resolved.Relation {
	l, ok := r.(*resolved.Limit)
	if !ok || resolved.IsStreaming(l) { // the first rows of all batches are counted once
		return r
	}
	if n, known := mostRows(l.Input); known && n <= l.N {
		return l.Input
	}
	switch in := l.Input.(type) {
	case *resolved.Limit:
		return &resolved.Limit{Input: in.Input, N: min(l.N, in.N)}
	case *resolved.Project:
		if deterministic(in.Cols...) {
			return &resolved.Project{Input: &resolved.Limit{Input: in.Input, N: l.N}, Cols: in.Cols}
		}
	case *resolved.Union:
		cs, changed := make([]resolved.Relation, len(in.Children)), false
		for i, c := range in.Children {
			cs[i] = atMost(c, l.N)
			changed = changed || cs[i] != c
		}
		if changed {
			return &resolved.Limit{Input: in.WithInputs(cs), N: l.N}
		}
	case *resolved.Join:
		left, right := in.Left, in.Right
		switch in.Type {
		case resolved.LeftOuter:
			left = atMost(left, l.N)
		case resolved.RightOuter:
			right = atMost(right, l.N)
		}
		if left != in.Left || right != in.Right {
			return &resolved.Limit{Input: in.WithInputs([]resolved.Relation{left, right}), N: l.N}
		}
	}
	return r
}

// atMost limits a relation unless it is known not to have more rows.
func atMost(r resolved.Relation, n int64) resolved.Relation {
	if m, known := mostRows(r); known && m <= n {
		return r
	}
	return &resolved.Limit{Input: r, N: n}
}

// mostRows is how many rows a relation has at most, if that is known.
func mostRows(r resolved.Relation) (int64, bool) {
	switch r := r.(type) {
	case *resolved.LocalRelation:
		return int64(len(r.Rows)), true
	case *resolved.Limit:
		if n, known := mostRows(r.Input); known {
			return min(n, r.N), true
		}
		return r.N, true
	case *resolved.Tail:
		return r.N, true
	case *resolved.Aggregate:
		if len(r.Grouping) == 0 {
			return 1, true
		}
		return mostRows(r.Input)
	case *resolved.Project, *resolved.Filter, *resolved.Sort, *resolved.Distinct, *resolved.Offset, *resolved.Repartition, *resolved.Window:
		return mostRows(r.Inputs()[0])
	}
	return 0, false
}
