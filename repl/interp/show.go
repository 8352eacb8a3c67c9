package interp

import (
	"errors"
	"fmt"
	"go/types"
	"reflect"

	"gospark/repl/interp/show"
)

// What the shell prints of values.

// shown writes the type and the value of something the user calls name. The text is empty where the
// type says it all.
func (in *Interp) shown(name string, v reflect.Value, t types.Type) (typ, text string) {
	p := show.Printer{
		Name: name, Qualify: in.qualify, TypeOf: in.rep.typeOf,
		Open: func(v reflect.Value) (reflect.Value, types.Type) {
			x := in.plain(v.Interface())
			return reflect.ValueOf(unbox(x)), in.dynamicType(x)
		},
		Text: in.ownText,
	}
	return p.Type(v, t), p.Value(v, t)
}

// qualify leaves out the packages whose names are in scope without one.
func (in *Interp) qualify(p *types.Package) string {
	if p.Path() == sessionPath {
		return ""
	}
	for _, path := range in.config.DotImports {
		if p.Path() == path {
			return ""
		}
	}
	return p.Name()
}

// typeText writes a type for people.
func (in *Interp) typeText(t types.Type) string { return types.TypeString(t, in.qualify) }

// ownText calls the method with which a value of a snippet's type says what it is.
func (in *Interp) ownText(v reflect.Value, t types.Type) (text string, ok bool) {
	if !in.interpretedMethods(t) || !v.CanInterface() {
		return "", false
	}
	for _, name := range []string{"ShellString", "Error", "String"} {
		if !in.hasMethod(t, name, reflect.TypeFor[func() string]()) {
			continue
		}
		x := v.Interface()
		if lossy(t) {
			x = Box{in, in.entry(t), x}
		}
		defer func() {
			if r := recover(); r != nil {
				r = in.recovered(r)
				if err, ok := r.(error); ok && errors.Is(err, ErrInterrupted) {
					panic(r)
				}
				text, ok = fmt.Sprintf("(%s panicked: %v)", name, r), true
			}
		}()
		return in.method(x, name).(func() string)(), true
	}
	return "", false
}
