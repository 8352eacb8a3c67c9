package op

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// sortedRows reads everything and yields it in order. With a limit it throws away what can no longer be among the first
// rows each time it holds a few times as many.
type sortedRows struct {
	n     *plan.SortRows
	in    Operator
	t     *Task
	prog  *program      // the keys that are not columns
	at    []int         // the column of each key in rows: the child's and then the computed ones
	types []*types.Type // of the columns of rows
	rows  *held
	wide  batch.Batch // a batch with the computed keys
	ids   []int32
	next  int            // of ids: the first that is not in out
	out   []*batch.Batch // gathered; nil: the next ones are not
	room  []*batch.Batch

	bound   uint64 // once bounded: the word of the last row that can be among the first
	bounded bool
	words   []uint64
	sel     []int32
}

var _ Operator = (*sortedRows)(nil)

func newSortRows(n *plan.SortRows, p int, in Operator, t *Task) (Operator, error) {
	s := &sortedRows{n: n, in: in, t: t}
	ts := plan.TypesOf(n.Child)
	ts = ts[:len(ts):len(ts)]
	var es []expr.Expr
	for _, k := range n.Keys {
		if c, ok := k.Child.(*expr.Col); ok {
			s.at = append(s.at, c.Index)
			continue
		}
		s.at = append(s.at, len(ts))
		ts, es = append(ts, k.Child.Type()), append(es, k.Child)
	}
	s.types, s.rows = ts, newHeld(ts, n.Query)
	var err error
	s.prog, err = newProgram(es, n.Query, p, t)
	return s, err
}

// few is how many rows beyond its limit the operator collects before it sorts.
func (s *sortedRows) few() int { return 3*int(s.n.Limit) + 2*batch.Size }

func (s *sortedRows) Next() (*batch.Batch, error) {
	if s.ids == nil {
		if err := s.read(); err != nil {
			return nil, err
		}
	}
	if s.out == nil {
		if err := s.gather(); err != nil {
			return nil, err
		}
	}
	if len(s.out) == 0 {
		return nil, io.EOF
	}
	b := s.out[0]
	if s.out = s.out[1:]; len(s.out) == 0 {
		s.out = nil
	}
	return b, nil
}

// gather copies the rows that come next to batches of their own: who reads columns of millions of rows here and there
// would make columns of as many. The batches stay in the cache, as they are used again.
func (s *sortedRows) gather() error {
	from := &batch.Batch{N: s.rows.N, Cols: s.rows.Cols[:len(plan.TypesOf(s.n.Child))]}
	left := len(s.ids) - s.next
	n := 1
	if left >= manyRows && s.t.slots() > 1 {
		n = 4 * s.t.slots()
	}
	n = min(n, (left+batch.Size-1)/batch.Size)
	for len(s.room) < n {
		s.room = append(s.room, like(from, min(left, batch.Size)))
	}
	s.out = s.room[:n:n]
	ids := s.ids[s.next:]
	s.next = min(s.next+n*batch.Size, len(s.ids))
	return s.t.spread(n, func(p int) error {
		s.room[p].Reset()
		s.room[p].AppendRows(from, ids[p*batch.Size:min((p+1)*batch.Size, len(ids))])
		return nil
	})
}

// read reads the rows, all of them or with a limit those that can be among the first, and orders them.
func (s *sortedRows) read() (err error) {
	switch {
	case s.n.Limit < 0:
		err = s.readAll()
	case s.n.Limit > 0:
		err = s.each(s.readFirst)
	}
	if err == nil {
		s.ids, err = s.order()
	}
	return err
}

// each calls f for every batch of the input, which is in wide with the computed keys.
func (s *sortedRows) each(f func() error) error {
	for {
		b, err := s.in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if s.t.Ctx.Err() != nil {
			return context.Cause(s.t.Ctx)
		}
		if b.Rows() == 0 {
			continue
		}
		keys, err := s.prog.eval(b)
		if err != nil {
			return err
		}
		s.wide = batch.Batch{N: b.N, Sel: b.Sel, Cols: append(append(s.wide.Cols[:0], b.Cols...), keys...)}
		if err := f(); err != nil {
			return err
		}
	}
}

// readFirst takes the rows of a batch that can be among the first.
func (s *sortedRows) readFirst() error {
	if s.bounded {
		s.narrow()
	}
	if err := s.rows.add(&s.wide); err != nil {
		return err
	}
	if s.n.Limit < 1<<24 && s.rows.N > s.few() {
		return s.cut()
	}
	return nil
}

// readAll takes the rows of all batches.
func (s *sortedRows) readAll() error {
	all := collect(s.in)
	all.stay = all.stay && len(s.types) == len(plan.TypesOf(s.n.Child)) // computed keys do not stay
	err := s.each(func() error {
		if err := s.rows.reserve(&s.wide); err != nil {
			return err
		}
		all.add(&s.wide)
		return nil
	})
	if err == nil {
		s.rows.Batch, err = all.rows(s.types, s.t)
	}
	return err
}

// order is the rows in order, up to the limit.
func (s *sortedRows) order() ([]int32, error) {
	o := &rowOrder{task: s.t}
	for i, k := range s.n.Keys {
		o.keys = append(o.keys, sortColumn{vec: s.rows.Cols[s.at[i]], desc: k.Desc, nullsFirst: k.NullsFirst})
	}
	ids, parts := make([]int32, s.rows.N), 1
	if len(ids) >= manyRows {
		parts = s.t.slots()
	}
	err := s.t.spread(parts, func(p int) error {
		for i, hi := len(ids)*p/parts, len(ids)*(p+1)/parts; i < hi; i++ {
			ids[i] = int32(i)
		}
		return nil
	})
	if err == nil {
		err = o.sort(ids, 0)
	}
	if s.n.Limit >= 0 && int64(len(ids)) > s.n.Limit {
		ids = ids[:s.n.Limit]
	}
	return ids, err
}

// cut leaves only the first rows, in order: rows that come later and are equal stay behind them.
func (s *sortedRows) cut() error {
	ids, err := s.order()
	if err != nil {
		return err
	}
	kept := &batch.Batch{N: s.rows.N, Sel: ids, Cols: s.rows.Cols}
	s.rows.Batch = kept.Clone()
	s.rows.free()
	_ = s.rows.reserve(s.rows.Batch) // it was there before
	s.setBound()
	return nil
}

// setBound remembers the first key of the last row kept: rows beyond it need not be looked at.
func (s *sortedRows) setBound() {
	key := s.rows.Cols[s.at[0]]
	last := int32(s.rows.N - 1)
	if last < 0 || key.Null(int(last)) {
		s.bounded = false
		return
	}
	var w [1]uint64
	_, s.bounded = fillWords(w[:], key, []int32{last}, s.n.Keys[0].Desc)
	s.bound = w[0]
}

// narrow takes rows beyond the bound out of the selection. Nulls stay.
func (s *sortedRows) narrow() {
	key := s.wide.Cols[s.at[0]]
	if s.wide.Sel == nil {
		for len(s.sel) < s.wide.N {
			s.sel = append(s.sel, int32(len(s.sel)))
		}
	}
	rows := s.wide.Sel
	if rows == nil {
		rows = s.sel[:s.wide.N]
	}
	if cap(s.words) < len(rows) {
		s.words = make([]uint64, len(rows))
	}
	ws := s.words[:len(rows)]
	if _, ok := fillWords(ws, key, rows, s.n.Keys[0].Desc); !ok {
		return
	}
	kept := make([]int32, 0, 64)
	for i, w := range ws {
		if r := rows[i]; w <= s.bound || key.Null(int(r)) {
			kept = append(kept, r)
		}
	}
	s.wide.Sel = kept
}

func (s *sortedRows) Close() error {
	s.rows.free()
	return s.in.Close()
}
