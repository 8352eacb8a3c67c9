package sql

import (
	"strings"

	"gospark/runtime/logical"
)

// describe reads DESCRIBE of a table, function, database or query.
func (p *parser) describe() logical.Relation {
	from := p.i
	p.i++
	switch {
	case p.at("FUNCTION") && p.peek(1).kind != endKind:
		p.i++
		f := &logical.DescribeFunction{Extended: p.accept("EXTENDED")}
		switch t := p.peek(0); {
		case p.isString(0):
			f.Name = p.stringLiteral()
		case isName(t) && binary[t.sym].name == "":
			f.Name = strings.Join(p.multipart(), ".")
		case t.kind == endKind || t.kind == unknownKind || t.sym == ";":
			p.unexpected()
		default:
			f.Name = p.raw(p.next())
		}
		f.Common = p.common(from)
		return f
	case p.at("QUERY") && p.startsQuery(p.i+1), p.atQuery() && !(p.at("TABLE") && isName(p.peek(1))):
		p.accept("QUERY")
		q := &logical.DescribeQuery{Query: p.query()}
		q.Common = p.common(from)
		return q
	case p.at("PROCEDURE") && isName(p.peek(1)):
		p.unsupported()
	case isName(p.peek(1)) && p.peek(1).sym != "AS" && p.namespace():
		d := &logical.DescribeDatabase{Extended: p.accept("EXTENDED")}
		d.Name = p.multipart()
		d.Common = p.common(from)
		return d
	}
	if isName(p.peek(1)) {
		p.accept("TABLE")
	}
	t := &logical.DescribeTable{}
	if p.atAny("EXTENDED", "FORMATTED") && isName(p.peek(1)) {
		p.i++
		t.Extended = true
	}
	t.Table = p.multipart()
	switch {
	case p.at("PARTITION", "("):
		p.refuse(from, "DESCRIBE of a partition")
	case isName(p.peek(0)) && p.peek(0).sym != "AS":
		t.Column = p.multipart()
	}
	if p.at("AS", "JSON") {
		p.refuse(from, "DESCRIBE ... AS JSON")
	}
	t.Common = p.common(from)
	return t
}
