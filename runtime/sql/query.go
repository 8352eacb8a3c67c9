package sql

import (
	"strings"

	"gospark/runtime/logical"
)

// query reads [WITH …] a query term [ORDER BY …] [LIMIT …].
func (p *parser) query() logical.Relation {
	defer p.nest()()
	from := p.i
	if p.at("WITH") {
		w := p.ctes()
		w.Input = p.organized(p.queryTerm(0), false)
		w.Common = p.common(from)
		return w
	}
	return p.organized(p.queryTerm(0), false)
}

// subquery reads a query in parentheses.
func (p *parser) subquery() logical.Relation {
	p.expect("(", nil)
	q := p.query()
	p.expect(")", func(t *token) bool { return t.kind == endKind || isName(t) || t.sym == ";" })
	return q
}

// ctes reads WITH [RECURSIVE] name [(columns)] [AS] (query), ….
func (p *parser) ctes() *logical.With {
	from := p.i
	p.i++
	w := &logical.With{}
	if p.at("RECURSIVE") && isName(p.peek(1)) && p.peek(1).sym != "AS" {
		p.i++
		w.Recursive = true
	}
	seen, duplicates := map[string]int{}, map[string]bool{}
	p.list(func() {
		at := p.i
		alias := &logical.SubqueryAlias{Name: p.wholeIdentifier()}
		if p.at("(") && !p.isQuery(p.i) {
			alias.Columns = p.identifierList()
		}
		if p.accept("MAX", "RECURSION", "LEVEL") {
			p.integer()
			p.refuse(at, "MAX RECURSION LEVEL")
		}
		p.accept("AS")
		alias.Input = p.subquery()
		alias.Common = p.common(at)
		if seen[alias.Name]++; seen[alias.Name] == 2 {
			duplicates[alias.Name] = true
		}
		w.Names = append(w.Names, alias.Name)
		w.Tables = append(w.Tables, alias)
	})
	if len(duplicates) > 0 {
		names := sortedKeys(duplicates)
		for i := range names {
			names[i] = quoteName(names[i])
		}
		p.fail(from, "DUPLICATED_CTE_NAMES", "duplicateNames", strings.Join(names, ", "))
	}
	return w
}

// setOperators are the operators between queries: how tightly they bind, and what they do.
var setOperators = map[string]struct {
	level int
	kind  logical.SetKind
}{
	"INTERSECT": {3, logical.Intersect}, "UNION": {2, logical.Union}, "EXCEPT": {2, logical.Except},
	"MINUS": {2, logical.Except}, "|>": {1, 0},
}

// queryTerm reads queries with set operators and pipes between them that bind more tightly than a level.
func (p *parser) queryTerm(level int) logical.Relation {
	from := p.i
	left := p.queryPrimary()
	for {
		sym := p.peek(0).sym
		op, ok := setOperators[sym]
		if !ok || op.level <= level {
			return left
		}
		p.i++
		if sym == "|>" {
			left = p.pipe(from, left)
			continue
		}
		all := p.quantifier()
		left = &logical.SetOperation{Left: left, Right: p.queryTerm(op.level), Kind: op.kind, All: all,
			Common: p.common(from)}
	}
}

// quantifier reads [ALL | DISTINCT] of a set operation.
func (p *parser) quantifier() (all bool) {
	if p.accept("ALL") {
		return true
	}
	p.accept("DISTINCT")
	return false
}

func (p *parser) queryPrimary() logical.Relation {
	from := p.i
	switch p.peek(0).sym {
	case "SELECT":
		return p.selectQuery(nil)
	case "FROM":
		return p.fromQuery()
	case "VALUES":
		return p.inlineTable()
	case "TABLE":
		p.i++
		name := p.multipart()
		return &logical.NamedTable{Common: p.common(from), Parts: name}
	case "(":
		return p.subquery()
	case "MAP", "REDUCE":
		if startsExpression(p.peek(1)) {
			p.unsupported()
		}
	}
	p.unexpected()
	return nil
}

// fromQuery reads FROM relations [SELECT …] …; several SELECTs are a union.
func (p *parser) fromQuery() logical.Relation {
	from := p.i
	p.i++
	input := p.relations()
	if p.at("INSERT") {
		p.unsupported()
	}
	if !p.at("SELECT") {
		return input
	}
	var all logical.Relation
	for p.at("SELECT") {
		q := p.organized(p.selectQuery(input), false)
		if all == nil {
			all = q
		} else {
			all = &logical.SetOperation{Left: all, Right: q, Kind: logical.Union, All: true, Common: p.common(from)}
		}
	}
	return all
}

// organized reads what sorts and cuts a query. A pipe takes one kind of clause.
func (p *parser) organized(r logical.Relation, pipe bool) logical.Relation {
	from := p.i
	var order, sorts []*logical.SortOrder
	var cluster, distribute []logical.Expression
	expressions := func(to *[]logical.Expression) func() { return func() { *to = append(*to, p.expression()) } }
	items := func(to *[]*logical.SortOrder) func() { return func() { *to = append(*to, p.sortItem()) } }
	if p.by("ORDER") {
		p.sortList(items(&order))
	}
	if p.by("CLUSTER") {
		p.list(expressions(&cluster))
	}
	if p.by("DISTRIBUTE") {
		p.list(expressions(&distribute))
	}
	if p.by("SORT") {
		p.sortList(items(&sorts))
	}
	r = p.sorted(from, r, order, sorts, cluster, distribute)
	sorted := p.i > from
	if p.at("WINDOW") && p.clauseAt(0) {
		if pipe {
			p.fail(from, "UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS", "clauses", "the WINDOW clause")
		}
		r = p.windows(r)
	}
	var limit, offset logical.Expression
	at := p.i
	if p.at("LIMIT") && startsExpression(p.peek(1)) {
		p.i++
		if !p.accept("ALL") {
			limit = p.expression()
		}
	}
	if p.at("OFFSET") && startsExpression(p.peek(1)) {
		p.i++
		offset = p.expression()
	}
	if pipe && sorted && p.i > at {
		p.fail(from, "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS", "clause1", "ORDER BY", "clause2", "LIMIT")
	}
	if offset != nil {
		r = &logical.Offset{Common: p.common(at), Input: r, Count: offset}
	}
	if limit != nil {
		r = &logical.Limit{Common: p.common(at), Input: r, Count: limit}
	}
	return r
}

// by takes a word and BY if an expression follows.
func (p *parser) by(word string) bool {
	return p.at(word) && p.clauseAt(0) && p.accept(word, "BY")
}

// sortList reads the items of ORDER BY or SORT BY.
func (p *parser) sortList(item func()) {
	p.try(sortTrial, p.i-2)
	p.list(item)
	if p.at("NULLS") {
		p.unexpected()
	}
	p.tried()
}

// sorted applies ORDER BY, CLUSTER BY, DISTRIBUTE BY and SORT BY.
func (p *parser) sorted(from int, r logical.Relation, order, sorts []*logical.SortOrder,
	cluster, distribute []logical.Expression) logical.Relation {
	set := 0
	for _, given := range []bool{order != nil, cluster != nil, distribute != nil || sorts != nil} {
		if given {
			set++
		}
	}
	if set > 1 {
		p.fail(from, "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES")
	}
	for _, e := range cluster {
		sorts = append(sorts, &logical.SortOrder{Base: logical.Base{Origin: e.Place()}, Child: e, NullsFirst: true})
	}
	if moved := append(distribute, cluster...); moved != nil {
		r = &logical.Repartition{Common: p.common(from), Input: r, Exprs: moved, Shuffle: true}
	}
	global := order != nil
	if global {
		sorts = order
	}
	if sorts == nil {
		return r
	}
	s := &logical.Sort{Common: p.common(from), Input: r, Order: sorts, Global: global}
	if global && len(order) == 1 && isAll(order[0].Child) {
		s.All, s.AllDir = true, order[0]
	}
	return s
}

// isAll says whether an expression is the word ALL.
func isAll(e logical.Expression) bool {
	a, ok := e.(*logical.UnresolvedAttribute)
	return ok && len(a.Parts) == 1 && strings.EqualFold(a.Parts[0], "all") &&
		a.Origin.End-a.Origin.Start == len("all")
}
