package types

import (
	"cmp"
	"strings"
)

// Compare orders two values of a type: false before true, NaN above all numbers and equal to itself, -0 equal to 0,
// strings and binary by their bytes, arrays and structs by their parts, in which null comes first. The values
// themselves must not be nil, and the type must be Ordered.
func Compare(a, b any, t *Type) int {
	switch t.Kind {
	case BooleanKind:
		return boolInt(a.(bool)) - boolInt(b.(bool))
	case FloatKind:
		return CompareFloat(float64(a.(float32)), float64(b.(float32)))
	case DoubleKind:
		return CompareFloat(a.(float64), b.(float64))
	case DecimalKind:
		return a.(Decimal).Cmp(b.(Decimal))
	case StringKind, CharKind, VarcharKind, BinaryKind:
		return strings.Compare(a.(string), b.(string))
	case ArrayKind:
		x, y := a.([]any), b.([]any)
		for i := range min(len(x), len(y)) {
			if c := ComparePart(x[i], y[i], t.Elem); c != 0 {
				return c
			}
		}
		return cmp.Compare(len(x), len(y))
	case StructKind:
		x, y := a.(Row), b.(Row)
		for i, f := range t.Fields {
			if c := ComparePart(x[i], y[i], f.Type); c != 0 {
				return c
			}
		}
		return 0
	}
	return cmp.Compare(wholeOf(a), wholeOf(b))
}

// ComparePart is Compare for values that may be nil; nil comes first.
func ComparePart(a, b any, t *Type) int {
	if a == nil || b == nil {
		return boolInt(a != nil) - boolInt(b != nil)
	}
	return Compare(a, b, t)
}

// CompareFloat orders NaN above everything and equal to itself, and -0 equal to 0.
func CompareFloat(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y:
		return 0
	}
	return boolInt(x != x) - boolInt(y != y)
}

func boolInt(v bool) int {
	if v {
		return 1
	}
	return 0
}

// Equal says whether two values of a type, neither nil, are the same to grouping and to array functions: nulls inside
// are equal. Maps and calendar intervals have it, too.
func Equal(a, b any, t *Type) bool {
	switch t.Kind {
	case VoidKind:
		return true
	case CalendarKind:
		return a.(Interval) == b.(Interval)
	case ArrayKind:
		return equalAll(a.([]any), b.([]any), t.Elem)
	case MapKind:
		x, y := a.(MapValue), b.(MapValue)
		return equalAll(x.Keys, y.Keys, t.Key) && equalAll(x.Values, y.Values, t.Elem)
	case StructKind:
		x, y := a.(Row), b.(Row)
		for i, f := range t.Fields {
			if !equalPart(x[i], y[i], f.Type) {
				return false
			}
		}
		return true
	}
	return Compare(a, b, t) == 0
}

func equalAll(x, y []any, t *Type) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !equalPart(x[i], y[i], t) {
			return false
		}
	}
	return true
}

func equalPart(a, b any, t *Type) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return Equal(a, b, t)
}
