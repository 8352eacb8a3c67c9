package jsonscan

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// leaf makes the builder of a type without parts.
func (s *Scanner) leaf(t *types.Type) (builder, error) {
	switch t.Kind {
	case types.VoidKind:
		return &leaf[bool]{parse: func(p *parser) (bool, outcome) { return false, p.skipped() }}, nil
	case types.BooleanKind:
		return &leaf[bool]{parse: readBool, plain: plainBool}, nil
	case types.ByteKind:
		return &leaf[int8]{parse: readWhole[int8](math.MinInt8, math.MaxInt8), plain: plainByte}, nil
	case types.ShortKind:
		return &leaf[int16]{parse: readWhole[int16](math.MinInt16, math.MaxInt16), plain: plainShort}, nil
	case types.IntKind:
		return &leaf[int32]{parse: readWhole[int32](math.MinInt32, math.MaxInt32), plain: plainInt}, nil
	case types.LongKind:
		return &leaf[int64]{parse: readWhole[int64](math.MinInt64, math.MaxInt64), plain: plainLong}, nil
	case types.FloatKind:
		return &leaf[float32]{parse: func(p *parser) (float32, outcome) { f, o := readFloat(p, 32); return float32(f), o }, plain: plainFloat}, nil
	case types.DoubleKind:
		return &leaf[float64]{parse: func(p *parser) (float64, outcome) { return readFloat(p, 64) }, plain: plainDouble}, nil
	case types.DecimalKind:
		return &leaf[types.Decimal]{parse: readDecimal(t), plain: plainDecimal}, nil
	case types.StringKind, types.CharKind, types.VarcharKind:
		return &leaf[string]{parse: readText, plain: plainText}, nil
	case types.BinaryKind:
		return &leaf[string]{parse: fromText(func(text string) (string, bool) {
			b, err := base64.StdEncoding.DecodeString(text)
			return string(b), err == nil
		})}, nil
	case types.DateKind:
		return s.date()
	case types.TimestampKind:
		return s.timestamp()
	case types.TimestampNTZKind:
		return s.timestampNTZ()
	case types.TimeKind:
		return &leaf[int64]{parse: fromText(func(text string) (int64, bool) { return types.StringToTime(text, t.Precision) })}, nil
	case types.YearMonthKind:
		return &leaf[int32]{parse: fromText(func(text string) (int32, bool) {
			v, err := types.ParseYearMonth(text, t.From, t.To)
			return v, err == nil
		})}, nil
	case types.DayTimeKind:
		return &leaf[int64]{parse: fromText(func(text string) (int64, bool) {
			v, err := types.ParseDayTime(text, t.From, t.To)
			return v, err == nil
		})}, nil
	case types.CalendarKind:
		return &leaf[types.Interval]{parse: fromText(func(text string) (types.Interval, bool) {
			v, err := types.ParseCalendar(text)
			return v, err == nil
		})}, nil
	}
	return nil, condition.New("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "0A000", "The JSON datasource doesn't support the column of the type %s.", `"`+t.SQL()+`"`)
}

// other goes over a value that does not fit.
func other[T any](p *parser) (T, outcome) {
	var zero T
	return zero, p.skipped()
}

func readBool(p *parser) (bool, outcome) {
	switch p.peek() {
	case 't', 'f':
		_, tok, ok := p.scalar()
		if !ok {
			return false, malformed
		}
		return tok == trueToken, good
	}
	return other[bool](p)
}

func readWhole[T int8 | int16 | int32 | int64](least, most int64) func(p *parser) (T, outcome) {
	return func(p *parser) (T, outcome) {
		c := p.peek()
		if c != '-' && (c < '0' || c > '9') {
			return other[T](p)
		}
		v, o := p.whole()
		if o == good && (v < least || v > most) {
			o = mismatch
		}
		return T(v), o
	}
}

// whole reads a whole number; one with a fraction or beyond 64 bits is a mismatch.
func (p *parser) whole() (int64, outcome) {
	s, i := p.s, p.i
	neg := s[i] == '-'
	if neg {
		i++
	}
	v, from := uint64(0), i
	for i < len(s) && s[i]-'0' <= 9 && i-from < 18 {
		v = v*10 + uint64(s[i]-'0')
		i++
	}
	if i < len(s) && i > from && (s[i] == ',' || s[i] == '}' || s[i] == ']' || s[i] <= ' ') && (s[from] != '0' || i == from+1) {
		p.i = i
		if neg {
			return -int64(v), good
		}
		return int64(v), good
	}
	text, tok, ok := p.scalar()
	switch {
	case !ok:
		return 0, malformed
	case tok != wholeToken:
		return 0, mismatch
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, mismatch
	}
	return n, good
}

// nonNumeric is the number of a word.
func nonNumeric(word string) float64 {
	switch word {
	case "NaN":
		return math.NaN()
	case "+INF", "+Infinity", "Infinity", "INF":
		return math.Inf(1)
	}
	return math.Inf(-1)
}

var floatWords = map[string]bool{"NaN": true, "+INF": true, "+Infinity": true, "Infinity": true, "-INF": true, "-Infinity": true}

var pow10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

func readFloat(p *parser, size int) (float64, outcome) {
	c := p.peek()
	if p.quote(c) {
		text, ok := p.str()
		switch {
		case !ok:
			return 0, malformed
		case p.opts.RefuseNonNumeric || !floatWords[text]:
			return 0, mismatch
		}
		return nonNumeric(text), good
	}
	if c == '{' || c == '[' {
		return other[float64](p)
	}
	text, tok, ok := p.scalar()
	switch {
	case !ok:
		return 0, malformed
	case tok == nonNumericToken:
		return nonNumeric(text), good
	case tok < wholeToken:
		return 0, mismatch
	}
	if size == 64 {
		if f, ok := ShortFloat(text); ok {
			return f, good
		}
	}
	f, _ := strconv.ParseFloat(text, size)
	return f, good
}

// ShortFloat is exact: at most 15 digits over a power of ten that a double holds.
func ShortFloat(s string) (float64, bool) {
	neg := s[0] == '-'
	if neg {
		s = s[1:]
	}
	if len(s) > 16 {
		return 0, false
	}
	v, dot, digits := uint64(0), -1, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c-'0' <= 9:
			v = v*10 + uint64(c-'0')
			digits++
		case c == '.':
			dot = i
		default:
			return 0, false
		}
	}
	if digits > 15 {
		return 0, false
	}
	f := float64(v)
	if dot >= 0 {
		f /= pow10[len(s)-1-dot]
	}
	if neg {
		f = -f
	}
	return f, true
}

func readDecimal(t *types.Type) func(p *parser) (types.Decimal, outcome) {
	return func(p *parser) (types.Decimal, outcome) {
		c := p.peek()
		var text string
		switch {
		case p.quote(c):
			s, ok := p.str()
			if !ok {
				return types.Decimal{}, malformed
			}
			text = strings.ReplaceAll(s, ",", "")
		case c == '{' || c == '[':
			return other[types.Decimal](p)
		default:
			s, tok, ok := p.scalar()
			if !ok {
				return types.Decimal{}, malformed
			}
			if tok != wholeToken && tok != fractionToken {
				return types.Decimal{}, mismatch
			}
			text = s
		}
		d, ok := types.StringToDecimal(text, t.Precision, t.Scale)
		if !ok {
			return d, mismatch
		}
		return d, good
	}
}

func readText(p *parser) (string, outcome) {
	if p.quote(p.peek()) {
		s, ok := p.str()
		if !ok {
			return "", malformed
		}
		return s, good
	}
	if p.opts.ExactStrings {
		from := p.i
		if !p.skip() {
			return "", malformed
		}
		return p.s[from:p.i], good
	}
	b, ok := p.compact(nil)
	if !ok {
		return "", malformed
	}
	return string(b), good
}

// fromText reads a string that stands for a value.
func fromText[T any](f func(string) (T, bool)) func(p *parser) (T, outcome) {
	return func(p *parser) (T, outcome) {
		if !p.quote(p.peek()) {
			return other[T](p)
		}
		var zero T
		s, ok := p.str()
		if !ok {
			return zero, malformed
		}
		v, ok := f(s)
		if !ok {
			return zero, mismatch
		}
		return v, good
	}
}

func (s *Scanner) date() (builder, error) {
	plain := plainDate
	f := types.StringToDate
	if s.opts.DateFormat != "" {
		plain = plainNone
		pattern, err := types.ParsePattern(s.opts.DateFormat)
		if err != nil {
			return nil, err
		}
		f = func(text string) (int32, bool) {
			d, err := pattern.ParseDate(text)
			return d, err == nil
		}
	}
	return &leaf[int32]{parse: fromText(f), plain: plain}, nil
}

func (s *Scanner) timestamp() (builder, error) {
	zone := s.opts.Zone
	if zone == nil {
		zone = time.UTC
	}
	plain, form := plainTimestamp, Zulu
	if zone == time.UTC {
		form = Either
	}
	f := func(text string) (int64, bool) {
		if t, ok := PlainTimestamp(text); ok {
			return t, true
		}
		return types.StringToTimestamp(text, zone, s.opts.Now)
	}
	if s.opts.TimestampFormat != "" {
		pattern, err := types.ParsePattern(s.opts.TimestampFormat)
		if err != nil {
			return nil, err
		}
		plain = plainNone
		f = func(text string) (int64, bool) {
			t, err := pattern.Parse(text, zone)
			return t, err == nil
		}
	}
	text := fromText(f)
	return &leaf[int64]{parse: func(p *parser) (int64, outcome) {
		if c := p.peek(); c == '-' || c >= '0' && c <= '9' {
			v, o := p.whole()
			return types.Int64ToTimestamp(v), o
		}
		return text(p)
	}, plain: plain, form: form}, nil
}

func (s *Scanner) timestampNTZ() (builder, error) {
	plain := plainTimestamp
	f := func(text string) (int64, bool) { return types.StringToTimestampNTZ(text, true) }
	if s.opts.TimestampNTZFormat != "" {
		plain = plainNone
		pattern, err := types.ParsePattern(s.opts.TimestampNTZFormat)
		if err != nil {
			return nil, err
		}
		f = func(text string) (int64, bool) {
			t, err := pattern.ParseLocal(text, true)
			return t, err == nil
		}
	}
	return &leaf[int64]{parse: fromText(f), plain: plain, form: Bare}, nil
}
