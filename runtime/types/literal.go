package types

import (
	"encoding/hex"
	"math"
	"strings"
	"time"
)

// SQLLiteral is a value as SQL that yields it: 1, 2L, 'x', 1.5BD, 1.0D, DATE '2024-01-01', CAST(NULL AS INT). Error
// messages show values like this.
func SQLLiteral(v any, t *Type, zone *time.Location) string {
	if v == nil {
		if t.Kind == VoidKind {
			return "NULL"
		}
		return "CAST(NULL AS " + t.SQL() + ")"
	}
	text := Text(v, t, CastText, zone)
	switch t.Kind {
	case ByteKind:
		return text + "Y"
	case ShortKind:
		return text + "S"
	case LongKind:
		return text + "L"
	case FloatKind:
		if f := float64(v.(float32)); f != f || math.IsInf(f, 0) {
			return "CAST('" + text + "' AS FLOAT)"
		}
		return "CAST(" + text + " AS FLOAT)"
	case DoubleKind:
		if f := v.(float64); f != f || math.IsInf(f, 0) {
			return "CAST('" + text + "' AS DOUBLE)"
		}
		return text + "D"
	case DecimalKind:
		return text + "BD"
	case StringKind, CharKind, VarcharKind:
		return QuoteString(text)
	case ArrayKind:
		var parts []string
		for _, e := range v.([]any) {
			parts = append(parts, SQLLiteral(e, t.Elem, zone))
		}
		return "ARRAY(" + strings.Join(parts, ", ") + ")"
	case MapKind:
		var parts []string
		m := v.(MapValue)
		for i, k := range m.Keys {
			parts = append(parts, SQLLiteral(k, t.Key, zone), SQLLiteral(m.Values[i], t.Elem, zone))
		}
		return "MAP(" + strings.Join(parts, ", ") + ")"
	case StructKind:
		var parts []string
		for i, f := range t.Fields {
			parts = append(parts, QuoteString(f.Name), SQLLiteral(v.(Row)[i], f.Type, zone))
		}
		return "NAMED_STRUCT(" + strings.Join(parts, ", ") + ")"
	}
	return typedLiteral(v, t, text)
}

// PrettyLiteral is a literal in the name of a column: 1, x, 1.5, DATE '2024-01-01', NULL.
func PrettyLiteral(v any, t *Type, zone *time.Location) string {
	switch {
	case v == nil:
		return "NULL"
	case t.Numeric() || t.Text():
		return Text(v, t, CastText, zone)
	}
	return SQLLiteral(v, t, zone)
}

// ErrorValue is a value as error messages show it: SQLLiteral, but without ceremony for floats.
func ErrorValue(v any, t *Type, zone *time.Location) string {
	switch x := v.(type) {
	case nil:
		return "NULL"
	case float32:
		return Text(v, t, CastText, zone)
	case float64:
		if x != x || math.IsInf(x, 0) {
			return Text(v, t, CastText, zone)
		}
	}
	return SQLLiteral(v, t, zone)
}

var literalNames = map[Kind]string{DateKind: "DATE", TimestampKind: "TIMESTAMP", TimestampNTZKind: "TIMESTAMP_NTZ",
	TimeKind: "TIME", CalendarKind: "INTERVAL"}

func typedLiteral(v any, t *Type, text string) string {
	if t.Kind == BinaryKind {
		return "X'" + strings.ToUpper(hex.EncodeToString([]byte(v.(string)))) + "'"
	}
	if name, ok := literalNames[t.Kind]; ok {
		return name + " '" + text + "'"
	}
	return text
}
