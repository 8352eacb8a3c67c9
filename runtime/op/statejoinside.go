package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/state/rowcodec"
	"gospark/runtime/types"
)

// A joinSide is one input of a join of streams, and the rows of it that are remembered: a table of the blocks of rows by
// key and number, and one of the marks of those that have met one. The rows of a batch are taken, meet others, and are
// remembered until they are over.
type joinSide struct {
	n     *plan.StateSide
	st    *plan.State
	types []*types.Type
	outer bool // rows that have met none come out with nulls
	marks bool // rows that have met one are marked
	safe  []bool

	keysOf  *program
	only    *program
	expires *program
	clock   stateClock // of late rows
	until   stateClock

	rows, met *state.Table
	keyCodec  *rowcodec.Codec
	codec     *rowcodec.Direct
	agenda    *agenda
	total     int64 // rows that are remembered

	sel   []int32 // rows of the batch that are not late
	null  []bool  // by position in sel: the key has a null
	bytes []byte  // keys of the first blocks, one after the other
	ends  []int32
	times []int64 // until when they are remembered

	key   []byte // of a block
	value []byte
	bits  rowMarks

	forgetting
}

func newJoinSide(n *plan.StateSide, j *plan.StateJoin, p int, t *Task, outer bool) (*joinSide, error) {
	s := &joinSide{n: n, st: j.State, types: plan.TypesOf(n.Node), outer: outer, marks: outer, safe: j.NullSafe}
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
	s.keyCodec, s.codec = rowcodec.NewKey(keys...), rowcodec.NewDirect(s.types...)
	return s, nil
}

// open finds the rows that are remembered. Notes are those of the side, if there are any: else they are made.
func (s *joinSide) open(st *state.Store, name string, a *agenda, total int64) error {
	s.rows, s.met = st.Table(name+".rows"), st.Table(name+".met")
	if s.agenda, s.total = a, total; a != nil {
		return nil
	}
	s.agenda, s.total = newAgenda(), 0
	for key, block := range s.rows.All(0) {
		for at := rowsBegin(numberOf(key)); at < len(block); s.total++ {
			row, next, err := rowAt(block, at)
			if err != nil {
				return err
			}
			if t := timeOf(row); t != never {
				s.agenda.add(t, key)
			}
			at = next
		}
	}
	return nil
}

// take prepares the rows of a batch: how many are late, and which can never meet one and come out at once.
func (s *joinSide) take(b *batch.Batch) (dropped int64, lonely []int32, err error) {
	s.sel, s.null, s.bytes, s.ends, s.times = s.sel[:0], s.null[:0], s.bytes[:0], s.ends[:0], s.times[:0]
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
		s.bytes = append(s.keyCodec.AppendRow(s.bytes, keys, row), 0, 0, 0, 0) // the first block's number
		s.ends = append(s.ends, int32(len(s.bytes)))
		at := int64(never)
		if ends != nil {
			if t, known := s.until.at(ends, row); known {
				at = t
			}
		}
		s.times = append(s.times, at)
	}
	return dropped, lonely, nil
}

// first is the key of the first block of the r-th row that was taken.
func (s *joinSide) first(r int) []byte {
	lo := int32(0)
	if r > 0 {
		lo = s.ends[r-1]
	}
	return s.bytes[lo:s.ends[r]:s.ends[r]]
}

// block is the key of a block of the r-th row that was taken; it is good until the next one is asked for.
func (s *joinSide) block(r int, number uint32) []byte {
	if number == 0 {
		return s.first(r)
	}
	s.key = blockKey(s.key, s.first(r), number)
	return s.key
}

// over says whether the r-th row that was taken is over in this batch.
func (s *joinSide) over(r int) bool { return s.times[r] != never && s.times[r] <= s.n.Until }
