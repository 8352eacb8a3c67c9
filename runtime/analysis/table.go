package analysis

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// namedTable finds what a name stands for: a common table expression, a view, a table, or files (json.`path`).
func (r *resolver) namedTable(l *logical.NamedTable, e *env) *scope {
	if len(l.Parts) == 1 {
		if c := e.ctes.find(r, l.Parts[0]); c != nil {
			return r.cteReference(c, l)
		}
	}
	t, err := e.catalog.Table(l.Parts)
	if err != nil {
		raise(l.Origin, err)
	}
	if t == nil {
		return r.fileTable(l, e)
	}
	if t.View != nil {
		return r.view(t, l, e)
	}
	s := r.cached(r.scan(t.Source, t.Streaming || l.Streaming), t.PlanID, e)
	s.cols = qualified(s.cols, t.Name...)
	r.remember(t.Name[len(t.Name)-1], s.cols)
	return s
}

// view resolves the query of a view, in the names of the view.
func (r *resolver) view(t *Table, l *logical.NamedTable, e *env) *scope {
	name := quoteParts(t.Name)
	inner := &env{catalog: e.catalog}
	if t.Names != nil {
		inner.catalog = t.Names
	} else {
		for i, v := range r.views {
			if v == name {
				fail(l.Origin, "RECURSIVE_VIEW", "viewIdent", name, "newPath", strings.Join(append(r.views[i:], name), " -> "))
			}
		}
		r.views = append(r.views, name)
		defer func() { r.views = r.views[:len(r.views)-1] }()
	}
	query := t.View
	if l.Streaming {
		query = streamed(t)
	}
	in := r.relation(query, inner)
	if l.Streaming && !resolved.IsStreaming(in.rel) {
		fail(l.Origin, "_LEGACY_ERROR_TEMP_1008", "quoted", name)
	}
	s := r.renamed(in, "", t.Columns, l.Origin)
	s.cols = qualified(s.cols, t.Name...)
	r.remember(t.Name[len(t.Name)-1], s.cols)
	return s
}

// streamed is the view of a table read as a stream: files that come to a table of files are new rows.
func streamed(t *Table) logical.Relation {
	if ds, ok := t.View.(*logical.DataSource); ok && len(t.Name) > 1 {
		stream := *ds
		stream.Streaming = true
		return &stream
	}
	return t.View
}

func (r *resolver) scan(src resolved.Source, streaming bool) *scope {
	schema := src.Schema()
	rel := &resolved.Scan{Source: src, Streaming: streaming, Attrs: attrsOf(schema)}
	for i := range schema.Fields {
		rel.Columns = append(rel.Columns, i)
	}
	return leafScope(rel)
}

func attrsOf(schema *types.Type) []*expr.Attr {
	as := make([]*expr.Attr, len(schema.Fields))
	for i, f := range schema.Fields {
		as[i] = &expr.Attr{ID: expr.NextID(), Name: f.Name, Typ: f.Type, Null: f.Nullable, Metadata: f.Metadata}
	}
	return as
}

// fileTable reads files by format.`path`.
func (r *resolver) fileTable(l *logical.NamedTable, e *env) *scope {
	notFound := newError("TABLE_OR_VIEW_NOT_FOUND", "relationName", quoteParts(l.Parts), "searchPath", r.searchPath())
	if len(l.Parts) != 2 || e.catalog.HasDatabase(l.Parts[0]) {
		raise(l.Origin, notFound)
	}
	src, err := e.catalog.Open(&logical.DataSource{Common: l.Common, Format: l.Parts[0], Options: l.Options, Paths: l.Parts[1:]})
	if c, ok := condition.As(err); ok && c.Condition() == "DATA_SOURCE_NOT_FOUND" {
		raise(l.Origin, notFound)
	}
	if err != nil {
		raise(l.Origin, err)
	}
	return r.scan(src, l.Streaming)
}

func (r *resolver) dataSource(l *logical.DataSource, e *env) *scope {
	src, err := e.catalog.Open(l)
	if err != nil {
		raise(l.Origin, err)
	}
	return r.scan(src, l.Streaming)
}

func (r *resolver) localRelation(l *logical.LocalRelation) *scope {
	return leafScope(&resolved.LocalRelation{Attrs: attrsOf(l.Schema), Rows: l.Rows})
}

func (r *resolver) rangeOf(start, end, step int64, partitions int) *scope {
	a := &expr.Attr{ID: expr.NextID(), Name: "id", Typ: types.Long}
	return leafScope(&resolved.Range{Attr: a, Start: start, End: end, Step: step, Partitions: partitions})
}

// values computes an inline table.
func (r *resolver) values(l *logical.Values, e *env) *scope {
	return r.inline(l, e, nil)
}

func (r *resolver) inline(l *logical.Values, e *env, columns []string) *scope {
	n := r.names(leafScope(oneRow()), e)
	width := len(l.Rows[0])
	if columns != nil {
		width = len(columns)
	}
	rows := make([][]expr.Expr, len(l.Rows))
	for i, row := range l.Rows {
		if len(row) != width {
			fail(l.Origin, "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", "expectedNumCols", itoa(width),
				"actualNumCols", itoa(len(row)), "rowIndex", itoa(i))
		}
		rows[i] = make([]expr.Expr, len(row))
		for j, x := range row {
			rows[i][j] = plain(n.resolve(x))
			if q, ok := expr.Find[*expr.Subquery](rows[i][j]); ok && q.Kind == expr.ScalarSubquery {
				fail(x.Place(), "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES")
			}
			if !inlineConstant(rows[i][j]) {
				fail(x.Place(), "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE", "expr", sqlText(rows[i][j]))
			}
		}
	}
	attrs := make([]*expr.Attr, width)
	for j := range attrs {
		name := "col" + itoa(j+1)
		if columns != nil {
			name = columns[j]
		}
		attrs[j] = r.inlineColumn(l, rows, j, name)
	}
	rel := &resolved.LocalRelation{Attrs: attrs, Rows: make([][]any, len(rows))}
	for i, row := range rows {
		rel.Rows[i] = make([]any, width)
		for j, x := range row {
			v, err := expr.Constant(r.Context, r.folded(x))
			if err != nil {
				if c, ok := condition.As(err); ok && c.Condition() != "" {
					fail(l.Origin, "INVALID_INLINE_TABLE.FAILED_SQL_EXPRESSION_EVALUATION", "sqlExpr", sqlText(x))
				}
				raise(l.Origin, err)
			}
			rel.Rows[i][j] = v
		}
	}
	return leafScope(rel)
}

// folded is what Constant can compute: a literal as it is.
func (r *resolver) folded(e expr.Expr) expr.Expr { return expr.Fold(r.Context, e) }

// inlineConstant says whether an expression may stand in an inline table: it uses no columns, subqueries, aggregates.
func inlineConstant(e expr.Expr) bool {
	ok := expr.Deterministic(e)
	expr.Walk(e, func(e expr.Expr) {
		switch e.(type) {
		case *expr.Attr, *expr.Agg, *expr.WindowCall, *expr.Generate, *expr.Subquery:
			ok = false
		}
	})
	return ok
}

// inlineColumn finds the common type of a column of an inline table, and converts its values.
func (r *resolver) inlineColumn(l *logical.Values, rows [][]expr.Expr, j int, name string) *expr.Attr {
	ts := make([]*types.Type, len(rows))
	for i := range rows {
		ts[i] = rows[i][j].Type()
	}
	t := inlineType(ts)
	if t == nil {
		fail(l.Origin, "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE", "colName", types.Quote(name))
	}
	null := false
	for i := range rows {
		rows[i][j] = implicit(rows[i][j], t, r.Legacy)
		null = null || rows[i][j].Nullable()
	}
	return &expr.Attr{ID: expr.NextID(), Name: name, Typ: t, Null: null}
}

// inlineType is the common type of a column of an inline table: strings do not become numbers there.
func inlineType(ts []*types.Type) *types.Type {
	sum := types.Void
	for _, t := range ts {
		if sum.Text() != t.Text() && sum != types.Void && t.Kind != types.VoidKind {
			return nil
		}
		if sum = types.Widen(sum, t); sum == nil {
			return nil
		}
	}
	return sum
}
