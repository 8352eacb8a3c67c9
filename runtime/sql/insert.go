package sql

import "gospark/runtime/logical"

// insert reads INSERT INTO | OVERWRITE [TABLE] t [PARTITION (…)] [BY NAME | (columns)] query.
func (p *parser) insert() logical.Relation {
	from := p.i
	p.i++
	n := &logical.InsertInto{}
	switch {
	case p.accept("OVERWRITE"):
		n.Overwrite = true
		if p.at("DIRECTORY") || p.at("LOCAL", "DIRECTORY") {
			p.unsupported()
		}
	case !p.accept("INTO"):
		p.unexpected()
	}
	if isName(p.peek(1)) {
		p.accept("TABLE")
	}
	n.Table = p.multipart()
	n.Options = p.withOptions()
	if p.at("PARTITION", "(") {
		p.i++
		p.parens(func() {
			name := p.identifier()
			var value logical.Expression
			if p.accept("=") {
				value = p.primary()
			}
			n.Partition = append(n.Partition, logical.PartitionValue{Name: name, Value: value})
		})
		n.IfNotExists = p.ifNotExists()
	}
	switch {
	case p.accept("BY", "NAME"):
		n.ByName = true
	case p.at("(") && !p.isQuery(p.i):
		n.Columns = p.identifierList()
	case p.at("REPLACE"):
		p.unsupported()
	}
	n.Query = p.query()
	n.Common = p.common(from)
	return n
}
