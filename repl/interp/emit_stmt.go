package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Statements, except loops (emit_loop.go) and switches (emit_switch.go).

func (e *emitter) statements(list []ast.Stmt) {
	for _, s := range list {
		e.statement(s)
	}
}

func (e *emitter) statement(s ast.Stmt) { e.labelled(s, "") }

// labelled writes a statement with its label in front, which has to come right before the loop or switch.
func (e *emitter) labelled(s ast.Stmt, label string) {
	prefix := func() {
		if label != "" {
			e.line("%s:", label)
		}
	}
	switch s := s.(type) {
	case *ast.ForStmt:
		e.forStmt(s, label)
		return
	case *ast.RangeStmt:
		e.rangeStmt(s, label)
		return
	case *ast.SwitchStmt:
		e.switchStmt(s, label)
		return
	case *ast.TypeSwitchStmt:
		e.typeSwitch(s, label)
		return
	case *ast.SelectStmt:
		e.selectStmt(s, label)
		return
	}
	prefix()
	switch s := s.(type) {
	case *ast.EmptyStmt:
		if label != "" {
			e.line("{")
			e.line("}")
		}
	case *ast.BlockStmt:
		e.line("{")
		e.statements(s.List)
		e.line("}")
	case *ast.LabeledStmt:
		e.labelled(s.Stmt, e.name(e.info.Defs[s.Label]))
	case *ast.ExprStmt:
		e.exprStmt(s)
	case *ast.SendStmt:
		e.send(s)
	case *ast.IncDecStmt:
		e.at(s)
		e.line("%s%s", e.place(s.X), s.Tok)
	case *ast.AssignStmt:
		e.assign(s)
	case *ast.DeclStmt:
		e.declStmt(s)
	case *ast.GoStmt:
		e.goStmt(s)
	case *ast.DeferStmt:
		e.deferStmt(s)
	case *ast.ReturnStmt:
		e.returnStmt(s)
	case *ast.BranchStmt:
		e.branch(s)
	case *ast.IfStmt:
		e.ifStmt(s)
	default:
		panic(unrepresentable{fmt.Sprintf("a statement the interpreter cannot represent (%T)", s)})
	}
}

func (e *emitter) exprStmt(s *ast.ExprStmt) {
	x := ast.Unparen(s.X)
	if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.ARROW {
		e.at(s)
		e.line("<-%s", e.expr(u.X))
		return
	}
	call, ok := x.(*ast.CallExpr)
	if !ok {
		text := e.expr(x)
		e.at(s)
		e.line("_ = %s", text)
		return
	}
	if tv := e.info.Types[call.Fun]; !tv.IsType() && !tv.IsBuiltin() && len(call.Args) == 1 {
		if _, ok := e.info.TypeOf(call.Args[0]).(*types.Tuple); ok {
			sig := e.typeOf(call.Fun).Underlying().(*types.Signature)
			callee, recv, mode := e.callee(ast.Unparen(call.Fun))
			args, prelude := e.arguments(call, sig, mode)
			if recv != "" {
				args = append([]string{recv}, args...)
			}
			e.line("{")
			e.out.WriteString(prelude)
			e.at(s)
			e.line("%s(%s)", callee, strings.Join(args, ", "))
			e.line("}")
			return
		}
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok { // yaegi finds out its type again whenever it is called in place
		e.line("{")
		f := e.temp()
		e.line("%s := %s", f, e.literal(lit))
		args, _ := e.arguments(call, e.typeOf(lit).Underlying().(*types.Signature), keepTypes)
		e.at(s)
		e.line("%s(%s)", f, strings.Join(args, ", "))
		e.line("}")
		return
	}
	text := e.expr(call)
	e.at(s)
	e.line("%s", text)
}

// place writes the left side of an assignment.
func (e *emitter) place(x ast.Expr) string {
	text := e.expr(x)
	if strings.HasPrefix(text, "(*") && strings.HasSuffix(text, ")") && balanced(text[1:len(text)-1]) {
		return text[1 : len(text)-1]
	}
	return text
}

// balanced reports whether brackets close in text by themselves: (*p) does, (*p).x(y) cut at both ends does not.
func balanced(text string) bool {
	depth := 0
	for _, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}

func isBlank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}

// defines is the variable a := introduces at x, nil if it assigns to an old one.
func (e *emitter) defines(x ast.Expr) *types.Var {
	if id, ok := x.(*ast.Ident); ok {
		if v, ok := e.info.Defs[id].(*types.Var); ok {
			return v
		}
	}
	return nil
}

// store writes the assignment of a value, given as text, to x. With define, x may be new.
func (e *emitter) store(x ast.Expr, text string, from types.Type) {
	if isBlank(x) {
		if text != "nil" {
			e.line("_ = %s", text)
		}
		return
	}
	if v := e.defines(x); v != nil {
		t := e.env.subst(v.Type())
		value := e.convert(text, from, t)
		if e.cell(v) == "" {
			e.declare(e.name(v), t, value)
		} else {
			e.line("*%s = %s", e.cell(v), value)
		}
		return
	}
	e.line("%s = %s", e.place(x), e.convert(text, from, e.typeOf(x)))
}

func (e *emitter) assign(s *ast.AssignStmt) {
	switch {
	case s.Tok != token.ASSIGN && s.Tok != token.DEFINE:
		place, value := e.place(s.Lhs[0]), e.expr(s.Rhs[0])
		e.at(s)
		e.line("%s %s %s", place, s.Tok, value)
	case len(s.Lhs) == 1:
		text := e.value(s.Rhs[0], s.Lhs[0])
		e.at(s)
		e.store(s.Lhs[0], text, e.valueType(s.Rhs[0]))
	case len(s.Rhs) == 1:
		e.unpack(s, s.Lhs, s.Rhs[0])
	default:
		e.parallel(s, s.Lhs, s.Rhs)
	}
}

// value writes the right side of an assignment. The result of a call is kept in a variable first,
// unless it is stored in a new one: yaegi loses functions it stores through pointers.
func (e *emitter) value(x, place ast.Expr) string {
	text := e.expr(x)
	if _, ok := ast.Unparen(x).(*ast.CallExpr); !ok || e.info.Types[x].Value != nil || isBlank(place) {
		return text
	}
	if v := e.defines(place); v != nil && e.cell(v) == "" {
		return text
	}
	t := e.temp()
	e.at(x)
	e.declare(t, e.typeOf(x), text)
	return t
}

func (e *emitter) valueType(x ast.Expr) types.Type {
	if e.info.Types[x].IsNil() {
		return types.Typ[types.UntypedNil]
	}
	return e.typeOf(x)
}

// unpack writes a, b = f() and the comma-ok forms.
func (e *emitter) unpack(s ast.Node, lhs []ast.Expr, rhs ast.Expr) {
	text, from := e.several(rhs, len(lhs))
	temps := make([]string, len(lhs))
	for i := range lhs {
		temps[i] = e.temp()
	}
	e.at(s)
	e.line("%s := %s", strings.Join(temps, ", "), text)
	for i, x := range lhs {
		if !isBlank(x) {
			e.store(x, temps[i], from[i])
		}
	}
}

// several writes an expression that has more than one value here, and their types.
func (e *emitter) several(rhs ast.Expr, n int) (string, []types.Type) {
	rhs = ast.Unparen(rhs)
	if tuple, ok := e.info.TypeOf(rhs).(*types.Tuple); ok {
		if _, isCall := rhs.(*ast.CallExpr); isCall {
			from := make([]types.Type, n)
			for i := range from {
				from[i] = e.env.subst(tuple.At(i).Type())
			}
			return e.expr(rhs), from
		}
	}
	ok := types.Type(types.Typ[types.Bool])
	switch x := rhs.(type) {
	case *ast.IndexExpr:
		m := e.typeOf(x.X).Underlying().(*types.Map)
		return e.open(x.X) + "[" + e.to(x.Index, m.Key()) + "]", []types.Type{m.Elem(), ok}
	case *ast.TypeAssertExpr:
		t := e.typeOf(x.Type)
		return e.u.assertion(t, anyType, true) + "(" + e.dynamic(x.X) + ")", []types.Type{t, ok}
	case *ast.UnaryExpr:
		return "<-" + e.expr(x.X), []types.Type{e.typeOf(x.X).Underlying().(*types.Chan).Elem(), ok}
	}
	panic(unrepresentable{fmt.Sprintf("an assignment the interpreter cannot represent (%T)", rhs)})
}

// parallel writes a, b = x, y: operands on the left first, then the values, then the assignments.
func (e *emitter) parallel(s ast.Node, lhs, rhs []ast.Expr) {
	values := make([]string, len(rhs))
	places := make([]string, len(lhs))
	for i, x := range lhs {
		if !isBlank(x) && e.defines(x) == nil {
			places[i] = e.fixedPlace(x)
		}
	}
	for i, x := range rhs {
		t := e.valueType(x)
		text := e.expr(x)
		if isUntypedNil(t) || e.info.Types[x].Value != nil {
			values[i] = text
			continue
		}
		values[i] = e.temp()
		e.at(s)
		e.declare(values[i], t, text)
	}
	for i, x := range lhs {
		e.at(s)
		if places[i] == "" {
			e.store(x, values[i], e.valueType(rhs[i]))
		} else {
			e.line("%s = %s", places[i], e.convert(values[i], e.valueType(rhs[i]), e.typeOf(x)))
		}
	}
}

// fixedPlace writes a left side whose operands are evaluated now.
func (e *emitter) fixedPlace(x ast.Expr) string {
	hold := func(x ast.Expr, text string) string {
		if e.info.Types[x].Value != nil {
			return text
		}
		t := e.temp()
		e.declare(t, e.typeOf(x), text)
		return t
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.IndexExpr:
		switch u := e.typeOf(x.X).Underlying().(type) {
		case *types.Map:
			base := hold(x.X, e.expr(x.X))
			if opaque(e.typeOf(x.X)) {
				base = e.u.opened(e.typeOf(x.X)) + "(" + base + ")"
			}
			key := e.temp()
			e.declare(key, u.Key(), e.to(x.Index, u.Key()))
			return base + "[" + key + "]"
		case *types.Slice, *types.Pointer:
			if opaque(e.typeOf(x.X)) {
				return e.u.opened(e.typeOf(x.X)) + "(" + hold(x.X, e.expr(x.X)) + ")[" + hold(x.Index, e.expr(x.Index)) + "]"
			}
			return hold(x.X, e.expr(x.X)) + "[" + hold(x.Index, e.expr(x.Index)) + "]"
		default:
			return e.fixedPlace(x.X) + "[" + hold(x.Index, e.expr(x.Index)) + "]"
		}
	case *ast.StarExpr:
		return "*" + hold(x.X, e.expr(x.X))
	case *ast.SelectorExpr:
		if _, ok := e.typeOf(x.X).Underlying().(*types.Pointer); ok {
			if s := e.info.Selections[x]; s != nil && len(s.Index()) == 1 {
				text, _ := e.fields(hold(x.X, e.expr(x.X)), e.typeOf(x.X), s.Index())
				return text
			}
		}
	}
	return e.place(x)
}

func (e *emitter) declStmt(s *ast.DeclStmt) {
	g := s.Decl.(*ast.GenDecl)
	if g.Tok != token.VAR { // constants are folded, types represented
		return
	}
	for _, sp := range g.Specs {
		vs := sp.(*ast.ValueSpec)
		lhs := make([]ast.Expr, len(vs.Names))
		for i, id := range vs.Names {
			lhs[i] = id
		}
		switch {
		case len(vs.Values) == 0:
			for _, id := range vs.Names {
				if v, ok := e.info.Defs[id].(*types.Var); ok && id.Name != "_" && e.cell(v) == "" {
					e.line("var %s %s", e.name(v), e.u.typ(e.env.subst(v.Type())))
				}
			}
		case len(vs.Values) == len(lhs) && len(lhs) == 1:
			text := e.expr(vs.Values[0])
			e.at(s)
			if vs.Type != nil && lhs[0].(*ast.Ident).Name == "_" {
				text = e.convert(text, e.valueType(vs.Values[0]), e.typeOf(vs.Type))
			}
			e.store(lhs[0], text, e.valueType(vs.Values[0]))
		case len(vs.Values) == len(lhs):
			e.parallel(s, lhs, vs.Values)
		default:
			e.unpack(s, lhs, vs.Values[0])
		}
	}
}

// frozen writes a call whose function and arguments are evaluated now, to be run later.
func (e *emitter) frozen(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if tv := e.info.Types[fun]; tv.IsBuiltin() || tv.IsType() {
		return e.frozenBuiltin(call)
	}
	sig := e.typeOf(fun).Underlying().(*types.Signature)
	callee, recv, mode := e.callee(fun)
	if _, isLit := fun.(*ast.FuncLit); !isLit {
		callee = e.frozenCallee(fun, callee, sig)
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
			if m.def == nil && !m.dynamic {
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
			return callee
		}
	}
	if e.isFunction(fun) {
		return callee
	}
	t := e.temp()
	e.declare(t, sig, callee)
	return t
}

func (e *emitter) frozenBuiltin(call *ast.CallExpr) string {
	copied := *call
	copied.Args = append([]ast.Expr(nil), call.Args...)
	text := e.expr(&copied)
	name := ""
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		name = id.Name
	}
	var temps []string
	for _, a := range call.Args {
		if e.info.Types[a].IsType() || e.info.Types[a].IsNil() || e.info.Types[a].Value != nil {
			temps = append(temps, "")
			continue
		}
		t := e.temp()
		e.declare(t, e.typeOf(a), e.expr(a))
		temps = append(temps, t)
	}
	switch name {
	case "close":
		return "close(" + temps[0] + ")"
	case "panic":
		if temps[0] == "" {
			return text
		}
		return "g.Panic(" + e.convert(temps[0], e.typeOf(call.Args[0]), anyType) + ")"
	case "delete":
		key := temps[1]
		m := e.typeOf(call.Args[0]).Underlying().(*types.Map)
		if key == "" {
			key = e.to(call.Args[1], m.Key())
		} else {
			key = e.convert(key, e.typeOf(call.Args[1]), m.Key())
		}
		return "delete(" + temps[0] + ", " + key + ")"
	}
	return text
}

func (e *emitter) send(s *ast.SendStmt) {
	e.line("{")
	ch, t := e.temp(), e.typeOf(s.Chan)
	e.declare(ch, t, e.expr(s.Chan))
	text := e.to(s.Value, t.Underlying().(*types.Chan).Elem())
	e.at(s)
	e.line("%s <- %s", ch, text)
	e.line("}")
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

// deferStmt keeps a call for the end of the function.
func (e *emitter) deferStmt(s *ast.DeferStmt) {
	if e.deferred == "" {
		panic(unrepresentable{"defer in the body of a range over a function does not work in the shell: put the body in a function"})
	}
	e.line("{")
	saved := e.recovers
	if _, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok {
		e.recovers = e.deferred
	}
	text := e.frozen(s.Call)
	e.recovers = saved
	e.at(s)
	e.line("%s.Add((func() {", e.deferred)
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

func (e *emitter) branch(s *ast.BranchStmt) {
	if e.yield != nil && e.yieldBranch(s) {
		return
	}
	e.at(s)
	if s.Label != nil {
		e.line("%s %s", s.Tok, e.name(e.info.Uses[s.Label]))
		return
	}
	e.line("%s", s.Tok)
}

func (e *emitter) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		e.line("{")
		e.statement(s.Init)
		defer e.line("}")
	}
	cond := e.expr(s.Cond)
	e.at(s)
	e.line("if %s {", cond)
	e.statements(s.Body.List)
	if s.Else == nil {
		e.line("}")
		return
	}
	e.line("} else {")
	if b, ok := s.Else.(*ast.BlockStmt); ok {
		e.statements(b.List)
	} else {
		e.statement(s.Else)
	}
	e.line("}")
}
