package interp

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// Conversions and builtin functions.

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

func isString(t types.Type) bool { return basicInfo(t)&types.IsString != 0 }

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
