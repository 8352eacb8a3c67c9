package session

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// The accessors below take a field's name or its position. A value of another type, or NULL, is a mistake; IsNullAt tells.

func field[T any](r Row, method string, key any) T {
	var out T
	i := r.index(key)
	dst := reflect.ValueOf(&out).Elem()
	if err := fromPhysical(dst, r.values[i], r.schema.Fields[i].Type, r.zone); err != nil {
		mistake("Row."+method, "field %v: %v", key, err)
	}
	return out
}

// String is a field's text.
func (r Row) String(key any) string { return field[string](r, "String", key) }

// Int64 is a field's whole number.
func (r Row) Int64(key any) int64 { return field[int64](r, "Int64", key) }

// Int is a field's whole number.
func (r Row) Int(key any) int { return field[int](r, "Int", key) }

// Float64 is a field's number.
func (r Row) Float64(key any) float64 { return field[float64](r, "Float64", key) }

// Bool is a field's truth.
func (r Row) Bool(key any) bool { return field[bool](r, "Bool", key) }

// Time is a field's date or time.
func (r Row) Time(key any) time.Time { return field[time.Time](r, "Time", key) }

// Bytes is a field's binary value.
func (r Row) Bytes(key any) []byte { return field[[]byte](r, "Bytes", key) }

// Struct is a field's struct.
func (r Row) Struct(key any) Row { return field[Row](r, "Struct", key) }

// List is a field's array.
func (r Row) List(key any) []any { return field[[]any](r, "List", key) }

// Map is a field's map.
func (r Row) Map(key any) map[any]any { return field[map[any]any](r, "Map", key) }

// GetString, GetInt and the like are the accessors under their names in Scala.
func (r Row) GetString(key any) string { return r.String(key) }

// GetInt is Int.
func (r Row) GetInt(key any) int { return r.Int(key) }

// GetLong is Int64.
func (r Row) GetLong(key any) int64 { return r.Int64(key) }

// GetDouble is Float64.
func (r Row) GetDouble(key any) float64 { return r.Float64(key) }

// GetBoolean is Bool.
func (r Row) GetBoolean(key any) bool { return r.Bool(key) }

// GetTimestamp is Time.
func (r Row) GetTimestamp(key any) time.Time { return r.Time(key) }

// GetStruct is Struct.
func (r Row) GetStruct(key any) Row { return r.Struct(key) }

// GetSeq is List.
func (r Row) GetSeq(key any) []any { return r.List(key) }

// GetAs is Get.
func (r Row) GetAs(key any) any { return r.Get(key) }

// Apply is Get.
func (r Row) Apply(key any) any { return r.Get(key) }

// FieldIndex is the position of a field.
func (r Row) FieldIndex(name string) int { return r.index(name) }

// Schema is the fields.
func (r Row) Schema() *StructType { return r.schema }

// Fields are the names of the fields.
func (r Row) Fields() []string {
	names := make([]string, len(r.schema.Fields))
	for i, f := range r.schema.Fields {
		names[i] = f.Name
	}
	return names
}

// Size is Len.
func (r Row) Size() int { return len(r.values) }

// ToSeq are the values.
func (r Row) ToSeq() []any {
	vs := make([]any, len(r.values))
	for i := range vs {
		vs[i] = r.Get(i)
	}
	return vs
}

// AnyNull says whether a field is NULL.
func (r Row) AnyNull() bool {
	for _, v := range r.values {
		if v == nil {
			return true
		}
	}
	return false
}

// AsDict is AsMap.
func (r Row) AsDict() map[string]any { return r.AsMap() }

// MkString puts the values together, with a text between them.
func (r Row) MkString(separator string) string {
	vs := make([]string, len(r.values))
	for i, v := range r.ToSeq() {
		vs[i] = fmt.Sprint(v)
	}
	return strings.Join(vs, separator)
}

// JSON is the row as a JSON object, as to_json has it: without the fields that are NULL.
func (r Row) JSON() string {
	ctx := &expr.Context{Zone: r.zone}
	e, err := expr.Resolve("to_json", []expr.Expr{&expr.Lit{Value: physicalRow(r), Typ: r.schema}}, expr.Options{Context: ctx})
	if err != nil {
		raise("Row.JSON", err)
	}
	v, err := expr.Constant(ctx, expr.Fold(ctx, e))
	if err != nil {
		raise("Row.JSON", err)
	}
	s, _ := v.(string)
	return s
}

// Into sets a struct or map by names: var p Person; row.Into(&p).
func (r Row) Into(out any) {
	p := reflect.ValueOf(out)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		mistake("Row.Into", "want a pointer, have %T", out)
	}
	if err := fromRow(p.Elem(), r.values, r.schema, r.zone); err != nil {
		raise("Row.Into", err)
	}
}

func physicalRow(r Row) types.Row { return types.Row(r.values) }
