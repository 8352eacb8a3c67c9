package op

import (
	"io"
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// newKeys makes the key columns of a table.
func newKeys(types []reflect.Type) []batch.Vector {
	vs := make([]batch.Vector, len(types))
	for i, t := range types {
		vs[i] = batch.NewVector(t, 0)
	}
	return vs
}

// cogroup collects the values of each key from every input.
type cogroup struct {
	n   *plan.CoGroup
	ins []Operator
	t   *Task
	chunks
}

var _ Operator = (*cogroup)(nil)

func newCoGroup(n *plan.CoGroup, p int, t *Task) (Operator, error) {
	c := &cogroup{n: n, t: t}
	for _, in := range n.Inputs {
		o, err := Build(in, p, t)
		if err != nil {
			c.Close()
			return nil, err
		}
		c.ins = append(c.ins, o)
	}
	return c, nil
}

func (c *cogroup) Next() (*batch.Batch, error) {
	if c.out == nil {
		if err := c.run(); err != nil {
			return nil, err
		}
	}
	return c.chunk()
}

func (c *cogroup) run() error {
	k := c.n.Keys
	keys := newKeys(c.n.Inputs[0].Elems()[:k])
	table := newKeyTable(keys)
	cols := make([]reflect.Value, len(c.ins))
	for i, in := range c.ins {
		// Each input numbers its keys on its own; ids maps them to the common ones.
		own := newKeyTable(newKeys(c.n.Inputs[i].Elems()[:k]))
		acc := gofunc.Group(c.n.Inputs[i].Elems()[k]).New(c.t.Ctx)
		for {
			b, err := in.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
			if b.Rows() == 0 {
				continue
			}
			if err := acc.Add(own.assign(b), b.Cols[k], b.Sel); err != nil {
				return err
			}
		}
		groups := acc.Result().Values()
		cols[i] = reflect.MakeSlice(groups.Type(), 0, 0)
		if own.n == 0 {
			continue
		}
		ids := append([]int32(nil), table.assign(batch.Of(own.keys...))...)
		cols[i] = reflect.MakeSlice(groups.Type(), table.n, table.n)
		for g, id := range ids {
			cols[i].Index(int(id)).Set(groups.Index(g))
		}
	}
	out := append([]batch.Vector(nil), keys...)
	for _, col := range cols {
		full := reflect.MakeSlice(col.Type(), table.n, table.n)
		reflect.Copy(full, col)
		for g := range table.n {
			if full.Index(g).IsNil() {
				full.Index(g).Set(reflect.MakeSlice(col.Type().Elem(), 0, 0))
			}
		}
		out = append(out, batch.FromSlice(full))
	}
	c.out = batch.Of(out...)
	return nil
}

func (c *cogroup) Close() error {
	var first error
	for _, in := range c.ins {
		if err := in.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
