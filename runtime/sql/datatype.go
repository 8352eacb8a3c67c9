package sql

import (
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// dataType reads a type. This only finds where it ends: package types knows the types.
func (p *parser) dataType() *types.Type {
	from := p.i
	if !isName(p.peek(0)) {
		p.unexpected()
	}
	p.skipType()
	text := p.between(from)
	t, err := types.ParseType(text)
	if err == nil {
		return t
	}
	if e, ok := condition.As(err); ok && e.Condition() == "PARSE_SYNTAX_ERROR" && e.Query != nil {
		offset := p.tokens[from].start + e.Query.Offset
		for p.i = from; p.i < len(p.tokens)-1 && p.tokens[p.i].start < offset; p.i++ {
		}
		p.unexpected()
	}
	p.rethrow(from, err)
	return types.Void
}

func (p *parser) skipType() {
	switch t := p.next(); t.sym {
	case "ARRAY", "MAP", "STRUCT":
		if p.at("<") {
			p.skipAngles()
		} else {
			p.accept("<>")
		}
		return
	case "INTERVAL":
		if _, ok := p.unitAt(0); ok {
			p.i++
			if p.at("TO") {
				p.i++
				if _, ok := p.unitAt(0); !ok {
					p.unexpected()
				}
				p.i++
			}
		}
		return
	}
	if p.accept("(") {
		p.closeList(p.list(func() {
			if !p.accept("ANY") {
				p.integer()
			}
		}))
	}
	switch {
	case p.accept("WITHOUT", "TIME", "ZONE"), p.accept("WITH", "TIME", "ZONE"):
	case p.at("COLLATE") && isName(p.peek(1)):
		p.i++
		p.multipart()
	}
}

// skipAngles takes everything up to the > that ends a nested type; >> and >>> are several of them.
func (p *parser) skipAngles() {
	for depth := 0; ; {
		t := p.peek(0)
		switch t.sym {
		case "<":
			depth++
		case ">", ">>", ">>>":
			depth -= len(t.sym)
		}
		if t.kind == endKind {
			p.unexpected()
		}
		p.i++
		if depth <= 0 {
			return
		}
	}
}
