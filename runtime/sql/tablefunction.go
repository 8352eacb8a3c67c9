package sql

import (
	"strings"

	"gospark/runtime/logical"
)

// tableFunction reads a table-valued function in FROM; its name has n tokens.
func (p *parser) tableFunction(from, n int) logical.Relation {
	var parts []string
	for i := 0; i < n; i += 2 {
		parts = append(parts, p.nameOf(p.peek(i)))
	}
	p.i += n + 1
	f := &logical.TableFunction{Name: strings.Join(parts, ".")}
	if !p.accept(")") {
		p.closeList(p.list(func() { f.Args = append(f.Args, p.tableArgument()) }))
	}
	f.Common = p.common(from)
	return p.aliased(from, p.watermark(p.sample(f)), false)
}

// tableArgument reads an argument of a table function: an expression, or a table with TABLE.
func (p *parser) tableArgument() logical.Expression {
	from := p.i
	if isName(p.peek(0)) && p.peek(1).sym == "=>" && p.tableAt(2) {
		name := p.identifier()
		p.i++
		return &logical.NamedArgument{Name: name, Value: p.tableValue(), Base: p.base(from)}
	}
	if p.tableAt(0) {
		return p.tableValue()
	}
	return p.argument()
}

func (p *parser) tableAt(n int) bool {
	return p.peek(n).sym == "TABLE" && (p.peek(n+1).sym == "(" || isName(p.peek(n+1)))
}

// tableValue reads TABLE t, TABLE(t) or TABLE(query) [WITH SINGLE PARTITION | PARTITION BY …] [ORDER BY …].
func (p *parser) tableValue() logical.Expression {
	from := p.i
	p.i++
	t := &logical.TableArgument{}
	switch {
	case p.at("(") && p.isQuery(p.i):
		t.Query = p.subquery()
	case p.accept("("):
		t.Query = &logical.NamedTable{Parts: p.multipart(), Common: p.common(p.i)}
		p.expect(")", nil)
	default:
		p.fail(from, "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES", "argumentName",
			quoteName(p.nameOf(p.peek(0))))
		t.Query = &logical.NamedTable{Parts: p.multipart(), Common: p.common(p.i)}
	}
	switch {
	case p.accept("WITH", "SINGLE", "PARTITION"):
		t.Single = true
	case p.accept("PARTITION", "BY"), p.accept("DISTRIBUTE", "BY"):
		p.maybeParens(func() { t.Partition = append(t.Partition, p.expression()) })
	}
	if p.accept("ORDER", "BY") || p.accept("SORT", "BY") {
		p.maybeParens(func() { t.Order = append(t.Order, p.sortItem()) })
	}
	t.Base = p.base(from)
	return t
}

// maybeParens reads one item, or several in parentheses.
func (p *parser) maybeParens(item func()) {
	if p.setInParens() {
		p.parens(item)
		return
	}
	item()
}
