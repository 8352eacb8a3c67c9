package sql

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// dump writes a tree for people: (Type field:value …), without empty fields, places and ids. What fits stays on a line.
func dump(v any) string { return lay(tree(reflect.ValueOf(v)), "") }

// A piece is a text, or a list of pieces in parentheses.
type piece struct {
	text  string
	items []piece
}

func (p piece) flat() string {
	if p.items == nil {
		return p.text
	}
	s := make([]string, len(p.items))
	for i, q := range p.items {
		s[i] = q.flat()
	}
	return p.text + "(" + strings.Join(s, " ") + ")"
}

func lay(p piece, indent string) string {
	if f := p.flat(); len(indent)+len(f) < 110 || p.items == nil {
		return f
	}
	var b strings.Builder
	b.WriteString(p.text + "(")
	for i, q := range p.items {
		if i > 0 {
			b.WriteString("\n" + indent + "  ")
		}
		b.WriteString(lay(q, indent+"  "))
	}
	return b.String() + ")"
}

func tree(v reflect.Value) piece {
	switch v.Kind() {
	case reflect.Invalid:
		return piece{text: "nil"}
	case reflect.Interface:
		return tree(v.Elem())
	case reflect.Pointer:
		if v.IsNil() {
			return piece{text: "nil"}
		}
		switch x := v.Interface().(type) {
		case *types.Type:
			return piece{text: x.String()}
		case *logical.Literal:
			return piece{text: types.SQLLiteral(x.Value, x.Type, nil)}
		case *logical.UnresolvedAttribute:
			return piece{text: "'" + strings.Join(x.Parts, ".")}
		}
		return tree(v.Elem())
	case reflect.Slice:
		p := piece{items: []piece{}}
		for i := range v.Len() {
			p.items = append(p.items, tree(v.Index(i)))
		}
		return p
	case reflect.Map:
		p := piece{items: []piece{}}
		for _, k := range v.MapKeys() {
			q := tree(v.MapIndex(k))
			q.text = k.String() + "=" + q.text
			p.items = append(p.items, q)
		}
		sort.Slice(p.items, func(i, j int) bool { return p.items[i].text < p.items[j].text })
		return p
	case reflect.Struct:
		return structTree(v)
	}
	return piece{text: fmt.Sprint(v.Interface())}
}

// kinds names the values of enumerations.
var kinds = map[reflect.Type][]string{
	reflect.TypeFor[logical.JoinType]():     {"Inner", "LeftOuter", "RightOuter", "FullOuter", "LeftSemi", "LeftAnti", "Cross"},
	reflect.TypeFor[logical.SetKind]():      {"Union", "Intersect", "Except"},
	reflect.TypeFor[logical.GroupKind]():    {"GroupBy", "Rollup", "Cube", "GroupingSets", "All", "Pivot"},
	reflect.TypeFor[logical.SubqueryKind](): {"Scalar", "Exists", "In"},
}

func structTree(v reflect.Value) piece {
	p := piece{items: []piece{{text: v.Type().Name()}}}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		x := v.Field(i)
		if f.Anonymous || x.IsZero() || f.Name == "Internal" || f.Name == "Parts" && v.Type().Name() == "UnresolvedFunction" {
			continue
		}
		q := tree(x)
		if names := kinds[f.Type]; names != nil {
			q.text = names[x.Int()]
		}
		if f.Name != "Name" && f.Name != "Input" {
			q.text = f.Name + ":" + q.text
		}
		p.items = append(p.items, q)
	}
	return p
}
