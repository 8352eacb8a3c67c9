package gofunc

import (
	"fmt"
	"math"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/batch"
)

// Text is a value as Spark's print shows it: what Scala's toString gives for the same value. Doubles are Java's
// (1.0, 1.0E10), slices are List(1, 2), maps Map(a -> 1) with sorted keys, structs Name(a,b) like a case class.
func Text(v any) string {
	return string(AppendText(nil, v))
}

// AppendText appends Text(v).
func AppendText(b []byte, v any) []byte {
	switch x := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return append(b, x...)
	case int:
		return strconv.AppendInt(b, int64(x), 10)
	case int64:
		return strconv.AppendInt(b, x, 10)
	case float64:
		return AppendFloat(b, x, 64)
	case float32:
		return AppendFloat(b, float64(x), 32)
	case bool:
		return strconv.AppendBool(b, x)
	case time.Time:
		return x.AppendFormat(b, "2006-01-02 15:04:05.999999")
	case error:
		return append(b, x.Error()...)
	case fmt.Stringer:
		return append(b, x.String()...)
	}
	return appendReflect(b, reflect.ValueOf(v))
}

func appendReflect(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		b = append(b, "List("...)
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = AppendText(b, v.Index(i).Interface())
		}
		return append(b, ')')
	case reflect.Map:
		ks := v.MapKeys()
		ts := make([]string, len(ks))
		for i, k := range ks {
			ts[i] = Text(k.Interface()) + " -> " + Text(v.MapIndex(k).Interface())
		}
		sort.Strings(ts)
		return append(b, "Map("+strings.Join(ts, ", ")+")"...)
	case reflect.Struct:
		name := TypeName(v.Type())
		if strings.HasPrefix(name, "struct {") {
			name = ""
		}
		b = append(b, name[strings.LastIndexByte(name, '.')+1:]...)
		b = append(b, '(')
		for i := range v.NumField() {
			if i > 0 {
				b = append(b, ',')
			}
			if f := v.Field(i); f.CanInterface() {
				b = AppendText(b, f.Interface())
			} else {
				b = fmt.Appendf(b, "%v", f)
			}
		}
		return append(b, ')')
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(b, "null"...)
		}
		if v.Kind() == reflect.Pointer && v.Elem().CanInterface() {
			return AppendText(b, v.Elem().Interface())
		}
	}
	return fmt.Appendf(b, "%v", v)
}

// AppendFloat appends a float as Java's Double.toString does: the shortest digits that give the value back, in plain
// notation from 1e-3 up to 1e7, with an exponent outside.
func AppendFloat(b []byte, x float64, bits int) []byte {
	switch {
	case math.IsNaN(x):
		return append(b, "NaN"...)
	case math.IsInf(x, 1):
		return append(b, "Infinity"...)
	case math.IsInf(x, -1):
		return append(b, "-Infinity"...)
	case x == 0 || math.Abs(x) >= 1e-3 && math.Abs(x) < 1e7:
		n := len(b)
		b = strconv.AppendFloat(b, x, 'f', -1, bits)
		for _, c := range b[n:] {
			if c == '.' {
				return b
			}
		}
		return append(b, ".0"...)
	}
	s := strconv.FormatFloat(x, 'E', -1, bits)
	m, e, _ := strings.Cut(s, "E")
	if !strings.Contains(m, ".") {
		m += ".0"
	}
	neg := strings.HasPrefix(e, "-")
	e = strings.TrimLeft(e, "+-0")
	if neg {
		e = "-" + e
	}
	return append(b, m+"E"+e...)
}

// AppendRow appends the text of a row's record; a part that an outer join may leave out prints as Some(x) or None.
func (s Shape) AppendRow(t []byte, b *batch.Batch, row, col int) []byte {
	if !s.IsTuple() {
		if s.Optional {
			if b.Cols[col].Null(row) {
				return append(t, "None"...)
			}
			t = append(t, "Some("...)
			t = AppendText(t, b.Cols[col].Any(row))
			return append(t, ')')
		}
		switch c := b.Cols[col].(type) {
		case *batch.Vec[string]:
			if c.Valid == nil {
				return append(t, c.V[row]...)
			}
		case *batch.Vec[int]:
			if c.Valid == nil {
				return strconv.AppendInt(t, int64(c.V[row]), 10)
			}
		}
		return AppendText(t, b.Cols[col].Any(row))
	}
	t = append(t, '(')
	for i, p := range s.Parts {
		if i > 0 {
			t = append(t, ',')
		}
		t = p.AppendRow(t, b, row, col)
		col += p.Width()
	}
	return append(t, ')')
}
