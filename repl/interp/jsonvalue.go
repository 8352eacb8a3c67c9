package interp

import (
	"encoding"
	"encoding/json"
	"fmt"
	"go/types"
	"reflect"
	"strings"
)

// Values of snippets' types as encoding/json is to see them. Fields and tags are there already; what is
// missing are methods: MarshalJSON, MarshalText and their counterparts.

// MarshalJSON writes what is in the box.
func (b Box) MarshalJSON() ([]byte, error) { return json.Marshal(b.in.marshallable(b)) }

// A byMethod is a value that marshals by its own, interpreted, method.
type byMethod struct{ f func() ([]byte, error) }

func (m byMethod) MarshalJSON() ([]byte, error) { return m.f() }

type byText struct{ f func() ([]byte, error) }

func (m byText) MarshalText() ([]byte, error) { return m.f() }

var (
	_ json.Marshaler         = byMethod{}
	_ encoding.TextMarshaler = byText{}
)

// marshallable is the value to marshal instead of x.
func (in *Interp) marshallable(x any) any {
	x = in.plain(x)
	if x == nil {
		return nil
	}
	return in.marshalAs(reflect.ValueOf(unbox(x)), in.dynamicType(x))
}

func (in *Interp) marshalAs(v reflect.Value, t types.Type) any {
	if !in.custom(t, "MarshalJSON", "MarshalText") {
		return v.Interface()
	}
	isNil := v.Kind() == reflect.Pointer && v.IsNil()
	bytesFunc := reflect.TypeFor[func() ([]byte, error)]()
	if !isNil && in.interpretedMethods(t) {
		x := v.Interface()
		if lossy(t) {
			x = in.box(in.entry(t), x)
		}
		if f, ok := in.optional(x, "MarshalJSON", bytesFunc).(func() ([]byte, error)); ok {
			return byMethod{f}
		}
		if f, ok := in.optional(x, "MarshalText", bytesFunc).(func() ([]byte, error)); ok {
			return byText{f}
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		if v.IsNil() {
			return nil
		}
		return in.marshallable(v.Interface())
	case *types.Pointer:
		if v.IsNil() {
			return nil
		}
		return in.marshalAs(v.Elem(), u.Elem())
	case *types.Slice:
		if v.IsNil() {
			return nil
		}
		return in.marshalList(v, u.Elem())
	case *types.Array:
		return in.marshalList(v, u.Elem())
	case *types.Map:
		if v.IsNil() {
			return nil
		}
		return in.marshalMap(v, u)
	case *types.Struct:
		return in.marshalStruct(v, u)
	}
	return v.Interface()
}

func (in *Interp) marshalMap(v reflect.Value, m *types.Map) any {
	keyType := v.Type().Key()
	byText := in.custom(m.Key(), "MarshalText") && keyType.Kind() != reflect.String // which encoding/json takes as it is
	if byText {
		keyType = reflect.TypeFor[string]()
	}
	out := reflect.MakeMap(reflect.MapOf(keyType, reflect.TypeFor[any]()))
	for _, k := range v.MapKeys() {
		value := asAnyValue(in.marshalAs(v.MapIndex(k), m.Elem()))
		if byText {
			k = in.textKey(k, m.Key())
		}
		out.SetMapIndex(k, value)
	}
	return out.Interface()
}

// textKey is a key that marshals itself, as text.
func (in *Interp) textKey(k reflect.Value, t types.Type) reflect.Value {
	var text string
	b, err := json.Marshal(in.marshalAs(k, t))
	if err == nil {
		err = json.Unmarshal(b, &text)
	}
	if err != nil {
		panic(unrepresentable{fmt.Sprintf("a map with keys of type %s cannot be marshalled in the shell: %v", typeName(t), err)})
	}
	return reflect.ValueOf(text)
}

func asAnyValue(x any) reflect.Value {
	v := reflect.New(reflect.TypeFor[any]()).Elem()
	if x != nil {
		v.Set(reflect.ValueOf(x))
	}
	return v
}

func (in *Interp) marshalList(v reflect.Value, elem types.Type) any {
	out := make([]any, v.Len())
	for i := range out {
		out[i] = in.marshalAs(v.Index(i), elem)
	}
	return out
}

// marshalStruct copies a struct into one whose fields with methods are replaced.
func (in *Interp) marshalStruct(v reflect.Value, st *types.Struct) any {
	rt := v.Type()
	fields := make([]reflect.StructField, 0, rt.NumField())
	values := make([]reflect.Value, 0, rt.NumField())
	for i := range st.NumFields() {
		f, value := rt.Field(i), v.Field(i)
		if in.custom(st.Field(i).Type(), "MarshalJSON", "MarshalText") && f.Tag.Get("json") != "-" {
			if f.Anonymous {
				if value.Kind() == reflect.Pointer && value.IsNil() {
					continue
				}
				value = reflect.ValueOf(in.marshalAs(value, st.Field(i).Type()))
				fields = append(fields, reflect.StructField{Name: f.Name, Type: value.Type(), Tag: f.Tag, Anonymous: true})
				values = append(values, value)
				continue
			}
			_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if strings.Contains(options, "omitempty") && isEmpty(value) || strings.Contains(options, "omitzero") && value.IsZero() {
				continue
			}
			value = asAnyValue(in.marshalAs(value, st.Field(i).Type()))
			f.Type = value.Type()
		}
		fields = append(fields, reflect.StructField{Name: f.Name, Type: f.Type, Tag: f.Tag, Anonymous: f.Anonymous})
		values = append(values, value)
	}
	out := reflect.New(reflect.StructOf(fields)).Elem()
	for i, value := range values {
		out.Field(i).Set(value)
	}
	return out.Interface()
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// custom reports whether a snippet's type with one of the methods is part of t.
func (in *Interp) custom(t types.Type, methods ...string) bool {
	found := false
	seen := map[types.Type]bool{}
	var walk func(types.Type)
	walk = func(t types.Type) {
		t = types.Unalias(t)
		if found || seen[t] {
			return
		}
		seen[t] = true
		n, ok := t.(*types.Named)
		if ok && !ofSnippet(n) {
			return
		}
		if ok {
			in.mu.RLock()
			for _, m := range methods {
				if obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, packageOf(t), m); obj != nil {
					if _, isFunc := obj.(*types.Func); isFunc {
						found = true
					}
				}
			}
			in.mu.RUnlock()
			t = n.Underlying()
		}
		if it, ok := t.(*types.Interface); ok && it.NumMethods() == 0 {
			found = found || methods[0] == "MarshalJSON" // it may hold one
			return
		}
		parts(t, walk)
	}
	walk(t)
	return found
}
