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
	if tv := e.info.Types[arg]; tv.Value != nil {
		if b, ok := to.Underlying().(*types.Basic); ok && b.Info()&types.IsConstType != 0 { // of a type parameter: others are folded
			return e.constant(tv.Value, to)
		}
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
	if _, ok := from.Underlying().(*types.Slice); ok {
		switch to.Underlying().(type) {
		case *types.Array:
			return fmt.Sprintf("g.Array(%s, %s{}).(%s)", text, b, b)
		case *types.Pointer:
			return fmt.Sprintf("g.Array(%s, (%s)(nil)).(%s)", text, b, b)
		}
	}
	if strings.HasPrefix(b, "*") || strings.HasPrefix(b, "[") || strings.HasPrefix(b, "func") || strings.HasPrefix(b, "map") || strings.HasPrefix(b, "chan") || strings.HasPrefix(b, "<-") {
		b = "(" + b + ")"
	}
	if _, ok := to.Underlying().(*types.Struct); ok {
		return e.restruct(text, to)
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

// unfolded is a call of a builtin function whose arguments are the results of one call, with the results
// held by the prelude.
func (e *emitter) unfolded(x *ast.CallExpr) (call *ast.CallExpr, prelude string) {
	if len(x.Args) != 1 {
		return x, ""
	}
	tuple, ok := e.info.TypeOf(x.Args[0]).(*types.Tuple)
	if !ok {
		return x, ""
	}
	held := map[ast.Expr]string{}
	for arg, text := range e.held {
		held[arg] = text
	}
	unfolded := *x
	unfolded.Args = nil
	var names []string
	for v := range tuple.Variables() {
		id := &ast.Ident{NamePos: x.Args[0].Pos(), Name: "_"}
		e.info.Types[id] = types.TypeAndValue{Type: v.Type()}
		held[id] = e.temp()
		unfolded.Args = append(unfolded.Args, id)
		names = append(names, held[id])
	}
	prelude = strings.Join(names, ", ") + " := " + e.expr(x.Args[0]) + "\n"
	e.held = held
	e.info.Types[&unfolded] = e.info.Types[x]
	return &unfolded, prelude
}

func (e *emitter) builtin(x *ast.CallExpr) string {
	saved := e.held
	defer func() { e.held = saved }()
	x, prelude := e.unfolded(x)
	if prelude == "" {
		return e.builtinCall(x)
	}
	var results *types.Tuple
	if t := e.info.TypeOf(x); t != nil {
		if _, none := t.(*types.Tuple); !none {
			results = types.NewTuple(types.NewParam(x.Pos(), nil, "", e.typeOf(x)))
		}
	}
	sig := types.NewSignatureType(nil, nil, nil, nil, results, false)
	return e.u.apply(sig) + "((func() " + e.resultList(sig) + " {\n" + prelude + e.returning(e.builtinCall(x), sig) + "}))"
}

func (e *emitter) builtinCall(x *ast.CallExpr) string {
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
		if len(args) > 2 { // yaegi evaluates an operand after it has appended those before it
			elem := e.u.typ(t.Underlying().(*types.Slice).Elem())
			args = []string{first, "[]" + elem + "{" + strings.Join(args[1:], ", ") + "}..."}
		}
		text := "append(" + strings.Join(args, ", ") + ")"
		if opaque(t) {
			return e.u.closed(t) + "(" + text + ")"
		}
		return text
	case "cap", "len":
		t := e.typeOf(x.Args[0])
		if a, ok := arrayOf(t); ok {
			if _, isPointer := t.Underlying().(*types.Pointer); isPointer { // yaegi wants one that is not nil
				text := e.u.typ(t)
				return e.u.once("length "+text, "length", func(fn string) string {
					return fmt.Sprintf("func %s(%s) int {\nreturn %d\n}\n", fn, text, a.Len())
				}) + "(" + e.expr(x.Args[0]) + ")"
			}
		}
		return name + "(" + arg(0) + ")"
	case "close", "real", "imag":
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
		return "delete(" + arg(0) + ", " + e.key(x.Args[1], e.typeOf(x.Args[0]).Underlying().(*types.Map).Key()) + ")"
	case "make":
		t := e.typeOf(x)
		made := t.Underlying()
		if c, ok := made.(*types.Chan); ok { // reflect makes none of one direction
			made = types.NewChan(types.SendRecv, c.Elem())
		}
		args := []string{e.u.typ(made)}
		for i := 1; i < len(x.Args); i++ {
			args = append(args, "int("+arg(i)+")")
		}
		text := "make(" + strings.Join(args, ", ") + ")"
		if c, ok := t.Underlying().(*types.Chan); ok && c.Dir() != types.SendRecv {
			text = e.u.upcast(made, c) + "(" + text + ")"
		}
		if opaque(t) {
			return e.u.closed(t) + "(" + text + ")"
		}
		return text
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
	case "recover": // at top level, or deferred itself, it has nothing to recover from
		if e.recovering != "" {
			return e.recovering + ".Recover()"
		}
		return "g.Nothing()"
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
