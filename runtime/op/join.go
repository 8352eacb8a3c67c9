package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// join builds a table of the right side's rows by key and probes it with the left side, batch by batch. Right rows without
// a match follow at the end, for right and full outer joins.
type join struct {
	n           *plan.Join
	left, right Operator
	table       *keyTable
	rows        *batch.Batch // the right side
	head        []int32      // first row of each key, -1 none
	chain       []int32      // next row of the same key, -1 end
	matched     []bool       // by key
	out         *batch.Batch
	cur         *batch.Batch
	ids         []int32
	i           int
	tail        bool
	tailRow     int
}

var _ Operator = (*join)(nil)

func newJoin(n *plan.Join, l, r Operator) Operator { return &join{n: n, left: l, right: r} }

func (j *join) build() error {
	rt := j.n.Right.Elems()
	j.table = newKeyTable(newKeys(rt[:j.n.Keys]))
	j.rows = batch.New(0, rt...)
	var last []int32
	for {
		b, err := j.right.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			continue
		}
		base := j.rows.N
		j.rows.Append(b)
		for i, id := range j.table.assign(b) {
			row := int32(base + i)
			j.chain = append(j.chain, -1)
			for int(id) >= len(j.head) { // of many keys, a later row may bring the earlier one
				j.head, last = append(j.head, -1), append(last, -1)
			}
			if last[id] < 0 {
				j.head[id] = row
			} else {
				j.chain[last[id]] = row
			}
			last[id] = row
		}
	}
	j.matched = make([]bool, j.table.n)
	j.out = batch.New(batch.Size, j.n.Elems()...)
	return nil
}

func (j *join) Next() (*batch.Batch, error) {
	if j.table == nil {
		if err := j.build(); err != nil {
			return nil, err
		}
	}
	j.out.Reset()
	for j.out.N < batch.Size && !j.tail {
		if j.cur == nil || j.i >= j.cur.Rows() {
			b, err := j.left.Next()
			if err == io.EOF {
				j.tail = true
				break
			}
			if err != nil {
				return nil, err
			}
			known := j.table.n
			j.cur, j.i = b, 0
			j.ids = append(j.ids[:0], j.table.assign(b)...)
			for range j.table.n - known { // keys of the left side only: numbered, without rows
				j.head, j.matched = append(j.head, -1), append(j.matched, false)
			}
		}
		j.probe()
	}
	if j.tail && j.out.N < batch.Size && (j.n.Type == plan.RightOuter || j.n.Type == plan.FullOuter) {
		j.unmatched()
	}
	if j.out.N == 0 {
		return nil, io.EOF
	}
	return j.out, nil
}

func (j *join) probe() {
	var lrows, rrows []int32
	for ; j.i < len(j.ids) && j.out.N+len(lrows) < batch.Size; j.i++ {
		id, row := j.ids[j.i], int32(j.cur.Row(j.i))
		m := j.head[id]
		switch {
		case j.n.Type == plan.LeftSemi || j.n.Type == plan.LeftAnti:
			if m >= 0 == (j.n.Type == plan.LeftSemi) {
				lrows = append(lrows, row)
			}
		case m < 0:
			if j.n.Type == plan.LeftOuter || j.n.Type == plan.FullOuter {
				lrows, rrows = append(lrows, row), append(rrows, -1)
			}
		default:
			j.matched[id] = true
			for ; m >= 0; m = j.chain[m] {
				lrows, rrows = append(lrows, row), append(rrows, m)
			}
		}
	}
	lw := len(j.n.Left.Elems())
	for c := range lw {
		j.out.Cols[c].Append(j.cur.Cols[c], orEmpty(lrows))
	}
	for c := lw; c < len(j.out.Cols); c++ {
		appendOrNull(j.out.Cols[c], j.rows.Cols[c-lw+j.n.Keys], rrows)
	}
	j.out.N += len(lrows)
}

// orEmpty keeps "no rows" from meaning "all rows".
func orEmpty(rows []int32) []int32 {
	if rows == nil {
		return []int32{}
	}
	return rows
}

func appendOrNull(dst, src batch.Vector, rows []int32) {
	for lo := 0; lo < len(rows); {
		hi := lo
		for hi < len(rows) && (rows[hi] < 0) == (rows[lo] < 0) {
			hi++
		}
		if rows[lo] >= 0 {
			dst.Append(src, rows[lo:hi])
		} else {
			for range hi - lo {
				dst.AppendNull()
			}
		}
		lo = hi
	}
}

// unmatched appends the right rows whose key no left row had, keys taken from the right side.
func (j *join) unmatched() {
	lw := len(j.n.Left.Elems())
	var rows []int32
	for id := j.tailRow; id < len(j.matched) && j.out.N+len(rows) < batch.Size; id++ {
		j.tailRow = id + 1
		if j.matched[id] {
			continue
		}
		for m := j.head[id]; m >= 0; m = j.chain[m] {
			rows = append(rows, m)
		}
	}
	rows = orEmpty(rows)
	for c := range j.out.Cols {
		switch {
		case c < j.n.Keys:
			j.out.Cols[c].Append(j.rows.Cols[c], rows)
		case c < lw:
			for range rows {
				j.out.Cols[c].AppendNull()
			}
		default:
			j.out.Cols[c].Append(j.rows.Cols[c-lw+j.n.Keys], rows)
		}
	}
	j.out.N += len(rows)
}

func (j *join) Close() error {
	err := j.left.Close()
	if e := j.right.Close(); err == nil {
		err = e
	}
	return err
}
