package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A function is a declared function or method, kept as checked source. Each unit that uses it gets a
// copy of its own, so one that is redefined goes on unchanged where it was in use.
type function struct {
	name string
	decl *ast.FuncDecl
	info *types.Info
	pkg  *types.Package
	sig  *types.Signature // with the receiver as first parameter
	// params are the function's own type parameters, or those of its receiver
	params []*types.TypeParam
	isMeth bool

	since, asOf int       // when it replaced prev, and what it sees itself
	prev        *function // the body a method had before
}

// definition is the source of an interpreted function as the function being written sees it: a method that
// was replaced later is still the old one.
func (e *emitter) definition(fn *types.Func) *function {
	def := e.u.in.definition(fn)
	for def != nil && def.since > e.asOf && def.prev != nil {
		def = def.prev
	}
	return def
}

func newFunction(decl *ast.FuncDecl, info *types.Info, pkg *types.Package) *function {
	obj := info.Defs[decl.Name].(*types.Func)
	sig := obj.Type().(*types.Signature)
	f := &function{name: obj.Name(), decl: decl, info: info, pkg: pkg}
	for p := range sig.TypeParams().TypeParams() {
		f.params = append(f.params, p)
	}
	for p := range sig.RecvTypeParams().TypeParams() {
		f.params = append(f.params, p)
	}
	var vars []*types.Var
	if sig.Recv() != nil {
		f.isMeth = true
		vars = append(vars, sig.Recv())
	}
	for v := range sig.Params().Variables() {
		vars = append(vars, v)
	}
	f.sig = types.NewSignatureType(nil, nil, nil, types.NewTuple(vars...), sig.Results(), sig.Variadic())
	return f
}

// receiver is the type of a method's receiver for the given type arguments.
func (f *function) receiver(args []types.Type) types.Type {
	return f.environment(args).subst(f.sig.Params().At(0).Type())
}

func (f *function) environment(args []types.Type) environment {
	env := environment{}
	for i, p := range f.params {
		env[p] = args[i]
	}
	return env
}

// function makes the unit contain a function, for one list of type arguments, and returns its name there.
func (u *unit) function(f *function, args []types.Type) string {
	key := fmt.Sprintf("func %p", f)
	hint := identifier(f.name)
	for _, a := range args {
		key += fmt.Sprint(" ", u.in.entry(a))
	}
	if len(args) != len(f.params) {
		panic(unrepresentable{fmt.Sprintf("%s is used without its type arguments", f.name)})
	}
	if len(args) > 0 && len(u.emitted) > 10000 {
		panic(unrepresentable{fmt.Sprintf("%s would need endlessly many instances", f.name)})
	}
	return u.once(key, "f_"+hint, func(name string) string { return u.write(name, f, args) })
}

func (u *unit) write(name string, f *function, args []types.Type) string {
	e := &emitter{u: u, info: f.info, pkg: f.pkg, asOf: f.asOf, env: f.environment(args), names: map[types.Object]string{}, out: &strings.Builder{}}
	e.captured = outliving(f.decl.Body, f.info)
	sig := e.env.subst(f.sig).(*types.Signature)
	src := *f.decl.Type
	if f.decl.Recv != nil {
		src.Params = &ast.FieldList{List: append(append([]*ast.Field(nil), f.decl.Recv.List...), f.decl.Type.Params.List...)}
	}
	header, body := e.body(sig, &src, f.decl.Body)
	return "func " + name + header + " {\n" + body + "}\n"
}

// guarded tells the functions that may take part in a recursion: those that call interpreted code.
func (e *emitter) guarded(body ast.Node) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok || found {
			return false
		}
		if c, ok := n.(*ast.CallExpr); ok && e.callsInterpreted(ast.Unparen(c.Fun)) {
			found = true
		}
		return !found
	})
	return found
}

func (e *emitter) callsInterpreted(fun ast.Expr) bool {
	if tv := e.info.Types[fun]; tv.IsType() || tv.IsBuiltin() {
		return false
	}
	if s, ok := fun.(*ast.SelectorExpr); ok {
		if sel := e.info.Selections[s]; sel != nil && sel.Kind() == types.MethodVal {
			m := sel.Obj().(*types.Func)
			return m.Pkg() == nil || ofSession(m.Pkg()) || len(e.env) > 0
		}
	}
	if id := instantiated(fun); id != nil {
		if fn, ok := e.object(id).(*types.Func); ok {
			return e.definition(fn) != nil
		}
	}
	return true
}

func ofSession(p *types.Package) bool {
	return p.Path() == sessionPath || strings.HasPrefix(p.Path(), sourcePrefix)
}

// binder makes the unit contain a function that takes a receiver as any and returns its method as a function
// value.
func (u *unit) binder(t types.Type, method string, pkg *types.Package) string {
	return u.once(fmt.Sprint("bind ", u.in.entry(t), method), "bind_"+method, func(name string) string {
		e := &emitter{u: u, pkg: pkg, asOf: u.in.epoch, names: map[types.Object]string{}, out: &strings.Builder{}}
		obj, index, _ := types.LookupFieldOrMethod(t, false, pkg, method)
		fn, ok := obj.(*types.Func)
		if !ok {
			panic(unrepresentable{fmt.Sprintf("type %s has no method %s", typeName(t), method)})
		}
		text, recv := e.fields("r", t, index[:len(index)-1])
		m := e.methodOf(fn, text, recv)
		sig := bare(fn.Type().(*types.Signature))
		params, args := e.parameters(sig)
		call := ""
		switch {
		case m.def != nil:
			call = u.function(m.def, m.args) + "(" + strings.Join(append([]string{e.methodReceiver(m)}, args...), ", ") + ")"
		case m.dynamic:
			call = u.dispatch(m.obj, sig) + "(" + strings.Join(append([]string{text}, args...), ", ") + ")"
		default:
			call = text + "." + method + "(" + strings.Join(args, ", ") + ")"
		}
		return fmt.Sprintf("func %s(x any) any {\nr := g.Unbox(x).(%s)\nf := func%s {\n%s}\nreturn f\n}\n", name, u.typ(t), params, e.returning(call, sig))
	})
}

// recvTypeName is the name in a method's receiver.
func recvTypeName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) != 1 {
		return ""
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.ParenExpr:
			t = x.X
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

func isExported(name string) bool { return token.IsExported(name) }
