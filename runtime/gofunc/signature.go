package gofunc

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
)

var (
	errorType   = reflect.TypeFor[error]()
	contextType = reflect.TypeFor[context.Context]()
	anySlice    = reflect.TypeFor[[]any]()
)

// A signature is a user function bound to the shape of its argument record.
type signature struct {
	op      string // the method's name, for errors
	fn      reflect.Value
	ctx     bool // takes a leading context.Context
	params  []param
	results []reflect.Type // without the trailing error
	fails   bool           // has a trailing error result
}

// A param is how one parameter is made from columns.
type param struct {
	t     reflect.Type
	shape Shape
	col   int // of its first column
}

// wrongShape is the error of a function that does not fit, in Spark's manner: what is wanted, what was given.
func wrongShape(op, want string, fn any) *condition.Error {
	have := "nil"
	if t := reflect.TypeOf(fn); t != nil {
		have = TypeName(t)
	}
	return condition.New("", "", "%s: want %s, have %s", op, want, have)
}

// bind checks that fn takes a record of the shape. The parameters may be the record's columns one by one (a pair's key
// and value), its parts, or the whole record.
func bind(op, want string, fn any, in Shape) (*signature, error) {
	v := reflect.ValueOf(fn)
	if fn == nil || v.Kind() != reflect.Func || v.IsNil() || v.Type().IsVariadic() {
		return nil, wrongShape(op, want, fn)
	}
	t := v.Type()
	s := &signature{op: op, fn: v}
	first := 0
	if t.NumIn() > 0 && t.In(0) == contextType {
		s.ctx, first = true, 1
	}
	for i := range t.NumOut() {
		if i == t.NumOut()-1 && t.Out(i) == errorType {
			s.fails = true
			break
		}
		s.results = append(s.results, t.Out(i))
	}
	for i := range t.NumIn() {
		if strings.Contains(t.In(i).String(), "interp.valueInterface") {
			return nil, unusable(op)
		}
	}
	for i := range t.NumOut() {
		if strings.Contains(t.Out(i).String(), "interp.valueInterface") {
			return nil, unusable(op)
		}
	}
	ins := make([]reflect.Type, 0, t.NumIn())
	for i := first; i < t.NumIn(); i++ {
		ins = append(ins, t.In(i))
	}
	for _, parts := range [][]Shape{{in}, in.Parts, in.Leaves()} {
		if ps, ok := match(ins, parts); ok {
			s.params = ps
			return s, nil
		}
	}
	return nil, wrongShape(op, want, fn)
}

func unusable(op string) error {
	return condition.New("", "", "%s: a parameter or result of an interface type declared at the prompt cannot cross into the engine", op).
		WithFix("use a struct type, or any")
}

func match(ins []reflect.Type, parts []Shape) ([]param, bool) {
	if len(ins) == 0 || len(ins) != len(parts) {
		return nil, false
	}
	ps := make([]param, len(ins))
	col := 0
	for i, t := range ins {
		if !accepts(t, parts[i]) {
			return nil, false
		}
		ps[i] = param{t: t, shape: parts[i], col: col}
		col += parts[i].Width()
	}
	return ps, true
}

// accepts says whether a parameter of type t takes values of the shape. A column of `any` is checked value by value, one of
// slices of it element by element.
func accepts(t reflect.Type, s Shape) bool {
	g := s.GoType()
	switch {
	case g == t || g == anyType || g.AssignableTo(t):
		return true
	case s.Optional && t.Kind() == reflect.Pointer && t.Elem() == g:
		return true
	case g == anySlice && t.Kind() == reflect.Slice:
		return true
	}
	return false
}

// direct says whether every parameter is exactly one column of its own type without nulls, so that a typed loop may run.
func (s *signature) direct() bool {
	if s.ctx || s.fails {
		return false
	}
	for _, p := range s.params {
		if p.shape.IsTuple() || p.shape.Optional || p.shape.Elem != p.t {
			return false
		}
	}
	return true
}

// wantOf names the parameters a function over the shape takes, for error messages.
func wantOf(in Shape) string {
	if in.IsTuple() {
		return strings.TrimSuffix(strings.TrimPrefix(in.String(), "("), ")")
	}
	return in.String()
}

// A caller calls a function row by row through reflection, with its own scratch space: one per task.
type caller struct {
	sig  *signature
	args []reflect.Value
}

func (s *signature) caller(ctx context.Context) *caller {
	c := &caller{sig: s}
	if s.ctx {
		c.args = append(c.args, reflect.ValueOf(ctx))
	}
	c.args = append(c.args, make([]reflect.Value, len(s.params))...)
	return c
}

// call runs the function on a row whose record starts at column base.
func (c *caller) call(b *batch.Batch, row, base int) ([]reflect.Value, error) {
	at := len(c.args) - len(c.sig.params)
	for i, p := range c.sig.params {
		v, err := p.value(b, row, base)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.sig.op, err)
		}
		c.args[at+i] = v
	}
	out := c.sig.fn.Call(c.args)
	if c.sig.fails {
		if e := out[len(out)-1]; !e.IsNil() {
			return nil, e.Interface().(error)
		}
		out = out[:len(out)-1]
	}
	return out, nil
}

func (p param) value(b *batch.Batch, row, base int) (reflect.Value, error) {
	if p.shape.IsTuple() {
		return reflect.ValueOf(p.shape.Box(b, row, base+p.col)), nil
	}
	c := b.Cols[base+p.col]
	if c.Null(row) {
		switch p.t.Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.Func, reflect.Chan:
			return reflect.Zero(p.t), nil
		}
		return reflect.Value{}, fmt.Errorf("the value is missing (an outer join had no match) and a parameter of type %s cannot be; take *%s or any", TypeName(p.t), TypeName(p.t))
	}
	v := c.Values().Index(row)
	if v.Type() == p.t {
		return v, nil
	}
	return convert(v, p.t)
}

// convert makes v usable as a t: through an interface, or as a pointer to it.
func convert(v reflect.Value, t reflect.Type) (reflect.Value, error) {
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			switch t.Kind() {
			case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.Func, reflect.Chan:
				return reflect.Zero(t), nil
			}
			return v, fmt.Errorf("want a %s, have nil", TypeName(t))
		}
		if t.Kind() != reflect.Interface {
			v = v.Elem()
		}
	}
	switch {
	case v.Type() == t:
		return v, nil
	case v.Type().AssignableTo(t):
		return v.Convert(t), nil
	case t.Kind() == reflect.Pointer && t.Elem() == v.Type():
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		return p, nil
	case t.Kind() == reflect.Slice && v.Type() == anySlice:
		s := reflect.MakeSlice(t, v.Len(), v.Len())
		for i := range v.Len() {
			e, err := convert(v.Index(i), t.Elem())
			if err != nil {
				return v, err
			}
			s.Index(i).Set(e)
		}
		return s, nil
	}
	return v, fmt.Errorf("want a %s, have %s", TypeName(t), TypeName(v.Type()))
}
