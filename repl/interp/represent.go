package interp

import (
	"fmt"
	"go/types"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// How the types of snippets are represented in compiled memory.
//
// yaegi is never shown a declared type. A struct becomes a reflect.StructOf type whose first tag
// tells which declaration it is, so that equal layouts stay apart and a value can be recognised
// wherever it turns up; any other declared type becomes its underlying type; an interface declared in
// a snippet becomes any. What a plain representation cannot tell apart is boxed when it is put
// into an interface (dynamic.go).

// Tag keys of represented struct types.
const (
	tagType  = "gst" // on the first field: the name of the declared type
	tagID    = "gid" // on the first field: its number in the table of declared types
	tagField = "gof" // on an unexported or embedded field: its name in the source
)

// representation translates types of one interpreter. Its methods are safe for concurrent use.
type representation struct {
	world reflector
	mu    sync.Mutex

	declared []*types.Named // by number in tagID
	numbers  map[*types.Named]int
	structs  map[*types.Named]reflect.Type
	compiled map[reflect.Type]types.Type // cache of dynamic types
}

// reflector is what the type world knows about compiled types.
type reflector interface {
	Type(reflect.Type) types.Type
	Reflect(types.Type) (reflect.Type, bool)
}

func newRepresentation(w reflector) *representation {
	return &representation{world: w, numbers: map[*types.Named]int{}, structs: map[*types.Named]reflect.Type{}, compiled: map[reflect.Type]types.Type{}}
}

// ofSnippet reports whether the type was declared in a snippet, or in source that is interpreted.
func ofSnippet(n *types.Named) bool {
	p := n.Obj().Pkg()
	return p != nil && (p.Path() == sessionPath || strings.HasPrefix(p.Path(), sourcePrefix))
}

// Interfaces have two representations: any, or the compiled interface type itself.
type ifaceKind int

const (
	notIface   ifaceKind = iota
	asAny                // represented as any, holding plain or boxed values
	asCompiled           // a compiled interface type with methods
)

func kindOf(t types.Type) ifaceKind {
	t = types.Unalias(t)
	it, ok := t.Underlying().(*types.Interface)
	if !ok {
		return notIface
	}
	if _, isParam := t.(*types.TypeParam); isParam {
		return notIface
	}
	if n, ok := t.(*types.Named); ok && it.NumMethods() > 0 && !ofSnippet(n) {
		return asCompiled
	}
	return asAny
}

// represented is a type's form in the interpreter: declared types that are not structs replaced by
// their underlying types, at every depth.
type unrepresentable struct{ msg string }

func (u unrepresentable) Error() string { return u.msg }

// reflectType is the compiled type values of t have.
func (r *representation) reflectType(t types.Type) (rt reflect.Type, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() {
		switch e := recover().(type) {
		case nil:
		case unrepresentable:
			err = e
		default:
			panic(e)
		}
	}()
	return r.reflect(t), nil
}

func (r *representation) reflect(t types.Type) reflect.Type {
	t = types.Unalias(t)
	switch k := kindOf(t); k {
	case asAny:
		return reflect.TypeFor[any]()
	case asCompiled:
		return r.known(t)
	}
	switch t := t.(type) {
	case *types.Basic:
		return r.known(types.Default(t))
	case *types.Named:
		if !ofSnippet(t) {
			if rt, ok := r.world.Reflect(t); ok {
				return rt
			}
			return r.reflect(t.Underlying()) // an instance of a generic type known from source
		}
		if _, ok := t.Underlying().(*types.Struct); ok {
			return r.structOf(t)
		}
		if opaque(t) {
			return reflect.TypeFor[any]()
		}
		return r.reflect(t.Underlying())
	case *types.Pointer:
		return reflect.PointerTo(r.reflect(t.Elem()))
	case *types.Slice:
		return reflect.SliceOf(r.reflect(t.Elem()))
	case *types.Array:
		return reflect.ArrayOf(int(t.Len()), r.reflect(t.Elem()))
	case *types.Map:
		return reflect.MapOf(r.reflect(t.Key()), r.reflect(t.Elem()))
	case *types.Chan:
		dir := map[types.ChanDir]reflect.ChanDir{types.SendRecv: reflect.BothDir, types.SendOnly: reflect.SendDir, types.RecvOnly: reflect.RecvDir}
		return reflect.ChanOf(dir[t.Dir()], r.reflect(t.Elem()))
	case *types.Signature:
		return reflect.FuncOf(r.all(t.Params()), r.all(t.Results()), t.Variadic())
	case *types.Struct:
		return reflect.StructOf(r.fields(t, "", r.reflect))
	}
	panic(unrepresentable{fmt.Sprintf("type %s cannot be used in the interpreter", t)})
}

func (r *representation) known(t types.Type) reflect.Type {
	rt, ok := r.world.Reflect(t)
	if !ok {
		panic(unrepresentable{fmt.Sprintf("type %s cannot be used in the interpreter", t)})
	}
	return rt
}

func (r *representation) all(tuple *types.Tuple) []reflect.Type {
	ts := make([]reflect.Type, tuple.Len())
	for i := range ts {
		ts[i] = r.reflect(tuple.At(i).Type())
	}
	return ts
}

// fieldName is the name a field of a snippet's struct has in compiled memory, where all fields must
// be exported.
func fieldName(f *types.Var, index int) string {
	switch {
	case f.Name() == "_":
		return "X_" + strconv.Itoa(index)
	case f.Exported():
		return f.Name()
	}
	return "X_" + f.Name()
}

func (r *representation) fields(st *types.Struct, typeTag string, of func(types.Type) reflect.Type) []reflect.StructField {
	fields := make([]reflect.StructField, 0, st.NumFields()+1)
	for i := range st.NumFields() {
		f := st.Field(i)
		tag := st.Tag(i)
		if !f.Exported() && !f.Embedded() {
			tag = joinTags(`json:"-" xml:"-" yaml:"-"`, tag)
		}
		if !f.Exported() || f.Embedded() {
			kind := ""
			if f.Embedded() {
				kind = ",embedded"
			}
			tag = joinTags(tag, tagField+":"+strconv.Quote(f.Name()+kind))
		}
		if i == 0 {
			tag = joinTags(tag, typeTag)
		}
		// Compiled code that looks at fields, such as encoding/json, knows embedded structs by reflect's
		// mark, which reflect.StructOf gives to types without methods only.
		_, embedsStruct := deref(f.Type()).Underlying().(*types.Struct)
		n, declared := types.Unalias(deref(f.Type())).(*types.Named)
		anonymous := f.Embedded() && embedsStruct && declared && ofSnippet(n)
		fields = append(fields, reflect.StructField{Name: fieldName(f, i), Type: of(f.Type()), Tag: reflect.StructTag(tag), Anonymous: anonymous})
	}
	if len(fields) == 0 && typeTag != "" {
		fields = append(fields, reflect.StructField{Name: "X_", Type: reflect.TypeFor[struct{}](), Tag: reflect.StructTag(typeTag + ` json:"-" xml:"-" yaml:"-"`)})
	}
	return fields
}

func joinTags(tags ...string) string {
	var nonEmpty []string
	for _, t := range tags {
		if t != "" {
			nonEmpty = append(nonEmpty, t)
		}
	}
	return strings.Join(nonEmpty, " ")
}

// typeTag numbers a declared type.
func (r *representation) typeTag(n *types.Named) string {
	return fmt.Sprintf("%s:%q %s:%q", tagType, typeName(n), tagID, strconv.Itoa(r.number(n)))
}

func (r *representation) number(n *types.Named) int {
	for i, have := range r.declared {
		if have == n || n.TypeArgs() != nil && types.Identical(have, n) {
			return i
		}
	}
	r.declared = append(r.declared, n)
	return len(r.declared) - 1
}

// typeName is how a declared type is written, without its package.
func typeName(t types.Type) string {
	return types.TypeString(t, func(*types.Package) string { return "" })
}

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

// lossy reports whether the representation of t does not tell that it is a t: a declared type that
// is no struct is somewhere in it.
func lossy(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if kindOf(t) != notIface {
			return ofSnippet(t)
		}
		if t.TypeArgs() != nil && !ofSnippet(t) {
			return true
		}
		if !ofSnippet(t) {
			return false
		}
		_, isStruct := t.Underlying().(*types.Struct)
		return !isStruct
	case *types.Interface:
		return t.NumMethods() > 0
	case *types.Basic:
		return false
	default:
		found := false
		parts(t, func(p types.Type) { found = found || lossy(p) })
		return found
	}
}

// typeOf is the type of compiled values of type rt: a declared struct is recognised by its tag.
func (r *representation) typeOf(rt reflect.Type) types.Type {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dynamic(rt)
}

func (r *representation) dynamic(rt reflect.Type) types.Type {
	if t, ok := r.compiled[rt]; ok {
		return t
	}
	t := r.recognise(rt)
	r.compiled[rt] = t
	return t
}

func (r *representation) recognise(rt reflect.Type) types.Type {
	if rt.PkgPath() != "" {
		return r.world.Type(rt)
	}
	switch rt.Kind() {
	case reflect.Pointer:
		return types.NewPointer(r.dynamic(rt.Elem()))
	case reflect.Slice:
		return types.NewSlice(r.dynamic(rt.Elem()))
	case reflect.Array:
		return types.NewArray(r.dynamic(rt.Elem()), int64(rt.Len()))
	case reflect.Map:
		return types.NewMap(r.dynamic(rt.Key()), r.dynamic(rt.Elem()))
	case reflect.Chan:
		dir := map[reflect.ChanDir]types.ChanDir{reflect.BothDir: types.SendRecv, reflect.SendDir: types.SendOnly, reflect.RecvDir: types.RecvOnly}
		return types.NewChan(dir[rt.ChanDir()], r.dynamic(rt.Elem()))
	case reflect.Func:
		params := make([]*types.Var, rt.NumIn())
		for i := range params {
			params[i] = types.NewParam(0, nil, "", r.dynamic(rt.In(i)))
		}
		results := make([]*types.Var, rt.NumOut())
		for i := range results {
			results[i] = types.NewParam(0, nil, "", r.dynamic(rt.Out(i)))
		}
		return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), types.NewTuple(results...), rt.IsVariadic())
	case reflect.Struct:
		if rt.NumField() > 0 {
			if i, err := strconv.Atoi(rt.Field(0).Tag.Get(tagID)); err == nil && i < len(r.declared) {
				return r.declared[i]
			}
		}
		return r.anonymous(rt)
	}
	return r.world.Type(rt)
}

func (r *representation) anonymous(rt reflect.Type) types.Type {
	fields := make([]*types.Var, rt.NumField())
	tags := make([]string, rt.NumField())
	for i := range fields {
		f := rt.Field(i)
		name, embedded := f.Name, f.Anonymous
		tag := string(f.Tag)
		if own, ok := f.Tag.Lookup(tagField); ok {
			name, embedded = strings.CutSuffix(own, ",embedded")
			tag = strings.TrimSuffix(strings.TrimSuffix(tag, tagField+":"+strconv.Quote(own)), " ")
			if !isExported(name) && !embedded {
				tag = strings.TrimPrefix(strings.TrimPrefix(tag, `json:"-" xml:"-" yaml:"-"`), " ")
			}
		}
		tags[i] = tag
		fields[i] = types.NewField(0, sessionPackage, name, r.dynamic(f.Type), embedded)
	}
	return types.NewStruct(fields, tags)
}
