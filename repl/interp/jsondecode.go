package interp

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"go/types"
	"reflect"
)

// Unmarshalling into values with parts that unmarshal themselves by an interpreted method. Those are kept as raw JSON
// while encoding/json decodes what is around them.

// A decoding is one such value being decoded, by the rules of the decoder it came from.
type decoding struct {
	in              *Interp
	number, unknown bool // UseNumber, DisallowUnknownFields
}

// unmarshal is json.Unmarshal.
func (in *Interp) unmarshal(b []byte, x any) error {
	return in.jsonError(in.decode(b, x, func(b []byte, x any) error { return json.Unmarshal(b, x) }, decoding{in: in}), x)
}

// decodeNext is (*json.Decoder).Decode.
func (in *Interp) decodeNext(d *json.Decoder, x any) error {
	if t := in.dynamicType(x); t == nil || !in.custom(t, "UnmarshalJSON", "UnmarshalText") {
		return in.jsonError(d.Decode(unbox(x)), x)
	}
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return err
	}
	how := decoding{in: in}
	if state := reflect.ValueOf(d).Elem().FieldByName("d"); state.Kind() == reflect.Struct {
		for name, to := range map[string]*bool{"useNumber": &how.number, "disallowUnknownFields": &how.unknown} {
			if f := state.FieldByName(name); f.Kind() == reflect.Bool {
				*to = f.Bool()
			}
		}
	}
	return in.jsonError(in.decode(raw, x, how.plainly, how), x)
}

// A namedType is the compiled type of a snippet's type under the snippet's name.
type namedType struct {
	reflect.Type
	name string
}

func (t namedType) String() string { return t.name }

// jsonError names the types in an error as the snippet does.
func (in *Interp) jsonError(err error, x any) error {
	var mismatch *json.UnmarshalTypeError
	var target *json.InvalidUnmarshalError
	switch {
	case errors.As(err, &mismatch):
		if mismatch.Type.PkgPath() == "" {
			mismatch.Type = namedType{mismatch.Type, qualified(in.rep.typeOf(mismatch.Type))}
		}
		if mismatch.Type.Kind() == reflect.Struct || mismatch.Field == "" || mismatch.Struct != "" {
			break
		}
		if n, ok := types.Unalias(deref(in.dynamicType(x))).(*types.Named); ok {
			mismatch.Struct = n.Obj().Name()
		}
	case errors.As(err, &target) && target.Type != nil:
		target.Type = namedType{target.Type, qualified(in.dynamicType(x))}
	}
	return err
}

func (in *Interp) decode(b []byte, x any, plainly func([]byte, any) error, d decoding) error {
	t := in.dynamicType(x)
	if t == nil || !in.custom(t, "UnmarshalJSON", "UnmarshalText") {
		return plainly(b, unbox(x))
	}
	v := reflect.ValueOf(unbox(x))
	p, ok := t.Underlying().(*types.Pointer)
	if !ok || v.IsNil() || !json.Valid(b) {
		return plainly(b, unbox(x)) // which says what is wrong
	}
	return d.into(bytes.TrimSpace(b), v.Elem(), p.Elem())
}

func (d decoding) plainly(b []byte, x any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if d.number {
		dec.UseNumber()
	}
	if d.unknown {
		dec.DisallowUnknownFields()
	}
	return dec.Decode(x)
}

// into decodes into an addressable value of type t.
func (d decoding) into(b []byte, v reflect.Value, t types.Type) error {
	if !d.in.custom(t, "UnmarshalJSON", "UnmarshalText") {
		return d.plainly(b, v.Addr().Interface())
	}
	null := string(b) == "null"
	if p, ok := t.Underlying().(*types.Pointer); ok {
		if null {
			v.SetZero()
			return nil
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return d.into(b, v.Elem(), p.Elem())
	}
	if done, err := d.byMethod(b, v, t); done {
		return err
	}
	if null {
		switch v.Kind() {
		case reflect.Slice, reflect.Map, reflect.Interface:
			v.SetZero()
		}
		return nil
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return d.structure(b, v, u)
	case *types.Map:
		return d.mapping(b, v, u)
	case *types.Slice:
		var raw []json.RawMessage
		if err := d.plainly(b, &raw); err != nil {
			return err
		}
		v.Set(reflect.MakeSlice(v.Type(), len(raw), len(raw)))
		return d.list(raw, v, u.Elem())
	case *types.Array:
		var raw []json.RawMessage
		if err := d.plainly(b, &raw); err != nil {
			return err
		}
		v.SetZero()
		return d.list(raw[:min(len(raw), v.Len())], v, u.Elem())
	}
	return d.plainly(b, v.Addr().Interface())
}

// byMethod decodes by the method of the value, if it has one.
func (d decoding) byMethod(b []byte, v reflect.Value, t types.Type) (done bool, err error) {
	if !d.in.interpretedMethods(t) {
		return false, nil
	}
	x, ptr := v.Addr().Interface(), types.NewPointer(t)
	if lossy(ptr) {
		x = d.in.box(d.in.entry(ptr), x)
	}
	sig := reflect.TypeFor[func([]byte) error]()
	if f, ok := d.in.optional(x, "UnmarshalJSON", sig).(func([]byte) error); ok {
		return true, f(b)
	}
	f, ok := d.in.optional(x, "UnmarshalText", sig).(func([]byte) error)
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(b, &byTextFrom{f})
}

func (d decoding) list(raw []json.RawMessage, v reflect.Value, elem types.Type) error {
	for i, b := range raw {
		if err := d.into(b, v.Index(i), elem); err != nil {
			return err
		}
	}
	return nil
}

// structure decodes into a struct like v in which the parts that decode themselves are raw.
func (d decoding) structure(b []byte, v reflect.Value, st *types.Struct) error {
	around := reflect.New(d.around(v.Type(), st)).Elem()
	d.fill(around, v, st)
	err := d.plainly(b, around.Addr().Interface())
	if taken := d.take(around, v, st); err == nil {
		err = taken
	}
	return err
}

var rawType = reflect.TypeFor[json.RawMessage]()

// around is the type of the struct that encoding/json decodes into.
func (d decoding) around(rt reflect.Type, st *types.Struct) reflect.Type {
	fields := make([]reflect.StructField, st.NumFields())
	for i := range fields {
		f, t := rt.Field(i), st.Field(i).Type()
		fields[i] = reflect.StructField{Name: f.Name, Type: f.Type, Tag: f.Tag, Anonymous: f.Anonymous}
		if !d.in.custom(t, "UnmarshalJSON", "UnmarshalText") || f.Tag.Get("json") == "-" {
			continue
		}
		fields[i].Type = rawType
		if inner, ok := t.Underlying().(*types.Struct); ok && f.Anonymous {
			fields[i].Type = d.around(f.Type, inner)
		} else if f.Anonymous {
			panic(unrepresentable{fmt.Sprintf("embedded field %s points to parts that unmarshal themselves, which does not work in the shell: give it a name", st.Field(i).Name())})
		}
	}
	return reflect.StructOf(fields)
}

// fill copies what is there already into the fields that are not raw.
func (d decoding) fill(around, v reflect.Value, st *types.Struct) {
	for i := range st.NumFields() {
		switch f := around.Field(i); f.Type() {
		case v.Field(i).Type():
			f.Set(v.Field(i))
		case rawType:
		default:
			d.fill(f, v.Field(i), st.Field(i).Type().Underlying().(*types.Struct))
		}
	}
}

// take copies the fields back, and decodes those that are raw.
func (d decoding) take(around, v reflect.Value, st *types.Struct) (err error) {
	for i := range st.NumFields() {
		f, t := around.Field(i), st.Field(i).Type()
		var failed error
		switch f.Type() {
		case v.Field(i).Type():
			v.Field(i).Set(f)
		case rawType:
			if f.Bytes() != nil && err == nil {
				failed = d.into(f.Bytes(), v.Field(i), t)
			}
		default:
			failed = d.take(f, v.Field(i), t.Underlying().(*types.Struct))
		}
		if err == nil {
			err = failed
		}
	}
	return err
}

func (d decoding) mapping(b []byte, v reflect.Value, m *types.Map) error {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	keyType := v.Type().Key()
	byText := d.in.custom(m.Key(), "UnmarshalText")
	if byText {
		keyType = reflect.TypeFor[string]()
	}
	raw := reflect.New(reflect.MapOf(keyType, reflect.TypeFor[json.RawMessage]()))
	if err := d.plainly(b, raw.Interface()); err != nil {
		return err
	}
	for it := raw.Elem().MapRange(); it.Next(); {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if byText {
			quoted, _ := json.Marshal(it.Key().String())
			if err := d.into(quoted, key, m.Key()); err != nil {
				return err
			}
		} else {
			key.Set(it.Key())
		}
		if err := d.into(it.Value().Bytes(), value, m.Elem()); err != nil {
			return err
		}
		v.SetMapIndex(key, value)
	}
	return nil
}

type byTextFrom struct{ f func([]byte) error }

func (t *byTextFrom) UnmarshalText(b []byte) error { return t.f(b) }

var _ encoding.TextUnmarshaler = (*byTextFrom)(nil)
