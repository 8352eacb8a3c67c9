package sql

import (
	"strings"

	"gospark/runtime/logical"
)

// statements are the commands by their first words, the longer ones first.
var statements []struct {
	words []string
	rule  func(*parser) logical.Relation
}

// refused are the first words of statements that Spark has and this project has not.
var refused = []string{"ALTER", "ANALYZE", "CALL", "CLOSE", "COMMENT", "COMMIT", "DECLARE", "DELETE", "DFS", "EXECUTE", "EXPORT",
	"FETCH", "GRANT", "IMPORT", "LOAD", "LOCK", "MERGE", "MSCK", "OPEN", "REPAIR", "REVOKE", "ROLLBACK", "START", "UNLOCK",
	"UPDATE", "ADD", "LIST"}

func init() {
	add := func(words string, rule func(*parser) logical.Relation) {
		statements = append(statements, struct {
			words []string
			rule  func(*parser) logical.Relation
		}{strings.Fields(words), rule})
	}
	add("USE", (*parser).use)
	add("CREATE", (*parser).create)
	add("REPLACE TABLE", (*parser).replaceTable)
	add("DROP", (*parser).drop)
	add("INSERT", (*parser).insert)
	add("SHOW", (*parser).show)
	add("DESCRIBE", (*parser).describe)
	add("DESC", (*parser).describe)
	add("EXPLAIN", (*parser).explain)
	add("CACHE", (*parser).cache)
	add("UNCACHE", (*parser).uncache)
	add("CLEAR CACHE", (*parser).clearCache)
	add("REFRESH", (*parser).refresh)
	add("TRUNCATE", (*parser).truncate)
	add("SET", (*parser).set)
	add("RESET", (*parser).reset)
}

// statement reads a query or a command.
func (p *parser) statement() logical.Relation {
	defer p.nest()()
	if p.at("WITH") {
		from := p.i
		w := p.ctes()
		if p.at("INSERT") {
			insert := p.insert().(*logical.InsertInto)
			w.Input, w.Common = insert.Query, p.common(from)
			insert.Query = w
			return insert
		}
		if p.atAny("DELETE", "UPDATE", "MERGE") {
			p.unsupported()
		}
		w.Input = p.organized(p.queryTerm(0), false)
		w.Common = p.common(from)
		return w
	}
	for _, s := range statements {
		if p.at(s.words...) {
			return s.rule(p)
		}
	}
	if p.atAny(refused...) && p.peek(1).kind != endKind {
		p.unsupported()
	}
	return p.query()
}

// atQuery says whether a query is next.
func (p *parser) atQuery() bool { return p.startsQuery(p.i) }

func (p *parser) ifNotExists() bool {
	if p.at("IF", "NOT", "EXISTS") || p.at("IF", "!", "EXISTS") {
		p.i += 3
		return true
	}
	return false
}

func (p *parser) ifExists() bool { return p.accept("IF", "EXISTS") }

// namespace reads DATABASE, SCHEMA or NAMESPACE.
func (p *parser) namespace() bool {
	return p.accept("DATABASE") || p.accept("SCHEMA") || p.accept("NAMESPACE")
}

func (p *parser) use() logical.Relation {
	from := p.i
	p.i++
	if isName(p.peek(1)) {
		p.namespace()
	}
	u := &logical.Use{Name: p.multipart()}
	u.Common = p.common(from)
	return u
}

func (p *parser) explain() logical.Relation {
	from := p.i
	p.i++
	e := &logical.Explain{Mode: "simple"}
	switch {
	case p.atAny("FORMATTED", "EXTENDED", "CODEGEN", "COST"):
		e.Mode = strings.ToLower(p.next().sym)
	case p.at("LOGICAL"):
		p.i++
		p.refuse(from, "EXPLAIN LOGICAL")
	}
	e.Query = p.statement()
	e.Common = p.common(from)
	return e
}

func (p *parser) cache() logical.Relation {
	from := p.i
	p.i++
	c := &logical.CacheTable{Lazy: p.accept("LAZY")}
	p.expect("TABLE", nil)
	c.Name = p.multipart()
	if p.accept("OPTIONS") {
		c.Options = p.properties()
	}
	if p.accept("AS") || p.atQuery() {
		c.Query = p.query()
	}
	if c.Query != nil && len(c.Name) > 1 {
		p.fail(from, "_LEGACY_ERROR_TEMP_0037", "quoted", strings.Join(c.Name[:len(c.Name)-1], "."))
	}
	c.Common = p.common(from)
	return c
}

func (p *parser) uncache() logical.Relation {
	from := p.i
	p.i++
	p.expect("TABLE", isName)
	u := &logical.UncacheTable{IfExists: p.ifExists()}
	u.Name = p.multipart()
	u.Common = p.common(from)
	return u
}

func (p *parser) clearCache() logical.Relation {
	from := p.i
	p.i += 2
	u := &logical.UncacheTable{}
	u.Common = p.common(from)
	return u
}

func (p *parser) refresh() logical.Relation {
	from := p.i
	p.i++
	r := &logical.RefreshTable{}
	switch {
	case p.accept("TABLE"):
		r.Name = p.multipart()
	case p.at("FUNCTION"):
		p.unsupported()
	case p.rest() == "":
		p.fail(from, "_LEGACY_ERROR_TEMP_0064", "msg",
			"Resource paths cannot be empty in REFRESH statements. Use / to match everything")
	default:
		p.refuse(from, "REFRESH of a path")
	}
	r.Common = p.common(from)
	return r
}

func (p *parser) truncate() logical.Relation {
	from := p.i
	p.i++
	p.expect("TABLE", isName)
	t := &logical.TruncateTable{Name: p.multipart()}
	if p.at("PARTITION") {
		p.refuse(from, "TRUNCATE of a partition")
	}
	t.Common = p.common(from)
	return t
}
