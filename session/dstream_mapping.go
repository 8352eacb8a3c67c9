package session

import (
	"fmt"
	"reflect"
	"time"

	"gospark/runtime/gofunc"
)

// mapping is a function of MapWithState, bound.
type mapping struct {
	fn         reflect.Value
	timed      bool
	key, value reflect.Type
	optional   bool // the value is a pointer to what records have
	results    int
	pointer    bool // the only result is a pointer: nil makes no record
	fails      bool
	out        gofunc.Shape
}

const mappingShape = "func(key K, value V, state *State) T, perhaps with a time.Time first"

func bindMapping(f any) *mapping {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		mistake("MapWithState", "want %s, have %T", mappingShape, f)
	}
	t := v.Type()
	m := &mapping{fn: v, timed: t.NumIn() == 4}
	ins := t.NumIn()
	if ins < 3 || ins > 4 || m.timed && t.In(0) != timeType || t.In(ins-1) != reflect.TypeFor[*State]() {
		mistake("MapWithState", "want %s, have %s", mappingShape, gofunc.TypeName(t))
	}
	m.key, m.value = t.In(ins-3), t.In(ins-2)
	m.optional = m.value.Kind() == reflect.Pointer
	var results []reflect.Type
	for i := range t.NumOut() {
		if i == t.NumOut()-1 && t.Out(i) == reflect.TypeFor[error]() {
			m.fails = true
			break
		}
		results = append(results, t.Out(i))
	}
	m.results = len(results)
	switch m.results {
	case 0:
		m.out = anyLeaf
	case 1:
		if m.pointer = results[0].Kind() == reflect.Pointer; m.pointer {
			results[0] = results[0].Elem()
		}
		m.out = gofunc.Holds(results[0])
	default:
		for _, r := range results {
			m.out.Parts = append(m.out.Parts, gofunc.Holds(r))
		}
	}
	return m
}

// check refuses records that the function does not take.
func (m *mapping) check(s gofunc.Shape) {
	fits := func(what string, have, want reflect.Type) {
		if have != want && have != anyLeaf.Elem && !have.AssignableTo(want) {
			mistake("MapWithState", "the %ss are %s, but the function takes %s", what, gofunc.TypeName(have), gofunc.TypeName(want))
		}
	}
	fits("key", s.Key().GoType(), m.key)
	have := s.Value().GoType()
	if m.optional && have != m.value {
		fits("value", have, m.value.Elem())
		return
	}
	m.optional = false
	fits("value", have, m.value)
}

// call calls the function. An invalid value is that of a key that times out. It returns the record made, if there is one.
func (m *mapping) call(t int64, key any, value reflect.Value, state *State) (record any, made bool, err error) {
	args := make([]reflect.Value, 0, 4)
	if m.timed {
		args = append(args, reflect.ValueOf(time.UnixMilli(t)))
	}
	k, err := asType(reflect.ValueOf(key), m.key)
	if err != nil {
		return nil, false, fmt.Errorf("key: %w", err)
	}
	v, err := m.argument(value)
	if err != nil {
		return nil, false, fmt.Errorf("value: %w", err)
	}
	out := m.fn.Call(append(args, k, v, reflect.ValueOf(state)))
	if m.fails && !out[m.results].IsNil() {
		return nil, false, out[m.results].Interface().(error)
	}
	switch {
	case m.results == 0 || m.pointer && out[0].IsNil():
		return nil, false, nil
	case m.pointer:
		return out[0].Elem().Interface(), true, nil
	case m.results == 1:
		return out[0].Interface(), true, nil
	case m.results == 2:
		return Pair{Key: out[0].Interface(), Value: out[1].Interface()}, true, nil
	}
	r := make(Tuple, m.results)
	for i := range r {
		r[i] = out[i].Interface()
	}
	return r, true, nil
}

func (m *mapping) argument(v reflect.Value) (reflect.Value, error) {
	switch {
	case !v.IsValid():
		return reflect.Zero(m.value), nil
	case !m.optional:
		return asType(v, m.value)
	}
	x, err := asType(v, m.value.Elem())
	if err != nil {
		return v, err
	}
	p := reflect.New(m.value.Elem())
	p.Elem().Set(x)
	return p, nil
}
