package session

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/types"
)

// A rowReader makes Go values of one type from rows: a Row, a struct or map by names, or the value of the only column. It
// knows which field is which column, so that a row costs no look-up, and has one variable for all rows: a value is
// good until the next is made, unless it is a pointer, a map or a Row. It belongs to one task.
type rowReader struct {
	dst    reflect.Value
	into   reflect.Value // the struct: dst, or what dst points to
	fields []fieldReader
	row    func(b *batch.Batch, i int) (reflect.Value, error)
}

type fieldReader struct {
	col  int
	name string
	set  func(v batch.Vector, i int) error
}

func newRowReader(t reflect.Type, schema *types.Type, zone *time.Location) (*rowReader, error) {
	r := &rowReader{dst: reflect.New(t).Elem()}
	elem := t
	if t.Kind() == reflect.Pointer {
		elem = t.Elem()
	}
	one := len(schema.Fields) == 1
	var err error
	switch {
	case elem == rowType || t.Kind() == reflect.Interface && !one || elem.Kind() == reflect.Map && !(one && schema.Fields[0].Type.Kind == types.MapKind):
		r.row = func(b *batch.Batch, i int) (reflect.Value, error) { return boxedRow(t, b, i, schema, zone) }
	case elem.Kind() == reflect.Struct && elem != timeType && !(one && schema.Fields[0].Type.Kind == types.StructKind && lacks(elem, schema)):
		r.into = r.dst
		if t != elem {
			r.into = reflect.New(elem).Elem()
		}
		r.row, err = r.structRow(elem, t != elem, schema, zone)
	case one:
		var set func(v batch.Vector, i int) error
		if set, err = setter(r.dst, schema.Fields[0].Type, zone); err == nil {
			r.row = func(b *batch.Batch, i int) (reflect.Value, error) { return r.dst, set(b.Cols[0], i) }
		}
	default:
		err = fmt.Errorf("%d columns do not fit into a %v; use a struct with fields of their names, or Row", len(schema.Fields), t)
	}
	return r, err
}

// boxedRow is a row as a Row or a map.
func boxedRow(t reflect.Type, b *batch.Batch, i int, schema *types.Type, zone *time.Location) (reflect.Value, error) {
	values := make([]any, len(b.Cols))
	for c, v := range b.Cols {
		values[c] = v.Any(i)
	}
	if t.Kind() == reflect.Interface {
		return reflect.ValueOf(Row{schema: schema, values: values, zone: zone}), nil
	}
	if t.Kind() == reflect.Pointer {
		p := reflect.New(t.Elem())
		return p, fromRow(p.Elem(), values, schema, zone)
	}
	v := reflect.New(t).Elem()
	return v, fromRow(v, values, schema, zone)
}

func (r *rowReader) structRow(t reflect.Type, pointer bool, schema *types.Type, zone *time.Location) (func(*batch.Batch, int) (reflect.Value, error), error) {
	fields, err := structFields(t, schema)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		c := schema.Fields[f.col]
		set, err := setter(r.into.FieldByIndex(f.index), c.Type, zone)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		r.fields = append(r.fields, fieldReader{col: f.col, name: c.Name, set: set})
	}
	return func(b *batch.Batch, i int) (reflect.Value, error) {
		for k := range r.fields {
			f := &r.fields[k]
			if err := f.set(b.Cols[f.col], i); err != nil {
				return r.dst, fmt.Errorf("column %s: %w", f.name, err)
			}
		}
		if pointer { // it may be kept
			r.dst.Set(reflect.New(t))
			r.dst.Elem().Set(r.into)
		}
		return r.dst, nil
	}, nil
}

// lacks says whether the columns for the fields of a struct are not all there.
func lacks(t reflect.Type, schema *types.Type) bool {
	_, err := structFields(t, schema)
	return err != nil
}

type structField struct {
	index []int
	col   int
}

// structFields matches the fields of a struct to columns: by the same name, or else without regard to case.
func structFields(t reflect.Type, schema *types.Type) ([]structField, error) {
	var out []structField
	for _, f := range reflect.VisibleFields(t) {
		name, ok := fieldName(f)
		if !ok {
			continue
		}
		at := -1
		for i, c := range schema.Fields {
			if c.Name == name {
				at = i
				break
			}
			if at < 0 && strings.EqualFold(c.Name, name) {
				at = i
			}
		}
		if at < 0 {
			return nil, fmt.Errorf("there is no column %s for a field of %s; the columns are %s", name, gofunc.TypeName(t), columnNames(schema))
		}
		out = append(out, structField{index: f.Index, col: at})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%v has no exported fields", t)
	}
	return out, nil
}

func columnNames(schema *types.Type) string {
	names := make([]string, len(schema.Fields))
	for i, f := range schema.Fields {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

// holds says whether values of a column's type can be put into a Go type, as far as the types tell.
func holds(dst reflect.Type, t *types.Type, zone *time.Location) error {
	for dst.Kind() == reflect.Pointer {
		dst = dst.Elem()
	}
	switch {
	case dst.Kind() == reflect.Interface || dst == rowType || t.Kind == types.VoidKind:
		return nil
	case t.Kind == types.ArrayKind && dst.Kind() == reflect.Slice:
		return holds(dst.Elem(), t.Elem, zone)
	case t.Kind == types.MapKind && dst.Kind() == reflect.Map:
		if err := holds(dst.Key(), t.Key, zone); err != nil {
			return err
		}
		return holds(dst.Elem(), t.Elem, zone)
	case t.Kind == types.StructKind && dst.Kind() == reflect.Map:
		return nil
	case t.Kind == types.StructKind && dst.Kind() == reflect.Struct && dst != timeType:
		_, err := structFields(dst, t)
		return err
	case t.Kind == types.ArrayKind || t.Kind == types.MapKind || t.Kind == types.StructKind:
		return fmt.Errorf("a %s does not fit into a Go %v", t, dst)
	}
	// One value tells for all of a plain type.
	return fromPhysical(reflect.New(dst).Elem(), reflect.Zero(t.GoType()).Interface(), t, zone)
}

// setter sets a variable to values of a column.
func setter(dst reflect.Value, t *types.Type, zone *time.Location) (func(v batch.Vector, i int) error, error) {
	if err := holds(dst.Type(), t, zone); err != nil {
		return nil, err
	}
	var set func(v batch.Vector, i int) error
	switch {
	case dst.Type() == timeType || dst.Type() == durationType:
	case t.Kind == types.ByteKind && dst.CanInt():
		set = intSetter[int8](dst)
	case t.Kind == types.ShortKind && dst.CanInt():
		set = intSetter[int16](dst)
	case t.Kind == types.IntKind && dst.CanInt():
		set = intSetter[int32](dst)
	case t.Kind == types.LongKind && dst.CanInt():
		set = intSetter[int64](dst)
	case t.Kind == types.DoubleKind && dst.Kind() == reflect.Float64:
		set = plainSetter(reflect.Value.SetFloat, dst)
	case t.Kind == types.BooleanKind && dst.Kind() == reflect.Bool:
		set = plainSetter(reflect.Value.SetBool, dst)
	case t.Text() && dst.Kind() == reflect.String:
		set = plainSetter(reflect.Value.SetString, dst)
	}
	if set == nil {
		return func(v batch.Vector, i int) error { return fromPhysical(dst, v.Any(i), t, zone) }, nil
	}
	return func(v batch.Vector, i int) error {
		if v.Null(i) {
			return fmt.Errorf("NULL does not fit into a %v; use a *%v", dst.Type(), dst.Type())
		}
		return set(v, i)
	}, nil
}

func plainSetter[T any](to func(reflect.Value, T), dst reflect.Value) func(v batch.Vector, i int) error {
	return func(v batch.Vector, i int) error {
		to(dst, v.(*batch.Vec[T]).V[i])
		return nil
	}
}

func intSetter[T int8 | int16 | int32 | int64](dst reflect.Value) func(v batch.Vector, i int) error {
	narrow := dst.Type().Size() < reflect.TypeFor[T]().Size()
	return func(v batch.Vector, i int) error {
		n := int64(v.(*batch.Vec[T]).V[i])
		if narrow && dst.OverflowInt(n) {
			return fmt.Errorf("%d does not fit into a Go %v", n, dst.Type())
		}
		dst.SetInt(n)
		return nil
	}
}
