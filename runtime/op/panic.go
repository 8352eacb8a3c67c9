package op

import (
	"fmt"
	"reflect"
	"strings"

	"gospark/runtime/plan"
)

// A UserError is a failure inside a user's function: which operation called it and what happened.
type UserError struct {
	Where *plan.Origin // nil if not known
	Value any          // the panic value, or the error returned
	Panic bool
}

func (e *UserError) Error() string {
	text := fmt.Sprint(e.Value)
	if e.Panic {
		text = "panic: " + text
	}
	if e.Where == nil {
		return text
	}
	return e.Where.String() + ": " + text
}

func (e *UserError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// PanicError makes an error of a recovered panic. Interpreted code panics with reflect.Values; the runtime's own errors
// are the user's (an index out of range in their function) as far as anyone can tell.
func PanicError(p any) error {
	if e, ok := p.(*UserError); ok {
		return e
	}
	return &UserError{Value: unwrap(p), Panic: true}
}

func unwrap(p any) any {
	for {
		v, ok := p.(reflect.Value)
		if !ok || !v.IsValid() || !v.CanInterface() {
			break
		}
		p = v.Interface()
	}
	text, ok := p.(string) // as the package reflect panics
	if e, isErr := p.(error); isErr {
		text, ok = e.Error(), true
	}
	if ok && strings.HasPrefix(text, "reflect") {
		if s, known := reflectTexts[text]; known {
			return s
		}
	}
	return p
}

// reflectTexts gives the panics of the interpreter's reflection the words Go has for them.
var reflectTexts = map[string]string{
	"reflect: slice index out of range":                   "runtime error: index out of range",
	"reflect: string index out of range":                  "runtime error: index out of range",
	"reflect: array index out of range":                   "runtime error: index out of range",
	"reflect: call of reflect.Value.Field on zero Value":  "runtime error: invalid memory address or nil pointer dereference",
	"reflect.Value.Call: call of nil function":            "runtime error: call of nil function",
	"reflect: call of reflect.Value.Elem on zero Value":   "runtime error: invalid memory address or nil pointer dereference",
	"reflect: call of reflect.Value.SetInt on zero Value": "runtime error: invalid memory address or nil pointer dereference",
	"reflect: call of reflect.Value.Set on zero Value":    "runtime error: invalid memory address or nil pointer dereference",
	"reflect: call of reflect.Value.Index on zero Value":  "runtime error: index out of range",
	"reflect: call of reflect.Value.Method on zero Value": "runtime error: invalid memory address or nil pointer dereference",
	"reflect: assignment to entry in nil map":             "assignment to entry in nil map",
}

// located names the operation in a panic or error of its user function. Use: defer located(n.Origin, &err).
func located(where *plan.Origin, err *error) {
	if p := recover(); p != nil {
		e, ok := PanicError(p).(*UserError)
		if ok && e.Where == nil {
			e.Where = where
		}
		panic(e)
	}
	if *err == nil {
		return
	}
	if e, ok := (*err).(*UserError); ok && e.Where != nil {
		return
	}
	*err = &UserError{Where: where, Value: *err}
}

// Located runs f and names the operation in its panic or error, unless that names one from below.
func Located(where *plan.Origin, f func() error) (err error) {
	defer located(where, &err)
	return f()
}
