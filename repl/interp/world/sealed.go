package world

import (
	"go/token"
	"go/types"
	"reflect"
)

// Sealed interfaces: those with unexported methods, as ast.Expr or testing.TB. Reflection lists
// unexported methods of interfaces but not those of the types that implement them, so a type gets
// the ones it must have from the interfaces of its package that it implements.

// sealedBy returns the interfaces with unexported methods that a package exports.
func (w *World) sealedBy(importPath string) []reflect.Type {
	if s, ok := w.sealed[importPath]; ok {
		return s
	}
	var sealed []reflect.Type
	for name, v := range w.tables[importPath] {
		if !token.IsExported(name) || !v.IsValid() || v.Kind() != reflect.Pointer || v.Type().Elem().Kind() != reflect.Interface {
			continue
		}
		t := v.Type().Elem()
		for i := range t.NumMethod() {
			if t.Method(i).PkgPath != "" {
				sealed = append(sealed, t)
				break
			}
		}
	}
	w.sealed[importPath] = sealed
	return sealed
}

func (w *World) addSealedMethods(named *types.Named, t reflect.Type) {
	added := map[string]bool{}
	for _, iface := range w.sealedBy(t.PkgPath()) {
		recv := types.Type(named)
		if !t.Implements(iface) {
			if !reflect.PointerTo(t).Implements(iface) {
				continue
			}
			recv = types.NewPointer(named)
		}
		for i := range iface.NumMethod() {
			m := iface.Method(i)
			if m.PkgPath == "" || added[m.Name] {
				continue
			}
			added[m.Name] = true
			p := w.pkg(m.PkgPath)
			sig := w.signature(m.Type, nil, nil)
			sig = types.NewSignatureType(types.NewVar(token.NoPos, p, "", recv), nil, nil, sig.Params(), sig.Results(), sig.Variadic())
			named.AddMethod(types.NewFunc(token.NoPos, p, m.Name, sig))
		}
	}
}
