package interp

import (
	"go/types"
	"reflect"
	"strconv"
	"strings"
)

// From compiled types back to those of snippets.

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
