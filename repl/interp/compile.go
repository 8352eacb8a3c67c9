package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"
)

// Compiling what was checked, into steps.

// compile writes a checked piece for yaegi and compiles it.
func (in *Interp) compile(c *checked) (steps []step, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case unrepresentable:
			err = in.refused(c, r.msg)
		case *Error:
			err = r
		default: // a mistake in here must not end the shell
			err = in.refused(c, fmt.Sprintf("the interpreter cannot run this: %v", r))
		}
	}()
	switch {
	case len(c.imports) > 0:
		return []step{{after: func(s *session) []func() Echo {
			var echoes []func() Echo
			for _, i := range c.imports {
				in.enterImport(s, i)
				echoes = append(echoes, constantEcho(Echo{Kind: Declare, Name: i.name, Type: "package", Text: fmt.Sprintf("import %q", i.path)}))
			}
			return echoes
		}}}, nil
	case c.decl:
		return in.compileDecls(c)
	}
	for _, st := range c.stmts {
		s, err := in.compileStmt(c, st)
		if err != nil {
			return nil, err
		}
		s.at = in.fset.Position(st.Pos())
		steps = append(steps, s)
	}
	return steps, nil
}

func (in *Interp) enterImport(s *session, i importSpec) {
	switch i.name {
	case "_":
	case ".":
		if pkg, err := in.world.Import(i.path); err == nil {
			for _, n := range pkg.Scope().Names() {
				if o := pkg.Scope().Lookup(n); o.Exported() {
					s.objects[n] = o
				}
			}
		}
	default:
		delete(s.objects, i.name)
		s.imports[i.name] = i.path
	}
}

func (in *Interp) refused(c *checked, msg string) error {
	ch := c.chunks[0]
	return in.errorAt(Refused, token.Position{Filename: c.source.name, Line: ch.Line, Column: ch.Col}, msg)
}

// load compiles a unit. What yaegi does not take is refused, at the place it names if it names one.
func (in *Interp) load(c *checked, u *unit) ([]any, error) {
	values, err := u.load()
	if err == nil {
		return values, nil
	}
	msg := err.Error()
	e := in.refused(c, "the interpreter cannot run this: "+msg).(*Error)
	in.locateFrame(e, msg)
	if parts := strings.SplitN(msg, ": ", 2); len(parts) == 2 && strings.HasPrefix(msg, "s") {
		e.Msg = "the interpreter cannot run this: " + parts[1]
	}
	return nil, e
}

func (in *Interp) newEmitter(u *unit, c *checked) *emitter {
	return &emitter{u: u, info: c.info, pkg: c.pkg, asOf: c.epoch, names: map[types.Object]string{}, captured: map[types.Object]bool{}, out: &strings.Builder{}}
}

// addCell makes the memory of a session variable.
func (in *Interp) addCell(v *types.Var) {
	in.cells[v] = reflect.New(in.mustReflect(v.Type()))
}

// compileDecls compiles a run of declarations. Functions are compiled too, though the unit is thrown
// away: what cannot be run is to be refused here and not where it is used.
func (in *Interp) compileDecls(c *checked) ([]step, error) {
	for _, o := range c.objects {
		if v, ok := o.(*types.Var); ok {
			in.addCell(v)
		}
	}
	u := in.newUnit()
	for _, d := range c.decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			def := in.defs[c.info.Defs[f.Name].(*types.Func)]
			if len(def.params) == 0 {
				u.function(def, nil)
			}
		}
	}
	var inits []*types.Initializer
	for _, i := range c.info.InitOrder {
		e := in.newEmitter(u, c)
		e.captured = outliving(i.Rhs, c.info)
		e.initialise(i)
		name := u.fresh("init")
		u.texts = append(u.texts, fmt.Sprintf("func %s() {\n%s}\n", name, e.out))
		u.put(name)
		inits = append(inits, i)
	}
	var main []*types.Func
	for _, d := range c.decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" && !c.isMethod(f) {
			fn := c.info.Defs[f.Name].(*types.Func)
			u.put(u.function(in.defs[fn], nil))
			main = append(main, fn)
		}
	}
	values, err := in.load(c, u)
	if err != nil {
		return nil, err
	}
	initialised := map[*types.Var]bool{}
	steps := []step{{after: func(s *session) []func() Echo { return in.enter(c, s, initialised) }}}
	for i, init := range inits {
		var vars []*types.Var
		for _, v := range init.Lhs {
			if v.Name() != "_" {
				initialised[v] = true
				vars = append(vars, v)
			}
		}
		steps = append(steps, step{do: values[i].(func()), after: func(*session) []func() Echo {
			var echoes []func() Echo
			for _, v := range vars {
				echoes = append(echoes, in.valueEcho(Define, v.Name(), v.Type(), in.cells[v].Elem()))
			}
			return echoes
		}})
	}
	for i := range main {
		steps = append(steps, step{do: values[len(inits)+i].(func()), after: func(*session) []func() Echo { return nil }})
	}
	return steps, nil
}

// enter adds what declarations declare to the session.
func (in *Interp) enter(c *checked, s *session, initialised map[*types.Var]bool) []func() Echo {
	var echoes []func() Echo
	for _, o := range c.objects {
		s.declare(o)
		if v, ok := o.(*types.Var); ok {
			if !initialised[v] && v.Name() != "_" {
				echoes = append(echoes, in.valueEcho(Define, v.Name(), v.Type(), in.cells[v].Elem()))
			}
			continue
		}
		sym := describe(o)
		echoes = append(echoes, constantEcho(Echo{Kind: Declare, Name: sym.Name, Type: sym.Type, Text: types.ObjectString(o, func(p *types.Package) string {
			if ofSession(p) {
				return ""
			}
			return p.Name()
		})}))
	}
	for i, m := range c.methods {
		_ = m
		fn := c.added[i]
		echoes = append(echoes, constantEcho(Echo{Kind: Declare, Name: typeString(fn.Signature().Recv().Type()) + "." + fn.Name(), Type: typeString(fn.Type()), Text: "func (" + typeString(fn.Signature().Recv().Type()) + ") " + fn.Name() + strings.TrimPrefix(typeString(bare(fn.Signature())), "func")}))
	}
	in.autoImports(c, s)
	return echoes
}

// autoImports notes the standard packages a piece has used without importing them.
func (in *Interp) autoImports(c *checked, s *session) {
	for _, o := range c.info.Uses {
		if p, ok := o.(*types.PkgName); ok && s.objects[p.Name()] == nil {
			s.imports[p.Name()] = p.Imported().Path()
		}
	}
}

func (e *emitter) initialise(i *types.Initializer) {
	if len(i.Lhs) == 1 {
		v := i.Lhs[0]
		text := e.temp()
		if from := e.valueType(i.Rhs); isUntypedNil(from) {
			text = "nil"
		} else {
			value := e.expr(i.Rhs)
			e.at(i.Rhs)
			e.declare(text, from, value)
		}
		if v.Name() == "_" {
			e.line("_ = %s", text)
		} else {
			e.line("*%s = %s", e.cell(v), e.convert(text, e.valueType(i.Rhs), v.Type()))
		}
		return
	}
	text, from := e.several(i.Rhs, len(i.Lhs))
	temps := make([]string, len(i.Lhs))
	for k := range temps {
		temps[k] = e.temp()
	}
	e.at(i.Rhs)
	e.line("%s := %s", strings.Join(temps, ", "), text)
	for k, v := range i.Lhs {
		if v.Name() != "_" {
			e.line("*%s = %s", e.cell(v), e.convert(temps[k], from[k], v.Type()))
		}
	}
}

// compileStmt compiles one top-level statement.
func (in *Interp) compileStmt(c *checked, st ast.Stmt) (step, error) {
	u := in.newUnit()
	e := in.newEmitter(u, c)
	e.captured = outliving(st, c.info)
	if defersCalls(st) {
		e.deferred = u.fresh("deferred")
		e.line("%s := g.Later()", e.deferred)
	}
	var vars []*types.Var
	for _, id := range hoistedNames(st) {
		if v, ok := c.info.Defs[id].(*types.Var); ok {
			in.addCell(v)
			vars = append(vars, v)
		}
	}
	after := func(s *session) []func() Echo {
		var echoes []func() Echo
		for _, v := range vars {
			s.declare(v)
			echoes = append(echoes, in.valueEcho(Define, v.Name(), v.Type(), in.cells[v].Elem()))
		}
		in.autoImports(c, s)
		return append(echoes, in.assigned(c, st)...)
	}
	if x, ok := st.(*ast.ExprStmt); ok {
		if show := in.showing(e, c, ast.Unparen(x.X)); show != nil {
			after = show
		} else {
			e.statement(st)
		}
	} else {
		e.statement(st)
	}
	name := u.fresh("step")
	u.texts = append(u.texts, fmt.Sprintf("func %s() {\n%s}\n", name, e.out))
	u.put(name)
	values, err := in.load(c, u)
	if err != nil {
		return step{}, err
	}
	return step{do: values[0].(func()), after: after}, nil
}
