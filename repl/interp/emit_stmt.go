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
		place := e.place(s.X)
		if calls(s.X, e.info) {
			place = e.fixedPlace(s.X)
		}
		e.at(s)
		e.line("%s%s", place, s.Tok)
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
		e.line("<-%s", e.open(u.X))
		return
	}
	call, ok := x.(*ast.CallExpr)
	if !ok {
		text := e.expr(x)
		e.at(s)
		e.line("_ = %s", text)
		return
	}
	if tv := e.info.Types[call.Fun]; !tv.IsType() && !tv.IsBuiltin() && len(call.Args) == 1 && !calls(call.Fun, e.info) {
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

func (e *emitter) send(s *ast.SendStmt) {
	e.line("{")
	ch, t := e.temp(), e.typeOf(s.Chan)
	e.declare(ch, t.Underlying(), e.open(s.Chan))
	text := e.to(s.Value, t.Underlying().(*types.Chan).Elem())
	e.at(s)
	e.line("%s <- %s", ch, text)
	e.line("}")
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
