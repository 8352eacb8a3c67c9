package op

import (
	"context"
	"encoding/binary"
	"io"
	"slices"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/state/rowcodec"
)

// stateDistinct passes the first row of each key. Where event time is a key, the keys lie in the slots of their times.
// Within a watermark, keys lie in one slot with the time when they are forgotten, and a second table knows by that time
// which are.
type stateDistinct struct {
	n       *plan.StateDistinct
	p       int
	in      Operator
	t       *Task
	clock   stateClock
	byTime  int // the position of event time among the keys, -1
	table   *state.Table
	ends    *state.Table
	codec   *rowcodec.Codec
	m       plan.StateMetrics
	dropped int64
	keys    []batch.Vector
	key     []byte
	sel     []int32
	out     batch.Batch
	start   time.Time
}

var _ Operator = (*stateDistinct)(nil)

func newStateDistinct(n *plan.StateDistinct, p int, in Operator, t *Task) (Operator, error) {
	d := &stateDistinct{n: n, p: p, in: in, t: t, byTime: slices.Index(n.Keys, n.Time), keys: make([]batch.Vector, len(n.Keys))}
	all := plan.TypesOf(n.Child)
	var err error
	if n.Time >= 0 {
		if d.clock, err = newStateClock(all[n.Time]); err != nil {
			return nil, err
		}
	} else {
		d.byTime = -1
	}
	d.codec = rowcodec.NewKey(pickAt(all, n.Keys)...)
	return &drained{Operator: d, t: t}, nil
}

func (d *stateDistinct) Next() (*batch.Batch, error) {
	if d.table == nil {
		d.start = time.Now()
		s, err := d.n.State.Store(d.p)
		if err != nil {
			return nil, err
		}
		d.table = s.Table("keys")
		if d.n.Within {
			d.ends = s.Table("ends")
		}
	}
	for {
		if d.t.Ctx.Err() != nil {
			return nil, context.Cause(d.t.Ctx)
		}
		b, err := d.in.Next()
		if err == io.EOF {
			if err := d.finish(); err != nil {
				return nil, err
			}
			return nil, io.EOF
		}
		if err != nil {
			return nil, err
		}
		for i, c := range d.n.Keys {
			d.keys[i] = b.Cols[c]
		}
		d.sel = d.sel[:0]
		for i := range b.Rows() {
			if row := b.Row(i); d.fresh(b, row) {
				d.sel = append(d.sel, int32(row))
			}
		}
		if len(d.sel) > 0 {
			d.out = batch.Batch{N: b.N, Sel: d.sel, Cols: b.Cols}
			return &d.out, nil
		}
	}
}

// fresh says whether a row is the first of its key, and remembers the key.
func (d *stateDistinct) fresh(b *batch.Batch, row int) bool {
	at, known := int64(0), false
	if d.n.Time >= 0 {
		if at, known = d.clock.at(b.Cols[d.n.Time], row); known && at <= d.n.State.Late {
			d.m.Dropped++
			return false
		}
	}
	slot := int64(0)
	if d.byTime >= 0 && !d.n.Within {
		slot = d.clock.slot(at, known)
	}
	d.key = d.codec.AppendRow(d.key[:0], d.keys, row)
	if _, there := d.table.Get(slot, d.key); there {
		d.dropped++
		return false
	}
	d.m.Updated++
	if !d.n.Within {
		d.table.Put(slot, d.key, nil)
		return true
	}
	var end [8]byte
	binary.LittleEndian.PutUint64(end[:], uint64(at+d.n.Delay))
	d.table.Put(0, d.key, end[:])
	d.ends.Put(grainOf(at+d.n.Delay), d.key, nil)
	return true
}

// finish forgets what is over.
func (d *stateDistinct) finish() error {
	d.m.UpdatesTimeMs = time.Since(d.start).Milliseconds()
	start := time.Now()
	var err error
	switch {
	case d.n.Within:
		d.forgetEnded()
	case d.byTime >= 0:
		err = d.forgetOver()
	}
	if err != nil {
		return err
	}
	d.m.RemovalsMs = time.Since(start).Milliseconds()
	d.m.Total = int64(d.table.Len())
	d.m.Custom = map[string]int64{"numDroppedDuplicateRows": d.dropped}
	d.n.State.Report(d.p, d.m)
	return nil
}

func (d *stateDistinct) forgetEnded() {
	for _, slot := range due(d.ends, d.n.State.Evict) {
		var over [][]byte
		for key := range d.ends.All(slot) {
			if end, ok := d.table.Get(0, key); ok && int64(binary.LittleEndian.Uint64(end)) <= d.n.State.Evict {
				over = append(over, slices.Clone(key))
			}
		}
		for _, key := range over {
			d.table.Remove(0, key)
			d.ends.Remove(slot, key)
			d.m.Removed++
		}
	}
}

func (d *stateDistinct) forgetOver() error {
	for _, slot := range due(d.table, d.n.State.Evict) {
		if d.clock.over(slot, d.n.State.Evict) {
			d.m.Removed += int64(d.table.DropSlot(slot))
			continue
		}
		row := emptyBatch(pickAt(plan.TypesOf(d.n.Child), d.n.Keys), 1)
		for key := range d.table.All(slot) {
			row.Reset()
			if err := d.codec.Decode(key, row.Cols); err != nil {
				return err
			}
			if at, known := d.clock.at(row.Cols[d.byTime], 0); known && at <= d.n.State.Evict {
				d.table.Remove(slot, key)
				d.m.Removed++
			}
		}
	}
	return nil
}

func (d *stateDistinct) Close() error { return d.in.Close() }

func pickAt[T any](ts []T, at []int) []T {
	out := make([]T, len(at))
	for i, k := range at {
		out[i] = ts[k]
	}
	return out
}
