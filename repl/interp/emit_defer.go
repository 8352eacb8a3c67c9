package interp

import (
	"go/ast"
	"go/types"
	"strings"
)

// Statements that evaluate a call now and make it later: go and defer. And return, which deferred calls
// may change.

// frozen writes a call whose function and arguments are evaluated now, to be run later.
func (e *emitter) frozen(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if tv := e.info.Types[fun]; tv.IsBuiltin() || tv.IsType() {
		return e.frozenBuiltin(call)
	}
	sig := e.typeOf(fun).Underlying().(*types.Signature)
	callee, recv, mode := e.callee(fun)
	if _, isLit := fun.(*ast.FuncLit); !isLit {
		held := e.frozenCallee(fun, callee, sig)
		if held != callee { // with its receiver, or through a pointer no longer
			recv = ""
		}
		callee = held
	} else {
		e.recovers = "" // in arguments
		f := e.temp()
		e.line("%s := %s", f, e.u.isolated(sig, recv))
		callee, recv = f, ""
	}
	args, prelude := e.arguments(call, sig, mode)
	e.out.WriteString(prelude)
	hold := func(text string) string {
		dots := strings.HasSuffix(text, "...")
		text = strings.TrimSuffix(text, "...")
		if text == "nil" {
			return text
		}
		t := e.temp()
		e.line("%s := %s", t, text)
		if dots {
			t += "..."
		}
		return t
	}
	var held []string
	if recv != "" {
		held = append(held, hold(recv))
	}
	fixed := sig.Params().Len()
	if sig.Variadic() {
		fixed--
	}
	for i, a := range args {
		if prelude != "" || strings.HasPrefix(a, "[]") && strings.HasSuffix(a, "}...") {
			held = append(held, hold(a))
			continue
		}
		var t types.Type
		if i < fixed || call.Ellipsis.IsValid() {
			t = sig.Params().At(i).Type()
		} else {
			t = sig.Params().At(fixed).Type().Underlying().(*types.Slice).Elem()
		}
		text, dots := strings.CutSuffix(a, "...")
		name := e.temp()
		e.declare(name, t, text)
		if dots {
			name += "..."
		}
		held = append(held, name)
	}
	return callee + "(" + strings.Join(held, ", ") + ")"
}

// frozenCallee evaluates the function of a call, or the receiver of a compiled method.
func (e *emitter) frozenCallee(fun ast.Expr, callee string, sig *types.Signature) string {
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if s := e.info.Selections[sel]; s != nil && s.Kind() == types.MethodVal {
			m := e.method(sel, s)
			if _, _, replaced := e.u.in.replacedMethod(m.obj); m.def == nil && !m.dynamic && !replaced {
				if _, isPointer := m.recv.Underlying().(*types.Pointer); isPointer || kindOf(m.recv) != notIface {
					t := e.temp()
					e.line("%s := %s", t, m.text)
					return t + "." + m.obj.Name()
				}
				if e.isCell(m.text) {
					return callee
				}
				if m.pointer {
					t := e.temp()
					e.line("%s := &%s", t, m.text)
					return t + "." + m.obj.Name()
				}
				t := e.temp()
				e.line("%s := %s", t, m.text)
				return t + "." + m.obj.Name()
			}
			if m.dynamic { // the method is looked up now
				t := e.temp()
				bound := e.typeOf(fun).Underlying().(*types.Signature)
				e.line("%s := %s(%s)", t, e.u.bound(m.obj, bound), m.text)
				return t
			}
			return callee
		}
	}
	if e.isFunction(fun) {
		return callee
	}
	t := e.temp()
	e.declare(t, sig, e.open(fun))
	return t
}

func (e *emitter) frozenBuiltin(call *ast.CallExpr) string {
	saved := e.held
	defer func() { e.held = saved }()
	call, prelude := e.unfolded(call)
	e.out.WriteString(prelude)
	held := map[ast.Expr]string{}
	for x, text := range e.held {
		held[x] = text
	}
	for _, a := range call.Args {
		if e.info.Types[a].IsType() || e.info.Types[a].IsNil() || e.info.Types[a].Value != nil {
			continue
		}
		t := e.temp()
		e.declare(t, e.typeOf(a), e.expr(a))
		held[a] = t
	}
	e.held = held
	return e.expr(call)
}

// goStmt starts a goroutine whose panics are reported.
func (e *emitter) goStmt(s *ast.GoStmt) {
	e.line("{")
	text := e.frozen(s.Call)
	e.at(s)
	body := e.block(func() {
		e.at(s)
		e.line("%s", text)
	})
	e.line("g.Go(%s)", e.u.isolated(types.NewSignatureType(nil, nil, nil, nil, nil, false), "(func() {\n"+body+"})"))
	e.line("}")
}

// mayRecover reports whether a function that is deferred may call recover itself. Of a function value that is not known.
func (e *emitter) mayRecover(fun ast.Expr) bool {
	if !e.callsInterpreted(fun) {
		return false
	}
	var def *function
	if id := instantiated(fun); id != nil {
		if fn, ok := e.object(id).(*types.Func); ok {
			def = e.definition(fn)
		}
	}
	return def == nil || def.decl == nil || def.decl.Body == nil || e.recoversItself(def.decl.Body, def.info)
}

// deferStmt keeps a call for the end of the function.
func (e *emitter) deferStmt(s *ast.DeferStmt) {
	e.line("{")
	saved := e.recovers
	e.recovers = ""
	if _, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok {
		e.recovers = e.deferred
	}
	add := "Add"
	if e.recovers == "" && e.mayRecover(ast.Unparen(s.Call.Fun)) {
		add = "AddNamed"
	}
	text := e.frozen(s.Call)
	e.recovers = saved
	e.at(s)
	e.line("%s.%s((func() {", e.deferred, add)
	e.at(s)
	e.line("%s", text)
	e.line("}))")
	e.line("}")
}

func (e *emitter) returnStmt(s *ast.ReturnStmt) {
	if e.yield != nil {
		e.yieldReturn(s)
		return
	}
	if e.deferred != "" {
		e.deferredReturn(s)
		return
	}
	e.at(s)
	switch {
	case len(s.Results) == 0:
		e.line("return")
	case len(s.Results) == 1 && e.results.Len() == 1:
		t := e.results.At(0).Type()
		text := e.to(s.Results[0], t)
		if _, isFunc := t.Underlying().(*types.Signature); isFunc && text != "nil" { // yaegi does not return a literal in parentheses
			f := e.temp()
			e.line("var %s %s = %s", f, e.u.typ(t), text)
			text = f
		}
		e.line("return %s", text)
	default:
		e.line("{")
		values := e.returned(s)
		e.at(s)
		e.line("return %s", strings.Join(values, ", "))
		e.line("}")
	}
}

// deferredReturn leaves the results where deferred functions can change them.
func (e *emitter) deferredReturn(s *ast.ReturnStmt) {
	if len(s.Results) > 0 {
		e.line("{")
		for i, v := range e.returned(s) {
			e.line("%s = %s", e.named[i], v)
		}
		e.line("}")
	}
	e.line("return")
}

// returned evaluates the operands of a return into variables: yaegi stores results one after the
// other in the places of named results, which other operands may still have to read.
func (e *emitter) returned(s *ast.ReturnStmt) []string {
	values := make([]string, e.results.Len())
	if len(s.Results) == 1 && len(values) > 1 {
		text, from := e.several(s.Results[0], len(values))
		temps := make([]string, len(values))
		for i := range temps {
			temps[i] = e.temp()
		}
		e.line("%s := %s", strings.Join(temps, ", "), text)
		for i := range values {
			values[i] = e.temp()
			e.declare(values[i], e.results.At(i).Type(), e.convert(temps[i], from[i], e.results.At(i).Type()))
		}
		return values
	}
	for i, x := range s.Results {
		text := e.to(x, e.results.At(i).Type())
		values[i] = e.temp()
		e.declare(values[i], e.results.At(i).Type(), text)
	}
	return values
}
