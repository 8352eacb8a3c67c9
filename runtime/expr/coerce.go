package expr

import (
	"strings"

	"gospark/runtime/types"
)

// The implicit conversions of Spark's ANSI mode. "Common" is the type of two branches or elements; a string meets a
// number by becoming one, never the other way round.

// tightest is the narrowest type that holds both without loss; nil if there is none.
func tightest(a, b *types.Type) *types.Type {
	switch {
	case a.Equal(b):
		return a
	case a.Kind == types.VoidKind:
		return b
	case b.Kind == types.VoidKind:
		return a
	case a.Text() && b.Text():
		return types.String
	case a.Integral() && b.Kind == types.DecimalKind && b.WiderThan(a):
		return b
	case a.Kind == types.DecimalKind && b.Integral() && a.WiderThan(b):
		return a
	case a.Numeric() && b.Numeric() && a.Kind != types.DecimalKind && b.Kind != types.DecimalKind:
		wide := a
		if b.Kind > a.Kind {
			wide = b
		}
		if wide.Kind == types.FloatKind && a.Kind != b.Kind {
			return types.Double
		}
		return wide
	case isDatetime(a) && isDatetime(b):
		return widerDatetime(a, b)
	case a.IsInterval() && a.Kind == b.Kind:
		return &types.Type{Kind: a.Kind, From: min(a.From, b.From), To: max(a.To, b.To)}
	}
	return commonParts(a, b, tightest)
}

func isDatetime(t *types.Type) bool {
	return t.Kind == types.DateKind || t.Kind == types.TimestampKind || t.Kind == types.TimestampNTZKind
}

func widerDatetime(a, b *types.Type) *types.Type {
	if a.Kind == types.TimestampKind || b.Kind == types.TimestampKind {
		return types.Timestamp
	}
	if a.Kind == types.TimestampNTZKind || b.Kind == types.TimestampNTZKind {
		return types.TimestampNTZ
	}
	return types.Date
}

// widerDecimal is the common type where a decimal meets another number.
func widerDecimal(a, b *types.Type) *types.Type {
	switch {
	case !a.Numeric() || !b.Numeric() || a.Kind != types.DecimalKind && b.Kind != types.DecimalKind:
		return nil
	case a.Fractional() || b.Fractional():
		return types.Double
	}
	return types.WiderDecimal(types.DecimalFor(a), types.DecimalFor(b))
}

// promoted is what a string becomes beside a value of another type.
func promoted(a, b *types.Type) *types.Type {
	if !a.Text() {
		a, b = b, a
	}
	switch {
	case !a.Text() || b.Text():
		return nil
	case b.Integral():
		return types.Long
	case b.Numeric():
		return types.Double
	case b.Kind == types.VoidKind:
		return types.String
	case b.IsInterval() || b.Nested() || b.Kind == types.CalendarKind:
		return nil
	}
	return b
}

// common is the type two values of which one is chosen are both converted to; nil if there is none.
func common(a, b *types.Type) *types.Type {
	if t := tightest(a, b); t != nil {
		return t
	}
	if t := widerDecimal(a, b); t != nil {
		return t
	}
	if t := promoted(a, b); t != nil {
		return t
	}
	return commonParts(a, b, common)
}

// commonNoStrings is common without the promotion of strings.
func commonNoStrings(a, b *types.Type) *types.Type {
	if t := tightest(a, b); t != nil {
		return t
	}
	if t := widerDecimal(a, b); t != nil {
		return t
	}
	return commonParts(a, b, commonNoStrings)
}

// commonOf is the common type of several expressions; nil if there is none.
func commonOf(es []Expr, two func(a, b *types.Type) *types.Type) *types.Type {
	t := types.Void
	for _, e := range es {
		if t = two(t, e.Type()); t == nil {
			return nil
		}
	}
	return t
}

// CommonType is the type that values of all the types can be converted to, as UNION, CASE and arrays need it; nil if
// there is none.
func CommonType(ts ...*types.Type) *types.Type {
	t := types.Void
	for _, u := range ts {
		if t = common(t, u); t == nil {
			return nil
		}
	}
	return t
}

func commonParts(a, b *types.Type, two func(a, b *types.Type) *types.Type) *types.Type {
	if a.Kind != b.Kind {
		return nil
	}
	switch a.Kind {
	case types.ArrayKind:
		if e := two(a.Elem, b.Elem); e != nil {
			return types.ArrayOf(e, a.Nullable || b.Nullable || castNullable(a.Elem, e) || castNullable(b.Elem, e))
		}
	case types.MapKind:
		k, v := two(a.Key, b.Key), two(a.Elem, b.Elem)
		if k == nil || v == nil || castNullable(a.Key, k) || castNullable(b.Key, k) {
			return nil
		}
		return types.MapOf(k, v, a.Nullable || b.Nullable || castNullable(a.Elem, v) || castNullable(b.Elem, v))
	case types.StructKind:
		if len(a.Fields) != len(b.Fields) {
			return nil
		}
		fields := make([]types.Field, len(a.Fields))
		for i, f := range a.Fields {
			g := b.Fields[i]
			t := two(f.Type, g.Type)
			if t == nil || !strings.EqualFold(f.Name, g.Name) {
				return nil
			}
			null := f.Nullable || g.Nullable || castNullable(f.Type, t) || castNullable(g.Type, t)
			fields[i] = types.Field{Name: f.Name, Type: t, Nullable: null}
		}
		return types.StructOf(fields...)
	}
	return nil
}

// assignable says whether a value may be stored as a type without being asked for: numbers as numbers, dates as
// timestamps, anything plain as a string.
func assignable(from, to *types.Type) bool {
	switch {
	case from.Same(to) || from.Kind == types.VoidKind:
		return true
	case from.Numeric() && to.Numeric(), isDatetime(from) && isDatetime(to):
		return true
	case to.Text():
		return !from.Nested()
	case from.IsInterval() && from.Kind == to.Kind:
		return true
	case from.Kind == types.ArrayKind && to.Kind == types.ArrayKind:
		return assignable(from.Elem, to.Elem) && (to.Nullable || !from.Nullable)
	case from.Kind == types.MapKind && to.Kind == types.MapKind:
		return assignable(from.Key, to.Key) && assignable(from.Elem, to.Elem) && (to.Nullable || !from.Nullable)
	case from.Kind == types.StructKind && to.Kind == types.StructKind && len(from.Fields) == len(to.Fields):
		for i, f := range from.Fields {
			g := to.Fields[i]
			if f.Name != g.Name || f.Nullable && !g.Nullable || !assignable(f.Type, g.Type) {
				return false
			}
		}
		return true
	}
	return false
}

// implicit converts an expression unless it has the type already. A NULL takes the type at once.
func implicit(e Expr, t *types.Type) Expr {
	if e.Type().Same(t) {
		return e
	}
	if isNullLit(e) {
		return NullOf(t)
	}
	return &Cast{Child: e, To: t, Implicit: true}
}

// implicitAll converts all expressions to one type.
func implicitAll(es []Expr, t *types.Type) []Expr {
	out := make([]Expr, len(es))
	for i, e := range es {
		out[i] = implicit(e, t)
	}
	return out
}
