package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// expanded makes a row of each projection for each row. The projections are stored one after another, and a selection
// puts the rows in order.
type expanded struct {
	n     *plan.Expand
	in    Operator
	progs []*program
	out   *batch.Batch
	sel   []int32
}

var _ Operator = (*expanded)(nil)

func newExpand(n *plan.Expand, p int, in Operator, t *Task) (Operator, error) {
	e := &expanded{n: n, in: in, out: emptyBatch(n.Types, 0)}
	for _, es := range n.Projections {
		prog, err := newProgram(es, n.Query, p, t)
		if err != nil {
			return nil, err
		}
		e.progs = append(e.progs, prog)
	}
	return e, nil
}

func (e *expanded) Next() (*batch.Batch, error) {
	b, err := e.in.Next()
	if err != nil {
		return nil, err
	}
	e.out.Reset()
	n := b.Rows()
	for _, p := range e.progs {
		vs, err := p.eval(b)
		if err != nil {
			return nil, err
		}
		e.out.Append(&batch.Batch{N: b.N, Sel: b.Sel, Cols: vs})
	}
	e.sel = e.sel[:0]
	for i := range n {
		for k := range e.progs {
			e.sel = append(e.sel, int32(k*n+i))
		}
	}
	e.out.Sel = e.sel
	return e.out, nil
}

func (e *expanded) Close() error { return e.in.Close() }
