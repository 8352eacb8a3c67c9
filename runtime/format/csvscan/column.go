package csvscan

import (
	"math"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

// A column takes the values of one field.
type column interface {
	// add appends what a text says; false if it says nothing of the type, and nothing was appended.
	add(text string) bool
	null()
	truncate(n int)
	vector() batch.Vector
	any(i int) any
}

// A typed column. parse says what a text is.
type typed[T any] struct {
	v     []T
	valid []bool // nil: no nulls
	parse func(text string) (T, bool)
}

func (c *typed[T]) add(text string) bool {
	v, ok := c.parse(text)
	if ok {
		c.put(v)
	}
	return ok
}

func (c *typed[T]) put(v T) {
	c.v = append(c.v, v)
	if c.valid != nil {
		c.valid = append(c.valid, true)
	}
}

func (c *typed[T]) null() {
	var zero T
	if c.valid == nil {
		c.valid = make([]bool, len(c.v), max(64, cap(c.v)))
		for i := range c.valid {
			c.valid[i] = true
		}
	}
	c.v, c.valid = append(c.v, zero), append(c.valid, false)
}

func (c *typed[T]) truncate(n int) {
	c.v = c.v[:n]
	if n == 0 {
		c.valid = nil
	} else if c.valid != nil {
		c.valid = c.valid[:n]
	}
}

func (c *typed[T]) vector() batch.Vector { return &batch.Vec[T]{V: c.v, Valid: c.valid} }

func (c *typed[T]) any(i int) any {
	if c.valid != nil && !c.valid[i] {
		return nil
	}
	return c.v[i]
}

// texts is a column of strings: nothing is parsed.
type texts struct{ typed[string] }

func (c *texts) add(text string) bool {
	c.put(text)
	return true
}

// newColumn makes the column of a type.
func (o *Options) newColumn(t *types.Type) (column, error) {
	switch t.Kind {
	case types.StringKind, types.CharKind, types.VarcharKind, types.BinaryKind:
		return &texts{}, nil
	case types.VoidKind:
		return &typed[bool]{parse: func(string) (bool, bool) { return false, false }}, nil
	case types.BooleanKind:
		return &typed[bool]{parse: func(text string) (bool, bool) {
			yes := strings.EqualFold(text, "true")
			return yes, yes || strings.EqualFold(text, "false")
		}}, nil
	case types.ByteKind:
		return narrow(types.Int64ToInt8), nil
	case types.ShortKind:
		return narrow(types.Int64ToInt16), nil
	case types.IntKind:
		return narrow(types.Int64ToInt32), nil
	case types.LongKind:
		return &typed[int64]{parse: whole}, nil
	case types.FloatKind:
		return &typed[float32]{parse: func(text string) (float32, bool) {
			if f, ok := o.word(text); ok {
				return float32(f), true
			}
			return types.StringToFloat32(text)
		}}, nil
	case types.DoubleKind:
		return &typed[float64]{parse: o.double}, nil
	case types.DecimalKind:
		return &typed[types.Decimal]{parse: func(text string) (types.Decimal, bool) {
			return types.StringToDecimal(strings.ReplaceAll(text, ",", ""), t.Precision, t.Scale)
		}}, nil
	case types.DateKind:
		return patterned(o.DateFormat, func(p *types.Pattern, text string) (int32, error) { return p.ParseDate(text) }, types.StringToDate)
	case types.TimestampKind:
		return patterned(o.TimestampFormat, func(p *types.Pattern, text string) (int64, error) { return p.Parse(text, o.Zone) },
			func(text string) (int64, bool) {
				if v, ok := jsonscan.PlainTimestamp(text); ok {
					return v, true
				}
				return types.StringToTimestamp(text, o.Zone, o.Now)
			})
	case types.TimestampNTZKind:
		return patterned(o.TimestampNTZFormat, func(p *types.Pattern, text string) (int64, error) { return p.ParseLocal(text, true) },
			func(text string) (int64, bool) { return types.StringToTimestampNTZ(text, true) })
	case types.TimeKind:
		return &typed[int64]{parse: func(text string) (int64, bool) { return types.StringToTime(text, t.Precision) }}, nil
	case types.YearMonthKind:
		return &typed[int32]{parse: func(text string) (int32, bool) {
			v, err := types.ParseYearMonth(text, t.From, t.To)
			return v, err == nil
		}}, nil
	case types.DayTimeKind:
		return &typed[int64]{parse: func(text string) (int64, bool) {
			v, err := types.ParseDayTime(text, t.From, t.To)
			return v, err == nil
		}}, nil
	case types.CalendarKind:
		return &typed[types.Interval]{parse: func(text string) (types.Interval, bool) {
			v, err := types.ParseCalendar(text)
			return v, err == nil
		}}, nil
	}
	return nil, condition.New("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "0A000", "The CSV datasource doesn't support the column of the type %s.", `"`+t.SQL()+`"`)
}

func patterned[T any](format string, parse func(*types.Pattern, string) (T, error), plain func(string) (T, bool)) (column, error) {
	if format == "" {
		return &typed[T]{parse: plain}, nil
	}
	p, err := types.ParsePattern(format)
	if err != nil {
		return nil, err
	}
	return &typed[T]{parse: func(text string) (T, bool) {
		v, err := parse(p, text)
		return v, err == nil
	}}, nil
}

// whole reads a whole number as Java does: no blanks, no fraction.
func whole(text string) (int64, bool) {
	i, neg := 0, false
	if text != "" && (text[0] == '-' || text[0] == '+') {
		neg, i = text[0] == '-', 1
	}
	if n := len(text) - i; n == 0 || n > 18 {
		if n == 0 || strings.TrimSpace(text) != text || strings.ContainsAny(text, ".eEdDfFlL") {
			return 0, false
		}
		return types.StringToInt64(text)
	}
	v := int64(0)
	for ; i < len(text); i++ {
		d := text[i] - '0'
		if d > 9 {
			return 0, false
		}
		v = v*10 + int64(d)
	}
	if neg {
		v = -v
	}
	return v, true
}

func narrow[T any](fit func(int64) (T, bool)) column {
	return &typed[T]{parse: func(text string) (T, bool) {
		v, ok := whole(text)
		if !ok {
			var zero T
			return zero, false
		}
		return fit(v)
	}}
}

func (o *Options) double(text string) (float64, bool) {
	if text != "" && text[0]-'0' <= 9 {
		if f, ok := jsonscan.ShortFloat(text); ok {
			return f, true
		}
	}
	if f, ok := o.word(text); ok {
		return f, true
	}
	return types.StringToFloat64(text)
}

func (o *Options) word(text string) (float64, bool) {
	switch text {
	case o.NaN:
		return math.NaN(), true
	case o.Infinity:
		return math.Inf(1), true
	case o.MinusInfinity:
		return math.Inf(-1), true
	}
	return 0, false
}
