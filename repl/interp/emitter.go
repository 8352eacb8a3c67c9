package interp

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// An emitter writes the body of one function for yaegi: Go in, plainer Go out.
//
// What it writes uses only what yaegi gets right. Every constant is folded, every name is its own,
// every type explicit; methods are functions, embedded fields are spelled out, generic functions are
// written once for each list of type arguments, and every conversion to or from an interface is
// visible. It relies on go/types having accepted the source.
type emitter struct {
	u          *unit
	info       *types.Info
	pkg        *types.Package
	asOf       int         // see function.asOf
	env        environment // what type parameters stand for
	names      map[types.Object]string
	captured   map[types.Object]bool // variables a closure or a pointer may outlive
	results    *types.Tuple          // of the function being written
	named      []string              // its results' names, if they have some
	yield      *yielding             // inside the body of a range over a function
	deferred   string                // the variable with the deferred calls of the function being written
	recovers   string                // the same, of the function that calls the next literal at its end
	recovering string                // the same, of the function that called the one being written at its end
	looping    int                   // loops around the statement being written, in its function
	counting   map[*types.Var]bool   // variables of loops that only grow, from where they are not negative
	held       map[ast.Expr]string   // expressions that have been evaluated, and where their values are
	out        *strings.Builder
}

// environment binds the type parameters of the function being written.
type environment map[*types.TypeParam]types.Type

func (e *emitter) line(format string, args ...any) {
	fmt.Fprintf(e.out, format, args...)
	e.out.WriteByte('\n')
}

// at marks the place in the source that the next text comes from. yaegi reports it in panics. The last
// part of the file name is yaegi's own for the program, by which it finds the imports.
func (e *emitter) at(n ast.Node) {
	p := e.u.in.fset.Position(n.Pos())
	if p.IsValid() {
		fmt.Fprintf(e.out, "/*line %s/_.go:%d:%d*/", p.Filename, p.Line, p.Column)
	}
}

// block writes statements into a text of their own.
func (e *emitter) block(write func()) string {
	saved := e.out
	e.out = &strings.Builder{}
	write()
	text := e.out.String()
	e.out = saved
	return text
}

func (e *emitter) temp() string { return e.u.fresh("t") }

// declare writes a variable.
func (e *emitter) declare(name string, t types.Type, value string) {
	if value == "nil" { // which yaegi does not take for every interface
		e.line("var %s %s", name, e.u.typ(t))
		return
	}
	e.line("var %s %s = %s", name, e.u.typ(t), value)
}

// declareAs writes a variable of type t with a value of another. What an interface is declared with is
// assigned to it instead: yaegi would give it the type of the value.
func (e *emitter) declareAs(name string, t types.Type, text string, from types.Type) {
	if kindOf(t) == asAny && kindOf(from) == notIface && !isUntypedNil(from) {
		if !lossy(from) { // a literal would take its place
			v := e.temp()
			e.declare(v, from, text)
			text = v
		}
		e.line("var %s any", name)
		e.line("%s = %s", name, e.convert(text, from, t))
		return
	}
	e.declare(name, t, e.convert(text, from, t))
}

// name is the text of a local variable or label.
func (e *emitter) name(obj types.Object) string {
	if n, ok := e.names[obj]; ok {
		return n
	}
	n := e.u.fresh(identifier(obj.Name()))
	e.names[obj] = n
	return n
}

// variable is the text of any variable.
func (e *emitter) variable(v *types.Var) string {
	if p := e.cell(v); p != "" {
		return "(*" + p + ")"
	}
	if sym, ok := e.u.in.compiled(v); ok {
		return e.u.symbol(v.Name(), sym)
	}
	return e.name(v)
}

// cell is the name of the pointer a variable is reached through, empty for local ones.
func (e *emitter) cell(v *types.Var) string {
	if to, ok := e.u.in.cells[v]; ok {
		return e.u.pointer(v, to)
	}
	if sym, ok := e.u.in.compiled(v); ok && sym.CanAddr() {
		return e.u.pointer(v, sym.Addr())
	}
	return ""
}

// typeOf is the type of an expression with type parameters replaced.
func (e *emitter) typeOf(x ast.Expr) types.Type {
	t := e.info.TypeOf(x)
	if t == nil {
		if id, ok := x.(*ast.Ident); ok {
			if o := e.info.ObjectOf(id); o != nil {
				t = o.Type()
			}
		}
	}
	if t == nil {
		panic(unrepresentable{"an expression without a type"})
	}
	return types.Default(e.env.subst(t))
}

func (e *emitter) object(id *ast.Ident) types.Object { return e.info.ObjectOf(id) }

// subst replaces type parameters.
func (env environment) subst(t types.Type) types.Type {
	if len(env) == 0 {
		return t
	}
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		if b, ok := env[t]; ok {
			return b
		}
		return t
	case *types.Pointer:
		return types.NewPointer(env.subst(t.Elem()))
	case *types.Slice:
		return types.NewSlice(env.subst(t.Elem()))
	case *types.Array:
		return types.NewArray(env.subst(t.Elem()), t.Len())
	case *types.Chan:
		return types.NewChan(t.Dir(), env.subst(t.Elem()))
	case *types.Map:
		return types.NewMap(env.subst(t.Key()), env.subst(t.Elem()))
	case *types.Tuple:
		return env.tuple(t)
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, env.tuple(t.Params()), env.tuple(t.Results()), t.Variadic())
	case *types.Struct:
		fields := make([]*types.Var, t.NumFields())
		tags := make([]string, t.NumFields())
		for i := range fields {
			f := t.Field(i)
			fields[i] = types.NewField(f.Pos(), f.Pkg(), f.Name(), env.subst(f.Type()), f.Embedded())
			tags[i] = t.Tag(i)
		}
		return types.NewStruct(fields, tags)
	case *types.Interface:
		if t.NumMethods() == 0 {
			return t
		}
		methods := make([]*types.Func, t.NumMethods())
		for i := range methods {
			m := t.Method(i)
			methods[i] = types.NewFunc(m.Pos(), m.Pkg(), m.Name(), env.subst(m.Type()).(*types.Signature))
		}
		return types.NewInterfaceType(methods, nil).Complete()
	case *types.Named:
		if t.TypeArgs() == nil {
			return t
		}
		args := make([]types.Type, t.TypeArgs().Len())
		for i := range args {
			args[i] = env.subst(t.TypeArgs().At(i))
		}
		inst, err := types.Instantiate(nil, t.Origin(), args, false)
		if err != nil {
			panic(unrepresentable{err.Error()})
		}
		return inst
	}
	return t
}

func (env environment) tuple(t *types.Tuple) *types.Tuple {
	if t == nil {
		return nil
	}
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		v := t.At(i)
		vars[i] = types.NewParam(v.Pos(), v.Pkg(), v.Name(), env.subst(v.Type()))
	}
	return types.NewTuple(vars...)
}

// outliving finds the variables of a body that are used in a function literal inside it, or whose address
// is taken, openly or by a method call or a slice expression.
func outliving(body ast.Node, info *types.Info) map[types.Object]bool {
	found := map[types.Object]bool{}
	var roots func(x ast.Expr)
	roots = func(x ast.Expr) {
		switch x := ast.Unparen(x).(type) {
		case *ast.Ident:
			if o := info.ObjectOf(x); o != nil {
				found[o] = true
			}
		case *ast.SelectorExpr:
			roots(x.X)
		case *ast.IndexExpr:
			roots(x.X)
		}
	}
	outside := func(n ast.Node) {
		ast.Inspect(n, func(m ast.Node) bool {
			if id, ok := m.(*ast.Ident); ok {
				if o, ok := info.Uses[id].(*types.Var); ok && (o.Pos() < n.Pos() || o.Pos() > n.End()) {
					found[o] = true
				}
			}
			return true
		})
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			outside(n)
		case *ast.RangeStmt: // its body becomes a function literal
			if t := info.TypeOf(n.X); t != nil {
				if _, ok := t.Underlying().(*types.Signature); ok {
					outside(n.Body)
				}
			}
		case *ast.GoStmt:
			outside(n)
		case *ast.DeferStmt:
			outside(n)
		case *ast.UnaryExpr:
			if n.Op.String() == "&" {
				roots(n.X)
			}
		case *ast.SliceExpr:
			roots(n.X)
		case *ast.SelectorExpr:
			if s := info.Selections[n]; s != nil && s.Kind() == types.MethodVal {
				roots(n.X)
			}
		}
		return true
	})
	return found
}
