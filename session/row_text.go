package session

import (
	"strings"
	"time"

	"gospark/runtime/types"
)

// appendRow is a row as Scala's Row.toString has it: [1,x], with arrays as ArraySeq(1, 2), maps as Map(a -> 1), instants
// in UTC and null for NULL.
func appendRow(b []byte, values []any, t *types.Type) []byte {
	b = append(b, '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendScala(b, v, t.Fields[i].Type)
	}
	return append(b, ']')
}

func appendScala(b []byte, v any, t *types.Type) []byte {
	if v == nil {
		return append(b, "null"...)
	}
	switch t.Kind {
	case types.StructKind:
		return appendRow(b, v.(types.Row), t)
	case types.ArrayKind:
		b = append(b, "ArraySeq("...)
		for i, e := range v.([]any) {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendScala(b, e, t.Elem)
		}
		return append(b, ')')
	case types.MapKind:
		b = append(b, "Map("...)
		m := v.(types.MapValue)
		for i, k := range m.Keys {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendScala(b, k, t.Key)
			b = append(b, " -> "...)
			b = appendScala(b, m.Values[i], t.Elem)
		}
		return append(b, ')')
	case types.TimestampKind:
		return append(appendInstant(b, v.(int64)), 'Z')
	case types.TimestampNTZKind:
		at := appendInstant(b, v.(int64))
		// A local date and time leaves out seconds that are zero.
		if strings.HasSuffix(string(at), ":00") {
			at = at[:len(at)-len(":00")]
		}
		return at
	}
	return types.AppendText(b, v, t, types.ShowText, time.UTC)
}

// appendInstant writes a time as Java does: a T between date and time, and a fraction of three, six or no digits.
func appendInstant(b []byte, micros int64) []byte {
	text := types.Text(micros, types.TimestampNTZ, types.CastText, time.UTC)
	text = strings.Replace(text, " ", "T", 1)
	whole, fraction, ok := strings.Cut(text, ".")
	if !ok {
		return append(b, whole...)
	}
	for len(fraction)%3 != 0 {
		fraction += "0"
	}
	return append(b, whole+"."+fraction...)
}
