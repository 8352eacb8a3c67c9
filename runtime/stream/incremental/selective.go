package incremental

import (
	"context"
	"slices"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// A Selective source is one whose rows count as read only when they meet the simple conditions on its columns, as with
// Spark's readers of JSON and CSV: numInputRows is what they let through.
type Selective interface {
	resolved.Source
	Selective() bool
}

// conditions are those of a scan that a selective source's rows have to meet, over columns at the positions have of its
// schema.
func conditions(r *resolved.Scan, have []int) ([]expr.Expr, error) {
	s, ok := r.Source.(Selective)
	if !ok || !s.Selective() {
		return nil, nil
	}
	ids := make([]int64, len(have))
	for i, a := range r.Attrs {
		if at := slices.Index(have, r.Columns[i]); at >= 0 {
			ids[at] = a.ID
		}
	}
	var es []expr.Expr
	for _, f := range r.Filters {
		if !simple(f) {
			continue
		}
		e, err := expr.Bind(f, ids)
		if err != nil {
			return nil, err
		}
		es = append(es, e)
	}
	return es, nil
}

// simple says whether a condition compares columns with constants.
func simple(e expr.Expr) bool {
	if s, ok := e.(*expr.Shown); ok {
		return simple(s.Child)
	}
	c, ok := e.(*expr.Call)
	if !ok {
		return false
	}
	switch c.Fn.Name {
	case "and", "or", "not":
		return !slices.ContainsFunc(c.Args, func(e expr.Expr) bool { return !simple(e) })
	case "isnull", "isnotnull":
		return column(c.Args[0])
	case "=", "<=>", "<", "<=", ">", ">=":
		return column(c.Args[0]) && constant(c.Args[1]) || constant(c.Args[0]) && column(c.Args[1])
	case "in":
		return column(c.Args[0]) && !slices.ContainsFunc(c.Args[1:], func(e expr.Expr) bool { return !constant(e) })
	}
	return false
}

func column(e expr.Expr) bool   { _, ok := e.(*expr.Attr); return ok }
func constant(e expr.Expr) bool { _, ok := e.(*expr.Lit); return ok }

// selectiveSplit passes the rows that meet conditions.
type selectiveSplit struct {
	connector.Split
	conditions []expr.Expr
	ctx        *expr.Context
}

func (s *selectiveSplit) Open(ctx context.Context) (connector.Reader, error) {
	p, err := expr.CompileAll(s.conditions)
	if err != nil {
		return nil, err
	}
	r, err := s.Split.Open(ctx)
	if err != nil {
		return nil, err
	}
	c := *s.ctx
	return &selectiveReader{Reader: r, program: p, ctx: &c}, nil
}

type selectiveReader struct {
	connector.Reader
	program *expr.Program
	ctx     *expr.Context
}

func (r *selectiveReader) Next() (*batch.Batch, error) {
	b, err := r.Reader.Next()
	if err != nil {
		return nil, err
	}
	vs, err := r.program.Eval(r.ctx, b, b.Sel)
	if err != nil {
		return nil, err
	}
	sel := make([]int32, 0, b.Rows())
	for i := range b.Rows() {
		row := b.Row(i)
		if !slices.ContainsFunc(vs, func(v batch.Vector) bool { return v.Null(row) || !v.(*batch.Vec[bool]).V[row] }) {
			sel = append(sel, int32(row))
		}
	}
	return &batch.Batch{N: b.N, Sel: sel, Cols: b.Cols}, nil
}
