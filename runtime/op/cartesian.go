package op

import (
	"io"

	"gospark/runtime/batch"
)

// cartesian pairs every left row with every right row, left by left. The right side is held in memory.
type cartesian struct {
	left  Operator
	right *batch.Batch
	cur   *batch.Batch
	next  int
}

var _ Operator = (*cartesian)(nil)

func newCartesian(l, r Operator) (Operator, error) {
	c := &cartesian{left: l}
	err := Drain(r, func(b *batch.Batch) error {
		if c.right == nil {
			c.right = b.Clone()
		} else {
			c.right.Append(b)
		}
		return nil
	})
	if err != nil {
		l.Close()
		return nil, err
	}
	return c, nil
}

func (c *cartesian) Next() (*batch.Batch, error) {
	for c.cur == nil || c.next == c.cur.Rows() {
		b, err := c.left.Next()
		if err != nil {
			return nil, err
		}
		if c.right == nil {
			return nil, io.EOF
		}
		c.cur, c.next = b, 0
	}
	row := int32(c.cur.Row(c.next))
	c.next++
	same := make([]int32, c.right.N)
	for i := range same {
		same[i] = row
	}
	cols := make([]batch.Vector, 0, len(c.cur.Cols)+len(c.right.Cols))
	for _, v := range c.cur.Cols {
		w := v.Like(len(same))
		w.Append(v, same)
		cols = append(cols, w)
	}
	return batch.Of(append(cols, c.right.Cols...)...), nil
}

func (c *cartesian) Close() error { return c.left.Close() }
