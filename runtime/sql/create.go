package sql

import (
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// create reads CREATE of a view, table or database.
func (p *parser) create() logical.Relation {
	from := p.i
	p.i++
	replace := p.accept("OR", "REPLACE")
	switch {
	case p.at("TABLE"), p.at("EXTERNAL", "TABLE"), p.at("TEMPORARY", "TABLE"):
		return p.createTable(from, replace)
	case p.at("VIEW"), p.at("TEMPORARY", "VIEW"), p.at("GLOBAL", "TEMPORARY"):
		return p.createView(from, replace)
	case !replace && p.namespace():
		return p.createDatabase(from)
	case p.atAny("FUNCTION", "INDEX", "ROLE", "MATERIALIZED", "STREAMING", "FLOW"), p.at("TEMPORARY", "FUNCTION"):
		p.unsupported()
	case p.accept("TEMPORARY"):
	}
	p.unexpected()
	return nil
}

func (p *parser) replaceTable() logical.Relation {
	from := p.i
	p.i++
	return p.createTable(from, true)
}

func (p *parser) createDatabase(from int) logical.Relation {
	d := &logical.CreateDatabase{IfNotExists: p.ifNotExists()}
	d.Name = p.multipart()
	seen := map[string]bool{}
	for {
		switch {
		case p.accept("COMMENT"):
			p.once(from, seen, "COMMENT")
			d.Comment = p.stringLiteral()
		case p.accept("LOCATION"):
			p.once(from, seen, "LOCATION")
			d.Location = p.stringLiteral()
		case p.accept("WITH", "DBPROPERTIES"), p.accept("WITH", "PROPERTIES"):
			p.once(from, seen, "WITH PROPERTIES")
			d.Properties = p.properties()
		default:
			d.Common = p.common(from)
			return d
		}
	}
}

// once complains of a clause that is there twice.
func (p *parser) once(from int, seen map[string]bool, clause string) {
	if seen[clause] {
		p.fail(from, "DUPLICATE_CLAUSES", "clauseName", clause)
	}
	seen[clause] = true
}

// createView reads CREATE [OR REPLACE] [GLOBAL] [TEMPORARY] VIEW; those with USING are over files.
func (p *parser) createView(from int, replace bool) logical.Relation {
	v := &logical.CreateView{Replace: replace, Global: p.accept("GLOBAL")}
	temporary := p.accept("TEMPORARY")
	p.words("VIEW")
	v.Temporary = temporary
	v.IfNotExists = p.ifNotExists()
	v.Name = p.multipart()
	if temporary && (p.at("USING") || p.at("(") && p.usingView()) {
		return p.createViewUsing(from, v)
	}
	if p.at("(") && !p.isQuery(p.i) {
		p.parens(func() {
			v.Columns = append(v.Columns, p.identifier())
			if p.accept("COMMENT") {
				p.stringLiteral()
			}
		})
	}
	p.viewClauses(from, temporary)
	p.words("AS")
	v.Query = p.query()
	switch {
	case v.IfNotExists && temporary:
		p.fail(from, "_LEGACY_ERROR_TEMP_0053")
	case v.IfNotExists && replace:
		p.fail(from, "CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE", "viewName", strings.Join(v.Name, "."))
	case temporary:
		p.temporaryName(from, v)
	}
	v.Common = p.common(from)
	return v
}

// temporaryName takes session. and system.session. off the name of a temporary view: it can have no other qualifier.
func (p *parser) temporaryName(from int, v *logical.CreateView) {
	last := len(v.Name) - 1
	if last == 0 {
		return
	}
	qualifier := strings.ToLower(strings.Join(v.Name[:last], "."))
	if v.Global || qualifier != "session" && qualifier != "system.session" {
		p.fail(from, "INVALID_TEMP_OBJ_QUALIFIER", "objectType", "VIEW", "objectName", quoteName(v.Name[last]),
			"qualifier", quoteName(v.Name[:last]...))
	}
	v.Name = v.Name[last:]
}

// usingView says whether USING is behind the parentheses that are next.
func (p *parser) usingView() bool {
	closing := p.match[p.i]
	return closing > 0 && p.tokens[closing+1].sym == "USING"
}

func (p *parser) viewClauses(from int, temporary bool) {
	seen := map[string]bool{}
	for {
		switch {
		case p.accept("COMMENT"):
			p.once(from, seen, "COMMENT")
			p.stringLiteral()
		case p.accept("TBLPROPERTIES"):
			p.once(from, seen, "TBLPROPERTIES")
			p.properties()
			if temporary {
				p.refuse(from, "TBLPROPERTIES can't coexist with CREATE TEMPORARY VIEW")
			}
		case p.accept("PARTITIONED", "ON"):
			p.refuse(from, "CREATE VIEW ... PARTITIONED ON")
		case p.at("WITH", "SCHEMA"), p.at("DEFAULT", "COLLATION"):
			p.refuse(from, "CREATE VIEW ... "+p.peek(0).sym+" "+p.peek(1).sym)
		default:
			return
		}
	}
}

func (p *parser) createViewUsing(from int, v *logical.CreateView) logical.Relation {
	if v.IfNotExists {
		p.unexpected()
	}
	source := &logical.DataSource{}
	at := p.i
	if p.at("(") {
		source.Schema = p.columns(false)
	}
	p.words("USING")
	source.Format = strings.Join(p.multipart(), ".")
	if p.accept("OPTIONS") {
		source.Options = p.properties()
	}
	p.temporaryName(from, v)
	source.Common = p.common(at)
	v.Query, v.Common = source, p.common(from)
	return v
}

// createTable reads [TEMPORARY] [EXTERNAL] TABLE with its columns and clauses, and the query that fills it.
func (p *parser) createTable(from int, replace bool) logical.Relation {
	temporary := p.accept("TEMPORARY")
	external := p.accept("EXTERNAL")
	p.expect("TABLE", isName)
	t := &logical.CreateTable{Replace: replace}
	if !replace {
		t.IfNotExists = p.ifNotExists()
	}
	t.Name = p.multipart()
	if p.at("LIKE") {
		p.unsupported()
	}
	if p.at("(") && !p.isQuery(p.i) {
		t.Schema = p.columns(true)
	}
	if p.accept("USING") {
		t.Format = strings.Join(p.multipart(), ".")
	}
	p.tableClauses(from, t)
	if p.accept("AS") || p.atQuery() {
		t.Query = p.query()
	}
	switch {
	case temporary && t.Format == "":
		p.fail(from, "_LEGACY_ERROR_TEMP_0046")
	case temporary:
		p.fail(from, "INVALID_SQL_SYNTAX.CREATE_TEMP_TABLE_USING_PROVIDER")
	case external && t.Format != "":
		p.refuse(from, "CREATE EXTERNAL TABLE ... USING")
	case t.Query != nil && t.Schema != nil:
		p.refuse(from, "Schema may not be specified in a Create Table As Select (CTAS) statement")
	}
	t.Common = p.common(from)
	return t
}

func (p *parser) tableClauses(from int, t *logical.CreateTable) {
	seen := map[string]bool{}
	for {
		switch {
		case p.accept("OPTIONS"):
			p.once(from, seen, "OPTIONS")
			t.Options = p.properties()
		case p.accept("LOCATION"):
			p.once(from, seen, "LOCATION")
			t.Location = p.stringLiteral()
		case p.accept("COMMENT"):
			p.once(from, seen, "COMMENT")
			t.Comment = p.stringLiteral()
		case p.accept("TBLPROPERTIES"):
			p.once(from, seen, "TBLPROPERTIES")
			t.Properties = p.properties()
		case p.accept("PARTITIONED", "BY"):
			p.once(from, seen, "PARTITIONED BY")
			p.partitioned(t)
		case p.atAny("CLUSTERED", "SKEWED", "ROW", "STORED") || p.at("CLUSTER", "BY"):
			at := p.i
			what := p.next().sym
			p.refuse(at, "CREATE TABLE ... "+what)
		default:
			return
		}
	}
}

// partitioned reads the columns behind PARTITIONED BY; those with a type are added to the schema.
func (p *parser) partitioned(t *logical.CreateTable) {
	p.parens(func() {
		from := p.i
		name := p.multipart()
		switch {
		case p.at("("):
			p.refuse(from, "transforms in PARTITIONED BY")
		case isName(p.peek(0)):
			f := types.Field{Name: name[0], Type: p.dataType(), Nullable: true}
			p.columnOptions(from, &f, false)
			if t.Schema == nil {
				t.Schema = types.StructOf()
			}
			t.Schema = types.StructOf(append(append([]types.Field(nil), t.Schema.Fields...), f)...)
		}
		t.PartitionBy = append(t.PartitionBy, strings.Join(name, "."))
	})
}

// columns reads (name type [NOT NULL] [COMMENT 'x'], …).
func (p *parser) columns(table bool) *types.Type {
	var fields []types.Field
	p.parens(func() {
		from := p.i
		if table && p.atAny("CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN") && (p.peek(1).sym == "(" ||
			p.peek(1).sym == "KEY" || p.at("CONSTRAINT") && isName(p.peek(2))) {
			p.refuse(from, "table constraints")
		}
		f := types.Field{Name: p.wholeIdentifier(), Nullable: true}
		f.Type = p.dataType()
		p.columnOptions(from, &f, table)
		fields = append(fields, f)
	})
	return types.StructOf(fields...)
}

func (p *parser) columnOptions(from int, f *types.Field, table bool) {
	for {
		switch {
		case p.accept("NOT", "NULL"), p.accept("!", "NULL"):
			f.Nullable = false
		case p.accept("COMMENT"):
			f.Comment = p.stringLiteral()
		case table && p.atAny("DEFAULT", "GENERATED", "CHECK", "UNIQUE", "PRIMARY", "CONSTRAINT"):
			p.i++
			p.refuse(from, "columns with "+p.tokens[p.i-1].sym)
		default:
			return
		}
	}
}

// properties reads (key = value, 'key' 'value', a.b.c 1, …).
func (p *parser) properties() map[string]string {
	from := p.i
	m := map[string]string{}
	p.parens(func() {
		key := ""
		if p.isString(0) {
			key = unquote(p.raw(p.next()))
		} else {
			key = strings.Join(p.multipart(), ".")
		}
		if _, twice := m[key]; twice {
			p.fail(from, "DUPLICATE_KEY", "keyColumn", quoteName(key))
		}
		m[key] = ""
		if p.accept("=") || !p.at(",") && !p.at(")") {
			m[key] = p.propertyValue()
		}
	})
	return m
}

func (p *parser) propertyValue() string {
	switch t := p.peek(0); {
	case p.isString(0):
		return p.stringLiteral()
	case t.kind == integerKind, t.kind == decimalKind:
		return p.raw(p.next())
	case t.sym == "TRUE", t.sym == "FALSE":
		p.i++
		return strings.ToLower(t.sym)
	}
	p.unexpected()
	return ""
}
