package interp

import (
	"errors"
	"fmt"
	"go/types"
	"reflect"
)

// Errors whose methods are interpreted.

// An interpretedError is an error whose methods are interpreted. It is comparable, as the value in it
// is.
type interpretedError interface {
	error
	value() any
}

type errorValue struct {
	in *Interp
	v  any
}

func (e errorValue) value() any { return e.v }

func (e errorValue) Error() string { return e.in.method(e.v, "Error").(func() string)() }

func (e errorValue) Is(target error) bool {
	if f, ok := e.in.optional(e.v, "Is", reflect.TypeFor[func(error) bool]()).(func(error) bool); ok {
		return f(target)
	}
	return false
}

func (e errorValue) As(target any) bool {
	if f, ok := e.in.optional(e.v, "As", reflect.TypeFor[func(any) bool]()).(func(any) bool); ok {
		return f(target)
	}
	return false
}

func (e errorValue) Unwrap() error {
	if f, ok := e.in.optional(e.v, "Unwrap", reflect.TypeFor[func() error]()).(func() error); ok {
		return f()
	}
	return nil
}

func (e errorValue) Format(s fmt.State, verb rune) { e.in.format(s, verb, e.v) }

// joinedError is an error that wraps several.
type joinedError struct{ errorValue }

func (e joinedError) Unwrap() []error {
	return e.in.method(e.v, "Unwrap").(func() []error)()
}

var (
	_ interpretedError = errorValue{}
	_ interpretedError = joinedError{}
)

// optional returns a method if the value has it with that signature, else nil.
func (in *Interp) optional(x any, name string, sig reflect.Type) any {
	if !in.hasMethod(in.dynamicType(x), name, sig) {
		return nil
	}
	return in.method(x, name)
}

// err makes an error of any value that is one.
func (in *Interp) err(x any) error {
	x = in.plain(x)
	if x == nil {
		return nil
	}
	if !in.interpretedMethods(in.dynamicType(x)) {
		return unbox(x).(error)
	}
	if in.hasMethod(in.dynamicType(x), "Unwrap", reflect.TypeFor[func() []error]()) {
		return joinedError{errorValue{in, x}}
	}
	return errorValue{in, x}
}

// errorsAs is errors.As for targets of interpreted types as well.
func (in *Interp) errorsAs(err error, target any) bool {
	if target == nil {
		panic("errors: target cannot be nil")
	}
	t := in.dynamicType(target)
	ptr, ok := t.Underlying().(*types.Pointer)
	if !ok || reflect.ValueOf(unbox(target)).IsNil() {
		panic("errors: target must be a non-nil pointer")
	}
	want := ptr.Elem()
	if !in.involvesSnippet(want) {
		return errors.As(err, unbox(target))
	}
	id := in.entry(want)
	to := reflect.ValueOf(unbox(target)).Elem()
	var search func(err error) bool
	search = func(err error) bool {
		for err != nil {
			raw := in.plain(err)
			if in.is(id, raw) {
				if kindOf(want) == notIface {
					raw = unbox(raw)
				}
				to.Set(reflect.ValueOf(raw))
				return true
			}
			if x, ok := err.(interface{ As(any) bool }); ok && x.As(target) {
				return true
			}
			switch x := err.(type) {
			case interface{ Unwrap() error }:
				err = x.Unwrap()
			case interface{ Unwrap() []error }:
				for _, e := range x.Unwrap() {
					if search(e) {
						return true
					}
				}
				return false
			default:
				return false
			}
		}
		return false
	}
	return search(err)
}
