package op

import (
	"io"

	"gospark/runtime/batch"
)

// chunks hands out, a batch at a time, rows that an operator has made all at once.
type chunks struct {
	out  *batch.Batch // nil until they are made
	next int
}

func (c *chunks) chunk() (*batch.Batch, error) {
	if c.next >= c.out.N {
		return nil, io.EOF
	}
	lo, hi := c.next, min(c.next+batch.Size, c.out.N)
	c.next = hi
	return c.out.View(lo, hi), nil
}
