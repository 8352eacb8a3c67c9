package op

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
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
	index          *joinIndex
	done           bool // with the held side

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
	j.held = newHeld(plan.TypesOf(heldNode), n.Query)
	if j.keys, err = newProgram(streamKeys, n.Query, p, t); err != nil {
		return nil, err
	}
	if j.heldKeys, err = newProgram(heldKeys, n.Query, p, t); err != nil {
		return nil, err
	}
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

func (j *joinRows) readHeld() error {
	j.index = newJoinIndex(j.n, j.heldKeys)
	for {
		b, err := j.build.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			continue
		}
		if err := j.index.add(b); err != nil {
			return err
		}
		if err := j.held.add(b); err != nil {
			return err
		}
	}
	j.index.finish(j.held.N)
	if j.preserveHeld {
		j.matched = make([]bool, j.held.N)
	}
	j.done = true
	return nil
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

// candidates collects pairs up to a batch.
func (j *joinRows) candidates() {
	j.left, j.right = j.left[:0], j.right[:0]
	if j.index.table != nil && j.index.unique && !j.ends {
		j.uniqueCandidates()
		return
	}
	for n := j.cur.Rows(); j.row < n && len(j.left) < batch.Size; j.row, j.at = j.row+1, 0 {
		if j.ids != nil && j.ids[j.row] == noRow {
			continue
		}
		pos := int32(j.cur.Row(j.row))
		rows := j.index.all
		if j.ids != nil {
			rows = j.index.rows(j.ids[j.row])
		}
		rows = rows[j.at:]
		if j.one && j.condition == nil && len(rows) > 1 {
			rows = rows[:1]
		}
		if room := batch.Size - len(j.left); len(rows) > room {
			rows = rows[:room]
			for range rows {
				j.left = append(j.left, pos)
			}
			j.right = append(j.right, rows...)
			j.at += len(rows)
			return
		}
		for range rows {
			j.left = append(j.left, pos)
		}
		j.right = append(j.right, rows...)
		if j.ends {
			j.left, j.right = append(j.left, pos), append(j.right, -1)
		}
	}
}

// uniqueCandidates is candidates where each key is there once and only matches count.
func (j *joinRows) uniqueCandidates() {
	rowOf := j.index.order
	if j.index.inOrder {
		for i, id := range j.ids {
			if id >= 0 {
				j.left, j.right = append(j.left, int32(j.cur.Row(i))), append(j.right, id)
			}
		}
	} else if j.cur.Sel == nil {
		for i, id := range j.ids {
			if id >= 0 {
				j.left, j.right = append(j.left, int32(i)), append(j.right, rowOf[id])
			}
		}
	} else {
		for i, id := range j.ids {
			if id >= 0 {
				j.left, j.right = append(j.left, j.cur.Sel[i]), append(j.right, rowOf[id])
			}
		}
	}
	j.row = j.cur.Rows()
}

// decide turns candidates into results.
func (j *joinRows) decide() error {
	j.outS, j.outH, j.exists = j.outS[:0], j.outH[:0], j.exists[:0]
	if j.condition == nil && !j.ends {
		j.outS, j.outH = append(j.outS, j.left...), append(j.outH, j.right...)
		if j.matched != nil {
			for _, r := range j.right {
				j.matched[r] = true
			}
		}
		return nil
	}
	pass, err := j.evaluate()
	if err != nil {
		return err
	}
	p := 0
	for k, r := range j.right {
		if r < 0 {
			j.end(j.left[k])
			j.met = 0
			continue
		}
		ok := true
		if pass != nil {
			ok = pass.V[p]
			if pass.Null(p) {
				ok = j.n.Type == plan.NullAwareAnti
			}
			p++
		}
		if !ok {
			continue
		}
		j.met++
		if j.one {
			continue
		}
		if j.met > 1 && j.n.Type == plan.LeftSingle {
			return condition.New("SCALAR_SUBQUERY_TOO_MANY_ROWS", "21000", "More than one row returned by a subquery used as an expression.")
		}
		j.outS, j.outH = append(j.outS, j.left[k]), append(j.outH, r)
		if j.matched != nil {
			j.matched[r] = true
		}
	}
	return nil
}

// end decides about a streamed row whose candidates have all been seen.
func (j *joinRows) end(pos int32) {
	switch j.n.Type {
	case plan.LeftSemi:
		if j.met > 0 {
			j.outS = append(j.outS, pos)
		}
	case plan.LeftAnti, plan.NullAwareAnti:
		if j.met == 0 {
			j.outS = append(j.outS, pos)
		}
	case plan.Existence:
		j.outS, j.exists = append(j.outS, pos), append(j.exists, j.met > 0)
	default:
		if j.met == 0 {
			j.outS, j.outH = append(j.outS, pos), append(j.outH, -1)
		}
	}
}

// evaluate computes the condition of the candidates; nil: there is none.
func (j *joinRows) evaluate() (*batch.Vec[bool], error) {
	if j.condition == nil {
		return nil, nil
	}
	j.pairS, j.pairH = j.pairS[:0], j.pairH[:0]
	for k, r := range j.right {
		if r >= 0 {
			j.pairS, j.pairH = append(j.pairS, j.left[k]), append(j.pairH, r)
		}
	}
	lw := len(plan.TypesOf(j.n.Left))
	for i, v := range j.cand.Cols {
		if v == nil {
			continue
		}
		v.Reset()
		c, inLeft := i, i < lw
		if !inLeft {
			c -= lw
		}
		if inLeft == j.n.BuildLeft {
			v.Append(j.held.Cols[c], orEmpty(j.pairH))
		} else {
			v.Append(j.cur.Cols[c], orEmpty(j.pairS))
		}
	}
	j.cand.N = len(j.pairS)
	if j.cand.N == 0 {
		return &batch.Vec[bool]{}, nil
	}
	vs, err := j.condition.eval(j.cand)
	if err != nil {
		return nil, err
	}
	return vs[0].(*batch.Vec[bool]), nil
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
		if j.preserve {
			appendOrNull(v, j.held.Cols[i], j.outH)
		} else {
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
