package op

import "gospark/runtime/batch"

// decide evaluates the condition for the candidates and makes rows of those that meet it.
func (j *stateJoin) decide(own, other *joinSide) error {
	f := &j.found
	if len(f.rows) == 0 {
		return nil
	}
	good, err := j.meeting(other)
	if err != nil {
		return err
	}
	if other.marks {
		if good, err = f.mark(own, other, good, j.semi); err != nil {
			return err
		}
	}
	if own.marks {
		if j.semi { // a left row comes out once
			good = j.firsts(good)
		}
		for _, k := range good {
			j.met[f.rows[k]] = true
		}
	}
	if len(good) == 0 {
		return nil
	}
	me := j.sideOf(j.turn)
	if !j.semi || me == 0 {
		from := f.from(own, good)
		for c, v := range j.columns(j.out, me) {
			v.Append(j.cur.Cols[c], from)
		}
	}
	if !j.semi || me == 1 {
		read := j.columns(j.cand, 1-me)
		for c, v := range j.columns(j.out, 1-me) {
			if read[c].Len() > 0 {
				v.Append(read[c], good)
			} else if err := other.codec.Gather(c, &f.places, good, v); err != nil {
				return err
			}
		}
	}
	j.out.N += len(good)
	return nil
}

// meeting are the positions of the candidates that meet the condition.
func (j *stateJoin) meeting(other *joinSide) ([]int32, error) {
	f := &j.found
	all := f.every()
	if j.condition == nil {
		return all, nil
	}
	me := j.sideOf(j.turn)
	j.cand.Reset()
	from := f.from(j.sides[me], all)
	mine, others := j.columns(j.cand, me), j.columns(j.cand, 1-me)
	for _, c := range j.needs[me] {
		mine[c].Append(j.cur.Cols[c], from)
	}
	for _, c := range j.needs[1-me] {
		if err := other.codec.Gather(c, &f.places, all, others[c]); err != nil {
			return nil, err
		}
	}
	j.cand.N = len(all)
	vs, err := j.condition.eval(j.cand)
	if err != nil {
		return nil, err
	}
	return f.where(vs[0].(*batch.Vec[bool])), nil
}

// firsts are those of the candidates whose row had met none before.
func (j *stateJoin) firsts(good []int32) []int32 {
	n := 0
	for _, k := range good {
		if r := j.found.rows[k]; !j.met[r] {
			j.met[r] = true
			good[n] = k
			n++
		}
	}
	return good[:n]
}
