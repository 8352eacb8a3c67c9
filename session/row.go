package session

import (
	"fmt"
	"time"

	"gospark/runtime/types"
)

// A Row is a row of a DataFrame that was collected. Values are Go's: int8 to int64, float32, float64, bool, string,
// time.Time for dates and timestamps, []byte, []any for arrays, map[any]any for maps and Row for structs; nil for NULL.
type Row struct {
	schema *types.Type
	values []any
	zone   *time.Location
}

// Collect returns all rows.
func (df *DataFrame) Collect() []Row { return df.rows("collect", -1) }

// rows are the first n rows, all with a negative n.
func (df *DataFrame) rows(op string, n int) []Row {
	rel := df.rel
	if n >= 0 {
		rel = df.limited(n)
	}
	r := df.execute(op, rel)
	rows := []Row{}
	for _, v := range r.Rows() {
		rows = append(rows, Row{schema: r.Schema, values: v, zone: df.spark.engine.Zone()})
	}
	return rows
}

// Take returns the first n rows.
func (df *DataFrame) Take(n int) []Row { return df.rows("take", n) }

// First returns the first row; it is an error if there is none.
func (df *DataFrame) First() Row {
	rows := df.rows("first", 1)
	if len(rows) == 0 {
		raise("First", fmt.Errorf("the DataFrame is empty"))
	}
	return rows[0]
}

// Count counts the rows.
func (df *DataFrame) Count() int64 {
	r := df.GroupBy().Count().Collect()
	return r[0].values[0].(int64)
}

// IsEmpty says whether there is no row.
func (df *DataFrame) IsEmpty() bool { return len(df.rows("isEmpty", 1)) == 0 }

// Len is the number of fields.
func (r Row) Len() int { return len(r.values) }

func (r Row) index(key any) int {
	switch k := key.(type) {
	case int:
		if k >= 0 && k < len(r.values) {
			return k
		}
	case string:
		if i := r.schema.Index(k, false); i >= 0 {
			return i
		}
	}
	raise("Row", fmt.Errorf("no field %v in %s", key, r.schema))
	return 0
}

// Get is the value of a field, by name or position.
func (r Row) Get(key any) any {
	i := r.index(key)
	return goValue(r.values[i], r.schema.Fields[i].Type, r.zone)
}

// IsNullAt says whether a field is NULL.
func (r Row) IsNullAt(key any) bool { return r.values[r.index(key)] == nil }

// AsMap is the row as a map by field name.
func (r Row) AsMap() map[string]any {
	m := map[string]any{}
	for i, f := range r.schema.Fields {
		m[f.Name] = r.Get(i)
	}
	return m
}

// ShellType is the name of the type at the prompt, ShellString the row as Spark prints it: [1,x].
func (r Row) ShellType() string { return "Row" }

// ShellString is the row as Spark prints it: [1,x].
func (r Row) ShellString() string { return string(appendRow(nil, r.values, r.schema)) }

// GoString is ShellString, for printing with %#v.
func (r Row) GoString() string { return r.ShellString() }

// Format prints the row as Spark does, whatever the verb: String is the accessor of a field.
func (r Row) Format(f fmt.State, _ rune) { fmt.Fprint(f, r.ShellString()) }

// goValue is a physical value as a Go programmer wants it.
func goValue(v any, t *types.Type, zone *time.Location) any {
	if v == nil {
		return nil
	}
	switch t.Kind {
	case types.DateKind:
		return time.Unix(int64(v.(int32))*86400, 0).UTC()
	case types.TimestampKind:
		return time.UnixMicro(v.(int64)).In(zone)
	case types.TimestampNTZKind:
		return time.UnixMicro(v.(int64)).UTC()
	case types.DayTimeKind:
		return time.Duration(v.(int64)) * time.Microsecond
	case types.BinaryKind:
		return []byte(v.(string))
	case types.DecimalKind:
		return types.Text(v, t, types.CastText, zone)
	case types.ArrayKind:
		var out []any
		for _, x := range v.([]any) {
			out = append(out, goValue(x, t.Elem, zone))
		}
		return out
	case types.MapKind:
		m := map[any]any{}
		mv := v.(types.MapValue)
		for i, k := range mv.Keys {
			m[goValue(k, t.Key, zone)] = goValue(mv.Values[i], t.Elem, zone)
		}
		return m
	case types.StructKind:
		return Row{schema: t, values: v.(types.Row), zone: zone}
	}
	return v
}
