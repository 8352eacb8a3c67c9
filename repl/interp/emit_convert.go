package interp

import (
	"fmt"
	"go/ast"
	"go/types"
)

// Converting values to and from interfaces, and to and from types that contain themselves.

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
		if kindOf(to) == asCompiled && !types.Identical(to, errorType) { // yaegi fails at a nil for these
			return e.u.zero(to) + "()"
		}
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
			if _, isFunc := from.Underlying().(*types.Signature); isFunc { // yaegi would put in what it keeps of a function
				return "g.Func(" + text + ")"
			}
		}
		return text
	case notIface:
		_, isStruct := to.Underlying().(*types.Struct)
		if isStruct && kindOf(from) == notIface && e.u.typ(from) != e.u.typ(to) { // one is declared
			return e.restruct(text, to)
		}
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
		if isFile(from) {
			return e.u.fileTo(from, to) + "(" + text + ")"
		}
		return e.u.upcast(from, to) + "(" + text + ")"
	}
	return text
}

// restruct gives a struct the compiled type of another declaration with the same fields.
func (e *emitter) restruct(text string, to types.Type) string {
	t := e.u.typ(to)
	return fmt.Sprintf("g.Convert(%s, %s{}).(%s)", text, t, t)
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
