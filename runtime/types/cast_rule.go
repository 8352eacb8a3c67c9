package types

// A CastMode is what a cast does with a value that has no place in the target type.
type CastMode uint8

const (
	CastAnsi   CastMode = iota // an error
	CastTry                    // NULL
	CastLegacy                 // NULL, or the number with its high bits cut: spark.sql.ansi.enabled=false
)

// A kindSet is a set of kinds.
type kindSet uint32

func kinds(ks ...Kind) (s kindSet) {
	for _, k := range ks {
		s |= 1 << k
	}
	return s
}

func (s kindSet) has(k Kind) bool { return s>>k&1 == 1 }

var (
	integralKinds = kinds(ByteKind, ShortKind, IntKind, LongKind)
	numericKinds  = integralKinds | kinds(FloatKind, DoubleKind, DecimalKind)
	textKinds     = kinds(StringKind, CharKind, VarcharKind)
	exactKinds    = integralKinds | kinds(DecimalKind)
	spanKinds     = kinds(YearMonthKind, DayTimeKind)
)

// ansiCasts says from which kinds values may be cast to a kind; everything casts to text.
var ansiCasts = map[Kind]kindSet{
	BooleanKind: textKinds | numericKinds,
	ByteKind:    textKinds | numericKinds | spanKinds | kinds(BooleanKind, TimestampKind, TimeKind),
	ShortKind:   textKinds | numericKinds | spanKinds | kinds(BooleanKind, TimestampKind, TimeKind),
	IntKind:     textKinds | numericKinds | spanKinds | kinds(BooleanKind, TimestampKind, TimeKind),
	LongKind:    textKinds | numericKinds | spanKinds | kinds(BooleanKind, TimestampKind, TimeKind),
	FloatKind:   textKinds | numericKinds | kinds(BooleanKind, TimestampKind),
	DoubleKind:  textKinds | numericKinds | kinds(BooleanKind, TimestampKind),
	DecimalKind: textKinds | numericKinds | spanKinds | kinds(BooleanKind, TimestampKind, TimeKind),

	BinaryKind:       textKinds,
	DateKind:         textKinds | kinds(TimestampKind, TimestampNTZKind),
	TimestampKind:    textKinds | numericKinds | kinds(DateKind, TimestampNTZKind),
	TimestampNTZKind: textKinds | kinds(DateKind, TimestampKind),
	TimeKind:         textKinds | kinds(TimeKind),
	CalendarKind:     textKinds,
	YearMonthKind:    textKinds | exactKinds | kinds(YearMonthKind),
	DayTimeKind:      textKinds | exactKinds | kinds(DayTimeKind),
}

// legacyCasts are those that are allowed with ANSI mode off as well.
var legacyCasts = map[Kind]kindSet{
	BooleanKind: kinds(DateKind, TimestampKind), ByteKind: kinds(DateKind), ShortKind: kinds(DateKind), IntKind: kinds(DateKind),
	LongKind: kinds(DateKind), FloatKind: kinds(DateKind), DoubleKind: kinds(DateKind), DecimalKind: kinds(DateKind),
	BinaryKind: integralKinds, TimestampKind: kinds(BooleanKind),
}

// CanCast says whether values of one type can be cast to another in a mode.
func CanCast(from, to *Type, mode CastMode) bool {
	switch {
	case from.Equal(to), from.Kind == VoidKind, to.Text():
		return true
	case from.Kind == ArrayKind && to.Kind == ArrayKind:
		return canCastPart(from.Elem, to.Elem, from.Nullable, to.Nullable, mode)
	case from.Kind == MapKind && to.Kind == MapKind:
		return canCastPart(from.Key, to.Key, false, false, mode) &&
			canCastPart(from.Elem, to.Elem, from.Nullable, to.Nullable, mode)
	case from.Kind == StructKind && to.Kind == StructKind:
		if len(from.Fields) != len(to.Fields) {
			return false
		}
		for i, f := range from.Fields {
			g := to.Fields[i]
			if !canCastPart(f.Type, g.Type, f.Nullable, g.Nullable, mode) {
				return false
			}
		}
		return true
	}
	allowed := ansiCasts[to.Kind]
	if mode == CastLegacy {
		allowed |= legacyCasts[to.Kind]
	}
	return allowed.has(from.Kind)
}

// canCastPart is CanCast for a part of a nested type, where null may have no place.
func canCastPart(from, to *Type, fromNull, toNull bool, mode CastMode) bool {
	if mode != CastAnsi {
		fromNull = fromNull || yieldsNull(from, to)
		mode = CastLegacy
	}
	return CanCast(from, to, mode) && (toNull || !fromNull)
}

// yieldsNull says whether a cast may give NULL for a value that is not.
func yieldsNull(from, to *Type) bool {
	switch {
	case from.Kind == VoidKind, from.Equal(to):
		return false
	case from.Text():
		return to.Kind != BinaryKind && !to.Text()
	case to.Text():
		return false
	case from.Kind == TimestampKind && to.Integral() && to.Kind != LongKind, from.Fractional() && to.Kind == TimestampKind:
		return true
	case from.Kind == TimestampKind && to.Kind == DateKind:
		return false
	case to.Kind == DateKind:
		return true
	case from.Kind == DateKind:
		return to.Kind != TimestampKind
	case to.Kind == CalendarKind:
		return true
	case to.Kind == DecimalKind:
		d := DecimalFor(from)
		if from.Kind == DecimalKind {
			return to.Precision-to.Scale <= from.Precision-from.Scale && !to.WiderThan(from)
		}
		return d == nil || !to.WiderThan(d)
	}
	return (from.Fractional() || from.Kind == DecimalKind) && to.Integral()
}

// CastNullable says whether a cast of a value that may be null, or not, may be null.
func CastNullable(from, to *Type, nullable bool, mode CastMode) bool {
	if nullable || mode != CastTry {
		return nullable || yieldsNull(from, to)
	}
	switch {
	case from.Text() && to.Kind == BinaryKind:
		return false
	case from.Kind == DecimalKind && to.Integral():
		return true
	}
	return !UpCast(from, to)
}

// UpCast says whether every value of one type is one of the other, without loss or failure.
func UpCast(from, to *Type) bool {
	switch {
	case from.Equal(to), from.Kind == VoidKind:
		return true
	case from.Numeric() && to.Kind == DecimalKind && to.WiderThan(from):
		return true
	case from.Kind == DecimalKind && to.Numeric() && to.Kind != DecimalKind:
		return to.Integral() && DecimalFor(to).WiderThan(from)
	case from.Numeric() && to.Numeric() && from.Kind != DecimalKind && to.Kind != DecimalKind:
		return from.Kind < to.Kind
	case from.Kind == DateKind && (to.Kind == TimestampKind || to.Kind == TimestampNTZKind),
		from.Kind == TimestampNTZKind && to.Kind == TimestampKind, from.Kind == TimestampKind && to.Kind == TimestampNTZKind,
		from.Kind == TimestampKind && to.Kind == LongKind, from.Kind == LongKind && to.Kind == TimestampKind:
		return true
	case to.Text():
		return !from.Nested()
	case from.Kind == ArrayKind && to.Kind == ArrayKind:
		return (to.Nullable || !from.Nullable) && UpCast(from.Elem, to.Elem)
	case from.Kind == MapKind && to.Kind == MapKind:
		return (to.Nullable || !from.Nullable) && UpCast(from.Key, to.Key) && UpCast(from.Elem, to.Elem)
	case from.Kind == StructKind && to.Kind == StructKind && len(from.Fields) == len(to.Fields):
		for i, f := range from.Fields {
			if f.Nullable && !to.Fields[i].Nullable || !UpCast(f.Type, to.Fields[i].Type) {
				return false
			}
		}
		return true
	}
	return from.Kind == to.Kind && from.IsInterval()
}
