package avro

import (
	"fmt"

	"github.com/hamba/avro/v2"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// A decoder appends the next value to a column; with a nil column it skips it.
type decoder func(r *avro.Reader, v batch.Vector)

func mismatch(s avro.Schema, t *types.Type) error {
	return condition.New("AVRO_INCOMPATIBLE_READ_TYPE", "22KD3", "Cannot convert Avro type %s to SQL type %s.", s.Type(), t.SQL())
}

// decoderOf makes the decoder of a schema as a type; t is nil for what is only skipped.
func decoderOf(s avro.Schema, t *types.Type, exact bool) (decoder, error) {
	switch s := s.(type) {
	case *avro.RefSchema:
		if t == nil { // the record may hold itself
			return func(r *avro.Reader, _ batch.Vector) {
				if d, err := decoderOf(s.Schema(), nil, exact); err == nil {
					d(r, nil)
				} else {
					r.ReportError("avro", err.Error())
				}
			}, nil
		}
		return decoderOf(s.Schema(), t, exact)
	case *avro.UnionSchema:
		return unionOf(s, t, exact)
	case *avro.RecordSchema:
		return recordOf(s, t, exact)
	case *avro.ArraySchema:
		return arrayOf(s, t, exact)
	case *avro.MapSchema:
		return mapOf(s, t, exact)
	}
	return scalarOf(s, t)
}

func unionOf(s *avro.UnionSchema, t *types.Type, exact bool) (decoder, error) {
	branches := make([]decoder, len(s.Types()))
	for i, b := range s.Types() {
		if b.Type() == avro.Null {
			branches[i] = func(_ *avro.Reader, v batch.Vector) {
				if v != nil {
					v.AppendNull()
				}
			}
			continue
		}
		d, err := decoderOf(b, t, exact)
		if err != nil {
			return nil, err
		}
		branches[i] = d
	}
	return func(r *avro.Reader, v batch.Vector) {
		i := r.ReadLong()
		if i < 0 || int(i) >= len(branches) {
			r.ReportError("avro", fmt.Sprintf("a union has no branch %d", i))
			return
		}
		branches[i](r, v)
	}, nil
}

func recordOf(s *avro.RecordSchema, t *types.Type, exact bool) (decoder, error) {
	if t != nil && t.Kind != types.StructKind {
		return nil, mismatch(s, t)
	}
	fields := make([]decoder, len(s.Fields()))
	at := make([]int, len(fields)) // the field of the struct, -1 for none
	missing := map[int]bool{}
	if t != nil {
		for i := range t.Fields {
			missing[i] = true
		}
	}
	for i, f := range s.Fields() {
		at[i] = -1
		var ft *types.Type
		if t != nil {
			if k := t.Index(f.Name(), exact); k >= 0 {
				at[i], ft = k, t.Fields[k].Type
				delete(missing, k)
			}
		}
		d, err := decoderOf(f.Type(), ft, exact)
		if err != nil {
			return nil, err
		}
		fields[i] = d
	}
	return func(r *avro.Reader, v batch.Vector) {
		st, _ := v.(*batch.Struct)
		for i, d := range fields {
			if st == nil || at[i] < 0 {
				d(r, nil)
			} else {
				d(r, st.Fields[at[i]])
			}
			if r.Error != nil {
				return
			}
		}
		if st != nil {
			for k := range missing {
				st.Fields[k].AppendNull()
			}
			st.Close()
		}
	}, nil
}

// blocks calls f for each element of an array or a map.
func blocks(r *avro.Reader, f func()) int {
	total := 0
	for {
		n, _ := r.ReadBlockHeader()
		if n == 0 || r.Error != nil {
			return total
		}
		for range n {
			if f(); r.Error != nil {
				return total
			}
			total++
		}
	}
}

func arrayOf(s *avro.ArraySchema, t *types.Type, exact bool) (decoder, error) {
	var et *types.Type
	if t != nil {
		if t.Kind != types.ArrayKind {
			return nil, mismatch(s, t)
		}
		et = t.Elem
	}
	item, err := decoderOf(s.Items(), et, exact)
	return func(r *avro.Reader, v batch.Vector) {
		l, _ := v.(*batch.List)
		if l == nil {
			blocks(r, func() { item(r, nil) })
			return
		}
		blocks(r, func() { item(r, l.Items) })
		l.Close()
	}, err
}

func mapOf(s *avro.MapSchema, t *types.Type, exact bool) (decoder, error) {
	var vt *types.Type
	if t != nil {
		if t.Kind != types.MapKind || !t.Key.Text() {
			return nil, mismatch(s, t)
		}
		vt = t.Elem
	}
	value, err := decoderOf(s.Values(), vt, exact)
	return func(r *avro.Reader, v batch.Vector) {
		m, _ := v.(*batch.Map)
		if m == nil {
			blocks(r, func() { r.SkipString(); value(r, nil) })
			return
		}
		blocks(r, func() {
			m.Keys.AppendAny(r.ReadString())
			value(r, m.Items)
		})
		m.Close()
	}, err
}

// add appends a value that was read.
func add[T any](read func(r *avro.Reader) T) decoder {
	return func(r *avro.Reader, v batch.Vector) {
		x := read(r)
		if c, ok := v.(*batch.Vec[T]); ok {
			c.V = append(c.V, x)
			if c.Valid != nil {
				c.Valid = append(c.Valid, true)
			}
		}
	}
}

func scalarOf(s avro.Schema, t *types.Type) (decoder, error) {
	var logical avro.LogicalSchema
	if l, ok := s.(avro.LogicalTypeSchema); ok {
		logical = l.Logical()
	}
	bytesOf := func(r *avro.Reader) string { return string(r.ReadBytes()) }
	if f, ok := s.(*avro.FixedSchema); ok {
		bytesOf = func(r *avro.Reader) string {
			b := make([]byte, f.Size())
			r.Read(b)
			return string(b)
		}
	}
	want := types.VoidKind
	if t != nil {
		want = t.Kind
	}
	if d, ok := logical.(*avro.DecimalLogicalSchema); ok && t != nil {
		if want != types.DecimalKind || d.Scale() > t.Scale || d.Precision()-d.Scale() > t.Precision-t.Scale {
			return nil, mismatch(s, t)
		}
		return add(func(r *avro.Reader) types.Decimal {
			x, _ := format.DecimalOfBytes(bytesOf(r)).To(d.Scale(), t.Precision, t.Scale)
			return x
		}), nil
	}
	switch s.Type() {
	case avro.Null:
		return func(_ *avro.Reader, v batch.Vector) {
			if v != nil {
				v.AppendNull()
			}
		}, nil
	case avro.Boolean:
		if t == nil || want == types.BooleanKind {
			return add((*avro.Reader).ReadBool), nil
		}
	case avro.Int:
		switch want {
		case types.VoidKind, types.IntKind, types.DateKind:
			return add((*avro.Reader).ReadInt), nil
		case types.LongKind:
			return add(func(r *avro.Reader) int64 { return int64(r.ReadInt()) }), nil
		case types.ByteKind:
			return add(func(r *avro.Reader) int8 { return int8(r.ReadInt()) }), nil
		case types.ShortKind:
			return add(func(r *avro.Reader) int16 { return int16(r.ReadInt()) }), nil
		case types.DoubleKind:
			return add(func(r *avro.Reader) float64 { return float64(r.ReadInt()) }), nil
		}
	case avro.Long:
		unit := int64(1)
		if logical != nil && (logical.Type() == avro.TimestampMillis || logical.Type() == avro.LocalTimestampMillis) {
			unit = 1000
		}
		switch want {
		case types.VoidKind, types.LongKind:
			return add((*avro.Reader).ReadLong), nil
		case types.TimestampKind, types.TimestampNTZKind:
			if logical == nil {
				unit = 1000
			}
			return add(func(r *avro.Reader) int64 { return r.ReadLong() * unit }), nil
		}
	case avro.Float:
		switch want {
		case types.VoidKind, types.FloatKind:
			return add((*avro.Reader).ReadFloat), nil
		case types.DoubleKind:
			return add(func(r *avro.Reader) float64 { return float64(r.ReadFloat()) }), nil
		}
	case avro.Double:
		if t == nil || want == types.DoubleKind {
			return add((*avro.Reader).ReadDouble), nil
		}
	case avro.String, avro.Bytes, avro.Fixed:
		if t == nil || t.Text() || want == types.BinaryKind {
			return add(bytesOf), nil
		}
	case avro.Enum:
		if t == nil || t.Text() {
			e := s.(*avro.EnumSchema)
			return add(func(r *avro.Reader) string {
				i := int(r.ReadInt())
				if i < 0 || i >= len(e.Symbols()) {
					r.ReportError("avro", fmt.Sprintf("an enum has no symbol %d", i))
					return ""
				}
				return e.Symbols()[i]
			}), nil
		}
	}
	return nil, mismatch(s, t)
}
