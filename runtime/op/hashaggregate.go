package op

import (
	"context"
	"io"
	"math"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// hashAggregate makes one row for each key. Groups are numbered by a key table, and every aggregate function keeps the
// states of all groups in an accumulator of its own.
type hashAggregate struct {
	n     *plan.HashAggregate
	in    Operator
	t     *Task
	ctx   *expr.Context
	keys  []batch.Vector
	long  []int64 // of keys that are windows of time, which are told apart by their starts: their length
	table *keyTable
	prog  *program // the keys, and the inputs and conditions of all aggregates
	aggs  []*aggregated
	chunks
	zeros []int32
	held  held

	apart    int       // from how many groups on rows are clustered; -1: never
	clusters *clusters // nil: not yet
}

// manyGroups are seldom in the caches with their states.
const manyGroups = 1 << 16

// aggregated is one aggregate function.
type aggregated struct {
	acc    expr.Accumulator
	lo, hi int       // its inputs among the program's results, or its states among the child's columns
	filter int       // the condition among the program's results, -1: none
	late   *program  // the inputs, when they are computed only for rows that meet the condition
	once   *keyTable // DISTINCT: the (group, inputs) that were there before
	rows   []int32   // scratch
	groups []int32
	ids    *batch.Vec[int32]
}

var _ Operator = (*hashAggregate)(nil)

func newHashAggregate(n *plan.HashAggregate, p int, in Operator, t *Task) (Operator, error) {
	a := &hashAggregate{n: n, in: in, t: t, ctx: evalContext(n.Query, p), apart: manyGroups}
	if n.Query != nil {
		a.held.memory = n.Query.Memory
	}
	es, long, err := windowKeys(n, in, p, t)
	if err != nil {
		return nil, err
	}
	for _, k := range es {
		a.keys = append(a.keys, batch.ForType(k.Type(), 0))
	}
	a.long = long
	if len(a.keys) > 0 {
		a.table = newKeyTable(a.keys)
		a.table.seed = uint64(1+aggregatesBelow(n.Child, map[plan.Node]bool{})) * 0x9e3779b97f4a7c15
	}
	column := len(n.Keys)
	for _, g := range n.Aggs {
		s := &aggregated{acc: g.Accumulator(), filter: -1}
		a.aggs = append(a.aggs, s)
		inputs := g.Inputs()
		switch {
		case n.Mode == plan.Final:
			s.lo, s.hi = column, column+len(g.StateTypes())
			column = s.hi
			continue
		case g.Filter != nil:
			a.apart = -1 // the inputs are computed from the rows as they came
			s.filter = len(es)
			es = append(es, g.Filter)
			if s.late, err = newProgram(inputs, n.Query, p, t); err != nil {
				return nil, err
			}
		default:
			s.lo = len(es)
			es = append(es, inputs...)
			s.hi = len(es)
		}
		if g.Distinct {
			s.ids = &batch.Vec[int32]{}
			cols := []batch.Vector{&batch.Vec[int32]{}}
			for _, e := range inputs {
				cols = append(cols, batch.ForType(e.Type(), 0))
			}
			s.once = newKeyTable(cols)
		}
	}
	if n.Mode != plan.Final {
		a.prog, err = newProgram(es, n.Query, p, t)
	}
	return a, err
}

// aggregatesBelow counts the aggregates that may hand out rows in the order of their hashes.
func aggregatesBelow(n plan.Node, seen map[plan.Node]bool) (count int) {
	if seen[n] {
		return 0
	}
	seen[n] = true
	if _, ok := n.(*plan.HashAggregate); ok {
		count++
	}
	for _, c := range n.Children() {
		count += aggregatesBelow(c, seen)
	}
	return count
}

func (a *hashAggregate) Next() (*batch.Batch, error) {
	if a.out == nil {
		if err := a.run(); err != nil {
			return nil, err
		}
	}
	return a.chunk()
}

func (a *hashAggregate) run() error {
	if a.table == nil {
		a.grow(1)
	}
	for {
		if a.t.Ctx.Err() != nil {
			return context.Cause(a.t.Ctx)
		}
		b, err := a.in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			continue
		}
		if err := a.add(b); err != nil {
			return err
		}
	}
	if a.clusters != nil {
		if err := a.clusters.rest(a.addCluster); err != nil {
			return err
		}
	}
	return a.finish()
}

// add takes a batch in.
func (a *hashAggregate) add(b *batch.Batch) (err error) {
	cols := b.Cols
	if a.prog != nil {
		if cols, err = a.prog.eval(b); err != nil {
			return err
		}
	}
	if a.table != nil && a.apart >= 0 && a.table.n >= a.apart {
		values := &batch.Batch{N: b.N, Sel: b.Sel, Cols: cols}
		if a.cluster(values) {
			h, _ := a.table.hash(values)
			return a.clusters.add(values, h, a.addCluster)
		}
	}
	return a.addRows(b, cols, nil, nil)
}

// cluster makes the clusters, unless they take too much memory.
func (a *hashAggregate) cluster(b *batch.Batch) bool {
	if a.clusters != nil {
		return true
	}
	c, bytes := newClusters(b, len(a.keys))
	if c == nil || a.held.memory.Reserve(bytes) != nil {
		a.apart = -1
		return false
	}
	a.clusters = c
	a.table.cluster()
	a.held.bytes += bytes
	return true
}

func (a *hashAggregate) addCluster(c *clustered) error {
	return a.addRows(&c.Batch, c.Cols, c.hashes, c.words)
}

// addRows takes the selected rows of b in, with their keys and inputs, and the keys' hashes and words if they are known.
func (a *hashAggregate) addRows(b *batch.Batch, cols []batch.Vector, hashes []uint64, words [][]shortKey) error {
	groups, err := a.groups(b, cols, hashes, words)
	if err != nil {
		return err
	}
	for _, s := range a.aggs {
		if err := a.update(s, b, cols, groups); err != nil {
			return err
		}
	}
	return nil
}

// groups numbers the selected rows by their keys.
func (a *hashAggregate) groups(b *batch.Batch, cols []batch.Vector, hashes []uint64, words [][]shortKey) ([]int32, error) {
	if a.table == nil {
		if len(a.zeros) < b.Rows() {
			a.zeros = make([]int32, max(b.Rows(), batch.Size))
		}
		return a.zeros[:b.Rows()], nil
	}
	known := a.table.n
	kb := &batch.Batch{N: b.N, Sel: b.Sel, Cols: cols[:len(a.keys)]}
	var ids []int32
	if hashes == nil {
		ids = a.table.assign(kb)
	} else {
		ids = a.table.assignHashed(kb, hashes, words)
	}
	if fresh := a.table.n - known; fresh > 0 {
		for _, k := range a.keys {
			normalise(k, known)
		}
		a.grow(a.table.n)
		if err := a.reserve(kb, fresh); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// reserve takes memory for new groups: their keys, and a guess at their states.
func (a *hashAggregate) reserve(kb *batch.Batch, fresh int) error {
	if a.held.memory == nil || a.held.memory.Limit <= 0 {
		return nil
	}
	n := (kb.Bytes()/int64(max(kb.N, 1)) + int64(24+32*len(a.aggs))) * int64(fresh)
	if err := a.held.memory.Reserve(n); err != nil {
		return err
	}
	a.held.bytes += n
	return nil
}

func (a *hashAggregate) grow(n int) {
	for _, s := range a.aggs {
		s.acc.Grow(n)
	}
}

func (a *hashAggregate) update(s *aggregated, b *batch.Batch, cols []batch.Vector, groups []int32) error {
	if a.n.Mode == plan.Final {
		return s.acc.Merge(a.ctx, groups, cols[s.lo:s.hi], b.Sel)
	}
	rows, args := b.Sel, cols[s.lo:s.hi]
	if s.filter >= 0 {
		rows, groups = s.where(cols[s.filter].(*batch.Vec[bool]), b, groups)
		if len(rows) == 0 {
			return nil
		}
		var err error
		if args, err = s.late.rows(b, rows); err != nil {
			return err
		}
	}
	if s.once != nil {
		rows, groups = s.first(b.N, rows, groups, args)
		if len(rows) == 0 {
			return nil
		}
	}
	return s.acc.Update(a.ctx, groups, args, rows)
}

// where narrows the rows to those that meet the aggregate's condition.
func (s *aggregated) where(v *batch.Vec[bool], b *batch.Batch, groups []int32) ([]int32, []int32) {
	s.rows, s.groups = s.rows[:0], s.groups[:0]
	for i, g := range groups {
		if r := b.Row(i); v.V[r] && !v.Null(r) {
			s.rows, s.groups = append(s.rows, int32(r)), append(s.groups, g)
		}
	}
	return s.rows, s.groups
}

// first narrows the rows to those whose inputs their group has not had.
func (s *aggregated) first(n int, rows, groups []int32, args []batch.Vector) ([]int32, []int32) {
	if cap(s.ids.V) < n {
		s.ids.V = make([]int32, n)
	}
	s.ids.V = s.ids.V[:n]
	for i, g := range groups {
		s.ids.V[at(rows, i)] = g
	}
	s.once.assign(&batch.Batch{N: n, Sel: rows, Cols: append([]batch.Vector{s.ids}, args...)})
	newRows, newGroups := make([]int32, 0, len(s.once.fresh)), make([]int32, 0, len(s.once.fresh))
	for _, i := range s.once.fresh {
		newRows, newGroups = append(newRows, int32(at(rows, int(i)))), append(newGroups, groups[i])
	}
	return newRows, newGroups
}

func (a *hashAggregate) finish() error {
	n, cols := 1, make([]batch.Vector, len(a.keys))
	for i, k := range a.keys {
		if cols[i] = k; a.long[i] > 0 {
			cols[i] = windows(k.(*batch.Vec[int64]), a.long[i])
		}
	}
	if a.table != nil {
		n = a.table.n
	}
	for _, s := range a.aggs {
		if a.n.Mode == plan.Partial {
			cols = append(cols, s.acc.State()...)
			continue
		}
		v, err := s.acc.Result(a.ctx)
		if err != nil {
			return err
		}
		cols = append(cols, v)
	}
	a.out = &batch.Batch{N: n, Cols: cols}
	return nil
}

func (a *hashAggregate) Close() error {
	a.held.free()
	return a.in.Close()
}

// normalise gives keys from the lo-th on the one form of values that are equal: 0 for -0, and one NaN.
func normalise(k batch.Vector, lo int) {
	switch v := k.(type) {
	case *batch.Vec[float64]:
		for i, x := range v.V[lo:] {
			if x == 0 {
				v.V[lo+i] = 0
			} else if x != x {
				v.V[lo+i] = math.NaN()
			}
		}
	case *batch.Vec[float32]:
		for i, x := range v.V[lo:] {
			if x == 0 {
				v.V[lo+i] = 0
			} else if x != x {
				v.V[lo+i] = float32(math.NaN())
			}
		}
	case *batch.Struct:
		for _, f := range v.Fields {
			normalise(f, lo)
		}
	case *batch.List:
		normalise(v.Items, int(v.Offsets[lo]))
	}
}
