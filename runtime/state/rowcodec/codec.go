// Package rowcodec turns rows of columns into bytes and back: the keys and values of state.
//
// A row is the marks of its nulls, a bit for each column, and the values that are not null, one after the other: numbers
// in little endian at their width, texts with their length before them, arrays and maps as their count, the marks of
// their elements' nulls and the elements, structs as rows. Rows of the same types and values are the same bytes in every
// process; the bytes say nothing about the types.
//
// A codec of keys is canonical besides: rows that grouping holds equal, and only those, are equal bytes. -0.0 becomes
// 0.0 and all NaNs are one.
package rowcodec

import (
	"encoding/binary"
	"fmt"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// A Codec is compiled for the types of the columns. It belongs to one goroutine: the texts it decodes share blocks.
type Codec struct {
	row  row
	text block
}

// New makes a codec of values, which come back as they were.
func New(columns ...*types.Type) *Codec { return compile(columns, false) }

// NewKey makes a codec of keys.
func NewKey(columns ...*types.Type) *Codec { return compile(columns, true) }

func compile(columns []*types.Type, key bool) *Codec {
	c := new(Codec)
	c.row = rowOf(columns, options{key, &c.text})
	return c
}

// AppendRow appends a row of the columns, which must be of the codec's types.
func (c *Codec) AppendRow(dst []byte, cols []batch.Vector, row int) []byte {
	return c.row.append(dst, cols, row)
}

// Decode appends a row to the columns, which must be of the codec's types. It keeps nothing of src. On an error, which
// means that the bytes are not of such a row, the columns are of no use.
func (c *Codec) Decode(src []byte, cols []batch.Vector) error {
	rest, ok := c.row.decode(src, cols)
	if !ok || len(rest) > 0 {
		return fmt.Errorf("rowcodec: %d bytes are not a row of %d columns", len(src), len(c.row))
	}
	return nil
}

// Columns makes empty columns of types to decode into.
func Columns(ts []*types.Type, capacity int) []batch.Vector {
	cols := make([]batch.Vector, len(ts))
	for i, t := range ts {
		cols[i] = batch.ForType(t, capacity)
	}
	return cols
}

// A field writes and reads the values of a column that are not null. decode appends one to the column and returns what
// is left of src, or false when src is too short.
type field interface {
	append(dst []byte, v batch.Vector, row int) []byte
	decode(src []byte, v batch.Vector) (rest []byte, ok bool)
}

type options struct {
	key  bool
	text *block
}

// A row is the fields of a row or a struct.
type row []field

func rowOf(ts []*types.Type, o options) row {
	r := make(row, len(ts))
	for i, t := range ts {
		r[i] = fieldOf(t, o)
	}
	return r
}

func (r row) append(dst []byte, cols []batch.Vector, i int) []byte {
	nulls := len(dst)
	dst = appendMarks(dst, len(r))
	for c, f := range r {
		if cols[c].Null(i) {
			dst[nulls+c/8] |= 1 << (c % 8)
			continue
		}
		dst = f.append(dst, cols[c], i)
	}
	return dst
}

func (r row) decode(src []byte, cols []batch.Vector) (rest []byte, ok bool) {
	n := (len(r) + 7) / 8
	if len(src) < n {
		return nil, false
	}
	nulls, rest := src[:n], src[n:]
	for c, f := range r {
		if nulls[c/8]>>(c%8)&1 != 0 {
			cols[c].AppendNull()
			continue
		}
		if rest, ok = f.decode(rest, cols[c]); !ok {
			return nil, false
		}
	}
	return rest, true
}

func appendMarks(dst []byte, n int) []byte {
	for range (n + 7) / 8 {
		dst = append(dst, 0)
	}
	return dst
}

func fieldOf(t *types.Type, o options) field {
	switch t.Kind {
	case types.VoidKind, types.BooleanKind:
		return boolean{}
	case types.ByteKind:
		return integer[int8]{}
	case types.ShortKind:
		return integer[int16]{}
	case types.IntKind, types.DateKind, types.YearMonthKind:
		return integer[int32]{}
	case types.LongKind, types.TimestampKind, types.TimestampNTZKind, types.TimeKind, types.DayTimeKind:
		return integer[int64]{}
	case types.FloatKind:
		return single{o.key}
	case types.DoubleKind:
		return double{o.key}
	case types.DecimalKind:
		if t.Precision <= maxLongDigits {
			return decimal64{}
		}
		return decimal128{}
	case types.StringKind, types.CharKind, types.VarcharKind, types.BinaryKind:
		return text{o.text}
	case types.CalendarKind:
		return interval{}
	case types.ArrayKind:
		return list{elements{fieldOf(t.Elem, o)}}
	case types.MapKind:
		return mapping{elements{fieldOf(t.Key, o)}, elements{fieldOf(t.Elem, o)}}
	case types.StructKind:
		ts := make([]*types.Type, len(t.Fields))
		for i, f := range t.Fields {
			ts[i] = f.Type
		}
		return structure{rowOf(ts, o)}
	}
	panic("rowcodec: no bytes for the type " + t.String())
}

// count reads a length that at most the given number of items a byte can follow.
func count(src []byte, perByte int) (n int, rest []byte, ok bool) {
	u, size := binary.Uvarint(src)
	if size <= 0 || u > uint64(len(src)-size)*uint64(perByte) {
		return 0, nil, false
	}
	return int(u), src[size:], true
}
