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
		t.Metrics.ShuffleReadRows += int64(b.N)
	}
	return &slice{batches: bs, ctx: t.Ctx}, nil
}

// WriteShuffle runs a map task of an exchange: it copies the rows of o into one list of batches for each partition.
func WriteShuffle(x *plan.Exchange, o Operator, t *Task) ([][]*batch.Batch, error) {
	n := x.By.Partitions()
	out := make([][]*batch.Batch, n)
	open := make([]*batch.Batch, n)
	assign := x.By.New(t.Partition)
	var parts []int32
	rows := make([][]int32, n)
	put := func(p int, src *batch.Batch, rows []int32) {
		if open[p] == nil || open[p].N >= batch.Size {
			open[p] = like(src, min(batch.Size, max(len(rows), 16)))
			out[p] = append(out[p], open[p])
		}
		open[p].AppendRows(src, rows)
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
