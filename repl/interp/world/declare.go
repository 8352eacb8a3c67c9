package world

import (
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
)

// Declaring the members of a package: what an entry of a symbol table is.

// declare puts one entry of a symbol table into the package's scope.
func (w *World) declare(p *types.Package, name string, v reflect.Value) {
	scope := p.Scope()
	t := v.Type()
	switch {
	case v.CanAddr():
		scope.Insert(types.NewVar(token.NoPos, p, name, w.convert(t)))
	case t.Kind() == reflect.Pointer && v.IsNil():
		scope.Insert(w.typeName(p, name, t.Elem()))
	case t.Kind() == reflect.Func:
		scope.Insert(types.NewFunc(token.NoPos, p, name, w.signature(t, nil, w.paramNames(p.Path(), "", name))))
	default:
		if c, ok := v.Interface().(constant.Value); ok {
			scope.Insert(types.NewConst(token.NoPos, p, name, untyped(p.Path(), name, c), c))
			return
		}
		if c := constantOf(v); c != nil {
			scope.Insert(types.NewConst(token.NoPos, p, name, w.convert(t), c))
			return
		}
		scope.Insert(types.NewVar(token.NoPos, p, name, w.convert(t)))
	}
}

// typeName is the object for a type exported as name: its own, or an alias when the type was
// declared elsewhere or has another name (os.FileInfo = fs.FileInfo).
func (w *World) typeName(p *types.Package, name string, t reflect.Type) types.Object {
	converted := w.convert(t)
	if named, ok := converted.(*types.Named); ok && named.Obj().Pkg() == p && named.Obj().Name() == name {
		return named.Obj()
	}
	alias := types.NewTypeName(token.NoPos, p, name, nil)
	types.NewAlias(alias, converted)
	return alias
}

// runes are the untyped constants that are rune literals in the source. A symbol table has only
// their number.
var runes = map[string]bool{
	"unicode.MaxRune": true, "unicode.ReplacementChar": true, "unicode.MaxASCII": true, "unicode.MaxLatin1": true,
	"unicode/utf8.MaxRune": true, "unicode/utf8.RuneError": true,
	"os.PathSeparator": true, "os.PathListSeparator": true,
	"path/filepath.Separator": true, "path/filepath.ListSeparator": true,
}

func untyped(importPath, name string, c constant.Value) types.Type {
	switch c.Kind() {
	case constant.Bool:
		return types.Typ[types.UntypedBool]
	case constant.String:
		return types.Typ[types.UntypedString]
	case constant.Int:
		if runes[importPath+"."+name] {
			return types.Typ[types.UntypedRune]
		}
		return types.Typ[types.UntypedInt]
	case constant.Complex:
		return types.Typ[types.UntypedComplex]
	}
	return types.Typ[types.UntypedFloat]
}

// constantOf is the value of a typed constant, nil where v is of a kind that has no constants.
func constantOf(v reflect.Value) constant.Value {
	switch k := v.Kind(); {
	case k == reflect.Bool:
		return constant.MakeBool(v.Bool())
	case k == reflect.String:
		return constant.MakeString(v.String())
	case v.CanInt():
		return constant.MakeInt64(v.Int())
	case v.CanUint():
		return constant.MakeUint64(v.Uint())
	case v.CanFloat():
		return constant.MakeFloat64(v.Float())
	case v.CanComplex():
		c := v.Complex()
		re, im := constant.MakeFloat64(real(c)), constant.MakeImag(constant.MakeFloat64(imag(c)))
		return constant.BinaryOp(re, token.ADD, im)
	}
	return nil
}
