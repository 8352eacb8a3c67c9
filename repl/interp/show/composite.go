package show

import (
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Composite literals.

// composite writes what follows the type in a composite literal.
func (w *writer) composite(v reflect.Value, t types.Type, depth int) {
	if depth >= maxDepth {
		w.put("{...}")
		return
	}
	if id, ok := identity(v); ok {
		if w.path[id] {
			w.put("(cycle)")
			return
		}
		w.path[id] = true
		defer delete(w.path, id)
	}
	switch v.Kind() {
	case reflect.Pointer:
		w.pointer(v, t, depth)
	case reflect.Slice, reflect.Array:
		w.list(v, t, depth)
	case reflect.Map:
		w.mapping(v, t, depth)
	case reflect.Struct:
		w.structure(v, t, depth)
	}
}

// identity tells a value that can contain itself from others of its kind.
func identity(v reflect.Value) (visit, bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map:
		return visit{v.Pointer(), 0, v.Type()}, true
	case reflect.Slice:
		return visit{v.Pointer(), v.Len(), v.Type()}, v.Len() > 0
	}
	return visit{}, false
}

func (w *writer) pointer(v reflect.Value, t types.Type, depth int) {
	w.put("&")
	w.value(v.Elem(), w.elemType(v, t), depth+1)
}

// elemType is the static type of the elements of v, or what their compiled type says where t does
// not go with it.
func (w *writer) elemType(v reflect.Value, t types.Type) types.Type {
	if c, ok := t.Underlying().(interface{ Elem() types.Type }); ok {
		return c.Elem()
	}
	return w.TypeOf(v.Type().Elem())
}

// element writes an element, key or value of a composite: its type is elided where Go allows it.
func (w *writer) element(v reflect.Value, t types.Type, depth int) {
	if s, own := w.ownText(v, t); own {
		w.put(s)
		return
	}
	switch {
	case v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().Kind() == reflect.Struct:
		w.structPointer(v, t, depth)
	case v.Kind() == reflect.Struct, v.Kind() == reflect.Array, (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && !v.IsNil():
		w.composite(v, t, depth)
	default:
		w.value(v, t, depth)
	}
}

func (w *writer) structPointer(v reflect.Value, t types.Type, depth int) {
	elem := w.elemType(v, t)
	if s, own := w.ownText(v.Elem(), elem); own {
		w.put("&" + s)
		return
	}
	id, _ := identity(v)
	if w.path[id] {
		w.put("(cycle)")
		return
	}
	w.path[id] = true
	defer delete(w.path, id)
	w.put("&")
	w.composite(v.Elem(), elem, depth)
}

func (w *writer) list(v reflect.Value, t types.Type, depth int) {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && v.Len() > 0 && isText(v.Bytes()) {
		// []byte("text") where the type is the prefix already
		w.put("(")
		w.quote(string(v.Bytes()))
		w.put(")")
		return
	}
	elem := w.elemType(v, t)
	w.put("{")
	for i := 0; i < v.Len() && !w.full(); i++ {
		if i > 0 {
			w.put(", ")
		}
		w.element(v.Index(i), elem, depth+1)
	}
	w.put("}")
}

// isText reports whether bytes are better shown as a string.
func isText(b []byte) bool {
	if len(b) > 4096 {
		b = b[:4096]
		for len(b) > 0 && !utf8.RuneStart(b[len(b)-1]) {
			b = b[:len(b)-1]
		}
		b = b[:len(b)-1]
	}
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 || !strconv.IsPrint(r) && !strings.ContainsRune("\n\r\t", r) {
			return false
		}
		b = b[n:]
	}
	return true
}

func (w *writer) mapping(v reflect.Value, t types.Type, depth int) {
	elem := w.elemType(v, t)
	key := w.TypeOf(v.Type().Key())
	if m, ok := t.Underlying().(*types.Map); ok {
		key = m.Key()
	}
	keys := v.MapKeys()
	slices.SortStableFunc(keys, compareKeys)
	w.put("{")
	for i, k := range keys {
		if w.full() {
			break
		}
		if i > 0 {
			w.put(", ")
		}
		w.element(k, key, depth+1)
		w.put(": ")
		e := v.MapIndex(k)
		if !e.IsValid() { // removed meanwhile, or a NaN
			w.put("?")
			continue
		}
		w.element(e, elem, depth+1)
	}
	w.put("}")
}

// structure writes the fields of a struct. Of a compiled one the unexported ones are left out.
func (w *writer) structure(v reflect.Value, t types.Type, depth int) {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		w.put("{...}")
		return
	}
	w.put("{")
	wrote, hidden := false, false
	for i := 0; i < st.NumFields() && i < v.NumField() && !w.full(); i++ {
		f := v.Field(i)
		if !f.CanInterface() {
			hidden = true
			continue
		}
		if wrote {
			w.put(", ")
		}
		wrote = true
		w.put(st.Field(i).Name() + ": ")
		w.value(f, st.Field(i).Type(), depth+1)
	}
	if hidden {
		if wrote {
			w.put(", ")
		}
		w.put("...")
	}
	w.put("}")
}
