package interp

import (
	"errors"
	"fmt"
	"go/types"
	"reflect"
	"regexp"
	"strings"

	"gospark/repl/interp/show"
)

// What the shell prints of values.

// shown writes the type and the value of something the user calls name. The text is empty where the
// type says it all.
func (in *Interp) shown(name string, v reflect.Value, t types.Type) (typ, text string) {
	p := show.Printer{
		Name: name, TypeText: in.typeText, TypeOf: in.rep.typeOf,
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

// typeText writes a type for people: a type that a package in scope gives a name of its own, from a package that snippets
// do not know, by that name.
func (in *Interp) typeText(t types.Type) string {
	text := types.TypeString(t, func(p *types.Package) string {
		if in.aliased[p.Path()] != nil {
			return aliasMark + p.Path()
		}
		return in.qualify(p)
	})
	if !strings.Contains(text, aliasMark) {
		return text
	}
	for path, names := range in.aliased {
		for own, name := range names {
			text = regexp.MustCompile(regexp.QuoteMeta(aliasMark+path+"."+own)+`\b`).ReplaceAllLiteralString(text, name)
		}
		text = strings.ReplaceAll(text, aliasMark+path, path[strings.LastIndexByte(path, '/')+1:])
	}
	return text
}

// aliasMark stands before the path of a package with aliased types.
const aliasMark = "\x00"

// aliases finds, by path and name, the types of unknown packages that packages in scope export under another name.
func (in *Interp) aliases() map[string]map[string]string {
	found := map[string]map[string]string{}
	for _, path := range in.config.DotImports {
		for name, v := range in.exports[path] {
			if v.Kind() != reflect.Pointer || !v.IsNil() {
				continue
			}
			t := v.Type().Elem()
			p := t.PkgPath()
			if p == "" || p == path || in.exports[p] != nil || strings.Contains(t.Name(), "[") {
				continue
			}
			if found[p] == nil {
				found[p] = map[string]string{}
			}
			if have := found[p][t.Name()]; have == "" || name < have {
				found[p][t.Name()] = name
			}
		}
	}
	return found
}

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
