package parquet

import (
	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	pqformat "github.com/parquet-go/parquet-go/format"

	"gospark/runtime/types"
)

// logical is what a column is annotated with; nil for nothing.
func logical(c *pq.Column) any {
	if t := c.Type(); t != nil {
		if l := t.LogicalType(); l != nil {
			return l.Value
		}
	}
	return nil
}

// A list is a column of arrays, taken apart: the repeated node, and the element, which may be the same.
func listOf(c *pq.Column) (repeated, elem *pq.Column, ok bool) {
	if c.Repeated() {
		return c, nil, true // a field that is repeated without being called a list
	}
	if c.Leaf() || !annotated(c, "LIST") || len(c.Columns()) != 1 || !c.Columns()[0].Repeated() {
		return nil, nil, false
	}
	r := c.Columns()[0]
	if r.Leaf() || len(r.Columns()) != 1 || r.Name() == "array" || r.Name() == c.Name()+"_tuple" {
		return r, nil, true
	}
	return r, r.Columns()[0], true
}

// mapOf takes a column of maps apart.
func mapOf(c *pq.Column) (repeated, key, value *pq.Column, ok bool) {
	if c.Leaf() || c.Repeated() || !annotated(c, "MAP") && !annotated(c, "MAP_KEY_VALUE") || len(c.Columns()) != 1 {
		return nil, nil, nil, false
	}
	r := c.Columns()[0]
	if !r.Repeated() || len(r.Columns()) != 2 {
		return nil, nil, nil, false
	}
	return r, r.Columns()[0], r.Columns()[1], true
}

// converted are the annotations of old.
var converted = map[string]deprecated.ConvertedType{"LIST": deprecated.List, "MAP": deprecated.Map, "MAP_KEY_VALUE": deprecated.MapKeyValue}

// annotated says whether a group is a list or a map, in the new or the old way.
func annotated(c *pq.Column, name string) bool {
	if t := c.Type(); t != nil {
		if l := t.LogicalType(); l != nil {
			switch l.Value.(type) {
			case *pqformat.ListType:
				return name == "LIST"
			case *pqformat.MapType:
				return name == "MAP"
			}
		}
		if k := t.ConvertedType(); k != nil {
			return converted[name] == *k
		}
	}
	return false
}

// typeOf is the type of a column by what the file says of it.
func typeOf(c *pq.Column) (*types.Type, error) {
	if r, elem, ok := listOf(c); ok {
		t, err := elementType(r, elem)
		if err != nil {
			return nil, err
		}
		return types.ArrayOf(t, true), nil
	}
	if _, k, v, ok := mapOf(c); ok {
		kt, err := typeOf(k)
		if err != nil {
			return nil, err
		}
		vt, err := typeOf(v)
		return types.MapOf(kt, vt, true), err
	}
	return plainType(c)
}

// elementType is the type of a list's elements: of the repeated node itself, if there is no node below that is it.
func elementType(r, elem *pq.Column) (*types.Type, error) {
	if elem != nil {
		return typeOf(elem)
	}
	return plainType(r)
}

func plainType(c *pq.Column) (*types.Type, error) {
	if c.Leaf() {
		return leafType(c)
	}
	t := types.StructOf()
	for _, f := range c.Columns() {
		ft, err := typeOf(f)
		if err != nil {
			return nil, err
		}
		t.Fields = append(t.Fields, types.Field{Name: f.Name(), Type: ft, Nullable: true})
	}
	return t, nil
}

func leafType(c *pq.Column) (*types.Type, error) {
	if d, ok := logical(c).(*pqformat.DecimalType); ok {
		return types.DecimalOf(int(d.Precision), int(d.Scale)), nil
	}
	switch c.Type().Kind() {
	case pq.Boolean:
		return types.Boolean, nil
	case pq.Int32:
		switch l := logical(c).(type) {
		case *pqformat.DateType:
			return types.Date, nil
		case *pqformat.IntType:
			switch {
			case l.BitWidth == 8 && l.IsSigned:
				return types.Byte, nil
			case l.BitWidth == 16 && l.IsSigned, l.BitWidth == 8:
				return types.Short, nil
			case l.BitWidth == 32 && !l.IsSigned:
				return types.Long, nil
			}
		case *pqformat.TimeType:
			return nil, unsupported(c)
		}
		return types.Int, nil
	case pq.Int64:
		switch l := logical(c).(type) {
		case *pqformat.TimestampType:
			if l.IsAdjustedToUTC {
				return types.Timestamp, nil
			}
			return types.TimestampNTZ, nil
		case *pqformat.TimeType:
			return types.Time, nil
		case *pqformat.IntType:
			if !l.IsSigned {
				return types.DecimalOf(20, 0), nil
			}
		}
		return types.Long, nil
	case pq.Int96:
		return types.Timestamp, nil
	case pq.Float:
		return types.Float, nil
	case pq.Double:
		return types.Double, nil
	case pq.ByteArray:
		switch logical(c).(type) {
		case *pqformat.StringType, *pqformat.EnumType, *pqformat.JsonType:
			return types.String, nil
		}
		return types.Binary, nil
	case pq.FixedLenByteArray:
		return types.Binary, nil
	}
	return nil, unsupported(c)
}
