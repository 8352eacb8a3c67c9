package op

import "gospark/runtime/batch"

// add remembers the r-th row that was taken from b.
func (s *joinSide) add(b *batch.Batch, r int, met bool) (err error) {
	time := s.times[r]
	// room for a head that may be needed, then the row
	s.value = append(s.value[:0], make([]byte, blockHead+rowHead)...)
	s.value = s.codec.AppendRow(s.value, b.Cols, int(s.sel[r]))
	if s.value, err = endRow(s.value, blockHead, time); err != nil {
		return err
	}
	row := s.value[blockHead:]
	number, at, err := s.place(s.first(r), row)
	if err != nil {
		return err
	}
	s.total++
	if met && s.marks {
		s.mark(s.block(r, number), at)
	}
	if time != never {
		s.agenda.add(time, s.block(r, number))
	}
	return nil
}

// place puts a row, which has room for a head before it, into the last block of a key, and says where.
func (s *joinSide) place(first, row []byte) (number uint32, at int, err error) {
	head, ok := s.rows.Get(0, first)
	if !ok {
		noBlocks.append(s.value[:0])
		s.rows.Put(0, first, s.value)
		return 0, blockHead, nil
	}
	r, err := rangeOf(head)
	if err != nil {
		return 0, 0, err
	}
	if r.lo == r.hi && (len(head) == blockHead || len(head)+len(row) <= blockBytes) {
		at = len(head)
		s.rows.Append(0, first, row)
		return 0, at, nil
	}
	if r.lo < r.hi {
		number = r.hi - 1
		s.key = blockKey(s.key, first, number)
		last, ok := s.rows.Get(0, s.key)
		if !ok {
			return 0, 0, errBlock
		}
		if len(last)+len(row) <= blockBytes {
			at = len(last)
			s.rows.Append(0, s.key, row)
			return number, at, nil
		}
	}
	number = r.hi
	r.hi++
	s.setRange(first, head, r)
	s.key = blockKey(s.key, first, number)
	s.rows.Put(0, s.key, row)
	return number, 0, nil
}

// setRange changes the head of the first block of a key.
func (s *joinSide) setRange(first, block []byte, r blockRange) {
	b := append(r.append(nil), block[blockHead:]...)
	s.rows.Put(0, first, b)
}

// mark notes that the row of a block that begins at a position has met one.
func (s *joinSide) mark(key []byte, at int) {
	b, _ := s.met.Get(0, key)
	s.bits = append(s.bits[:0], b...).set(at / rowUnit)
	s.met.Put(0, key, s.bits)
}

// cut takes rows out of a block, those that drop says, and gives how many they were. The key must not be s.key.
func (s *joinSide) cut(key []byte, drop func(row []byte, met bool) bool) (removed int64, err error) {
	block, ok := s.rows.Get(0, key)
	if !ok { // it is gone, and what pointed to it was not
		return 0, nil
	}
	var met rowMarks
	if s.marks {
		met, _ = s.met.Get(0, key)
	}
	begin := rowsBegin(numberOf(key))
	if len(block) < begin {
		return 0, errBlock
	}
	rest, left := append(s.value[:0], block[:begin]...), s.bits[:0]
	for at := begin; at < len(block); {
		row, next, err := rowAt(block, at)
		if err != nil {
			return 0, err
		}
		is := met.has(at / rowUnit)
		if drop(row, is) {
			removed++
		} else {
			if is {
				left = left.set(len(rest) / rowUnit)
			}
			rest = append(rest, row...)
		}
		at = next
	}
	s.value, s.bits = rest, left
	if removed == 0 {
		return 0, nil
	}
	s.total -= removed
	if len(left) > 0 {
		s.met.Put(0, key, left)
	} else if len(met) > 0 {
		s.met.Remove(0, key)
	}
	if len(rest) > begin {
		s.rows.Put(0, key, rest)
		return removed, nil
	}
	return removed, s.empty(key, rest)
}

// empty removes a block without rows, of which begin is what is before them. The first one stays as long as there are
// others.
func (s *joinSide) empty(key, begin []byte) error {
	number := numberOf(key)
	first, head := key, begin
	if number > 0 {
		s.rows.Remove(0, key)
		first = blockKey(nil, key, 0)
		var ok bool
		if head, ok = s.rows.Get(0, first); !ok {
			return errBlock
		}
	}
	r, err := rangeOf(head)
	if err != nil {
		return err
	}
	has := func(n uint32) bool {
		s.key = blockKey(s.key, first, n)
		_, ok := s.rows.Get(0, s.key)
		return ok
	}
	for r.lo < r.hi && !has(r.lo) {
		r.lo++
	}
	for r.lo < r.hi && !has(r.hi-1) {
		r.hi--
	}
	if r.lo == r.hi {
		r = noBlocks
	}
	if len(head) == blockHead && r == noBlocks {
		s.rows.Remove(0, first)
		return nil
	}
	s.setRange(first, head, r)
	return nil
}
