package sql

import (
	"unicode/utf8"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// predicate reads [NOT] BETWEEN, IN, LIKE or IS behind a value, if there is one.
func (p *parser) predicate(from int, e logical.Expression) logical.Expression {
	start := p.i
	not := false
	if p.at("NOT") || p.at("!") {
		switch p.peek(1).sym {
		case "BETWEEN", "IN", "LIKE", "ILIKE", "RLIKE":
			not = true
			p.i++
		}
	}
	switch sym := p.peek(0).sym; sym {
	case "BETWEEN":
		if !not && !startsExpression(p.peek(1)) || p.clauseAt(1) {
			break
		}
		p.i++
		low := p.value(0)
		p.expect("AND", startsExpression)
		return p.negated(from, not, p.call(from, "between", e, low, p.value(0)))
	case "IN":
		if p.peek(1).sym != "(" {
			break
		}
		p.i++
		return p.negated(from, not, p.in(from, e))
	case "LIKE", "ILIKE":
		if q := p.peek(1).sym; (q == "ANY" || q == "SOME" || q == "ALL") && p.peek(2).sym == "(" {
			p.i += 2
			return p.likeMany(from, e, sym, q == "ALL", not)
		}
		if !startsExpression(p.peek(1)) || p.clauseAt(1) {
			break
		}
		p.i++
		return p.negated(from, not, p.like(from, e, sym))
	case "RLIKE":
		if !startsExpression(p.peek(1)) || p.clauseAt(1) {
			break
		}
		p.i++
		return p.negated(from, not, p.call(from, "rlike", e, p.value(0)))
	case "IS":
		if is := p.is(from, e); is != nil {
			return is
		}
	}
	p.i = start
	return e
}

func (p *parser) negated(from int, not bool, e logical.Expression) logical.Expression {
	if not {
		return p.call(from, "not", e)
	}
	return e
}

func (p *parser) in(from int, e logical.Expression) logical.Expression {
	if p.isQuery(p.i) {
		values := []logical.Expression{e}
		if f, ok := e.(*logical.UnresolvedFunction); ok && f.Internal && f.Name == "row" {
			values = f.Args
		}
		query := p.subquery()
		return &logical.SubqueryExpression{Base: p.base(from), Kind: logical.InSubquery, Query: query, Values: values}
	}
	p.i++
	if p.accept(")") {
		p.fail(from, "INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE")
		return e
	}
	args := []logical.Expression{e}
	p.closeList(p.list(func() { args = append(args, p.expression()) }))
	return p.call(from, "in", args...)
}

var likeNames = map[string]string{"LIKE": "like", "ILIKE": "ilike"}

func (p *parser) like(from int, e logical.Expression, sym string) logical.Expression {
	args := []logical.Expression{e, p.value(0)}
	if p.at("ESCAPE") && p.isString(1) {
		p.i++
		at := p.i
		s := p.stringLiteral()
		if utf8.RuneCountInString(s) != 1 {
			p.fail(from, "INVALID_ESC", "invalidEscape", quoteText(s))
		}
		args = append(args, p.literal(at, s, types.String))
	}
	return p.call(from, likeNames[sym], args...)
}

// likeMany reads LIKE ANY (…) and LIKE ALL (…). Patterns that are all literals are one function; else it is a chain.
func (p *parser) likeMany(from int, e logical.Expression, sym string, all, not bool) logical.Expression {
	p.i++
	if p.accept(")") {
		p.fail(from, "_LEGACY_ERROR_TEMP_0064", "msg", "Expected something between '(' and ')'.")
		return e
	}
	var patterns []logical.Expression
	literals := true
	p.closeList(p.list(func() {
		x := p.expression()
		l, ok := x.(*logical.Literal)
		literals = literals && ok && l.Type == types.String
		patterns = append(patterns, x)
	}))
	if literals {
		name := "likeany"
		if all {
			name = "likeall"
		}
		if not {
			name = "not" + name
		}
		if sym == "ILIKE" {
			e = p.call(from, "lower", e)
			for i, x := range patterns {
				patterns[i] = p.call(from, "lower", x)
			}
		}
		return p.call(from, name, append([]logical.Expression{e}, patterns...)...)
	}
	name := "or"
	if all {
		name = "and"
	}
	var sum logical.Expression
	for _, x := range patterns {
		one := p.negated(from, not, p.call(from, likeNames[sym], e, x))
		if sum == nil {
			sum = one
		} else {
			sum = p.call(from, name, sum, one)
		}
	}
	return sum
}

// is reads IS [NOT] NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM. It is nil, and takes nothing, when IS is no operator here.
func (p *parser) is(from int, e logical.Expression) logical.Expression {
	n, not := 1, false
	if s := p.peek(1).sym; s == "NOT" || s == "!" {
		n, not = 2, true
	}
	if not && p.peek(n).kind == endKind {
		p.i += n
		p.unexpected()
	}
	switch p.peek(n).sym {
	case "NULL":
		p.i += n + 1
		if not {
			return p.call(from, "isnotnull", e)
		}
		return p.call(from, "isnull", e)
	case "TRUE", "FALSE":
		value := p.peek(n).sym == "TRUE"
		p.i += n + 1
		return p.negated(from, not, p.call(from, "<=>", e, p.literal(p.i-1, value, types.Boolean)))
	case "UNKNOWN":
		p.i += n + 1
		if not {
			return p.call(from, "isnotunknown", e)
		}
		return p.call(from, "isunknown", e)
	case "DISTINCT":
		if p.peek(n+1).sym != "FROM" {
			return nil
		}
		p.i += n + 2
		return p.negated(from, !not, p.call(from, "<=>", e, p.value(0)))
	}
	return nil
}
