package analysis

import (
	"slices"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// unpivot makes a row of each value column, or of each group of them.
func (r *resolver) unpivot(l *logical.Unpivot, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	groups := make([][]expr.Expr, len(l.Values))
	isValue := map[int64]bool{}
	for i, g := range l.Values {
		for _, x := range g {
			for _, c := range n.item(x, &items{names: map[int64][]string{}}) {
				groups[i] = append(groups[i], c)
				isValue[nameOf(c).ID] = true
			}
		}
	}
	if len(l.Values) == 1 && len(l.ValueNames) == 1 && len(groups[0]) > 1 { // a star
		star := groups[0]
		groups = nil
		for _, c := range star {
			groups = append(groups, []expr.Expr{c})
		}
	}
	var ids []expr.Expr
	for _, x := range l.IDs {
		ids = append(ids, n.item(x, &items{names: map[int64][]string{}})...)
	}
	switch {
	case !l.HasIDs && len(l.IDs) == 0 && len(groups) > 0:
		for _, a := range in.cols {
			if !isValue[a.ID] {
				ids = append(ids, a)
			}
		}
	case len(groups) == 0:
		isID := map[int64]bool{}
		for _, c := range ids {
			isID[nameOf(c).ID] = true
		}
		for _, a := range in.cols {
			if !isID[a.ID] {
				groups = append(groups, []expr.Expr{a})
			}
		}
	}
	if len(groups) == 0 {
		fail(l.Origin, "UNPIVOT_REQUIRES_VALUE_COLUMNS")
	}
	return r.unpivoted(l, in, ids, groups)
}

func (r *resolver) unpivoted(l *logical.Unpivot, in *scope, ids []expr.Expr, groups [][]expr.Expr) *scope {
	width := len(l.ValueNames)
	ts := make([]*types.Type, width)
	null := make([]bool, width)
	for j := range ts {
		ts[j] = types.Void
		for _, g := range groups {
			if len(g) != width {
				fail(l.Origin, "UNPIVOT_VALUE_SIZE_MISMATCH", "names", strings.Join(l.ValueNames, ", "))
			}
			if ts[j] = unpivotType(ts[j], g[j].Type()); ts[j] == nil {
				r.unpivotMismatch(l, groups, j)
			}
			null[j] = null[j] || g[j].Nullable()
		}
	}
	x := &resolved.Expand{Input: in.rel}
	for _, c := range ids {
		a := *nameOf(c)
		a.ID = expr.NextID()
		x.Attrs = append(x.Attrs, &a)
	}
	x.Attrs = append(x.Attrs, &expr.Attr{ID: expr.NextID(), Name: l.VariableName, Typ: types.String})
	for j, name := range l.ValueNames {
		x.Attrs = append(x.Attrs, &expr.Attr{ID: expr.NextID(), Name: name, Typ: ts[j], Null: null[j]})
	}
	for i, g := range groups {
		row := plainAll(ids)
		name := ""
		if i < len(l.Aliases) {
			name = l.Aliases[i]
		}
		if name == "" {
			name = joinNames(g)
		}
		row = append(row, expr.StringLit(name))
		for j, c := range g {
			row = append(row, implicit(plain(c), ts[j], r.Legacy))
		}
		x.Projections = append(x.Projections, row)
	}
	var rel resolved.Relation = x
	if !l.IncludeNulls {
		var there expr.Expr
		for _, a := range x.Attrs[len(ids)+1:] {
			c := r.must("isnotnull", a)
			if there == nil {
				there = c
			} else {
				there = r.must("or", there, c)
			}
		}
		rel = &resolved.Filter{Input: x, Condition: there}
	}
	return leafScope(rel)
}

func plainAll(es []expr.Expr) []expr.Expr {
	out := make([]expr.Expr, len(es))
	for i, e := range es {
		out[i] = plain(e)
	}
	return out
}

func joinNames(g []expr.Expr) string {
	names := make([]string, len(g))
	for i, c := range g {
		names[i] = nameOf(c).Name
	}
	return strings.Join(names, "_")
}

// unpivotType is the common type of value columns: strings do not become numbers.
func unpivotType(a, b *types.Type) *types.Type {
	return inlineType([]*types.Type{a, b})
}

// unpivotMismatch lists the types that have no common one, with the columns that have them.
func (r *resolver) unpivotMismatch(l *logical.Unpivot, groups [][]expr.Expr, j int) {
	var order []string
	columns := map[string][]string{}
	for _, g := range groups {
		t := typeText(g[j].Type())
		if columns[t] == nil {
			order = append(order, t)
		}
		columns[t] = append(columns[t], types.Quote(nameOf(g[j]).Name))
	}
	slices.Sort(order)
	for i, t := range order {
		names := columns[t]
		if len(names) > 3 {
			names = append(names[:3:3], "...")
		}
		order[i] = t + " (" + strings.Join(names, ", ") + ")"
	}
	fail(l.Origin, "UNPIVOT_VALUE_DATA_TYPE_MISMATCH", "types", strings.Join(order, ", "))
}
