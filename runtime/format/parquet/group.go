package parquet

import (
	"reflect"

	pq "github.com/parquet-go/parquet-go"

	"gospark/runtime/types"
)

// A group is a struct whose fields keep their order.
type group struct {
	pq.Group
	fields []pq.Field
}

func (g *group) Fields() []pq.Field { return g.fields }

type field struct {
	pq.Node
	name string
}

func (f *field) Name() string { return f.name }

// Value is for Go structs, which are not written here.
func (f *field) Value(reflect.Value) reflect.Value { panic("parquet: there is no Go value") }

// groupOf is a struct as the file has it. All fields are optional: who reads the file trusts nobody.
func groupOf(t *types.Type) (pq.Node, error) {
	g := &group{Group: pq.Group{}}
	for _, f := range t.Fields {
		n, err := nodeOf(f.Type)
		if err != nil {
			return nil, err
		}
		n = pq.Optional(n)
		g.Group[f.Name] = n
		g.fields = append(g.fields, &field{n, f.Name})
	}
	return g, nil
}

func nodeOf(t *types.Type) (pq.Node, error) {
	switch t.Kind {
	case types.StructKind:
		return groupOf(t)
	case types.ArrayKind:
		elem, err := nodeOf(t.Elem)
		if err != nil {
			return nil, err
		}
		return pq.List(pq.Optional(elem)), nil
	case types.MapKind:
		key, err := nodeOf(t.Key)
		if err != nil {
			return nil, err
		}
		value, err := nodeOf(t.Elem)
		if err != nil {
			return nil, err
		}
		return pq.Map(key, pq.Optional(value)), nil
	case types.BooleanKind:
		return pq.Leaf(pq.BooleanType), nil
	case types.ByteKind:
		return pq.Int(8), nil
	case types.ShortKind:
		return pq.Int(16), nil
	case types.IntKind, types.YearMonthKind:
		return pq.Leaf(pq.Int32Type), nil
	case types.FloatKind:
		return pq.Leaf(pq.FloatType), nil
	case types.DoubleKind:
		return pq.Leaf(pq.DoubleType), nil
	case types.DateKind:
		return pq.Date(), nil
	case types.TimestampKind:
		return pq.Timestamp(pq.Microsecond), nil
	case types.TimestampNTZKind:
		return pq.TimestampAdjusted(pq.Microsecond, false), nil
	case types.TimeKind:
		return pq.TimeAdjusted(pq.Microsecond, false), nil
	case types.StringKind, types.CharKind, types.VarcharKind:
		return pq.Encoded(pq.String(), &pq.RLEDictionary), nil
	case types.BinaryKind:
		return pq.Leaf(pq.ByteArrayType), nil
	case types.DecimalKind:
		typ := pq.Int32Type
		switch size := decimalSize(t.Precision); {
		case size > 8:
			typ = pq.FixedLenByteArrayType(size)
		case size > 4:
			typ = pq.Int64Type
		}
		return pq.Decimal(t.Scale, t.Precision, typ), nil
	}
	return pq.Leaf(pq.Int64Type), nil
}
