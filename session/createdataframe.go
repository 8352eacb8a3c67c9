package session

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// CreateDataFrame makes a DataFrame of rows: a slice of structs, maps, slices or single values, or an RDD of them. The schema is DDL text ("a INT, b STRING"), a *StructType or names of columns; without one structs give their
// fields' names and types, and other rows the types of their first values, in columns _1, _2 and so on.
func (s *SparkSession) CreateDataFrame(rows any, schema ...any) *DataFrame {
	if r, ok := rows.(*RDD); ok {
		return s.fromRDD(r, schema)
	}
	rv := reflect.ValueOf(rows)
	if !rv.IsValid() || rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		raise("CreateDataFrame", fmt.Errorf("want a slice of rows or an RDD, have %T", rows))
	}
	t, err := rowSchema(rv, schema)
	if err != nil {
		raise("CreateDataFrame", err)
	}
	rel := &logical.LocalRelation{Schema: t}
	for i := range rv.Len() {
		row, err := toRow(rv.Index(i), t, s.engine.Zone())
		if err != nil {
			raise("CreateDataFrame", fmt.Errorf("row %d: %w", i, err))
		}
		rel.Rows = append(rel.Rows, row)
	}
	return s.frame(rel)
}

// rowSchema is the schema that was given, or that of the rows under the names that were given.
func rowSchema(rows reflect.Value, schema []any) (*types.Type, error) {
	var names []string
	switch {
	case len(schema) == 1:
		switch x := schema[0].(type) {
		case *StructType:
			return x, nil
		case []string:
			names = x
		case string:
			if strings.ContainsAny(strings.TrimSpace(x), " :,") {
				return types.ParseDDL(x)
			}
			names = []string{x}
		default:
			return nil, fmt.Errorf("want a schema as DDL text, names or a *StructType, have %T", x)
		}
	case len(schema) > 1:
		for _, x := range schema {
			n, ok := x.(string)
			if !ok {
				return nil, fmt.Errorf("want names of columns, have %T", x)
			}
			names = append(names, n)
		}
	}
	t, err := inferSchema(rows)
	if err != nil || names == nil {
		return t, err
	}
	if len(names) != len(t.Fields) {
		return nil, fmt.Errorf("%d names for %d columns", len(names), len(t.Fields))
	}
	fields := slices.Clone(t.Fields)
	for i, n := range names {
		fields[i].Name = n
	}
	return types.StructOf(fields...), nil
}

func inferSchema(rows reflect.Value) (*types.Type, error) {
	elem := rows.Type().Elem()
	for elem.Kind() == reflect.Pointer {
		elem = elem.Elem()
	}
	if elem.Kind() == reflect.Interface || elem.Kind() == reflect.Slice && elem != bytesType || elem.Kind() == reflect.Map {
		if rows.Len() == 0 {
			return nil, fmt.Errorf("there is no row to take the columns from; give a schema such as \"a INT, b STRING\"")
		}
		first := rows.Index(0)
		for first.Kind() == reflect.Interface || first.Kind() == reflect.Pointer {
			if first.IsNil() {
				return nil, fmt.Errorf("row 0 is nil; give a schema")
			}
			first = first.Elem()
		}
		if first.Type() == rowType {
			return first.Interface().(Row).schema, nil
		}
		switch first.Kind() {
		case reflect.Slice, reflect.Array:
			if first.Type() != bytesType {
				return inferColumns(rows, first.Len(), func(row reflect.Value, i int) reflect.Value {
					if i < row.Len() {
						return row.Index(i)
					}
					return reflect.Value{}
				}, nil)
			}
		case reflect.Map:
			var keys []string
			for _, k := range first.MapKeys() {
				keys = append(keys, fmt.Sprint(k.Interface()))
			}
			slices.Sort(keys)
			return inferColumns(rows, len(keys), func(row reflect.Value, i int) reflect.Value {
				return row.MapIndex(reflect.ValueOf(keys[i]).Convert(row.Type().Key()))
			}, keys)
		}
		elem = first.Type()
	}
	if elem.Kind() == reflect.Struct && elem != timeType {
		return structOf(elem)
	}
	t, _, err := typeOf(elem)
	if err != nil {
		return nil, err
	}
	return types.StructOf(types.Field{Name: "value", Type: t, Nullable: true}), nil
}

// inferColumns takes the type of each column from its first value that is not nil.
func inferColumns(rows reflect.Value, n int, at func(row reflect.Value, i int) reflect.Value, names []string) (*types.Type, error) {
	fields := make([]types.Field, n)
	for i := range fields {
		fields[i] = types.Field{Name: fmt.Sprintf("_%d", i+1), Type: types.Void, Nullable: true}
		if names != nil {
			fields[i].Name = names[i]
		}
		for r := range rows.Len() {
			row := reflect.Indirect(rows.Index(r))
			for row.Kind() == reflect.Interface {
				row = reflect.Indirect(row.Elem())
			}
			if !row.IsValid() || row.Kind() != reflect.Slice && row.Kind() != reflect.Array && row.Kind() != reflect.Map {
				return nil, fmt.Errorf("row %d is not like the first one", r)
			}
			v := at(row, i)
			for v.IsValid() && v.Kind() == reflect.Interface {
				v = v.Elem()
			}
			if !v.IsValid() {
				continue
			}
			t, _, err := typeOf(v.Type())
			if err != nil {
				return nil, err
			}
			fields[i].Type = t
			break
		}
	}
	return types.StructOf(fields...), nil
}

// CollectInto collects the rows into a slice that out points to: of structs or maps, whose fields go by name, or of
// single values.
func (df *DataFrame) CollectInto(out any) {
	p := reflect.ValueOf(out)
	if p.Kind() != reflect.Pointer || p.IsNil() || p.Elem().Kind() != reflect.Slice {
		raise("CollectInto", fmt.Errorf("want a pointer to a slice, have %T", out))
	}
	read, err := newRowReader(p.Elem().Type().Elem(), df.Schema(), df.spark.engine.Zone())
	if err != nil {
		raise("CollectInto", err)
	}
	r := df.execute("collect", df.rel)
	all := reflect.MakeSlice(p.Elem().Type(), 0, 0)
	for _, b := range r.Batches {
		for i := range b.Rows() {
			v, err := read.row(b, b.Row(i))
			if err != nil {
				raise("CollectInto", fmt.Errorf("row %d: %w", all.Len(), err))
			}
			all = reflect.Append(all, v)
		}
	}
	p.Elem().Set(all)
}
