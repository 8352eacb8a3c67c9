package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// chain reads several partitions one after another. The next one is built when the one before is closed.
type chain struct {
	build []func() (Operator, error)
	cur   Operator
}

var _ Operator = (*chain)(nil)

// newCoalesce chains the partitions of the child that make up partition p.
func newCoalesce(n *plan.Coalesce, p int, t *Task) Operator {
	c := &chain{}
	for lo, hi := n.Parents(p); lo < hi; lo++ {
		c.build = append(c.build, func() (Operator, error) { return Build(n.Child, lo, t) })
	}
	return c
}

// newConcat chains partition p of each input.
func newConcat(inputs []plan.Node, p int, t *Task) Operator {
	c := &chain{}
	for _, in := range inputs {
		c.build = append(c.build, func() (Operator, error) { return Build(in, p, t) })
	}
	return c
}

func (c *chain) Next() (*batch.Batch, error) {
	for {
		if c.cur == nil {
			if len(c.build) == 0 {
				return nil, io.EOF
			}
			o, err := c.build[0]()
			if err != nil {
				return nil, err
			}
			c.cur, c.build = o, c.build[1:]
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

func (c *chain) Close() error {
	if c.cur == nil {
		return nil
	}
	return c.cur.Close()
}
