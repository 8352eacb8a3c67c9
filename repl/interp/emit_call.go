package interp

import (
	"fmt"
	"go/ast"
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
	if callee == e.open(fun) && calls(fun, e.info) { // what is called first, is computed first
		f := e.temp()
		prelude = f + " := " + callee + "\n" + prelude
		text = f + strings.TrimPrefix(text, callee)
	} else if recv != "" && calls(fun, e.info) {
		r := e.temp()
		prelude = r + " := " + recv + "\n" + prelude
		text = callee + "(" + strings.Join(append([]string{r}, args[1:]...), ", ") + ")"
	}
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
		_, isBasic := elem.Underlying().(*types.Basic)
		if kindOf(elem) != asAny && !isBasic { // yaegi mistakes the types of other arguments
			texts = append(texts[:fixed:fixed], "[]"+e.u.typ(elem)+"{"+strings.Join(texts[fixed:], ", ")+"}...")
		}
	} else if x.Ellipsis.IsValid() {
		last := len(texts) - 1
		if isUntypedNil(from[last]) {
			texts[last] = "(" + e.u.typ(sig.Params().At(fixed).Type()) + ")(nil)"
		}
		texts[last] += "..."
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
	if isUntypedNil(from) && types.Identical(target, errorType) {
		return e.u.zero(target) + "()"
	}
	return e.convert(text, from, target)
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
