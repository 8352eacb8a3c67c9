package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/plan"
)

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
	n := len(j.ids)
	j.left, j.right = grow(j.left[:0], n), grow(j.right[:0], n)
	left, right, k := j.left[:n], j.right[:n], 0 // without branches, which nobody could foretell
	for i, id := range j.ids {
		left[k], right[k] = int32(at(j.cur.Sel, i)), id
		next := k + 1
		if id >= 0 {
			k = next
		}
	}
	j.left, j.right = left[:k], right[:k]
	if !j.index.inOrder {
		for i, id := range j.right {
			j.right[i] = j.index.order[id]
		}
	}
	j.row = j.cur.Rows()
}

// decide turns candidates into results.
func (j *joinRows) decide() error {
	j.outS, j.outH, j.exists = j.outS[:0], j.outH[:0], j.exists[:0]
	if j.condition == nil && !j.ends {
		if j.matched != nil {
			for _, r := range j.right {
				j.matched[r] = true
			}
		}
		j.outS, j.left = j.left, j.outS
		j.outH, j.right = j.right, j.outH
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
