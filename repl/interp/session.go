package interp

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"sort"
	"strings"

	"gospark/repl/interp/world"
)

// What the user has declared.

// A session is the names in scope. It is replaced as a whole when a snippet was accepted, so that one that
// is refused leaves nothing behind.
type session struct {
	objects map[string]types.Object
	imports map[string]string // name to import path
	order   []string          // of declaration
	given   map[string]bool   // names that were there from the start
}

func (s *session) clone() *session {
	c := &session{objects: make(map[string]types.Object, len(s.objects)+4), imports: make(map[string]string, len(s.imports)+1), given: s.given}
	for n, o := range s.objects {
		c.objects[n] = o
	}
	for n, p := range s.imports {
		c.imports[n] = p
	}
	c.order = append(c.order, s.order...)
	return c
}

func (s *session) declare(o types.Object) {
	if o.Name() == "_" {
		return
	}
	delete(s.imports, o.Name())
	s.objects[o.Name()] = o
	for i, n := range s.order {
		if n == o.Name() {
			s.order = append(s.order[:i:i], s.order[i+1:]...)
			break
		}
	}
	s.order = append(s.order, o.Name())
}

// begin makes the session as it is before the user typed anything.
func (in *Interp) begin() error {
	s := &session{objects: map[string]types.Object{}, imports: map[string]string{}, given: map[string]bool{}}
	for _, p := range in.config.DotImports {
		pkg, err := in.world.Import(p)
		if err != nil {
			return err
		}
		for _, n := range pkg.Scope().Names() {
			if o := pkg.Scope().Lookup(n); o.Exported() {
				s.objects[n] = o
				s.given[n] = true
			}
		}
	}
	names := sortedNames(in.config.Vars)
	for _, n := range names {
		v := in.config.Vars[n]
		if v == nil {
			return fmt.Errorf("variable %q has no value", n)
		}
		to := reflect.New(reflect.TypeOf(v))
		to.Elem().Set(reflect.ValueOf(v))
		obj := types.NewVar(token.NoPos, sessionPackage, n, in.world.Type(reflect.TypeOf(v)))
		in.cells[obj] = to
		s.objects[n] = obj
		s.given[n] = true
		s.order = append(s.order, n)
	}
	in.session = s
	return nil
}

// scope is the live objects by name.
func (in *Interp) scope() map[string]types.Object {
	in.mu.RLock()
	defer in.mu.RUnlock()
	objects := make(map[string]types.Object, len(in.session.objects))
	for n, o := range in.session.objects {
		objects[n] = o
	}
	return objects
}

// A Symbol is something the user declared.
type Symbol struct{ Name, Type, Detail string }

func (in *Interp) symbols(of func(types.Object) bool) []Symbol {
	in.mu.RLock()
	defer in.mu.RUnlock()
	var list []Symbol
	for _, n := range in.session.order {
		if o := in.session.objects[n]; o != nil && of(o) {
			list = append(list, describe(o))
		}
	}
	return list
}

func describe(o types.Object) Symbol {
	s := Symbol{Name: o.Name(), Type: typeString(o.Type())}
	switch o := o.(type) {
	case *types.Const:
		s.Detail = "const " + o.Val().String()
	case *types.TypeName:
		s.Type = typeString(o.Type().Underlying())
		if n, ok := types.Unalias(o.Type()).(*types.Named); ok {
			var methods []string
			for m := range n.Methods() {
				methods = append(methods, m.Name())
			}
			sort.Strings(methods)
			s.Detail = strings.Join(methods, ", ")
		}
	}
	return s
}

// typeString writes a type with package names, those of the session without.
func typeString(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if ofSession(p) {
			return ""
		}
		return p.Name()
	})
}

// Vars, Funcs, Types and Imports list what is in the session, in the order of declaration.
func (in *Interp) Vars() []Symbol {
	return in.symbols(func(o types.Object) bool {
		switch o.(type) {
		case *types.Var, *types.Const:
			return true
		}
		return false
	})
}

func (in *Interp) Funcs() []Symbol {
	return in.symbols(func(o types.Object) bool { _, ok := o.(*types.Func); return ok })
}

func (in *Interp) Types() []Symbol {
	return in.symbols(func(o types.Object) bool { _, ok := o.(*types.TypeName); return ok })
}

func (in *Interp) Imports() []Symbol {
	in.mu.RLock()
	defer in.mu.RUnlock()
	var list []Symbol
	for _, n := range sortedNames(in.session.imports) {
		list = append(list, Symbol{Name: n, Type: "package", Detail: in.session.imports[n]})
	}
	return list
}

// Drop forgets a name. What uses it goes on.
func (in *Interp) Drop(name string) error {
	in.evaluating.Lock()
	defer in.evaluating.Unlock()
	in.mu.Lock()
	defer in.mu.Unlock()
	s := in.session.clone()
	switch {
	case s.given[name]:
		return fmt.Errorf("%s belongs to the shell", name)
	case s.objects[name] != nil:
		delete(s.objects, name)
	case s.imports[name] != "":
		delete(s.imports, name)
	default:
		return fmt.Errorf("%s is not declared", name)
	}
	in.session = s
	return nil
}

// Reset forgets everything the user declared and returns what that was. The variables of Config stay,
// with the values they had at the start.
func (in *Interp) Reset() []Symbol {
	in.evaluating.Lock()
	defer in.evaluating.Unlock()
	s := in.session
	forgotten := in.symbols(func(o types.Object) bool { return !s.given[o.Name()] })
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.begin(); err != nil {
		panic(err) // it worked in New
	}
	in.results = 0
	return forgotten
}

// ResultName is the name the next expression's value gets.
func (in *Interp) ResultName() string {
	in.mu.RLock()
	defer in.mu.RUnlock()
	return in.resultName(in.session)
}

func (in *Interp) resultName(s *session) string {
	for n := in.results; ; n++ {
		if name := fmt.Sprintf("res%d", n); s.objects[name] == nil {
			return name
		}
	}
}

// A sourcePackage has the functions of a standard package that are interpreted from source.
type sourcePackage struct {
	functions map[string]*function
}

// definition is the source of an interpreted function, nil for a compiled one.
func (in *Interp) definition(fn *types.Func) *function {
	fn = fn.Origin()
	if def, ok := in.defs[fn]; ok {
		return def
	}
	p := fn.Pkg()
	if p == nil || p.Path() == sessionPath || fn.Signature().Recv() != nil {
		return nil
	}
	if fn.Signature().TypeParams() == nil {
		if _, ok := in.compiled(fn); ok {
			return nil
		}
	}
	src := in.source(p.Path())
	if src == nil {
		return nil
	}
	return src.functions[fn.Name()]
}

// source checks the source of a standard package, with bodies.
func (in *Interp) source(importPath string) *sourcePackage {
	if s, ok := in.sources[importPath]; ok {
		return s
	}
	in.sources[importPath] = nil
	text, ok := world.GenericSource(importPath)
	if !ok {
		return nil
	}
	file, err := parser.ParseFile(in.fset, importPath, text, parser.SkipObjectResolution)
	if err != nil {
		panic(unrepresentable{err.Error()})
	}
	pkg := types.NewPackage(sourcePrefix+importPath, file.Name.Name)
	info := newInfo()
	conf := types.Config{Importer: in.world, Error: func(error) {}}
	types.NewChecker(&conf, in.fset, pkg, info).Files([]*ast.File{file})
	s := &sourcePackage{functions: map[string]*function{}}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			def := newFunction(f, info, pkg)
			in.defs[info.Defs[f.Name].(*types.Func)] = def
			if f.Recv == nil {
				s.functions[f.Name.Name] = def
			}
		}
	}
	in.sources[importPath] = s
	return s
}

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Instances: map[*ast.Ident]types.Instance{}, Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{},
	}
}
