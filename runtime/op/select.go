package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// selected keeps the rows for which a condition is true: it narrows the selection and copies nothing.
type selected struct {
	in  Operator
	p   *program
	sel []int32
	out batch.Batch
}

var _ Operator = (*selected)(nil)

func newSelect(n *plan.Select, p int, in Operator, t *Task) (Operator, error) {
	prog, err := newProgram([]expr.Expr{n.Condition}, n.Query, p, t)
	if err != nil {
		return nil, err
	}
	return &selected{in: in, p: prog}, nil
}

func (s *selected) Next() (*batch.Batch, error) {
	for {
		b, err := s.in.Next()
		if err != nil {
			return nil, err
		}
		if b.Rows() == 0 {
			continue
		}
		vs, err := s.p.eval(b)
		if err != nil {
			return nil, err
		}
		s.sel = whereTrue(s.sel[:0], vs[0].(*batch.Vec[bool]), b.N, b.Sel)
		if len(s.sel) == 0 {
			continue
		}
		s.out = batch.Batch{N: b.N, Sel: s.sel, Cols: b.Cols}
		if len(s.sel) == b.N {
			s.out.Sel = nil
		}
		return &s.out, nil
	}
}

func (s *selected) Close() error { return s.in.Close() }

// whereTrue appends to out the positions, of rows or else of 0 to n-1, at which v is true. The loops have no branch that
// depends on the values.
func whereTrue(out []int32, v *batch.Vec[bool], n int, rows []int32) []int32 {
	base := len(out)
	if rows != nil {
		n = len(rows)
	}
	if cap(out) < base+n {
		out = append(make([]int32, 0, base+n), out...)
	}
	out = out[:base+n]
	k := base
	switch {
	case rows == nil && v.Valid == nil:
		for i, ok := range v.V[:n] {
			out[k] = int32(i)
			k += bit(ok)
		}
	case rows == nil:
		valid := v.Valid[:n]
		for i, ok := range v.V[:n] {
			out[k] = int32(i)
			k += bit(ok) & bit(valid[i])
		}
	case v.Valid == nil:
		for _, r := range rows {
			out[k] = r
			k += bit(v.V[r])
		}
	default:
		for _, r := range rows {
			out[k] = r
			k += bit(v.V[r]) & bit(v.Valid[r])
		}
	}
	return out[:k]
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
