package interp

import (
	"fmt"
	"go/types"
	"reflect"
)

// Types that refer to each other, and what types are made of.

// structOf makes the compiled type of a declared struct, together with all those it refers to in circles.
func (r *representation) structOf(n *types.Named) reflect.Type {
	n = r.declaredAs(n)
	if rt, ok := r.structs[n]; ok {
		return rt
	}
	circle := r.circle(n)
	if len(circle) == 0 {
		rt := reflect.StructOf(r.fields(n.Underlying().(*types.Struct), r.typeTag(n), r.reflect))
		r.structs[n] = rt
		return rt
	}
	for _, m := range circle {
		r.circular(m, circle)
	}
	for _, m := range circle {
		st := m.Underlying().(*types.Struct)
		for i := range st.NumFields() {
			if mentions(st.Field(i).Type(), circle) {
				setFieldType(r.structs[m], i, r.reflect(st.Field(i).Type()))
			}
		}
	}
	return r.structs[n]
}

// declaredAs returns the one *types.Named kept for all identical instances of a generic type.
func (r *representation) declaredAs(n *types.Named) *types.Named { return r.declared[r.number(n)] }

// circular makes the struct with stand-ins of the same layout in the place of types that are not
// finished; structOf replaces them afterwards.
func (r *representation) circular(n *types.Named, circle []*types.Named) {
	if _, ok := r.structs[n]; ok {
		return
	}
	st := n.Underlying().(*types.Struct)
	var standIn func(t types.Type) reflect.Type
	standIn = func(t types.Type) reflect.Type {
		t = types.Unalias(t)
		if !mentions(t, circle) {
			return r.reflect(t)
		}
		if kindOf(t) == asAny {
			return reflect.TypeFor[any]()
		}
		if m, ok := t.(*types.Named); ok {
			m = r.declaredAs(m)
			if _, isStruct := m.Underlying().(*types.Struct); isStruct {
				r.circular(m, circle)
				return r.structs[m]
			}
		}
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			return reflect.TypeFor[*standInType]()
		case *types.Slice:
			return reflect.TypeFor[[]standInType]()
		case *types.Map:
			return reflect.TypeFor[map[string]standInType]()
		case *types.Chan:
			return reflect.TypeFor[chan standInType]()
		case *types.Signature:
			return reflect.TypeFor[func()]()
		case *types.Array:
			return reflect.ArrayOf(int(u.Len()), standIn(u.Elem()))
		case *types.Struct:
			return reflect.StructOf(r.fields(u, "", standIn))
		}
		panic(unrepresentable{fmt.Sprintf("type %s cannot be used in the interpreter", t)})
	}
	r.structs[n] = reflect.StructOf(r.fields(st, r.typeTag(n), standIn))
}

type standInType struct{}

// circle lists the declared structs that refer to n and are referred to by it, n included; empty
// if n does not refer to itself.
func (r *representation) circle(n *types.Named) []*types.Named {
	reached := r.reach(n)
	var circle []*types.Named
	for _, m := range reached {
		for _, back := range r.reach(m) {
			if back == n {
				circle = append(circle, m)
				break
			}
		}
	}
	return circle
}

// reach lists the declared structs in the fields of n, at any depth.
func (r *representation) reach(n *types.Named) []*types.Named {
	var found []*types.Named
	seen := map[types.Type]bool{}
	var walk func(t types.Type)
	walk = func(t types.Type) {
		t = types.Unalias(t)
		if m, ok := t.(*types.Named); ok {
			if !ofSnippet(m) || kindOf(m) != notIface {
				return
			}
			m = r.declaredAs(m)
			if seen[m] {
				return
			}
			seen[m] = true
			if _, ok := m.Underlying().(*types.Struct); ok {
				found = append(found, m)
			}
			walk(m.Underlying())
			return
		}
		parts(t, walk)
	}
	parts(n.Underlying(), walk)
	return found
}

// mentions reports whether the representation of t involves one of the declared types.
func mentions(t types.Type, declared []*types.Named) bool {
	found := false
	seen := map[types.Type]bool{}
	var walk func(t types.Type)
	walk = func(t types.Type) {
		t = types.Unalias(t)
		if found || seen[t] {
			return
		}
		seen[t] = true
		if n, ok := t.(*types.Named); ok {
			for _, d := range declared {
				if d == n || types.Identical(d, n) {
					found = true
					return
				}
			}
			if ofSnippet(n) && kindOf(n) == notIface {
				walk(n.Underlying())
			}
			return
		}
		parts(t, walk)
	}
	walk(t)
	return found
}

// opaque tells declared types that contain themselves other than through a struct: a function that returns
// its own type, a map of such maps. There is no compiled type for them. They are represented as any, which is
// nil or holds the underlying type, in which they are any again.
func opaque(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || !ofSnippet(n) || kindOf(n) != notIface {
		return false
	}
	if _, isStruct := n.Underlying().(*types.Struct); isStruct {
		return false
	}
	found := false
	seen := map[types.Type]bool{}
	var walk func(t types.Type)
	walk = func(t types.Type) {
		t = types.Unalias(t)
		if m, ok := t.(*types.Named); ok {
			if m == n || types.Identical(m, n) {
				found = true
			}
			if found || !ofSnippet(m) || seen[m] || kindOf(m) != notIface {
				return
			}
			seen[m] = true
			if _, isStruct := m.Underlying().(*types.Struct); !isStruct {
				walk(m.Underlying())
			}
			return
		}
		parts(t, walk)
	}
	walk(n.Underlying())
	return found
}

// parts calls f for the types an unnamed type is made of.
func parts(t types.Type, f func(types.Type)) {
	switch t := t.(type) {
	case *types.Pointer:
		f(t.Elem())
	case *types.Slice:
		f(t.Elem())
	case *types.Array:
		f(t.Elem())
	case *types.Chan:
		f(t.Elem())
	case *types.Map:
		f(t.Key())
		f(t.Elem())
	case *types.Signature:
		for v := range t.Params().Variables() {
			f(v.Type())
		}
		for v := range t.Results().Variables() {
			f(v.Type())
		}
	case *types.Struct:
		for v := range t.Fields() {
			f(v.Type())
		}
	}
}
