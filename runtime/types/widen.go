package types

import "strings"

// TightestCommon is the type that values of both have without loss (Spark's findTightestCommonType under ANSI), or nil.
func TightestCommon(a, b *Type) *Type {
	switch {
	case a.Equal(b):
		return a
	case a.Kind == VoidKind:
		return b
	case b.Kind == VoidKind:
		return a
	case a.Text() && b.Text():
		return String
	case a.Kind == DecimalKind && b.Integral() && a.WiderThan(b):
		return a
	case b.Kind == DecimalKind && a.Integral() && b.WiderThan(a):
		return b
	case a.Numeric() && b.Numeric() && a.Kind != DecimalKind && b.Kind != DecimalKind:
		if a.Kind < b.Kind {
			a, b = b, a
		}
		if a.Kind == FloatKind && b.Integral() {
			return Double // a float would lose digits
		}
		return a
	case a.Kind == b.Kind && a.IsInterval():
		return &Type{Kind: a.Kind, From: min(a.From, b.From), To: max(a.To, b.To)}
	case a.Kind == TimeKind && b.Kind == TimeKind:
		return &Type{Kind: TimeKind, Precision: max(a.Precision, b.Precision)}
	case instantKinds.has(a.Kind) && instantKinds.has(b.Kind):
		if a.Kind == TimestampKind || b.Kind == TimestampKind {
			return Timestamp
		}
		return TimestampNTZ
	}
	return widenParts(a, b, TightestCommon)
}

var instantKinds = kinds(DateKind, TimestampKind, TimestampNTZKind)

// Widen is the common type of two values that stand for each other, as in CASE, UNION or array(…)
// (Spark's findWiderTypeForTwo under ANSI), or nil. Strings become what stands beside them.
func Widen(a, b *Type) *Type {
	if t := TightestCommon(a, b); t != nil {
		return t
	}
	if t := widerDecimalFor(a, b); t != nil {
		return t
	}
	if t := promoteString(a, b); t != nil {
		return t
	}
	return widenParts(a, b, Widen)
}

func widerDecimalFor(a, b *Type) *Type {
	if b.Kind == DecimalKind {
		a, b = b, a
	}
	switch {
	case a.Kind != DecimalKind:
	case b.Kind == DecimalKind || b.Integral():
		return WiderDecimal(a, DecimalFor(b))
	case b.Fractional():
		return Double
	}
	return nil
}

// promoteString is what a string becomes beside another type under ANSI: bigint beside a whole number, double beside
// another number, and else that type; it cannot know which interval it would be.
func promoteString(a, b *Type) *Type {
	if b.Text() {
		a, b = b, a
	}
	switch {
	case !a.Text() || b.Text() || b.Nested() || b.IsInterval() || b.Kind == CalendarKind:
		return nil
	case b.Integral():
		return Long
	case b.Numeric():
		return Double
	}
	return b
}

func widenParts(a, b *Type, widen func(a, b *Type) *Type) *Type {
	if a.Kind != b.Kind {
		return nil
	}
	part := func(x, y *Type, null bool) (*Type, bool) {
		t := widen(x, y)
		if t == nil {
			return nil, false
		}
		return t, null || yieldsNull(x, t) || yieldsNull(y, t)
	}
	switch a.Kind {
	case ArrayKind:
		if elem, null := part(a.Elem, b.Elem, a.Nullable || b.Nullable); elem != nil {
			return ArrayOf(elem, null)
		}
	case MapKind:
		key, null := part(a.Key, b.Key, false)
		value, valueNull := part(a.Elem, b.Elem, a.Nullable || b.Nullable)
		if key != nil && value != nil && !null {
			return MapOf(key, value, valueNull)
		}
	case StructKind:
		if len(a.Fields) != len(b.Fields) {
			return nil
		}
		t := StructOf()
		for i, f := range a.Fields {
			g := b.Fields[i]
			ft, null := part(f.Type, g.Type, f.Nullable || g.Nullable)
			if ft == nil || !strings.EqualFold(f.Name, g.Name) {
				return nil
			}
			t.Fields = append(t.Fields, Field{Name: f.Name, Type: ft, Nullable: null})
		}
		return t
	}
	return nil
}

// ImplicitCast is the type that an argument of one type takes where another is expected under ANSI, or nil where the
// user has to write a cast. An expected SystemDecimal stands for any decimal.
func ImplicitCast(from, to *Type) *Type {
	switch {
	case from.Same(to):
		return from
	case to == SystemDecimal && from.Kind == DecimalKind:
		return from
	case to == SystemDecimal && from.Numeric():
		return DecimalFor(from)
	case from.Text() && to.Text():
		return from
	case from.Text() && !to.Nested() && to.Kind != CalendarKind && to.Kind != VoidKind:
		return to
	case from.Kind == ArrayKind && to.Kind == ArrayKind:
		if elem := ImplicitCast(from.Elem, to.Elem); elem != nil {
			return ArrayOf(elem, true)
		}
		return nil
	case StoreAssignable(from, to):
		return to
	}
	return nil
}

// StoreAssignable says whether values of one type may be stored in a column of another (ANSI store assignment).
func StoreAssignable(from, to *Type) bool {
	switch {
	case from.Equal(to), from.Kind == VoidKind, from.Numeric() && to.Numeric(), to.Text() && !from.Nested(),
		instantKinds.has(from.Kind) && instantKinds.has(to.Kind), from.Kind == TimeKind && to.Kind == TimeKind:
		return true
	case from.Kind == ArrayKind && to.Kind == ArrayKind:
		return (to.Nullable || !from.Nullable) && StoreAssignable(from.Elem, to.Elem)
	case from.Kind == MapKind && to.Kind == MapKind:
		return (to.Nullable || !from.Nullable) && StoreAssignable(from.Key, to.Key) && StoreAssignable(from.Elem, to.Elem)
	case from.Kind == StructKind && to.Kind == StructKind && len(from.Fields) == len(to.Fields):
		for i, f := range from.Fields {
			if f.Nullable && !to.Fields[i].Nullable || !StoreAssignable(f.Type, to.Fields[i].Type) {
				return false
			}
		}
		return true
	}
	return false
}
