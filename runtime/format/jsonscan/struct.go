package jsonscan

import (
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// A structBuilder is a column of structs.
type structBuilder struct {
	typ    *types.Type
	fields []builder
	direct []direct // the fields again, by the types that are read in place
	index  map[string]int
	course course
	route  route
	n      int
	valid  validity
}

func (b *structBuilder) read(p *parser) outcome {
	switch c := p.peek(); {
	case c == '{':
	case c == 'n':
		if _, _, ok := p.scalar(); !ok {
			return malformed
		}
		b.null()
		return good
	default:
		return p.skipped()
	}
	return b.object(p)
}

// object is read for the brace that is next.
func (b *structBuilder) object(p *parser) outcome {
	if p.depth < maxDepth {
		if end := b.usual(p.s, p.i); end > 0 {
			p.i = end
			return good
		}
	}
	return b.unusual(p)
}

// unusual is object for one that does not take the route.
func (b *structBuilder) unusual(p *parser) outcome {
	row, begin := b.n, p.i
	result, filled, ok := b.members(p, row)
	if !ok {
		b.truncate(row)
		return malformed
	}
	if filled < len(b.fields) {
		for _, f := range b.fields {
			if f.len() == row {
				f.null()
			}
		}
	}
	b.close()
	if r := &b.route; r.legs == nil && r.plots < maxPlots && row > 0 && result == good {
		b.plot(p.s[begin:p.i], p.opts)
	}
	return result
}

// close ends a struct whose fields have their values.
func (b *structBuilder) close() {
	if b.valid != nil {
		b.valid = append(b.valid, true)
	}
	b.n++
}

// empty appends a struct whose fields are null.
func (b *structBuilder) empty() {
	for _, f := range b.fields {
		f.null()
	}
	b.valid.add(b.n, true)
	b.n++
}

func (b *structBuilder) null() {
	for _, f := range b.fields {
		f.null()
	}
	b.valid.add(b.n, false)
	b.n++
}

func (b *structBuilder) len() int { return b.n }

func (b *structBuilder) truncate(n int) {
	for _, f := range b.fields {
		if f.len() > n {
			f.truncate(n)
		}
	}
	if b.n >= n {
		b.n = n
		b.valid.truncate(n)
	}
}

func (b *structBuilder) vector() batch.Vector {
	s := &batch.Struct{N: b.n, Valid: b.valid}
	for _, f := range b.fields {
		s.Fields = append(s.Fields, f.vector())
	}
	return s
}

func (b *structBuilder) any(i int) any {
	if b.valid != nil && !b.valid[i] {
		return nil
	}
	row := make(types.Row, len(b.fields))
	for k, f := range b.fields {
		row[k] = f.any(i)
	}
	return row
}

// text is a row as an error shows it.
func (b *structBuilder) text(i int) string {
	parts := make([]string, len(b.fields))
	for k, f := range b.fields {
		parts[k] = "null"
		if v := f.any(i); v != nil {
			parts[k] = types.Text(v, b.typ.Fields[k].Type, types.CastText, nil)
		}
	}
	return "[" + strings.Join(parts, ",") + "]"
}
