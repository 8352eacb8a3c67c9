package session

import (
	"math"
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// mapWithState is the state behind a stream: a table for each partition, which changes when all tasks of a batch have
// succeeded.
type mapWithState struct {
	spec   *StateSpec
	fn     *mapping
	parts  int
	key    gofunc.Shape
	tables []*stateTable
}

// A stateTable holds keys in the order in which they came.
type stateTable struct {
	index   map[any]int
	entries []stateEntry
	dead    int
}

type stateEntry struct {
	key, value any
	at         int64 // time of the batch that touched it
	dead       bool
}

// comparableKey is a key as a map can hold it: a tuple is a slice, and a NaN is not equal to itself.
func comparableKey(k any) any {
	switch x := k.(type) {
	case float64:
		if math.IsNaN(x) {
			return notANumber{}
		}
	case Pair:
		return Pair{Key: comparableKey(x.Key), Value: comparableKey(x.Value)}
	case Tuple:
		var all any
		for i := len(x) - 1; i >= 0; i-- {
			all = Pair{Key: comparableKey(x[i]), Value: all}
		}
		return all
	}
	return k
}

type notANumber struct{}

func (t *stateTable) put(key, value any, at int64) {
	k := comparableKey(key)
	if i, ok := t.index[k]; ok {
		t.entries[i].value, t.entries[i].at = value, at
		return
	}
	t.index[k] = len(t.entries)
	t.entries = append(t.entries, stateEntry{key: key, value: value, at: at})
}

func (t *stateTable) remove(key any) {
	k := comparableKey(key)
	i, ok := t.index[k]
	if !ok {
		return
	}
	delete(t.index, k)
	t.entries[i] = stateEntry{dead: true}
	if t.dead++; t.dead > 32 && t.dead > len(t.entries)/2 {
		t.compact()
	}
}

func (t *stateTable) compact() {
	live := make([]stateEntry, 0, len(t.entries)-t.dead)
	for _, e := range t.entries {
		if !e.dead {
			t.index[comparableKey(e.key)] = len(live)
			live = append(live, e)
		}
	}
	t.entries, t.dead = live, 0
}

// step runs a batch: the function for every record, and for keys that time out if scan is set.
func (m *mapWithState) step(in *RDD, t int64, scan bool) *RDD {
	const name = "mapWithState"
	m.fn.check(in.shape)
	if m.tables == nil {
		m.start(in, t)
	}
	in = in.cast("MapWithState", gofunc.PairOf(m.key, in.shape.Value())).packedValue("MapWithState")
	x := in.exchanged(name, m.by())
	where := in.sc.origin(name, "MapWithStateRDD")
	width := m.key.Width()
	parts := in.sc.run(name, x, nil, func(task *op.Task, o op.Operator) (any, error) {
		c := &stateCalls{m: m, t: t, base: m.tables[task.Partition], index: map[any]int{}, out: m.fn.out.NewBatch(0), where: where}
		err := op.Drain(o, func(b *batch.Batch) error {
			values := b.Cols[width].Values()
			for i := range b.Rows() {
				r := b.Row(i)
				if err := c.record(m.key.Box(b, r, 0), values.Index(r)); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil && scan {
			err = c.timeouts(t - m.spec.timeout)
		}
		return c, err
	})
	all := make([]rows, m.parts)
	for p, c := range parts {
		all[p] = c.(*stateCalls).apply()
	}
	return in.sc.held(name, in.sc.newRDD(x.node, m.fn.out), all)
}

func (m *mapWithState) by() plan.Partitioning { return &plan.Hash{N: m.parts, Keys: m.key.Width()} }

// start makes the tables, with the initial state.
func (m *mapWithState) start(in *RDD, t int64) {
	m.key = in.shape.Key()
	tables := make([]*stateTable, m.parts)
	for i := range tables {
		tables[i] = &stateTable{index: map[any]int{}}
	}
	if r := m.spec.initial; r != nil {
		r = r.packedValue("MapWithState")
		r = r.cast("MapWithState", gofunc.PairOf(m.key, r.shape.Value()))
		width := m.key.Width()
		for p, bs := range in.sc.compute("mapWithState", r.exchanged("mapWithState", m.by())) {
			for _, b := range bs {
				for i := range b.Rows() {
					tables[p].put(m.key.Box(b, b.Row(i), 0), b.Cols[width].Any(b.Row(i)), t)
				}
			}
		}
	}
	m.tables = tables
}

// snapshot is the RDD of all states now.
func (m *mapWithState) snapshot(sc *SparkContext) *RDD {
	shape := gofunc.PairOf(m.key, anyLeaf)
	parts := make([]rows, m.parts)
	for p, t := range m.tables {
		b := shape.NewBatch(len(t.entries) - t.dead)
		for _, e := range t.entries {
			if e.dead {
				continue
			}
			if err := shape.Unbox(Pair{Key: e.key, Value: e.value}, b.Cols, 0); err != nil {
				raise("stateSnapshots", err)
			}
			b.N++
		}
		parts[p] = rows{b}
	}
	like := sc.newRDD(&plan.Scan{Origin: sc.origin("stateSnapshots", mapRDD), Types: shape.Elems()}, shape)
	like.by = m.by()
	return sc.held("stateSnapshots", like, parts)
}

// stateCalls is what a task of a batch does to a partition's table. The table stays as it is until apply.
type stateCalls struct {
	m       *mapWithState
	t       int64
	base    *stateTable
	index   map[any]int
	changes []stateChange
	out     *batch.Batch
	where   *plan.Origin
}

type stateChange struct {
	key, value any
	removed    bool
}

// state is that of a key now.
func (c *stateCalls) state(key any) *State {
	k := comparableKey(key)
	if i, ok := c.index[k]; ok {
		ch := c.changes[i]
		return &State{value: ch.value, exists: !ch.removed}
	}
	if i, ok := c.base.index[k]; ok {
		return &State{value: c.base.entries[i].value, exists: true}
	}
	return &State{}
}

func (c *stateCalls) change(ch stateChange) {
	k := comparableKey(ch.key)
	if i, ok := c.index[k]; ok {
		c.changes[i] = ch
		return
	}
	c.index[k] = len(c.changes)
	c.changes = append(c.changes, ch)
}

func (c *stateCalls) record(key any, value reflect.Value) error {
	s := c.state(key)
	if err := c.call(key, value, s); err != nil {
		return err
	}
	switch {
	case s.removed:
		c.change(stateChange{key: key, removed: true})
	case s.updated || s.exists && c.m.spec.timeout > 0:
		c.change(stateChange{key: key, value: s.value})
	}
	return nil
}

// call calls the user's function and keeps what it makes.
func (c *stateCalls) call(key any, value reflect.Value, s *State) error {
	return op.Located(c.where, func() error {
		record, made, err := c.m.fn.call(c.t, key, value, s)
		if err != nil || !made {
			return err
		}
		if err := c.m.fn.out.Unbox(record, c.out.Cols, 0); err != nil {
			return err
		}
		c.out.N++
		return nil
	})
}

// timeouts calls the function for keys that were not touched since before.
func (c *stateCalls) timeouts(before int64) error {
	for _, e := range c.base.entries {
		if e.dead || e.at >= before {
			continue
		}
		if _, ok := c.index[comparableKey(e.key)]; ok {
			continue
		}
		if err := c.call(e.key, reflect.Value{}, &State{value: e.value, exists: true, timingOut: true}); err != nil {
			return err
		}
		c.change(stateChange{key: e.key, removed: true})
	}
	return nil
}

// apply changes the table and returns the records made.
func (c *stateCalls) apply() rows {
	for _, ch := range c.changes {
		if ch.removed {
			c.base.remove(ch.key)
		} else {
			c.base.put(ch.key, ch.value, c.t)
		}
	}
	if c.out.N == 0 {
		return nil
	}
	return rows{c.out}
}
