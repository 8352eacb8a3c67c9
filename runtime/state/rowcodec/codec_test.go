package rowcodec

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

var flat = []*types.Type{
	types.Void, types.Boolean, types.Byte, types.Short, types.Int, types.Long, types.Float, types.Double,
	types.DecimalOf(18, 2), types.DecimalOf(38, 10), types.String, {Kind: types.CharKind, Precision: 3}, types.Binary,
	types.Date, types.Timestamp, types.TimestampNTZ, types.Time, types.YearToMonth, types.DayToSecond, types.Calendar,
}

func anyType(t *rapid.T, depth int) *types.Type {
	n := len(flat)
	if depth > 0 {
		n += 3
	}
	switch i := rapid.IntRange(0, n-1).Draw(t, "type"); i - len(flat) {
	case 0:
		return types.ArrayOf(anyType(t, depth-1), true)
	case 1:
		return types.MapOf(anyType(t, 0), anyType(t, depth-1), true)
	case 2:
		s := types.StructOf()
		for i := range rapid.IntRange(0, 10).Draw(t, "fields") {
			s.Fields = append(s.Fields, types.Field{Name: fmt.Sprint("f", i), Type: anyType(t, depth-1), Nullable: true})
		}
		return s
	default:
		return flat[i]
	}
}

// long is a text that does not go to a block with others.
var long = strings.Repeat("long", blockSize/16)

var floats = []float64{0, math.Copysign(0, -1), math.NaN(), math.Float64frombits(0xfff8000000000001), math.Inf(-1), 1.5}

func anyValue(t *rapid.T, ty *types.Type) any {
	if ty.Kind == types.VoidKind || rapid.IntRange(0, 3).Draw(t, "null") == 0 {
		return nil
	}
	switch ty.Kind {
	case types.BooleanKind:
		return rapid.Bool().Draw(t, "v")
	case types.ByteKind:
		return rapid.Int8().Draw(t, "v")
	case types.ShortKind:
		return rapid.Int16().Draw(t, "v")
	case types.FloatKind:
		return float32(rapid.SampledFrom(floats).Draw(t, "v"))
	case types.DoubleKind:
		return rapid.SampledFrom(floats).Draw(t, "v")
	case types.DecimalKind:
		lo := rapid.Int64().Draw(t, "v")
		d := types.Decimal{Hi: lo >> 63, Lo: uint64(lo)}
		if ty.Precision > 18 {
			d.Hi = rapid.Int64().Draw(t, "hi")
		}
		return d
	case types.CalendarKind:
		return types.Interval{Months: rapid.Int32().Draw(t, "m"), Days: rapid.Int32().Draw(t, "d"), Micros: rapid.Int64().Draw(t, "v")}
	case types.ArrayKind:
		l := make([]any, rapid.IntRange(0, 10).Draw(t, "n"))
		for i := range l {
			l[i] = anyValue(t, ty.Elem)
		}
		return l
	case types.MapKind:
		var m types.MapValue
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			m.Keys = append(m.Keys, anyValue(t, ty.Key))
			m.Values = append(m.Values, anyValue(t, ty.Elem))
		}
		return m
	case types.StructKind:
		r := make(types.Row, len(ty.Fields))
		for i, f := range ty.Fields {
			r[i] = anyValue(t, f.Type)
		}
		return r
	}
	switch ty.GoType().Kind().String() {
	case "int32":
		return rapid.Int32().Draw(t, "v")
	case "int64":
		return rapid.Int64().Draw(t, "v")
	}
	return rapid.OneOf(rapid.StringN(0, 9, -1), rapid.Just(long)).Draw(t, "v")
}

func columns(t *rapid.T) ([]*types.Type, []batch.Vector) {
	ts := make([]*types.Type, rapid.IntRange(0, 12).Draw(t, "columns"))
	cols := make([]batch.Vector, len(ts))
	rows := rapid.IntRange(1, 8).Draw(t, "rows")
	for i := range ts {
		ts[i] = anyType(t, 2)
		cols[i] = batch.ForType(ts[i], 0)
		for range rows {
			cols[i].AppendAny(anyValue(t, ts[i]))
		}
	}
	return ts, cols
}

func rows(cols []batch.Vector) int {
	if len(cols) == 0 {
		return 1
	}
	return cols[0].Len()
}

// Rows come back as they were, bit for bit in values, and what is cut off or too long is an error and no panic.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ts, cols := columns(t)
		c := New(ts...)
		back := Columns(ts, 0)
		for i := range rows(cols) {
			b := c.AppendRow([]byte("x"), cols, i)[1:]
			if err := c.Decode(b, back); err != nil {
				t.Fatal(err)
			}
			again := c.AppendRow(nil, back, i)
			if string(again) != string(b) {
				t.Fatalf("row %d: %x became %x", i, b, again)
			}
			for k := range cols {
				if !cols[k].Equal(i, back[k], i) {
					t.Fatalf("row %d, %v: %v became %v", i, ts[k], cols[k].Any(i), back[k].Any(i))
				}
			}
			for n := 0; n < len(b); n += 1 + len(b)/50 {
				if c.Decode(b[:n], Columns(ts, 0)) == nil {
					t.Fatalf("%d of %d bytes are a row", n, len(b))
				}
				damaged := append([]byte(nil), b...)
				damaged[n] ^= 0xff
				c.Decode(damaged, Columns(ts, 0)) // whatever it says
			}
			if c.Decode(append(b, 0), Columns(ts, 0)) == nil {
				t.Fatal("a row may be followed by anything")
			}
		}
	})
}

// Two rows are equal columns if and only if they are equal bytes.
func TestKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ts, cols := columns(t)
		c := NewKey(ts...)
		for i := range rows(cols) {
			for j := range rows(cols) {
				equal := true
				for k := range cols {
					equal = equal && cols[k].Equal(i, cols[k], j)
				}
				a, b := c.AppendRow(nil, cols, i), c.AppendRow(nil, cols, j)
				if equal != (string(a) == string(b)) {
					t.Fatalf("rows %d and %d: equal is %v, bytes %x and %x", i, j, equal, a, b)
				}
			}
		}
	})
}

func TestFloats(t *testing.T) {
	for _, ts := range [][]*types.Type{{types.Double}, {types.ArrayOf(types.Double, false)}, {types.StructOf(types.Field{Name: "d", Type: types.Double})}} {
		col := batch.ForType(ts[0], 0)
		for _, f := range floats[:4] {
			var x any = f
			if ts[0].Nested() {
				x = []any{f}
			}
			col.AppendAny(x)
		}
		key, value := map[string]int{}, map[string]int{}
		for i := range 4 {
			key[string(NewKey(ts...).AppendRow(nil, []batch.Vector{col}, i))]++
			value[string(New(ts...).AppendRow(nil, []batch.Vector{col}, i))]++
		}
		if len(key) != 2 || len(value) != 4 {
			t.Errorf("%v: %d keys, want 2; %d values, want 4", ts[0], len(key), len(value))
		}
	}
}

var sample = []*types.Type{types.String, types.Long, types.Double, types.Timestamp}

func sampleColumns(n int) []batch.Vector {
	cols := Columns(sample, n)
	for i := range n {
		cols[0].AppendAny(fmt.Sprintf("page-%05d", i))
		cols[1].AppendAny(int64(i))
		cols[2].AppendAny(float64(i))
		cols[3].AppendAny(int64(i) * 1e6)
	}
	return cols
}

func BenchmarkAppend(b *testing.B) {
	cols := sampleColumns(batch.Size)
	c := New(sample...)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		for i := range batch.Size {
			dst = c.AppendRow(dst[:0], cols, i)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch.Size, "ns/row")
}

func BenchmarkDecode(b *testing.B) {
	cols := sampleColumns(batch.Size)
	c := New(sample...)
	rows := make([][]byte, batch.Size)
	for i := range rows {
		rows[i] = c.AppendRow(nil, cols, i)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, v := range cols {
			v.Reset()
		}
		for _, r := range rows {
			if err := c.Decode(r, cols); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch.Size, "ns/row")
}
