package op

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// joinRows holds one side and meets each row of the other, the streamed one, with its candidates: the held rows of the
// same key, or all of them. Candidates are collected as pairs, a batch at a time; the condition is evaluated for them,
// and what is left is gathered. Results come in the order of the streamed rows; held rows that nobody met come at the
// end.
type joinRows struct {
	n              *plan.JoinRows
	t              *Task
	stream, build  Operator
	keys, heldKeys *program
	condition      *program
	held           *held
	heldTypes      []*types.Type
	index          *joinIndex
	equal          []int // the streamed column that a held one is a copy of, -1: none
	done           bool  // with the held side

	preserve     bool // streamed rows without a match come out, with nulls
	preserveHeld bool
	one          bool // the first match of a row decides
	ends         bool // whether a row had a match must be known

	cur     *batch.Batch
	ids     []int32
	row, at int  // the next candidate: of which row, and which
	met     int  // matches of the row that is being decided
	over    bool // the streamed side has ended
	matched []bool
	tail    int

	left, right []int32 // candidates: streamed row, and held row or -1 after the last candidate of a row
	outS, outH  []int32 // results
	exists      []bool
	cand        *batch.Batch // candidates' columns, those that the condition uses
	pairS       []int32
	pairH       []int32
	out         *batch.Batch
}

var _ Operator = (*joinRows)(nil)

func newJoinRows(n *plan.JoinRows, p int, l, r Operator, t *Task) (_ Operator, err error) {
	j := &joinRows{n: n, t: t, stream: l, build: r, out: emptyBatch(n.ColumnTypes(), 0)}
	streamKeys, heldKeys, heldNode := n.LeftKeys, n.RightKeys, n.Right
	if n.BuildLeft {
		j.stream, j.build = r, l
		streamKeys, heldKeys, heldNode = n.RightKeys, n.LeftKeys, n.Left
	}
	defer func() {
		if err != nil {
			j.Close()
		}
	}()
	j.heldTypes = plan.TypesOf(heldNode)
	j.held = newHeld(j.heldTypes, n.Query)
	if j.keys, err = newProgram(streamKeys, n.Query, p, t); err != nil {
		return nil, err
	}
	if j.heldKeys, err = newProgram(heldKeys, n.Query, p, t); err != nil {
		return nil, err
	}
	j.equal = equalColumns(heldKeys, streamKeys, j.held.Cols)
	if n.Condition != nil {
		if j.condition, err = newProgram([]expr.Expr{n.Condition}, n.Query, p, t); err != nil {
			return nil, err
		}
		j.prepareCandidates()
	}
	switch n.Type {
	case plan.LeftOuter, plan.LeftSingle:
		j.preserve, j.preserveHeld = !n.BuildLeft, n.BuildLeft
	case plan.RightOuter:
		j.preserve, j.preserveHeld = n.BuildLeft, !n.BuildLeft
	case plan.FullOuter:
		j.preserve, j.preserveHeld = true, true
	case plan.LeftSemi, plan.LeftAnti, plan.NullAwareAnti, plan.Existence:
		j.one, j.ends = true, true
	}
	j.ends = j.ends || j.preserve
	return j, nil
}

// equalColumns finds the held columns that are keys, so that what is in them is in the streamed rows as well, which are in
// the cache. A key that is equal need not be the same: there are two zeros.
func equalColumns(held, streamed []expr.Expr, cols []batch.Vector) []int {
	equal := make([]int, len(cols))
	for i := range equal {
		equal[i] = -1
	}
	for k, e := range held {
		h, ok := e.(*expr.Col)
		s, ok2 := streamed[k].(*expr.Col)
		if !ok || !ok2 {
			continue
		}
		switch cols[h.Index].(type) {
		case *batch.Vec[int64], *batch.Vec[int32], *batch.Vec[int16], *batch.Vec[int8], *batch.Vec[bool], *batch.Vec[string]:
			equal[h.Index] = s.Index
		}
	}
	return equal
}

// prepareCandidates makes room for the columns that the condition uses; the others stay empty.
func (j *joinRows) prepareCandidates() {
	ts := append(append(plan.TypesOf(j.n.Left)[:0:0], plan.TypesOf(j.n.Left)...), plan.TypesOf(j.n.Right)...)
	j.cand = &batch.Batch{Cols: make([]batch.Vector, len(ts))}
	expr.Walk(j.n.Condition, func(e expr.Expr) {
		if c, ok := e.(*expr.Col); ok && j.cand.Cols[c.Index] == nil {
			j.cand.Cols[c.Index] = batch.ForType(ts[c.Index], 0)
		}
	})
}

func (j *joinRows) Next() (*batch.Batch, error) {
	if !j.done {
		if err := j.readHeld(); err != nil {
			return nil, err
		}
	}
	for {
		if j.t.Ctx.Err() != nil {
			return nil, context.Cause(j.t.Ctx)
		}
		if j.cur == nil || j.row >= j.cur.Rows() {
			if err := j.advance(); err == io.EOF {
				return j.unmatched()
			} else if err != nil {
				return nil, err
			}
		}
		j.candidates()
		if err := j.decide(); err != nil {
			return nil, err
		}
		if len(j.outS) > 0 {
			return j.gather(), nil
		}
	}
}

// advance takes the next streamed batch.
func (j *joinRows) advance() error {
	for {
		if j.over {
			return io.EOF
		}
		b, err := j.stream.Next()
		if err == io.EOF {
			j.over = true
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			continue
		}
		j.cur, j.row, j.at = b, 0, 0
		if j.ids, err = j.index.lookup(j.keys, b); err != nil {
			return err
		}
		if j.n.Type == plan.NullAwareAnti && j.index.table != nil {
			j.nullAware()
		}
		return nil
	}
}

// noRow stands in ids for a streamed row that does not come out at all.
const noRow = -2

// nullAware decides NOT IN by one key where nulls come in: with a null among the held keys nothing is known not to be
// there, and whether a null is there is not known, unless nothing is.
func (j *joinRows) nullAware() {
	if j.held.N == 0 {
		return
	}
	for i := range j.ids {
		if j.index.nulls || j.index.streamNull(j.cur.Row(i)) {
			j.ids[i] = noRow
		}
	}
}

// gather makes the batch of the results.
func (j *joinRows) gather() *batch.Batch {
	j.out.Reset()
	streamed, heldCols := j.sides()
	for i, v := range streamed {
		v.Append(j.cur.Cols[i], j.outS)
	}
	if j.n.Type == plan.Existence {
		v := j.out.Cols[len(j.out.Cols)-1].(*batch.Vec[bool])
		v.V = append(v.V, j.exists...)
	}
	for i, v := range heldCols {
		switch s := j.equal[i]; {
		case j.preserve:
			appendOrNull(v, j.held.Cols[i], j.outH)
		case s >= 0:
			v.Append(j.cur.Cols[s], j.outS)
		default:
			v.Append(j.held.Cols[i], j.outH)
		}
	}
	j.out.N = len(j.outS)
	return j.out
}

// sides are the columns of the result that come from the streamed and the held side.
func (j *joinRows) sides() (streamed, heldCols []batch.Vector) {
	lw := len(plan.TypesOf(j.n.Left))
	if j.n.BuildLeft {
		return j.out.Cols[lw:], j.out.Cols[:lw]
	}
	streamed = j.out.Cols[:lw]
	if !j.one {
		heldCols = j.out.Cols[lw:]
	}
	return streamed, heldCols
}

// unmatched yields the held rows that nobody met.
func (j *joinRows) unmatched() (*batch.Batch, error) {
	if !j.preserveHeld {
		return nil, io.EOF
	}
	var rows []int32
	for ; j.tail < len(j.matched) && len(rows) < batch.Size; j.tail++ {
		if !j.matched[j.tail] {
			rows = append(rows, int32(j.tail))
		}
	}
	if len(rows) == 0 {
		return nil, io.EOF
	}
	j.out.Reset()
	streamed, heldCols := j.sides()
	for _, v := range streamed {
		for range rows {
			v.AppendNull()
		}
	}
	for i, v := range heldCols {
		v.Append(j.held.Cols[i], rows)
	}
	j.out.N = len(rows)
	return j.out, nil
}

func (j *joinRows) Close() error {
	j.held.free()
	return closeAll(j.stream, j.build)
}
