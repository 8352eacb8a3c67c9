package types

// narrow makes the boxed value of a whole-number kind, with the high bits cut; ok is false when they counted.
func narrow(v int64, k Kind) (any, bool) {
	switch k {
	case ByteKind:
		u, ok := Int64ToInt8(v)
		return u, ok
	case ShortKind:
		u, ok := Int64ToInt16(v)
		return u, ok
	case IntKind:
		u, ok := Int64ToInt32(v)
		return u, ok
	}
	return v, true
}

func castToWhole(o CastOptions, from, to *Type) castFunc {
	// checked narrows a value that fits in a bigint; legacy says what ANSI mode off makes of one that does not fit.
	checked := func(n int64, ok bool, v any, legacy func() any) (any, error) {
		u, fits := narrow(n, to.Kind)
		switch {
		case ok && fits:
			return u, nil
		case o.Mode == CastLegacy && legacy != nil:
			return legacy(), nil
		case o.Mode == CastLegacy:
			return nil, nil
		}
		return nil, CastOverflow(v, from, to)
	}
	cut := func(n int64) func() any {
		return func() any { u, _ := narrow(n, to.Kind); return u }
	}
	switch from.Kind {
	case StringKind, CharKind, VarcharKind:
		return func(v any) (any, error) {
			n, ok := parseWhole(v.(string), o.Mode == CastLegacy)
			u, fits := narrow(n, to.Kind)
			if !ok || !fits {
				return o.failure(InvalidInput(v, String, to))
			}
			return u, nil
		}
	case BooleanKind:
		return func(v any) (any, error) {
			n := int64(0)
			if v.(bool) {
				n = 1
			}
			return checked(n, true, v, nil)
		}
	case FloatKind, DoubleKind:
		return func(v any) (any, error) {
			x := floatOf(v)
			n, ok := Float64ToInt64(x)
			return checked(n, ok, v, func() any {
				if to.Kind == LongKind {
					return Float64ToInt64Wrap(x)
				}
				return cut(int64(Float64ToInt32Wrap(x)))()
			})
		}
	case DecimalKind:
		return func(v any) (any, error) {
			d, _ := v.(Decimal).Rescale(from.Scale, 0, Down)
			n, ok := d.Int64()
			return checked(n, ok, v, cut(int64(d.Lo)))
		}
	case DateKind:
		return alwaysNull
	case TimestampKind, TimeKind:
		return func(v any) (any, error) { return checked(TimestampToInt64(v.(int64)), true, v, nil) }
	case YearMonthKind, DayTimeKind:
		return func(v any) (any, error) { // overflow is an error in every mode
			u, ok := narrow(wholeUnits(v, from), to.Kind)
			if !ok {
				return nil, CastOverflow(v, from, to)
			}
			return u, nil
		}
	}
	return func(v any) (any, error) { n := wholeOf(v); return checked(n, true, v, cut(n)) }
}

func floatOf(v any) float64 {
	if x, ok := v.(float32); ok {
		return float64(x)
	}
	return v.(float64)
}

func castToFloat(o CastOptions, from, to *Type) castFunc {
	single := to.Kind == FloatKind
	box := func(x float64) any {
		if single {
			return float32(x)
		}
		return x
	}
	switch from.Kind {
	case StringKind, CharKind, VarcharKind:
		bits := 64
		if single {
			bits = 32
		}
		return func(v any) (any, error) {
			x, ok := parseFloat(v.(string), bits)
			if !ok {
				return o.failure(InvalidInput(v, String, to))
			}
			return box(x), nil
		}
	case BooleanKind:
		return func(v any) (any, error) {
			if v.(bool) {
				return box(1), nil
			}
			return box(0), nil
		}
	case FloatKind, DoubleKind:
		return func(v any) (any, error) { return box(floatOf(v)), nil }
	case DecimalKind:
		return func(v any) (any, error) {
			if single {
				return v.(Decimal).Float32(from.Scale), nil
			}
			return v.(Decimal).Float64(from.Scale), nil
		}
	case DateKind:
		return alwaysNull
	case TimestampKind:
		return func(v any) (any, error) { return box(TimestampToFloat64(v.(int64))), nil }
	}
	return func(v any) (any, error) {
		if single {
			return float32(wholeOf(v)), nil
		}
		return float64(wholeOf(v)), nil
	}
}

func castToDecimal(o CastOptions, from, to *Type) castFunc {
	p, s := to.Precision, to.Scale
	// exact casts a decimal; intervals do not yield NULL in any mode.
	exact := func(d Decimal, scale int) (any, error) {
		u, ok := d.To(scale, p, s)
		switch {
		case ok:
			return u, nil
		case o.Mode == CastLegacy && !from.IsInterval():
			return nil, nil
		}
		return nil, DecimalOverflow(d.Text(scale), p, s)
	}
	written := func(n Number) (any, error) {
		u, ok := n.To(p, s)
		if !ok {
			return o.failure(DecimalOverflow(n.Text(), p, s))
		}
		return u, nil
	}
	switch from.Kind {
	case StringKind, CharKind, VarcharKind:
		return func(v any) (any, error) {
			n, ok := ParseDecimal(v.(string))
			switch {
			case !ok:
				return o.failure(InvalidInput(v, String, to))
			case n.Precision()-n.Scale > MaxPrecision:
				return o.failure(outOfDecimals(v.(string)))
			}
			return written(n)
		}
	case BooleanKind:
		return func(v any) (any, error) {
			if v.(bool) {
				return exact(DecimalOf64(1), 0)
			}
			return exact(Decimal{}, 0)
		}
	case FloatKind, DoubleKind:
		return func(v any) (any, error) {
			n, ok := FloatNumber(floatOf(v))
			if !ok {
				return nil, nil // NaN and the infinities, in every mode
			}
			return written(n)
		}
	case DecimalKind:
		return func(v any) (any, error) { return exact(v.(Decimal), from.Scale) }
	case DateKind:
		return alwaysNull
	case TimestampKind, TimeKind:
		return func(v any) (any, error) { return exact(DecimalOf64(v.(int64)), 6) }
	case YearMonthKind:
		return func(v any) (any, error) { return exact(DecimalOf64(wholeUnits(v, from)), 0) }
	case DayTimeKind:
		return func(v any) (any, error) {
			if from.To == IntervalSecond {
				return exact(DecimalOf64(v.(int64)), 6)
			}
			return exact(DecimalOf64(wholeUnits(v, from)), 0)
		}
	}
	return func(v any) (any, error) { return exact(DecimalOf64(wholeOf(v)), 0) }
}
