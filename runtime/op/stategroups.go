package op

import (
	"context"
	"io"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
	"gospark/runtime/state/rowcodec"
	"gospark/runtime/types"
)

// stateGroups brings the rows of each key together and calls the function for them, key by key in the order of their
// first rows, and in the end for the keys whose time is over.
type stateGroups struct {
	n     *plan.StateGroups
	p     int
	in    Operator
	t     *Task
	clock stateClock
	codec *rowcodec.Codec
	types []*types.Type // of keys
	m     plan.StateMetrics

	held  *held
	table *keyTable
	own   []batch.Vector // keys
	rows  [][]int32      // of each key, positions in held
	next  int
	run   plan.GroupRunner
	out   *batch.Batch
	done  bool
	start time.Time
}

var _ Operator = (*stateGroups)(nil)

func newStateGroups(n *plan.StateGroups, p int, in Operator, t *Task) (Operator, error) {
	all := plan.TypesOf(n.Child)
	g := &stateGroups{n: n, p: p, in: in, t: t, types: pickAt(all, n.Keys), held: newHeld(all, n.Query), out: emptyBatch(n.Types, 0)}
	if n.Time >= 0 {
		var err error
		if g.clock, err = newStateClock(all[n.Time]); err != nil {
			return nil, err
		}
	}
	g.codec = rowcodec.NewKey(g.types...)
	for _, k := range g.types {
		g.own = append(g.own, batch.ForType(k, 0))
	}
	g.table = newKeyTable(g.own)
	return &drained{Operator: g, t: t}, nil
}

func (g *stateGroups) Next() (*batch.Batch, error) {
	if g.run == nil {
		if err := g.begin(); err != nil {
			return nil, err
		}
	}
	g.out.Reset()
	for g.out.N < batch.Size && !g.done {
		if g.t.Ctx.Err() != nil {
			return nil, context.Cause(g.t.Ctx)
		}
		if err := g.call(); err != nil {
			return nil, err
		}
	}
	if g.out.N > 0 {
		return g.out, nil
	}
	return nil, io.EOF
}

func (g *stateGroups) begin() error {
	g.start = time.Now()
	s, err := g.n.State.Store(g.p)
	if err != nil {
		return err
	}
	mark := int64(plan.NoWatermark)
	if g.n.State.Evict != plan.NoWatermark {
		mark = g.n.State.Evict / 1000
	}
	g.run, err = g.n.Fn.Start(plan.GroupTask{Ctx: g.t.Ctx, Store: s, Now: g.n.State.Time, Watermark: mark, Key: g.key})
	if err != nil {
		return err
	}
	return g.read()
}

// key are the values of a key of state.
func (g *stateGroups) key(bytes []byte) ([]any, error) {
	row := emptyBatch(g.types, 1)
	if err := g.codec.Decode(bytes, row.Cols); err != nil {
		return nil, err
	}
	return boxedRow(row.Cols, 0), nil
}

func boxedRow(cols []batch.Vector, row int) []any {
	out := make([]any, len(cols))
	for i, c := range cols {
		out[i] = c.Any(row)
	}
	return out
}

// read holds the rows that are not late, by key.
func (g *stateGroups) read() error {
	for {
		b, err := g.in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		sel := make([]int32, 0, b.Rows())
		for i := range b.Rows() {
			row := b.Row(i)
			if g.n.Time >= 0 {
				if at, known := g.clock.at(b.Cols[g.n.Time], row); known && at <= g.n.State.Late {
					g.m.Dropped++
					continue
				}
			}
			sel = append(sel, int32(row))
		}
		if len(sel) == 0 {
			continue
		}
		first := g.held.N
		taken := &batch.Batch{N: b.N, Sel: sel, Cols: b.Cols}
		if err := g.held.add(taken); err != nil {
			return err
		}
		taken.Cols = pickAt(b.Cols, g.n.Keys)
		for i, id := range g.table.assign(taken) {
			for int(id) >= len(g.rows) { // of many keys, a later row may bring the earlier one
				g.rows = append(g.rows, nil)
			}
			g.rows[id] = append(g.rows[id], int32(first+i))
		}
	}
}

// call calls the function for the next key, or for the keys whose time is over.
func (g *stateGroups) call() (err error) {
	defer located(g.n.Origin, &err)
	emit := func(row []any) {
		for i, v := range g.out.Cols {
			v.AppendAny(row[i])
		}
		g.out.N++
	}
	if g.next == len(g.rows) {
		g.done = true
		if err := g.run.Expired(emit); err != nil {
			return err
		}
		m := g.run.Metrics()
		m.Dropped += g.m.Dropped
		m.UpdatesTimeMs = time.Since(g.start).Milliseconds()
		g.n.State.Report(g.p, m)
		return nil
	}
	id := g.next
	g.next++
	cols := pickAt(g.held.Cols, g.n.Rows)
	rows := make([][]any, len(g.rows[id]))
	for i, r := range g.rows[id] {
		rows[i] = boxedRow(cols, int(r))
	}
	key := plan.Group{Key: boxedRow(g.own, id), Bytes: g.codec.AppendRow(nil, g.own, id)}
	return g.run.Rows(key, rows, emit)
}

func (g *stateGroups) Close() error {
	g.held.free()
	err := g.in.Close()
	if g.run != nil {
		if e := g.run.Close(); err == nil {
			err = e
		}
	}
	return err
}
