package op

import (
	"slices"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// collected is all the rows an operator reads, in blocks until how many there are is known: columns that grow would be
// copied over and over, and memory that is new to the process costs more than the copying.
type collected struct {
	blocks []*batch.Batch
	n      int
	open   bool // the last block is ours and may get more rows
	stay   bool // the batches that are added stay as they are: they are not copied
}

// collect is for the batches of an operator.
func collect(o Operator) *collected { return &collected{stay: stays(o)} }

// stays says whether the batches of an operator stay as they are after the next one.
func stays(o Operator) bool {
	switch o := o.(type) {
	case *slice:
		return true
	case *computed:
		return o.plain && stays(o.in)
	}
	return false
}

// add takes the selected rows of b.
func (c *collected) add(b *batch.Batch) {
	n := b.Rows()
	c.n += n
	if c.stay {
		c.blocks, c.open = append(c.blocks, &batch.Batch{N: b.N, Sel: b.Sel, Cols: slices.Clone(b.Cols)}), false
		return
	}
	if c.open {
		if last := c.blocks[len(c.blocks)-1]; last.N+n <= batch.Size {
			last.Append(b)
			return
		}
	}
	c.blocks, c.open = append(c.blocks, b.Clone()), true
}

// rows are all of them in columns of types ts, one after the other. They must not be changed.
func (c *collected) rows(ts []*types.Type, t *Task) (*batch.Batch, error) {
	if len(c.blocks) == 1 && c.blocks[0].Sel == nil {
		b := c.blocks[0]
		for i, v := range b.Cols {
			if v.Len() != b.N {
				b.Cols[i] = v.View(0, b.N)
			}
		}
		return b, nil
	}
	out := emptyBatch(ts, c.n)
	out.N = c.n
	for i, v := range out.Cols {
		var err error
		switch v := v.(type) {
		case *batch.Vec[int64]:
			err = join1(c, i, v, t)
		case *batch.Vec[float64]:
			err = join1(c, i, v, t)
		case *batch.Vec[string]:
			err = join1(c, i, v, t)
		case *batch.Vec[int32]:
			err = join1(c, i, v, t)
		default:
			for _, b := range c.blocks {
				(&batch.Batch{Cols: []batch.Vector{v}}).Append(&batch.Batch{N: b.N, Sel: b.Sel, Cols: b.Cols[i : i+1]})
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// join1 copies a column of all blocks to out, which has the room.
func join1[T any](c *collected, col int, out *batch.Vec[T], t *Task) error {
	starts, n, nulls := make([]int, len(c.blocks)), 0, false
	for i, b := range c.blocks {
		starts[i] = n
		n += b.Rows()
		nulls = nulls || b.Cols[col].HasNulls()
	}
	out.V = out.V[:n]
	if nulls {
		out.Valid = make([]bool, n)
	}
	parts := 1
	if n >= manyRows {
		parts = min(t.slots(), len(c.blocks))
	}
	return t.spread(parts, func(p int) error {
		lo, hi := len(c.blocks)*p/parts, len(c.blocks)*(p+1)/parts
		for i, b := range c.blocks[lo:hi] {
			at, src := starts[lo+i], b.Cols[col].(*batch.Vec[T])
			if b.Sel == nil {
				copy(out.V[at:], src.V[:b.N])
			} else {
				to := out.V[at : at+len(b.Sel)]
				for k, r := range b.Sel {
					to[k] = src.V[r]
				}
			}
			if nulls {
				for k := range b.Rows() {
					out.Valid[at+k] = src.Valid == nil || src.Valid[b.Row(k)]
				}
			}
		}
		return nil
	})
}
