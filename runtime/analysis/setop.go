package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

var setNames = map[logical.SetKind]string{logical.Union: "UNION", logical.Intersect: "INTERSECT", logical.Except: "EXCEPT"}

// setOperation resolves UNION, INTERSECT and EXCEPT: columns go by position and take their common type.
func (r *resolver) setOperation(l *logical.SetOperation, e *env) *scope {
	left, right := r.relation(l.Left, e), r.relation(l.Right, e)
	if l.ByName {
		left, right = r.byName(left, right, l)
	}
	name := setNames[l.Kind]
	if l.All {
		name += map[bool]string{true: "", false: "ALL"}[l.Kind == logical.Union]
	}
	if len(left.cols) != len(right.cols) {
		fail(l.Origin, "NUM_COLUMNS_MISMATCH", "operator", name, "firstNumColumns", itoa(len(left.cols)),
			"invalidOrdinalNum", "second", "invalidNumColumns", itoa(len(right.cols)))
	}
	a, b := only(left), only(right)
	attrs := make([]*expr.Attr, len(left.cols))
	la, lb := make([]expr.Expr, len(attrs)), make([]expr.Expr, len(attrs))
	for i, x := range left.cols {
		y := right.cols[i]
		t := types.Widen(x.Typ, y.Typ)
		if t == nil {
			t = positional(x.Typ, y.Typ)
		}
		if t == nil {
			incompatible(l.Origin, name, 1, i, y.Typ, x.Typ)
		}
		la[i], lb[i] = r.widened(x, t), r.widened(y, t)
		null := la[i].Nullable()
		switch l.Kind {
		case logical.Union:
			null = null || lb[i].Nullable()
		case logical.Intersect:
			null = null && lb[i].Nullable()
		}
		attrs[i] = &expr.Attr{ID: expr.NextID(), Name: x.Name, Typ: t, Null: null, Metadata: x.Metadata}
		if t := attrs[i].Typ; (l.Kind != logical.Union || !l.All) && hasMap(t) {
			fail(l.Origin, "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE", "colName", types.Quote(x.Name), "dataType", typeText(t))
		}
	}
	a, b = changed(a, la), changed(b, lb)
	var rel resolved.Relation
	switch l.Kind {
	case logical.Union:
		u := &resolved.Union{Children: []resolved.Relation{a, b}, Attrs: attrs}
		if inner, ok := a.(*resolved.Union); ok && l.All && sameTypes(inner.Attrs, attrs) {
			u.Children = append(append([]resolved.Relation(nil), inner.Children...), b)
		}
		rel = u
		if !l.All {
			rel = &resolved.Distinct{Input: u}
		}
	case logical.Intersect:
		rel = &resolved.Intersect{Left: a, Right: b, All: l.All, Attrs: attrs}
	case logical.Except:
		rel = &resolved.Except{Left: a, Right: b, All: l.All, Attrs: attrs}
	}
	return &scope{rel: rel, cols: attrs, plans: deeper(append(append([]planColumns(nil), left.plans...), right.plans...))}
}

// positional is the type of the first where the second differs from it in the names of fields only.
func positional(a, b *types.Type) *types.Type {
	if a.Kind != b.Kind {
		return nil
	}
	switch a.Kind {
	case types.ArrayKind:
		if e := positional(a.Elem, b.Elem); e != nil {
			return types.ArrayOf(e, a.Nullable || b.Nullable)
		}
		return nil
	case types.MapKind:
		k, v := positional(a.Key, b.Key), positional(a.Elem, b.Elem)
		if k == nil || v == nil {
			return nil
		}
		return types.MapOf(k, v, a.Nullable || b.Nullable)
	case types.StructKind:
		if len(a.Fields) != len(b.Fields) {
			return nil
		}
		fields := make([]types.Field, len(a.Fields))
		for i, f := range a.Fields {
			t := positional(f.Type, b.Fields[i].Type)
			if t == nil {
				return nil
			}
			fields[i] = types.Field{Name: f.Name, Type: t, Nullable: f.Nullable || b.Fields[i].Nullable}
		}
		return types.StructOf(fields...)
	}
	if a.Same(b) {
		return a
	}
	return nil
}

func sameTypes(a, b []*expr.Attr) bool {
	for i := range a {
		if !a[i].Typ.Same(b[i].Typ) {
			return false
		}
	}
	return true
}

func hasMap(t *types.Type) bool {
	if t.Kind == types.MapKind {
		return true
	}
	if t.Elem != nil && hasMap(t.Elem) {
		return true
	}
	for _, f := range t.Fields {
		if hasMap(f.Type) {
			return true
		}
	}
	return false
}

// widened is a column in the common type.
func (r *resolver) widened(a *expr.Attr, t *types.Type) expr.Expr {
	if a.Typ.Same(t) {
		return a
	}
	return alias(r.implicitly(a, t), a.Name)
}

// changed is a relation with columns converted, itself if none are.
func changed(rel resolved.Relation, cols []expr.Expr) resolved.Relation {
	for _, c := range cols {
		if _, ok := c.(*expr.Attr); !ok {
			return project(rel, cols)
		}
	}
	return rel
}

// incompatible says that a column of the table-th relation does not fit that of the first.
func incompatible(o *logical.Origin, operator string, table, column int, found, want *types.Type) {
	fail(o, "INCOMPATIBLE_COLUMN_TYPE", "operator", operator, "columnOrdinalNumber", ordinal(column),
		"tableOrdinalNumber", ordinal(table), "dataType1", typeText(found), "dataType2", typeText(want), "hint", "")
}

// byName puts the columns of the right side in the order of the left by their names.
func (r *resolver) byName(left, right *scope, l *logical.SetOperation) (*scope, *scope) {
	var cols []expr.Expr
	used := map[int64]bool{}
	for _, a := range left.cols {
		found, _ := r.lookup(right.cols, nil, []string{a.Name})
		switch {
		case len(found) > 0:
			cols = append(cols, found[0])
			used[found[0].ID] = true
		case l.AllowMissingColumns:
			cols = append(cols, alias(expr.NullOf(a.Typ), a.Name))
		default:
			unresolvedColumn(l.Origin, []string{a.Name}, right.cols)
		}
	}
	extended := left
	var more []expr.Expr
	for _, b := range right.cols {
		if used[b.ID] {
			continue
		}
		if !l.AllowMissingColumns {
			fail(l.Origin, "NUM_COLUMNS_MISMATCH", "operator", "UNION", "firstNumColumns", itoa(len(left.cols)),
				"invalidOrdinalNum", "second", "invalidNumColumns", itoa(len(right.cols)))
		}
		cols = append(cols, b)
		more = append(more, alias(expr.NullOf(b.Typ), b.Name))
	}
	if len(more) > 0 {
		p := project(left.rel, append(attrExprs(left.cols), more...))
		extended = &scope{rel: p, cols: p.Output(), plans: left.plans}
	}
	p := project(right.rel, cols)
	return extended, &scope{rel: p, cols: p.Output(), plans: right.plans}
}
