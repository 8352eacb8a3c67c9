// Package world tells go/types what compiled packages look like.
//
// A shell has no GOROOT, no export data and no go command to ask when it checks a snippet. What it
// has are yaegi's symbol tables: for every exported name of a package a reflect.Value. A [World]
// makes *types.Package values out of those tables, so that a *types.Checker can check, infer and
// complete against exactly the functions the interpreter is going to call.
//
//	w := world.New(stdlib.Symbols, world.Recent)
//	conf := types.Config{Importer: w}
//
// Packages are made when they are first imported, and the types they mention are made with them;
// an index over the import paths is all that New costs.
//
// Reflection does not see generic declarations. Those of the standard library (all of slices, maps,
// cmp and iter, and a few in sync, sync/atomic, reflect, errors, ...) come from Go source embedded
// here, which also has bodies: see [GenericSource].
//
// What reflection cannot tell is filled in as follows. Parameter names come from a table
// (params.txt) and a hook ([World.NameParams]). Unexported struct fields are present, so that composite literals without
// keys and comparisons are judged rightly, but their types are opaque. Unexported methods of
// interfaces are kept, and given to the types that have them. An instance of a generic type the
// embedded source does not know is a type of its own, named as Go writes it: Pointer[http.response].
//
// A World may be used by several goroutines at once.
package world

import (
	"fmt"
	"go/token"
	"go/types"
	"path"
	"reflect"
	"sort"
	"strings"
	"sync"
)

// Exports is a symbol table in yaegi's form: "import/path/name" to exported names to their values.
// A type is a nil pointer to it, an untyped constant a constant.Value, a variable is addressable.
type Exports = map[string]map[string]reflect.Value

// A World makes packages for go/types. The zero value is not usable; see [New].
type World struct {
	mu       sync.Mutex
	tables   map[string]map[string]reflect.Value // by import path
	packages map[string]*types.Package
	filled   map[string]bool
	types    map[reflect.Type]types.Type
	reflects map[*types.TypeName]reflect.Type // named types back to reflect
	sealed   map[string][]reflect.Type        // see sealedBy
	byName   map[string][]string              // package name to import paths
	fset     *token.FileSet                   // positions inside embedded source
	params   ParamNames
}

// New makes a world of the packages in the tables. A name that two tables have is taken from the
// later one.
func New(tables ...Exports) *World {
	w := &World{
		tables:   map[string]map[string]reflect.Value{},
		packages: map[string]*types.Package{"unsafe": types.Unsafe},
		filled:   map[string]bool{"unsafe": true},
		types:    map[reflect.Type]types.Type{},
		reflects: map[*types.TypeName]reflect.Type{},
		sealed:   map[string][]reflect.Type{},
		byName:   map[string][]string{},
		fset:     token.NewFileSet(),
	}
	for _, table := range tables {
		for key, symbols := range table {
			if !strings.Contains(key, "/") { // yaegi's own entries ("." maps interface wrappers)
				continue
			}
			w.add(path.Dir(key), path.Base(key), symbols)
		}
	}
	for p := range genericSources {
		w.add(p, packageName(p), nil)
	}
	for _, paths := range w.byName {
		sort.Slice(paths, func(i, j int) bool { return usual(paths[i], paths[j]) })
	}
	return w
}

func (w *World) add(importPath, name string, symbols map[string]reflect.Value) {
	have, ok := w.tables[importPath]
	switch {
	case !ok:
		w.tables[importPath] = symbols
		w.packages[importPath] = types.NewPackage(importPath, name)
		w.byName[name] = append(w.byName[name], importPath)
	case len(have) == 0:
		w.tables[importPath] = symbols
	case len(symbols) > 0:
		merged := make(map[string]reflect.Value, len(have)+len(symbols))
		for n, v := range have {
			merged[n] = v
		}
		for n, v := range symbols {
			merged[n] = v
		}
		w.tables[importPath] = merged
	}
}

// Import returns the package with all its exported names. It implements types.Importer.
func (w *World) Import(importPath string) (*types.Package, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.load(importPath)
}

func (w *World) load(importPath string) (*types.Package, error) {
	if w.filled[importPath] {
		return w.packages[importPath], nil
	}
	symbols, ok := w.tables[importPath]
	if !ok {
		return nil, fmt.Errorf("package %q is not available in the shell%s", importPath, w.didYouMean(importPath))
	}
	w.filled[importPath] = true
	p := w.packages[importPath]
	for name, v := range symbols {
		if token.IsExported(name) && v.IsValid() {
			w.declare(p, name, v)
		}
	}
	p.MarkComplete() // before the source is checked: it may import the compiled part of its own package
	if err := w.declareGenerics(p); err != nil {
		return nil, err
	}
	return p, nil
}

// pkg is the package of that path whether or not it can be imported: types of other packages turn
// up in signatures.
func (w *World) pkg(importPath string) *types.Package {
	p := w.packages[importPath]
	if p == nil {
		p = types.NewPackage(importPath, packageName(importPath))
		w.packages[importPath] = p
	}
	return p
}
