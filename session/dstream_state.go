package session

import (
	"context"
	"fmt"
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// UpdateStateByKey keeps a state for each key. In every batch, f is called for each key that has a state or new values,
// and its result is the key's new state; nil removes the key. The stream is the state of all keys:
//
//	func(newValues []V, state *S) *S
//
// The state is nil for a new key. f may take the key first. Options are the number of partitions and an RDD or slice of
// pairs to start from. It needs a checkpoint directory.
func (d *DStream) UpdateStateByKey(f any, options ...any) *DStream {
	const method = "UpdateStateByKey"
	var initial *RDD
	var n []int
	for _, o := range options {
		switch o := o.(type) {
		case int:
			n = []int{o}
		case *RDD:
			initial = o.keyed(method)
		default:
			if reflect.ValueOf(o).Kind() != reflect.Slice {
				mistake(method, "want a number of partitions or an RDD of pairs, have %T", o)
			}
			initial = d.ssc.sc.Parallelize(o).keyed(method)
		}
	}
	parts := number(method, n, d.parallelism(nil))
	u := bindUpdate(f)
	var proto *RDD
	if d.proto != nil {
		p := d.proto.keyed(method)
		u.check(p.shape)
		proto = d.ssc.empty(gofunc.PairOf(p.shape.Key(), gofunc.Leaf(u.state)))
	}
	s := d.ssc.newStream("updateStateByKey", proto, d)
	s.kept, s.steady, s.needsDir, s.keep = true, true, true, 2*s.slide
	// last is the state after the last batch that did not fail.
	last := initial
	s.recalled = func(r *RDD) { last = r }
	s.make = func(t int64) *RDD {
		in := d.at(t)
		if in == nil && last == nil {
			return nil
		}
		if in == nil {
			in = d.ssc.empty(gofunc.PairOf(last.shape.Key(), gofunc.Leaf(u.values.Elem())))
		}
		next := d.ssc.sc.materialise("updateStateByKey", u.apply(in.keyed(method), last, parts))
		last = next
		return next
	}
	return s
}

// update is a function of UpdateStateByKey.
type update struct {
	fn     reflect.Value
	keyed  bool
	key    reflect.Type
	values reflect.Type // the slice of new values
	param  reflect.Type // *S, or S if nil can tell that there is none
	state  reflect.Type // S
	fails  bool
}

const updateShape = "func(newValues []V, state *S) *S, perhaps with the key first"

func bindUpdate(f any) *update {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		mistake("UpdateStateByKey", "want %s, have %T", updateShape, f)
	}
	t := v.Type()
	u := &update{fn: v}
	outs := t.NumOut()
	if outs == 2 && t.Out(1) == reflect.TypeFor[error]() {
		u.fails, outs = true, 1
	}
	ins := t.NumIn()
	u.keyed = ins == 3
	if ins < 2 || ins > 3 || outs != 1 || t.In(ins-2).Kind() != reflect.Slice || t.In(ins-1) != t.Out(0) || !nilable(t.Out(0)) {
		mistake("UpdateStateByKey", "want %s, have %s", updateShape, gofunc.TypeName(t))
	}
	if u.keyed {
		u.key = t.In(0)
	}
	u.values, u.param = t.In(ins-2), t.Out(0)
	u.state = u.param
	if u.param.Kind() == reflect.Pointer {
		u.state = u.param.Elem()
	}
	return u
}

func nilable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return true
	}
	return false
}

// check refuses records that f does not take.
func (u *update) check(s gofunc.Shape) {
	v := s.Value().GoType()
	if v != u.values.Elem() && v != anyLeaf.Elem && u.values.Elem() != anyLeaf.Elem {
		mistake("UpdateStateByKey", "the values are %s, but the function takes %s", gofunc.TypeName(v), gofunc.TypeName(u.values))
	}
	if k := s.Key().GoType(); u.keyed && k != u.key && k != anyLeaf.Elem && u.key != anyLeaf.Elem {
		mistake("UpdateStateByKey", "the keys are %s, but the function takes %s", gofunc.TypeName(k), gofunc.TypeName(u.key))
	}
}

// apply makes the next state of the last one, which may be nil, and new values.
func (u *update) apply(in, last *RDD, parts int) *RDD {
	const method = "UpdateStateByKey"
	u.check(in.shape)
	sc := in.sc
	origin := sc.origin("updateStateByKey", mapRDD)
	if last == nil {
		last = sc.newRDD(&plan.Scan{Origin: in.hidden("updateStateByKey"), Types: append(in.shape.Key().Elems(), u.state)},
			gofunc.PairOf(in.shape.Key(), gofunc.Leaf(u.state)))
	}
	_, rs := together("updateStateByKey", method, []int{parts}, in.packedValue(method), last.packedValue(method))
	key := rs[0].shape.Key()
	by := &plan.Hash{N: parts, Keys: key.Width()}
	k := key.Width()
	group := &plan.CoGroup{Origin: in.hidden("updateStateByKey"), Keys: k,
		Inputs: []plan.Node{rs[0].exchanged("updateStateByKey", by).node, rs[1].exchanged("updateStateByKey", by).node}}
	shape := gofunc.PairOf(key, gofunc.Leaf(u.state))
	n := &plan.MapPartitions{Origin: origin, Child: group, Types: shape.Elems(),
		New: func(_ context.Context, _ int, in plan.Batches) (plan.Batches, error) {
			return func() (*batch.Batch, error) {
				b, err := in()
				if err != nil {
					return nil, err
				}
				out := shape.NewBatch(b.Rows())
				for i := range b.Rows() {
					if err := u.one(key, b, b.Row(i), k, out); err != nil {
						return nil, &op.UserError{Where: origin, Value: err}
					}
				}
				return out, nil
			}, nil
		}}
	r := sc.newRDD(n, shape)
	r.by = by
	return r
}

// one calls the function for a row of key, new values and old states.
func (u *update) one(key gofunc.Shape, b *batch.Batch, row, k int, out *batch.Batch) error {
	values, err := asSlice(b.Cols[k].Values().Index(row), u.values)
	if err != nil {
		return err
	}
	state := reflect.Zero(u.param)
	if old := b.Cols[k+1].Values().Index(row); old.Len() > 0 {
		s, err := asType(old.Index(0), u.state)
		if err != nil {
			return fmt.Errorf("state: %w", err)
		}
		if u.param != u.state {
			p := reflect.New(u.state) // a copy: a batch that fails must not have changed the state
			p.Elem().Set(s)
			s = p
		}
		state = s
	}
	args := make([]reflect.Value, 0, 3)
	if u.keyed {
		kv, err := asType(reflect.ValueOf(key.Box(b, row, 0)), u.key)
		if err != nil {
			return fmt.Errorf("key: %w", err)
		}
		args = append(args, kv)
	}
	res := u.fn.Call(append(args, values, state))
	if u.fails && !res[1].IsNil() {
		return res[1].Interface().(error)
	}
	next := res[0]
	if next.IsNil() {
		return nil
	}
	if u.param != u.state {
		next = next.Elem()
	}
	for c := range k {
		out.Cols[c].Append(b.Cols[c], []int32{int32(row)})
	}
	out.Cols[k].AppendAny(next.Interface())
	out.N++
	return nil
}

// asType makes v usable as a t: values held as any are checked here.
func asType(v reflect.Value, t reflect.Type) (reflect.Value, error) {
	if v.IsValid() && v.Type() == t {
		return v, nil
	}
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch {
	case !v.IsValid():
		return reflect.Zero(t), nil
	case v.Type().AssignableTo(t):
		n := reflect.New(t).Elem()
		n.Set(v)
		return n, nil
	}
	return v, condition.New("", "", "want a %s, have %s", gofunc.TypeName(t), gofunc.TypeName(v.Type()))
}

func asSlice(v reflect.Value, t reflect.Type) (reflect.Value, error) {
	if v.Type() == t {
		return v, nil
	}
	s := reflect.MakeSlice(t, v.Len(), v.Len())
	for i := range v.Len() {
		x, err := asType(v.Index(i), t.Elem())
		if err != nil {
			return v, err
		}
		s.Index(i).Set(x)
	}
	return s, nil
}
