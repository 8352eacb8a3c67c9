package sql

import (
	"math"
	"strconv"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

func isNumber(t *token) bool { return t.kind >= integerKind && t.kind <= bigDecimalKind }

// wholeNumbers are the whole numbers with a suffix: their type and size.
var wholeNumbers = map[kind]struct {
	t    *types.Type
	bits int
	from func(int64) any
}{
	tinyintKind:  {types.Byte, 8, func(n int64) any { return int8(n) }},
	smallintKind: {types.Short, 16, func(n int64) any { return int16(n) }},
	bigintKind:   {types.Long, 64, func(n int64) any { return n }},
}

// number reads a number; its minus sign is part of it.
func (p *parser) number() logical.Expression {
	from := p.i
	sign := ""
	if p.accept("-") {
		sign = "-"
	}
	t := p.peek(0)
	if !isNumber(t) {
		p.unexpected()
	}
	p.i++
	raw := p.raw(t)
	switch t.kind {
	case integerKind:
		return p.integerLiteral(from, sign+raw)
	case decimalKind:
		return p.decimalLiteral(from, sign+raw)
	case bigDecimalKind:
		return p.decimalLiteral(from, sign+raw[:len(raw)-2])
	case exponentKind:
		return p.floating(from, sign+raw, types.Double, "double", math.MaxFloat64, "1.7976931348623157E+308")
	case doubleNumberKind:
		return p.floating(from, sign+raw[:len(raw)-1], types.Double, "double", math.MaxFloat64, "1.7976931348623157E+308")
	case floatKind:
		return p.floating(from, sign+raw[:len(raw)-1], types.Float, "float", math.MaxFloat32, "3.4028234663852886E+38")
	}
	w := wholeNumbers[t.kind]
	text := sign + raw[:len(raw)-1]
	n, err := strconv.ParseInt(text, 10, w.bits)
	if err != nil {
		low, high := int64(-1)<<(w.bits-1), int64(1)<<(w.bits-1)-1
		p.outOfRange(from, text, w.t.String(), strconv.FormatInt(low, 10), strconv.FormatInt(high, 10))
	}
	return p.literal(from, w.from(n), w.t)
}

func (p *parser) outOfRange(from int, text, name, low, high string) {
	p.fail(from, "INVALID_NUMERIC_LITERAL_RANGE", "rawStrippedQualifier", text, "minValue", low, "maxValue", high,
		"typeName", name)
}

// integerLiteral is of the smallest of int, bigint and decimal that holds it.
func (p *parser) integerLiteral(from int, text string) logical.Expression {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return p.decimalLiteral(from, text)
	case n == int64(int32(n)):
		return p.literal(from, int32(n), types.Int)
	}
	return p.literal(from, n, types.Long)
}

func (p *parser) decimalLiteral(from int, text string) logical.Expression {
	n, ok := types.ParseDecimal(text)
	if !ok {
		p.unexpected()
	}
	t, ok := n.Type()
	if !ok {
		precision := n.Precision()
		if n.Scale < 0 {
			precision -= n.Scale
		}
		precision = max(precision, n.Scale)
		p.rethrow(from, condition.New("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "22003",
			"Decimal precision %d exceeds max precision %d.", precision, types.MaxPrecision).
			WithParam("precision", strconv.Itoa(precision)).WithParam("maxPrecision", strconv.Itoa(types.MaxPrecision)))
		return p.literal(from, nil, types.Void)
	}
	v, _ := n.To(t.Precision, t.Scale)
	return p.literal(from, v, t)
}

func (p *parser) floating(from int, text string, t *types.Type, name string, limit float64, limitText string) logical.Expression {
	v, _ := strconv.ParseFloat(text, 64)
	if math.Abs(v) > limit || math.IsInf(v, 0) {
		p.outOfRange(from, text, name, "-"+limitText, limitText)
	}
	if t == types.Float {
		f, _ := strconv.ParseFloat(text, 32)
		return p.literal(from, float32(f), t)
	}
	return p.literal(from, v, t)
}

// byteLength is a length such as 100M.
func byteLength(s string) bool {
	return len(s) > 1 && strings.Trim(s[:len(s)-1], "0123456789") == "" && strings.ContainsAny(s[len(s)-1:], "bkmgBKMG")
}
