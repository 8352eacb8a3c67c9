package sql

import (
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// functionCall reads a call.
func (p *parser) functionCall(from int) logical.Expression {
	parts := p.qualifiedName()
	p.try(callTrial, p.i)
	e := p.arguments(from, parts)
	p.tried()
	return e
}

// nullsInside are the functions that take IGNORE NULLS inside of their parentheses too.
var nullsInside = map[string]bool{"first": true, "last": true, "any_value": true}

// arguments reads the arguments of a call, and what may be behind them.
func (p *parser) arguments(from int, parts []string) logical.Expression {
	name := strings.ToLower(strings.Join(parts, "."))
	f := &logical.UnresolvedFunction{Name: name, Parts: parts}
	item := p.inItem
	p.inItem = false
	p.i++
	if !p.accept(")") {
		if n := p.peek(1); p.at("DISTINCT") || p.at("ALL") {
			if startsExpression(n) && !(n.kind == symbolKind && n.sym != "(" && n.sym != "*" && n.sym != "-") {
				f.Distinct = p.next().sym == "DISTINCT"
			}
		}
		more := p.list(func() { f.Args = append(f.Args, p.argument()) })
		if nullsInside[name] && !more && p.accept("IGNORE", "NULLS") {
			f.IgnoreNulls = true
		}
		if !p.at(")") && (name == "cast" || name == "try_cast") {
			p.unexpected()
		}
		p.closeList(more)
	}
	if len(f.Args) == 1 && !f.Distinct && name == "count" {
		if s, ok := f.Args[0].(*logical.UnresolvedStar); ok && s.Target == nil && s.Except == nil {
			f.Args[0] = &logical.Literal{Base: s.Base, Value: int32(1), Type: types.Int}
		}
	}
	if p.accept("WITHIN", "GROUP", "(", "ORDER", "BY") {
		p.closeList(p.list(func() { f.WithinGroup = append(f.WithinGroup, p.sortItem()) }))
	}
	if p.accept("FILTER", "(", "WHERE") {
		f.Filter = p.expression()
		p.expect(")", endsPart)
	}
	switch {
	case p.accept("IGNORE", "NULLS"):
		f.IgnoreNulls = true
	case p.accept("RESPECT", "NULLS"):
		f.RespectNull = true
	}
	f.Base = p.base(from)
	defer p.outside(item)
	if p.at("OVER") && (isName(p.peek(1)) && !p.clauseAt(1) || p.peek(1).sym == "(") {
		p.i++
		if p.at("(") && !p.specAt(1) {
			p.unexpected() // OVER is an alias then
		}
		w := p.windowSpec()
		w.Func, w.Base = f, p.base(from)
		return w
	}
	return f
}

// argument reads an argument, which may have a name.
func (p *parser) argument() logical.Expression {
	from := p.i
	if isName(p.peek(0)) && p.peek(1).sym == "=>" {
		name := p.identifier()
		p.i++
		value := p.expression()
		return &logical.NamedArgument{Base: p.base(from), Name: name, Value: value}
	}
	return p.expression()
}

// windowSpec reads what is behind OVER, or behind AS in a WINDOW clause: a name, or a specification in parentheses.
func (p *parser) windowSpec() *logical.Window {
	from := p.i
	w := &logical.Window{}
	defer func() { w.Base = p.base(from) }()
	if isName(p.peek(0)) {
		w.Name = p.wholeIdentifier()
		return w
	}
	p.expect("(", nil)
	if isName(p.peek(0)) && p.peek(1).sym == ")" {
		w.Name = p.identifier()
		p.i++
		return w
	}
	more := false
	switch {
	case p.accept("CLUSTER", "BY"):
		more = p.list(func() { w.Partition = append(w.Partition, p.expression()) })
		for _, e := range w.Partition {
			w.Order = append(w.Order, &logical.SortOrder{Base: logical.Base{Origin: e.Place()}, Child: e, NullsFirst: true})
		}
	default:
		if p.accept("PARTITION", "BY") || p.accept("DISTRIBUTE", "BY") {
			more = p.list(func() { w.Partition = append(w.Partition, p.expression()) })
		}
		if p.accept("ORDER", "BY") || p.accept("SORT", "BY") {
			more = p.list(func() { w.Order = append(w.Order, p.sortItem()) })
		}
	}
	if p.at("ROWS") || p.at("RANGE") {
		w.Frame, more = p.frame(), false
	}
	p.closeList(more)
	return w
}

// specAt says whether the specification of a window can begin at the token n after the next, behind its (.
func (p *parser) specAt(n int) bool {
	switch t, after := p.peek(n), p.peek(n+1).sym; t.sym {
	case "PARTITION", "DISTRIBUTE", "ORDER", "SORT", "CLUSTER":
		return after == "BY" || after == ")"
	case "ROWS", "RANGE", ")":
		return true
	default:
		return isName(t) && after == ")"
	}
}

func (p *parser) frame() *logical.Frame {
	f := &logical.Frame{Rows: p.next().sym == "ROWS"}
	if p.at("BETWEEN") {
		p.i++
		f.Lower = p.bound("PRECEDING")
		p.expect("AND", startsExpression)
		f.Upper = p.bound("FOLLOWING")
		return f
	}
	f.Lower = p.bound("PRECEDING")
	f.Upper = logical.Bound{CurrentRow: true}
	return f
}

// bound reads an end of a frame. Unbounded is the direction in which this end may be.
func (p *parser) bound(unbounded string) logical.Bound {
	from := p.i
	switch {
	case p.accept("UNBOUNDED", unbounded):
		return logical.Bound{Unbounded: true}
	case p.at("UNBOUNDED", "PRECEDING"), p.at("UNBOUNDED", "FOLLOWING"):
		p.i += 2
		return logical.Bound{Unbounded: true, Away: true}
	case p.accept("CURRENT", "ROW"):
		return logical.Bound{CurrentRow: true}
	}
	e := p.expression()
	var sign logical.Expression
	switch {
	case p.accept("PRECEDING"):
		sign = p.minus(from, e)
	case p.accept("FOLLOWING"):
		sign = e
	case endsPart(p.peek(0)):
		p.syntaxError(": missing {'FOLLOWING', 'PRECEDING'}")
	default:
		p.unexpected()
	}
	if !constant(e) {
		p.fail(from, "_LEGACY_ERROR_TEMP_0064", "msg", "Frame bound value must be a literal.")
	}
	return logical.Bound{Value: sign}
}

// constant says whether an expression has no columns, as far as can be seen.
func constant(e logical.Expression) bool {
	switch e := e.(type) {
	case *logical.Literal, *logical.Parameter:
		return true
	case *logical.Cast:
		return constant(e.Child)
	case *logical.UnresolvedFunction:
		for _, a := range e.Args {
			if !constant(a) {
				return false
			}
		}
		return e.Internal
	}
	return false
}

// minus is -e, as a literal if e is one.
func (p *parser) minus(from int, e logical.Expression) logical.Expression {
	if l, ok := e.(*logical.Literal); ok {
		switch v := l.Value.(type) {
		case int8:
			return p.literal(from, -v, l.Type)
		case int16:
			return p.literal(from, -v, l.Type)
		case int32:
			return p.literal(from, -v, l.Type)
		case int64:
			return p.literal(from, -v, l.Type)
		}
	}
	return p.call(from, "-", e)
}

func (p *parser) sortItem() *logical.SortOrder {
	from := p.i
	s := &logical.SortOrder{Child: p.expression()}
	if !p.accept("ASC") && p.accept("DESC") {
		s.Descending = true
	}
	s.NullsFirst = !s.Descending
	switch {
	case p.accept("NULLS", "FIRST"):
		s.NullsFirst = true
	case p.accept("NULLS", "LAST"):
		s.NullsFirst = false
	}
	s.Base = p.base(from)
	return s
}
