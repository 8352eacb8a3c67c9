package types

import (
	"fmt"
	"time"
)

// CastOptions is what casts depend on beside the types.
type CastOptions struct {
	Mode CastMode
	Zone *time.Location   // the session's; nil is UTC
	Now  func() time.Time // for a time without a date; nil refuses it
}

// A castFunc casts one value that is not nil. A nil result without an error is NULL.
type castFunc func(v any) (any, error)

// Caster makes the function that casts values of one type to another: the reference that faster loops are held to.
// Null stays null. It fails for types that CanCast refuses.
func Caster(from, to *Type, o CastOptions) (func(any) (any, error), error) {
	if !CanCast(from, to, o.Mode) {
		return nil, CastMismatch(from, to, o.Mode, "CAST(value AS "+to.SQL()+")")
	}
	f := o.caster(from, to)
	return func(v any) (any, error) {
		if v == nil {
			return nil, nil
		}
		return f(v)
	}, nil
}

func (o CastOptions) caster(from, to *Type) castFunc {
	f := o.plainCaster(from, to)
	if o.Mode != CastTry {
		return f
	}
	return func(v any) (any, error) {
		u, err := f(v)
		if err != nil {
			return nil, nil
		}
		return u, nil
	}
}

// A castTarget makes the cast to one kind. The table below has all kinds but the nested ones.
type castTarget func(o CastOptions, from, to *Type) castFunc

var castTargets = map[Kind]castTarget{
	BooleanKind: castToBoolean, ByteKind: castToWhole, ShortKind: castToWhole, IntKind: castToWhole, LongKind: castToWhole,
	FloatKind: castToFloat, DoubleKind: castToFloat, DecimalKind: castToDecimal,
	StringKind: castToText, CharKind: castToText, VarcharKind: castToText, BinaryKind: castToBinary,
	DateKind: castToDate, TimestampKind: castToTimestamp, TimestampNTZKind: castToLocal, TimeKind: castToTime,
	YearMonthKind: castToYearMonth, DayTimeKind: castToDayTime, CalendarKind: castToCalendar,
}

func (o CastOptions) plainCaster(from, to *Type) castFunc {
	switch {
	case from.Kind == VoidKind:
		return alwaysNull
	case from.Same(to) || from.Text() && to.Text():
		return func(v any) (any, error) { return v, nil }
	case from.Nested() && to.Nested():
		return o.nestedCaster(from, to)
	}
	if target := castTargets[to.Kind]; target != nil {
		if f := target(o, from, to); f != nil {
			return f
		}
	}
	panic(fmt.Sprintf("types: CanCast allows %s to %s, and no cast does it", from, to))
}

func alwaysNull(any) (any, error) { return nil, nil }

// failure is what a cast yields for a value that has no place: the error, or NULL with ANSI mode off.
func (o CastOptions) failure(err error) (any, error) {
	if o.Mode == CastLegacy {
		return nil, nil
	}
	return nil, err
}

func (o CastOptions) nestedCaster(from, to *Type) castFunc {
	switch from.Kind {
	case ArrayKind:
		f := o.caster(from.Elem, to.Elem)
		return func(v any) (any, error) { return castAll(v.([]any), f) }
	case MapKind:
		key, value := o.caster(from.Key, to.Key), o.caster(from.Elem, to.Elem)
		return func(v any) (any, error) {
			m := v.(MapValue)
			keys, err := castAll(m.Keys, key)
			if err != nil {
				return nil, err
			}
			values, err := castAll(m.Values, value)
			if err != nil {
				return nil, err
			}
			return MapValue{Keys: keys, Values: values}, nil
		}
	}
	fields := make([]castFunc, len(from.Fields))
	for i, f := range from.Fields {
		fields[i] = o.caster(f.Type, to.Fields[i].Type)
	}
	return func(v any) (any, error) {
		row := make(Row, len(fields))
		for i, x := range v.(Row) {
			if x == nil {
				continue
			}
			var err error
			if row[i], err = fields[i](x); err != nil {
				return nil, err
			}
		}
		return row, nil
	}
}

func castAll(vs []any, f castFunc) ([]any, error) {
	out := make([]any, len(vs))
	for i, v := range vs {
		if v == nil {
			continue
		}
		var err error
		if out[i], err = f(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// castToText is the cast to string, and to char and varchar, which are strings once they are read.
func castToText(o CastOptions, from, _ *Type) castFunc {
	if from.Kind == DecimalKind && o.Mode == CastLegacy {
		return func(v any) (any, error) { return v.(Decimal).ScientificText(from.Scale), nil }
	}
	return func(v any) (any, error) { return Text(v, from, CastText, o.Zone), nil }
}

func castToBinary(_ CastOptions, from, _ *Type) castFunc {
	if from.Text() {
		return func(v any) (any, error) { return v, nil }
	}
	width := map[Kind]int{ByteKind: 1, ShortKind: 2, IntKind: 4, LongKind: 8}[from.Kind]
	return func(v any) (any, error) {
		b := make([]byte, width)
		n := wholeOf(v)
		for i := range b {
			b[width-1-i] = byte(n >> (8 * i))
		}
		return string(b), nil
	}
}

func castToBoolean(o CastOptions, from, to *Type) castFunc {
	switch {
	case from.Text():
		return func(v any) (any, error) {
			b, ok := StringToBool(v.(string))
			if !ok {
				return o.failure(InvalidInput(v, String, to))
			}
			return b, nil
		}
	case from.Kind == DateKind:
		return alwaysNull
	case from.Kind == FloatKind:
		return func(v any) (any, error) { return v.(float32) != 0, nil }
	case from.Kind == DoubleKind:
		return func(v any) (any, error) { return v.(float64) != 0, nil }
	case from.Kind == DecimalKind:
		return func(v any) (any, error) { return !v.(Decimal).IsZero(), nil }
	}
	return func(v any) (any, error) { return wholeOf(v) != 0, nil }
}
