package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// relation resolves a relation and everything below it.
func (r *resolver) relation(l logical.Relation, e *env) *scope {
	id := l.Meta().PlanID
	return r.cached(r.dispatch(l, e), id, e).seen(id)
}

// cached is a relation whose rows are kept under an id, if they are.
func (r *resolver) cached(s *scope, id int64, e *env) *scope {
	if id == 0 || !e.catalog.Cached(id) {
		return s
	}
	t := *s
	t.rel = &resolved.Cached{Attrs: s.rel.Output(), Input: s.rel, Key: id}
	return &t
}

func (r *resolver) dispatch(l logical.Relation, e *env) *scope {
	switch l := l.(type) {
	case *logical.NamedTable:
		return r.namedTable(l, e)
	case *logical.DataSource:
		return r.dataSource(l, e)
	case *logical.SourceRelation:
		return r.scan(l.Source.(resolved.Source), false)
	case *logical.Closed:
		return r.closed(l, e)
	case *logical.LocalRelation:
		return r.localRelation(l)
	case *logical.OneRow:
		return leafScope(oneRow())
	case *logical.Values:
		return r.values(l, e)
	case *logical.Range:
		return r.rangeOf(l.Start, l.End, l.Step, l.Partitions)
	case *logical.TableFunction:
		return r.tableFunction(l, e)
	case *logical.Project:
		return r.project(l, e)
	case *logical.Filter:
		return r.filter(l, e)
	case *logical.Aggregate:
		return r.aggregate(l, e)
	case *logical.Sort:
		return r.sort(l, e)
	case *logical.Limit:
		in := r.relation(l.Input, e)
		return in.over(&resolved.Limit{Input: in.rel, N: r.count("limit", l.Count, l.Input, e)})
	case *logical.Offset:
		in := r.relation(l.Input, e)
		return in.over(&resolved.Offset{Input: in.rel, N: r.count("offset", l.Count, l.Input, e)})
	case *logical.Tail:
		in := r.relation(l.Input, e)
		return in.over(&resolved.Tail{Input: in.rel, N: r.count("tail", l.Count, l.Input, e)})
	case *logical.Join:
		return r.join(l, e)
	case *logical.SetOperation:
		return r.setOperation(l, e)
	case *logical.SubqueryAlias:
		return r.subqueryAlias(l, e)
	case *logical.With:
		return r.withTables(l, e)
	case *logical.NamedWindows:
		inner := e.with()
		inner.windows = l.Windows
		return r.relation(l.Input, inner)
	case *logical.LateralView:
		return r.lateralView(l, e)
	case *logical.Unpivot:
		return r.unpivot(l, e)
	case *logical.Hint:
		return r.hint(l, e)
	}
	return r.dataFrame(l, e)
}

// closed resolves a relation in the names it was written with.
func (r *resolver) closed(l *logical.Closed, e *env) *scope {
	inner := e.with()
	inner.catalog, inner.ctes, inner.windows = l.Names.(Catalog), nil, nil
	outside := r.Analyzer
	a := *outside
	a.Catalog, a.Args, a.Positional = inner.catalog, l.Named, l.Positional
	r.Analyzer = &a
	defer func() { r.Analyzer = outside }()
	return r.relation(l.Input, inner)
}

// subqueryAlias gives a relation a name. Nothing beneath it can be reached any more.
func (r *resolver) subqueryAlias(l *logical.SubqueryAlias, e *env) *scope {
	if v, ok := l.Input.(*logical.Values); ok && len(l.Columns) > 0 {
		return r.renamed(r.inline(v, e, l.Columns), l.Name, nil, l.Origin)
	}
	in := r.relation(l.Input, e)
	return r.renamed(in, l.Name, l.Columns, l.Origin)
}

func (r *resolver) renamed(in *scope, name string, columns []string, o *logical.Origin) *scope {
	s := &scope{rel: in.rel, cols: in.cols, plans: in.plans}
	if len(columns) > 0 {
		if len(columns) != len(in.cols) {
			fail(o, "ASSIGNMENT_ARITY_MISMATCH", "numExpr", itoa(len(columns)), "numTarget", itoa(len(in.cols)))
		}
		s = rename(in, columns)
	}
	s.cols = qualified(s.cols, name)
	s.plans = deeper(s.plans)
	s.hint = in.hint
	r.remember(name, s.cols)
	return s
}

// rename gives all columns other names.
func rename(in *scope, columns []string) *scope {
	exprs := make([]expr.Expr, len(columns))
	for i, name := range columns {
		exprs[i] = alias(in.cols[i], name)
	}
	p := project(in.rel, exprs)
	return &scope{rel: p, cols: p.Output(), plans: deeper(in.plans)}
}

// count computes the number of a LIMIT or OFFSET.
func (r *resolver) count(name string, l logical.Expression, _ logical.Relation, e *env) int64 {
	n := r.names(leafScope(oneRow()), e)
	x, err := try(func() expr.Expr { return plain(n.resolve(l)) })
	if err != nil {
		if a, ok := l.(*logical.UnresolvedAttribute); ok {
			fail(l.Place(), "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE", "name", name, "expr", `"`+a.Parts[len(a.Parts)-1]+`"`)
		}
		raise(l.Place(), err)
	}
	if !expr.Foldable(x) {
		fail(l.Place(), "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE", "name", name, "expr", sqlText(x))
	}
	t := x.Type()
	if !t.Integral() || t.Precision > 0 {
		fail(l.Place(), "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", "name", name, "expr", sqlText(x), "dataType", typeText(t))
	}
	v, _ := n.constant(x)
	var count int64
	switch v := v.(type) {
	case nil:
		fail(l.Place(), "INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL", "name", name, "expr", sqlText(x))
	case int8:
		count = int64(v)
	case int16:
		count = int64(v)
	case int32:
		count = int64(v)
	case int64:
		count = v
	}
	if count < 0 {
		fail(l.Place(), "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "name", name, "expr", sqlText(x), "v", itoa(int(count)))
	}
	return count
}
