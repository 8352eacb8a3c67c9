package interp

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"reflect"
	"strings"
)

// What the values of a statement become: echoes, and variables of the session.

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
	cell := in.cells[v]
	delete(in.cells, v)
	return func(s *session) []func() Echo {
		name := in.resultName(s)
		in.results++
		named := types.NewVar(token.NoPos, c.pkg, name, t)
		in.cells[named] = cell
		s.declare(named)
		in.autoImports(c, s)
		return []func() Echo{in.valueEcho(Result, name, t, cell.Elem())}
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
	cells := make([]reflect.Value, len(vars))
	for i, v := range vars {
		e.line("*%s = %s", e.cell(v), temps[i])
		cells[i] = in.cells[v]
		delete(in.cells, v)
	}
	return func(s *session) []func() Echo {
		in.autoImports(c, s)
		return []func() Echo{func() Echo {
			var typs, texts []string
			var values []any
			for i, v := range vars {
				cell := cells[i].Elem()
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
