package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// setOperation counts the rows of the right, and passes those of the left that the counts allow, in their order.
type setOperation struct {
	n           *plan.SetOperation
	left, right Operator
	table       *keyTable
	counts      []int32 // of the right, by row; -1: done with
	held        *held
	sel         []int32
	out         batch.Batch
}

var _ Operator = (*setOperation)(nil)

func newSetOperation(n *plan.SetOperation, l, r Operator) Operator {
	return &setOperation{n: n, left: l, right: r, held: newHeld(nil, n.Query)}
}

// ids numbers rows. Rows without columns are all equal.
func (s *setOperation) ids(b *batch.Batch) ([]int32, error) {
	known := s.table.n
	var ids []int32
	if len(s.table.keys) == 0 {
		ids, s.table.n = make([]int32, b.Rows()), 1
	} else {
		ids = s.table.assign(b)
	}
	for range s.table.n - known {
		s.counts = append(s.counts, 0)
	}
	if fresh := s.table.n - known; fresh > 0 {
		return ids, s.held.reserve(b)
	}
	return ids, nil
}

func (s *setOperation) build() error {
	s.table = newKeyTable(emptyBatch(plan.TypesOf(s.n.Left), 0).Cols)
	for {
		b, err := s.right.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			continue
		}
		ids, err := s.ids(b)
		if err != nil {
			return err
		}
		for _, id := range ids {
			s.counts[id]++
		}
	}
}

func (s *setOperation) Next() (*batch.Batch, error) {
	if s.table == nil {
		if err := s.build(); err != nil {
			return nil, err
		}
	}
	for {
		b, err := s.left.Next()
		if err != nil {
			return nil, err
		}
		if b.Rows() == 0 {
			continue
		}
		ids, err := s.ids(b)
		if err != nil {
			return nil, err
		}
		s.sel = s.sel[:0]
		for i, id := range ids {
			if s.passes(&s.counts[id]) {
				s.sel = append(s.sel, int32(b.Row(i)))
			}
		}
		if len(s.sel) > 0 {
			s.out = batch.Batch{N: b.N, Sel: s.sel, Cols: b.Cols}
			return &s.out, nil
		}
	}
}

// passes decides about a left row by the right's count of it.
func (s *setOperation) passes(count *int32) bool {
	switch s.n.Kind {
	case plan.IntersectAll:
		*count--
		return *count >= 0
	case plan.ExceptAll:
		*count--
		return *count < 0
	}
	pass := *count > 0
	if s.n.Kind == plan.Except {
		pass = *count == 0
	}
	*count = -1
	return pass
}

func (s *setOperation) Close() error {
	s.held.free()
	return closeAll(s.left, s.right)
}
