package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Calls, and functions and methods as values.

// boxing says what a call does with values put into parameters of type any.
type boxing int

const (
	keepTypes boxing = iota // the callee is interpreted, or is made to know boxes
	plainOnly               // the callee is compiled: it gets what Go would have given it as far as possible
)

func (e *emitter) call(x *ast.CallExpr) string {
	fun := ast.Unparen(x.Fun)
	if tv := e.info.Types[fun]; tv.IsType() {
		return e.conversion(x)
	} else if tv.IsBuiltin() {
		return e.builtin(x)
	}
	sig := e.typeOf(fun).Underlying().(*types.Signature)
	callee, recv, mode := e.callee(fun)
	args, prelude := e.arguments(x, sig, mode)
	if recv != "" {
		args = append([]string{recv}, args...)
	}
	text := callee + "(" + strings.Join(args, ", ") + ")"
	if prelude == "" {
		return text
	}
	// f(g()) where g has several results: they have to be named on the way.
	bare := types.NewSignatureType(nil, nil, nil, nil, sig.Results(), false)
	return e.u.apply(bare) + "((func() " + e.resultList(sig) + " {\n" + prelude + e.returning(text, sig) + "}))"
}

func (e *emitter) resultList(sig *types.Signature) string {
	var ts []string
	for v := range sig.Results().Variables() {
		ts = append(ts, e.u.typ(v.Type()))
	}
	return "(" + strings.Join(ts, ", ") + ")"
}

// returning writes text as the last statement of a function.
func (e *emitter) returning(text string, sig *types.Signature) string {
	switch n := sig.Results().Len(); n {
	case 0:
		return text + "\n"
	case 1:
		return "return " + text + "\n"
	default:
		temps := make([]string, n)
		for i := range temps {
			temps[i] = e.temp()
		}
		list := strings.Join(temps, ", ")
		return list + " := " + text + "\nreturn " + list + "\n"
	}
}

// callee writes what is called, and the receiver that has to become the first argument.
func (e *emitter) callee(fun ast.Expr) (text, recv string, mode boxing) {
	switch f := fun.(type) {
	case *ast.Ident:
		if o, ok := e.object(f).(*types.Func); ok {
			return e.function(f), "", e.u.in.boxingOf(o)
		}
	case *ast.IndexExpr, *ast.IndexListExpr:
		if e.isFunction(fun) {
			return e.function(fun), "", keepTypes
		}
	case *ast.SelectorExpr:
		s := e.info.Selections[f]
		if s == nil {
			if o, ok := e.info.Uses[f.Sel].(*types.Func); ok {
				return e.function(f), "", e.u.in.boxingOf(o)
			}
			break
		}
		if s.Kind() != types.MethodVal {
			break
		}
		m := e.method(f, s)
		switch {
		case m.def != nil:
			return e.u.function(m.def, m.args), e.methodReceiver(m), keepTypes
		case m.dynamic:
			return e.u.dispatch(m.obj, e.env.subst(m.obj.Type()).(*types.Signature)), m.text, keepTypes
		}
		if v, key, ok := e.u.in.replacedMethod(m.obj); ok {
			if name, have := e.u.emitted["method "+key]; have {
				return name, e.methodReceiver(m), keepTypes
			}
			name := e.u.symbol(key, v)
			e.u.emitted["method "+key] = name
			return name, e.methodReceiver(m), keepTypes
		}
		if e.fromInterpreted(f.X) {
			return e.u.callMethod(m), m.text, e.u.in.boxingOf(m.obj)
		}
		return m.text + "." + m.obj.Name(), "", e.u.in.boxingOf(m.obj)
	}
	if lit, ok := fun.(*ast.FuncLit); ok { // called here and now
		return e.u.apply(e.typeOf(lit).Underlying().(*types.Signature)), e.literal(lit), keepTypes
	}
	t := e.typeOf(fun)
	if p := e.pointerTo(fun); p != "" && !opaque(t) {
		return e.u.callThrough(t), p, keepTypes
	}
	return e.open(fun), "", keepTypes
}

// fromInterpreted tells values that an interpreted function returns where they are used. yaegi cannot
// call a compiled method on such a value.
func (e *emitter) fromInterpreted(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.TypeAssertExpr:
		return true
	case *ast.CallExpr:
		fun := ast.Unparen(x.Fun)
		if tv := e.info.Types[fun]; tv.IsType() || tv.IsBuiltin() {
			return true
		}
		return e.callsInterpreted(fun)
	}
	return false
}

// callMethod is a helper that calls a compiled method.
func (u *unit) callMethod(m methodUse) string {
	t := u.typ(m.recv)
	return u.once("method "+t+"."+m.obj.Name(), "method_"+m.obj.Name(), func(name string) string {
		e := &emitter{u: u}
		sig := m.obj.Signature()
		header, args := e.parameters(bare(sig))
		header = strings.Replace(header, "(", "(r "+t+", ", 1)
		header = strings.Replace(header, ", )", ")", 1)
		return "func " + name + header + " {\n" + e.returning("r."+m.obj.Name()+"("+strings.Join(args, ", ")+")", sig) + "}\n"
	})
}

// pointerTo is the pointer a function value is reached through, empty if it is not.
func (e *emitter) pointerTo(fun ast.Expr) string {
	switch f := fun.(type) {
	case *ast.Ident:
		if v, ok := e.object(f).(*types.Var); ok {
			return e.cell(v)
		}
	case *ast.SelectorExpr:
		if v, ok := e.info.Uses[f.Sel].(*types.Var); ok && e.info.Selections[f] == nil {
			return e.cell(v)
		}
	case *ast.StarExpr:
		return e.expr(f.X)
	}
	return ""
}

// apply is a helper that calls a function literal. When a literal is called in place yaegi finds out its
// type again each time, which two goroutines must not do at once.
func (u *unit) apply(sig *types.Signature) string {
	return u.once("apply "+u.typ(sig), "apply", func(name string) string {
		e := &emitter{u: u}
		header, args := e.parameters(sig)
		header = strings.Replace(header, "(", "(f "+u.typ(sig)+", ", 1)
		header = strings.Replace(header, ", )", ")", 1)
		return "func " + name + header + " {\n" + e.returning("f("+strings.Join(args, ", ")+")", sig) + "}\n"
	})
}

// isolated makes a function literal in a frame of its own. yaegi keeps the value of a literal in a
// place of the frame it is made in, and puts back what was there before whenever a call of it ends, also
// on another goroutine, while the frame may just be making the next one.
func (u *unit) isolated(sig *types.Signature, literal string) string {
	maker := types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewParam(token.NoPos, nil, "", sig)), false)
	return u.apply(maker) + "((func() " + u.typ(sig) + " {\nvar f " + u.typ(sig) + " = " + literal + "\nreturn f\n}))"
}

// callThrough is a helper that calls the function a pointer points to, which yaegi does not do.
func (u *unit) callThrough(t types.Type) string {
	return u.once("through "+u.typ(t), "through", func(name string) string {
		e := &emitter{u: u}
		sig := t.Underlying().(*types.Signature)
		header, args := e.parameters(sig)
		header = strings.Replace(header, "(", "(p *"+u.typ(t)+", ", 1)
		header = strings.Replace(header, ", )", ")", 1)
		return "func " + name + header + " {\nf := *p\n" + e.returning("f("+strings.Join(args, ", ")+")", sig) + "}\n"
	})
}

// isFunction tells an instantiated function from an indexed value.
func (e *emitter) isFunction(fun ast.Expr) bool {
	id := instantiated(fun)
	if id == nil {
		return false
	}
	_, ok := e.object(id).(*types.Func)
	return ok
}

// instantiated is the name of the function in f, p.f, f[T] or p.f[T].
func instantiated(fun ast.Expr) *ast.Ident {
	switch f := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	case *ast.IndexExpr:
		return instantiated(f.X)
	case *ast.IndexListExpr:
		return instantiated(f.X)
	}
	return nil
}

// arguments writes the arguments of a call. The prelude is needed when they come from one call
// with several results.
func (e *emitter) arguments(x *ast.CallExpr, sig *types.Signature, mode boxing) (args []string, prelude string) {
	texts := make([]string, len(x.Args))
	from := make([]types.Type, len(x.Args))
	if len(x.Args) == 1 {
		if tuple, ok := e.info.TypeOf(x.Args[0]).(*types.Tuple); ok {
			tuple = e.env.tuple(tuple)
			texts, from = make([]string, tuple.Len()), make([]types.Type, tuple.Len())
			for i := range texts {
				texts[i], from[i] = e.temp(), tuple.At(i).Type()
			}
			prelude = strings.Join(texts, ", ") + " := " + e.expr(x.Args[0]) + "\n"
		}
	}
	if prelude == "" {
		for i, a := range x.Args {
			from[i] = e.typeOf(a)
			if e.info.Types[a].IsNil() {
				from[i] = types.Typ[types.UntypedNil]
			}
			texts[i] = e.expr(a)
		}
	}
	fixed := sig.Params().Len()
	spread := sig.Variadic() && !x.Ellipsis.IsValid()
	if sig.Variadic() {
		fixed--
	}
	for i := range texts {
		var target types.Type
		switch {
		case i < fixed || !spread:
			target = sig.Params().At(i).Type()
		default:
			target = sig.Params().At(fixed).Type().Underlying().(*types.Slice).Elem()
		}
		texts[i] = e.pass(texts[i], from[i], target, mode)
	}
	if spread && len(texts) > fixed {
		elem := sig.Params().At(fixed).Type().Underlying().(*types.Slice).Elem()
		if kindOf(elem) == asCompiled { // yaegi converts single arguments only
			texts = append(texts[:fixed:fixed], "[]"+e.u.typ(elem)+"{"+strings.Join(texts[fixed:], ", ")+"}...")
		}
	} else if x.Ellipsis.IsValid() {
		texts[len(texts)-1] += "..."
	}
	return texts, prelude
}

// pass converts an argument.
func (e *emitter) pass(text string, from, target types.Type, mode boxing) string {
	if mode == plainOnly && kindOf(target) == asAny {
		switch kindOf(from) {
		case notIface:
			return text
		case asAny:
			return "g.Unbox(" + text + ")"
		}
		return text
	}
	if isUntypedNil(from) && kindOf(target) == asCompiled {
		return e.u.zero(target) + "()"
	}
	return e.convert(text, from, target)
}

// zero is a helper that returns the nil of a compiled interface type, which yaegi cannot pass on as nil.
func (u *unit) zero(t types.Type) string {
	text := u.typ(t)
	return u.once("zero "+text, "zero", func(name string) string {
		return fmt.Sprintf("func %s() %s {\n\tvar r %s\n\treturn r\n}\n", name, text, text)
	})
}

// function writes a declared function as something to call or to hand around.
func (e *emitter) function(x ast.Expr) string {
	id := instantiated(x)
	fn := e.object(id).(*types.Func)
	var args []types.Type
	if inst, ok := e.info.Instances[id]; ok {
		for i := range inst.TypeArgs.Len() {
			args = append(args, e.env.subst(inst.TypeArgs.At(i)))
		}
	}
	if def := e.definition(fn); def != nil {
		return e.u.function(def, args)
	}
	v, ok := e.u.in.compiled(fn)
	if !ok {
		panic(unrepresentable{fmt.Sprintf("%s.%s is not available in the shell", fn.Pkg().Path(), fn.Name())})
	}
	if name, ok := e.u.named[fn]; ok {
		return name
	}
	name := e.u.symbol(fn.Pkg().Name()+"_"+fn.Name(), v)
	e.u.named[fn] = name
	return name
}

// A methodUse is a method with its receiver, embedded fields spelled out.
type methodUse struct {
	obj     *types.Func
	def     *function    // for a method from a snippet
	args    []types.Type // of its receiver
	dynamic bool         // of an interface represented as any
	text    string       // the receiver
	recv    types.Type
	pointer bool // the method has a pointer receiver
}

func (e *emitter) method(x *ast.SelectorExpr, s *types.Selection) methodUse {
	obj, index := s.Obj().(*types.Func), s.Index()
	t := e.typeOf(x.X)
	if len(e.env) > 0 {
		o, i, _ := types.LookupFieldOrMethod(t, true, e.pkg, x.Sel.Name)
		if f, ok := o.(*types.Func); ok {
			obj, index = f, i
		}
	}
	text, recv := e.fields(e.receiver(x.X), t, index[:len(index)-1])
	return e.methodOf(obj, text, recv)
}

func (e *emitter) methodOf(obj *types.Func, text string, recv types.Type) methodUse {
	m := methodUse{obj: obj, text: text, recv: recv}
	sig := obj.Type().(*types.Signature)
	if sig.Recv() != nil {
		_, m.pointer = types.Unalias(sig.Recv().Type()).(*types.Pointer)
	}
	if kindOf(recv) == asAny {
		m.dynamic = true
		return m
	}
	if m.def = e.definition(obj.Origin()); m.def != nil {
		if n, ok := types.Unalias(deref(recv)).(*types.Named); ok && n.TypeArgs() != nil {
			for i := range n.TypeArgs().Len() {
				m.args = append(m.args, n.TypeArgs().At(i))
			}
		}
	}
	return m
}

// methodReceiver writes the receiver as the method takes it.
func (e *emitter) methodReceiver(m methodUse) string {
	_, isPointer := types.Unalias(m.recv).Underlying().(*types.Pointer)
	throughCell := e.isCell(m.text)
	switch {
	case m.pointer && !isPointer && !throughCell:
		if inner, ok := strings.CutPrefix(m.text, "(*"); ok && identifier(inner[:len(inner)-1]) == inner[:len(inner)-1] {
			return inner[:len(inner)-1]
		}
		return "&" + m.text
	case !m.pointer && (isPointer || throughCell):
		return "(*" + m.text + ")"
	}
	return m.text
}

// isCell tells whether a receiver's text is the pointer to a variable rather than its value.
func (e *emitter) isCell(text string) bool {
	for _, name := range e.u.named {
		if name == text && !strings.HasPrefix(name, "c.") {
			return true
		}
	}
	return false
}

// methodValue writes x.Method as a function.
func (e *emitter) methodValue(x *ast.SelectorExpr, s *types.Selection) string {
	m := e.method(x, s)
	sig := e.typeOf(x).Underlying().(*types.Signature)
	params, args := e.parameters(sig)
	var recv, recvType, call string
	switch {
	case m.def != nil:
		recv = e.methodReceiver(m)
		recvType = e.u.typ(e.env.subst(m.def.receiver(m.args)))
		call = e.u.function(m.def, m.args) + "(" + strings.Join(append([]string{"r"}, args...), ", ") + ")"
	case m.dynamic:
		recv, recvType = m.text, "any"
		call = e.u.dispatch(m.obj, sig) + "(" + strings.Join(append([]string{"r"}, args...), ", ") + ")"
	default:
		return m.text + "." + m.obj.Name()
	}
	return fmt.Sprintf("%s(%s)", e.u.once("bound "+recvType+"."+call, "bound", func(name string) string {
		return fmt.Sprintf("func %s(r %s) %s {\nf := func%s {\n%s}\nreturn f\n}\n", name, recvType, e.u.typ(sig), params, e.returning(call, sig))
	}), recv)
}

// methodExpr writes T.Method as a function of the receiver.
func (e *emitter) methodExpr(x *ast.SelectorExpr, s *types.Selection) string {
	sig := e.typeOf(x).Underlying().(*types.Signature)
	params, args := e.parameters(sig)
	recv := sig.Params().At(0).Type()
	first, rest := args[0], args[1:]
	text, t := e.fields(first, recv, s.Index()[:len(s.Index())-1])
	m := e.methodOf(s.Obj().(*types.Func), text, t)
	call := ""
	switch {
	case m.def != nil:
		call = e.u.function(m.def, m.args) + "(" + strings.Join(append([]string{e.methodReceiver(m)}, rest...), ", ") + ")"
	case m.dynamic:
		call = e.u.dispatch(m.obj, m.obj.Type().(*types.Signature)) + "(" + strings.Join(append([]string{text}, rest...), ", ") + ")"
	default:
		call = m.text + "." + m.obj.Name() + "(" + strings.Join(rest, ", ") + ")"
	}
	return "(func" + params + " {\n" + e.returning(call, sig) + "})"
}

// parameters names the parameters of a signature and writes them, and the arguments that pass them on.
func (e *emitter) parameters(sig *types.Signature) (header string, args []string) {
	i := -1
	header = e.u.signature(types.NewSignatureType(nil, nil, nil, sig.Params(), unnamed(sig.Results()), sig.Variadic()), func(*types.Var) string {
		i++
		args = append(args, fmt.Sprintf("a%d", i))
		return args[i]
	})
	if sig.Variadic() {
		args[len(args)-1] += "..."
	}
	return header, args
}

func unnamed(t *types.Tuple) *types.Tuple {
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		vars[i] = types.NewParam(token.NoPos, nil, "", t.At(i).Type())
	}
	return types.NewTuple(vars...)
}

// dispatch is a helper that calls a method of an interface represented as any.
func (u *unit) dispatch(m *types.Func, sig *types.Signature) string {
	return u.once("dispatch "+m.Id()+" "+u.typ(bare(sig)), "call_"+m.Name(), func(name string) string {
		e := &emitter{u: u}
		header, args := e.parameters(sig)
		header = strings.Replace(header, "(", "(x any, ", 1)
		header = strings.Replace(header, "(x any, )", "(x any)", 1)
		call := fmt.Sprintf("g.Method(x, %q).(%s)(%s)", m.Name(), u.typ(bare(sig)), strings.Join(args, ", "))
		return "func " + name + header + " {\n" + e.returning(call, sig) + "}\n"
	})
}

// bare is a signature without its receiver.
func bare(sig *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
}

// conversion writes T(x).
func (e *emitter) conversion(x *ast.CallExpr) string {
	to := e.typeOf(x)
	arg := x.Args[0]
	if e.info.Types[arg].IsNil() {
		if kindOf(to) != notIface {
			return "nil"
		}
		return "(" + e.u.typ(to) + ")(nil)"
	}
	from := e.typeOf(arg)
	if tv := e.info.Types[arg]; tv.Value != nil && isString(to) && isInteger(from) {
		return "string(" + e.constant(tv.Value, types.Typ[types.Rune]) + ")"
	}
	text := e.expr(arg)
	if kindOf(to) != notIface || opaque(to) || opaque(from) {
		if opaque(from) && opaque(to) && !types.Identical(from, to) {
			panic(unrepresentable{fmt.Sprintf("a conversion of %s to %s, which contain themselves, does not work in the shell", typeName(from), typeName(to))})
		}
		return e.convert(text, from, to)
	}
	if kindOf(from) != notIface {
		panic(unrepresentable{"a conversion from a type parameter's constraint"})
	}
	a, b := e.u.typ(from), e.u.typ(to)
	if a == b {
		if _, ok := to.Underlying().(*types.Signature); ok {
			return text
		}
		return "(" + text + ")"
	}
	if _, ok := to.Underlying().(*types.Array); ok {
		panic(unrepresentable{"a conversion of a slice to an array does not work in the shell: copy the elements"})
	}
	if strings.HasPrefix(b, "*") || strings.HasPrefix(b, "[") || strings.HasPrefix(b, "func") || strings.HasPrefix(b, "map") || strings.HasPrefix(b, "chan") || strings.HasPrefix(b, "<-") {
		b = "(" + b + ")"
	}
	if _, ok := to.Underlying().(*types.Struct); ok {
		return fmt.Sprintf("g.Convert(%s, %s{}).(%s)", text, b, b)
	}
	return b + "(" + text + ")"
}

func isString(t types.Type) bool  { return basicInfo(t)&types.IsString != 0 }
func isInteger(t types.Type) bool { return basicInfo(t)&types.IsInteger != 0 }

func basicInfo(t types.Type) types.BasicInfo {
	if b, ok := t.Underlying().(*types.Basic); ok {
		return b.Info()
	}
	return 0
}

func (e *emitter) builtin(x *ast.CallExpr) string {
	name := ""
	switch f := ast.Unparen(x.Fun).(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		panic(unrepresentable{"package unsafe is not available in the shell"})
	}
	arg := func(i int) string { return e.open(x.Args[i]) }
	switch name {
	case "append":
		t := e.typeOf(x)
		first := "(" + e.u.typ(t.Underlying()) + ")(nil)"
		if !e.info.Types[x.Args[0]].IsNil() {
			first = arg(0)
		}
		args := []string{first}
		for i := 1; i < len(x.Args); i++ {
			if x.Ellipsis.IsValid() {
				if isString(e.typeOf(x.Args[i])) {
					args = append(args, "[]byte("+arg(i)+")...")
				} else if e.info.Types[x.Args[i]].IsNil() {
					return first
				} else {
					args = append(args, arg(i)+"...")
				}
				continue
			}
			args = append(args, e.to(x.Args[i], t.Underlying().(*types.Slice).Elem()))
		}
		if len(args) == 1 {
			return first
		}
		text := "append(" + strings.Join(args, ", ") + ")"
		if opaque(t) {
			return e.u.closed(t) + "(" + text + ")"
		}
		return text
	case "cap", "len", "close", "real", "imag":
		return name + "(" + arg(0) + ")"
	case "clear":
		t := e.typeOf(x.Args[0])
		if m, ok := t.Underlying().(*types.Map); ok {
			_ = m
			return "g.ClearMap(" + arg(0) + ")"
		}
		return "g.ClearSlice(" + arg(0) + ")"
	case "complex":
		return "complex(" + arg(0) + ", " + arg(1) + ")"
	case "copy":
		if isString(e.typeOf(x.Args[1])) {
			return "copy(" + arg(0) + ", []byte(" + arg(1) + "))"
		}
		return "copy(" + arg(0) + ", " + arg(1) + ")"
	case "delete":
		return "delete(" + arg(0) + ", " + e.to(x.Args[1], e.typeOf(x.Args[0]).Underlying().(*types.Map).Key()) + ")"
	case "make":
		args := []string{e.u.typ(e.typeOf(x))}
		if opaque(e.typeOf(x)) {
			args[0] = e.u.typ(e.typeOf(x).Underlying())
		}
		for i := 1; i < len(x.Args); i++ {
			args = append(args, "int("+arg(i)+")")
		}
		return "make(" + strings.Join(args, ", ") + ")"
	case "max", "min":
		return e.extreme(x, name)
	case "new":
		if tv := e.info.Types[x.Args[0]]; !tv.IsType() { // new(value)
			t := e.typeOf(x.Args[0])
			text := e.u.typ(t)
			return e.u.once("new "+text, "new", func(name string) string {
				return fmt.Sprintf("func %s(v %s) *%s {\nvar p %s = v\nreturn &p\n}\n", name, text, text, text)
			}) + "(" + e.expr(x.Args[0]) + ")"
		}
		return "new(" + e.u.typ(e.typeOf(x.Args[0])) + ")"
	case "panic":
		return "g.Panic(" + e.to(x.Args[0], anyType) + ")"
	case "print", "println":
		var args []string
		for i := range x.Args {
			args = append(args, e.to(x.Args[i], anyType))
		}
		return "g.P" + name[1:] + "(" + strings.Join(args, ", ") + ")"
	case "recover":
		if e.recovering != "" {
			return e.recovering + ".Recover()"
		}
		return "g.Recover()"
	}
	panic(unrepresentable{name + " does not work in the shell"})
}

// extreme writes min or max.
func (e *emitter) extreme(x *ast.CallExpr, name string) string {
	t := e.typeOf(x)
	text := e.u.typ(t)
	op := map[string]string{"min": "<", "max": ">"}[name]
	helper := e.u.once(name+" "+text, name, func(fn string) string {
		nan := ""
		if basicInfo(t)&types.IsFloat != 0 {
			nan = "if x != x {\nreturn x\n}\n" // a NaN wins
			if name == "min" {
				nan += "if x == 0 && r == 0 && 1/x < 0 {\nr = x\n}\n"
			} else {
				nan += "if x == 0 && r == 0 && 1/x > 0 {\nr = x\n}\n"
			}
		}
		return fmt.Sprintf("func %s(xs []%s) %s {\n\tr := xs[0]\n\tfor _, x := range xs {\n%sif x %s r {\nr = x\n}\n}\n\treturn r\n}\n", fn, text, text, nan, op)
	})
	var args []string
	for _, a := range x.Args {
		args = append(args, e.expr(a))
	}
	return helper + "([]" + text + "{" + strings.Join(args, ", ") + "})"
}
