package types

import (
	"time"
)

func castToDate(o CastOptions, from, to *Type) castFunc {
	zone := o.Zone
	if from.Kind == TimestampNTZKind {
		zone = time.UTC
	}
	if from.Text() {
		return func(v any) (any, error) {
			d, ok := StringToDate(v.(string))
			if !ok {
				return o.failure(InvalidInput(v, String, to))
			}
			return d, nil
		}
	}
	return func(v any) (any, error) { return DateOf(v.(int64), zone), nil }
}

func castToTimestamp(o CastOptions, from, to *Type) castFunc {
	switch from.Kind {
	case StringKind, CharKind, VarcharKind:
		return func(v any) (any, error) {
			t, ok := StringToTimestamp(v.(string), o.Zone, o.Now)
			if !ok {
				return o.failure(InvalidInput(v, String, to))
			}
			return t, nil
		}
	case BooleanKind:
		return func(v any) (any, error) {
			if v.(bool) {
				return int64(1), nil
			}
			return int64(0), nil
		}
	case DateKind:
		return func(v any) (any, error) { return startOf(v.(int32), o.Zone) }
	case TimestampNTZKind:
		return func(v any) (any, error) { return FromLocal(v.(int64), o.Zone), nil }
	case DecimalKind:
		return func(v any) (any, error) {
			t, ok := DecimalToTimestamp(v.(Decimal), from.Scale)
			if !ok {
				return o.failure(CastOverflow(v, from, to))
			}
			return t, nil
		}
	case FloatKind, DoubleKind:
		return func(v any) (any, error) {
			x := floatOf(v)
			if x-x != 0 { // NaN or an infinity
				return o.failure(InvalidInput(x, Double, to))
			}
			if o.Mode == CastLegacy {
				return Float64ToInt64Wrap(x * Second), nil
			}
			t, ok := Float64ToInt64(x * Second)
			if !ok {
				return nil, CastOverflow(x*Second, Double, Long)
			}
			return t, nil
		}
	}
	return func(v any) (any, error) { return Int64ToTimestamp(wholeOf(v)), nil }
}

func startOf(days int32, zone *time.Location) (any, error) {
	t, ok := TimestampOf(days, zone)
	if !ok {
		return nil, overflow("long")
	}
	return t, nil
}

func castToLocal(o CastOptions, from, to *Type) castFunc {
	switch from.Kind {
	case DateKind:
		return func(v any) (any, error) { return startOf(v.(int32), time.UTC) }
	case TimestampKind:
		return func(v any) (any, error) { return ToLocal(v.(int64), o.Zone), nil }
	}
	return func(v any) (any, error) {
		t, ok := StringToTimestampNTZ(v.(string), false)
		if !ok {
			return o.failure(InvalidInput(v, String, to))
		}
		return t, nil
	}
}

func castToTime(o CastOptions, from, to *Type) castFunc {
	if from.Kind == TimeKind {
		return func(v any) (any, error) { return TruncTime(v.(int64), to.Precision), nil }
	}
	return func(v any) (any, error) {
		t, ok := StringToTime(v.(string), to.Precision)
		if !ok {
			return o.failure(InvalidInput(v, String, to))
		}
		return t, nil
	}
}
