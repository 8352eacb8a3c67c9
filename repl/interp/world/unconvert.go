package world

import (
	"go/types"
	"reflect"
)

// From types.Type back to reflect.Type.

// Reflect returns the compiled type that t stands for. It has none when a type declared in a
// snippet, a type parameter or an interface literal with methods is part of it.
func (w *World) Reflect(t types.Type) (reflect.Type, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	rt := w.unconvert(t)
	return rt, rt != nil
}

var kinds = func() map[types.BasicKind]reflect.Type {
	m := map[types.BasicKind]reflect.Type{}
	for _, v := range []any{false, "", 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), uintptr(0), float32(0), float64(0), complex64(0), complex128(0)} {
		t := reflect.TypeOf(v)
		m[basics[t.Kind()]] = t
	}
	return m
}()

func (w *World) unconvert(t types.Type) reflect.Type {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return kinds[t.Kind()]
	case *types.Named:
		if t.Obj().Pkg() == nil && t.Obj().Name() == "error" {
			return errorType
		}
		return w.reflects[t.Obj()]
	case *types.Pointer:
		return made(reflect.PointerTo, w.unconvert(t.Elem()))
	case *types.Slice:
		return made(reflect.SliceOf, w.unconvert(t.Elem()))
	case *types.Array:
		return made(func(e reflect.Type) reflect.Type { return reflect.ArrayOf(int(t.Len()), e) }, w.unconvert(t.Elem()))
	case *types.Chan:
		dir := reflect.BothDir
		for r, d := range directions {
			if d == t.Dir() {
				dir = r
			}
		}
		return made(func(e reflect.Type) reflect.Type { return reflect.ChanOf(dir, e) }, w.unconvert(t.Elem()))
	case *types.Map:
		if k, e := w.unconvert(t.Key()), w.unconvert(t.Elem()); k != nil && e != nil {
			return reflect.MapOf(k, e)
		}
	case *types.Signature:
		in, ok1 := w.unconvertAll(t.Params())
		out, ok2 := w.unconvertAll(t.Results())
		if ok1 && ok2 && t.TypeParams() == nil {
			return reflect.FuncOf(in, out, t.Variadic())
		}
	case *types.Interface:
		if t.Empty() {
			return anyType
		}
	case *types.Struct:
		if t.NumFields() == 0 {
			return reflect.TypeFor[struct{}]()
		}
	}
	return nil
}

func made(of func(reflect.Type) reflect.Type, elem reflect.Type) reflect.Type {
	if elem == nil {
		return nil
	}
	return of(elem)
}

func (w *World) unconvertAll(tuple *types.Tuple) ([]reflect.Type, bool) {
	ts := make([]reflect.Type, tuple.Len())
	for i := range ts {
		if ts[i] = w.unconvert(tuple.At(i).Type()); ts[i] == nil {
			return nil, false
		}
	}
	return ts, true
}
