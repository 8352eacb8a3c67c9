package interp

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"
)

// Helper functions that units contain, because yaegi does not do in place what they do.

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

// copied is a helper that returns its argument.
func (u *unit) copied(t types.Type) string {
	text := u.typ(t)
	return u.once("copied "+text, "copied", func(name string) string {
		return fmt.Sprintf("func %s(x %s) %s {\nreturn x\n}\n", name, text, text)
	})
}

// zero is a helper that returns the nil of a compiled interface type, which yaegi cannot pass on as nil.
func (u *unit) zero(t types.Type) string {
	text := u.typ(t)
	return u.once("zero "+text, "zero", func(name string) string {
		return fmt.Sprintf("func %s() %s {\n\tvar r %s\n\treturn r\n}\n", name, text, text)
	})
}
