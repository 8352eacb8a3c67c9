package world

import (
	"go/token"
	"go/types"
	"reflect"
	"strings"
)

// From reflect.Type to types.Type.

// Type returns the go/types form of t. Equal reflect types have identical forms.
func (w *World) Type(t reflect.Type) types.Type {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.convert(t)
}

var (
	errorType = reflect.TypeFor[error]()
	anyType   = reflect.TypeFor[any]()
	byteType  = reflect.TypeFor[byte]()
)

var basics = map[reflect.Kind]types.BasicKind{
	reflect.Bool: types.Bool, reflect.String: types.String, reflect.UnsafePointer: types.UnsafePointer,
	reflect.Int: types.Int, reflect.Int8: types.Int8, reflect.Int16: types.Int16, reflect.Int32: types.Int32, reflect.Int64: types.Int64,
	reflect.Uint: types.Uint, reflect.Uint8: types.Uint8, reflect.Uint16: types.Uint16, reflect.Uint32: types.Uint32, reflect.Uint64: types.Uint64,
	reflect.Uintptr: types.Uintptr, reflect.Float32: types.Float32, reflect.Float64: types.Float64,
	reflect.Complex64: types.Complex64, reflect.Complex128: types.Complex128,
}

func (w *World) convert(t reflect.Type) types.Type {
	if c, ok := w.types[t]; ok {
		return c
	}
	switch t {
	case errorType:
		return types.Universe.Lookup("error").Type()
	case anyType:
		return types.Universe.Lookup("any").Type()
	case byteType: // reflect does not know which word was used; in Go's API it is nearly always byte
		return types.Universe.Lookup("byte").Type()
	}
	if t.Name() != "" && t.PkgPath() != "" {
		return w.named(t)
	}
	c := w.literal(t)
	w.types[t] = c
	return c
}

// literal converts a type by its structure, without its name.
func (w *World) literal(t reflect.Type) types.Type {
	if b, ok := basics[t.Kind()]; ok {
		return types.Typ[b]
	}
	switch t.Kind() {
	case reflect.Array:
		return types.NewArray(w.convert(t.Elem()), int64(t.Len()))
	case reflect.Slice:
		return types.NewSlice(w.convert(t.Elem()))
	case reflect.Map:
		return types.NewMap(w.convert(t.Key()), w.convert(t.Elem()))
	case reflect.Pointer:
		return types.NewPointer(w.convert(t.Elem()))
	case reflect.Chan:
		return types.NewChan(directions[t.ChanDir()], w.convert(t.Elem()))
	case reflect.Func:
		return w.signature(t, nil, nil)
	case reflect.Struct:
		return w.structType(t)
	case reflect.Interface:
		return w.interfaceType(t)
	}
	panic("world: reflect kind without a go/types form: " + t.String())
}

var directions = map[reflect.ChanDir]types.ChanDir{reflect.BothDir: types.SendRecv, reflect.SendDir: types.SendOnly, reflect.RecvDir: types.RecvOnly}

// named converts a declared type with its methods. The type is known before its parts are
// converted: they may mention it.
func (w *World) named(t reflect.Type) types.Type {
	base, args, isInstance := strings.Cut(t.Name(), "[")
	p := w.pkg(t.PkgPath())
	if isInstance {
		if inst := w.instance(p, base, t); inst != nil {
			w.types[t] = inst
			return inst
		}
	}
	name := base
	if isInstance {
		name += "[" + shortArgs(args)
	}
	obj := types.NewTypeName(token.NoPos, p, name, nil)
	named := types.NewNamed(obj, nil, nil)
	w.types[t] = named
	w.reflects[obj] = t
	named.SetUnderlying(w.literal(t))
	if t.Kind() == reflect.Interface {
		return named
	}
	ptr := reflect.PointerTo(t)
	for i := range ptr.NumMethod() {
		m := ptr.Method(i)
		recv := types.Type(named)
		if _, byValue := t.MethodByName(m.Name); !byValue {
			recv = types.NewPointer(named)
		}
		names := w.paramNames(p.Path(), base, m.Name)
		named.AddMethod(types.NewFunc(token.NoPos, p, m.Name, w.signature(m.Type, types.NewVar(token.NoPos, p, "", recv), names)))
	}
	w.addSealedMethods(named, t)
	return named
}

// shortArgs cuts the directories from the import paths in a list of type arguments.
func shortArgs(s string) string {
	var b strings.Builder
	start := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '/':
			start = i + 1
		case '[', ']', '*', ',', '(', ')', ' ', '{', '}', ';':
			b.WriteString(s[start : i+1])
			start = i + 1
		}
	}
	b.WriteString(s[start:])
	return b.String()
}

// signature converts a func type. With a receiver, t is the type of a method expression, whose first parameter is the receiver.
func (w *World) signature(t reflect.Type, recv *types.Var, names []string) *types.Signature {
	first := 0
	if recv != nil {
		first = 1
	}
	name := func(i int) string {
		if i < len(names) {
			return names[i]
		}
		return ""
	}
	nin := t.NumIn() - first
	in := make([]*types.Var, nin)
	for i := range in {
		in[i] = types.NewParam(token.NoPos, nil, name(i), w.convert(t.In(i+first)))
	}
	out := make([]*types.Var, t.NumOut())
	for i := range out {
		out[i] = types.NewParam(token.NoPos, nil, name(nin+i), w.convert(t.Out(i)))
	}
	return types.NewSignatureType(recv, nil, nil, types.NewTuple(in...), types.NewTuple(out...), t.IsVariadic())
}

func (w *World) structType(t reflect.Type) types.Type {
	fields := make([]*types.Var, t.NumField())
	tags := make([]string, t.NumField())
	for i := range fields {
		f := t.Field(i)
		p := w.pkg(f.PkgPath)
		if f.PkgPath == "" {
			p = w.pkg(t.PkgPath())
		}
		var ft types.Type
		if f.IsExported() || f.Anonymous {
			ft = w.convert(f.Type) // an embedded field promotes its own, exported or not
		} else {
			ft = opaque(f.Type)
		}
		fields[i] = types.NewField(token.NoPos, p, f.Name, ft, f.Anonymous)
		tags[i] = string(f.Tag)
	}
	return types.NewStruct(fields, tags)
}

// opaque stands for the type of an unexported field, which no snippet can name. It has the one
// property that shows outside: whether values can be compared.
func opaque(t reflect.Type) types.Type {
	if t.Comparable() {
		return types.NewStruct(nil, nil)
	}
	return types.NewSignatureType(nil, nil, nil, nil, nil, false)
}

func (w *World) interfaceType(t reflect.Type) types.Type {
	methods := make([]*types.Func, t.NumMethod())
	named, _ := w.types[t].(*types.Named) // the one being declared, nil for an interface literal
	for i := range methods {
		m := t.Method(i)
		p := w.pkg(m.PkgPath)
		if m.PkgPath == "" {
			p = w.pkg(t.PkgPath())
		}
		sig := w.signature(m.Type, nil, w.paramNames(p.Path(), t.Name(), m.Name))
		if named != nil {
			recv := types.NewVar(token.NoPos, p, "", named)
			sig = types.NewSignatureType(recv, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
		}
		methods[i] = types.NewFunc(token.NoPos, p, m.Name, sig)
	}
	return types.NewInterfaceType(methods, nil).Complete()
}
