package plan

import (
	"fmt"
	"sort"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
)

// Single puts all rows into one partition, in the order of the partitions they come from.
type Single struct{}

func (Single) Partitions() int { return 1 }
func (Single) String() string  { return "SinglePartition" }

func (Single) Same(o Partitioning) bool {
	_, ok := o.(Single)
	return ok
}

func (Single) New(int) func(*batch.Batch, []int32) error {
	return func(_ *batch.Batch, out []int32) error {
		clear(out)
		return nil
	}
}

// HashRows is Spark's HashPartitioning: the 32-bit Murmur3 hash of the keys modulo the partitions, so that rows lie where
// they lie in Spark. Of is a call of the function hash, whose arguments are the keys.
type HashRows struct {
	N     int
	Of    *expr.Call
	Query *Query
}

func (h *HashRows) Partitions() int { return h.N }

func (h *HashRows) Same(o Partitioning) bool {
	p, ok := o.(*HashRows)
	return ok && p.N == h.N && expr.Equal(p.Of, h.Of)
}

func (h *HashRows) String() string {
	return fmt.Sprintf("hashpartitioning(%s, %d)", texts(h.Of.Args), h.N)
}

func (h *HashRows) New(task int) func(*batch.Batch, []int32) error {
	eval, err := expr.Compile(h.Of)
	ctx := contextOf(h.Query, task)
	return func(b *batch.Batch, out []int32) error {
		if err != nil {
			return err
		}
		v, err := eval.Eval(ctx, b, b.Sel)
		if err != nil {
			return err
		}
		codes := v.(*batch.Vec[int32]).V
		n := int32(h.N)
		for i := range out {
			p := codes[b.Row(i)] % n
			if p < 0 {
				p += n
			}
			out[i] = p
		}
		return nil
	}
}

func contextOf(q *Query, task int) *expr.Context {
	ctx := &expr.Context{}
	if q != nil {
		*ctx = q.Context
	}
	ctx.Partition = task
	return ctx
}

// RangeRows puts rows into partitions by their order: all rows of a partition come before those of the next, equal ones
// lie together. The engine calls SetSample with keys of the child before rows are assigned.
type RangeRows struct {
	N      int
	Keys   []expr.SortKey
	Query  *Query
	bounds []batch.Vector // of each key
	n      int
	set    bool
}

// A Sampled partitioning needs to see some rows before it can assign any.
type Sampled interface {
	Partitioning
	NeedsSample() bool
	// SampleSize is how many keys of each child partition are wanted.
	SampleSize(childPartitions int) int
	// Key makes a function for a task that prepares a batch; what that returns is the boxed key of a row.
	Key(task int) func(b *batch.Batch) (func(row int) any, error)
	SetSample(keys []any)
}

var (
	_ Sampled = (*Range)(nil)
	_ Sampled = (*RangeRows)(nil)
)

// Key is the value of the column.
func (r *Range) Key(int) func(*batch.Batch) (func(int) any, error) {
	return func(b *batch.Batch) (func(int) any, error) { return b.Cols[r.Col].Any, nil }
}

func (r *RangeRows) Partitions() int { return r.N }

func (r *RangeRows) Same(o Partitioning) bool { return o == Partitioning(r) }

func (r *RangeRows) String() string {
	ks := make([]string, len(r.Keys))
	for i, k := range r.Keys {
		ks[i] = k.String()
	}
	return fmt.Sprintf("rangepartitioning(%s, %d)", strings.Join(ks, ", "), r.N)
}

func (r *RangeRows) NeedsSample() bool { return !r.set && r.N > 1 }

func (r *RangeRows) SampleSize(childPartitions int) int {
	return max(3*100*r.N/max(childPartitions, 1), 1)
}

func (r *RangeRows) program(task int) func(*batch.Batch) ([]batch.Vector, error) {
	es := make([]expr.Expr, len(r.Keys))
	for i, k := range r.Keys {
		es[i] = k.Child
	}
	p, err := expr.CompileAll(es)
	ctx := contextOf(r.Query, task)
	return func(b *batch.Batch) ([]batch.Vector, error) {
		if err != nil {
			return nil, err
		}
		return p.Eval(ctx, b, b.Sel)
	}
}

// Key is the values of all keys.
func (r *RangeRows) Key(task int) func(*batch.Batch) (func(int) any, error) {
	eval := r.program(task)
	return func(b *batch.Batch) (func(int) any, error) {
		vs, err := eval(b)
		if err != nil {
			return nil, err
		}
		return func(row int) any {
			key := make([]any, len(vs))
			for i, v := range vs {
				key[i] = v.Any(row)
			}
			return key
		}, nil
	}
}

// SetSample makes the bounds from a sample of keys.
func (r *RangeRows) SetSample(keys []any) {
	all := make([]batch.Vector, len(r.Keys))
	for i, k := range r.Keys {
		all[i] = batch.ForType(k.Child.Type(), len(keys))
		for _, key := range keys {
			all[i].AppendAny(key.([]any)[i])
		}
	}
	rows := make([]int32, len(keys))
	for i := range rows {
		rows[i] = int32(i)
	}
	order := r.order(all, all)
	sort.SliceStable(rows, func(i, j int) bool { return order(int(rows[i]), int(rows[j])) < 0 })
	var bounds []int32
	for p := 1; p < r.N && len(rows) > 0; p++ {
		k := rows[(p*len(rows)+r.N-1)/r.N-1]
		if n := len(bounds); n == 0 || order(int(bounds[n-1]), int(k)) != 0 {
			bounds = append(bounds, k)
		}
	}
	for _, v := range all {
		w := v.Like(len(bounds))
		for _, k := range bounds {
			w.Append(v, []int32{k})
		}
		r.bounds = append(r.bounds, w)
	}
	r.n, r.set = len(bounds), true
}

// order compares a row of some key columns with a row of others.
func (r *RangeRows) order(vs, ws []batch.Vector) func(i, j int) int {
	values := make([]func(i, j int) int, len(vs))
	for c := range vs {
		values[c] = batch.Comparator(vs[c], ws[c])
	}
	return func(i, j int) int {
		for c, k := range r.Keys {
			ni, nj := vs[c].Null(i), ws[c].Null(j)
			switch {
			case ni && nj:
				continue
			case ni || nj:
				if ni == k.NullsFirst {
					return -1
				}
				return 1
			}
			if d := values[c](i, j); d != 0 {
				if k.Desc {
					return -d
				}
				return d
			}
		}
		return 0
	}
}

func (r *RangeRows) New(task int) func(*batch.Batch, []int32) error {
	eval := r.program(task)
	return func(b *batch.Batch, out []int32) error {
		if r.n == 0 {
			clear(out)
			return nil
		}
		vs, err := eval(b)
		if err != nil {
			return err
		}
		order := r.order(vs, r.bounds)
		for i := range out {
			row := b.Row(i)
			out[i] = int32(sort.Search(r.n, func(j int) bool { return order(row, j) <= 0 }))
		}
		return nil
	}
}

func texts(es []expr.Expr) string {
	ts := make([]string, len(es))
	for i, e := range es {
		ts[i] = e.String()
	}
	return strings.Join(ts, ", ")
}
