package jsonscan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gospark/runtime/types"
)

// Infer is the type of a JSON text: fields of objects by name, whole numbers as bigint, and as decimals where they are
// too long for one, other numbers as double. Null has the type void until [Canonical] makes it a string.
func Infer(text string, o Options) (*types.Type, error) {
	p := &parser{opts: &o}
	p.start(text)
	t, ok := p.infer()
	if !ok {
		return nil, fmt.Errorf("json: malformed text %q at character %d", text, p.i)
	}
	return t, nil
}

func (p *parser) infer() (*types.Type, bool) {
	switch c := p.peek(); {
	case p.quote(c):
		s, ok := p.str()
		if s == "" {
			return types.Void, ok
		}
		return types.String, ok
	case c == '{':
		t := types.StructOf()
		o := p.object(func(name string) outcome {
			f, ok := p.infer()
			if !ok {
				return malformed
			}
			if i := t.Index(name, true); i >= 0 {
				t.Fields[i].Type = Merge(t.Fields[i].Type, f)
			} else {
				t.Fields = append(t.Fields, types.Field{Name: name, Type: f, Nullable: true})
			}
			return good
		})
		slices.SortFunc(t.Fields, func(a, b types.Field) int { return strings.Compare(a.Name, b.Name) })
		return t, o == good
	case c == '[':
		elem := types.Void
		o := p.array(func() outcome {
			t, ok := p.infer()
			if !ok {
				return malformed
			}
			elem = Merge(elem, t)
			return good
		})
		return types.ArrayOf(elem, true), o == good
	}
	text, tok, ok := p.scalar()
	if !ok {
		return nil, false
	}
	if p.opts.PrimitivesAsString && tok != nullToken {
		return types.String, true
	}
	switch tok {
	case nullToken:
		return types.Void, true
	case trueToken, falseToken:
		return types.Boolean, true
	case wholeToken:
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			return types.Long, true
		}
		if n := len(strings.TrimLeft(strings.TrimPrefix(text, "-"), "0")); n <= types.MaxPrecision {
			return types.DecimalOf(n, 0), true
		}
	}
	return types.Double, true
}

// Merge is the type of two values that stand in the same place; what does not go together is a string.
func Merge(a, b *types.Type) *types.Type {
	if t := types.TightestCommon(a, b); t != nil && t.Kind != types.StructKind && t.Kind != types.ArrayKind {
		return t
	}
	switch {
	case a.Kind == types.VoidKind:
		return b
	case b.Kind == types.VoidKind:
		return a
	case a.Kind == types.DecimalKind && b.Kind == types.DoubleKind, a.Kind == types.DoubleKind && b.Kind == types.DecimalKind:
		return types.Double
	case a.Kind == types.DecimalKind && b.Kind == types.DecimalKind, a.Kind == types.LongKind && b.Kind == types.DecimalKind, a.Kind == types.DecimalKind && b.Kind == types.LongKind:
		x, y := types.DecimalFor(a), types.DecimalFor(b)
		scale := max(x.Scale, y.Scale)
		if whole := max(x.Precision-x.Scale, y.Precision-y.Scale); whole+scale <= types.MaxPrecision {
			return types.DecimalOf(whole+scale, scale)
		}
		return types.Double
	case a.Kind == types.ArrayKind && b.Kind == types.ArrayKind:
		return types.ArrayOf(Merge(a.Elem, b.Elem), true)
	case a.Kind == types.StructKind && b.Kind == types.StructKind:
		t := types.StructOf(slices.Clone(a.Fields)...)
		for _, f := range b.Fields {
			if i := t.Index(f.Name, true); i >= 0 {
				t.Fields[i].Type = Merge(t.Fields[i].Type, f.Type)
			} else {
				t.Fields = append(t.Fields, f)
			}
		}
		slices.SortFunc(t.Fields, func(a, b types.Field) int { return strings.Compare(a.Name, b.Name) })
		return t
	}
	return types.String
}

// Canonical is an inferred type with strings for what was only null; structs without fields are left out, and nil means
// that nothing is left.
func Canonical(t *types.Type) *types.Type {
	switch t.Kind {
	case types.VoidKind:
		return types.String
	case types.ArrayKind:
		elem := Canonical(t.Elem)
		if elem == nil {
			return nil
		}
		return types.ArrayOf(elem, true)
	case types.StructKind:
		out := types.StructOf()
		for _, f := range t.Fields {
			if c := Canonical(f.Type); c != nil && f.Name != "" {
				out.Fields = append(out.Fields, types.Field{Name: f.Name, Type: c, Nullable: true})
			}
		}
		if len(out.Fields) == 0 {
			return nil
		}
		return out
	}
	return t
}
