package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Assignments and variable declarations.

// place writes the left side of an assignment.
func (e *emitter) place(x ast.Expr) string {
	if star, ok := ast.Unparen(x).(*ast.StarExpr); ok {
		return "*" + e.open(star.X)
	}
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
		if e.cell(v) == "" {
			e.declareAs(e.name(v), t, text, from)
		} else {
			e.line("*%s = %s", e.cell(v), e.convert(text, from, t))
		}
		return
	}
	e.line("%s = %s", e.place(x), e.convert(text, from, e.typeOf(x)))
}

func (e *emitter) assign(s *ast.AssignStmt) {
	switch {
	case s.Tok != token.ASSIGN && s.Tok != token.DEFINE:
		place := e.place(s.Lhs[0])
		if _, isName := ast.Unparen(s.Lhs[0]).(*ast.Ident); calls(s.Lhs[0], e.info) || !isName && calls(s.Rhs[0], e.info) {
			place = e.fixedPlace(s.Lhs[0])
		}
		var value string
		switch s.Tok {
		case token.SHL_ASSIGN, token.SHR_ASSIGN:
			value = e.count(s.Rhs[0])
		default:
			value = e.expr(s.Rhs[0])
		}
		e.at(s)
		e.line("%s %s %s", place, s.Tok, value)
	case len(s.Lhs) == 1 && calls(s.Lhs[0], e.info):
		e.parallel(s, s.Lhs, s.Rhs) // what is called on the left is called first
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

// value writes the right side of an assignment. The result of a call, and a literal, are kept in a variable
// first, unless they are stored in a new one: yaegi loses functions it stores through pointers, and puts
// a literal in the place of a variable that there are pointers to.
func (e *emitter) value(x, place ast.Expr) string {
	text := e.expr(x)
	switch ast.Unparen(x).(type) {
	case *ast.CallExpr, *ast.CompositeLit:
		if isBlank(place) {
			return text
		}
	case *ast.FuncLit: // which yaegi does not put into a field of a compiled struct
		if _, isName := ast.Unparen(place).(*ast.Ident); isName {
			return text
		}
	case *ast.StarExpr: // of nil, yaegi makes nothing where it is not put into a variable
	default:
		return text
	}
	if e.info.Types[x].Value != nil {
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

// valueType is the type the text of an expression has. Where it is converted to an interface, that is still the type
// of what is in it, unless that is boxed.
func (e *emitter) valueType(x ast.Expr) types.Type {
	if e.info.Types[x].IsNil() {
		return types.Typ[types.UntypedNil]
	}
	t := e.typeOf(x)
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if ok && kindOf(t) == asAny && e.info.Types[ast.Unparen(call.Fun)].IsType() {
		if from := e.typeOf(call.Args[0]); kindOf(from) == notIface && !lossy(from) && !e.info.Types[call.Args[0]].IsNil() {
			return from
		}
	}
	return t
}

// unpack writes a, b = f() and the comma-ok forms.
func (e *emitter) unpack(s ast.Node, lhs []ast.Expr, rhs ast.Expr) {
	places := e.fixedPlaces(lhs)
	text, from := e.several(rhs, len(lhs))
	temps := make([]string, len(lhs))
	for i := range lhs {
		temps[i] = e.temp()
	}
	e.at(s)
	e.line("%s := %s", strings.Join(temps, ", "), text)
	for i, x := range lhs {
		switch {
		case isBlank(x):
		case places[i] != "":
			e.line("%s = %s", places[i], e.convert(temps[i], from[i], e.typeOf(x)))
		default:
			e.store(x, temps[i], from[i])
		}
	}
}

// fixedPlaces evaluates the operands of left sides. What is empty is a new variable, or none.
func (e *emitter) fixedPlaces(lhs []ast.Expr) []string {
	places := make([]string, len(lhs))
	for i, x := range lhs {
		if !isBlank(x) && e.defines(x) == nil {
			places[i] = e.fixedPlace(x)
		}
	}
	return places
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
		return e.open(x.X) + "[" + e.key(x.Index, m.Key()) + "]", []types.Type{m.Elem(), ok}
	case *ast.TypeAssertExpr:
		t := e.typeOf(x.Type)
		return e.u.assertion(t, anyType, true) + "(" + e.dynamic(x.X) + ")", []types.Type{t, ok}
	case *ast.UnaryExpr:
		return "<-" + e.open(x.X), []types.Type{e.typeOf(x.X).Underlying().(*types.Chan).Elem(), ok}
	}
	panic(unrepresentable{fmt.Sprintf("an assignment the interpreter cannot represent (%T)", rhs)})
}

// parallel writes a, b = x, y: operands on the left first, then the values, then the assignments.
func (e *emitter) parallel(s ast.Node, lhs, rhs []ast.Expr) {
	values := make([]string, len(rhs))
	places := e.fixedPlaces(lhs)
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
		t := e.typeOf(x.X)
		switch u := t.Underlying().(type) {
		case *types.Map:
			base := hold(x.X, e.expr(x.X))
			if opaque(t) {
				base = e.u.opened(t) + "(" + base + ")"
			}
			key := e.temp()
			e.declareAs(key, u.Key(), e.expr(x.Index), e.valueType(x.Index))
			return base + "[" + key + "]"
		case *types.Slice, *types.Pointer:
			base := hold(x.X, e.expr(x.X))
			if opaque(t) {
				base = e.u.opened(t) + "(" + base + ")"
			}
			if _, ok := u.(*types.Pointer); ok {
				base = "(*" + base + ")"
			}
			return base + "[" + hold(x.Index, e.expr(x.Index)) + "]"
		default:
			return e.fixedBase(x.X) + "[" + hold(x.Index, e.expr(x.Index)) + "]"
		}
	case *ast.StarExpr:
		base := hold(x.X, e.expr(x.X))
		if t := e.typeOf(x.X); opaque(t) {
			base = e.u.opened(t) + "(" + base + ")"
		}
		return "*" + base
	case *ast.SelectorExpr:
		s := e.info.Selections[x]
		if s == nil {
			break
		}
		t := e.typeOf(x.X)
		var base string
		if _, isPointer := t.Underlying().(*types.Pointer); isPointer {
			if base = hold(x.X, e.expr(x.X)); opaque(t) {
				base = e.u.opened(t) + "(" + base + ")"
			}
		} else if _, isName := ast.Unparen(x.X).(*ast.Ident); isName {
			base = e.receiver(x.X)
		} else {
			base = e.fixedBase(x.X)
		}
		_, path := e.path(x, s)
		for len(path) > 1 { // embedded pointers are followed now
			base, t = e.fields(base, t, path[:1])
			path = path[1:]
			if _, isPointer := t.Underlying().(*types.Pointer); isPointer {
				p := e.temp()
				e.declare(p, t, base)
				base = p
			}
		}
		text, _ := e.fields(base, t, path)
		return text
	}
	return e.place(x)
}

// fixedBase writes what a fixed place is a part of.
func (e *emitter) fixedBase(x ast.Expr) string {
	place := e.fixedPlace(x)
	if strings.HasPrefix(place, "*") {
		return "(" + place + ")"
	}
	return place
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
