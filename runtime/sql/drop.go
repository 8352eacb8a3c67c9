package sql

import "gospark/runtime/logical"

func (p *parser) drop() logical.Relation {
	from := p.i
	p.i++
	switch {
	case p.at("TABLE"), p.at("VIEW"):
		d := &logical.DropTable{View: p.next().sym == "VIEW"}
		d.IfExists = p.ifExists()
		d.Name = p.multipart()
		if !d.View {
			p.accept("PURGE")
		}
		d.Common = p.common(from)
		return d
	case p.namespace():
		d := &logical.DropDatabase{IfExists: p.ifExists()}
		d.Name = p.multipart()
		if !p.accept("RESTRICT") {
			d.Cascade = p.accept("CASCADE")
		}
		d.Common = p.common(from)
		return d
	case p.atAny("FUNCTION", "INDEX", "ROLE"), p.at("TEMPORARY", "FUNCTION"), p.at("TEMPORARY", "VARIABLE"),
		p.at("TEMPORARY", "VAR"):
		p.unsupported()
	case p.accept("TEMPORARY"):
	}
	p.unexpected()
	return nil
}
