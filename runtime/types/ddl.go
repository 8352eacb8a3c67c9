package types

import (
	"strconv"
	"strings"

	"gospark/runtime/condition"
)

// ParseDDL reads the columns of a schema: "a INT, b ARRAY<STRING> NOT NULL COMMENT 'x'". A colon may stand between
// a name and its type, as inside STRUCT<…>.
func ParseDDL(s string) (*Type, error) {
	p, err := newTypeParser(s)
	if err != nil {
		return nil, err
	}
	if p.peek().kind == endToken {
		return StructOf(), nil
	}
	fields, err := p.fields(endToken, "")
	if err == nil {
		err = p.bad
	}
	if err != nil {
		return nil, err
	}
	return StructOf(fields...), nil
}

// ParseType reads one data type, such as struct<a:int,b:array<string>> or interval day to second.
func ParseType(s string) (*Type, error) {
	p, err := newTypeParser(s)
	if err != nil {
		return nil, err
	}
	t, err := p.dataType()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != endToken {
		return nil, p.unexpected()
	}
	if p.bad != nil {
		return nil, p.bad
	}
	return t, nil
}

// ParseSchema reads what a function that takes a schema accepts: the columns of a table, or a single data type.
func ParseSchema(s string) (*Type, error) {
	t, err := ParseDDL(s)
	if err == nil {
		return t, nil
	}
	return ParseType(s) // and what is neither is called a bad type
}

// plainTypes are the type names without parameters.
var plainTypes = map[string]*Type{
	"boolean": Boolean, "tinyint": Byte, "byte": Byte, "smallint": Short, "short": Short, "int": Int, "integer": Int,
	"bigint": Long, "long": Long, "float": Float, "real": Float, "double": Double, "date": Date,
	"timestamp": Timestamp, "timestamp_ltz": Timestamp, "timestamp_ntz": TimestampNTZ, "time": Time,
	"string": String, "binary": Binary, "void": Void, "interval": Calendar,
	"decimal": UserDecimal, "dec": UserDecimal, "numeric": UserDecimal,
}

// NamedType is the type of a name with the numbers in parentheses behind it, as in CAST(x AS decimal(10,2)).
func NamedType(name string, params ...int) (*Type, error) {
	lower := strings.ToLower(name)
	switch lower {
	case "char", "character", "varchar":
		if len(params) == 0 {
			return nil, condition.New("DATATYPE_MISSING_SIZE", "42K01",
				"DataType %q requires a length parameter, for example %q(10). Please specify the length.",
				strings.ToUpper(name), strings.ToUpper(name)).WithParam("type", `"`+strings.ToUpper(name)+`"`)
		}
		if len(params) == 1 {
			return sized(lower, params[0])
		}
	case "decimal", "dec", "numeric":
		switch len(params) {
		case 0:
			return UserDecimal, nil
		case 1:
			return NewDecimalType(params[0], 0)
		case 2:
			return NewDecimalType(params[0], params[1])
		}
	case "time":
		if len(params) == 1 {
			if params[0] > 6 {
				return nil, condition.New("UNSUPPORTED_TIME_PRECISION", "0A001",
					"The seconds precision %d of the TIME data type is out of the supported range [0, 6].", params[0]).
					WithParam("precision", strconv.Itoa(params[0]))
			}
			return &Type{Kind: TimeKind, Precision: params[0]}, nil
		}
	}
	if t := plainTypes[lower]; t != nil && len(params) == 0 {
		return t, nil
	}
	return nil, unsupportedType(name, params)
}

func sized(name string, n int) (*Type, error) {
	kind := CharKind
	if name == "varchar" {
		kind = VarcharKind
	}
	if n < 1 {
		return nil, condition.New("", "", "%s length must be at least 1, not %d", name, n)
	}
	return &Type{Kind: kind, Precision: n}, nil
}

func unsupportedType(name string, params []int) error {
	text := strings.ToUpper(name)
	if len(params) > 0 {
		text += "(" + joinInts(params) + ")"
	}
	return condition.New("UNSUPPORTED_DATATYPE", "0A000", "Unsupported data type %q.", text).
		WithParam("typeName", `"`+text+`"`)
}

// NewDecimalType is decimal(p,s), checked.
func NewDecimalType(p, s int) (*Type, error) {
	switch {
	case s > p:
		return nil, condition.New("_LEGACY_ERROR_TEMP_1228", "",
			"Decimal scale (%d) cannot be greater than precision (%d).", s, p).
			WithParam("scale", strconv.Itoa(s)).WithParam("precision", strconv.Itoa(p))
	case p > MaxPrecision:
		return nil, condition.New("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "22003",
			"Decimal precision %d exceeds max precision %d.", p, MaxPrecision).
			WithParam("precision", strconv.Itoa(p)).WithParam("maxPrecision", strconv.Itoa(MaxPrecision))
	}
	return DecimalOf(p, s), nil
}

func (p *typeParser) dataType() (*Type, error) {
	t := p.peek()
	if t.kind != wordToken || p.depth >= maxDepth {
		return nil, p.unexpected()
	}
	p.depth++
	defer func() { p.depth-- }()
	p.next()
	name := strings.ToLower(t.text)
	open := p.peek().kind == symbolToken && p.peek().text == "<"
	switch name {
	case "array", "map", "struct":
		if !open && !(name == "struct" && p.peek().text == "<>") {
			return nil, incompleteType(name)
		}
		return p.nested(name)
	case "interval":
		return p.interval()
	}
	params, err := p.params()
	if err != nil {
		return nil, err
	}
	u, err := NamedType(t.text, params...)
	if err != nil { // a mistake in what follows comes before a name that nobody knows
		if p.bad == nil {
			p.bad = err
		}
		u = Void
	}
	return p.qualified(u)
}

// qualified reads what may follow a type's name: WITHOUT TIME ZONE, COLLATE.
func (p *typeParser) qualified(t *Type) (*Type, error) {
	switch t.Kind {
	case TimestampKind, TimeKind:
		with, without := p.isWord("with"), p.isWord("without")
		if !with && !without || with && t.Kind == TimeKind {
			return t, nil
		}
		p.next()
		for _, w := range []string{"time", "zone"} {
			if err := p.word(w); err != nil {
				return nil, err
			}
		}
		if without && t.Kind == TimestampKind {
			return TimestampNTZ, nil
		}
	case StringKind:
		if !p.isWord("collate") {
			return t, nil
		}
		p.next()
		name := p.peek()
		if name.kind != wordToken {
			return nil, p.unexpected()
		}
		if !strings.EqualFold(name.text, "UTF8_BINARY") {
			return nil, condition.New("UNSUPPORTED_DATATYPE", "0A000", "Unsupported data type %q.",
				"STRING COLLATE "+name.text)
		}
		p.next()
	}
	return t, nil
}

func (p *typeParser) nested(name string) (*Type, error) {
	if p.peek().text == "<>" {
		p.next()
		return StructOf(), nil
	}
	p.next()
	if name == "struct" {
		if p.closes() {
			return StructOf(), nil
		}
		fields, err := p.fields(symbolToken, ">")
		if err != nil {
			return nil, err
		}
		return StructOf(fields...), nil
	}
	elem, err := p.dataType()
	if err != nil {
		return nil, err
	}
	t := ArrayOf(elem, true)
	if name == "map" {
		if err := p.symbol(","); err != nil {
			return nil, err
		}
		value, err := p.dataType()
		if err != nil {
			return nil, err
		}
		t = MapOf(elem, value, true)
	}
	if !p.closes() {
		return nil, p.unexpected()
	}
	return t, nil
}

var intervalFields = map[string]IntervalField{"year": IntervalYear, "years": IntervalYear, "month": IntervalMonth,
	"months": IntervalMonth, "day": IntervalDay, "days": IntervalDay, "hour": IntervalHour, "hours": IntervalHour,
	"minute": IntervalMinute, "minutes": IntervalMinute, "second": IntervalSecond, "seconds": IntervalSecond}

func (p *typeParser) intervalField() (IntervalField, bool) {
	if p.peek().kind != wordToken {
		return 0, false
	}
	f, ok := intervalFields[strings.ToLower(p.peek().text)]
	return f, ok
}

func (p *typeParser) interval() (*Type, error) {
	from, ok := p.intervalField()
	if !ok {
		return Calendar, nil
	}
	p.next()
	to := from
	if p.isWord("to") {
		p.next()
		if to, ok = p.intervalField(); !ok {
			return nil, p.unexpected()
		}
		p.next()
	}
	return IntervalType(from, to)
}

// IntervalType is interval from to to.
func IntervalType(from, to IntervalField) (*Type, error) {
	switch {
	case to <= IntervalMonth && from <= to:
		return &Type{Kind: YearMonthKind, From: from, To: to}, nil
	case from >= IntervalDay && from <= to:
		return &Type{Kind: DayTimeKind, From: from, To: to}, nil
	}
	return nil, condition.New("_LEGACY_ERROR_TEMP_0028", "", "Intervals FROM %s TO %s are not supported.", from, to)
}

// fields reads name type [NOT NULL] [COMMENT 'x'] separated by commas, up to an end that it consumes.
func (p *typeParser) fields(end tokenKind, text string) ([]Field, error) {
	var fields []Field
	for {
		name := p.peek()
		if name.kind != wordToken && name.kind != quotedToken {
			return nil, p.unexpected()
		}
		p.next()
		if p.peek().kind == symbolToken && p.peek().text == ":" {
			p.next()
		}
		t, err := p.dataType()
		if err != nil {
			return nil, err
		}
		f := Field{Name: name.text, Type: t, Nullable: true}
		if err := p.attributes(&f); err != nil {
			return nil, err
		}
		fields = append(fields, f)
		if end == symbolToken && p.closes() || end == endToken && p.peek().kind == endToken {
			return fields, nil
		}
		if err := p.symbol(","); err != nil {
			return nil, err
		}
	}
}

func (p *typeParser) attributes(f *Field) error {
	for {
		switch {
		case p.isWord("not"):
			p.next()
			if err := p.word("null"); err != nil {
				return err
			}
			f.Nullable = false
		case p.isWord("comment"):
			p.next()
			if p.peek().kind != stringToken {
				return p.unexpected()
			}
			f.Comment = p.next().text
		default:
			return nil
		}
	}
}

var incomplete = map[string][2]string{
	"array":  {"an element type", `"ARRAY<elementType>"`},
	"map":    {"a key type and a value type", `"MAP<TIMESTAMP, INT>"`},
	"struct": {"at least one field type", `"STRUCT<name STRING, phone DECIMAL(10, 0)>"`},
}

func incompleteType(name string) error {
	upper := strings.ToUpper(name)
	return condition.New("INCOMPLETE_TYPE_DEFINITION."+upper, "42K01",
		"Incomplete complex type: The definition of %q type is incomplete. You must provide %s. For example: %s.",
		upper, incomplete[name][0], incomplete[name][1])
}
