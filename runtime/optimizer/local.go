package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// localRows bounds the rows that are computed while a query is optimised: a SELECT without FROM has one. What is more is
// work for tasks.
const localRows = 1

// convertLocal computes what depends only on a few rows in memory, so that no job is needed for it. What fails, or is not
// the same each time, is left to the tasks.
func convertLocal(ctx *expr.Context, r resolved.Relation) resolved.Relation {
	if len(r.Inputs()) != 1 {
		return r
	}
	in, ok := r.Inputs()[0].(*resolved.LocalRelation)
	if !ok {
		return r
	}
	switch x := r.(type) {
	case *resolved.Limit:
		if len(in.Rows) > localRows {
			return r
		}
		return &resolved.LocalRelation{Attrs: in.Attrs, Rows: in.Rows[:max(0, min(int64(len(in.Rows)), x.N))]}
	case *resolved.Project:
		if rows, ok := computeLocal(ctx, in, x.Cols); ok {
			return &resolved.LocalRelation{Attrs: x.Output(), Rows: rows}
		}
	case *resolved.Filter:
		truth, ok := computeLocal(ctx, in, []expr.Expr{x.Condition})
		if !ok {
			return r
		}
		out := &resolved.LocalRelation{Attrs: in.Attrs}
		for i, row := range in.Rows {
			if truth[i][0] == true {
				out.Rows = append(out.Rows, row)
			}
		}
		return out
	}
	return r
}

// computeLocal is the values of expressions for each row; false if they are not all constants of the row.
func computeLocal(ctx *expr.Context, in *resolved.LocalRelation, es []expr.Expr) ([][]any, bool) {
	if len(in.Rows) > localRows {
		return nil, false
	}
	for _, e := range es {
		if !movable(e) {
			return nil, false
		}
	}
	rows := make([][]any, len(in.Rows))
	for i, row := range in.Rows {
		by := make(map[int64]expr.Expr, len(row))
		for c, a := range in.Attrs {
			by[a.ID] = &expr.Lit{Value: row[c], Typ: a.Typ}
		}
		rows[i] = make([]any, len(es))
		for k, e := range es {
			l, ok := literalOf(expr.Fold(ctx, substitute(e, by)))
			if !ok {
				return nil, false
			}
			rows[i][k] = l.Value
		}
	}
	return rows, true
}

// literalOf is the literal that an expression is, but for its name.
func literalOf(e expr.Expr) (*expr.Lit, bool) {
	switch e := e.(type) {
	case *expr.Lit:
		return e, true
	case *expr.Alias:
		return literalOf(e.Child)
	case *expr.Shown:
		return literalOf(e.Child)
	}
	return nil, false
}
