package op

import (
	"encoding/binary"
	"fmt"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/state/rowcodec"
	"gospark/runtime/types"
)

// A joinSide is one input of a join of streams, and the rows of it that are remembered: a table of how many rows a key
// has, one of the rows by key and number, and one of the keys that have rows that are over at a time. The rows of a key
// are numbered without gaps: the last one takes the place of one that is removed.
type joinSide struct {
	n     *plan.StateSide
	st    *plan.State
	types []*types.Type
	outer bool // rows that have met none come out with nulls
	safe  []bool

	keysOf  *program
	only    *program
	expires *program
	clock   stateClock // of late rows
	until   stateClock

	counts, rows, due *state.Table
	keyCodec          *rowcodec.Codec
	codec             *rowcodec.Codec

	sel   []int32 // rows of the batch that are not late
	null  []bool  // by position in sel: the key has a null
	bytes []byte  // keys, one after the other
	ends  []int32
	times []int64
	timed []bool
	buf   []byte
	value []byte
}

func newJoinSide(n *plan.StateSide, j *plan.StateJoin, p int, t *Task, outer bool) (*joinSide, error) {
	s := &joinSide{n: n, st: j.State, types: plan.TypesOf(n.Node), outer: outer, safe: j.NullSafe}
	var err error
	if s.keysOf, err = newProgram(n.Keys, j.Query, p, t); err != nil {
		return nil, err
	}
	if n.Only != nil {
		if s.only, err = newProgram([]expr.Expr{n.Only}, j.Query, p, t); err != nil {
			return nil, err
		}
	}
	if n.Expires != nil {
		if s.expires, err = newProgram([]expr.Expr{n.Expires}, j.Query, p, t); err != nil {
			return nil, err
		}
		if s.until, err = newStateClock(n.Expires.Type()); err != nil {
			return nil, err
		}
	}
	if n.Time >= 0 {
		if s.clock, err = newStateClock(s.types[n.Time]); err != nil {
			return nil, err
		}
	}
	var keys []*types.Type
	for _, k := range n.Keys {
		keys = append(keys, k.Type())
	}
	s.keyCodec, s.codec = rowcodec.NewKey(keys...), rowcodec.New(s.types...)
	return s, nil
}

func (s *joinSide) open(st *state.Store, name string) {
	s.counts, s.rows, s.due = st.Table(name+".counts"), st.Table(name+".rows"), st.Table(name+".due")
}

// take prepares the rows of a batch: how many are late, and which can never meet one and come out at once.
func (s *joinSide) take(b *batch.Batch) (dropped int64, lonely []int32, err error) {
	s.sel, s.null, s.bytes, s.ends, s.times, s.timed = s.sel[:0], s.null[:0], s.bytes[:0], s.ends[:0], s.times[:0], s.timed[:0]
	keys, err := s.keysOf.eval(b)
	if err != nil {
		return 0, nil, err
	}
	var only *batch.Vec[bool]
	if s.only != nil {
		vs, err := s.only.eval(b)
		if err != nil {
			return 0, nil, err
		}
		only = vs[0].(*batch.Vec[bool])
	}
	var ends batch.Vector
	if s.expires != nil {
		vs, err := s.expires.eval(b)
		if err != nil {
			return 0, nil, err
		}
		ends = vs[0]
	}
	for i := range b.Rows() {
		row := b.Row(i)
		null := false
		for c, k := range keys {
			null = null || !s.safe[c] && k.Null(row)
		}
		if null && !s.outer {
			continue
		}
		if s.n.Time >= 0 {
			if at, known := s.clock.at(b.Cols[s.n.Time], row); known && at <= s.st.Late {
				dropped++
				continue
			}
		}
		if only != nil && (only.Null(row) || !only.V[row]) {
			if s.outer {
				lonely = append(lonely, int32(row))
			}
			continue
		}
		s.sel, s.null = append(s.sel, int32(row)), append(s.null, null)
		s.bytes = s.keyCodec.AppendRow(s.bytes, keys, row)
		s.ends = append(s.ends, int32(len(s.bytes)))
		at, known := int64(0), false
		if ends != nil {
			at, known = s.until.at(ends, row)
		}
		s.times, s.timed = append(s.times, at), append(s.timed, known)
	}
	return dropped, lonely, nil
}

// key is the key of the r-th row that was taken.
func (s *joinSide) key(r int) []byte {
	lo := int32(0)
	if r > 0 {
		lo = s.ends[r-1]
	}
	return s.bytes[lo:s.ends[r]:s.ends[r]]
}

// over says whether the r-th row that was taken is over in this batch.
func (s *joinSide) over(r int) bool { return s.timed[r] && s.times[r] <= s.n.Until }

// count is how many rows a key has.
func (s *joinSide) count(key []byte) int {
	v, ok := s.counts.Get(0, key)
	if !ok {
		return 0
	}
	n, _ := binary.Uvarint(v)
	return int(n)
}

func (s *joinSide) setCount(key []byte, n int) {
	if n == 0 {
		s.counts.Remove(0, key)
		return
	}
	var b [binary.MaxVarintLen64]byte
	s.counts.Put(0, key, b[:binary.PutUvarint(b[:], uint64(n))])
}

// at is the name of a key's row.
func (s *joinSide) at(key []byte, i int) []byte {
	s.buf = binary.BigEndian.AppendUint32(append(s.buf[:0], key...), uint32(i))
	return s.buf
}

// A remembered row is a byte of marks, its time if it has one, and its columns.
const (
	rowMet   = 1
	rowTimed = 2
	rowHead  = 9
)

// add remembers the r-th row that was taken from b.
func (s *joinSide) add(b *batch.Batch, r int, met bool) {
	key := s.key(r)
	n := s.count(key)
	head := byte(0)
	if met && s.outer {
		head |= rowMet
	}
	if s.timed[r] {
		head |= rowTimed
	}
	s.value = binary.LittleEndian.AppendUint64(append(s.value[:0], head), uint64(s.times[r]))
	s.value = s.codec.AppendRow(s.value, b.Cols, int(s.sel[r]))
	s.rows.Put(0, s.at(key, n), s.value)
	s.setCount(key, n+1)
	if s.timed[r] {
		s.due.Put(s.until.slot(s.times[r], true), key, nil)
	}
}

// load appends the columns of a key's row.
func (s *joinSide) load(key []byte, i int, cols []batch.Vector) error {
	v, ok := s.rows.Get(0, s.at(key, i))
	if !ok {
		return fmt.Errorf("state: row %d of a join's key is missing", i)
	}
	return s.codec.Decode(v[rowHead:], cols)
}

// mark notes that a row has met one.
func (s *joinSide) mark(key []byte, i int) {
	v, ok := s.rows.Get(0, s.at(key, i))
	if !ok || v[0]&rowMet != 0 {
		return
	}
	s.value = append(s.value[:0], v...)
	s.value[0] |= rowMet
	s.rows.Put(0, s.at(key, i), s.value)
}

// remove takes a row away and says how many the key has left.
func (s *joinSide) remove(key []byte, i int) (left int, err error) {
	last := s.count(key) - 1
	if i != last {
		v, ok := s.rows.Get(0, s.at(key, last))
		if !ok {
			return 0, fmt.Errorf("state: row %d of a join's key is missing", last)
		}
		s.value = append(s.value[:0], v...)
		s.rows.Put(0, s.at(key, i), s.value)
	}
	s.rows.Remove(0, s.at(key, last))
	s.setCount(key, last)
	return last, nil
}

// forget removes rows that are over, as many as make a batch of gone: those of an outer side that have met none. More says
// that there may be others.
func (s *joinSide) forget(gone *batch.Batch) (removed int64, more bool, err error) {
	if s.n.Expires == nil {
		return 0, false, nil
	}
	for _, slot := range due(s.due, s.n.Until) {
		whole := s.until.over(slot, s.n.Until)
		var keys [][]byte
		for key := range s.due.All(slot) {
			keys = append(keys, append([]byte(nil), key...))
		}
		for _, key := range keys {
			if gone.N >= batch.Size {
				return removed, true, nil
			}
			n, left, err := s.forgetOf(key, slot, gone)
			if err != nil {
				return removed, false, err
			}
			removed += n
			if whole || !left {
				s.due.Remove(slot, key)
			}
		}
	}
	return removed, false, nil
}

// forgetOf removes the rows of a key that are over; left says whether there are others with a time of the slot.
func (s *joinSide) forgetOf(key []byte, slot int64, gone *batch.Batch) (removed int64, left bool, err error) {
	for i := s.count(key) - 1; i >= 0; i-- {
		v, ok := s.rows.Get(0, s.at(key, i))
		if !ok {
			return removed, false, fmt.Errorf("state: row %d of a join's key is missing", i)
		}
		at := int64(binary.LittleEndian.Uint64(v[1:]))
		if v[0]&rowTimed == 0 {
			continue
		}
		if at > s.n.Until {
			left = left || s.until.slot(at, true) == slot
			continue
		}
		if s.outer && v[0]&rowMet == 0 {
			if err := s.codec.Decode(v[rowHead:], gone.Cols); err != nil {
				return removed, false, err
			}
			gone.N++
		}
		if _, err := s.remove(key, i); err != nil {
			return removed, false, err
		}
		removed++
	}
	return removed, left, nil
}
