package session

import (
	"fmt"
	"reflect"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// A rowWriter puts the results of a Go function into columns: the fields of a struct, a value as the column value, several
// results as the columns _1, _2 and so on. It may be used by several tasks.
type rowWriter struct {
	schema *types.Type
	cols   []columnWriter
}

type columnWriter struct {
	result int
	index  []int // of a struct's field; nil: the result itself
	put    func(dst batch.Vector, v reflect.Value) error
}

// newRowWriter is the writer of results of some types. With names each result is one column of that name.
func newRowWriter(results []reflect.Type, zone *time.Location, names ...string) (*rowWriter, error) {
	w := &rowWriter{}
	var fields []types.Field
	add := func(result int, index []int, name string, t reflect.Type) error {
		c, null, err := typeOf(t)
		if err != nil {
			return err
		}
		fields = append(fields, types.Field{Name: name, Type: c, Nullable: null})
		w.cols = append(w.cols, columnWriter{result: result, index: index, put: appender(t, c, null, zone)})
		return nil
	}
	for i, t := range results {
		elem := t
		if elem.Kind() == reflect.Pointer {
			elem = elem.Elem()
		}
		switch {
		case elem == rowType:
			return nil, fmt.Errorf("a Row does not say what its columns are; return a struct")
		case len(results) == 1 && len(names) == 0 && elem.Kind() == reflect.Struct && elem != timeType:
			for _, f := range reflect.VisibleFields(elem) {
				if name, ok := fieldName(f); ok {
					if err := add(i, f.Index, name, f.Type); err != nil {
						return nil, fmt.Errorf("field %s: %w", f.Name, err)
					}
				}
			}
			if len(fields) == 0 {
				return nil, fmt.Errorf("%v has no exported fields", elem)
			}
		case i < len(names):
			if err := add(i, nil, names[i], t); err != nil {
				return nil, err
			}
		default:
			name := "value"
			if len(results) > 1 {
				name = fmt.Sprintf("_%d", i+1)
			}
			if err := add(i, nil, name, t); err != nil {
				return nil, err
			}
		}
	}
	w.schema = types.StructOf(fields...)
	return w, nil
}

// add appends a row to the columns of a batch, from a column on.
func (w *rowWriter) add(out *batch.Batch, at int, results ...reflect.Value) error {
	for i := range w.cols {
		c := &w.cols[i]
		v := results[c.result]
		if c.index != nil {
			for v.Kind() == reflect.Pointer {
				if v.IsNil() {
					return fmt.Errorf("the function returned nil in the place of a row")
				}
				v = v.Elem()
			}
			v = v.FieldByIndex(c.index)
		}
		if err := c.put(out.Cols[at+i], v); err != nil {
			return fmt.Errorf("column %s: %w", w.schema.Fields[i].Name, err)
		}
	}
	return nil
}

// addAll appends a row for each element of a slice or an iter.Seq.
func (w *rowWriter) addAll(out *batch.Batch, list reflect.Value) error {
	if list.Kind() == reflect.Func {
		if list.IsNil() {
			return nil
		}
		for v := range list.Seq() {
			out.N++
			if err := w.add(out, 0, v); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range list.Len() {
		out.N++
		if err := w.add(out, 0, list.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// appender appends values of a Go type to a column.
func appender(t reflect.Type, c *types.Type, null bool, zone *time.Location) func(dst batch.Vector, v reflect.Value) error {
	if !null && t != timeType && t != durationType {
		switch c.Kind {
		case types.LongKind:
			if t.Kind() == reflect.Int || t.Kind() == reflect.Int64 {
				return plainAppender(reflect.Value.Int)
			}
		case types.IntKind:
			if t.Kind() == reflect.Int32 {
				return plainAppender(func(v reflect.Value) int32 { return int32(v.Int()) })
			}
		case types.DoubleKind:
			return plainAppender(reflect.Value.Float)
		case types.StringKind:
			return plainAppender(reflect.Value.String)
		case types.BooleanKind:
			return plainAppender(reflect.Value.Bool)
		}
	}
	return func(dst batch.Vector, v reflect.Value) error {
		x, err := toPhysical(v, c, zone)
		if err != nil {
			return err
		}
		dst.AppendAny(x)
		return nil
	}
}

func plainAppender[T any](of func(reflect.Value) T) func(batch.Vector, reflect.Value) error {
	return func(dst batch.Vector, v reflect.Value) error {
		c := dst.(*batch.Vec[T])
		c.V = append(c.V, of(v))
		if c.Valid != nil {
			c.Valid = append(c.Valid, true)
		}
		return nil
	}
}

// batch is an empty batch of the writer's columns.
func (w *rowWriter) batch() *batch.Batch { return batchOf(w.schema) }

func batchOf(schema *types.Type) *batch.Batch {
	b := &batch.Batch{Cols: make([]batch.Vector, len(schema.Fields))}
	for i, f := range schema.Fields {
		b.Cols[i] = batch.ForType(f.Type, 0)
	}
	return b
}
