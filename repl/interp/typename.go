package interp

import (
	"go/types"
	"strconv"
	"strings"
)

// qualified writes a type as %T does, which is how reflect names types.
func qualified(t types.Type) string {
	var b strings.Builder
	writeType(&b, t, func(p *types.Package) string { return p.Name() })
	return b.String()
}

func writeType(b *strings.Builder, t types.Type, pkg types.Qualifier) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		b.WriteString(types.Typ[t.Kind()].Name()) // byte and rune are aliases
	case *types.Named:
		writeNamed(b, t, pkg)
	case *types.Pointer:
		b.WriteByte('*')
		writeType(b, t.Elem(), pkg)
	case *types.Slice:
		b.WriteString("[]")
		writeType(b, t.Elem(), pkg)
	case *types.Array:
		b.WriteString("[" + strconv.FormatInt(t.Len(), 10) + "]")
		writeType(b, t.Elem(), pkg)
	case *types.Map:
		b.WriteString("map[")
		writeType(b, t.Key(), pkg)
		b.WriteByte(']')
		writeType(b, t.Elem(), pkg)
	case *types.Chan:
		elem, isChan := types.Unalias(t.Elem()).(*types.Chan)
		parens := t.Dir() != types.SendOnly && isChan && elem.Dir() == types.RecvOnly
		b.WriteString(map[types.ChanDir]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}[t.Dir()])
		if parens {
			b.WriteByte('(')
		}
		writeType(b, t.Elem(), pkg)
		if parens {
			b.WriteByte(')')
		}
	case *types.Signature:
		b.WriteString("func")
		writeSignature(b, t, pkg)
	case *types.Struct:
		writeStruct(b, t, pkg)
	case *types.Interface:
		writeInterface(b, t, pkg)
	default:
		b.WriteString(types.TypeString(t, pkg))
	}
}

func writeNamed(b *strings.Builder, t *types.Named, pkg types.Qualifier) {
	if p := t.Obj().Pkg(); p != nil {
		b.WriteString(pkg(p) + ".")
	}
	b.WriteString(t.Obj().Name())
	if args := t.TypeArgs(); args != nil {
		for i := range args.Len() {
			b.WriteByte("[,"[min(i, 1)])
			writeType(b, args.At(i), func(p *types.Package) string { return p.Path() }) // as the linker names them
		}
		b.WriteByte(']')
	}
}

func writeSignature(b *strings.Builder, t *types.Signature, pkg types.Qualifier) {
	b.WriteByte('(')
	for i := range t.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		p := t.Params().At(i).Type()
		if t.Variadic() && i == t.Params().Len()-1 {
			b.WriteString("...")
			p = p.Underlying().(*types.Slice).Elem()
		}
		writeType(b, p, pkg)
	}
	b.WriteByte(')')
	switch r := t.Results(); r.Len() {
	case 0:
	case 1:
		b.WriteByte(' ')
		writeType(b, r.At(0).Type(), pkg)
	default:
		for i := range r.Len() {
			b.WriteString([]string{" (", ", "}[min(i, 1)])
			writeType(b, r.At(i).Type(), pkg)
		}
		b.WriteByte(')')
	}
}

func writeStruct(b *strings.Builder, t *types.Struct, pkg types.Qualifier) {
	b.WriteString("struct {")
	for i := range t.NumFields() {
		b.WriteString([]string{" ", "; "}[min(i, 1)])
		f := t.Field(i)
		if !f.Embedded() {
			b.WriteString(f.Name() + " ")
		}
		writeType(b, f.Type(), pkg)
		if tag := t.Tag(i); tag != "" {
			b.WriteString(" " + strconv.Quote(tag))
		}
	}
	if t.NumFields() > 0 {
		b.WriteByte(' ')
	}
	b.WriteByte('}')
}

func writeInterface(b *strings.Builder, t *types.Interface, pkg types.Qualifier) {
	b.WriteString("interface {")
	for i := range t.NumMethods() {
		b.WriteString([]string{" ", "; "}[min(i, 1)])
		m := t.Method(i)
		b.WriteString(m.Name())
		writeSignature(b, m.Signature(), pkg)
	}
	if t.NumMethods() > 0 {
		b.WriteByte(' ')
	}
	b.WriteByte('}')
}
