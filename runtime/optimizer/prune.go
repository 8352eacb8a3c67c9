package optimizer

import (
	"slices"

	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// pruneColumns leaves out the columns that nobody above needs, down to the scans. The columns of r itself all stay.
func pruneColumns(r resolved.Relation) resolved.Relation { return prune(r, idSet(r.Output())) }

func idSet(attrs []*expr.Attr) map[int64]bool {
	ids := map[int64]bool{}
	for _, a := range attrs {
		ids[a.ID] = true
	}
	return ids
}

// prune makes a relation with at least the columns of need, in their order; where all are needed it has all.
func prune(r resolved.Relation, need map[int64]bool) resolved.Relation {
	switch r := r.(type) {
	case *resolved.LocalRelation:
		return pruneLocal(r, need)
	case *resolved.Scan:
		return pruneScan(r, need)
	case *resolved.Project:
		cols := keep(r.Cols, need)
		return over(&resolved.Project{Input: r.Input, Cols: cols}, r, len(cols) == len(r.Cols), references(cols...))
	case *resolved.Aggregate:
		aggs := keep(r.Aggs, need)
		s := *r
		s.Aggs = aggs
		return over(&s, r, len(aggs) == len(r.Aggs), references(s.Exprs()...))
	case *resolved.Window:
		calls := keep(r.Calls, need)
		if len(calls) == 0 {
			return prune(r.Input, need)
		}
		s := &resolved.Window{Input: r.Input, Calls: calls}
		return over(s, r, len(calls) == len(r.Calls), union(need, references(calls...)))
	case *resolved.Expand:
		return pruneExpand(r, need)
	case *resolved.Union:
		return pruneUnion(r, need)
	case *resolved.Deduplicate:
		return over(r, r, true, union(need, idSet(r.Keys)))
	case *resolved.WithWatermark:
		return over(r, r, true, union(need, map[int64]bool{r.Column.ID: true}))
	case *resolved.Filter, *resolved.Join, *resolved.Generate, *resolved.Sort, *resolved.Limit, *resolved.Offset,
		*resolved.Tail, *resolved.Repartition, *resolved.Sample, *resolved.CollectMetrics:
		return over(r, r, true, union(need, references(r.Exprs()...)))
	}
	in := r.Inputs()
	pruned := make([]resolved.Relation, len(in))
	for i, c := range in { // set operations and functions: all columns count
		pruned[i] = prune(c, idSet(c.Output()))
	}
	if slices.Equal(in, pruned) {
		return r
	}
	return r.WithInputs(pruned)
}

// over prunes the inputs of a relation to what is needed. If nothing of the relation or its inputs changed, the result
// is the relation as it was before.
func over(r, before resolved.Relation, same bool, need map[int64]bool) resolved.Relation {
	in := r.Inputs()
	pruned := make([]resolved.Relation, len(in))
	for i, c := range in {
		pruned[i] = prune(c, need)
	}
	if slices.Equal(in, pruned) {
		if same {
			return before
		}
		return r
	}
	return r.WithInputs(pruned)
}

func union(a, b map[int64]bool) map[int64]bool {
	out := map[int64]bool{}
	for id := range a {
		out[id] = true
	}
	for id := range b {
		out[id] = true
	}
	return out
}

func keep(es []expr.Expr, need map[int64]bool) []expr.Expr {
	var out []expr.Expr
	for _, e := range es {
		if need[resolved.Named(e).ID] {
			out = append(out, e)
		}
	}
	return out
}

// kept are the positions of the columns that are needed.
func kept(attrs []*expr.Attr, need map[int64]bool) []int {
	var at []int
	for i, a := range attrs {
		if need[a.ID] {
			at = append(at, i)
		}
	}
	return at
}

func pick[T any](s []T, at []int) []T {
	out := make([]T, len(at))
	for i, k := range at {
		out[i] = s[k]
	}
	return out
}

func pruneLocal(r *resolved.LocalRelation, need map[int64]bool) resolved.Relation {
	at := kept(r.Attrs, need)
	if len(at) == len(r.Attrs) {
		return r
	}
	s := &resolved.LocalRelation{Attrs: pick(r.Attrs, at)}
	for _, row := range r.Rows {
		s.Rows = append(s.Rows, pick(row, at))
	}
	return s
}

// pruneScan reads at least one column: how many rows there are is known by their values.
func pruneScan(r *resolved.Scan, need map[int64]bool) resolved.Relation {
	at := kept(r.Attrs, need)
	if len(at) == 0 && len(r.Attrs) > 0 {
		at = []int{cheapest(r)}
	}
	if len(at) == len(r.Attrs) {
		return r
	}
	s := *r
	s.Attrs, s.Columns = pick(r.Attrs, at), pick(r.Columns, at)
	return &s
}

// cheapest is the attribute to read when only the number of rows counts: the source may know.
func cheapest(r *resolved.Scan) int {
	s, ok := r.Source.(interface{ Cheapest() int })
	if !ok {
		return 0
	}
	return max(slices.Index(r.Columns, s.Cheapest()), 0)
}

func pruneExpand(r *resolved.Expand, need map[int64]bool) resolved.Relation {
	at := kept(r.Attrs, need)
	s := *r
	s.Attrs = pick(r.Attrs, at)
	s.Projections = nil
	for _, p := range r.Projections {
		s.Projections = append(s.Projections, pick(p, at))
	}
	return over(&s, r, len(at) == len(r.Attrs), references(s.Exprs()...))
}

// pruneUnion prunes all inputs alike: their columns go by position.
func pruneUnion(r *resolved.Union, need map[int64]bool) resolved.Relation {
	at := kept(r.Attrs, need)
	changed := len(at) < len(r.Attrs)
	cs := make([]resolved.Relation, len(r.Children))
	for i, c := range r.Children {
		wanted := pick(c.Output(), at)
		d := prune(c, idSet(wanted))
		cols := make([]expr.Expr, len(wanted))
		for k, a := range wanted {
			cols[k] = a
		}
		if !same(cols, d.Output()) {
			d = &resolved.Project{Input: d, Cols: cols}
		}
		changed = changed || d != c
		cs[i] = d
	}
	if !changed {
		return r
	}
	return &resolved.Union{Children: cs, Attrs: pick(r.Attrs, at)}
}
