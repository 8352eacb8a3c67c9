package op

import (
	"errors"
	"io"

	"gospark/runtime/batch"
)

// zip puts the rows of two inputs side by side.
type zip struct {
	ins  [2]Operator
	cur  [2]*batch.Batch
	next [2]int
}

var _ Operator = (*zip)(nil)

func newZip(l, r Operator) Operator { return &zip{ins: [2]Operator{l, r}} }

func (z *zip) Next() (*batch.Batch, error) {
	var ended [2]bool
	for s := range z.ins {
		for z.cur[s] == nil || z.next[s] == z.cur[s].Rows() {
			b, err := z.ins[s].Next()
			if err == io.EOF {
				ended[s] = true
				break
			}
			if err != nil {
				return nil, err
			}
			z.cur[s], z.next[s] = b, 0
		}
	}
	if ended[0] && ended[1] {
		return nil, io.EOF
	}
	if ended[0] || ended[1] {
		return nil, errors.New("Can only zip RDDs with same number of elements in each partition") //lint:ignore ST1005 Spark's text
	}
	n := min(z.cur[0].Rows()-z.next[0], z.cur[1].Rows()-z.next[1])
	var cols []batch.Vector
	for s := range z.ins {
		v := z.cur[s].View(z.next[s], z.next[s]+n)
		cols = append(cols, v.Clone().Cols...)
		z.next[s] += n
	}
	return batch.Of(cols...), nil
}

func (z *zip) Close() error {
	err := z.ins[0].Close()
	if e := z.ins[1].Close(); err == nil {
		err = e
	}
	return err
}
