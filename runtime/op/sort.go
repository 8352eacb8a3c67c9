package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// sorted reads everything and yields it in the order of a column.
type sorted struct {
	n    *plan.Sort
	in   Operator
	all  *batch.Batch
	rows []int32
	next int
}

var _ Operator = (*sorted)(nil)

func newSort(n *plan.Sort, in Operator) Operator { return &sorted{n: n, in: in} }

func (s *sorted) Next() (*batch.Batch, error) {
	if s.all == nil {
		s.all = batch.New(0, s.n.Elems()...)
		for {
			b, err := s.in.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, err
			}
			s.all.Append(b)
		}
		s.rows = make([]int32, s.all.N)
		for i := range s.rows {
			s.rows[i] = int32(i)
		}
		batch.SortRows(s.all.Cols[s.n.Col], s.rows, s.n.Desc)
	}
	if s.next == len(s.rows) {
		return nil, io.EOF
	}
	lo, hi := s.next, min(s.next+batch.Size, len(s.rows))
	s.next = hi
	return &batch.Batch{N: s.all.N, Sel: s.rows[lo:hi], Cols: s.all.Cols}, nil
}

func (s *sorted) Close() error { return s.in.Close() }
