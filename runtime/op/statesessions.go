package op

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/state/rowcodec"
	"gospark/runtime/types"
)

// stateSessions merges the sessions of the batch's keys with those that are remembered. A session is in state under its
// key and start; one table lists the starts of each key, and one the sessions by their ends.
type stateSessions struct {
	n     *plan.StateSessions
	p     int
	in    Operator
	t     *Task
	ctx   *expr.Context
	m     plan.StateMetrics
	start time.Time

	types   []*types.Type // of the child
	others  []int         // the keys without the session
	aggs    int           // where the states begin
	held    *held         // rows of the batch, and then those of state
	starts  *state.Table
	rows    *state.Table
	ends    *state.Table
	keys    *rowcodec.Codec
	values  *rowcodec.Codec // of the partial states
	emit    *sessionRows
	scratch []byte
}

var _ Operator = (*stateSessions)(nil)

func newStateSessions(n *plan.StateSessions, p int, in Operator, t *Task) (Operator, error) {
	s := &stateSessions{n: n, p: p, in: in, t: t, ctx: evalContext(n.Query, p), types: plan.TypesOf(n.Child), aggs: len(n.Keys)}
	for i := range n.Keys {
		if i != n.Session {
			s.others = append(s.others, i)
		}
	}
	if _, err := newStateClock(s.types[n.Session]); err != nil {
		return nil, err
	}
	s.held = newHeld(s.types, n.Query)
	s.keys, s.values = rowcodec.NewKey(pickAt(s.types, s.others)...), rowcodec.New(s.types[s.aggs:]...)
	return &drained{Operator: s, t: t}, nil
}

func (s *stateSessions) Next() (*batch.Batch, error) {
	if s.emit == nil {
		if err := s.run(); err != nil {
			return nil, err
		}
	}
	b, err := s.emit.next()
	if err == io.EOF {
		s.m.Total = int64(s.rows.Len())
		s.m.RemovalsMs = time.Since(s.start).Milliseconds() - s.m.UpdatesTimeMs
		s.n.State.Report(s.p, s.m)
	}
	if err != nil {
		return nil, err
	}
	return stateResults(s.ctx, s.n.Aggs, s.aggs, b)
}

func (s *stateSessions) run() error {
	s.start = time.Now()
	st, err := s.n.State.Store(s.p)
	if err != nil {
		return err
	}
	s.starts, s.rows, s.ends = st.Table("starts"), st.Table("sessions"), st.Table("ends")
	if err := s.read(); err != nil {
		return err
	}
	if s.held.N > 0 {
		if err := s.merge(); err != nil {
			return err
		}
	}
	s.m.UpdatesTimeMs = time.Since(s.start).Milliseconds()
	s.emit = &sessionRows{s: s, all: s.n.State.Mode == plan.CompleteMode}
	if !s.emit.all {
		s.emit.slots = due(s.ends, s.n.State.Evict)
	}
	return nil
}

// read holds the rows that are not late: partial results of rows with the same time.
func (s *stateSessions) read() error {
	for {
		if s.t.Ctx.Err() != nil {
			return context.Cause(s.t.Ctx)
		}
		b, err := s.in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		_, ends := s.interval(b.Cols[s.n.Session])
		sel := make([]int32, 0, b.Rows())
		for i := range b.Rows() {
			row := b.Row(i)
			if ends.V[row] <= s.n.State.Late {
				s.m.Dropped++
				continue
			}
			sel = append(sel, int32(row))
		}
		if err := s.held.add(&batch.Batch{N: b.N, Sel: sel, Cols: b.Cols}); err != nil {
			return err
		}
	}
}

// interval is the two columns of a column of sessions.
func (s *stateSessions) interval(v batch.Vector) (starts, ends *batch.Vec[int64]) {
	f := v.(*batch.Struct).Fields
	return f[0].(*batch.Vec[int64]), f[1].(*batch.Vec[int64])
}

// merge puts the sessions of the batch's keys together and writes them.
func (s *stateSessions) merge() error {
	fresh := s.held.N
	keys := pickAt(s.held.Cols, s.others)
	var own []batch.Vector
	for _, t := range pickAt(s.types, s.others) {
		own = append(own, batch.ForType(t, 0))
	}
	table := newKeyTable(own)
	owner := append([]int32(nil), table.assign(&batch.Batch{N: fresh, Cols: keys})...)
	names, before, err := s.load(table, own, &owner)
	if err != nil {
		return err
	}
	starts, ends := s.interval(s.held.Cols[s.n.Session])
	order := make([]int32, s.held.N)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		if owner[a] != owner[b] {
			return int(owner[a]) - int(owner[b])
		}
		switch x, y := starts.V[a], starts.V[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	var merged []session
	groups := make([]int32, len(order))
	for i, r := range order {
		last := len(merged) - 1
		if last < 0 || merged[last].owner != owner[r] || starts.V[r] > merged[last].end {
			merged = append(merged, session{owner[r], starts.V[r], ends.V[r]})
			last++
		}
		merged[last].end = max(merged[last].end, ends.V[r])
		groups[i] = int32(last)
	}
	var states []batch.Vector
	at := s.aggs
	for _, g := range s.n.Aggs {
		acc := g.Accumulator()
		acc.Grow(len(merged))
		k := len(g.StateTypes())
		if err := acc.Merge(s.ctx, groups, s.held.Cols[at:at+k], order); err != nil {
			return err
		}
		at += k
		states = append(states, acc.State()...)
	}
	s.write(names, before, merged, states)
	return nil
}

// A session is an interval of a key.
type session struct {
	owner      int32
	start, end int64
}

// load adds the sessions that are remembered of the keys to the rows that are held, and gives the keys' names in state
// and what was there, by key.
func (s *stateSessions) load(table *keyTable, own []batch.Vector, owner *[]int32) (names [][]byte, before [][]session, err error) {
	sessions := s.held.Cols[s.n.Session].(*batch.Struct)
	starts, ends := s.interval(sessions)
	for id := range table.n {
		name := s.keys.AppendRow(nil, own, id)
		names = append(names, name)
		list, _ := s.starts.Get(0, name)
		var old []session
		for ; len(list) >= 8; list = list[8:] {
			start := int64(binary.LittleEndian.Uint64(list))
			value, ok := s.rows.Get(0, s.rowName(name, start))
			if !ok {
				return nil, nil, fmt.Errorf("state: a session is missing")
			}
			end := int64(binary.LittleEndian.Uint64(value))
			if err := s.values.Decode(value[8:], s.held.Cols[s.aggs:]); err != nil {
				return nil, nil, err
			}
			for i, c := range s.others {
				s.held.Cols[c].Append(own[i], []int32{int32(id)})
			}
			starts.V, ends.V = append(starts.V, start), append(ends.V, end)
			for _, v := range []*batch.Vec[int64]{starts, ends} {
				if v.Valid != nil {
					v.Valid = append(v.Valid, true)
				}
			}
			sessions.Close()
			s.held.N++
			*owner = append(*owner, int32(id))
			old = append(old, session{int32(id), start, end})
		}
		before = append(before, old)
	}
	return names, before, nil
}

// rowName is the name of a session in state.
func (s *stateSessions) rowName(key []byte, start int64) []byte {
	s.scratch = binary.BigEndian.AppendUint64(append(s.scratch[:0], key...), uint64(start))
	return s.scratch
}

// write replaces the sessions of the batch's keys.
func (s *stateSessions) write(names [][]byte, before [][]session, merged []session, states []batch.Vector) {
	var value, list []byte
	i := 0
	for id, name := range names {
		lo := i
		for i < len(merged) && merged[i].owner == int32(id) {
			i++
		}
		now := merged[lo:i]
		for _, old := range before[id] {
			k := slices.IndexFunc(now, func(x session) bool { return x.start == old.start })
			if k < 0 {
				s.rows.Remove(0, s.rowName(name, old.start))
				s.m.Removed++
			}
			if k < 0 || grainOf(now[k].end) != grainOf(old.end) {
				s.ends.Remove(grainOf(old.end), s.rowName(name, old.start))
			}
		}
		list = list[:0]
		for k, x := range now {
			value = binary.LittleEndian.AppendUint64(value[:0], uint64(x.end))
			value = s.values.AppendRow(value, states, lo+k)
			s.rows.Put(0, s.rowName(name, x.start), value)
			s.ends.Put(grainOf(x.end), s.rowName(name, x.start), nil)
			list = binary.LittleEndian.AppendUint64(list, uint64(x.start))
			s.m.Updated++
		}
		s.starts.Put(0, name, list)
	}
}

func (s *stateSessions) Close() error {
	if s.emit != nil {
		s.emit.stop()
	}
	s.held.free()
	return s.in.Close()
}
