package types

import "math"

// wholeUnits is an interval in units of its last field, rest cut off.
func wholeUnits(v any, t *Type) int64 {
	switch {
	case t.Kind == DayTimeKind:
		return v.(int64) / int64(unitMicros[t.To])
	case t.To == IntervalYear:
		return int64(v.(int32) / 12)
	}
	return int64(v.(int32))
}

// unitSize is the last field of an interval in months or microseconds.
func unitSize(t *Type) int64 {
	switch {
	case t.Kind == DayTimeKind:
		return int64(unitMicros[t.To])
	case t.To == IntervalYear:
		return 12
	}
	return 1
}

// spanOf makes an interval from a number of units of its last field. Overflow is an error in every mode.
func spanOf(from, to *Type) castFunc {
	size := unitSize(to)
	source := from
	if from.Integral() && from.Kind != LongKind {
		source = Int
	}
	return func(v any) (any, error) {
		var n int64
		ok := true
		if from.Kind == DecimalKind {
			var d Decimal
			d, ok = DecimalMul(v.(Decimal), from.Scale, DecimalOf64(size), 0, MaxPrecision, 0)
			var fits bool
			n, fits = d.Int64()
			ok = ok && fits
		} else {
			n, ok = mul64(wholeOf(v), size)
			if source == Int {
				v = int32(wholeOf(v))
			}
		}
		if to.Kind == YearMonthKind {
			if !ok || n < math.MinInt32 || n > math.MaxInt32 {
				return nil, CastOverflow(v, source, to)
			}
			return int32(n), nil
		}
		if !ok {
			return nil, CastOverflow(v, source, to)
		}
		return n, nil
	}
}

func castToYearMonth(_ CastOptions, from, to *Type) castFunc {
	switch {
	case from.Text():
		return func(v any) (any, error) {
			m, err := ParseYearMonth(v.(string), to.From, to.To)
			if err != nil {
				return nil, err
			}
			return m, nil
		}
	case from.Kind == YearMonthKind:
		size := int32(unitSize(to))
		return func(v any) (any, error) { m := v.(int32); return m - m%size, nil }
	}
	return spanOf(from, to)
}

func castToDayTime(_ CastOptions, from, to *Type) castFunc {
	switch {
	case from.Text():
		return func(v any) (any, error) {
			m, err := ParseDayTime(v.(string), to.From, to.To)
			if err != nil {
				return nil, err
			}
			return m, nil
		}
	case from.Kind == DayTimeKind:
		size := unitSize(to)
		if to.To == IntervalSecond {
			size = 1
		}
		return func(v any) (any, error) { m := v.(int64); return m - m%size, nil }
	}
	return spanOf(from, to)
}

func castToCalendar(_ CastOptions, _, _ *Type) castFunc {
	return func(v any) (any, error) {
		i, err := ParseCalendar(v.(string))
		if err != nil {
			return nil, nil // NULL in every mode
		}
		return i, nil
	}
}
