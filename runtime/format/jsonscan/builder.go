package jsonscan

import (
	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// A builder appends values of one type to a column.
type builder interface {
	// read appends the value that is next; the outcome says whether it did.
	read(p *parser) outcome
	null()
	len() int
	truncate(n int)
	vector() batch.Vector
	any(i int) any
}

// builder makes the builder of a type.
func (s *Scanner) builder(t *types.Type) (builder, error) {
	switch t.Kind {
	case types.StructKind:
		b := &structBuilder{typ: t, index: make(map[string]int, len(t.Fields))}
		for i, f := range t.Fields {
			c, err := s.builder(f.Type)
			if err != nil {
				return nil, err
			}
			b.fields = append(b.fields, c)
			b.direct = append(b.direct, newDirect(c, f.Type))
			b.index[f.Name] = i
		}
		return b, nil
	case types.ArrayKind:
		c, err := s.builder(t.Elem)
		if err != nil {
			return nil, err
		}
		return &listBuilder{items: c, offsets: []int32{0}}, nil
	case types.MapKind:
		if !t.Key.Text() {
			return nil, condition.New("INVALID_JSON_MAP_KEY_TYPE", "22032", "Input schema %s can only contain STRING as a key type for a MAP.", `"`+t.SQL()+`"`).
				WithParam("jsonSchema", `"`+t.SQL()+`"`)
		}
		c, err := s.builder(t.Elem)
		if err != nil {
			return nil, err
		}
		return &mapBuilder{items: c, offsets: []int32{0}}, nil
	}
	return s.leaf(t)
}

// validity marks nulls; nil until there is one.
type validity []bool

func (v *validity) add(n int, valid bool) {
	if *v == nil {
		if valid {
			return
		}
		*v = make([]bool, n, max(64, 2*n))
		for i := range *v {
			(*v)[i] = true
		}
	}
	*v = append(*v, valid)
}

func (v *validity) truncate(n int) {
	if n == 0 {
		*v = nil
	} else if *v != nil {
		*v = (*v)[:n]
	}
}

// A leaf is a column of values without parts.
type leaf[T any] struct {
	v     []T
	valid validity
	parse func(p *parser) (T, outcome)
	plain plainKind
	form  Form // of timestamps
}

func (l *leaf[T]) read(p *parser) outcome {
	if p.peek() == 'n' {
		if _, _, ok := p.scalar(); !ok {
			return malformed
		}
		l.null()
		return good
	}
	v, o := l.parse(p)
	if o == good {
		l.add(v)
	}
	return o
}

func (l *leaf[T]) add(v T) {
	if l.valid != nil {
		l.valid = append(l.valid, true)
	}
	l.v = append(l.v, v)
}

func (l *leaf[T]) null() {
	var zero T
	l.valid.add(len(l.v), false)
	l.v = append(l.v, zero)
}

func (l *leaf[T]) len() int { return len(l.v) }

func (l *leaf[T]) truncate(n int) {
	l.v = l.v[:n]
	l.valid.truncate(n)
}

func (l *leaf[T]) vector() batch.Vector { return &batch.Vec[T]{V: l.v, Valid: l.valid} }

func (l *leaf[T]) any(i int) any {
	if l.valid != nil && !l.valid[i] {
		return nil
	}
	return l.v[i]
}

// A listBuilder is a column of arrays.
type listBuilder struct {
	items   builder
	offsets []int32
	valid   validity
}

func (b *listBuilder) read(p *parser) outcome {
	switch c := p.peek(); {
	case c == '[':
	case c == 'n':
		if _, _, ok := p.scalar(); !ok {
			return malformed
		}
		b.null()
		return good
	default:
		return p.skipped()
	}
	start := b.items.len()
	result := good
	o := p.array(func() outcome {
		if result == mismatch {
			return p.skipped()
		}
		switch o := b.items.read(p); o {
		case malformed:
			return o
		case mismatch:
			result = mismatch
		case partial:
			result = partial
		}
		return good
	})
	if o != good {
		result = malformed
	}
	if result == mismatch || result == malformed {
		b.items.truncate(start)
		return result
	}
	b.close()
	return result
}

// single appends an array of the one struct that is next.
func (b *listBuilder) single(p *parser) outcome {
	start := b.items.len()
	o := b.items.read(p)
	if o != good {
		b.items.truncate(start)
		return o
	}
	b.close()
	return good
}

func (b *listBuilder) close() {
	b.valid.add(b.len(), true)
	b.offsets = append(b.offsets, int32(b.items.len()))
}

func (b *listBuilder) null() {
	b.valid.add(b.len(), false)
	b.offsets = append(b.offsets, int32(b.items.len()))
}

func (b *listBuilder) len() int { return len(b.offsets) - 1 }

func (b *listBuilder) truncate(n int) {
	b.offsets = b.offsets[:n+1]
	b.items.truncate(int(b.offsets[n]))
	b.valid.truncate(n)
}

func (b *listBuilder) vector() batch.Vector {
	return &batch.List{Offsets: b.offsets, Items: b.items.vector(), Valid: b.valid}
}

func (b *listBuilder) any(i int) any {
	if b.valid != nil && !b.valid[i] {
		return nil
	}
	out := []any{}
	for j := b.offsets[i]; j < b.offsets[i+1]; j++ {
		out = append(out, b.items.any(int(j)))
	}
	return out
}

// A mapBuilder is a column of maps from strings.
type mapBuilder struct {
	keys    []string
	items   builder
	offsets []int32
	valid   validity
}

func (b *mapBuilder) read(p *parser) outcome {
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
	start := len(b.keys)
	result := good
	o := p.object(func(name string) outcome {
		if result == mismatch {
			return p.skipped()
		}
		switch o := b.items.read(p); o {
		case malformed:
			return o
		case mismatch:
			result = mismatch
			return good
		case partial:
			result = partial
		}
		b.keys = append(b.keys, name)
		return good
	})
	if o != good {
		result = malformed
	}
	if result == mismatch || result == malformed {
		b.keys = b.keys[:start]
		b.items.truncate(start)
		return result
	}
	b.valid.add(b.len(), true)
	b.offsets = append(b.offsets, int32(len(b.keys)))
	return result
}

func (b *mapBuilder) null() {
	b.valid.add(b.len(), false)
	b.offsets = append(b.offsets, int32(len(b.keys)))
}

func (b *mapBuilder) len() int { return len(b.offsets) - 1 }

func (b *mapBuilder) truncate(n int) {
	b.offsets = b.offsets[:n+1]
	b.keys = b.keys[:b.offsets[n]]
	b.items.truncate(len(b.keys))
	b.valid.truncate(n)
}

func (b *mapBuilder) vector() batch.Vector {
	return &batch.Map{Offsets: b.offsets, Keys: batch.VecOf(b.keys), Items: b.items.vector(), Valid: b.valid}
}

func (b *mapBuilder) any(i int) any {
	if b.valid != nil && !b.valid[i] {
		return nil
	}
	m := types.MapValue{Keys: []any{}, Values: []any{}}
	for j := b.offsets[i]; j < b.offsets[i+1]; j++ {
		m.Keys, m.Values = append(m.Keys, b.keys[j]), append(m.Values, b.items.any(int(j)))
	}
	return m
}
