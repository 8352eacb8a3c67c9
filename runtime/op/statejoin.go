package op

import (
	"context"
	"io"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// stateJoin reads one input and then the other. Each row meets the rows of the other side that are remembered, and is
// remembered itself; so a row of the second input meets those of the first in the same batch, too. Candidates are
// collected a batch at a time and the condition is evaluated for all of them. In the end, rows that are over are
// forgotten, and those of an outer side that have met none come out with nulls.
//
// The left comes first; in a semi join the right does, so that a left row that has met one need not be remembered.
type stateJoin struct {
	n         *plan.StateJoin
	p         int
	t         *Task
	in        [2]Operator // left, right
	sides     [2]*joinSide
	condition *program
	semi      bool
	m         plan.StateMetrics
	start     time.Time

	turn   int // which side of order is read, 2: none, rows are forgotten, 3: the end
	opened bool
	cur    *batch.Batch
	row    int // the row of cur that meets others
	index  int // the next of the others
	count  int // how many there are
	met    []bool

	rows []int32 // candidates: rows of cur
	at   []int32 // and their positions among the other side's
	cand *batch.Batch
	out  *batch.Batch
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
	if n.Condition != nil {
		if j.condition, err = newProgram([]expr.Expr{n.Condition}, n.Query, p, t); err != nil {
			return nil, err
		}
	}
	return &drained{Operator: j, t: t}, nil
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
		s, err := j.n.State.Store(j.p)
		if err != nil {
			return nil, err
		}
		j.sides[0].open(s, "left")
		j.sides[1].open(s, "right")
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

// read goes on with the input whose turn it is, as far as a batch of candidates.
func (j *stateJoin) read() error {
	own := j.sides[j.sideOf(j.turn)]
	if j.cur == nil {
		b, err := j.in[j.sideOf(j.turn)].Next()
		if err == io.EOF {
			if j.turn++; j.turn == 2 {
				j.m.UpdatesTimeMs = time.Since(j.start).Milliseconds()
			}
			return nil
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			return nil
		}
		dropped, lonely, err := own.take(b)
		if err != nil {
			return err
		}
		j.m.Dropped += dropped
		j.cur, j.row, j.count = b, 0, -1
		j.met = j.met[:0]
		for range own.sel {
			j.met = append(j.met, false)
		}
		j.unmatched(own, b, lonely)
		return nil
	}
	return j.meet(own)
}

// meet collects candidates of the rows of the current batch, and decides them.
func (j *stateJoin) meet(own *joinSide) error {
	other := j.sides[1-j.sideOf(j.turn)]
	if j.cand == nil {
		j.cand = emptyBatch(append(append([]*types.Type(nil), j.sides[0].types...), j.sides[1].types...), 0)
	}
	j.cand.Reset()
	j.rows, j.at = j.rows[:0], j.at[:0]
	first := j.row
	for j.row < len(own.sel) && len(j.rows) < batch.Size {
		if j.count < 0 {
			j.index, j.count = 0, 0
			if !own.null[j.row] {
				j.count = other.count(own.key(j.row))
			}
		}
		for j.index < j.count && len(j.rows) < batch.Size {
			if err := other.load(own.key(j.row), j.index, j.columns(1-j.sideOf(j.turn))); err != nil {
				return err
			}
			j.rows, j.at = append(j.rows, int32(j.row)), append(j.at, int32(j.index))
			j.index++
		}
		if j.index < j.count {
			break
		}
		j.row, j.count = j.row+1, -1
		if j.semi && len(j.rows) > 0 { // what a row has met is forgotten before the next one looks
			break
		}
	}
	if err := j.decide(own, other); err != nil {
		return err
	}
	for r := first; r < j.row; r++ { // all candidates of these rows are decided
		j.keep(own, r)
	}
	if j.row == len(own.sel) {
		j.cur = nil
	}
	return nil
}

// columns are the candidates' columns of a side.
func (j *stateJoin) columns(side int) []batch.Vector {
	lw := len(j.sides[0].types)
	if side == 0 {
		return j.cand.Cols[:lw]
	}
	return j.cand.Cols[lw:]
}

// decide evaluates the condition for the candidates and makes rows of those that meet it.
func (j *stateJoin) decide(own, other *joinSide) error {
	n := len(j.rows)
	if n == 0 {
		return nil
	}
	from := make([]int32, n)
	for k, r := range j.rows {
		from[k] = own.sel[r]
	}
	for c, v := range j.columns(j.sideOf(j.turn)) {
		v.Append(j.cur.Cols[c], from)
	}
	j.cand.N = n
	var ok *batch.Vec[bool]
	if j.condition != nil {
		vs, err := j.condition.eval(j.cand)
		if err != nil {
			return err
		}
		ok = vs[0].(*batch.Vec[bool])
	}
	var good []int32
	for k := range n {
		if ok == nil || ok.V[k] && !ok.Null(k) {
			good = append(good, int32(k))
		}
	}
	if j.semi {
		return j.decideSemi(own, other, good)
	}
	for _, k := range good {
		r := int(j.rows[k])
		j.met[r] = true
		if other.outer {
			other.mark(own.key(r), int(j.at[k]))
		}
	}
	if len(good) > 0 {
		j.out.AppendRows(j.cand, good)
	}
	return nil
}

// decideSemi yields left rows: those that come and meet a right one, and those that a right one comes for, which need not
// be remembered any longer.
func (j *stateJoin) decideSemi(own, other *joinSide, good []int32) error {
	left := j.columns(0)
	put := func(k int32) {
		for c, v := range j.out.Cols {
			v.Append(left[c], []int32{k})
		}
		j.out.N++
	}
	if other == j.sides[0] {
		for i := len(good) - 1; i >= 0; i-- { // from the last: what is removed is replaced by the last
			k := good[i]
			put(k)
			if _, err := other.remove(own.key(int(j.rows[k])), int(j.at[k])); err != nil {
				return err
			}
			j.m.Removed++
		}
		return nil
	}
	for _, k := range good {
		if r := j.rows[k]; !j.met[r] {
			j.met[r] = true
			put(k)
		}
	}
	return nil
}

// keep remembers a row that has met all there are. A row of the input that is read last need not be when it is over in
// this batch, unless it has to come out with nulls.
func (j *stateJoin) keep(own *joinSide, r int) {
	if own.null[r] && !own.outer {
		return
	}
	met := j.met[r]
	if j.semi && own == j.sides[0] && met {
		return
	}
	if j.turn == 1 && own.over(r) && (!own.outer || met) {
		return
	}
	own.add(j.cur, r, met)
	j.m.Updated++
}

// unmatched makes rows with nulls on the other side.
func (j *stateJoin) unmatched(own *joinSide, b *batch.Batch, rows []int32) {
	if len(rows) == 0 {
		return
	}
	lw := len(j.sides[0].types)
	mine, others := j.out.Cols[:lw], j.out.Cols[lw:]
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
				all := make([]int32, gone.N)
				for i := range all {
					all[i] = int32(i)
				}
				j.unmatched(s, gone, all)
			}
			if more || gone.N > 0 {
				return nil
			}
		}
	}
	j.turn = 3
	j.m.RemovalsMs = time.Since(j.start).Milliseconds() - j.m.UpdatesTimeMs
	j.m.Total = int64(j.sides[0].rows.Len() + j.sides[1].rows.Len())
	j.n.State.Report(j.p, j.m)
	return nil
}

func (j *stateJoin) Close() error { return closeAll(j.in[0], j.in[1]) }
