package op

import (
	"context"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// newShuffleRead reads what the map tasks of an exchange wrote for a partition.
func newShuffleRead(n *plan.Exchange, p int, t *Task) (Operator, error) {
	bs, err := t.Env.Shuffle(n, p)
	if err != nil {
		return nil, err
	}
	for _, b := range bs {
		t.Metrics.ShuffleReadRows += int64(b.Rows())
	}
	return &slice{batches: bs, ctx: t.Ctx}, nil
}

// WriteShuffle runs a map task of an exchange: it copies the rows of o into one list of batches for each partition. Rows
// that all go to one partition, and stay as they are, are not copied.
func WriteShuffle(x *plan.Exchange, o Operator, t *Task) ([][]*batch.Batch, error) {
	if _, ok := x.By.(plan.Single); ok {
		return writeSingle(o, t)
	}
	n := x.By.Partitions()
	out := make([][]*batch.Batch, n)
	open := make([]*batch.Batch, n)
	assign := x.By.New(t.Partition)
	var parts []int32
	rows := make([][]int32, n)
	put := func(p int, src *batch.Batch, rows []int32) {
		for len(rows) > 0 {
			b := open[p]
			if b == nil || b.N == batch.Size {
				capacity := min(batch.Size, max(len(rows), 16))
				if b != nil { // one was filled: this one will be, as likely as not
					capacity = batch.Size
				}
				b = like(src, capacity)
				open[p], out[p] = b, append(out[p], b)
			}
			k := min(len(rows), batch.Size-b.N)
			b.AppendRows(src, rows[:k])
			rows = rows[k:]
		}
	}
	err := Drain(o, func(b *batch.Batch) error {
		if err := t.Ctx.Err(); err != nil {
			return context.Cause(t.Ctx)
		}
		t.Metrics.ShuffleWriteRows += int64(b.Rows())
		parts = grow(parts, b.Rows())
		if err := assign(b, parts); err != nil {
			return err
		}
		for p := range rows {
			rows[p] = rows[p][:0]
		}
		for i, p := range parts {
			rows[p] = append(rows[p], int32(b.Row(i)))
		}
		for p, r := range rows {
			if len(r) > 0 {
				put(p, b, r)
			}
		}
		return nil
	})
	return out, err
}

// writeSingle is WriteShuffle to one partition.
func writeSingle(o Operator, t *Task) ([][]*batch.Batch, error) {
	all := collect(o)
	err := Drain(o, func(b *batch.Batch) error {
		if err := t.Ctx.Err(); err != nil {
			return context.Cause(t.Ctx)
		}
		t.Metrics.ShuffleWriteRows += int64(b.Rows())
		all.add(b)
		return nil
	})
	return [][]*batch.Batch{all.blocks}, err
}

// like makes an empty batch of the same columns.
func like(b *batch.Batch, capacity int) *batch.Batch {
	c := &batch.Batch{Cols: make([]batch.Vector, len(b.Cols))}
	for i, v := range b.Cols {
		c.Cols[i] = v.Like(capacity)
	}
	return c
}

func grow(s []int32, n int) []int32 {
	if cap(s) < n {
		return make([]int32, n)
	}
	return s[:n]
}
