package session

import (
	"math"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"gospark/runtime/gofunc"
)

// appendPython appends v as Python prints it: str(v), or repr(v) inside of something else.
func appendPython(b []byte, v any, inside bool) []byte {
	switch x := v.(type) {
	case nil:
		return append(b, "None"...)
	case string:
		if !inside {
			return append(b, x...)
		}
		return appendPythonString(b, x)
	case bool:
		if x {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case float64:
		return appendPythonFloat(b, x)
	case float32:
		return appendPythonFloat(b, float64(x))
	case Pair:
		return appendPythonTuple(b, "(", []any{x.Key, x.Value}, ")")
	case Tuple:
		return appendPythonTuple(b, "(", x, ")")
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice, reflect.Array:
		parts := make([]any, r.Len())
		for i := range parts {
			parts[i] = r.Index(i).Interface()
		}
		return appendPythonTuple(b, "[", parts, "]")
	case reflect.Map:
		items := make([]string, 0, r.Len())
		for _, k := range r.MapKeys() {
			items = append(items, string(appendPython(nil, k.Interface(), true))+": "+string(appendPython(nil, r.MapIndex(k).Interface(), true)))
		}
		sort.Strings(items)
		return append(b, "{"+strings.Join(items, ", ")+"}"...)
	case reflect.Pointer:
		if r.IsNil() {
			return append(b, "None"...)
		}
		return appendPython(b, r.Elem().Interface(), inside)
	}
	return gofunc.AppendText(b, v)
}

func appendPythonTuple(b []byte, open string, parts []any, end string) []byte {
	b = append(b, open...)
	for i, p := range parts {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendPython(b, p, true)
	}
	if open == "(" && len(parts) == 1 {
		b = append(b, ',')
	}
	return append(b, end...)
}

// appendPythonString quotes as repr does: with double quotes only if the string has single quotes and no double ones.
func appendPythonString(b []byte, s string) []byte {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b = append(b, quote)
	for _, r := range s {
		switch {
		case r == rune(quote) || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < 0x20 || r == 0x7f:
			b = append(b, `\x`...)
			b = append(b, "0123456789abcdef"[r>>4], "0123456789abcdef"[r&15])
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, quote)
}

// appendPythonFloat writes the shortest digits, with an exponent below 1e-4 and from 1e16 on.
func appendPythonFloat(b []byte, x float64) []byte {
	switch a := math.Abs(x); {
	case math.IsNaN(x):
		return append(b, "nan"...)
	case math.IsInf(x, 0):
		if x < 0 {
			b = append(b, '-')
		}
		return append(b, "inf"...)
	case a != 0 && (a < 1e-4 || a >= 1e16):
		return strconv.AppendFloat(b, x, 'e', -1, 64)
	}
	n := len(b)
	b = strconv.AppendFloat(b, x, 'f', -1, 64)
	if !strings.Contains(string(b[n:]), ".") {
		b = append(b, ".0"...)
	}
	return b
}
