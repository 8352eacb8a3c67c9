package session

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"gospark/runtime/types"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	rowType      = reflect.TypeFor[Row]()
	bytesType    = reflect.TypeFor[[]byte]()
)

// goTypes are the types of columns of Go's plain types.
var goTypes = map[reflect.Kind]*types.Type{
	reflect.Bool: types.Boolean, reflect.Int8: types.Byte, reflect.Int16: types.Short, reflect.Int32: types.Int,
	reflect.Int: types.Long, reflect.Int64: types.Long, reflect.Uint8: types.Short, reflect.Uint16: types.Int, reflect.Uint32: types.Long,
	reflect.Float32: types.Float, reflect.Float64: types.Double, reflect.String: types.String,
}

// typeOf is the type of a column of a Go type, and whether it may be NULL: pointers, slices and maps may.
func typeOf(t reflect.Type) (*types.Type, bool, error) {
	switch t {
	case timeType:
		return types.Timestamp, false, nil
	case durationType:
		return types.DayToSecond, false, nil
	case bytesType:
		return types.Binary, true, nil
	}
	if c, ok := goTypes[t.Kind()]; ok {
		return c, false, nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		c, _, err := typeOf(t.Elem())
		return c, true, err
	case reflect.Slice, reflect.Array:
		e, null, err := typeOf(t.Elem())
		if err != nil {
			return nil, false, err
		}
		return types.ArrayOf(e, null), t.Kind() == reflect.Slice, nil
	case reflect.Map:
		k, _, err := typeOf(t.Key())
		if err != nil {
			return nil, false, err
		}
		e, null, err := typeOf(t.Elem())
		if err != nil {
			return nil, false, err
		}
		return types.MapOf(k, e, null), true, nil
	case reflect.Struct:
		s, err := structOf(t)
		return s, false, err
	}
	return nil, false, fmt.Errorf("there is no column type for Go's %v", t)
}

// structOf is the schema of a struct: its exported fields, under the names of their spark or json tags; "-" leaves one out.
func structOf(t reflect.Type) (*types.Type, error) {
	var fields []types.Field
	for _, f := range reflect.VisibleFields(t) {
		name, ok := fieldName(f)
		if !ok {
			continue
		}
		c, null, err := typeOf(f.Type)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		fields = append(fields, types.Field{Name: name, Type: c, Nullable: null})
	}
	if len(fields) == 0 {
		return nil, fmt.Errorf("%v has no exported fields", t)
	}
	return types.StructOf(fields...), nil
}

// fieldName is the column of a struct's field; false if it has none.
func fieldName(f reflect.StructField) (string, bool) {
	if !f.IsExported() || f.Anonymous && f.Type.Kind() == reflect.Struct {
		return "", false
	}
	for _, tag := range []string{"spark", "json"} {
		if v, ok := f.Tag.Lookup(tag); ok {
			if name, _, _ := strings.Cut(v, ","); name != "" {
				return name, name != "-"
			}
		}
	}
	return f.Name, true
}

// toPhysical is a Go value as a column of the type holds it.
func toPhysical(v reflect.Value, t *types.Type, zone *time.Location) (any, error) {
	for v.IsValid() && (v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer) {
		v = v.Elem()
	}
	if !v.IsValid() || (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.IsNil() {
		return nil, nil
	}
	bad := func() (any, error) { return nil, fmt.Errorf("a Go %v cannot be a %s", v.Type(), t) }
	whole := func(lo, hi int64) (int64, error) {
		var n int64
		switch {
		case v.CanInt():
			n = v.Int()
		case v.CanUint() && v.Uint() <= math.MaxInt64:
			n = int64(v.Uint())
		default:
			_, err := bad()
			return 0, err
		}
		if n < lo || n > hi {
			return 0, fmt.Errorf("%d does not fit into a %s", n, t)
		}
		return n, nil
	}
	switch t.Kind {
	case types.BooleanKind:
		if v.Kind() == reflect.Bool {
			return v.Bool(), nil
		}
	case types.ByteKind:
		n, err := whole(math.MinInt8, math.MaxInt8)
		return int8(n), err
	case types.ShortKind:
		n, err := whole(math.MinInt16, math.MaxInt16)
		return int16(n), err
	case types.IntKind:
		n, err := whole(math.MinInt32, math.MaxInt32)
		return int32(n), err
	case types.LongKind:
		return whole(math.MinInt64, math.MaxInt64)
	case types.FloatKind, types.DoubleKind:
		var f float64
		switch {
		case v.CanFloat():
			f = v.Float()
		case v.CanInt():
			f = float64(v.Int())
		default:
			return bad()
		}
		if t.Kind == types.FloatKind {
			return float32(f), nil
		}
		return f, nil
	case types.StringKind, types.CharKind, types.VarcharKind:
		if v.Kind() == reflect.String {
			return v.String(), nil
		}
	case types.BinaryKind:
		if v.Type().ConvertibleTo(bytesType) {
			return string(v.Convert(bytesType).Bytes()), nil
		}
	case types.TimestampKind, types.TimestampNTZKind, types.DateKind:
		at, ok := v.Interface().(time.Time)
		if !ok {
			return bad()
		}
		if t.Kind == types.TimestampKind {
			return at.UnixMicro(), nil
		}
		local := types.ToLocal(at.UnixMicro(), at.Location())
		if t.Kind == types.TimestampNTZKind {
			return local, nil
		}
		return int32(math.Floor(float64(local) / float64(types.Day))), nil
	case types.DayTimeKind:
		if d, ok := v.Interface().(time.Duration); ok {
			return d.Microseconds(), nil
		}
	case types.ArrayKind:
		if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
			return bad()
		}
		out := make([]any, v.Len())
		for i := range out {
			var err error
			if out[i], err = toPhysical(v.Index(i), t.Elem, zone); err != nil {
				return nil, err
			}
		}
		return out, nil
	case types.MapKind:
		if v.Kind() != reflect.Map {
			return bad()
		}
		var m types.MapValue
		for it := v.MapRange(); it.Next(); {
			k, err := toPhysical(it.Key(), t.Key, zone)
			if err != nil {
				return nil, err
			}
			e, err := toPhysical(it.Value(), t.Elem, zone)
			if err != nil {
				return nil, err
			}
			m.Keys, m.Values = append(m.Keys, k), append(m.Values, e)
		}
		return m, nil
	case types.StructKind:
		row, err := toRow(v, t, zone)
		return types.Row(row), err
	}
	return bad()
}

// toRow is a record as a row: a struct or map by names, a slice by position, anything else as the only field.
func toRow(v reflect.Value, schema *types.Type, zone *time.Location) ([]any, error) {
	for v.IsValid() && (v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer) {
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil, fmt.Errorf("a row is nil")
	}
	if v.Type() == rowType {
		return v.Interface().(Row).values, nil
	}
	var field func(i int, f types.Field) (reflect.Value, error)
	switch {
	case v.Kind() == reflect.Struct && v.Type() != timeType:
		byName := fieldsOf(v.Type())
		field = func(i int, f types.Field) (reflect.Value, error) {
			at, ok := byName[strings.ToLower(f.Name)]
			if !ok {
				return reflect.Value{}, fmt.Errorf("%v has no field %s", v.Type(), f.Name)
			}
			return v.FieldByIndex(at), nil
		}
	case v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String:
		field = func(_ int, f types.Field) (reflect.Value, error) {
			return v.MapIndex(reflect.ValueOf(f.Name).Convert(v.Type().Key())), nil
		}
	case v.Kind() == reflect.Slice && v.Type() != bytesType || v.Kind() == reflect.Array:
		if v.Len() != len(schema.Fields) {
			return nil, fmt.Errorf("a row has %d values, want %d", v.Len(), len(schema.Fields))
		}
		field = func(i int, _ types.Field) (reflect.Value, error) { return v.Index(i), nil }
	case len(schema.Fields) == 1:
		field = func(int, types.Field) (reflect.Value, error) { return v, nil }
	default:
		return nil, fmt.Errorf("a %v is no row of %d columns", v.Type(), len(schema.Fields))
	}
	row := make([]any, len(schema.Fields))
	for i, f := range schema.Fields {
		x, err := field(i, f)
		if err != nil {
			return nil, err
		}
		if row[i], err = toPhysical(x, f.Type, zone); err != nil {
			return nil, fmt.Errorf("column %s: %w", f.Name, err)
		}
		if row[i] == nil && !f.Nullable {
			return nil, fmt.Errorf("column %s is NULL, and the schema says that it is not", f.Name)
		}
	}
	return row, nil
}

// fieldsOf are the fields of a struct by their columns' names in lower case.
func fieldsOf(t reflect.Type) map[string][]int {
	m := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if n, ok := fieldName(f); ok {
			m[strings.ToLower(n)] = f.Index
		}
	}
	return m
}
