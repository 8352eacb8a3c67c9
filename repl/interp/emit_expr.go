package interp

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"
	"strings"
)

// Expressions.

// expr writes an expression as a value of its own type.
func (e *emitter) expr(x ast.Expr) string {
	tv, ok := e.info.Types[x]
	if ok && tv.Value != nil {
		return e.constant(tv.Value, e.typeOf(x))
	}
	if ok && tv.IsNil() {
		return "nil"
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		return e.expr(x.X)
	case *ast.Ident:
		return e.ident(x)
	case *ast.SelectorExpr:
		return e.selector(x)
	case *ast.CompositeLit:
		return e.composite(x)
	case *ast.FuncLit:
		if e.looping == 0 {
			return e.literal(x)
		}
		return e.u.isolated(e.typeOf(x).Underlying().(*types.Signature), e.literal(x))
	case *ast.IndexExpr:
		return e.index(x)
	case *ast.IndexListExpr:
		return e.function(x)
	case *ast.SliceExpr:
		return e.slice(x)
	case *ast.StarExpr:
		return "(*" + e.expr(x.X) + ")"
	case *ast.UnaryExpr:
		return e.unary(x)
	case *ast.BinaryExpr:
		return e.binary(x)
	case *ast.CallExpr:
		return e.call(x)
	case *ast.TypeAssertExpr:
		return e.u.assertion(e.typeOf(x.Type), e.typeOf(x.X), false) + "(" + e.dynamic(x.X) + ")"
	}
	panic(unrepresentable{fmt.Sprintf("an expression the interpreter cannot represent (%T)", x)})
}

// constant writes a constant of type t.
func (e *emitter) constant(v constant.Value, t types.Type) string {
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		if kindOf(t) == notIface {
			panic(unrepresentable{fmt.Sprintf("a constant of type %s", t)})
		}
		b = types.Default(untypedOf(v)).(*types.Basic)
		t = b
	}
	text := ""
	info := b.Info()
	switch {
	case info&types.IsBoolean != 0:
		text = strconv.FormatBool(constant.BoolVal(v))
	case info&types.IsString != 0:
		text = strconv.Quote(constant.StringVal(v))
	case info&types.IsInteger != 0:
		text = constant.ToInt(v).ExactString()
	case info&types.IsFloat != 0:
		f, _ := constant.Float64Val(constant.ToFloat(v))
		bits := 64
		if b.Kind() == types.Float32 {
			bits = 32
			f32, _ := constant.Float32Val(constant.ToFloat(v))
			f = float64(f32)
		}
		text = e.u.float(f, bits)
	case info&types.IsComplex != 0:
		re, _ := constant.Float64Val(constant.Real(constant.ToComplex(v)))
		im, _ := constant.Float64Val(constant.Imag(constant.ToComplex(v)))
		text = fmt.Sprintf("complex(%s, %s)", e.u.float(re, 64), e.u.float(im, 64))
	}
	name := e.u.typ(t)
	switch name {
	case "int", "string", "bool":
		return text
	}
	return name + "(" + text + ")"
}

// float writes a finite constant so that no digit is lost.
func (u *unit) float(f float64, bits int) string {
	text := strconv.FormatFloat(f, 'g', -1, bits)
	if !strings.ContainsAny(text, ".eE") && !math.IsInf(f, 0) {
		text += ".0"
	}
	return text
}

func untypedOf(v constant.Value) types.Type {
	switch v.Kind() {
	case constant.Bool:
		return types.Typ[types.UntypedBool]
	case constant.String:
		return types.Typ[types.UntypedString]
	case constant.Int:
		return types.Typ[types.UntypedInt]
	case constant.Float:
		return types.Typ[types.UntypedFloat]
	}
	return types.Typ[types.UntypedComplex]
}

func (e *emitter) ident(x *ast.Ident) string {
	switch o := e.object(x).(type) {
	case *types.Var:
		return e.variable(o)
	case *types.Func:
		return e.function(x)
	}
	panic(unrepresentable{fmt.Sprintf("%s is not a value", x.Name)})
}

func (e *emitter) selector(x *ast.SelectorExpr) string {
	s := e.info.Selections[x]
	if s == nil { // package.Name
		switch o := e.info.Uses[x.Sel].(type) {
		case *types.Var:
			return e.variable(o)
		case *types.Func:
			return e.function(x)
		}
		panic(unrepresentable{fmt.Sprintf("%s is not a value", x.Sel.Name)})
	}
	switch s.Kind() {
	case types.FieldVal:
		recv, path := e.path(x, s)
		text, _ := e.fields(recv, e.typeOf(x.X), path)
		return text
	case types.MethodVal:
		return e.methodValue(x, s)
	}
	return e.methodExpr(x, s)
}

// path is the receiver's text and the fields a selector goes through. Under type parameters the
// selection has to be made again for the type they stand for.
func (e *emitter) path(x *ast.SelectorExpr, s *types.Selection) (string, []int) {
	recv := e.receiver(x.X)
	if len(e.env) == 0 {
		return recv, s.Index()
	}
	_, index, _ := types.LookupFieldOrMethod(e.typeOf(x.X), true, e.pkg, x.Sel.Name)
	if index == nil {
		return recv, s.Index()
	}
	return recv, index
}

// receiver writes an expression in front of a dot. A variable reached through a pointer is left as the
// pointer.
func (e *emitter) receiver(x ast.Expr) string {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		if v, ok := e.object(id).(*types.Var); ok {
			if _, isStruct := e.typeOf(x).Underlying().(*types.Struct); isStruct {
				if p := e.cell(v); p != "" {
					return p
				}
			}
		}
	}
	return e.expr(x)
}

// fields follows a path of field indices and returns the text and the type reached.
func (e *emitter) fields(text string, t types.Type, path []int) (string, types.Type) {
	for _, i := range path {
		t = deref(t)
		st := t.Underlying().(*types.Struct)
		f := st.Field(i)
		name := f.Name()
		if e.u.in.snippetStruct(t, f) {
			name = fieldName(f, i)
		}
		text += "." + name
		t = e.env.subst(f.Type())
	}
	return text, t
}

// snippetStruct tells whether a struct is laid out by representation: its fields have other names.
func (in *Interp) snippetStruct(t types.Type, f *types.Var) bool {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return ofSnippet(n)
	}
	return f.Pkg() == nil || f.Pkg().Path() == sessionPath || strings.HasPrefix(f.Pkg().Path(), sourcePrefix)
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func (e *emitter) index(x *ast.IndexExpr) string {
	if tv := e.info.Types[x.Index]; tv.IsType() {
		return e.function(x)
	}
	t := e.typeOf(x.X)
	if m, ok := t.Underlying().(*types.Map); ok {
		return e.open(x.X) + "[" + e.to(x.Index, m.Key()) + "]"
	}
	return e.open(x.X) + "[" + e.expr(x.Index) + "]"
}

func (e *emitter) slice(x *ast.SliceExpr) string {
	part := func(x ast.Expr) string {
		if x == nil {
			return ""
		}
		return e.expr(x)
	}
	text := e.open(x.X) + "[" + part(x.Low) + ":" + part(x.High)
	if x.Slice3 {
		text += ":" + part(x.Max)
	}
	return text + "]"
}

func (e *emitter) unary(x *ast.UnaryExpr) string {
	switch x.Op {
	case token.AND:
		inner := ast.Unparen(x.X)
		if lit, ok := inner.(*ast.CompositeLit); ok {
			return "&" + e.composite(lit)
		}
		if id, ok := inner.(*ast.Ident); ok {
			if v, ok := e.object(id).(*types.Var); ok {
				if p := e.cell(v); p != "" {
					return p
				}
			}
		}
		if star, ok := inner.(*ast.StarExpr); ok {
			return e.expr(star.X)
		}
		return "&" + e.expr(inner)
	case token.ARROW:
		return "(<-" + e.open(x.X) + ")"
	}
	return "(" + x.Op.String() + e.expr(x.X) + ")"
}

func (e *emitter) binary(x *ast.BinaryExpr) string {
	if x.Op == token.EQL || x.Op == token.NEQ {
		return e.equal(x)
	}
	return "(" + e.expr(x.X) + " " + x.Op.String() + " " + e.expr(x.Y) + ")"
}

// equal compares. yaegi's own comparison is used where values are compared bit by bit, the compiled one where
// interfaces, structs or arrays are.
func (e *emitter) equal(x *ast.BinaryExpr) string {
	not := ""
	if x.Op == token.NEQ {
		not = "!"
	}
	xNil, yNil := e.info.Types[x.X].IsNil(), e.info.Types[x.Y].IsNil()
	if xNil || yNil {
		value := x.X
		if xNil {
			value = x.Y
		}
		return "(" + e.expr(value) + " " + x.Op.String() + " nil)"
	}
	return e.equals(e.expr(x.X), e.typeOf(x.X), e.expr(x.Y), e.typeOf(x.Y), not)
}

func (e *emitter) equals(x string, tx types.Type, y string, ty types.Type, not string) string {
	if byParts(tx) || byParts(ty) {
		return not + "g.Eq(" + e.boxed(x, tx) + ", " + e.boxed(y, ty) + ")"
	}
	if not != "" {
		return "(" + x + " != " + y + ")"
	}
	return "(" + x + " == " + y + ")"
}

// byParts tells the types whose values are compared part by part, or whose dynamic type counts.
func byParts(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Interface, *types.Struct, *types.Array:
		return true
	}
	return false
}
