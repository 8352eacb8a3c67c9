package types

// The result types of decimal arithmetic: Hive's rules. A result that needs more than 38 digits gives up digits after
// the point, but keeps 6 of them (or all, if it has fewer); with spark.sql.decimalOperations.allowPrecisionLoss=false
// it gives up none and may overflow instead.

const minAdjustedScale = 6

// bounded is decimal(p,s) with the digits cut to 38.
func bounded(p, s int) *Type { return DecimalOf(min(p, MaxPrecision), min(s, MaxPrecision)) }

func adjusted(p, s int, loss bool) *Type {
	if !loss {
		return bounded(p, s)
	}
	if p <= MaxPrecision {
		return DecimalOf(p, s)
	}
	whole := p - s
	return DecimalOf(MaxPrecision, max(MaxPrecision-whole, min(s, minAdjustedScale)))
}

// AddType is the type of a + b and a - b.
func AddType(a, b *Type, loss bool) *Type {
	s := max(a.Scale, b.Scale)
	return adjusted(max(a.Precision-a.Scale, b.Precision-b.Scale)+s+1, s, loss)
}

// MulType is the type of a * b.
func MulType(a, b *Type, loss bool) *Type {
	return adjusted(a.Precision+b.Precision+1, a.Scale+b.Scale, loss)
}

// DivType is the type of a / b.
func DivType(a, b *Type, loss bool) *Type {
	if loss {
		s := max(6, a.Scale+b.Precision+1)
		return adjusted(a.Precision-a.Scale+b.Scale+s, s, true)
	}
	whole := min(MaxPrecision, a.Precision-a.Scale+b.Scale)
	s := min(MaxPrecision, max(6, a.Scale+b.Precision+1))
	if over := whole + s - MaxPrecision; over > 0 {
		s -= over/2 + 1
		whole = MaxPrecision - s
	}
	return bounded(whole+s, s)
}

// RemType is the type of a % b and pmod(a, b).
func RemType(a, b *Type, loss bool) *Type {
	s := max(a.Scale, b.Scale)
	return adjusted(min(a.Precision-a.Scale, b.Precision-b.Scale)+s, s, loss)
}

// RoundType is the type of round(a, digits) and its relatives.
func RoundType(a *Type, digits int) *Type {
	whole := a.Precision - a.Scale
	if digits < 0 {
		return DecimalOf(min(max(whole, -digits)+1, MaxPrecision), 0)
	}
	s := min(a.Scale, digits)
	return DecimalOf(min(whole+s+1, MaxPrecision), s)
}

// CeilType is the type of ceil(a) and floor(a).
func CeilType(a *Type) *Type { return bounded(a.Precision-a.Scale+1, 0) }

// integralDecimals are the decimals that hold every value of a type of fixed width.
var integralDecimals = map[Kind]*Type{BooleanKind: DecimalOf(1, 0), ByteKind: DecimalOf(3, 0), ShortKind: DecimalOf(5, 0),
	IntKind: DecimalOf(10, 0), LongKind: DecimalOf(20, 0), FloatKind: DecimalOf(14, 7), DoubleKind: DecimalOf(30, 15)}

// DecimalFor is the decimal type that a number of t becomes in decimal arithmetic; nil if it does not.
func DecimalFor(t *Type) *Type {
	if t.Kind == DecimalKind {
		return t
	}
	return integralDecimals[t.Kind]
}

// LiteralDecimal is the narrowest decimal for a whole literal, so that 1 + 1.5 is decimal(3,1).
func LiteralDecimal(v int64) *Type {
	p := 1
	for u := magnitude64(v); u >= 10; u /= 10 {
		p++
	}
	return DecimalOf(p, 0)
}

// WiderDecimal holds the values of both, if 38 digits do: digits after the point are given up for those before it.
func WiderDecimal(a, b *Type) *Type {
	s := max(a.Scale, b.Scale)
	whole := max(a.Precision-a.Scale, b.Precision-b.Scale)
	if whole+s > MaxPrecision {
		whole = min(whole, MaxPrecision)
		s = min(s, MaxPrecision-whole)
	}
	return DecimalOf(whole+s, s)
}

// WiderThan says whether decimal t holds every value of o, a decimal or whole number.
func (t *Type) WiderThan(o *Type) bool {
	if o.Fractional() {
		return false
	}
	o = DecimalFor(o)
	return o != nil && t.Precision-t.Scale >= o.Precision-o.Scale && t.Scale >= o.Scale
}
