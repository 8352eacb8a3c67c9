package op

import (
	"context"
	"io"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/types"
)

// stateJoin reads one input and then the other. Each row meets the rows of the other side that are remembered, and is
// remembered itself; so a row of the second input meets those of the first in the same batch, too. Candidates are
// collected a batch at a time: first only the columns that the condition needs are read, then the condition is evaluated
// for all of them, and the other columns are read of those that meet it. In the end, rows that are over are forgotten, and
// those of an outer side that have met none come out with nulls.
//
// The left comes first; in a semi join the right does, so that a left row that has met one need not be remembered.
type stateJoin struct {
	n         *plan.StateJoin
	p         int
	t         *Task
	in        [2]Operator // left, right
	sides     [2]*joinSide
	condition *program
	needs     [2][]int // columns of a side that the condition needs
	semi      bool
	m         plan.StateMetrics
	start     time.Time
	store     *state.Store

	turn   int // which side of order is read, 2: none, rows are forgotten, 3: the end
	opened bool
	cur    *batch.Batch
	met    []bool // by position in sel of the side
	found  candidates
	cand   *batch.Batch // the columns that the condition needs; the others are empty
	out    *batch.Batch
}

var _ Operator = (*stateJoin)(nil)

func newStateJoin(n *plan.StateJoin, p int, l, r Operator, t *Task) (_ Operator, err error) {
	j := &stateJoin{n: n, p: p, t: t, in: [2]Operator{l, r}, semi: n.Type == plan.LeftSemi, out: emptyBatch(n.ColumnTypes(), 0)}
	defer func() {
		if err != nil {
			closeAll(l, r)
		}
	}()
	left := n.Type == plan.LeftOuter || n.Type == plan.FullOuter
	right := n.Type == plan.RightOuter || n.Type == plan.FullOuter
	if j.sides[0], err = newJoinSide(&n.Left, n, p, t, left); err != nil {
		return nil, err
	}
	if j.sides[1], err = newJoinSide(&n.Right, n, p, t, right); err != nil {
		return nil, err
	}
	j.sides[0].marks = j.sides[0].marks || j.semi // those that have met one are removed when the batch is through
	j.cand = emptyBatch(append(append([]*types.Type(nil), j.sides[0].types...), j.sides[1].types...), 0)
	if n.Condition != nil {
		if j.condition, err = newProgram([]expr.Expr{n.Condition}, n.Query, p, t); err != nil {
			return nil, err
		}
		j.needs = needed(n.Condition, len(j.sides[0].types))
	}
	return &drained{Operator: j, t: t}, nil
}

// needed are the columns of the left and of the right side that an expression reads.
func needed(e expr.Expr, lefts int) (cols [2][]int) {
	seen := map[int]bool{}
	expr.Walk(e, func(e expr.Expr) {
		if c, ok := e.(*expr.Col); ok && !seen[c.Index] {
			seen[c.Index] = true
			if c.Index < lefts {
				cols[0] = append(cols[0], c.Index)
			} else {
				cols[1] = append(cols[1], c.Index-lefts)
			}
		}
	})
	return cols
}

// sideOf is which side the k-th input that is read is.
func (j *stateJoin) sideOf(k int) int {
	if j.semi {
		return 1 - k
	}
	return k
}

func (j *stateJoin) Next() (*batch.Batch, error) {
	if !j.opened {
		j.opened, j.start = true, time.Now()
		if err := j.open(); err != nil {
			return nil, err
		}
	}
	for {
		if j.t.Ctx.Err() != nil {
			return nil, context.Cause(j.t.Ctx)
		}
		j.out.Reset()
		var err error
		switch {
		case j.turn < 2:
			err = j.read()
		case j.turn == 2:
			err = j.forget()
		default:
			return nil, io.EOF
		}
		if err != nil {
			return nil, err
		}
		if j.out.N > 0 {
			return j.out, nil
		}
	}
}

// open finds what is remembered, and in memory what was noted of it.
func (j *stateJoin) open() (err error) {
	if j.store, err = j.n.State.Store(j.p); err != nil {
		return err
	}
	notes, ok := j.store.Detach().(*joinNotes)
	if !ok {
		notes = &joinNotes{}
	}
	for i, name := range []string{"left", "right"} {
		if err := j.sides[i].open(j.store, name, notes.agendas[i], notes.totals[i]); err != nil {
			return err
		}
	}
	return nil
}

// close says what is remembered now.
func (j *stateJoin) close() {
	notes := &joinNotes{}
	for i, s := range j.sides {
		notes.agendas[i], notes.totals[i] = s.agenda, s.total
		j.m.Total += s.total
	}
	j.store.Attach(notes)
	j.n.State.Report(j.p, j.m)
}

// read goes on with the input whose turn it is, as far as a batch of candidates.
func (j *stateJoin) read() error {
	own, other := j.sides[j.sideOf(j.turn)], j.sides[1-j.sideOf(j.turn)]
	if j.cur == nil {
		return j.take(own)
	}
	done, err := j.found.collect(own, other)
	if err != nil {
		return err
	}
	if err := j.decide(own, other); err != nil || !done {
		return err
	}
	for r := range own.sel { // all have met all there are
		if err := j.keep(own, r); err != nil {
			return err
		}
	}
	j.cur = nil
	return j.removeMet(own, other)
}

// take reads a batch of the input whose turn it is.
func (j *stateJoin) take(own *joinSide) error {
	b, err := j.in[j.sideOf(j.turn)].Next()
	if err == io.EOF {
		if j.turn++; j.turn == 2 {
			j.m.UpdatesTimeMs = time.Since(j.start).Milliseconds()
		}
		return nil
	}
	if err != nil || b.Rows() == 0 {
		return err
	}
	dropped, lonely, err := own.take(b)
	if err != nil {
		return err
	}
	j.m.Dropped += dropped
	j.cur = b
	j.met = append(j.met[:0], make([]bool, len(own.sel))...)
	j.found.begin()
	j.unmatched(own, b, lonely)
	return nil
}

// columns are the columns of a side among those of both.
func (j *stateJoin) columns(b *batch.Batch, side int) []batch.Vector {
	lefts := len(j.sides[0].types)
	if side == 0 {
		return b.Cols[:lefts]
	}
	return b.Cols[lefts:]
}

// keep remembers a row that has met all there are. A row of the input that is read last need not be when it is over in
// this batch, unless it has to come out with nulls.
func (j *stateJoin) keep(own *joinSide, r int) error {
	if own.null[r] && !own.outer {
		return nil
	}
	met := j.met[r]
	if j.semi && own == j.sides[0] && met {
		return nil
	}
	if j.turn == 1 && own.over(r) && (!own.outer || met) {
		return nil
	}
	j.m.Updated++
	return own.add(j.cur, r, met)
}

// removeMet removes the left rows of a semi join that right ones have come for: they need not be remembered any longer.
func (j *stateJoin) removeMet(own, other *joinSide) error {
	for _, b := range j.found.touched {
		n, err := other.cut(own.block(int(b.row), b.number), func(_ []byte, met bool) bool { return met })
		if err != nil {
			return err
		}
		j.m.Removed += n
	}
	return nil
}

// unmatched makes rows with nulls on the other side.
func (j *stateJoin) unmatched(own *joinSide, b *batch.Batch, rows []int32) {
	if len(rows) == 0 {
		return
	}
	mine, others := j.columns(j.out, 0), j.columns(j.out, 1)
	if own == j.sides[1] {
		mine, others = others, mine
	}
	for c, v := range mine {
		v.Append(b.Cols[c], rows)
	}
	for _, v := range others {
		for range rows {
			v.AppendNull()
		}
	}
	j.out.N += len(rows)
}

// forget removes rows that are over, a batch of results at a time: those of outer sides first, which come out when they
// have met none. Only the others are counted, as Spark does.
func (j *stateJoin) forget() error {
	for _, outer := range []bool{true, false} {
		for _, s := range j.sides {
			if s.outer != outer {
				continue
			}
			gone := emptyBatch(s.types, 0)
			removed, more, err := s.forget(gone)
			if err != nil {
				return err
			}
			if !outer {
				j.m.Removed += removed
			}
			if gone.N > 0 {
				j.unmatched(s, gone, s.all)
			}
			if more || gone.N > 0 {
				return nil
			}
		}
	}
	j.turn = 3
	j.m.RemovalsMs = time.Since(j.start).Milliseconds() - j.m.UpdatesTimeMs
	j.close()
	return nil
}

func (j *stateJoin) Close() error { return closeAll(j.in[0], j.in[1]) }
