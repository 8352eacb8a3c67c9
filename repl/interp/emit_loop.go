package interp

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// Loops. Variables are per iteration where it can be noticed, and every loop looks now and then
// whether it has been interrupted.

// tick is what a loop does first in each round. A loop that calls nothing counts rounds itself and looks
// only once in a while, because looking costs as much as two additions.
func (e *emitter) tick(body ast.Node, counter string) {
	if counter == "" {
		e.line("g.Tick()")
		return
	}
	e.line("%s++", counter)
	e.line("if %s == 4096 {", counter)
	e.line("%s = 0", counter)
	e.line("g.Tick()")
	e.line("}")
}

// counter declares what tick counts in, unless the loop calls something.
func (e *emitter) counter(loop ast.Node) string {
	if calls(loop, e.info) {
		return ""
	}
	name := e.u.fresh("rounds")
	e.line("%s := 0", name)
	return name
}

// calls reports whether running n may call a function or wait.
func calls(n ast.Node, info *types.Info) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if tv := info.Types[n.Fun]; !tv.IsType() && !tv.IsBuiltin() {
				found = true
			}
		case *ast.SendStmt, *ast.SelectStmt, *ast.GoStmt, *ast.DeferStmt:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}

func (e *emitter) forStmt(s *ast.ForStmt, label string) {
	e.line("{")
	defer e.line("}")
	var own []*types.Var // loop variables that each iteration has to itself
	if a, ok := s.Init.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
		for _, x := range a.Lhs {
			if v := e.defines(x); v != nil && e.captured[v] {
				own = append(own, v)
			}
		}
	}
	if s.Init != nil {
		e.statement(s.Init)
	}
	e.countUp(s)
	counter := e.counter(s)
	e.looping++ // in the condition and the post statement
	defer func() { e.looping-- }()
	if len(own) == 0 {
		cond := ""
		if s.Cond != nil {
			cond = e.expr(s.Cond)
		}
		post := ""
		if s.Post != nil {
			post = e.block(func() { e.statement(s.Post) })
		}
		if strings.Count(post, "\n") <= 1 && !strings.Contains(post, "{") {
			if i := strings.Index(post, "*/"); i >= 0 {
				post = post[i+2:]
			}
			if label != "" {
				e.line("%s:", label)
			}
			e.at(s)
			e.line("for ; %s; %s {", cond, strings.TrimSpace(post))
			e.tick(s, counter)
			e.nested(true, func() { e.statements(s.Body.List) })
			e.line("}")
			return
		}
	}
	e.roundByRound(s, label, own, counter)
}

// countUp notes the variable of a loop that counts up from where it is not negative.
func (e *emitter) countUp(s *ast.ForStmt) {
	init, ok := s.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE || len(init.Lhs) != 1 || len(init.Rhs) != 1 || !e.notNegative(init.Rhs[0]) {
		return
	}
	post, ok := s.Post.(*ast.IncDecStmt)
	v := e.defines(init.Lhs[0])
	if !ok || v == nil || post.Tok != token.INC || s.Cond == nil || e.variableAt(post.X) != v {
		return
	}
	e.grows(v, s.Body)
}

func (e *emitter) variableAt(x ast.Expr) types.Object {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		return e.object(id)
	}
	return nil
}

// grows notes a variable of a loop that starts at zero or above and is counted up by the loop, unless the body may
// give it another value.
func (e *emitter) grows(v *types.Var, body ast.Node) {
	if v == nil || e.captured[v] || basicInfo(v.Type())&types.IsInteger == 0 {
		return
	}
	changed := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				changed = changed || e.variableAt(x) == v
			}
		case *ast.IncDecStmt:
			changed = changed || e.variableAt(n.X) == v
		case *ast.RangeStmt:
			changed = changed || n.Key != nil && e.variableAt(n.Key) == v || n.Value != nil && e.variableAt(n.Value) == v
		}
		return !changed
	})
	if !changed {
		if e.counting == nil {
			e.counting = map[*types.Var]bool{}
		}
		e.counting[v] = true
	}
}

// roundByRound writes a loop that starts each round but the first with the post statement, on new
// copies of its variables, as Go defines it.
func (e *emitter) roundByRound(s *ast.ForStmt, label string, own []*types.Var, counter string) {
	last := make([]string, len(own))
	for i, v := range own {
		last[i] = e.u.fresh("last")
		e.line("%s := &%s", last[i], e.name(v))
	}
	first := e.u.fresh("first")
	e.line("%s := true", first)
	if label != "" {
		e.line("%s:", label)
	}
	e.at(s)
	e.line("for {")
	e.tick(s, counter)
	for i, v := range own {
		delete(e.names, v)
		name := e.name(v)
		e.declare(name, e.env.subst(v.Type()), "*"+last[i])
		e.line("%s = &%s", last[i], name)
	}
	if s.Post != nil {
		e.line("if %s {", first)
		e.line("%s = false", first)
		e.line("} else {")
		e.statement(s.Post)
		e.line("}")
	}
	if s.Cond != nil {
		e.line("if !%s {", e.expr(s.Cond))
		e.line("break")
		e.line("}")
	}
	e.nested(true, func() { e.statements(s.Body.List) })
	e.line("}")
}

func (e *emitter) rangeStmt(s *ast.RangeStmt, label string) {
	t := e.typeOf(s.X)
	e.line("{")
	defer e.line("}")
	if s.Key != nil && s.Tok == token.DEFINE {
		switch t.Underlying().(type) {
		case *types.Map, *types.Chan, *types.Signature:
		default: // an index, or a number
			e.grows(e.defines(s.Key), s.Body)
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsInteger != 0 {
			e.rangeInt(s, label)
			return
		}
	case *types.Signature:
		e.rangeFunc(s, label, u)
		return
	}
	if a, ok := arrayOf(t); ok && (s.Value == nil || isBlank(s.Value)) && !calls(s.X, e.info) { // only its length counts
		e.rangeTo(s, label, types.Typ[types.Int], strconv.FormatInt(a.Len(), 10))
		return
	}
	x := e.open(s.X)
	over := e.temp()
	e.at(s)
	e.line("%s := %s", over, x)
	counter := e.counter(s)
	key, value := rangeTypes(t)
	var k, v string
	if s.Key != nil && !isBlank(s.Key) {
		k = e.u.fresh("k")
	}
	if s.Value != nil && !isBlank(s.Value) {
		v = e.u.fresh("v")
	}
	if label != "" {
		e.line("%s:", label)
	}
	e.at(s)
	_, isString := t.Underlying().(*types.Basic)
	_, isChan := t.Underlying().(*types.Chan)
	if a, ok := arrayOf(t); ok && !types.Identical(a, t.Underlying()) { // a pointer: the array is not copied
		e.rangeByKey(s, over, t, key, value, counter)
		return
	}
	if value != nil && v != "" { // yaegi ranges over the value where that is a channel
		if _, ofChans := value.Underlying().(*types.Chan); ofChans && !isString {
			e.rangeByKey(s, over, t, key, value, counter)
			return
		}
	}
	switch {
	case isString:
		e.rangeString(s, over, counter)
		return
	case isChan:
		e.rangeChan(s, over, key)
		return
	case v != "":
		e.line("for %s, %s := range %s {", orBlank(k), v, over)
	case k != "":
		e.line("for %s := range %s {", k, over)
	default:
		e.line("for %s := range %s {", e.u.fresh("unused"), over)
	}
	e.tick(s, counter)
	e.bindBoth(s, k, key, v, value)
	e.nested(true, func() { e.statements(s.Body.List) })
	e.line("}")
}

// bindBoth gives the values of a round to the variables. The operands of both are evaluated first.
func (e *emitter) bindBoth(s *ast.RangeStmt, k string, key types.Type, v string, value types.Type) {
	if s.Tok != token.ASSIGN || s.Value == nil || isBlank(s.Value) || isBlank(s.Key) {
		e.bind(s.Key, k, key)
		e.bind(s.Value, v, value)
		return
	}
	places := e.fixedPlaces([]ast.Expr{s.Key, s.Value})
	e.line("%s = %s", places[0], e.convert(k, key, e.typeOf(s.Key)))
	e.line("%s = %s", places[1], e.convert(v, value, e.typeOf(s.Value)))
}

// rangeByKey steps through the indices or keys and looks the values up.
func (e *emitter) rangeByKey(s *ast.RangeStmt, over string, t, key, value types.Type, counter string) {
	k := e.u.fresh("k")
	if _, isMap := t.Underlying().(*types.Map); isMap {
		e.line("for %s := range %s {", k, over)
	} else {
		length := "len(" + over + ")"
		if a, ok := arrayOf(t); ok {
			length = strconv.FormatInt(a.Len(), 10)
			if !types.Identical(a, t.Underlying()) {
				over = "(*" + over + ")"
			}
		}
		e.line("for %s, end__%s := 0, %s; %s < end__%s; %s++ {", k, k, length, k, k, k)
	}
	e.tick(s, counter)
	e.bindBoth(s, k, key, over+"["+k+"]", value)
	e.nested(true, func() { e.statements(s.Body.List) })
	e.line("}")
}

// rangeChan receives until the channel is closed. Inside another range, yaegi takes the channel for
// what that one ranges over.
func (e *emitter) rangeChan(s *ast.RangeStmt, over string, elem types.Type) {
	v, ok := e.u.fresh("v"), e.u.fresh("ok")
	e.line("for {")
	e.tick(s, "")
	e.line("%s, %s := <-%s", v, ok, over)
	e.line("if !%s {", ok)
	e.line("break")
	e.line("}")
	if s.Key != nil && !isBlank(s.Key) {
		e.bind(s.Key, v, elem)
	} else {
		e.line("_ = %s", v)
	}
	e.nested(true, func() { e.statements(s.Body.List) })
	e.line("}")
}

// rangeString steps through the bytes of a string: yaegi counts runes.
func (e *emitter) rangeString(s *ast.RangeStmt, over, counter string) {
	i, r, n := e.u.fresh("i"), e.u.fresh("r"), e.u.fresh("n")
	next := e.u.fresh("next")
	e.line("for %s, %s := 0, 0; %s < len(%s); %s = %s {", i, next, i, over, i, next)
	e.tick(s, counter)
	e.line("%s, %s := g.Rune(%s, %s)", r, n, over, i)
	e.line("%s = %s + %s", next, i, n)
	e.line("_ = %s", r)
	e.bindBoth(s, i, types.Typ[types.Int], r, types.Typ[types.Rune])
	e.nested(true, func() { e.statements(s.Body.List) })
	e.line("}")
}

// arrayOf is the array that t is, or points to.
func arrayOf(t types.Type) (*types.Array, bool) {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	a, ok := t.Underlying().(*types.Array)
	return a, ok
}

func orBlank(name string) string {
	if name == "" {
		return "_"
	}
	return name
}

func rangeTypes(t types.Type) (key, value types.Type) {
	if a, ok := arrayOf(t); ok {
		return types.Typ[types.Int], a.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return types.Typ[types.Int], u.Elem()
	case *types.Map:
		return u.Key(), u.Elem()
	case *types.Chan:
		return u.Elem(), nil
	}
	return types.Typ[types.Int], types.Typ[types.Rune]
}

// bind gives the value of a round to the variable in the source.
func (e *emitter) bind(x ast.Expr, text string, t types.Type) {
	if x == nil || isBlank(x) {
		return
	}
	e.store(x, text, t)
}

func (e *emitter) rangeInt(s *ast.RangeStmt, label string) {
	t := e.typeOf(s.X)
	if s.Key != nil && !isBlank(s.Key) && isInteger(e.typeOf(s.Key)) {
		t = e.typeOf(s.Key)
	}
	if tv := e.info.Types[s.X]; tv.Value != nil {
		e.rangeTo(s, label, t, e.constant(tv.Value, t))
	} else {
		e.rangeTo(s, label, t, e.expr(s.X))
	}
}

// rangeTo counts from zero up to an end of type t.
func (e *emitter) rangeTo(s *ast.RangeStmt, label string, t types.Type, end string) {
	limit, i := e.u.fresh("n"), e.u.fresh("i")
	e.at(s)
	e.declare(limit, t, end)
	counter := e.counter(s)
	e.declare(i, t, e.u.typ(t)+"(0)")
	if label != "" {
		e.line("%s:", label)
	}
	e.line("for ; %s < %s; %s++ {", i, limit, i)
	e.tick(s, counter)
	e.bind(s.Key, i, t)
	e.nested(true, func() { e.statements(s.Body.List) })
	e.line("}")
}

// nested writes the body of a loop or switch, so that break and continue inside are known to
// belong to it.
func (e *emitter) nested(loop bool, write func()) {
	if loop {
		e.looping++
		defer func() { e.looping-- }()
	}
	if e.yield == nil {
		write()
		return
	}
	y := e.yield
	y.depth++
	if loop {
		y.loops++
	}
	write()
	y.depth--
	if loop {
		y.loops--
	}
}
