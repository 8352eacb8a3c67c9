package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Methods: calling them, and methods as values.

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
	case m.dynamic: // the method is looked up now: there is none in nil
		return e.u.bound(m.obj, sig) + "(" + m.text + ")"
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
	obj, index := s.Obj().(*types.Func), s.Index()
	if len(e.env) > 0 {
		o, i, _ := types.LookupFieldOrMethod(recv, true, e.pkg, x.Sel.Name)
		if f, ok := o.(*types.Func); ok {
			obj, index = f, i
		}
	}
	text, t := e.fields(first, recv, index[:len(index)-1])
	m := e.methodOf(obj, text, t)
	call := ""
	switch {
	case m.def != nil:
		call = e.u.function(m.def, m.args) + "(" + strings.Join(append([]string{e.methodReceiver(m)}, rest...), ", ") + ")"
	case m.dynamic:
		call = e.u.dispatch(m.obj, e.env.subst(m.obj.Type()).(*types.Signature)) + "(" + strings.Join(append([]string{text}, rest...), ", ") + ")"
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

// bound is a helper that takes a method of an interface represented as any as a function.
func (u *unit) bound(m *types.Func, sig *types.Signature) string {
	t := u.typ(bare(sig))
	return u.once("bound "+m.Id()+" "+t, "bound_"+m.Name(), func(name string) string {
		return fmt.Sprintf("func %s(x any) %s {\nf := g.Method(x, %q).(%s)\nreturn f\n}\n", name, t, m.Name(), t)
	})
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
