package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// project picks columns.
type project struct {
	in   Operator
	cols []int
	out  batch.Batch
}

var _ Operator = (*project)(nil)

func newProject(n *plan.Project, in Operator) Operator {
	return &project{in: in, cols: n.Cols, out: batch.Batch{Cols: make([]batch.Vector, len(n.Cols))}}
}

func (p *project) Next() (*batch.Batch, error) {
	b, err := p.in.Next()
	if err != nil {
		return nil, err
	}
	for i, c := range p.cols {
		p.out.Cols[i] = b.Cols[c]
	}
	p.out.N, p.out.Sel = b.N, b.Sel
	return &p.out, nil
}

func (p *project) Close() error { return p.in.Close() }
