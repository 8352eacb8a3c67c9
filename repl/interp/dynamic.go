package interp

import (
	"fmt"
	"go/types"
	"os"
	"reflect"
	"strings"
	"sync"
)

// What interpreted code cannot do with interfaces itself: telling dynamic types apart, finding
// methods, and posing as a compiled interface.

// A Box is a value in an interface whose compiled type does not say what it is: a Level that is an
// int in memory. Boxes of equal type and value are equal, and print as the value does.
type Box struct {
	in *Interp
	id int
	V  any
}

// dynamics is the table of types that compiled support code is asked about.
type dynamics struct {
	mu      sync.RWMutex
	types   []types.Type
	byName  map[string][]int
	answers sync.Map // answer: bool
	binders sync.Map // binding: func(any) any
	wrapped sync.Map // reflect.Type: true, of wrapper structs made here
}

type answer struct {
	rt reflect.Type
	id int
}

type binding struct {
	id     int
	method string
}

// entry is the number of a type in the table.
func (in *Interp) entry(t types.Type) int {
	d := &in.dyn
	d.mu.Lock()
	defer d.mu.Unlock()
	name := types.TypeString(t, nil)
	for _, id := range d.byName[name] {
		if types.Identical(d.types[id], t) {
			return id
		}
	}
	d.types = append(d.types, t)
	id := len(d.types) - 1
	if d.byName == nil {
		d.byName = map[string][]int{}
	}
	d.byName[name] = append(d.byName[name], id)
	return id
}

func (in *Interp) typeAt(id int) types.Type {
	in.dyn.mu.RLock()
	defer in.dyn.mu.RUnlock()
	return in.dyn.types[id]
}

func (in *Interp) box(id int, v any) any { return Box{in, id, v} }

func unbox(x any) any {
	if b, ok := x.(Box); ok {
		return b.V
	}
	return x
}

// plain undoes the wrapping of an interpreted value in a compiled interface.
func (in *Interp) plain(x any) any {
	switch v := x.(type) {
	case nil, Box:
		return x
	case interpretedError:
		return v.value()
	case outlet:
		return v.file
	case inlet:
		return v.file
	}
	rt := reflect.TypeOf(x)
	if _, ok := in.dyn.wrapped.Load(rt); ok {
		return reflect.ValueOf(x).Field(0).Interface()
	}
	return x
}

// dynamicType is the type of the value in an interface, nil for a nil interface.
func (in *Interp) dynamicType(x any) types.Type {
	switch v := x.(type) {
	case nil:
		return nil
	case Box:
		return in.typeAt(v.id)
	}
	return in.rep.typeOf(reflect.TypeOf(x))
}

// is reports whether x holds, or implements, the type.
func (in *Interp) is(id int, x any) bool {
	x = in.plain(x)
	if x == nil {
		return false
	}
	if b, ok := x.(Box); ok {
		return b.id == id || in.conforms(in.typeAt(b.id), in.typeAt(id))
	}
	key := answer{reflect.TypeOf(x), id}
	if yes, ok := in.dyn.answers.Load(key); ok {
		return yes.(bool)
	}
	yes := in.conforms(in.rep.typeOf(key.rt), in.typeAt(id))
	if kindOf(in.typeAt(id)) == notIface { // methods may be added later
		in.dyn.answers.Store(key, yes)
	}
	return yes
}

func (in *Interp) conforms(dynamic, t types.Type) bool {
	if it, ok := t.Underlying().(*types.Interface); ok {
		in.mu.RLock()
		defer in.mu.RUnlock()
		return types.Implements(dynamic, it)
	}
	return types.Identical(dynamic, t)
}

// must panics as Go does when x, of the given static type, is not of the type.
func (in *Interp) must(id, static int, x any) {
	if in.is(id, x) {
		return
	}
	t := in.typeAt(id)
	want := qualified(t)
	it, toInterface := t.Underlying().(*types.Interface)
	switch {
	case x == nil && toInterface:
		panic(runtimeError("interface conversion: interface is nil, not " + want))
	case x == nil:
		panic(runtimeError("interface conversion: " + qualified(in.typeAt(static)) + " is nil, not " + want))
	}
	dynamic := in.dynamicType(in.plain(x))
	if toInterface {
		name := ""
		if missing, _ := types.MissingMethod(dynamic, it, true); missing != nil {
			name = missing.Name()
		}
		panic(runtimeError(fmt.Sprintf("interface conversion: %s is not %s: missing method %s", qualified(dynamic), want, name)))
	}
	if qualified(dynamic) == want {
		want += " (types from different scopes)"
	}
	panic(runtimeError(fmt.Sprintf("interface conversion: %s is %s, not %s", qualified(in.typeAt(static)), qualified(dynamic), want)))
}

// method returns the method of the value in x as a function.
func (in *Interp) method(x any, name string) any {
	in.deep() // a String method may print its receiver
	x = in.plain(x)
	if x == nil {
		panic(nilDereference)
	}
	t := in.dynamicType(x)
	if !in.interpretedMethods(t) {
		return reflect.ValueOf(unbox(x)).MethodByName(name).Interface()
	}
	return in.binderOf(t, name)(x)
}

func (in *Interp) binderOf(t types.Type, name string) func(any) any {
	key := binding{in.entry(t), name}
	if f, ok := in.dyn.binders.Load(key); ok {
		return f.(func(any) any)
	}
	f, err := in.compileBinder(t, name)
	if err != nil {
		panic(err)
	}
	in.dyn.binders.Store(key, f)
	return f
}

func (in *Interp) compileBinder(t types.Type, name string) (f func(any) any, err error) {
	in.emitting.Lock()
	defer in.emitting.Unlock()
	defer func() {
		if r := recover(); r != nil {
			u, ok := r.(unrepresentable)
			if !ok {
				panic(r)
			}
			err = u
		}
	}()
	u := in.newUnit()
	u.put(u.binder(t, name, packageOf(t)))
	values, err := u.load()
	if err != nil {
		return nil, err
	}
	return values[0].(func(any) any), nil
}

func packageOf(t types.Type) *types.Package {
	if n, ok := types.Unalias(deref(t)).(*types.Named); ok && n.Obj().Pkg() != nil {
		return n.Obj().Pkg()
	}
	return sessionPackage
}

// interpretedMethods reports whether the methods of a type are interpreted: it was declared in a
// snippet, or is a struct that embeds something.
func (in *Interp) interpretedMethods(t types.Type) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return ofSnippet(n)
	}
	_, isStruct := t.(*types.Struct)
	return isStruct
}

// hasMethod looks for an interpreted method with the given signature in the value's type.
func (in *Interp) hasMethod(t types.Type, name string, sig reflect.Type) bool {
	if t == nil || !in.interpretedMethods(t) {
		return false
	}
	in.mu.RLock()
	obj, _, _ := types.LookupFieldOrMethod(t, false, packageOf(t), name)
	in.mu.RUnlock()
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	rt, err := in.rep.reflectType(bare(fn.Type().(*types.Signature)))
	return err == nil && rt == sig
}

// iface makes a value of a compiled interface type.
func (in *Interp) iface(id int, x any) any {
	t := in.typeAt(id)
	x = in.plain(x)
	if f, ok := x.(*os.File); ok {
		return in.standard(id, f)
	}
	if dynamic := in.dynamicType(x); !in.interpretedMethods(dynamic) {
		return unbox(x)
	}
	if types.Identical(t, errorType) {
		return in.err(x)
	}
	wrapper, ok := in.wrapperOf(t)
	if !ok {
		panic(unrepresentable{fmt.Sprintf("values from snippets cannot be used as %s", qualified(t))})
	}
	in.dyn.wrapped.Store(wrapper, true)
	w := reflect.New(wrapper).Elem()
	w.Field(0).Set(reflect.ValueOf(x))
	for i := 1; i < wrapper.NumField(); i++ {
		name := strings.TrimPrefix(wrapper.Field(i).Name, "W")
		w.Field(i).Set(reflect.ValueOf(in.method(x, name)))
	}
	return w.Interface()
}

// wrapperOf finds the struct that poses as a compiled interface: _Reader{IValue any; WRead func(...)...}.
func (in *Interp) wrapperOf(t types.Type) (reflect.Type, bool) {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return nil, false
	}
	v, ok := in.exports[n.Obj().Pkg().Path()]["_"+n.Obj().Name()]
	if !ok || v.Kind() != reflect.Pointer || v.Type().Elem().Kind() != reflect.Struct {
		return nil, false
	}
	return v.Type().Elem(), true
}

// involvesSnippet reports whether a type was declared in a snippet or is made of such types.
func (in *Interp) involvesSnippet(t types.Type) bool {
	found := false
	seen := map[types.Type]bool{}
	var walk func(types.Type)
	walk = func(t types.Type) {
		t = types.Unalias(t)
		if found || seen[t] {
			return
		}
		seen[t] = true
		if n, ok := t.(*types.Named); ok {
			found = found || ofSnippet(n)
			return
		}
		parts(t, walk)
	}
	walk(t)
	return found
}

// equal compares two values as the interfaces they are in Go.
func (in *Interp) equal(a, b any) bool { return in.plain(a) == in.plain(b) }
