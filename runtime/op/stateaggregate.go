package op

import (
	"context"
	"io"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/state/rowcodec"
	"gospark/runtime/types"
)

// stateAggregate merges the groups of a batch with what state has of them, and only these; other groups are touched when
// they are final, or in complete mode to be shown. A group is a key of state, in the slot of its time, and its value is
// the partial states of the aggregates.
type stateAggregate struct {
	n     *plan.StateAggregate
	p     int
	in    Operator
	t     *Task
	clock stateClock
	table *state.Table
	m     plan.StateMetrics

	groups      *hashAggregate // of the batch
	keys        *rowcodec.Codec
	values      *rowcodec.Codec
	stateTypes  []*types.Type
	stored      []batch.Vector // states that were loaded
	loaded      []int32        // and whose they are
	slots       []int64        // by group
	late        []bool
	bytes       []byte // keys of groups, one after the other
	ends        []int32
	out         *batch.Batch // changed groups, in update mode
	next        int
	emit        *stateRows
	updateStart time.Time
}

var _ Operator = (*stateAggregate)(nil)

func newStateAggregate(n *plan.StateAggregate, p int, in Operator, t *Task) (Operator, error) {
	a := &stateAggregate{n: n, p: p, in: in, t: t}
	g, err := newHashAggregate(&plan.HashAggregate{Origin: n.Origin, Query: n.Query, Child: n.Child, Keys: n.Keys, Aggs: n.Aggs, Mode: plan.Final}, p, in, t)
	if err != nil {
		return nil, err
	}
	a.groups = g.(*hashAggregate)
	all := plan.TypesOf(n.Child)
	a.stateTypes = all[len(n.Keys):]
	a.keys, a.values = rowcodec.NewKey(all[:len(n.Keys)]...), rowcodec.New(a.stateTypes...)
	a.stored = rowcodec.Columns(a.stateTypes, 0)
	if n.Time >= 0 {
		if a.clock, err = newStateClock(all[n.Time]); err != nil {
			return nil, err
		}
	}
	return &drained{Operator: a, t: t}, nil
}

func (a *stateAggregate) Next() (*batch.Batch, error) {
	if a.emit == nil {
		if err := a.run(); err != nil {
			return nil, err
		}
	}
	if a.out != nil {
		if a.next < a.out.Rows() {
			lo := a.next
			a.next = min(lo+batch.Size, a.out.Rows())
			return a.out.View(lo, a.next), nil
		}
		a.out = nil
	}
	b, err := a.emit.next()
	if err == io.EOF {
		a.finish()
	}
	if err != nil {
		return nil, err
	}
	return stateResults(a.groups.ctx, a.n.Aggs, len(a.n.Keys), b)
}

// run takes the batch in, writes its groups to state, and prepares what comes out.
func (a *stateAggregate) run() error {
	a.updateStart = time.Now()
	s, err := a.n.State.Store(a.p)
	if err != nil {
		return err
	}
	a.table = s.Table("groups")
	if err := a.read(); err != nil {
		return err
	}
	changed := a.write()
	a.m.UpdatesTimeMs = time.Since(a.updateStart).Milliseconds()
	switch a.n.State.Mode {
	case plan.UpdateMode:
		if err := a.groups.finish(); err != nil {
			return err
		}
		a.out = &batch.Batch{N: a.groups.out.N, Sel: changed, Cols: a.groups.out.Cols}
		a.emit = a.rows(a.final(), true)
		for {
			if _, err := a.emit.next(); err == io.EOF {
				break
			} else if err != nil {
				return err
			}
		}
	case plan.AppendMode:
		a.emit = a.rows(a.final(), true)
	default:
		a.emit = a.rows(a.table.Slots(), false)
	}
	return nil
}

// final are the slots with groups that are final; without a time there are none.
func (a *stateAggregate) final() []int64 {
	if a.n.Time < 0 {
		return nil
	}
	return due(a.table, a.n.State.Evict)
}

// read merges the rows of the batch into groups, each with what state has of it before.
func (a *stateAggregate) read() error {
	g := a.groups
	if g.table == nil { // one group, which is there also without rows
		g.grow(1)
		if err := a.load(0, 1); err != nil {
			return err
		}
	}
	for {
		if a.t.Ctx.Err() != nil {
			return context.Cause(a.t.Ctx)
		}
		b, err := a.in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			continue
		}
		known := len(a.slots)
		ids, err := g.groups(b, b.Cols, nil, nil)
		if err != nil {
			return err
		}
		if g.table != nil {
			if err := a.load(known, g.table.n); err != nil {
				return err
			}
		}
		for _, s := range g.aggs {
			if err := g.update(s, b, b.Cols, ids); err != nil {
				return err
			}
		}
	}
}

// load finds the state of the groups from lo to hi.
func (a *stateAggregate) load(lo, hi int) error {
	for _, v := range a.stored {
		v.Reset()
	}
	a.loaded = a.loaded[:0]
	for id := lo; id < hi; id++ {
		slot, late := int64(0), false
		if a.n.Time >= 0 {
			at, known := a.clock.at(a.groups.keys[a.n.Time], id)
			slot = a.clock.slot(at, known)
			late = known && at <= a.n.State.Late && a.n.State.Mode != plan.CompleteMode
		}
		a.slots, a.late = append(a.slots, slot), append(a.late, late)
		from := len(a.bytes)
		if !late {
			a.bytes = a.keys.AppendRow(a.bytes, a.groups.keys, id)
		}
		a.ends = append(a.ends, int32(len(a.bytes)))
		if late {
			a.m.Dropped++
			continue
		}
		if v, ok := a.table.Get(slot, a.bytes[from:]); ok {
			if err := a.values.Decode(v, a.stored); err != nil {
				return err
			}
			a.loaded = append(a.loaded, int32(id))
		}
	}
	if len(a.loaded) == 0 {
		return nil
	}
	return mergeStates(a.groups.ctx, a.groups.aggs, len(a.n.Keys), a.loaded, a.stored)
}

// mergeStates adds partial states, columns from the position of the first aggregate's on, to groups.
func mergeStates(ctx *expr.Context, aggs []*aggregated, keys int, groups []int32, states []batch.Vector) error {
	for _, s := range aggs {
		if err := s.acc.Merge(ctx, groups, states[s.lo-keys:s.hi-keys], nil); err != nil {
			return err
		}
	}
	return nil
}

// write puts the groups of the batch into state, and lists them.
func (a *stateAggregate) write() []int32 {
	var cols []batch.Vector
	for _, s := range a.groups.aggs {
		cols = append(cols, s.acc.State()...)
	}
	changed := make([]int32, 0, len(a.slots))
	var value []byte
	lo := int32(0)
	for id, slot := range a.slots {
		key := a.bytes[lo:a.ends[id]]
		lo = a.ends[id]
		if a.late[id] {
			continue
		}
		value = a.values.AppendRow(value[:0], cols, id)
		a.table.Put(slot, key, value)
		changed = append(changed, int32(id))
	}
	a.m.Updated = int64(len(changed))
	return changed
}

// stateResults makes keys and results of keys and partial states.
func stateResults(ctx *expr.Context, aggs []*expr.Agg, keys int, b *batch.Batch) (*batch.Batch, error) {
	groups := make([]int32, b.N)
	for i := range groups {
		groups[i] = int32(i)
	}
	out := &batch.Batch{N: b.N, Cols: append([]batch.Vector(nil), b.Cols[:keys]...)}
	at := keys
	for _, g := range aggs {
		acc := g.Accumulator()
		acc.Grow(b.N)
		k := len(g.StateTypes())
		if err := acc.Merge(ctx, groups, b.Cols[at:at+k], nil); err != nil {
			return nil, err
		}
		at += k
		v, err := acc.Result(ctx)
		if err != nil {
			return nil, err
		}
		out.Cols = append(out.Cols, v)
	}
	return out, nil
}

func (a *stateAggregate) finish() {
	a.m.Total = int64(a.table.Len())
	a.m.RemovalsMs = time.Since(a.updateStart).Milliseconds() - a.m.UpdatesTimeMs
	a.n.State.Report(a.p, a.m)
}

func (a *stateAggregate) Close() error {
	if a.emit != nil {
		a.emit.stop()
	}
	return a.groups.Close() // which closes the input
}
