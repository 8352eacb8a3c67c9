package sql

import (
	"strconv"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// sample reads TABLESAMPLE (method) [REPEATABLE (seed)], if it is there.
func (p *parser) sample(r logical.Relation) logical.Relation {
	if !p.at("TABLESAMPLE") || !p.clauseAt(0) {
		return r
	}
	from := p.i
	p.i++
	if p.accept("SYSTEM") {
		p.refuse(from, "TABLESAMPLE SYSTEM")
	}
	p.accept("BERNOULLI")
	p.expect("(", nil)
	if p.accept(")") {
		p.fail(from, "_LEGACY_ERROR_TEMP_0014")
		return r
	}
	if p.at("BUCKET") && p.peek(1).kind == integerKind {
		p.i++
		x := p.float()
		p.words("OUT", "OF")
		y := p.float()
		if p.accept("ON") {
			p.multipart()
			what := "BUCKET x OUT OF y ON colname"
			if p.accept("(") {
				p.expect(")", endsPart)
				what = "BUCKET x OUT OF y ON function"
			}
			p.fail(from, "_LEGACY_ERROR_TEMP_0015", "msg", what)
		}
		p.expect(")", endsPart)
		return p.fraction(from, r, x/y)
	}
	n := 0
	if p.at("-") {
		n = 1
	}
	if k := p.peek(n).kind; (k == integerKind || k == decimalKind) && p.peek(n+1).sym == "PERCENT" {
		p.i += n
		f := p.float() / 100
		if n == 1 {
			f = -f
		}
		p.i++
		p.expect(")", endsPart)
		return p.fraction(from, r, f)
	}
	at := p.i
	e := p.expression()
	if p.accept("ROWS") {
		p.expect(")", endsPart)
		return &logical.Limit{Common: p.common(from), Input: r, Count: e}
	}
	text := p.between(at)
	p.expect(")", nil)
	p.bytes(from, e, text)
	return r
}

// bytes refuses a sample by length, as Spark does.
func (p *parser) bytes(from int, e logical.Expression, text string) {
	if l, ok := e.(*logical.Literal); ok && l.Type.Equal(types.String) {
		text = l.Value.(string)
	}
	if !byteLength(text) {
		p.fail(from, "_LEGACY_ERROR_TEMP_0016", "bytesStr", text)
	}
	p.fail(from, "_LEGACY_ERROR_TEMP_0015", "msg", "byteLengthLiteral")
}

func (p *parser) float() float64 {
	if k := p.peek(0).kind; k != integerKind && k != decimalKind {
		p.unexpected()
	}
	f, _ := strconv.ParseFloat(p.raw(p.next()), 64)
	return f
}

func (p *parser) fraction(from int, r logical.Relation, f float64) logical.Relation {
	const eps = 1e-6 // rounding is let through
	if !(f >= -eps && f <= 1+eps) {
		p.fail(from, "_LEGACY_ERROR_TEMP_0064", "msg", "Sampling fraction ("+javaDouble(f)+") must be on interval [0, 1]")
	}
	s := &logical.Sample{Input: r, Upper: f}
	if p.accept("REPEATABLE", "(") {
		seed, err := strconv.ParseInt(p.integer(), 10, 64)
		if err != nil {
			p.outOfRange(from, p.raw(p.peek(-1)), "bigint", "-9223372036854775808", "9223372036854775807")
		}
		s.Seed = &seed
		p.expect(")", endsPart)
	}
	s.Common = p.common(from)
	return s
}

func javaDouble(f float64) string { return types.Text(f, types.Double, types.CastText, nil) }
