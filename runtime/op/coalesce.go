package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// coalesce reads several partitions one after another.
type coalesce struct {
	child  plan.Node
	p, end int
	t      *Task
	cur    Operator
}

var _ Operator = (*coalesce)(nil)

func newCoalesce(n *plan.Coalesce, p int, t *Task) (Operator, error) {
	lo, hi := n.Parents(p)
	return &coalesce{child: n.Child, p: lo, end: hi, t: t}, nil
}

func (c *coalesce) Next() (*batch.Batch, error) {
	for {
		if c.cur == nil {
			if c.p == c.end {
				return nil, io.EOF
			}
			o, err := Build(c.child, c.p, c.t)
			if err != nil {
				return nil, err
			}
			c.cur = o
			c.p++
		}
		b, err := c.cur.Next()
		if err != io.EOF {
			return b, err
		}
		cur := c.cur
		c.cur = nil
		if err := cur.Close(); err != nil {
			return nil, err
		}
	}
}

func (c *coalesce) Close() error {
	if c.cur == nil {
		return nil
	}
	return c.cur.Close()
}
