package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// A program evaluates expressions for an operator.
type program struct {
	*expr.Program
	ctx *expr.Context
	t   *Task
}

// newProgram compiles expressions of an operator that computes partition p.
func newProgram(es []expr.Expr, q *plan.Query, p int, t *Task) (*program, error) {
	c, err := expr.CompileAll(es)
	if err != nil {
		return nil, err
	}
	return &program{Program: c, ctx: evalContext(q, p), t: t}, nil
}

// evalContext is the context of evaluation in partition p.
func evalContext(q *plan.Query, p int) *expr.Context {
	ctx := &expr.Context{}
	if q != nil {
		*ctx = q.Context
	}
	ctx.Partition = p
	return ctx
}

// eval computes the expressions for the selected rows.
func (p *program) eval(b *batch.Batch) ([]batch.Vector, error) { return p.rows(b, b.Sel) }

// rows computes them for some rows.
func (p *program) rows(b *batch.Batch, rows []int32) ([]batch.Vector, error) {
	p.ctx.InputFile = p.t.InputFile
	return p.Eval(p.ctx, b, rows)
}
