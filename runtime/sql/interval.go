package sql

import (
	"strings"
	"unicode"

	"gospark/runtime/condition"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// intervalUnits are the units behind a number: the singular, and the field of an interval type they fill.
var intervalUnits = map[string]types.IntervalField{"YEAR": types.IntervalYear, "MONTH": types.IntervalMonth,
	"WEEK": types.IntervalDay, "DAY": types.IntervalDay, "HOUR": types.IntervalHour, "MINUTE": types.IntervalMinute,
	"SECOND": types.IntervalSecond, "MILLISECOND": types.IntervalSecond, "MICROSECOND": types.IntervalSecond,
	"NANOSECOND": types.IntervalSecond}

// unitAt is the unit that the token n after the next names.
func (p *parser) unitAt(n int) (types.IntervalField, bool) {
	f, ok := intervalUnits[strings.TrimSuffix(p.peek(n).sym, "S")]
	return f, ok
}

// intervalForm reads INTERVAL 1 DAY 2 HOURS and INTERVAL '1 2' DAY TO HOUR; INTERVAL '1 day' is a typed literal.
func (p *parser) intervalForm(from int) logical.Expression {
	n := 1
	if s := p.peek(n).sym; s == "-" || s == "+" {
		n++
	}
	number := p.peek(n).kind == integerKind || p.peek(n).kind == decimalKind
	if !number && !p.isString(n) {
		return nil
	}
	for p.isString(n + 1) {
		n++
	}
	if _, ok := p.unitAt(n + 1); !ok {
		if n == 1 && !number {
			return nil
		}
		if !number || n == 2 && !isName(p.peek(n+1)) && p.peek(n+1).kind != endKind {
			return nil // INTERVAL - 1 is a difference
		}
		if n == 2 {
			return nil
		}
		p.i += n + 1
		p.unexpected()
	}
	p.i++
	if p.toAt() {
		return p.fromTo(from)
	}
	return p.multiUnits(from)
}

// toAt says whether the interval that is next has the form value unit TO unit.
func (p *parser) toAt() bool {
	n := 0
	if s := p.peek(n).sym; s == "-" || s == "+" {
		n++
	}
	for n++; p.isString(n); n++ {
	}
	if p.peek(n+1).sym != "TO" {
		return false
	}
	_, ok := p.unitAt(n + 2)
	return ok
}

// intervalValue reads the number of an interval: signed, or in a string.
func (p *parser) intervalValue() (text string, isString bool) {
	minus := p.accept("-")
	if !minus {
		p.accept("+")
	}
	if isString = p.isString(0); isString {
		text = p.stringLiteral()
	} else {
		text = p.raw(p.next())
	}
	switch {
	case minus && strings.HasPrefix(text, "-"):
		text = text[1:]
	case minus:
		text = "-" + text
	}
	return text, isString
}

func (p *parser) multiUnits(from int) logical.Expression {
	var text strings.Builder
	var fields []types.IntervalField
	for {
		value, isString := p.intervalValue()
		if isString && strings.IndexFunc(value, unicode.IsLetter) >= 0 {
			p.fail(from, "_LEGACY_ERROR_TEMP_0026", "value", strings.TrimPrefix(value, "-"))
		}
		field, _ := p.unitAt(0)
		fields = append(fields, field)
		text.WriteString(" " + value + " " + p.raw(p.next()))
		if !p.moreUnits() {
			break
		}
	}
	if p.atValue() && p.toAt() {
		p.fail(from, "_LEGACY_ERROR_TEMP_0024")
		p.skipInterval()
		return p.literal(from, nil, types.Void)
	}
	value, err := types.ParseCalendar(text.String())
	if err != nil {
		p.rethrow(from, err)
		return p.literal(from, nil, types.Void)
	}
	return p.ansiInterval(from, value, fields)
}

// atValue says whether the value of an interval is next.
func (p *parser) atValue() bool {
	n := 0
	if s := p.peek(0).sym; s == "-" || s == "+" {
		n = 1
	}
	k := p.peek(n).kind
	return k == integerKind || k == decimalKind || p.isString(n)
}

// moreUnits says whether another value and unit follow.
func (p *parser) moreUnits() bool {
	if !p.atValue() || p.toAt() {
		return false
	}
	n := 1
	if s := p.peek(0).sym; s == "-" || s == "+" {
		n++
	}
	for p.isString(n) {
		n++
	}
	_, ok := p.unitAt(n)
	return ok
}

// ansiInterval is the year-month or day-time literal of a calendar interval, by the fields that were written.
func (p *parser) ansiInterval(from int, value types.Interval, fields []types.IntervalField) logical.Expression {
	low, high := fields[0], fields[0]
	for _, f := range fields {
		low, high = min(low, f), max(high, f)
	}
	if low <= types.IntervalMonth && high > types.IntervalMonth {
		p.fail(from, "_LEGACY_ERROR_TEMP_0029", "literal", p.between(from))
		return p.literal(from, nil, types.Void)
	}
	t, err := types.IntervalType(low, high)
	p.rethrow(from, err)
	if t.Kind == types.YearMonthKind {
		return p.literal(from, value.Months, t)
	}
	micros, ok := value.Micros31()
	if !ok {
		p.invalidTyped(from, "INTERVAL", p.between(from))
	}
	return p.literal(from, micros, t)
}

// fromTo reads '1 2' DAY TO HOUR.
func (p *parser) fromTo(from int) logical.Expression {
	text, isString := p.intervalValue()
	low, _ := p.unitAt(0)
	lowText := p.raw(p.next())
	p.i++
	high, _ := p.unitAt(0)
	highText := p.raw(p.next())
	if !isString {
		p.fail(from, "_LEGACY_ERROR_TEMP_0027")
		return p.literal(from, nil, types.Void)
	}
	if p.atValue() && (p.moreUnits() || p.toAt()) {
		p.fail(from, "_LEGACY_ERROR_TEMP_0024")
		p.skipInterval()
		return p.literal(from, nil, types.Void)
	}
	t, err := types.IntervalType(low, high)
	if err != nil || low == high {
		p.fail(from, "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", "input", text, "from",
			strings.ToLower(lowText), "to", strings.ToLower(highText))
		return p.literal(from, nil, types.Void)
	}
	if t.Kind == types.YearMonthKind {
		months, err := types.ParseYearMonth(text, low, high)
		p.rethrow(from, err)
		return p.literal(from, months, t)
	}
	micros, err := types.ParseDayTime(text, low, high)
	if e, ok := condition.As(err); ok && e.Condition() == "" {
		p.fail(from, "_LEGACY_ERROR_TEMP_0063", "msg", e.Message)
	}
	p.rethrow(from, err)
	return p.literal(from, micros, t)
}

// skipInterval takes another interval behind one, which is a mistake that was told.
func (p *parser) skipInterval() {
	if p.toAt() {
		p.intervalValue()
		p.i += 3
		return
	}
	for more := true; more; more = p.moreUnits() {
		p.intervalValue()
		p.i++
	}
}

// intervalLiteral is INTERVAL '1 day 2 hours'.
func (p *parser) intervalLiteral(from int, text string) logical.Expression {
	value, err := types.ParseCalendar(text)
	if err != nil {
		p.invalidTyped(from, "INTERVAL", text)
		return p.literal(from, nil, types.Void)
	}
	var fields []types.IntervalField
	for _, word := range strings.Fields(text) {
		if f, ok := intervalUnits[strings.TrimSuffix(strings.ToUpper(word), "S")]; ok {
			fields = append(fields, f)
		}
	}
	return p.ansiInterval(from, value, fields)
}
