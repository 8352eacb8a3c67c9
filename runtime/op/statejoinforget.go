package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/plan"
	"gospark/runtime/state/rowcodec"
)

// forgetting is how far a side has come with the rows that are over.
type forgetting struct {
	slot    int64  // of the agenda
	entries []byte // of it that are left
	later   []byte // entries of the slot that are due later

	gone   []byte // rows that come out, and where they begin
	places rowcodec.Rows
	all    []int32
}

// forget removes rows that are over, as many as make a batch of gone: those of an outer side that have met none. More says
// that there may be others. Only blocks that have such rows are looked at, those that are over first before others.
func (s *joinSide) forget(gone *batch.Batch) (removed int64, more bool, err error) {
	if s.n.Expires == nil || s.n.Until == plan.NoWatermark {
		return 0, false, nil
	}
	s.gone, s.places.At, s.all = s.gone[:0], s.places.At[:0], s.all[:0]
	for len(s.all) < batch.Size {
		if len(s.entries) == 0 {
			if s.later != nil { // the last slot: those after it are later, too
				break
			}
			var ok bool
			if s.slot, s.entries, ok = s.agenda.take(s.n.Until); !ok {
				break
			}
		}
		n, err := s.forgetNext()
		if err != nil {
			return removed, false, err
		}
		removed += n
	}
	if more = len(s.all) >= batch.Size; !more {
		for len(s.later) > 0 {
			time, key, rest := nextEntry(s.later)
			s.agenda.add(time, key)
			s.later = rest
		}
		s.later = nil
	}
	s.places.Blocks = append(s.places.Blocks[:0], s.gone)
	for c, v := range gone.Cols {
		if err := s.codec.Gather(c, &s.places, s.all, v); err != nil {
			return removed, false, err
		}
	}
	gone.N = len(s.all)
	return removed, more, nil
}

// forgetNext takes the next entry of the slot: the rows of its block that are over are removed.
func (s *joinSide) forgetNext() (removed int64, err error) {
	time, key, rest := nextEntry(s.entries)
	if time > s.n.Until {
		s.later = append(s.later, s.entries[:len(s.entries)-len(rest)]...)
		s.entries = rest
		return 0, nil
	}
	s.entries = rest
	next := int64(never)
	removed, err = s.cut(key, func(row []byte, met bool) bool {
		at := timeOf(row)
		if at == never || at > s.n.Until {
			if at>>agendaBits == s.slot {
				next = min(next, at)
			}
			return false
		}
		if s.outer && !met {
			s.all = append(s.all, int32(len(s.all)))
			s.places.At = append(s.places.At, rowcodec.Place{At: uint32(len(s.gone) + rowHead)})
			s.gone = append(s.gone, row...)
		}
		return true
	})
	if next != never {
		s.later = appendEntry(s.later, next, key)
	}
	return removed, err
}
