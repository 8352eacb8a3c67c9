package sql

import (
	"strings"

	"gospark/runtime/logical"
)

// show reads SHOW of all kinds.
func (p *parser) show() logical.Relation {
	from := p.i
	p.i++
	s := &logical.Show{}
	switch {
	case p.atAny("TABLES", "VIEWS"):
		s.What = p.next().sym
		s.In = p.inNamespace()
		p.pattern(s)
	case p.accept("DATABASES"), p.accept("SCHEMAS"), p.accept("NAMESPACES"):
		s.What = "DATABASES"
		s.In = p.inNamespace()
		p.pattern(s)
	case p.accept("CATALOGS"):
		s.What = "CATALOGS"
		p.pattern(s)
	case p.accept("TABLE", "EXTENDED"):
		s.What = "TABLE EXTENDED"
		s.In = p.inNamespace()
		p.expect("LIKE", nil)
		s.Pattern = p.stringLiteral()
		if p.at("PARTITION") {
			p.refuse(from, "SHOW TABLE EXTENDED of a partition")
		}
	case p.accept("COLUMNS"):
		s.What = "COLUMNS"
		if !p.accept("FROM") && !p.accept("IN") {
			p.unexpected()
		}
		s.Table = p.multipart()
		s.In = p.inNamespace()
	case p.accept("TBLPROPERTIES"):
		s.What = "TBLPROPERTIES"
		s.Table = p.multipart()
		if p.accept("(") {
			if p.isString(0) {
				s.Key = p.stringLiteral()
			} else {
				s.Key = strings.Join(p.multipart(), ".")
			}
			p.expect(")", nil)
		}
	case p.accept("CREATE", "TABLE"):
		s.What = "CREATE TABLE"
		s.Table = p.multipart()
		if p.accept("AS", "SERDE") {
			p.refuse(from, "SHOW CREATE TABLE ... AS SERDE")
		}
	case p.accept("PARTITIONS"):
		s.What = "PARTITIONS"
		s.Table = p.multipart()
		if p.at("PARTITION") {
			p.refuse(from, "SHOW PARTITIONS of a partition")
		}
	case p.at("CURRENT") && (p.peek(1).sym == "DATABASE" || p.peek(1).sym == "SCHEMA" || p.peek(1).sym == "NAMESPACE"):
		s.What = "CURRENT NAMESPACE"
		p.i += 2
	case p.at("FUNCTIONS") || isName(p.peek(0)) && p.peek(1).sym == "FUNCTIONS":
		p.showFunctions(from, s)
	case p.atAny("GRANT", "ROLE", "ROLES", "PROCEDURES", "INDEXES", "TRANSACTION", "COLLATIONS", "CREATE"):
		p.unsupported()
	case isName(p.peek(0)):
		p.i++
		if p.peek(0).kind == endKind && p.tokens[p.i-1].sym == "" {
			p.missing("FUNCTIONS")
		}
		p.unexpected()
	default:
		p.unexpected()
	}
	s.Common = p.common(from)
	return s
}

// inNamespace reads [FROM | IN name].
func (p *parser) inNamespace() []string {
	if p.at("FROM") || p.at("IN") {
		p.i++
		return p.multipart()
	}
	return nil
}

// pattern reads [[LIKE] 'pattern'].
func (p *parser) pattern(s *logical.Show) {
	if p.accept("LIKE") || p.isString(0) {
		s.Pattern = p.stringLiteral()
	}
}

func (p *parser) showFunctions(from int, s *logical.Show) {
	s.What, s.Scope = "FUNCTIONS", "all"
	if !p.at("FUNCTIONS") || p.peek(1).sym == "FUNCTIONS" {
		s.Scope = strings.ToLower(p.identifier())
		if s.Scope != "all" && s.Scope != "system" && s.Scope != "user" {
			p.fail(from, "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE", "scope", quoteName(s.Scope))
		}
	}
	p.i++
	s.In = p.inNamespace()
	if p.isString(1) || isName(p.peek(1)) {
		p.accept("LIKE")
	}
	if !p.isString(0) && !isName(p.peek(0)) {
		return
	}
	if p.isString(0) {
		s.Pattern = p.stringLiteral()
		return
	}
	name := p.multipart()
	if len(name) > 1 && s.In != nil {
		p.fail(from, "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_PATTERN", "pattern", quoteName(name...))
	}
	s.In, s.Pattern = append(s.In, name[:len(name)-1]...), name[len(name)-1]
}
