package op

import (
	"fmt"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// sessions gives each row the interval of its session. It reads everything: how long a session is, its last row says.
type sessions struct {
	n    *plan.Sessions
	in   Operator
	rows *held
	chunks
}

var _ Operator = (*sessions)(nil)

func newSessions(n *plan.Sessions, _ int, in Operator, _ *Task) (Operator, error) {
	return &sessions{n: n, in: in, rows: newHeld(plan.TypesOf(n.Child), n.Query)}, nil
}

func (s *sessions) Next() (*batch.Batch, error) {
	if s.out == nil {
		if err := s.rows.all(s.in); err != nil {
			return nil, err
		}
		if err := s.merge(); err != nil {
			return nil, err
		}
	}
	return s.chunk()
}

func (s *sessions) merge() error {
	var keys []batch.Vector
	for _, k := range s.n.Keys {
		keys = append(keys, s.rows.Cols[k])
	}
	interval, ok := s.rows.Cols[s.n.Col].(*batch.Struct)
	if !ok || len(interval.Fields) != 2 {
		return fmt.Errorf("op: the session of a row is not a struct of start and end")
	}
	from, ok := interval.Fields[0].(*batch.Vec[int64])
	to, ok2 := interval.Fields[1].(*batch.Vec[int64])
	if !ok || !ok2 {
		return fmt.Errorf("op: the start and end of a session are not timestamps")
	}
	merged := &batch.Struct{N: s.rows.N, Valid: interval.Valid}
	starts, ends := make([]int64, s.rows.N), make([]int64, s.rows.N)
	for lo := 0; lo < s.rows.N; {
		end, hi := to.V[lo], lo+1
		for hi < s.rows.N && !interval.Null(hi) && !interval.Null(lo) && from.V[hi] <= end && equalAt(keys, hi-1, hi) {
			end = max(end, to.V[hi])
			hi++
		}
		for i := lo; i < hi; i++ {
			starts[i], ends[i] = from.V[lo], end
		}
		lo = hi
	}
	merged.Fields = []batch.Vector{&batch.Vec[int64]{V: starts, Valid: from.Valid}, &batch.Vec[int64]{V: ends, Valid: to.Valid}}
	s.out = &batch.Batch{N: s.rows.N, Cols: append([]batch.Vector(nil), s.rows.Cols...)}
	s.out.Cols[s.n.Col] = merged
	return nil
}

func (s *sessions) Close() error {
	s.rows.free()
	return s.in.Close()
}
