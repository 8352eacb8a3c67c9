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
