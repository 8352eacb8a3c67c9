package interp

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// What a name or an expression is, without evaluating it.

// A Description says what something is, and where its documentation is to be found.
type Description struct {
	Kind      string // var, const, type, func, method, field, package, builtin or expression
	Signature string // as it would be declared
	Path      string // import path of the package that declares it; empty for the session and for what Go has itself
	Name      string // in that package; methods and fields as Type.Name
}

// TypeOf is the type of an expression.
func (in *Interp) TypeOf(expr string) (string, error) {
	x, err := in.inspect(expr)
	if err != nil {
		return "", err
	}
	tv := x.info.Types[x.expr]
	switch {
	case tv.IsVoid():
		return "no value", nil
	case tv.IsBuiltin():
		return "", fmt.Errorf("%s is a builtin function; it must be called", strings.TrimSpace(expr))
	case tv.IsType():
		return in.typeText(tv.Type.Underlying()), nil
	case tv.IsNil():
		return "untyped nil", nil
	case tv.Type == nil: // the name of a package
		return "", fmt.Errorf("%s is a package", strings.TrimSpace(expr))
	}
	return in.typeText(types.Default(tv.Type)), nil
}

// Describe says what an expression is: a name, a selection like strings.Split or lines.Map, or
// anything else that has a type.
func (in *Interp) Describe(expr string) (Description, error) {
	expr = strings.TrimSpace(expr)
	if p, ok := in.packageNamed(expr); ok {
		return Description{Kind: "package", Signature: "package " + p.Name(), Path: p.Path()}, nil
	}
	x, err := in.inspect(expr)
	if i := strings.LastIndexByte(expr, '.'); err != nil && i > 0 { // RDD.Map, of a pointer
		if y, other := in.inspect("(*" + expr[:i] + ")" + expr[i:]); other == nil {
			x, err = y, nil
		}
	}
	if err != nil {
		return Description{}, err
	}
	switch e := ast.Unparen(x.expr).(type) {
	case *ast.Ident:
		if o := x.info.Uses[e]; o != nil {
			return in.describeObject(o, nil), nil
		}
	case *ast.SelectorExpr:
		if o := x.info.Uses[e.Sel]; o != nil {
			return in.describeObject(o, x.info.Types[e.X].Type), nil
		}
	}
	tv := x.info.Types[x.expr]
	if tv.Type == nil || tv.IsVoid() {
		return Description{Kind: "expression", Signature: "no value"}, nil
	}
	t := types.Default(tv.Type)
	d := Description{Kind: "expression", Signature: in.typeText(t)}
	if tv.Value != nil {
		d.Signature += " = " + tv.Value.String()
	}
	if n, ok := types.Unalias(deref(t)).(*types.Named); ok {
		d.Path, d.Name = in.pathOf(n.Obj()), n.Obj().Name()
	}
	return d, nil
}

// describeObject describes what is declared. Of a method or field, in is the type it was selected
// from.
func (in *Interp) describeObject(o types.Object, from types.Type) Description {
	d := Description{Signature: types.ObjectString(o, in.qualify), Path: in.pathOf(o), Name: o.Name()}
	switch o := o.(type) {
	case *types.Func:
		d.Kind = "func"
		if recv := o.Signature().Recv(); recv != nil {
			d.Kind = "method"
			d.Name = typeOwning(recv.Type(), from) + o.Name()
		}
	case *types.Var:
		d.Kind = "var"
		if o.IsField() {
			d.Kind = "field"
			d.Name = typeOwning(nil, from) + o.Name()
		}
	case *types.Const:
		d.Kind = "const"
		if v := o.Val(); v.Kind() == constant.Float { // exact fractions are not for reading
			d.Signature = fmt.Sprintf("const %s %s = %s", o.Name(), in.typeText(o.Type()), v)
		}
	case *types.TypeName:
		d.Kind = "type"
	case *types.PkgName:
		return Description{Kind: "package", Signature: "package " + o.Imported().Name(), Path: o.Imported().Path()}
	case *types.Builtin, *types.Nil:
		d.Kind = "builtin"
	}
	return d
}

// typeOwning is "Type." for the name of a method or field. The receiver of an interface's method
// and the struct of a field are not known from the object; the type it was selected from serves.
func typeOwning(recv, from types.Type) string {
	for _, t := range []types.Type{recv, from} {
		if t == nil {
			continue
		}
		if n, ok := types.Unalias(deref(t)).(*types.Named); ok {
			return n.Obj().Name() + "."
		}
	}
	return ""
}

func (in *Interp) pathOf(o types.Object) string {
	if o.Pkg() == nil || o.Pkg().Path() == sessionPath {
		return ""
	}
	return strings.TrimPrefix(o.Pkg().Path(), sourcePrefix)
}

// packageNamed is the package that a bare name or import path means.
func (in *Interp) packageNamed(name string) (*types.Package, bool) {
	in.mu.RLock()
	path, imported := in.session.imports[name]
	declared := in.session.objects[name] != nil
	in.mu.RUnlock()
	if !imported {
		if declared {
			return nil, false
		}
		path = strings.Trim(name, `"`)
		if paths := in.world.Lookup(name); len(paths) > 0 {
			path = paths[0]
		}
	}
	p, err := in.world.Import(path)
	return p, err == nil
}

// An inspected expression has been checked, and no more.
type inspected struct {
	expr ast.Expr
	info *types.Info
}

// inspect parses and checks an expression, which may be a type, in the session.
func (in *Interp) inspect(text string) (*inspected, error) {
	src := in.addSource(Source{Text: text})
	expr, err := parser.ParseExprFrom(in.fset, src.name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, in.syntaxError(err)
	}
	in.mu.RLock() // no methods are added to types meanwhile
	defer in.mu.RUnlock()
	pkg := types.NewPackage(sessionPath, sessionPath)
	for _, o := range in.session.objects {
		pkg.Scope().Insert(o)
	}
	for _, name := range qualifiers(text) {
		path := in.session.imports[name]
		if path == "" && in.session.objects[name] == nil {
			if paths := in.world.Lookup(name); len(paths) > 0 {
				path = paths[0]
			}
		}
		if path == "" {
			continue
		}
		p, err := in.world.Import(path)
		if err != nil {
			return nil, err
		}
		pkg.Scope().Insert(types.NewPkgName(token.NoPos, pkg, name, p))
	}
	x := &inspected{expr: expr, info: newInfo()}
	if err := types.CheckExpr(in.fset, pkg, token.NoPos, expr, x.info); err != nil {
		if e, ok := err.(types.Error); ok {
			e.Msg = cleaned(e.Msg)
			return nil, in.typeErrors([]types.Error{e})
		}
		return nil, err
	}
	return x, nil
}
