package interp

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Ranges over functions.

// A yielding is a range over a function being written: its body is a function literal, so what leaves
// the loop has to be told to the code after the call.
type yielding struct {
	outer  *yielding
	label  types.Object
	inner  map[types.Object]bool // labels inside the body
	depth  int                   // of loops and switches inside the body that break belongs to
	loops  int                   // of loops inside the body that continue belongs to
	code   string                // the variable that says how the body was left
	values []string              // where a return leaves its values
	exits  []yieldExit
}

type yieldExit struct {
	code int
	text func() // writes what to do after the call
}

func (e *emitter) rangeFunc(s *ast.RangeStmt, label string, sig *types.Signature) {
	yieldSig := sig.Params().At(0).Type().Underlying().(*types.Signature)
	y := &yielding{outer: e.yield, inner: map[types.Object]bool{}, code: e.u.fresh("left")}
	if label != "" {
		for obj, name := range e.names {
			if name == label {
				y.label = obj
			}
		}
	}
	ast.Inspect(s.Body, func(n ast.Node) bool {
		if l, ok := n.(*ast.LabeledStmt); ok {
			y.inner[e.info.Defs[l.Label]] = true
		}
		return true
	})
	for i := range e.resultCount() {
		v := e.u.fresh("result")
		e.line("var %s %s", v, e.u.typ(e.results.At(i).Type()))
		y.values = append(y.values, v)
	}
	e.line("%s := 0", y.code)
	done := e.u.fresh("done")
	e.line("%s := false", done)

	params := make([]string, yieldSig.Params().Len())
	var header []string
	for i := range params {
		params[i] = e.u.fresh("y")
		header = append(header, params[i]+" "+e.u.typ(yieldSig.Params().At(i).Type()))
	}
	saved := *e
	e.yield, e.looping = y, 0
	body := e.block(func() {
		e.line("g.Tick()")
		e.line("if %s {", done)
		e.line("panic(\"range function continued iteration after function for loop body returned false\")")
		e.line("}")
		switch len(params) {
		case 1:
			e.bind(s.Key, params[0], yieldSig.Params().At(0).Type())
		case 2:
			e.bindBoth(s, params[0], yieldSig.Params().At(0).Type(), params[1], yieldSig.Params().At(1).Type())
		}
		e.statements(s.Body.List)
		e.line("return true")
	})
	out := e.out
	*e = saved
	e.out = out
	over := e.open(s.X)
	f := e.temp()
	e.line("%s := (func(%s) bool {\n%s})", f, strings.Join(header, ", "), body)
	e.at(s)
	e.line("%s(%s)", over, f)
	e.line("%s = true", done)
	for _, x := range y.exits {
		e.line("if %s == %d {", y.code, x.code)
		x.text()
		e.line("}")
	}
}

func (e *emitter) resultCount() int {
	if e.results == nil {
		return 0
	}
	return e.results.Len()
}

// leave writes how the body of a range over a function is left for good.
func (e *emitter) leave(after func()) {
	y := e.yield
	code := len(y.exits) + 1
	y.exits = append(y.exits, yieldExit{code, after})
	e.line("%s = %d", y.code, code)
	e.line("return false")
}

func (e *emitter) yieldReturn(s *ast.ReturnStmt) {
	y := e.yield
	e.line("{")
	if len(s.Results) > 0 {
		values := e.returned(s)
		for i, v := range values {
			e.line("%s = %s", y.values[i], v)
		}
	}
	bare := len(s.Results) == 0
	values := y.values
	e.leave(func() { e.returnValues(values, bare) })
	e.line("}")
}

// returnValues returns what an inner body left, from the loop after it, which may be in such a body itself.
func (e *emitter) returnValues(values []string, bare bool) {
	if e.yield == nil {
		if bare {
			e.line("return")
		} else if e.deferred != "" {
			for i, v := range values {
				e.line("%s = %s", e.named[i], v)
			}
			e.line("return")
		} else {
			e.line("return %s", strings.Join(values, ", "))
		}
		return
	}
	outer := e.yield
	if !bare {
		for i, v := range values {
			e.line("%s = %s", outer.values[i], v)
		}
	}
	e.leave(func() { e.returnValues(outer.values, bare) })
}

// yieldBranch writes break, continue and goto where they leave the body; false means they stay inside
// and are written as they are.
func (e *emitter) yieldBranch(s *ast.BranchStmt) bool {
	y := e.yield
	if s.Tok == token.FALLTHROUGH {
		return false
	}
	if s.Label == nil {
		switch {
		case s.Tok == token.BREAK && y.depth == 0:
			e.line("return false")
			return true
		case s.Tok == token.CONTINUE && y.loops == 0:
			e.line("return true")
			return true
		}
		return false
	}
	target := e.info.Uses[s.Label]
	if y.inner[target] {
		return false
	}
	if target == y.label {
		e.line("return %v", s.Tok == token.CONTINUE)
		return true
	}
	if s.Tok == token.GOTO {
		panic(unrepresentable{"goto out of a range over a function does not work in the shell"})
	}
	e.leave(func() {
		if e.yield == nil || !e.yieldBranch(s) {
			e.line("%s %s", s.Tok, e.name(target))
		}
	})
	return true
}
