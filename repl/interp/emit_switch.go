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
			if s.Tag != nil && (e.info.Types[x].IsNil() || byParts(e.typeOf(x)) || !types.Identical(tagType, e.typeOf(x))) {
				byCase = true
			}
		}
	}
	head := "switch {"
	if s.Tag != nil && !byCase {
		head = "switch " + tag + " {"
	}
	conditions := func(c *ast.CaseClause) string {
		conds := make([]string, len(c.List))
		for i, x := range c.List {
			switch {
			case s.Tag == nil && kindOf(e.typeOf(x)) != notIface:
				conds[i] = e.equals("true", types.Typ[types.Bool], e.expr(x), e.typeOf(x), "")
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
		if s.Tag == nil || byCase { // of several conditions yaegi looks at the first only
			return strings.Join(conds, " || ")
		}
		return strings.Join(conds, ", ")
	}
	clauses := make([]*ast.CaseClause, len(s.Body.List))
	otherwise := -1
	for i, c := range s.Body.List {
		clauses[i] = c.(*ast.CaseClause)
		if clauses[i].List == nil {
			otherwise = i
		}
	}
	numbered := otherwise >= 0 && otherwise != len(clauses)-1 && fallsThrough(clauses)
	if numbered { // yaegi loses its way from a default that is not the last: which clause it is, is found out first
		n := e.temp()
		e.line("%s := %d", n, otherwise)
		e.at(s)
		e.line("%s", head)
		for i, c := range clauses {
			if c.List != nil {
				e.at(c)
				e.line("case %s:", conditions(c))
				e.line("%s = %d", n, i)
			}
		}
		e.line("}")
		head = "switch " + n + " {"
	}
	if label != "" {
		e.line("%s:", label)
	}
	e.at(s)
	e.line("%s", head)
	for i, c := range clauses {
		switch {
		case numbered:
			e.line("case %d:", i)
		case c.List == nil:
			e.line("default:")
		default:
			text := conditions(c)
			e.at(c)
			e.line("case %s:", text)
		}
		e.nested(false, func() { e.statements(c.Body) })
	}
	e.line("}")
}

// fallsThrough reports whether one of the clauses ends with fallthrough.
func fallsThrough(clauses []*ast.CaseClause) bool {
	for _, c := range clauses {
		if len(c.Body) > 0 {
			if b, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
				return true
			}
		}
	}
	return false
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

// selectStmt leaves choosing to compiled code: the select of yaegi keeps its cases in one place for all
// goroutines that run it, and does not leave a loop when a case is nothing but a break with a label.
func (e *emitter) selectStmt(s *ast.SelectStmt, label string) {
	if len(s.Body.List) == 0 {
		e.at(s)
		e.line("g.Block()")
		return
	}
	e.line("{")
	defer e.line("}")
	elems := make([]types.Type, len(s.Body.List)) // of what is received
	lhs := make([][]ast.Expr, len(s.Body.List))
	args := []string{"-1"}
	number := map[int]int{} // of the cases, without default
	for i, c := range s.Body.List {
		number[i] = len(args) - 1
		ch := e.temp()
		switch comm := c.(*ast.CommClause).Comm.(type) {
		case nil:
			args[0] = "-2"
			continue
		case *ast.SendStmt:
			t := e.typeOf(comm.Chan)
			elem := t.Underlying().(*types.Chan).Elem()
			v := e.temp()
			e.declare(ch, t.Underlying(), e.open(comm.Chan))
			e.declare(v, elem, e.to(comm.Value, elem))
			args = append(args, fmt.Sprintf("g.Sending(%s, %s)", ch, v))
		case *ast.ExprStmt:
			e.channel(ch, comm.X)
			args = append(args, "g.Receiving("+ch+")")
		case *ast.AssignStmt:
			elems[i], lhs[i] = e.channel(ch, comm.Rhs[0]), comm.Lhs
			args = append(args, "g.Receiving("+ch+")")
		}
	}
	chosen, value, ok := e.temp(), e.temp(), e.temp()
	e.at(s)
	e.line("%s, %s, %s := g.Select(%s)", chosen, value, ok, strings.Join(args, ", "))
	e.line("_, _ = %s, %s", value, ok)
	if label != "" {
		e.line("%s:", label)
	}
	e.at(s)
	e.line("switch %s {", chosen)
	for i, c := range s.Body.List {
		c := c.(*ast.CommClause)
		if c.Comm == nil {
			e.line("default:")
		} else {
			e.line("case %d:", number[i])
		}
		if lhs[i] != nil && !isBlank(lhs[i][0]) {
			e.store(lhs[i][0], e.u.received(elems[i])+"("+value+")", elems[i])
		}
		if len(lhs[i]) == 2 && !isBlank(lhs[i][1]) {
			e.store(lhs[i][1], ok, types.Typ[types.Bool])
		}
		e.nested(false, func() { e.statements(c.Body) })
	}
	e.line("}")
}

// received is a helper that gives a value received as any its type.
func (u *unit) received(t types.Type) string {
	text := u.typ(t)
	if text == "any" {
		return ""
	}
	return u.once("received "+text, "received", func(name string) string {
		return fmt.Sprintf("func %s(x any) %s {\n\tvar r %s\n\tif x != nil {\n\t\tr = x.(%s)\n\t}\n\treturn r\n}\n", name, text, text, text)
	})
}

// channel evaluates the channel of a receive operation and returns its element type.
func (e *emitter) channel(name string, x ast.Expr) types.Type {
	u := ast.Unparen(x).(*ast.UnaryExpr)
	if u.Op != token.ARROW {
		panic(unrepresentable{"a select case the interpreter cannot represent"})
	}
	t := e.typeOf(u.X)
	e.declare(name, t.Underlying(), e.open(u.X))
	return t.Underlying().(*types.Chan).Elem()
}
