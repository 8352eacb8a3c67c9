package gofunc

import (
	"context"
	"fmt"
	"reflect"

	"gospark/runtime/batch"
)

// An Accumulator holds one value for each group. Groups are numbered densely from 0; new ones appear in order.
//
// Add folds row rows[i] of the column (all rows when rows is nil) into group groups[i]. Merge does the same with values
// that are accumulators' results themselves (map-side combined ones). Result is the column of values by group; the
// accumulator must not be used after it.
type Accumulator interface {
	Add(groups []int32, in batch.Vector, rows []int32) error
	Merge(groups []int32, in batch.Vector, rows []int32) error
	Result() batch.Vector
}

// An Aggregate describes accumulators: the type of what they hold and how to make one for a task. Combine says that
// partial results may be made before the exchange and merged after it.
type Aggregate struct {
	Name    string
	In, Out reflect.Type
	Combine bool
	Zero    reflect.Value // what no values at all give; invalid if that is an error
	New     func(ctx context.Context) Accumulator
}

// Reduce binds func(v, v) v.
func Reduce(op string, fn any, value Shape) (*Aggregate, error) {
	t := value.GoType()
	want := fmt.Sprintf("func(%s, %s) %s", Leaf(t), Leaf(t), Leaf(t))
	ft := reflect.TypeOf(fn)
	if t == anyType {
		t = foldType(fn, t) // the column's types are known at run time only: the function says what it takes
	}
	s, err := bind(op, want, fn, Shape{Parts: []Shape{Leaf(t), Leaf(t)}})
	if err != nil || len(s.results) != 1 || s.results[0] != t || len(s.params) != 2 {
		return nil, wrongShape(op, want, fn)
	}
	a := &Aggregate{Name: op, In: value.GoType(), Out: t, Combine: true}
	if mk := typedReduces[ft]; mk != nil && value.Elem == t && !value.Optional {
		a.New = func(context.Context) Accumulator { return mk(fn) }
		return a, nil
	}
	a.New = func(ctx context.Context) Accumulator {
		return &boxedFold{out: t,
			zero:  func(v reflect.Value) (reflect.Value, error) { return convert(v, t) },
			fold:  s.fold(ctx),
			merge: s.fold(ctx)}
	}
	return a, nil
}

// fold calls a two-parameter function on boxed values.
func (s *signature) fold(ctx context.Context) func(a, b reflect.Value) (reflect.Value, error) {
	var args []reflect.Value
	if s.ctx {
		args = append(args, reflect.ValueOf(ctx))
	}
	n := len(args)
	args = append(args, reflect.Value{}, reflect.Value{})
	return func(a, b reflect.Value) (reflect.Value, error) {
		var err error
		for i, v := range []reflect.Value{a, b} {
			if args[n+i], err = convert(v, s.params[i].t); err != nil {
				return v, fmt.Errorf("%s: %w", s.op, err)
			}
		}
		out := s.fn.Call(args)
		if s.fails && !out[len(out)-1].IsNil() {
			return a, out[len(out)-1].Interface().(error)
		}
		return out[0], nil
	}
}

// CombineBy binds Spark's combineByKey: create(v) c, mergeValue(c, v) c, mergeCombiners(c, c) c.
func CombineBy(op string, create, mergeValue, mergeCombiners any, value Shape) (*Aggregate, error) {
	v := Leaf(value.GoType())
	ct, err := bind(op, fmt.Sprintf("createCombiner func(%s) C", v), create, v)
	if err != nil {
		return nil, err
	}
	if len(ct.results) != 1 {
		return nil, wrongShape(op, fmt.Sprintf("createCombiner func(%s) C", v), create)
	}
	c := Leaf(ct.results[0])
	mv, err := bindFold(op, "mergeValue", mergeValue, c, v)
	if err != nil {
		return nil, err
	}
	mc, err := bindFold(op, "mergeCombiners", mergeCombiners, c, c)
	if err != nil {
		return nil, err
	}
	return &Aggregate{Name: op, In: v.Elem, Out: c.Elem, Combine: true, New: func(ctx context.Context) Accumulator {
		one := ct.fn
		return &boxedFold{out: c.Elem, fold: mv.fold(ctx), merge: mc.fold(ctx), zero: func(v reflect.Value) (reflect.Value, error) {
			x, err := convert(v, ct.params[0].t)
			if err != nil {
				return v, err
			}
			args := []reflect.Value{x}
			if ct.ctx {
				args = []reflect.Value{reflect.ValueOf(ctx), x}
			}
			out := one.Call(args)
			if ct.fails && !out[len(out)-1].IsNil() {
				return v, out[len(out)-1].Interface().(error)
			}
			return out[0], nil
		}}
	}}, nil
}

func bindFold(op, part string, fn any, c, v Shape) (*signature, error) {
	want := fmt.Sprintf("%s func(%s, %s) %s", part, c, v, c)
	s, err := bind(op, want, fn, Shape{Parts: []Shape{c, v}})
	if err != nil {
		return nil, err
	}
	if len(s.results) != 1 || s.results[0] != c.Elem {
		return nil, wrongShape(op, want, fn)
	}
	return s, nil
}

// Group collects the values of each group into a slice. It does not combine before the exchange: that would move the
// same rows, only packed.
func Group(value reflect.Type) *Aggregate {
	a := &Aggregate{Name: "groupByKey", In: value, Out: reflect.SliceOf(value)}
	if mk := typedGroups[value]; mk != nil {
		a.New = func(context.Context) Accumulator { return mk() }
		return a
	}
	a.New = func(context.Context) Accumulator { return &boxedGroup{elem: value} }
	return a
}

// Count counts the rows of each group as int64.
func Count(in reflect.Type) *Aggregate {
	return &Aggregate{Name: "count", In: in, Out: reflect.TypeFor[int64](), Combine: true,
		New: func(context.Context) Accumulator { return &count{} }}
}

var (
	typedReduces = map[reflect.Type]func(fn any) Accumulator{}
	typedGroups  = map[reflect.Type]func() Accumulator{}
)

func init() {
	accumulators[string]()
	accumulators[int]()
	accumulators[int64]()
	accumulators[float64]()
	accumulators[bool]()
}

func accumulators[T any]() {
	typedReduces[reflect.TypeFor[func(T, T) T]()] = func(fn any) Accumulator { return &reduce[T]{f: fn.(func(T, T) T)} }
	typedGroups[reflect.TypeFor[T]()] = func() Accumulator { return &group[T]{} }
}

type reduce[T any] struct {
	f   func(T, T) T
	acc []T
}

func (r *reduce[T]) Add(groups []int32, in batch.Vector, rows []int32) error {
	src, f, acc := in.(*batch.Vec[T]).V, r.f, r.acc
	for i, g := range groups {
		x := src[at(rows, i)]
		if int(g) == len(acc) {
			acc = append(acc, x)
		} else {
			acc[g] = f(acc[g], x)
		}
	}
	r.acc = acc
	return nil
}

func (r *reduce[T]) Merge(groups []int32, in batch.Vector, rows []int32) error {
	return r.Add(groups, in, rows)
}
func (r *reduce[T]) Result() batch.Vector { return batch.VecOf(r.acc) }

func at(rows []int32, i int) int {
	if rows == nil {
		return i
	}
	return int(rows[i])
}

type group[T any] struct{ acc [][]T }

func (g *group[T]) Add(groups []int32, in batch.Vector, rows []int32) error {
	src := in.(*batch.Vec[T]).V
	for i, id := range groups {
		if int(id) == len(g.acc) {
			g.acc = append(g.acc, nil)
		}
		g.acc[id] = append(g.acc[id], src[at(rows, i)])
	}
	return nil
}

func (g *group[T]) Merge(groups []int32, in batch.Vector, rows []int32) error {
	src := in.(*batch.Vec[[]T]).V
	for i, id := range groups {
		if int(id) == len(g.acc) {
			g.acc = append(g.acc, nil)
		}
		g.acc[id] = append(g.acc[id], src[at(rows, i)]...)
	}
	return nil
}

func (g *group[T]) Result() batch.Vector { return batch.FromSlice(reflect.ValueOf(g.acc)) }

type count struct{ acc []int64 }

func (c *count) Add(groups []int32, in batch.Vector, rows []int32) error {
	for _, g := range groups {
		if int(g) == len(c.acc) {
			c.acc = append(c.acc, 0)
		}
		c.acc[g]++
	}
	return nil
}

func (c *count) Merge(groups []int32, in batch.Vector, rows []int32) error {
	src := in.(*batch.Vec[int64]).V
	for i, g := range groups {
		if int(g) == len(c.acc) {
			c.acc = append(c.acc, 0)
		}
		c.acc[g] += src[at(rows, i)]
	}
	return nil
}

func (c *count) Result() batch.Vector { return batch.VecOf(c.acc) }

// boxedFold is any fold over values of types without a typed loop.
type boxedFold struct {
	out         reflect.Type
	zero        func(v reflect.Value) (reflect.Value, error)
	fold, merge func(a, b reflect.Value) (reflect.Value, error)
	acc         []reflect.Value
}

func (b *boxedFold) Add(groups []int32, in batch.Vector, rows []int32) error {
	vals := in.Values()
	for i, g := range groups {
		x, err := rowValue(in, vals, at(rows, i)), error(nil)
		if int(g) == len(b.acc) {
			if x, err = b.zero(x); err != nil {
				return err
			}
			b.acc = append(b.acc, x)
			continue
		}
		if b.acc[g], err = b.fold(b.acc[g], x); err != nil {
			return err
		}
	}
	return nil
}

func (b *boxedFold) Merge(groups []int32, in batch.Vector, rows []int32) error {
	vals := in.Values()
	for i, g := range groups {
		x, err := detach(vals.Index(at(rows, i))), error(nil)
		if int(g) == len(b.acc) {
			b.acc = append(b.acc, x)
			continue
		}
		if b.acc[g], err = b.merge(b.acc[g], x); err != nil {
			return err
		}
	}
	return nil
}

func rowValue(in batch.Vector, vals reflect.Value, row int) reflect.Value {
	if in.Null(row) {
		return reflect.Zero(anyType)
	}
	return detach(vals.Index(row))
}

// detach copies an element out of its slice, which will be overwritten.
func detach(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

func (b *boxedFold) Result() batch.Vector {
	s := reflect.MakeSlice(reflect.SliceOf(b.out), len(b.acc), len(b.acc))
	for i, v := range b.acc {
		s.Index(i).Set(v)
	}
	return batch.FromSlice(s)
}

type boxedGroup struct {
	elem reflect.Type
	acc  []reflect.Value
}

func (b *boxedGroup) Add(groups []int32, in batch.Vector, rows []int32) error {
	vals := in.Values()
	for i, g := range groups {
		if int(g) == len(b.acc) {
			b.acc = append(b.acc, reflect.MakeSlice(reflect.SliceOf(b.elem), 0, 1))
		}
		b.acc[g] = reflect.Append(b.acc[g], vals.Index(at(rows, i)))
	}
	return nil
}

func (b *boxedGroup) Merge(groups []int32, in batch.Vector, rows []int32) error {
	vals := in.Values()
	for i, g := range groups {
		if int(g) == len(b.acc) {
			b.acc = append(b.acc, reflect.MakeSlice(reflect.SliceOf(b.elem), 0, 1))
		}
		b.acc[g] = reflect.AppendSlice(b.acc[g], vals.Index(at(rows, i)))
	}
	return nil
}

func (b *boxedGroup) Result() batch.Vector {
	s := reflect.MakeSlice(reflect.SliceOf(reflect.SliceOf(b.elem)), len(b.acc), len(b.acc))
	for i, v := range b.acc {
		s.Index(i).Set(v)
	}
	return batch.FromSlice(s)
}
