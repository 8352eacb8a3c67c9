package interp

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// Composite and function literals, and the bodies of functions.

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
		n := 0
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
			if f.Name() == "_" && !calls(value, e.info) { // stays zero
				continue
			}
			element(n, name+": "+e.to(value, e.env.subst(f.Type())))
			n++
		}
	case *types.Map:
		for i, elt := range x.Elts {
			kv := elt.(*ast.KeyValueExpr)
			value := e.to(kv.Value, u.Elem())
			if _, ok := ast.Unparen(kv.Value).(*ast.StarExpr); ok { // of nil, yaegi makes no entry
				value = e.u.copied(u.Elem()) + "(" + value + ")"
			}
			element(i, e.key(kv.Key, u.Key())+": "+value)
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
	e.deferred, e.results, e.looping = "", sig.Results(), 0
	if jumps(body) {
		e.looping = 1
	}
	offered := ""
	if e.recovering == "" && e.recoversItself(body, e.info) {
		offered = e.u.fresh("offered")
		e.recovering = offered
	}
	deferring := defersCalls(body)
	header, e.named = e.header(sig, src, deferring)
	if deferring {
		e.deferred = e.u.fresh("deferred")
	}
	text = e.block(func() {
		if e.guarded(body) {
			e.line("g.Deep()")
		}
		if offered != "" {
			e.line("%s := g.Offered()", offered)
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

// jumps reports whether a function body has a goto of its own.
func jumps(body ast.Node) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			found = found || n.Tok == token.GOTO
		}
		return !found
	})
	return found
}

// recoversItself reports whether a function body calls recover, other than in literals.
func (e *emitter) recoversItself(body ast.Node, info *types.Info) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			id, ok := ast.Unparen(n.Fun).(*ast.Ident)
			found = found || ok && id.Name == "recover" && info.Types[id].IsBuiltin()
		}
		return !found
	})
	return found
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
