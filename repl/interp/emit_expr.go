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

func (e *emitter) composite(x *ast.CompositeLit) string {
	t := e.typeOf(x)
	prefix := ""
	if p, ok := t.Underlying().(*types.Pointer); ok { // &T elided in a slice or map
		prefix, t = "&", p.Elem()
	}
	var b strings.Builder
	if opaque(t) {
		if prefix != "" {
			panic(unrepresentable{fmt.Sprintf("a pointer to a literal of type %s, which contains itself, does not work in the shell", typeName(t))})
		}
		b.WriteString(e.u.typ(t.Underlying()) + "{")
	} else {
		b.WriteString(prefix + e.u.typ(t) + "{")
	}
	element := func(i int, text string) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(text)
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i, elt := range x.Elts {
			k, value := i, elt
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				value = kv.Value
				name := kv.Key.(*ast.Ident).Name
				for k = range u.NumFields() {
					if u.Field(k).Name() == name {
						break
					}
				}
			}
			f := u.Field(k)
			name := f.Name()
			if e.u.in.snippetStruct(t, f) {
				name = fieldName(f, k)
			}
			element(i, name+": "+e.to(value, e.env.subst(f.Type())))
		}
	case *types.Map:
		for i, elt := range x.Elts {
			kv := elt.(*ast.KeyValueExpr)
			element(i, e.to(kv.Key, u.Key())+": "+e.to(kv.Value, u.Elem()))
		}
	case *types.Slice:
		e.elements(x, u.Elem(), element)
	case *types.Array:
		e.elements(x, u.Elem(), element)
	}
	b.WriteString("}")
	return b.String()
}

func (e *emitter) elements(x *ast.CompositeLit, elem types.Type, element func(int, string)) {
	for i, elt := range x.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			n, _ := constant.Int64Val(constant.ToInt(e.info.Types[kv.Key].Value))
			element(i, strconv.FormatInt(n, 10)+": "+e.to(kv.Value, elem))
		} else {
			element(i, e.to(elt, elem))
		}
	}
}

// literal writes a function literal. It always stands in parentheses: where yaegi calls a literal or
// passes it on as it is, the literal sees the variables of its surroundings as they are later, not
// those of the round of a loop it was made in.
func (e *emitter) literal(x *ast.FuncLit) string {
	saved := *e
	defer func() {
		out := e.out
		*e = saved
		e.out = out
	}()
	sig := e.typeOf(x).Underlying().(*types.Signature)
	e.yield = nil
	header, body := e.body(sig, x.Type, x.Body)
	return "(func" + header + " {\n" + body + "})"
}

// body writes the parameters, the results and the statements of a function.
//
// A function that defers runs as a literal inside compiled code that does for it what Go does when
// a function ends (see defers): yaegi's own defer waits for ever when a deferred function calls a
// closure, and drops the rest when one panics.
func (e *emitter) body(sig *types.Signature, src *ast.FuncType, body *ast.BlockStmt) (header, text string) {
	recovers := e.recovers
	e.recovers, e.recovering = "", recovers
	e.deferred, e.results = "", sig.Results()
	deferring := defersCalls(body)
	header, e.named = e.header(sig, src, deferring)
	if deferring {
		e.deferred = e.u.fresh("deferred")
	}
	text = e.block(func() {
		if e.guarded(body) {
			e.line("g.Deep()")
		}
		if deferring {
			e.line("%s := g.Defers()", e.deferred)
			e.line("%s.Run((func() {", e.deferred)
			e.statements(body.List)
			e.line("}))")
			e.line("return %s", strings.Join(e.named, ", "))
			return
		}
		e.statements(body.List)
	})
	return header, text
}

// defersCalls reports whether a function body has a defer of its own.
func defersCalls(body ast.Node) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			found = true
		}
		return !found
	})
	return found
}

// header writes the parameters and results of a function whose source is given. With name the results
// get names though the source has none.
func (e *emitter) header(sig *types.Signature, src *ast.FuncType, name bool) (text string, results []string) {
	names := func(list *ast.FieldList) []string {
		var names []string
		if list == nil {
			return nil
		}
		for _, f := range list.List {
			if len(f.Names) == 0 {
				names = append(names, "")
			}
			for _, id := range f.Names {
				if o := e.info.Defs[id]; o != nil && id.Name != "_" {
					names = append(names, e.name(o))
				} else {
					names = append(names, e.u.fresh("unused"))
				}
			}
		}
		return names
	}
	var b strings.Builder
	b.WriteByte('(')
	params := names(src.Params)
	for i := range sig.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		name := params[i]
		if name == "" {
			name = e.u.fresh("unused")
		}
		t := sig.Params().At(i).Type()
		if sig.Variadic() && i == sig.Params().Len()-1 {
			fmt.Fprintf(&b, "%s ...%s", name, e.u.typ(t.Underlying().(*types.Slice).Elem()))
		} else {
			fmt.Fprintf(&b, "%s %s", name, e.u.typ(t))
		}
	}
	b.WriteByte(')')
	results = names(src.Results)
	for i, r := range results {
		if name && r == "" {
			results[i] = e.u.fresh("result")
		}
	}
	if sig.Results().Len() > 0 {
		b.WriteString(" (")
		for i := range sig.Results().Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			if results[i] != "" {
				b.WriteString(results[i] + " ")
			}
			b.WriteString(e.u.typ(sig.Results().At(i).Type()))
		}
		b.WriteByte(')')
	}
	if len(results) > 0 && results[0] == "" {
		results = nil
	}
	return b.String(), results
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

// to writes an expression converted to the type of the place it is put in.
func (e *emitter) to(x ast.Expr, target types.Type) string {
	if lit, ok := x.(*ast.CompositeLit); ok && lit.Type == nil {
		return e.composite(lit)
	}
	return e.convert(e.expr(x), e.typeOf(x), target)
}

// dynamic writes an interface value as any.
func (e *emitter) dynamic(x ast.Expr) string { return e.boxed(e.expr(x), e.typeOf(x)) }

// boxed converts to any.
func (e *emitter) boxed(text string, t types.Type) string { return e.convert(text, t, anyType) }

// convert changes the representation of a value of type from to that of type to, to which it is
// assignable.
func (e *emitter) convert(text string, from, to types.Type) string {
	if text == "nil" || isUntypedNil(from) {
		return "nil"
	}
	switch {
	case opaque(from) && kindOf(to) == notIface && !opaque(to):
		return e.u.opened(from) + "(" + text + ")"
	case opaque(to) && !opaque(from):
		return e.u.closed(to) + "(" + text + ")"
	}
	switch kindOf(to) {
	case asAny:
		switch kindOf(from) {
		case asCompiled:
			return "g.Plain(" + text + ")"
		case notIface:
			if lossy(from) {
				return fmt.Sprintf("g.Box(%d, %s)", e.u.in.entry(from), text)
			}
		}
		return text
	case asCompiled:
		switch kindOf(from) {
		case asCompiled:
			return text
		case asAny:
			return e.u.wrapper(to) + "(" + text + ")"
		}
		if e.u.in.interpretedMethods(from) {
			return e.u.wrapper(to) + "(" + e.boxed(text, from) + ")"
		}
		return e.u.upcast(from, to) + "(" + text + ")"
	}
	return text
}

func isUntypedNil(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.UntypedNil
}

// open writes an operand whose parts are used: an opaque value as its underlying type.
func (e *emitter) open(x ast.Expr) string {
	text := e.expr(x)
	if t := e.typeOf(x); opaque(t) && !isLiteral(x) {
		return e.u.opened(t) + "(" + text + ")"
	}
	return text
}

func isLiteral(x ast.Expr) bool {
	_, ok := ast.Unparen(x).(*ast.CompositeLit)
	return ok
}

// opened and closed are helpers that change between the two forms of an opaque type.
func (u *unit) opened(t types.Type) string {
	return u.once(fmt.Sprint("open ", u.in.entry(t)), "open", func(name string) string {
		under := u.typ(t.Underlying())
		return fmt.Sprintf("func %s(x any) %s {\n\tvar r %s\n\tif x != nil {\n\t\tr = x.(%s)\n\t}\n\treturn r\n}\n", name, under, under, under)
	})
}

func (u *unit) closed(t types.Type) string {
	return u.once(fmt.Sprint("close ", u.in.entry(t)), "close", func(name string) string {
		return fmt.Sprintf("func %s(x %s) any {\n\tvar r any\n\tif x != nil {\n\t\tr = x\n\t}\n\treturn r\n}\n", name, u.typ(t.Underlying()))
	})
}

// wrapper is a helper that makes a compiled interface of a value with interpreted methods.
func (u *unit) wrapper(to types.Type) string {
	id := u.in.entry(to)
	if types.Identical(to, errorType) {
		return "g.Err"
	}
	return u.once(fmt.Sprint("wrap ", id), "wrap", func(name string) string {
		t := u.typ(to)
		return fmt.Sprintf("func %s(x any) %s {\n\tvar r %s\n\tif x != nil {\n\t\tr = g.Iface(%d, x).(%s)\n\t}\n\treturn r\n}\n", name, t, t, id, t)
	})
}

// upcast is a helper that makes a compiled interface of a value that implements it by itself.
func (u *unit) upcast(from, to types.Type) string {
	a, b := u.typ(from), u.typ(to)
	return u.once("upcast "+a+" "+b, "upcast", func(name string) string {
		return fmt.Sprintf("func %s(x %s) %s {\n\tvar r %s = x\n\treturn r\n}\n", name, a, b, b)
	})
}

// assertion is a helper that takes any and returns it as a t, with commaOk whether it is one. The
// static type it is asserted from is for the text of the panic.
func (u *unit) assertion(t, from types.Type, commaOk bool) string {
	id, static := u.in.entry(t), u.in.entry(from)
	key := fmt.Sprint("assert ", id, static, commaOk)
	return u.once(key, "assert", func(name string) string {
		text := u.typ(t)
		value := fmt.Sprintf("g.Unbox(x).(%s)", text)
		if opaque(t) {
			value = "g.Unbox(x)"
		}
		switch kindOf(t) {
		case asAny:
			value = "x"
		case asCompiled:
			value = u.wrapper(t) + "(x)"
		}
		if commaOk {
			return fmt.Sprintf("func %s(x any) (%s, bool) {\n\tvar r %s\n\tok := g.Is(%d, x)\n\tif ok {\n\t\tr = %s\n\t}\n\treturn r, ok\n}\n", name, text, text, id, value)
		}
		return fmt.Sprintf("func %s(x any) %s {\n\tvar r %s\n\tg.Must(%d, %d, x)\n\tr = %s\n\treturn r\n}\n", name, text, text, id, static, value)
	})
}
