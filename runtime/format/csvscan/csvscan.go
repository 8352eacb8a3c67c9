// Package csvscan reads CSV records into columns, as a schema directs, and writes them: what from_csv and to_csv do, and
// what readers of CSV files share.
//
// A record is cut into fields at separators that are not in quotes. A quote counts at the beginning of a field only; a
// field that goes on behind its closing quote is taken as it is written. In quotes the escape character stands before
// quotes and itself. A field that is not of its type is null, and the record counts as corrupt, as does one with more or
// fewer fields than the schema; see package jsonscan for what becomes of corrupt records.
package csvscan

import (
	"math"
	"strings"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

// Options are those of Spark's CSV reader that concern one record. The zero value has the defaults.
type Options struct {
	Separator     string // "": a comma
	Quote, Escape byte   // 0: '"' and '\'
	NoQuotes      bool
	NullValue     string
	EmptyValue    string
	NaN           string // "": NaN
	Infinity      string // "": Inf
	MinusInfinity string // "": -Inf
	TrimLeading   bool
	TrimTrailing  bool

	Mode                                            jsonscan.Mode
	CorruptRecord                                   string
	Zone                                            *time.Location
	TimestampFormat, TimestampNTZFormat, DateFormat string
	Now                                             func() time.Time
}

func (o *Options) defaults() {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&o.Separator, ",")
	set(&o.NaN, "NaN")
	set(&o.Infinity, "Inf")
	set(&o.MinusInfinity, "-Inf")
	set(&o.CorruptRecord, "_corrupt_record")
	if o.Quote == 0 {
		o.Quote = '"'
	}
	if o.Escape == 0 {
		o.Escape = '\\'
	}
}

// A Field is a field of a record as it was written; Null says that there was nothing between the separators.
type Field struct {
	Text string
	Null bool
}

// Split cuts the first record of a text into fields, which it appends to fs. A text without a record has none.
func (o *Options) Split(text string, fs []Field) []Field {
	o.defaults()
	if strings.TrimRight(text, "\r\n") == "" {
		return fs
	}
	for i := 0; ; {
		var f Field
		f, i = o.field(text, i)
		fs = append(fs, f)
		if i == len(text) || !strings.HasPrefix(text[i:], o.Separator) {
			return fs
		}
		i += len(o.Separator)
	}
}

// end is where an unquoted field ends that begins at i.
func (o *Options) end(text string, i int) int {
	n := strings.Index(text[i:], o.Separator)
	if n < 0 {
		n = len(text) - i
	}
	if line := strings.IndexAny(text[i:i+n], "\n\r"); line >= 0 {
		n = line
	}
	return i + n
}

func (o *Options) field(text string, i int) (Field, int) {
	start := i
	for o.TrimLeading && start < len(text) && (text[start] == ' ' || text[start] == '\t') && !strings.HasPrefix(text[start:], o.Separator) {
		start++
	}
	if !o.NoQuotes && start < len(text) && text[start] == o.Quote {
		if s, end, ok := o.quoted(text, start+1); ok {
			if s == "" {
				s = o.EmptyValue
			}
			return Field{Text: s}, end
		}
	}
	end := o.end(text, start)
	s := text[start:end]
	if o.TrimTrailing {
		s = strings.TrimRight(s, " \t")
	}
	return Field{Text: s, Null: s == ""}, end
}

// quoted reads a field behind its opening quote; ok is false if it does not end at a separator.
func (o *Options) quoted(text string, i int) (s string, end int, ok bool) {
	var b []byte
	from := i
	for i < len(text) {
		switch c := text[i]; {
		case c == o.Escape && i+1 < len(text) && (text[i+1] == o.Quote || text[i+1] == o.Escape && o.Escape != o.Quote):
			b = append(append(b, text[from:i]...), text[i+1])
			i += 2
			from = i
		case c == o.Quote:
			s = text[from:i]
			if b != nil {
				s = string(append(b, s...))
			}
			for i++; i < len(text) && (text[i] == ' ' || text[i] == '\t') && !strings.HasPrefix(text[i:], o.Separator); {
				i++
			}
			return s, i, i == len(text) || strings.HasPrefix(text[i:], o.Separator) || text[i] == '\n' || text[i] == '\r'
		default:
			i++
		}
	}
	return "", 0, false
}

// A Scanner reads records into a column of structs. It is not safe for concurrent use.
type Scanner struct {
	opts    Options
	typ     *types.Type
	readers []func(text string) (any, bool) // of each field; nil for the corrupt record
	column  *batch.Struct
	corrupt int
	fields  []Field
	row     types.Row
}

// New makes a scanner of records for a struct.
func New(t *types.Type, o Options) (*Scanner, error) {
	o.defaults()
	s := &Scanner{opts: o, typ: t, corrupt: t.Index(o.CorruptRecord, true), row: make(types.Row, len(t.Fields))}
	for i, f := range t.Fields {
		var r func(string) (any, bool)
		if i != s.corrupt {
			var err error
			if r, err = s.reader(f.Type); err != nil {
				return nil, err
			}
		}
		s.readers = append(s.readers, r)
	}
	s.column = batch.ForType(t, 0).(*batch.Struct)
	return s, nil
}

// Append reads a record and appends a row.
func (s *Scanner) Append(text string) (rows int, err error) {
	s.fields = s.opts.Split(text, s.fields[:0])
	bad, k := false, 0
	for i, read := range s.readers {
		s.row[i] = nil
		if read == nil {
			continue
		}
		if k >= len(s.fields) {
			bad = true
			continue
		}
		f := s.fields[k]
		k++
		if f.Null || f.Text == s.opts.NullValue {
			continue
		}
		v, ok := read(f.Text)
		if !ok {
			bad = true
			continue
		}
		s.row[i] = v
	}
	if bad || k < len(s.fields) {
		if s.corrupt >= 0 {
			s.row[s.corrupt] = text
		}
		switch s.opts.Mode {
		case jsonscan.FailFast:
			return 0, jsonscan.Malformed(s.text())
		case jsonscan.DropMalformed:
			return 0, nil
		}
	}
	s.column.AppendAny(s.row)
	return 1, nil
}

func (s *Scanner) text() string {
	parts := make([]string, len(s.row))
	for i, v := range s.row {
		parts[i] = types.Text(v, s.typ.Fields[i].Type, types.CastText, s.opts.Zone)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// AppendNull appends NULL.
func (s *Scanner) AppendNull() { s.column.AppendNull() }

// Vector is the column of all rows since the last Reset.
func (s *Scanner) Vector() batch.Vector { return s.column }

// Reset forgets all rows.
func (s *Scanner) Reset() { s.column.Reset() }

// reader makes the function that reads a field of a type.
func (s *Scanner) reader(t *types.Type) (func(string) (any, bool), error) {
	o := &s.opts
	switch t.Kind {
	case types.StringKind, types.CharKind, types.VarcharKind, types.BinaryKind:
		return func(text string) (any, bool) { return text, true }, nil
	case types.BooleanKind:
		return func(text string) (any, bool) {
			return strings.EqualFold(text, "true"), strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
		}, nil
	case types.ByteKind, types.ShortKind, types.IntKind, types.LongKind:
		return whole(t), nil
	case types.FloatKind:
		return func(text string) (any, bool) {
			if f, ok := o.word(text); ok {
				return float32(f), true
			}
			f, ok := types.StringToFloat32(text)
			return f, ok
		}, nil
	case types.DoubleKind:
		return func(text string) (any, bool) {
			if f, ok := o.word(text); ok {
				return f, true
			}
			f, ok := types.StringToFloat64(text)
			return f, ok
		}, nil
	case types.DecimalKind:
		return func(text string) (any, bool) {
			d, ok := types.StringToDecimal(strings.ReplaceAll(text, ",", ""), t.Precision, t.Scale)
			return d, ok
		}, nil
	case types.DateKind:
		return patterned(o.DateFormat, func(p *types.Pattern, text string) (any, error) { return p.ParseDate(text) },
			func(text string) (any, bool) { d, ok := types.StringToDate(text); return d, ok })
	case types.TimestampKind:
		return patterned(o.TimestampFormat, func(p *types.Pattern, text string) (any, error) { return p.Parse(text, o.Zone) },
			func(text string) (any, bool) { v, ok := types.StringToTimestamp(text, o.Zone, o.Now); return v, ok })
	case types.TimestampNTZKind:
		return patterned(o.TimestampNTZFormat, func(p *types.Pattern, text string) (any, error) { return p.ParseLocal(text, true) },
			func(text string) (any, bool) { v, ok := types.StringToTimestampNTZ(text, true); return v, ok })
	case types.TimeKind:
		return func(text string) (any, bool) { v, ok := types.StringToTime(text, t.Precision); return v, ok }, nil
	case types.YearMonthKind:
		return func(text string) (any, bool) {
			v, err := types.ParseYearMonth(text, t.From, t.To)
			return v, err == nil
		}, nil
	case types.DayTimeKind:
		return func(text string) (any, bool) { v, err := types.ParseDayTime(text, t.From, t.To); return v, err == nil }, nil
	case types.CalendarKind:
		return func(text string) (any, bool) { v, err := types.ParseCalendar(text); return v, err == nil }, nil
	}
	return nil, condition.New("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "0A000", "The CSV datasource doesn't support the column of the type %s.", `"`+t.SQL()+`"`)
}

func patterned(format string, parse func(*types.Pattern, string) (any, error), plain func(string) (any, bool)) (func(string) (any, bool), error) {
	if format == "" {
		return plain, nil
	}
	p, err := types.ParsePattern(format)
	if err != nil {
		return nil, err
	}
	return func(text string) (any, bool) {
		v, err := parse(p, text)
		return v, err == nil
	}, nil
}

func whole(t *types.Type) func(string) (any, bool) {
	return func(text string) (any, bool) {
		if strings.TrimSpace(text) != text {
			return nil, false
		}
		n, ok := types.StringToInt64(text)
		if !ok || strings.ContainsAny(text, ".eEdDfFlL") {
			return nil, false
		}
		switch t.Kind {
		case types.ByteKind:
			v, ok := types.Int64ToInt8(n)
			return v, ok
		case types.ShortKind:
			v, ok := types.Int64ToInt16(n)
			return v, ok
		case types.IntKind:
			v, ok := types.Int64ToInt32(n)
			return v, ok
		}
		return n, true
	}
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

// Infer is the type of a record: fields _c0, _c1 and so on, null where a field is empty.
func (o *Options) Infer(text string) *types.Type {
	t := types.StructOf()
	for i, f := range o.Split(text, nil) {
		t.Fields = append(t.Fields, types.Field{Name: "_c" + itoa(i), Type: o.InferField(f), Nullable: true})
	}
	return t
}

// InferField is the type of one field, void if it is null.
func (o *Options) InferField(f Field) *types.Type {
	s := f.Text
	if f.Null || s == o.NullValue {
		return types.Void
	}
	if v, ok := whole(types.Long)(s); ok {
		if _, fits := types.Int64ToInt32(v.(int64)); fits {
			return types.Int
		}
		return types.Long
	}
	if n, ok := types.ParseDecimal(s); ok && !strings.ContainsAny(s, ".eE") {
		if t, ok := n.Type(); ok {
			return t
		}
	}
	if _, ok := o.word(s); ok {
		return types.Double
	}
	if _, ok := types.StringToFloat64(s); ok {
		return types.Double
	}
	zone := o.Zone
	for _, kind := range []struct {
		t      *types.Type
		format string
		parse  func(p *types.Pattern) error
		plain  func() bool
	}{
		{types.Date, o.DateFormat, func(p *types.Pattern) error { _, err := p.ParseDate(s); return err },
			func() bool { _, ok := types.StringToDate(s); return ok && !strings.ContainsAny(s, " T:") }},
		{types.Timestamp, o.TimestampFormat, func(p *types.Pattern) error { _, err := p.Parse(s, zone); return err },
			func() bool { _, ok := types.StringToTimestamp(s, zone, o.Now); return ok }},
	} {
		if kind.format == "" {
			if kind.plain() {
				return kind.t
			}
			continue
		}
		if p, err := types.ParsePattern(kind.format); err == nil && kind.parse(p) == nil {
			return kind.t
		}
	}
	if strings.EqualFold(s, "true") || strings.EqualFold(s, "false") {
		return types.Boolean
	}
	return types.String
}

func itoa(i int) string {
	return string(types.AppendText(nil, int64(i), types.Long, types.CastText, nil))
}

// A Writer writes records.
type Writer struct {
	Separator         string
	Quote, Escape     byte
	NullValue         string
	EmptyValue        string // written for empty strings
	QuoteAll          bool
	KeepLeadingSpace  bool
	KeepTrailingSpace bool
}

// AppendField appends a field that is not null; it does not write separators.
func (w *Writer) AppendField(b []byte, s string) []byte {
	if !w.KeepLeadingSpace {
		s = strings.TrimLeft(s, " \t\n\r")
	}
	if !w.KeepTrailingSpace {
		s = strings.TrimRight(s, " \t\n\r")
	}
	if s == "" {
		return append(b, w.EmptyValue...)
	}
	if !w.QuoteAll && !strings.Contains(s, w.Separator) && strings.IndexByte(s, w.Quote) < 0 && !strings.ContainsAny(s, "\n\r") {
		return append(b, s...)
	}
	b = append(b, w.Quote)
	for i := range len(s) {
		if c := s[i]; c == w.Quote || c == w.Escape {
			b = append(b, w.Escape)
		}
		b = append(b, s[i])
	}
	return append(b, w.Quote)
}
