package complete

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Finding candidates in what the checker knows.

// gather collects what may stand after the text.
func (c *Completer) gather(l *list, before string) {
	// The checker is given trees full of holes, which it is not made for. Offering nothing is better
	// than to end the shell.
	defer func() { _ = recover() }()
	k := c.check(before)
	if k == nil {
		return
	}
	if len(k.path) > 1 {
		switch parent := k.path[1].(type) {
		case *ast.SelectorExpr:
			if parent.Sel == k.path[0] {
				c.members(l, k, parent.X)
				return
			}
		case *ast.CompositeLit:
			c.fieldNames(l, k, parent)
		}
	}
	c.names(l, k)
}

// members offers what can be selected from x: the names of a package, fields and methods.
func (c *Completer) members(l *list, k *checked, x ast.Expr) {
	if id, ok := x.(*ast.Ident); ok {
		if p, ok := k.info.Uses[id].(*types.PkgName); ok {
			scope := p.Imported().Scope()
			for _, name := range scope.Names() {
				if obj := scope.Lookup(name); obj.Exported() {
					c.object(l, rankNear, obj)
				}
			}
			return
		}
	}
	tv := k.info.Types[x]
	if tv.Type == nil || tv.Type == types.Typ[types.Invalid] {
		return
	}
	t := tv.Type
	if tv.IsType() {
		c.methods(l, t, true)
		return
	}
	c.fields(l, t, map[*types.Named]bool{})
	c.methods(l, t, false)
}

func (c *Completer) visible(o types.Object) bool {
	return o.Exported() || c.Package != nil && o.Pkg() != nil && o.Pkg().Path() == c.Package.Path()
}

// methods offers the methods of t, and those of *t when it is a value whose address can be taken.
func (c *Completer) methods(l *list, t types.Type, exactly bool) {
	set := types.NewMethodSet(t)
	if !exactly && !types.IsInterface(t) {
		if _, isPointer := t.Underlying().(*types.Pointer); !isPointer {
			set = types.NewMethodSet(types.NewPointer(t))
		}
	}
	for m := range set.Methods() {
		if f := m.Obj(); c.visible(f) {
			l.add(rankNear, f.Pkg(), f.Name(), "method", func() string { return c.signature(m.Type()) })
		}
	}
}

// fields offers the fields of t with those of embedded structs; the outer ones come first.
func (c *Completer) fields(l *list, t types.Type, seen map[*types.Named]bool) {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		if seen[n] {
			return
		}
		seen[n] = true
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for f := range st.Fields() {
		if c.visible(f) {
			l.add(rankNear, f.Pkg(), f.Name(), "field", func() string { return c.typeString(f.Type()) })
		}
	}
	for f := range st.Fields() {
		if f.Embedded() {
			c.fields(l, f.Type(), seen)
		}
	}
}

// fieldNames offers the fields of the struct that a composite literal makes, but those it has already.
func (c *Completer) fieldNames(l *list, k *checked, lit *ast.CompositeLit) {
	t := k.info.TypeOf(lit)
	if t == nil {
		return
	}
	if p, ok := t.Underlying().(*types.Pointer); ok { // &T elided
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	has := map[string]bool{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				has[id.Name] = true
			}
		} else if e != k.path[0] {
			return // values without names
		}
	}
	for f := range st.Fields() {
		if c.visible(f) && !has[f.Name()] {
			l.add(rankNear, f.Pkg(), f.Name(), "field", func() string { return c.typeString(f.Type()) })
		}
	}
}

var keywords = func() (words []string) {
	for t := token.BREAK; t <= token.VAR; t++ {
		if t.IsKeyword() {
			words = append(words, t.String())
		}
	}
	return words
}()

// names offers what is in scope, from the inside out. What everybody knows is in scope everywhere is
// offered only to go on from a first letter.
func (c *Completer) names(l *list, k *checked) {
	id := k.path[0].(*ast.Ident)
	pkgScope := k.pkg.Scope()
	for scope := k.innermost(id.Pos()); scope != nil; scope = scope.Parent() {
		rank := rankLocal
		switch {
		case scope == types.Universe:
			rank = rankUniverse
			if l.prefix == "" {
				continue
			}
		case scope == pkgScope:
			rank = rankSession
		case scope.Parent() == pkgScope: // the file's: imports
			rank = rankImported
		}
		for _, name := range scope.Names() {
			obj := scope.Lookup(name)
			if name == placeholder || rank == rankLocal && !declaredBefore(scope, name, id.Pos()) {
				continue
			}
			if _, isPackage := obj.(*types.PkgName); isPackage && l.prefix == "" {
				continue
			}
			c.object(l, rank, obj)
		}
	}
	if l.prefix == "" {
		return
	}
	for _, w := range keywords {
		l.add(rankUniverse, nil, w, "keyword", func() string { return "" })
	}
	for _, path := range c.World.Paths() {
		name := path[strings.LastIndexByte(path, '/')+1:]
		if paths := c.World.Lookup(name); len(paths) > 0 && paths[0] == path {
			l.add(rankPackage, nil, name, "package", func() string { return path })
		}
	}
}

// innermost is the smallest scope around the position.
func (k *checked) innermost(pos token.Pos) *types.Scope {
	best := k.info.Scopes[k.file]
	for _, s := range k.info.Scopes {
		if s.Contains(pos) && (s.Pos() > best.Pos() || s.Pos() == best.Pos() && s.End() < best.End()) {
			best = s
		}
	}
	return best
}

// declaredBefore reports whether the name is in scope at pos, and not declared further down.
func declaredBefore(scope *types.Scope, name string, pos token.Pos) bool {
	s, _ := scope.LookupParent(name, pos)
	return s == scope
}

// object offers an object with its type.
func (c *Completer) object(l *list, rank int, o types.Object) {
	kind, detail := "var", func() string { return c.typeString(o.Type()) }
	switch o := o.(type) {
	case *types.Func:
		kind, detail = "func", func() string { return c.signature(o.Type()) }
	case *types.Builtin:
		kind, detail = "func", func() string { return builtins[o.Name()] }
	case *types.TypeName:
		kind, detail = "type", func() string { return c.underlying(o) }
	case *types.Const:
		kind, detail = "const", func() string { return c.typeString(o.Type()) + " = " + o.Val().String() }
	case *types.PkgName:
		kind, detail = "package", func() string { return o.Imported().Path() }
	case *types.Nil:
		kind, detail = "const", func() string { return "" }
	case *types.Var:
		if _, ok := o.Type().(*types.Signature); ok {
			detail = func() string { return c.signature(o.Type()) }
		}
	}
	l.add(rank, o.Pkg(), o.Name(), kind, detail)
}

// underlying is short for what a type is.
func (c *Completer) underlying(o *types.TypeName) string {
	switch u := o.Type().Underlying().(type) {
	case *types.Struct:
		return "struct"
	case *types.Interface:
		return "interface"
	case *types.Basic:
		if u.Name() == o.Name() {
			return ""
		}
		return u.Name()
	default:
		return c.typeString(u)
	}
}

func (c *Completer) typeString(t types.Type) string { return types.TypeString(t, c.qualify) }

// signature writes a function's type without the word func.
func (c *Completer) signature(t types.Type) string {
	return strings.TrimPrefix(types.TypeString(t, c.qualify), "func")
}

func (c *Completer) qualify(p *types.Package) string {
	if c.Package != nil && p.Path() == c.Package.Path() {
		return ""
	}
	for _, path := range c.DotImports {
		if p.Path() == path {
			return ""
		}
	}
	return p.Name()
}

// builtins have no type of their own in go/types.
var builtins = map[string]string{
	"append": "(slice []T, elems ...T) []T", "cap": "(v) int", "clear": "(mapOrSlice)", "close": "(c chan<- T)",
	"complex": "(r, i float64) complex128", "copy": "(dst, src []T) int", "delete": "(m map[K]V, key K)", "imag": "(c complex128) float64",
	"len": "(v) int", "make": "(T, size ...int) T", "max": "(x T, y ...T) T", "min": "(x T, y ...T) T", "new": "(T) *T",
	"panic": "(v any)", "print": "(args ...any)", "println": "(args ...any)", "real": "(c complex128) float64", "recover": "() any",
}
