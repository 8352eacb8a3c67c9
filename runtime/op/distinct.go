package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// distinct passes the first row of each key. It holds only the keys.
type distinct struct {
	n     *plan.Distinct
	in    Operator
	table *keyTable
	keys  batch.Batch
	sel   []int32
	out   batch.Batch
	held  *held
}

var _ Operator = (*distinct)(nil)

func newDistinct(n *plan.Distinct, in Operator) Operator {
	d := &distinct{n: n, in: in, held: newHeld(nil, n.Query)}
	types := plan.TypesOf(n.Child)
	var keys []batch.Vector
	for _, c := range n.Keys {
		keys = append(keys, batch.ForType(types[c], 0))
	}
	d.table = newKeyTable(keys)
	d.keys.Cols = make([]batch.Vector, len(n.Keys))
	return d
}

func (d *distinct) Next() (*batch.Batch, error) {
	for {
		b, err := d.in.Next()
		if err != nil {
			return nil, err
		}
		if b.Rows() == 0 {
			continue
		}
		d.keys.N, d.keys.Sel = b.N, b.Sel
		for i, c := range d.n.Keys {
			d.keys.Cols[i] = b.Cols[c]
		}
		d.sel = d.sel[:0]
		if len(d.n.Keys) == 0 { // rows without columns are all equal
			if d.table.n == 0 {
				d.table.n, d.sel = 1, append(d.sel, int32(b.Row(0)))
			}
		} else {
			d.table.assign(&d.keys)
			for _, i := range d.table.fresh {
				d.sel = append(d.sel, int32(b.Row(int(i))))
			}
		}
		if len(d.sel) == 0 {
			continue
		}
		d.keys.Sel = d.sel
		if err := d.held.reserve(&d.keys); err != nil {
			return nil, err
		}
		d.out = batch.Batch{N: b.N, Sel: d.sel, Cols: b.Cols}
		return &d.out, nil
	}
}

func (d *distinct) Close() error {
	d.held.free()
	return d.in.Close()
}
