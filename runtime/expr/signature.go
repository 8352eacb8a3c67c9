package expr

import (
	"fmt"
	"strconv"
	"strings"

	"gospark/runtime/types"
)

// A signature is what a function takes and yields. In a table it is written as
//
//	string, int -> string              the usual
//	string, string = ',' -> string     a default, shown in the column's name as Spark does
//	string|binary, int? -> $1          alternatives; optional without a default; the type of the first argument
//	T, T... -> T                       T (U, K, V) is any type, the same (common) one for all that have it; one or more
//	any... -> int   any* -> int        one or more, none or more
//	array<T>, T -> boolean             parts of nested types
//	numeric -> ?                       the result is what Ret says
//	array!                             NULL is no array
//
// Classes of types: any numeric integral fractional decimal array map struct interval timestampany ordered lambda.
// All else is a type in DDL.
type signature struct {
	params   []param
	variadic bool // the last parameter repeats
	least    int  // arguments there must be
	result   string
}

type param struct {
	text     string
	classes  []class
	variable string // T
	def      *Lit
	optional bool
}

// A class is a set of types, and the one a value of another type is converted to.
type class struct {
	name    string // in messages
	accepts func(t *types.Type) bool
	target  *types.Type // nil: none
	elem    *class      // of array<…>
	strict  bool        // NULL is not converted
}

var classes = map[string]class{
	"any":          {"ANY", func(*types.Type) bool { return true }, nil, nil, false},
	"numeric":      {"NUMERIC", (*types.Type).Numeric, types.Double, nil, false},
	"integral":     {"INTEGRAL", (*types.Type).Integral, types.Int, nil, false},
	"fractional":   {"FRACTIONAL", func(t *types.Type) bool { return t.Fractional() || t.Kind == types.DecimalKind }, types.Double, nil, false},
	"decimal":      {"DECIMAL", kind(types.DecimalKind), types.SystemDecimal, nil, false},
	"string":       {"STRING", (*types.Type).Text, types.String, nil, false},
	"array":        {"ARRAY", kind(types.ArrayKind), types.ArrayOf(types.Void, true), nil, false},
	"map":          {"MAP", kind(types.MapKind), types.MapOf(types.Void, types.Void, true), nil, false},
	"struct":       {"STRUCT", kind(types.StructKind), nil, nil, false},
	"interval":     {"INTERVAL", kind(types.CalendarKind), types.Calendar, nil, false},
	"daytime":      {"INTERVAL DAY TO SECOND", kind(types.DayTimeKind), types.DayToSecond, nil, false},
	"yearmonth":    {"INTERVAL YEAR TO MONTH", kind(types.YearMonthKind), types.YearToMonth, nil, false},
	"timestampany": {"TIMESTAMP", func(t *types.Type) bool { return t.Kind == types.TimestampKind || t.Kind == types.TimestampNTZKind }, types.Timestamp, nil, false},
	"time":         {"TIME", kind(types.TimeKind), types.Time, nil, false},
	"lambda":       {"LAMBDA", func(*types.Type) bool { return true }, nil, nil, false},
}

var named = map[string]*types.Type{"boolean": types.Boolean, "tinyint": types.Byte, "smallint": types.Short, "int": types.Int,
	"bigint": types.Long, "float": types.Float, "double": types.Double, "string": types.String, "binary": types.Binary,
	"date": types.Date, "timestamp": types.Timestamp, "timestamp_ntz": types.TimestampNTZ, "interval": types.Calendar,
	"void": types.Void, "daytime": types.DayToSecond, "yearmonth": types.YearToMonth, "time": types.Time}

func kind(k types.Kind) func(*types.Type) bool {
	return func(t *types.Type) bool { return t.Kind == k }
}

func classOf(name string) (class, bool) {
	if c, ok := classes[name]; ok {
		return c, true
	}
	if t, ok := named[name]; ok {
		return class{t.SQL(), kind(t.Kind), t, nil, false}, true
	}
	if inner, ok := strings.CutPrefix(name, "array<"); ok {
		e, ok := classOf(strings.TrimSuffix(inner, ">"))
		if !ok {
			return class{}, false
		}
		c := class{name: "ARRAY<" + e.name + ">", elem: &e, accepts: func(t *types.Type) bool {
			return t.Kind == types.ArrayKind && e.accepts(t.Elem)
		}}
		if e.target != nil {
			c.target = types.ArrayOf(e.target, true)
		}
		return c, true
	}
	return class{}, false
}

// parseSignature reads the signature of a function. A mistake in a table is a panic when the program starts.
func parseSignature(function, text string) signature {
	left, result, _ := strings.Cut(text, "->")
	s := signature{result: strings.TrimSpace(result)}
	left = strings.TrimSpace(left)
	if left == "" {
		return s
	}
	fields := splitParams(left)
	for i, f := range fields {
		p := param{text: f}
		name, def, hasDefault := strings.Cut(f, "=")
		name = strings.TrimSpace(name)
		need := !hasDefault
		switch {
		case strings.HasSuffix(name, "..."):
			name, s.variadic = strings.TrimSuffix(name, "..."), true
		case strings.HasSuffix(name, "*"):
			name, s.variadic, need = strings.TrimSuffix(name, "*"), true, false
		case strings.HasSuffix(name, "?"):
			name, p.optional, need = strings.TrimSuffix(name, "?"), true, false
		}
		if s.variadic && i != len(fields)-1 {
			panic("expr: " + function + ": only the last parameter may repeat")
		}
		if need {
			s.least = i + 1
		}
		if hasDefault {
			p.def = parseDefault(strings.TrimSpace(def))
		}
		if v := variableOf(name); v != "" {
			p.variable = name
		} else {
			for _, alt := range strings.Split(name, "|") {
				alt, strict := strings.CutSuffix(strings.TrimSpace(alt), "!")
				c, ok := classOf(alt)
				c.strict = strict
				if !ok {
					panic(fmt.Sprintf("expr: %s: unknown type %q in signature %q", function, alt, text))
				}
				p.classes = append(p.classes, c)
			}
		}
		s.params = append(s.params, p)
	}
	return s
}

// splitParams cuts at commas outside of quotes and angle brackets.
func splitParams(s string) []string {
	var out []string
	depth, quote, start := 0, false, 0
	for i, c := range s {
		switch {
		case c == '\'':
			quote = !quote
		case quote:
		case c == '<':
			depth++
		case c == '>':
			depth--
		case c == ',' && depth == 0:
			out = append(out, strings.TrimSpace(s[start:i]))
			start = i + 1
		}
	}
	return append(out, strings.TrimSpace(s[start:]))
}

func parseDefault(s string) *Lit {
	switch {
	case s == "null":
		return Null
	case s == "true", s == "false":
		return &Lit{Value: s == "true", Typ: types.Boolean}
	case strings.HasPrefix(s, "'"):
		return StringLit(strings.Trim(s, "'"))
	case s == "0.000000": // seconds in microseconds
		return &Lit{Value: types.DecimalOf64(0), Typ: types.DecimalOf(18, 6)}
	case strings.Contains(s, "."):
		f, _ := strconv.ParseFloat(s, 64)
		return DoubleLit(f)
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		panic("expr: default " + s + " of a parameter")
	}
	return IntLit(int32(n))
}

// variableOf is the type variable in T, array<T> or map<K,V>; "" if there is none.
func variableOf(name string) string {
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' && (i == 0 || name[i-1] == '<' || name[i-1] == ',') &&
			(i == len(name)-1 || name[i+1] == '>' || name[i+1] == ',') {
			return name[i : i+1]
		}
	}
	return ""
}

func (s signature) usage() string {
	texts := make([]string, len(s.params))
	for i, p := range s.params {
		texts[i] = strings.ReplaceAll(p.text, "!", "")
	}
	return "(" + strings.Join(texts, ", ") + ")"
}

// expected is the number of arguments as WRONG_NUM_ARGS has it: 1, [2, 3], > 1.
func (s signature) expected() string {
	if s.variadic {
		return "> " + strconv.Itoa(s.least-1)
	}
	if s.least == len(s.params) {
		return strconv.Itoa(s.least)
	}
	var ns []string
	for n := s.least; n <= len(s.params); n++ {
		ns = append(ns, strconv.Itoa(n))
	}
	return "[" + strings.Join(ns, ", ") + "]"
}

// at is the parameter of the i-th argument.
func (s signature) at(i int) *param {
	if i >= len(s.params) {
		i = len(s.params) - 1
	}
	return &s.params[i]
}
