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
	if text, ok := e.held[x]; ok {
		return text
	}
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
		text := "(*" + e.open(x.X) + ")"
		if isString(e.typeOf(x)) { // nil has to be noticed, where yaegi goes on with no string
			text += "[:]"
		}
		return text
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
		if b.Kind() == types.Complex64 {
			return e.u.once("complex64", "complex64", func(name string) string { // yaegi's own constants are wide
				return "func " + name + "(re, im float32) complex64 {\nreturn complex(re, im)\n}\n"
			}) + fmt.Sprintf("(%s, %s)", e.u.float(re, 32), e.u.float(im, 32))
		}
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
	if star, ok := ast.Unparen(x).(*ast.StarExpr); ok {
		return "(" + e.place(star) + ")"
	}
	text := e.expr(x)
	if strings.HasPrefix(text, "&") {
		return "(" + text + ")"
	}
	return text
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
		return e.open(x.X) + "[" + e.key(x.Index, m.Key()) + "]"
	}
	return e.base(x.X) + "[" + e.expr(x.Index) + "]"
}

// key writes the key of a map. yaegi takes a bare nil for an interface.
func (e *emitter) key(x ast.Expr, t types.Type) string {
	if e.info.Types[x].IsNil() && kindOf(t) == notIface {
		return "(" + e.u.typ(t) + ")(nil)"
	}
	return e.to(x, t)
}

// base writes what is indexed or sliced. Through a pointer to an array, yaegi takes no address of an element.
func (e *emitter) base(x ast.Expr) string {
	text, t := e.open(x), e.typeOf(x)
	if _, ok := t.Underlying().(*types.Pointer); ok {
		return "(*" + text + ")"
	}
	return text
}

func (e *emitter) slice(x *ast.SliceExpr) string {
	part := func(x ast.Expr) string {
		if x == nil {
			return ""
		}
		return e.expr(x)
	}
	text := e.base(x.X) + "[" + part(x.Low) + ":" + part(x.High)
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
	switch x.Op {
	case token.EQL, token.NEQ:
		return e.equal(x)
	case token.SHL, token.SHR:
		left := e.expr(x.X)
		if e.info.Types[x.X].Value != nil { // yaegi takes the type of a bare constant from elsewhere
			left = e.u.typ(e.typeOf(x)) + "(" + e.constant(e.info.Types[x.X].Value, e.typeOf(x)) + ")"
		}
		return "(" + left + " " + x.Op.String() + " " + e.count(x.Y) + ")"
	}
	return "(" + e.expr(x.X) + " " + x.Op.String() + " " + e.expr(x.Y) + ")"
}

// count writes how far to shift. yaegi shifts by a negative number as if it were a large one.
func (e *emitter) count(x ast.Expr) string {
	if v := e.info.Types[x].Value; v != nil {
		return "uint(" + constant.ToInt(v).ExactString() + ")"
	}
	text, t := e.expr(x), e.typeOf(x)
	if basicInfo(t)&types.IsUnsigned != 0 || e.notNegative(x) {
		return text
	}
	return "g.Count(int64(" + text + "))"
}

// notNegative tells what cannot be negative by the look of it.
func (e *emitter) notNegative(x ast.Expr) bool {
	if v := e.info.Types[x].Value; v != nil {
		return constant.Sign(constant.ToInt(v)) >= 0
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.BinaryExpr:
		switch x.Op {
		case token.AND:
			return e.notNegative(x.X) || e.notNegative(x.Y)
		case token.REM, token.QUO, token.SHR:
			return e.notNegative(x.X) && (x.Op == token.SHR || e.notNegative(x.Y))
		}
	case *ast.CallExpr:
		tv := e.info.Types[ast.Unparen(x.Fun)]
		id, ok := ast.Unparen(x.Fun).(*ast.Ident)
		return ok && tv.IsBuiltin() && (id.Name == "len" || id.Name == "cap")
	case *ast.Ident:
		v, ok := e.object(x).(*types.Var)
		return ok && e.counting[v]
	}
	return false
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
		text := e.expr(value)
		if text == "nil" {
			return strconv.FormatBool(x.Op == token.EQL)
		}
		return "(" + text + " " + x.Op.String() + " nil)"
	}
	return e.equals(e.expr(x.X), e.typeOf(x.X), e.expr(x.Y), e.typeOf(x.Y), not)
}

func (e *emitter) equals(x string, tx types.Type, y string, ty types.Type, not string) string {
	if byParts(tx) || byParts(ty) {
		if kindOf(tx) == notIface && kindOf(ty) == notIface { // one of them may be declared, and a box
			y, ty = e.convert(y, ty, tx), tx
		}
		return not + "g.Eq(" + e.boxed(x, tx) + ", " + e.boxed(y, ty) + ")"
	}
	a, aChan := tx.Underlying().(*types.Chan)
	b, bChan := ty.Underlying().(*types.Chan)
	switch {
	case !aChan || !bChan || a.Dir() == b.Dir():
	case a.Dir() == types.SendRecv:
		x = e.u.upcast(a, b) + "(" + x + ")"
	default:
		y = e.u.upcast(b, a) + "(" + y + ")"
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
