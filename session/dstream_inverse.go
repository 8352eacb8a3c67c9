package session

import (
	"context"
	"reflect"
	"sync/atomic"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

func isFunc(v any) bool { return v != nil && reflect.TypeOf(v).Kind() == reflect.Func }

// inverseWindow computes windows incrementally: the window of t is that of t-slide, less the batches that left it, plus
// those that entered. Batches are reduced by key when they are new, and kept until they leave.
type inverseWindow struct {
	out, in       *DStream // in: the stream, each batch reduced by key
	method        string
	f, inv        any
	filter        any
	length, slide int64
	parts         int
}

func (d *DStream) reduceInverse(op, method string, f, inv, length any, slide []any, parts int, filter any) *DStream {
	l, s := d.window(method, length, slide)
	w := &inverseWindow{method: method, f: f, inv: inv, filter: filter, length: l, slide: s, parts: parts}
	w.in = d.each(op, func(r *RDD) *RDD { return r.ReduceByKey(f, parts) })
	w.in.kept = true
	var proto *RDD
	if w.in.proto != nil {
		proto = d.ssc.empty(w.check(w.in.proto.shape))
	}
	w.out = d.ssc.newStream(op, proto, w.in)
	w.out.slide, w.out.reach = s, l+s // what leaves is still there
	w.out.kept, w.out.needsDir = true, true
	w.out.keep = 2 * s
	w.out.make = w.make
	return w.out
}

// check refuses functions that do not fit the records, and returns their shape.
func (w *inverseWindow) check(s gofunc.Shape) gofunc.Shape {
	v := gofunc.Leaf(s.Value().GoType())
	check(gofunc.Reduce(w.method+": inverse", w.inv, v))
	if w.filter != nil {
		check(gofunc.Filter(w.method+": filter", w.filter, s))
	}
	return s
}

func (w *inverseWindow) make(t int64) *RDD {
	before := t - w.slide
	prev := w.out.past(before)
	if prev == nil {
		prev = w.scratch(before)
	}
	// With a slide longer than the window, some batches are in none.
	left := w.in.span(before-w.length, min(before, t-w.length))
	entered := w.in.span(max(before, t-w.length), t)
	var lost atomic.Bool
	out := w.combine(prev, left, entered, &lost)
	if out == nil {
		return w.out.nothing()
	}
	if w.filter == nil {
		return out
	}
	if out = w.in.ssc.sc.materialise("reduceByKeyAndWindow", out); lost.Load() {
		return w.scratch(t)
	}
	return out
}

// scratch computes a window from its batches: the first one, and the one after a failed batch.
func (w *inverseWindow) scratch(t int64) *RDD {
	rs := w.in.span(t-w.length, t)
	if len(rs) == 0 {
		return nil
	}
	return w.filtered(w.in.ssc.sc.unite(rs).ReduceByKey(w.f, w.parts))
}

func (w *inverseWindow) filtered(r *RDD) *RDD {
	if w.filter == nil {
		return r
	}
	return r.Filter(w.filter)
}

// combine is prev less left plus entered; each may be nothing. It sets lost when a part of what was filtered out of prev
// leaves, and a part does not: then the window has to be computed from its batches.
func (w *inverseWindow) combine(prev *RDD, left, entered []*RDD, lost *atomic.Bool) *RDD {
	sc := w.in.ssc.sc
	one := func(rs []*RDD) *RDD {
		if len(rs) == 0 {
			return nil
		}
		return sc.unite(rs).ReduceByKey(w.f, w.parts)
	}
	out, in := one(left), one(entered)
	like := prev
	for _, r := range []*RDD{out, in} {
		if like == nil {
			like = r
		}
	}
	if like == nil {
		return nil
	}
	value := like.shape.Value()
	ins := []*RDD{prev, out, in}
	for i, r := range ins {
		if r == nil {
			r = w.in.ssc.empty(like.shape)
		}
		ins[i] = r.packedValue(w.method)
	}
	by, ins := together("reduceByKeyAndWindow", w.method, []int{w.parts}, ins...)
	key, v := ins[0].shape.Key(), ins[0].shape.Value()
	for i, r := range ins {
		ins[i] = r.exchanged("reduceByKeyAndWindow", by)
	}
	k := key.Width()
	origin := sc.origin("reduceByKeyAndWindow", mapRDD)
	two := &plan.Join{Origin: origin, Left: ins[0].node, Right: ins[1].node, Keys: k, Type: plan.FullOuter}
	three := &plan.Join{Origin: origin, Left: two, Right: ins[2].node, Keys: k, Type: plan.FullOuter}
	shape := gofunc.PairOf(key, v)
	f := check(gofunc.Reduce(w.method, w.f, v))
	inv := check(gofunc.Reduce(w.method, w.inv, v))
	n := &plan.MapPartitions{Origin: origin, Child: three, Types: shape.Elems(),
		New: func(ctx context.Context, _ int, in plan.Batches) (plan.Batches, error) {
			return func() (*batch.Batch, error) {
				b, err := in()
				if err != nil {
					return nil, err
				}
				return mergeWindow(ctx, b, k, f, inv, lost)
			}, nil
		}}
	r := sc.newRDD(n, shape)
	r.by = by
	return w.filtered(r.unpackedValue(w.method, value))
}

// mergeWindow computes the values of keys whose row has the previous value, what left and what entered, each of which may
// be missing. A key without a previous value is new, or was filtered out: when something leaves of it, lost is set.
func mergeWindow(ctx context.Context, b *batch.Batch, k int, f, inv *gofunc.Aggregate, lost *atomic.Bool) (*batch.Batch, error) {
	prev, left, entered := b.Cols[k], b.Cols[k+1], b.Cols[k+2]
	var rows, leftRows, enteredRows []int32 // of the result, in order; and those with the other values
	var leftGroups, enteredGroups []int32
	for i := range b.Rows() {
		r := b.Row(i)
		if prev.Null(r) {
			if !left.Null(r) {
				lost.Store(true)
			}
			continue
		}
		if !left.Null(r) {
			leftRows, leftGroups = append(leftRows, int32(r)), append(leftGroups, int32(len(rows)))
		}
		if !entered.Null(r) {
			enteredRows, enteredGroups = append(enteredRows, int32(r)), append(enteredGroups, int32(len(rows)))
		}
		rows = append(rows, int32(r))
	}
	all := make([]int32, len(rows))
	for i := range all {
		all[i] = int32(i)
	}
	less := inv.New(ctx)
	if err := add(less, all, prev, rows); err != nil {
		return nil, err
	}
	if err := add(less, leftGroups, left, leftRows); err != nil {
		return nil, err
	}
	for i := range b.Rows() {
		if r := b.Row(i); prev.Null(r) && !entered.Null(r) {
			enteredRows, enteredGroups = append(enteredRows, int32(r)), append(enteredGroups, int32(len(rows)))
			rows = append(rows, int32(r))
		}
	}
	more := f.New(ctx)
	if err := add(more, all, less.Result(), nil); err != nil {
		return nil, err
	}
	if err := add(more, enteredGroups, entered, enteredRows); err != nil {
		return nil, err
	}
	out := &batch.Batch{N: len(rows)}
	for _, c := range b.Cols[:k] {
		key := c.Like(len(rows))
		if len(rows) > 0 {
			key.Append(c, rows)
		}
		out.Cols = append(out.Cols, key)
	}
	out.Cols = append(out.Cols, more.Result())
	return out, nil
}

// add folds values, if there are any: an accumulator takes no rows for all rows.
func add(a gofunc.Accumulator, groups []int32, v batch.Vector, rows []int32) error {
	if len(groups) == 0 {
		return nil
	}
	return a.Add(groups, v, rows)
}
