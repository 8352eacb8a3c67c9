package gofunc

import (
	"context"
	"fmt"
	"reflect"
)

// Caller binds a function of a record with one result convertible to R, to be called with boxed records, one at a time.
// want describes the function, with %s for its parameters.
func Caller[R any](op, want string, fn any, in Shape) (func(record any) (R, error), error) {
	want = fmt.Sprintf(want, wantOf(in))
	s, err := bind(op, want, fn, in)
	if err != nil {
		return nil, err
	}
	to := reflect.TypeFor[R]()
	if len(s.results) != 1 || !s.results[0].AssignableTo(to) && !(numeric(to.Kind()) && numeric(s.results[0].Kind())) {
		return nil, wrongShape(op, want, fn)
	}
	return func(record any) (R, error) {
		var zero R
		b := in.NewBatch(1)
		if err := in.Unbox(record, b.Cols, 0); err != nil {
			return zero, err
		}
		b.N = 1
		out, err := s.caller(context.Background()).call(b, 0, 0)
		if err != nil {
			return zero, err
		}
		r, _ := out[0].Convert(to).Interface().(R)
		return r, nil
	}, nil
}

// As is a boxed value as a t: assigned, through a pointer, or a number that t holds without loss.
func As(v any, t reflect.Type) (reflect.Value, error) {
	r := reflect.ValueOf(v)
	if !r.IsValid() {
		return convert(reflect.Zero(anyType), t)
	}
	if numeric(r.Kind()) && numeric(t.Kind()) {
		if c := r.Convert(t); c.Convert(r.Type()).Equal(r) {
			return c, nil
		}
	}
	return convert(r, t)
}
