package types

import "reflect"

// A Decimal is the unscaled value of a decimal, in two's complement; the scale is its type's.
type Decimal struct {
	Hi int64
	Lo uint64
}

// An Interval is a calendar interval: its parts do not convert into each other.
type Interval struct {
	Months, Days int32
	Micros       int64
}

// A Row is a struct value outside of columns.
type Row []any

// A MapValue is a map value outside of columns, in the order of its entries.
type MapValue struct{ Keys, Values []any }

// GoType is the element type of a column of the type.
func (t *Type) GoType() reflect.Type {
	switch t.Kind {
	case VoidKind, BooleanKind:
		return reflect.TypeFor[bool]()
	case ByteKind:
		return reflect.TypeFor[int8]()
	case ShortKind:
		return reflect.TypeFor[int16]()
	case IntKind, DateKind, YearMonthKind:
		return reflect.TypeFor[int32]()
	case LongKind, TimestampKind, TimestampNTZKind, TimeKind, DayTimeKind:
		return reflect.TypeFor[int64]()
	case FloatKind:
		return reflect.TypeFor[float32]()
	case DoubleKind:
		return reflect.TypeFor[float64]()
	case DecimalKind:
		return reflect.TypeFor[Decimal]()
	case StringKind, CharKind, VarcharKind, BinaryKind:
		return reflect.TypeFor[string]()
	case CalendarKind:
		return reflect.TypeFor[Interval]()
	case ArrayKind:
		return reflect.TypeFor[[]any]()
	case MapKind:
		return reflect.TypeFor[MapValue]()
	}
	return reflect.TypeFor[Row]()
}
