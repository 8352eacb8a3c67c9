package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// computed evaluates expressions; rows that are not selected are not computed.
type computed struct {
	in    Operator
	p     *program
	plain bool // nothing is computed: the results are columns
	out   batch.Batch
}

var _ Operator = (*computed)(nil)

func newCompute(n *plan.Compute, p int, in Operator, t *Task) (Operator, error) {
	prog, err := newProgram(n.Exprs, n.Query, p, t)
	if err != nil {
		return nil, err
	}
	c := &computed{in: in, p: prog, plain: true}
	for _, e := range n.Exprs {
		_, ok := e.(*expr.Col)
		c.plain = c.plain && ok
	}
	return c, nil
}

func (c *computed) Next() (*batch.Batch, error) {
	b, err := c.in.Next()
	if err != nil {
		return nil, err
	}
	vs, err := c.p.eval(b)
	if err != nil {
		return nil, err
	}
	c.out = batch.Batch{N: b.N, Sel: b.Sel, Cols: vs}
	return &c.out, nil
}

func (c *computed) Close() error { return c.in.Close() }
