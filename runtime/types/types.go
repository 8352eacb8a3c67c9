// Package types is what a value can be: Spark's data types, their names in DDL, JSON and error messages, the Go type
// that holds each in a column, and how a value is printed.
//
// A column's physical Go type, by data type:
//
//	boolean                        bool
//	tinyint smallint int bigint    int8 int16 int32 int64
//	float double                   float32 float64
//	decimal(p,s)                   Decimal (128-bit unscaled; the scale is the type's)
//	string char varchar binary     string (binary: its bytes)
//	date                           int32, days since 1970-01-01
//	timestamp timestamp_ntz time   int64, microseconds (time: since midnight)
//	interval … year/month          int32, months
//	interval … day/second          int64, microseconds
//	interval (calendar)            Interval
//	array map struct               batch.List, batch.Map, batch.Struct; outside of columns []any, MapValue, Row
//	void                           bool, always null
//
// What is here, by file:
//
//	types, tree                    the types, their names and PrintSchema's text
//	ddl, ddl_token, ddl_print, json  the types as text: ParseType, ParseDDL, ParseSchema, ToDDL, JSON, ParseJSON
//	decimal, decimal_…             arithmetic on Decimal (DecimalAdd, Rescale, …), its text, the result types (AddType, …)
//	date, clock, zone, trunc       the calendar, local times and zones, arithmetic with intervals
//	timestring                     dates, timestamps and times as casts read them
//	interval_…                     intervals as text, both ways
//	pattern, pattern_…             datetime patterns: FormatPattern, ParsePattern
//	number, float                  numbers as text, both ways; narrowing
//	cast, cast_…                   which casts there are (CanCast), the row-at-a-time casts (Caster), their errors
//	text, literal                  values as text: casts, Show, SQL
//	order, widen                   order and equality of values; common types and implicit casts (Widen, ImplicitCast)
//
// Functions on single values, such as StringToInt64 or FromLocal, have no boxes and say by a second result whether there
// is an answer; loops over columns call them and make the error (InvalidInput, CastOverflow, DecimalOverflow) or the NULL
// of the mode. Everything follows Spark 4.2; errors are *condition.Error with Spark's condition and message.
package types

import (
	"strconv"
	"strings"
)

// A Kind is a family of types.
type Kind uint8

const (
	VoidKind Kind = iota
	BooleanKind
	ByteKind
	ShortKind
	IntKind
	LongKind
	FloatKind
	DoubleKind
	DecimalKind
	StringKind
	CharKind
	VarcharKind
	BinaryKind
	DateKind
	TimestampKind
	TimestampNTZKind
	TimeKind
	YearMonthKind
	DayTimeKind
	CalendarKind
	ArrayKind
	MapKind
	StructKind
)

// A Type is a data type. Types are immutable and may be shared; compare them with Equal.
type Type struct {
	Kind Kind
	// Precision and Scale are a decimal's; Precision alone is a char's or varchar's length, and a time's digits.
	Precision, Scale int
	// From and To are an interval's fields: IntervalYear … IntervalSecond.
	From, To IntervalField
	Elem     *Type   // of an array; the value of a map
	Key      *Type   // of a map
	Nullable bool    // elements of an array, values of a map
	Fields   []Field // of a struct
}

// A Field is a field of a struct, or a column of a schema.
type Field struct {
	Name     string
	Type     *Type
	Nullable bool
	Comment  string
	Metadata map[string]any
}

// An IntervalField is a unit an interval type starts or ends with.
type IntervalField uint8

const (
	IntervalYear IntervalField = iota
	IntervalMonth
	IntervalDay
	IntervalHour
	IntervalMinute
	IntervalSecond
)

func (f IntervalField) String() string {
	return [...]string{"year", "month", "day", "hour", "minute", "second"}[f]
}

// The types without parameters, and the usual ones with.
var (
	Void          = &Type{Kind: VoidKind}
	Boolean       = &Type{Kind: BooleanKind}
	Byte          = &Type{Kind: ByteKind}
	Short         = &Type{Kind: ShortKind}
	Int           = &Type{Kind: IntKind}
	Long          = &Type{Kind: LongKind}
	Float         = &Type{Kind: FloatKind}
	Double        = &Type{Kind: DoubleKind}
	String        = &Type{Kind: StringKind}
	Binary        = &Type{Kind: BinaryKind}
	Date          = &Type{Kind: DateKind}
	Timestamp     = &Type{Kind: TimestampKind}
	TimestampNTZ  = &Type{Kind: TimestampNTZKind}
	Time          = &Type{Kind: TimeKind, Precision: 6}
	YearToMonth   = &Type{Kind: YearMonthKind, From: IntervalYear, To: IntervalMonth}
	DayToSecond   = &Type{Kind: DayTimeKind, From: IntervalDay, To: IntervalSecond}
	Calendar      = &Type{Kind: CalendarKind}
	SystemDecimal = &Type{Kind: DecimalKind, Precision: 38, Scale: 18}
	UserDecimal   = &Type{Kind: DecimalKind, Precision: 10, Scale: 0}
)

// DecimalOf is decimal(p,s).
func DecimalOf(p, s int) *Type { return &Type{Kind: DecimalKind, Precision: p, Scale: s} }

// ArrayOf is array<elem>.
func ArrayOf(elem *Type, nullable bool) *Type {
	return &Type{Kind: ArrayKind, Elem: elem, Nullable: nullable}
}

// MapOf is map<key,value>.
func MapOf(key, value *Type, nullable bool) *Type {
	return &Type{Kind: MapKind, Key: key, Elem: value, Nullable: nullable}
}

// StructOf is struct<fields>; a schema is one too.
func StructOf(fields ...Field) *Type { return &Type{Kind: StructKind, Fields: fields} }

// Equal compares types with everything but metadata and comments; nullability counts.
func (t *Type) Equal(o *Type) bool { return t.equal(o, true) }

// Same is Equal without regard to nullability: values of one type are values of the other.
func (t *Type) Same(o *Type) bool { return t.equal(o, false) }

func (t *Type) equal(o *Type, nulls bool) bool {
	if t == o {
		return true
	}
	if t == nil || o == nil || t.Kind != o.Kind || t.Precision != o.Precision || t.Scale != o.Scale ||
		t.From != o.From || t.To != o.To || len(t.Fields) != len(o.Fields) || nulls && t.Nullable != o.Nullable {
		return false
	}
	if t.Elem != nil && !t.Elem.equal(o.Elem, nulls) || t.Key != nil && !t.Key.equal(o.Key, nulls) {
		return false
	}
	for i, f := range t.Fields {
		g := o.Fields[i]
		if f.Name != g.Name || nulls && f.Nullable != g.Nullable || !f.Type.equal(g.Type, nulls) {
			return false
		}
	}
	return true
}

// Numeric says whether arithmetic is defined on the type.
func (t *Type) Numeric() bool { return t.Kind >= ByteKind && t.Kind <= DecimalKind }

// Integral says whether the type is a whole number of fixed width.
func (t *Type) Integral() bool { return t.Kind >= ByteKind && t.Kind <= LongKind }

// Fractional says whether the type is float or double.
func (t *Type) Fractional() bool { return t.Kind == FloatKind || t.Kind == DoubleKind }

// Unbounded is the type with strings in place of char and varchar, at any depth: that is what a cast to one yields.
func (t *Type) Unbounded() *Type {
	switch t.Kind {
	case CharKind, VarcharKind:
		return String
	case ArrayKind:
		return ArrayOf(t.Elem.Unbounded(), t.Nullable)
	case MapKind:
		return MapOf(t.Key.Unbounded(), t.Elem.Unbounded(), t.Nullable)
	case StructKind:
		fields := make([]Field, len(t.Fields))
		for i, f := range t.Fields {
			f.Type = f.Type.Unbounded()
			fields[i] = f
		}
		return StructOf(fields...)
	}
	return t
}

// Text says whether the type is string, char or varchar.
func (t *Type) Text() bool { return t.Kind >= StringKind && t.Kind <= VarcharKind }

// IsInterval says whether the type is a year-month or day-time interval.
func (t *Type) IsInterval() bool { return t.Kind == YearMonthKind || t.Kind == DayTimeKind }

// Nested says whether the type has parts.
func (t *Type) Nested() bool { return t.Kind >= ArrayKind }

// Ordered says whether values can be compared: maps and calendar intervals cannot.
func (t *Type) Ordered() bool {
	switch t.Kind {
	case MapKind, CalendarKind:
		return false
	case ArrayKind:
		return t.Elem.Ordered()
	case StructKind:
		for _, f := range t.Fields {
			if !f.Type.Ordered() {
				return false
			}
		}
	}
	return true
}

// Index is the position of the field of a name, -1 if there is none. Names compare without regard to case unless
// exact.
func (t *Type) Index(name string, exact bool) int {
	for i, f := range t.Fields {
		if f.Name == name || !exact && strings.EqualFold(f.Name, name) {
			return i
		}
	}
	return -1
}

var simpleNames = [...]string{"void", "boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "decimal",
	"string", "char", "varchar", "binary", "date", "timestamp", "timestamp_ntz", "time", "interval", "interval", "interval",
	"array", "map", "struct"}

// String is Spark's simple string, such as struct<a:int,b:array<string>>.
func (t *Type) String() string {
	var b strings.Builder
	t.write(&b, false)
	return b.String()
}

// SQL is the type in DDL, in capitals as error messages have it: STRUCT<a: INT, b: ARRAY<STRING>>.
func (t *Type) SQL() string {
	var b strings.Builder
	t.write(&b, true)
	return b.String()
}

func (t *Type) write(b *strings.Builder, sql bool) {
	name := simpleNames[t.Kind]
	if sql {
		name = strings.ToUpper(name)
	}
	b.WriteString(name)
	colon, comma := ":", ","
	if sql {
		colon, comma = ": ", ", "
	}
	switch t.Kind {
	case DecimalKind:
		b.WriteString("(" + strconv.Itoa(t.Precision) + "," + strconv.Itoa(t.Scale) + ")")
	case CharKind, VarcharKind, TimeKind:
		b.WriteString("(" + strconv.Itoa(t.Precision) + ")")
	case YearMonthKind, DayTimeKind:
		s := " " + t.From.String()
		if t.To != t.From {
			s += " to " + t.To.String()
		}
		if sql {
			s = strings.ToUpper(s)
		}
		b.WriteString(s)
	case ArrayKind:
		b.WriteByte('<')
		t.Elem.write(b, sql)
		b.WriteByte('>')
	case MapKind:
		b.WriteByte('<')
		t.Key.write(b, sql)
		b.WriteString(comma)
		t.Elem.write(b, sql)
		b.WriteByte('>')
	case StructKind:
		b.WriteByte('<')
		for i, f := range t.Fields {
			if i > 0 {
				b.WriteString(comma)
			}
			name := f.Name
			if sql && NeedsQuotes(name) {
				name = Quote(name)
			}
			b.WriteString(name + colon)
			f.Type.write(b, sql)
			if sql {
				f.writeAttributes(b)
			}
		}
		b.WriteByte('>')
	}
}

// NeedsQuotes says whether a name must be written in backquotes in SQL.
func NeedsQuotes(name string) bool {
	for i, c := range name {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return true
		}
	}
	return name == ""
}

// Quote puts a name in backquotes.
func Quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
