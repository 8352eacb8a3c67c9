package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// switch, type switch and select.

func (e *emitter) switchStmt(s *ast.SwitchStmt, label string) {
	e.line("{")
	defer e.line("}")
	if s.Init != nil {
		e.statement(s.Init)
	}
	tag := ""
	var tagType types.Type
	if s.Tag != nil {
		tagType = e.typeOf(s.Tag)
		tag = e.temp()
		text := e.expr(s.Tag)
		e.at(s)
		e.declare(tag, tagType, text)
	}
	// Cases are compared one by one where the switch of yaegi would not compare as Go does.
	byCase := s.Tag != nil && byParts(tagType)
	for _, c := range s.Body.List {
		for _, x := range c.(*ast.CaseClause).List {
			if s.Tag != nil && byParts(e.typeOf(x)) {
				byCase = true
			}
		}
	}
	if label != "" {
		e.line("%s:", label)
	}
	e.at(s)
	if s.Tag == nil || byCase {
		e.line("switch {")
	} else {
		e.line("switch %s {", tag)
	}
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		if c.List == nil {
			e.line("default:")
		} else {
			conds := make([]string, len(c.List))
			for i, x := range c.List {
				switch {
				case s.Tag == nil:
					conds[i] = e.expr(x)
				case e.info.Types[x].IsNil():
					conds[i] = tag + " == nil"
				case byCase:
					conds[i] = e.equals(tag, tagType, e.expr(x), e.typeOf(x), "")
				default:
					conds[i] = e.expr(x)
				}
			}
			separator := ", "
			if s.Tag == nil || byCase { // of several conditions yaegi looks at the first only
				separator = " || "
			}
			e.at(c)
			e.line("case %s:", strings.Join(conds, separator))
		}
		e.nested(false, func() { e.statements(c.Body) })
	}
	e.line("}")
}

// typeSwitch becomes a switch over conditions.
func (e *emitter) typeSwitch(s *ast.TypeSwitchStmt, label string) {
	e.line("{")
	defer e.line("}")
	if s.Init != nil {
		e.statement(s.Init)
	}
	var operand ast.Expr
	switch a := s.Assign.(type) {
	case *ast.AssignStmt:
		operand = a.Rhs[0].(*ast.TypeAssertExpr).X
	case *ast.ExprStmt:
		operand = a.X.(*ast.TypeAssertExpr).X
	}
	value, dynamic := e.temp(), e.temp()
	t := e.typeOf(operand)
	text := e.expr(operand)
	e.at(s)
	e.declare(value, t, text)
	e.declare(dynamic, anyType, e.boxed(value, t))
	if label != "" {
		e.line("%s:", label)
	}
	e.at(s)
	e.line("switch {")
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		if c.List == nil {
			e.line("default:")
		} else {
			conds := make([]string, len(c.List))
			for i, x := range c.List {
				if e.info.Types[x].IsNil() {
					conds[i] = dynamic + " == nil"
				} else {
					conds[i] = fmt.Sprintf("g.Is(%d, %s)", e.u.in.entry(e.typeOf(x)), dynamic)
				}
			}
			e.line("case %s:", strings.Join(conds, " || "))
		}
		if v := e.info.Implicits[c]; v != nil {
			if len(c.List) == 1 && !e.info.Types[c.List[0]].IsNil() {
				is := e.typeOf(c.List[0])
				e.declare(e.name(v), is, e.u.assertion(is, t, false)+"("+dynamic+")")
			} else {
				e.declare(e.name(v), t, value)
			}
		}
		e.nested(false, func() { e.statements(c.Body) })
	}
	e.line("}")
}

func (e *emitter) selectStmt(s *ast.SelectStmt, label string) {
	if len(s.Body.List) == 0 {
		e.at(s)
		e.line("g.Block()")
		return
	}
	e.line("{")
	defer e.line("}")
	type recv struct {
		stmt  *ast.AssignStmt
		elem  types.Type
		value string
		ok    string
	}
	comms := make([]string, len(s.Body.List))
	received := map[int]recv{}
	for i, c := range s.Body.List {
		switch comm := c.(*ast.CommClause).Comm.(type) {
		case nil:
			comms[i] = "default"
		case *ast.SendStmt:
			ch, v := e.temp(), e.temp()
			t := e.typeOf(comm.Chan)
			elem := t.Underlying().(*types.Chan).Elem()
			e.declare(ch, t, e.expr(comm.Chan))
			e.declare(v, elem, e.to(comm.Value, elem))
			comms[i] = fmt.Sprintf("case %s <- %s", ch, v)
		case *ast.ExprStmt:
			ch := e.temp()
			e.channel(ch, comm.X)
			comms[i] = "case <-" + ch
		case *ast.AssignStmt:
			ch := e.temp()
			r := recv{stmt: comm, value: e.temp(), elem: e.channel(ch, comm.Rhs[0])}
			if len(comm.Lhs) == 2 {
				r.ok = e.temp()
				comms[i] = fmt.Sprintf("case %s, %s := <-%s", r.value, r.ok, ch)
			} else {
				comms[i] = fmt.Sprintf("case %s := <-%s", r.value, ch)
			}
			received[i] = r
		}
	}
	if label != "" {
		e.line("%s:", label)
	}
	e.at(s)
	e.line("select {")
	for i, c := range s.Body.List {
		e.line("%s:", comms[i])
		if r, ok := received[i]; ok {
			if !isBlank(r.stmt.Lhs[0]) {
				e.store(r.stmt.Lhs[0], r.value, r.elem)
			}
			if r.ok != "" && !isBlank(r.stmt.Lhs[1]) {
				e.store(r.stmt.Lhs[1], r.ok, types.Typ[types.Bool])
			}
		}
		e.nested(false, func() { e.statements(c.(*ast.CommClause).Body) })
	}
	e.line("}")
}

// channel evaluates the channel of a receive operation and returns its element type.
func (e *emitter) channel(name string, x ast.Expr) types.Type {
	u := ast.Unparen(x).(*ast.UnaryExpr)
	if u.Op != token.ARROW {
		panic(unrepresentable{"a select case the interpreter cannot represent"})
	}
	t := e.typeOf(u.X)
	e.declare(name, t, e.expr(u.X))
	return t.Underlying().(*types.Chan).Elem()
}
