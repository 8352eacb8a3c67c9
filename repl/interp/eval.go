package interp

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"gospark/repl/interp/split"
)

// Source is one input: a text, and where it came from.
type Source struct {
	Text, File string
	Line       int  // of the first line, counted from 1
	Script     bool // a file: nothing is echoed, and func main is run at the end
}

// EchoKind says what a statement did that is worth showing.
type EchoKind int

const (
	Result  EchoKind = iota // an expression, now in a variable resN
	Define                  // a new variable
	Assign                  // a variable has another value
	Declare                 // a type, function, constant or import
)

// Echo is what a shell shows for one statement.
type Echo struct {
	Kind       EchoKind
	Name, Type string
	Value      any    // as it is in memory; nil for Declare
	Text       string // the value as the shell shows it, cut
}

// run is an evaluation in progress.
type run struct {
	ctx       context.Context
	goroutine atomic.Uint64 // that interpreted code runs on
	at        atomic.Pointer[token.Position]
	defers    *Defers // at top level
	tooDeep   atomic.Bool
}

// Eval checks everything first, then runs statement after statement, calling emit, which may be nil,
// after each one that has something to show. When ctx is cancelled Eval returns an *Error of kind
// Interrupted at once, whatever the snippet does. All errors are *Error.
func (in *Interp) Eval(ctx context.Context, src Source, emit func(Echo)) error {
	in.evaluating.Lock()
	defer in.evaluating.Unlock()
	if emit == nil || src.Script {
		emit = func(Echo) {}
	}
	steps, err := in.prepare(in.addSource(src))
	if err != nil {
		return err
	}
	r := &run{ctx: ctx, defers: in.newDefers()}
	in.running.Store(r)
	defer in.running.Store(nil)
	err = in.runSteps(r, steps, emit)
	if len(r.defers.calls) == 0 {
		return err
	}
	var failed *Error
	errors.As(err, &failed)
	return in.perform(r, func() {
		if failed != nil {
			r.defers.finish(true, failed.cause())
		} else {
			r.defers.finish(false, nil)
		}
	})
}

func (in *Interp) runSteps(r *run, steps []step, emit func(Echo)) error {
	for _, s := range steps {
		if err := r.ctx.Err(); err != nil {
			return interrupted(err)
		}
		if s.do != nil {
			r.at.Store(&s.at)
			if err := in.perform(r, s.do); err != nil {
				return err
			}
		}
		in.mu.Lock()
		next := in.session.clone()
		echoes := s.after(next)
		in.session = next
		in.mu.Unlock()
		for _, e := range echoes {
			emit(e())
		}
	}
	return nil
}

// A step is one statement, compiled.
type step struct {
	do    func()                       // nil when there is nothing to run
	at    token.Position               // where it begins
	after func(*session) []func() Echo // enters what it declared into the session
}

// prepare checks and compiles a text without running any of it.
func (in *Interp) prepare(src *source) ([]step, error) {
	in.mu.RLock()
	s := in.session.clone()
	in.mu.RUnlock()
	var all []*checked
	in.emitting.Lock()
	defer in.emitting.Unlock()
	hasMain := false
	for _, p := range pieces(src) {
		c, err := in.check(p, s)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
		if src.Script && c.decl {
			for _, o := range c.objects {
				if fn, ok := o.(*types.Func); ok && fn.Name() == "main" {
					hasMain = true
				}
			}
		}
	}
	if hasMain {
		p := piece{source: src, chunks: []split.Chunk{{Kind: split.Statement, Text: "main()", Line: 1, Col: 1}}}
		c, err := in.check(p, s)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	var steps []step
	for _, c := range all {
		compiled, err := in.compile(c)
		if err != nil {
			return nil, err
		}
		steps = append(steps, compiled...)
	}
	return steps, nil
}

// compile writes a checked piece for yaegi and compiles it.
func (in *Interp) compile(c *checked) (steps []step, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case unrepresentable:
			err = in.refused(c, r.msg)
		case *Error:
			err = r
		default:
			panic(r)
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
		echoes = append(echoes, constantEcho(Echo{Kind: Declare, Name: typeString(fn.Signature().Recv().Type()) + "." + fn.Name(), Type: typeString(fn.Type()), Text: "func " + fn.Name()}))
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

func constantEcho(e Echo) func() Echo { return func() Echo { return e } }

// valueEcho shows what a variable holds once the statement is done.
func (in *Interp) valueEcho(kind EchoKind, name string, t types.Type, v reflect.Value) func() Echo {
	held := reflect.New(v.Type()).Elem()
	held.Set(v)
	return func() Echo {
		typ, text := in.shown(name, held, t)
		return Echo{Kind: kind, Name: name, Type: typ, Value: held.Interface(), Text: text}
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

// assigned echoes the session variables a statement has assigned to.
func (in *Interp) assigned(c *checked, st ast.Stmt) []func() Echo {
	var lhs []ast.Expr
	switch s := st.(type) {
	case *ast.AssignStmt:
		lhs = s.Lhs
	case *ast.IncDecStmt:
		lhs = []ast.Expr{s.X}
	}
	var echoes []func() Echo
	for _, x := range lhs {
		id, ok := x.(*ast.Ident)
		if !ok {
			continue
		}
		if v, ok := c.info.Uses[id].(*types.Var); ok {
			if cell, ok := in.cells[v]; ok {
				echoes = append(echoes, in.valueEcho(Assign, v.Name(), v.Type(), cell.Elem()))
			}
		}
	}
	return echoes
}

// showing writes an expression so that its value is kept, and returns what enters it into the
// session. It is nil for an expression without a value.
func (in *Interp) showing(e *emitter, c *checked, x ast.Expr) func(*session) []func() Echo {
	tv := c.info.Types[x]
	if tv.IsVoid() || prints(c.info, x) {
		return nil
	}
	if tv.IsNil() {
		return func(*session) []func() Echo {
			return []func() Echo{constantEcho(Echo{Kind: Result, Type: "untyped nil", Text: "nil"})}
		}
	}
	if tuple, ok := tv.Type.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return nil
		}
		return in.showingSeveral(e, c, x, tuple)
	}
	t := types.Default(tv.Type)
	if b, ok := t.Underlying().(*types.Basic); ok && tv.Value != nil && tv.Type != t && !representable(tv.Value, b) {
		panic(in.errorAt(Type, in.fset.Position(x.Pos()), fmt.Sprintf("constant %s overflows %s", tv.Value.ExactString(), t)))
	}
	v := types.NewVar(token.NoPos, c.pkg, "res", t)
	in.addCell(v)
	text := e.temp()
	e.at(x)
	e.declare(text, t, e.expr(x))
	e.line("*%s = %s", e.cell(v), text)
	return func(s *session) []func() Echo {
		name := in.resultName(s)
		in.results++
		named := types.NewVar(token.NoPos, c.pkg, name, t)
		in.cells[named] = in.cells[v]
		s.declare(named)
		in.autoImports(c, s)
		return []func() Echo{in.valueEcho(Result, name, t, in.cells[v].Elem())}
	}
}

// showingSeveral keeps the results of a call as a tuple, which no variable can hold.
func (in *Interp) showingSeveral(e *emitter, c *checked, x ast.Expr, tuple *types.Tuple) func(*session) []func() Echo {
	vars := make([]*types.Var, tuple.Len())
	temps := make([]string, tuple.Len())
	for i := range vars {
		vars[i] = types.NewVar(token.NoPos, c.pkg, "part", tuple.At(i).Type())
		in.addCell(vars[i])
		temps[i] = e.temp()
	}
	text := e.expr(x)
	e.at(x)
	e.line("%s := %s", strings.Join(temps, ", "), text)
	for i, v := range vars {
		e.line("*%s = %s", e.cell(v), temps[i])
	}
	return func(s *session) []func() Echo {
		in.autoImports(c, s)
		return []func() Echo{func() Echo {
			var typs, texts []string
			var values []any
			for _, v := range vars {
				cell := in.cells[v].Elem()
				typ, text := in.shown("", cell, v.Type())
				typs, texts = append(typs, typ), append(texts, text)
				values = append(values, cell.Interface())
			}
			return Echo{Kind: Result, Type: "(" + strings.Join(typs, ", ") + ")", Value: values, Text: "(" + strings.Join(texts, ", ") + ")"}
		}}
	}
}

// representable reports whether an untyped constant fits into the type it has by default.
func representable(v constant.Value, b *types.Basic) bool {
	switch {
	case b.Info()&types.IsInteger != 0:
		n, exact := constant.Int64Val(constant.ToInt(v))
		return exact && (b.Kind() != types.Int32 || int64(int32(n)) == n)
	case b.Info()&types.IsFloat != 0:
		f, _ := constant.Float64Val(v)
		return !math.IsInf(f, 0)
	}
	return true
}

func interrupted(cause error) *Error {
	e := &Error{Kind: Interrupted, Msg: "interrupted", Value: ErrInterrupted}
	if errors.Is(cause, context.DeadlineExceeded) {
		e.Msg += ": " + cause.Error()
	}
	return e
}

// patience is how long a cancelled evaluation has to stop by itself before it is left behind.
const patience = 120 * time.Millisecond

// perform runs interpreted code on a goroutine of its own until it ends or the context is cancelled.
func (in *Interp) perform(r *run, do func()) error {
	type outcome struct {
		panicked, left bool // left: by runtime.Goexit
		value          any
		trace          string
	}
	done := make(chan outcome, 1)
	started := make(chan uint64, 1)
	var state atomic.Int32
	const cancelled, ended = 1, 2
	go func() {
		id := goroutine()
		r.goroutine.Store(id)
		started <- id
		finished := false
		defer func() {
			v := recover()
			o := outcome{panicked: v != nil, left: v == nil && !finished, trace: in.traces.take(id)}
			if o.panicked {
				o.value = panicValue(v)
			}
			if !state.CompareAndSwap(0, ended) {
				in.stops.remove(id)
			}
			done <- o
		}()
		do()
		finished = true
	}()
	id := <-started
	var o outcome
	select {
	case o = <-done:
	case <-r.ctx.Done():
		if state.CompareAndSwap(0, cancelled) {
			in.stops.add(id, stopForGood)
		}
		t := time.NewTimer(patience)
		defer t.Stop()
		select {
		case o = <-done:
		case <-t.C:
			return interrupted(r.ctx.Err())
		}
	}
	switch {
	case o.left && r.tooDeep.Load():
		return in.panicError(errTooDeep, o.trace)
	case o.left && r.ctx.Err() != nil:
		return interrupted(r.ctx.Err())
	case o.panicked && r.ctx.Err() != nil && isCancellation(o.value):
		return interrupted(r.ctx.Err())
	case o.panicked:
		return in.panicError(o.value, o.trace)
	}
	return nil
}

// isCancellation tells a panic with which a compiled function ends because its context was cancelled.
func isCancellation(v any) bool {
	err, ok := v.(error)
	return ok && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}
