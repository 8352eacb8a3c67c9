package session

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"gospark/runtime/types"
)

// fromPhysical sets a Go variable to a value of a column. NULL is nil where Go has nil, and an error elsewhere.
func fromPhysical(dst reflect.Value, v any, t *types.Type, zone *time.Location) error {
	if dst.Kind() == reflect.Pointer {
		if v == nil {
			dst.SetZero()
			return nil
		}
		p := reflect.New(dst.Type().Elem())
		dst.Set(p)
		return fromPhysical(p.Elem(), v, t, zone)
	}
	if v == nil {
		switch dst.Kind() {
		case reflect.Interface, reflect.Slice, reflect.Map:
			dst.SetZero()
			return nil
		}
		return fmt.Errorf("NULL does not fit into a %v; use a *%v", dst.Type(), dst.Type())
	}
	if dst.Kind() == reflect.Interface {
		dst.Set(reflect.ValueOf(goValue(v, t, zone)))
		return nil
	}
	bad := fmt.Errorf("a %s does not fit into a Go %v", t, dst.Type())
	switch t.Kind {
	case types.ArrayKind:
		if dst.Kind() != reflect.Slice {
			return bad
		}
		in := v.([]any)
		out := reflect.MakeSlice(dst.Type(), len(in), len(in))
		for i, e := range in {
			if err := fromPhysical(out.Index(i), e, t.Elem, zone); err != nil {
				return err
			}
		}
		dst.Set(out)
		return nil
	case types.MapKind:
		if dst.Kind() != reflect.Map {
			return bad
		}
		in := v.(types.MapValue)
		out := reflect.MakeMap(dst.Type())
		for i, k := range in.Keys {
			key, val := reflect.New(dst.Type().Key()).Elem(), reflect.New(dst.Type().Elem()).Elem()
			if err := fromPhysical(key, k, t.Key, zone); err != nil {
				return err
			}
			if err := fromPhysical(val, in.Values[i], t.Elem, zone); err != nil {
				return err
			}
			out.SetMapIndex(key, val)
		}
		dst.Set(out)
		return nil
	case types.StructKind:
		if dst.Type() == rowType {
			break
		}
		return fromRow(dst, v.(types.Row), t, zone)
	}
	src := reflect.ValueOf(goValue(v, t, zone))
	switch {
	case src.Type().AssignableTo(dst.Type()):
		dst.Set(src)
	case src.CanInt() && dst.CanInt() && src.Type() != durationType && dst.Type() != durationType && !dst.OverflowInt(src.Int()):
		dst.SetInt(src.Int())
	case src.CanInt() && dst.CanUint() && src.Int() >= 0 && !dst.OverflowUint(uint64(src.Int())):
		dst.SetUint(uint64(src.Int()))
	case src.CanInt() && dst.CanFloat() && t.Kind != types.DayTimeKind:
		dst.SetFloat(float64(src.Int()))
	case src.CanFloat() && dst.CanFloat() && (src.Kind() == reflect.Float32 || dst.Kind() == reflect.Float64):
		dst.SetFloat(src.Float())
	case src.Kind() == dst.Kind() && src.Kind() != reflect.Struct && src.CanConvert(dst.Type()) && !src.CanInt():
		dst.Set(src.Convert(dst.Type()))
	default:
		return bad
	}
	return nil
}

// fromRow sets a struct or map by names, or a variable of another type to the only column.
func fromRow(dst reflect.Value, row []any, schema *types.Type, zone *time.Location) error {
	switch {
	case dst.Type() == rowType:
		dst.Set(reflect.ValueOf(Row{schema: schema, values: row, zone: zone}))
		return nil
	case dst.Kind() == reflect.Struct && dst.Type() != timeType:
		columns := map[string]int{}
		for i, f := range schema.Fields {
			columns[strings.ToLower(f.Name)] = i
		}
		for name, at := range fieldsOf(dst.Type()) {
			i, ok := columns[name]
			if !ok {
				return fmt.Errorf("%v: no column %s among %s", dst.Type(), name, schema)
			}
			if err := fromPhysical(dst.FieldByIndex(at), row[i], schema.Fields[i].Type, zone); err != nil {
				return fmt.Errorf("column %s: %w", schema.Fields[i].Name, err)
			}
		}
		return nil
	case dst.Kind() == reflect.Map && dst.Type().Key().Kind() == reflect.String:
		out := reflect.MakeMap(dst.Type())
		for i, f := range schema.Fields {
			x := reflect.New(dst.Type().Elem()).Elem()
			if err := fromPhysical(x, row[i], f.Type, zone); err != nil {
				return fmt.Errorf("column %s: %w", f.Name, err)
			}
			out.SetMapIndex(reflect.ValueOf(f.Name).Convert(dst.Type().Key()), x)
		}
		dst.Set(out)
		return nil
	case len(row) == 1:
		return fromPhysical(dst, row[0], schema.Fields[0].Type, zone)
	}
	return fmt.Errorf("%d columns do not fit into a %v; use a struct with fields of their names", len(row), dst.Type())
}
