package op

import (
	"io"

	"gospark/runtime/expr"
)

// readHeld reads the held side and makes its index.
func (j *joinRows) readHeld() error {
	j.index = newJoinIndex(j.n, j.heldKeys)
	key := j.integerColumn()
	all := collect(j.build)
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
		if key < 0 {
			if err := j.index.add(b); err != nil {
				return err
			}
		}
		if err := j.held.reserve(b); err != nil {
			return err
		}
		all.add(b)
	}
	var err error
	if j.held.Batch, err = all.rows(j.heldTypes, j.t); err != nil {
		return err
	}
	if key >= 0 {
		j.index.pending = j.held.Cols[key]
	}
	j.index.finish(j.held.N)
	if j.preserveHeld {
		j.matched = make([]bool, j.held.N)
	}
	j.done = true
	return nil
}

// integerColumn is the held column that is the only key, if it is one of integers; else -1. It need not be copied for
// the index.
func (j *joinRows) integerColumn() int {
	if j.index.pending == nil {
		return -1
	}
	keys := j.n.RightKeys
	if j.n.BuildLeft {
		keys = j.n.LeftKeys
	}
	if c, ok := keys[0].(*expr.Col); ok {
		return c.Index
	}
	return -1
}
