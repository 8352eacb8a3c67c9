package world

import (
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"path"
	"reflect"
	"strings"
)

// Generic declarations of the standard library, which a symbol table cannot hold, from source.

// The files are ordinary packages of this module, compiled and tested like any other. They keep to
// Go that the interpreter gets right: no range over integers or functions, no min, max or clear,
// no multi-value return of builtin calls, and no closure over a loop variable.
//
//go:embed generic
var genericFiles embed.FS

// genericSources has the embedded file of each import path.
var genericSources = func() map[string]string {
	const root = "generic"
	files := map[string]string{}
	var walk func(dir string)
	walk = func(dir string) {
		entries, err := genericFiles.ReadDir(dir)
		if err != nil {
			panic(fmt.Sprintf("world: embedded source: %v", err))
		}
		for _, e := range entries {
			name := path.Join(dir, e.Name())
			if e.IsDir() {
				walk(name)
			} else if strings.HasSuffix(name, ".go") {
				files[strings.TrimPrefix(dir, root+"/")] = name
			}
		}
	}
	walk(root)
	return files
}()

// GenericSource returns the Go source of the generic declarations of a package. For slices, maps,
// cmp and iter that is the whole package; for others the symbol table has the rest.
func GenericSource(importPath string) (src string, ok bool) {
	name, ok := genericSources[importPath]
	if !ok {
		return "", false
	}
	b, err := genericFiles.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("world: embedded source: %v", err))
	}
	return string(b), true
}

// importing is the Importer for embedded source. The world is locked already when it is checked.
type importing struct{ w *World }

func (i importing) Import(importPath string) (*types.Package, error) { return i.w.load(importPath) }

// declareGenerics adds the declarations of the embedded source to a package.
func (w *World) declareGenerics(p *types.Package) error {
	src, ok := GenericSource(p.Path())
	if !ok {
		return nil
	}
	file, err := parser.ParseFile(w.fset, p.Path(), src, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("embedded source of %s: %w", p.Path(), err)
	}
	var wrong error
	conf := types.Config{Importer: importing{w}, IgnoreFuncBodies: true, Error: func(err error) {
		// Imports that only bodies use are reported too.
		if wrong == nil && !strings.HasSuffix(err.(types.Error).Msg, "and not used") {
			wrong = fmt.Errorf("embedded source of %s: %w", p.Path(), err)
		}
	}}
	types.NewChecker(&conf, w.fset, p, nil).Files([]*ast.File{file})
	return wrong
}

// instance returns the instance of a generic type known from source that the compiled type t is,
// nil if the source does not have it. Reflection does not list type arguments; they are read off
// by laying the generic type's structure over t.
func (w *World) instance(p *types.Package, base string, t reflect.Type) types.Type {
	if _, ok := genericSources[p.Path()]; !ok {
		return nil
	}
	if _, err := w.load(p.Path()); err != nil {
		return nil
	}
	obj, ok := p.Scope().Lookup(base).(*types.TypeName)
	if !ok {
		return nil
	}
	origin, ok := obj.Type().(*types.Named)
	if !ok || origin.TypeParams().Len() == 0 {
		return nil
	}
	params := origin.TypeParams()
	bound := map[*types.TypeParam]types.Type{}
	if !w.bind(origin.Underlying(), t, bound) || len(bound) != params.Len() {
		return nil
	}
	args := make([]types.Type, params.Len())
	for i := range args {
		args[i] = bound[params.At(i)]
	}
	inst, err := types.Instantiate(nil, origin, args, true)
	if err != nil {
		return nil
	}
	return inst
}

// bind lays the structure of a generic type over a compiled one and notes what its type parameters
// stand for. Func types are all that the standard library's API needs.
func (w *World) bind(generic types.Type, t reflect.Type, bound map[*types.TypeParam]types.Type) bool {
	switch g := generic.(type) {
	case *types.TypeParam:
		bound[g] = w.convert(t)
		return true
	case *types.Basic:
		return types.Identical(g, w.convert(t))
	case *types.Signature:
		if t.Kind() != reflect.Func || t.NumIn() != g.Params().Len() || t.NumOut() != g.Results().Len() {
			return false
		}
		for i := range t.NumIn() {
			if !w.bind(g.Params().At(i).Type(), t.In(i), bound) {
				return false
			}
		}
		for i := range t.NumOut() {
			if !w.bind(g.Results().At(i).Type(), t.Out(i), bound) {
				return false
			}
		}
		return true
	}
	return false
}
