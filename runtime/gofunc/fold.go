package gofunc

import (
	"context"
	"fmt"
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
)

// FoldBy binds a zero value and func(v, v) v. The zero is copied for each group, so that a map or slice is not shared.
func FoldBy(op string, zero, fn any, value Shape) (*Aggregate, error) {
	t := foldType(fn, value.GoType())
	z, err := zeroOf(op, zero, t)
	if err != nil {
		return nil, err
	}
	s, err := bindFold(op, "f", fn, Leaf(t), Leaf(t))
	if err != nil {
		return nil, wrongShape(op, fmt.Sprintf("func(%s, %s) %s", value, value, value), fn)
	}
	return s.folding(op, z, t, value, fn, fn, s), nil
}

// AggregateBy binds a zero value, seqOp func(c, v) c and combOp func(c, c) c.
func AggregateBy(op string, zero, seq, comb any, value Shape) (*Aggregate, error) {
	t := foldType(seq, reflect.TypeOf(zero))
	if t == nil {
		return nil, wrongShape(op, fmt.Sprintf("seqOp func(C, %s) C", value), seq)
	}
	z, err := zeroOf(op, zero, t)
	if err != nil {
		return nil, err
	}
	s, err := bindFold(op, "seqOp", seq, Leaf(t), Leaf(value.GoType()))
	if err != nil {
		return nil, err
	}
	m, err := bindFold(op, "combOp", comb, Leaf(t), Leaf(t))
	if err != nil {
		return nil, err
	}
	return s.folding(op, z, t, value, seq, comb, m), nil
}

func (s *signature) folding(op string, z reflect.Value, t reflect.Type, value Shape, seq, comb any, m *signature) *Aggregate {
	a := &Aggregate{Name: op, In: value.GoType(), Out: t, Combine: true, Zero: z}
	mk := typedFolds[reflect.TypeOf(seq)]
	if _, same := typedReduces[reflect.TypeOf(comb)]; mk != nil && same && !value.Optional && !value.IsTuple() && s.params[1].t == value.Elem {
		a.New = func(context.Context) Accumulator { return mk(z.Interface(), seq, comb) }
		return a
	}
	a.New = func(ctx context.Context) Accumulator {
		f := s.fold(ctx)
		return &boxedFold{out: t, fold: f, merge: m.fold(ctx),
			zero: func(v reflect.Value) (reflect.Value, error) { return f(Clone(z), v) }}
	}
	return a
}

// foldType is the type a fold's function holds, its first parameter; or what is known without the function.
func foldType(fn any, otherwise reflect.Type) reflect.Type {
	t := reflect.TypeOf(fn)
	if t == nil || t.Kind() != reflect.Func {
		return otherwise
	}
	first := 0
	if t.NumIn() == 3 && t.In(0) == contextType {
		first = 1
	}
	if t.NumIn() != first+2 {
		return otherwise
	}
	return t.In(first)
}

// zeroOf is the zero value as a t. A number fits another number type that holds the same value, so that 0 can stand for
// a float's zero.
func zeroOf(op string, zero any, t reflect.Type) (reflect.Value, error) {
	z := reflect.ValueOf(zero)
	switch {
	case !z.IsValid():
		switch t.Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.Func, reflect.Chan:
			return reflect.Zero(t), nil
		}
	case z.Type() == t:
		return z, nil
	case z.Type().AssignableTo(t):
		return z.Convert(t), nil
	case numeric(z.Kind()) && numeric(t.Kind()):
		if c := z.Convert(t); c.Convert(z.Type()).Equal(z) {
			return c, nil
		}
	}
	have := "nil"
	if z.IsValid() {
		have = TypeName(z.Type())
	}
	return z, condition.New("", "", "%s: the zero value is of type %s, and the function takes a %s", op, have, TypeName(t))
}

func numeric(k reflect.Kind) bool {
	return k >= reflect.Int && k <= reflect.Float64 && k != reflect.Uintptr
}

// Clone copies what a value holds by reference: maps, slices and pointers, to the bottom. Values with unexported fields
// stay as they are.
func Clone(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			c.Index(i).Set(Clone(v.Index(i)))
		}
		return c
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			c.SetMapIndex(it.Key(), Clone(it.Value()))
		}
		return c
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(Clone(v.Elem()))
		return c
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		c := reflect.New(v.Type()).Elem()
		c.Set(Clone(v.Elem()))
		return c
	case reflect.Struct, reflect.Array:
		c := reflect.New(v.Type()).Elem()
		c.Set(v)
		for i := range parts(v) {
			if f := part(c, i); f.CanSet() {
				f.Set(Clone(part(v, i)))
			}
		}
		return c
	}
	return v
}

func parts(v reflect.Value) int {
	if v.Kind() == reflect.Struct {
		return v.NumField()
	}
	return v.Len()
}

func part(v reflect.Value, i int) reflect.Value {
	if v.Kind() == reflect.Struct {
		return v.Field(i)
	}
	return v.Index(i)
}

var typedFolds = map[reflect.Type]func(zero, seq, comb any) Accumulator{}

func init() {
	foldsOf[string]()
	foldsOf[int]()
	foldsOf[int64]()
	foldsOf[float64]()
	foldsOf[bool]()
}

func foldsOf[C any]() {
	fold[C, string]()
	fold[C, int]()
	fold[C, int64]()
	fold[C, float64]()
	fold[C, bool]()
}

func fold[C, V any]() {
	typedFolds[reflect.TypeFor[func(C, V) C]()] = func(zero, seq, comb any) Accumulator {
		return &folding[C, V]{zero: zero.(C), seq: seq.(func(C, V) C), reduce: reduce[C]{f: comb.(func(C, C) C)}}
	}
}

// folding starts each group from a zero and merges as a reduction does.
type folding[C, V any] struct {
	zero C
	seq  func(C, V) C
	reduce[C]
}

func (r *folding[C, V]) Add(groups []int32, in batch.Vector, rows []int32) error {
	src, f, acc := in.(*batch.Vec[V]).V, r.seq, r.acc
	for i, g := range groups {
		x := src[at(rows, i)]
		if int(g) == len(acc) {
			acc = append(acc, f(r.zero, x))
		} else {
			acc[g] = f(acc[g], x)
		}
	}
	r.acc = acc
	return nil
}

// Binary binds a zero value and func(v, v) v to be called with boxed values; the zero is returned as the function takes it.
// What is called may be called by several goroutines at once if the user's function may.
func Binary(op string, zero, fn any) (any, func(a, b any) (any, error), error) {
	t := foldType(fn, reflect.TypeOf(zero))
	if t == nil {
		return nil, nil, wrongShape(op, "func(T, T) T", fn)
	}
	z, err := zeroOf(op, zero, t)
	if err != nil {
		return nil, nil, err
	}
	s, err := bindFold(op, "f", fn, Leaf(t), Leaf(t))
	if err != nil {
		return nil, nil, err
	}
	return z.Interface(), func(a, b any) (any, error) {
		x, err := As(a, t)
		if err != nil {
			return nil, err
		}
		y, err := As(b, t)
		if err != nil {
			return nil, err
		}
		r, err := s.fold(context.Background())(x, y)
		if err != nil {
			return nil, err
		}
		return r.Interface(), nil
	}, nil
}
