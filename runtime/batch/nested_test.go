package batch

import (
	"math"
	"reflect"
	"testing"

	"gospark/runtime/types"

	"pgregory.net/rapid"
)

// columnTypes are types of every shape of column.
func columnTypes(t *testing.T) *types.Type {
	schema, err := types.ParseDDL("b BOOLEAN, i INT, l BIGINT, s STRING, f FLOAT, d DOUBLE, m DECIMAL(38,2), c INTERVAL, v VOID, " +
		"a ARRAY<INT>, aa ARRAY<ARRAY<STRING>>, p MAP<STRING, DOUBLE>, r STRUCT<x: INT, y: ARRAY<STRUCT<z: DECIMAL(5,2)>>>, e STRUCT<>")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// drawValue draws a boxed value of a type, null one time in four unless it must not be.
func drawValue(t *rapid.T, typ *types.Type, null bool) any {
	if null && rapid.IntRange(0, 3).Draw(t, "null") == 0 || typ.Kind == types.VoidKind {
		return nil
	}
	n := rapid.IntRange(0, 3)
	switch typ.Kind {
	case types.BooleanKind:
		return rapid.Bool().Draw(t, "b")
	case types.IntKind:
		return int32(n.Draw(t, "i"))
	case types.LongKind:
		return int64(n.Draw(t, "l")) - 1
	case types.StringKind:
		return rapid.StringN(0, 2, 2).Draw(t, "s")
	case types.FloatKind:
		return rapid.SampledFrom([]float32{0, 1, -1, float32(math.NaN())}).Draw(t, "f")
	case types.DoubleKind:
		return rapid.SampledFrom([]float64{0, 1, math.Inf(1), math.NaN()}).Draw(t, "d")
	case types.DecimalKind:
		return types.DecimalOf64(int64(n.Draw(t, "m")) - 1)
	case types.CalendarKind:
		return types.Interval{Months: int32(n.Draw(t, "c"))}
	case types.ArrayKind:
		out := make([]any, n.Draw(t, "length"))
		for i := range out {
			out[i] = drawValue(t, typ.Elem, true)
		}
		return out
	case types.MapKind:
		m := types.MapValue{Keys: make([]any, n.Draw(t, "size"))}
		m.Values = make([]any, len(m.Keys))
		for i := range m.Keys {
			m.Keys[i], m.Values[i] = drawValue(t, typ.Key, false), drawValue(t, typ.Elem, true)
		}
		return m
	case types.StructKind:
		row := make(types.Row, len(typ.Fields))
		for i, f := range typ.Fields {
			row[i] = drawValue(t, f.Type, true)
		}
		return row
	}
	t.Fatalf("no values of %s", typ)
	return nil
}

// same compares a row with the value it was made of.
func same(t *rapid.T, got, want any, typ *types.Type, what string) {
	if (got == nil) != (want == nil) || want != nil && !types.Equal(got, want, typ) {
		t.Fatalf("%s: %s, want %s", what, types.Text(got, typ, types.ShowText, nil), types.Text(want, typ, types.ShowText, nil))
	}
}

func TestColumnsKeepTheirValues(t *testing.T) {
	for _, f := range columnTypes(t).Fields {
		t.Run(f.Name, rapid.MakeCheck(func(t *rapid.T) {
			var values []any
			for range rapid.IntRange(0, 8).Draw(t, "rows") {
				values = append(values, drawValue(t, f.Type, true))
			}
			v := ForType(f.Type, 0)
			for _, x := range values {
				v.AppendAny(x)
			}
			if v.Len() != len(values) || v.Elem() != f.Type.GoType() {
				t.Fatalf("%d rows of %v, want %d of %v", v.Len(), v.Elem(), len(values), f.Type.GoType())
			}
			for i, x := range values {
				same(t, v.Any(i), x, f.Type, "a row")
			}
			lo := rapid.IntRange(0, len(values)).Draw(t, "lo")
			hi := rapid.IntRange(lo, len(values)).Draw(t, "hi")
			view := v.View(lo, hi)
			rows := rapid.SliceOf(rapid.Int32Range(0, int32(max(0, hi-lo-1)))).Draw(t, "picked")
			if lo == hi {
				rows = []int32{}
			}
			w := v.Like(0)
			w.Append(view, rows)
			w.Append(v, nil)
			w.Append(view, nil)
			want := []any{}
			for _, r := range rows {
				want = append(want, values[lo+int(r)])
			}
			want = append(append(want, values...), values[lo:hi]...)
			if w.Len() != len(want) {
				t.Fatalf("%d rows, want %d", w.Len(), len(want))
			}
			h := make([]uint64, w.Len())
			w.Hash(nil, h)
			order := Comparator(w, v)
			for i, x := range want {
				same(t, w.Any(i), x, f.Type, "a copied row")
				if any := HashAny(0, x); any != h[i] {
					t.Fatalf("the hash of %v is %x, boxed %x", x, h[i], any)
				}
				for j, y := range values {
					equal := x == nil && y == nil || x != nil && y != nil && types.Equal(x, y, f.Type)
					if w.Equal(i, v, j) != equal {
						t.Fatalf("%v equal to %v: %v, want %v", x, y, !equal, equal)
					}
					if f.Type.Ordered() {
						if got, want := order(i, j), types.ComparePart(x, y, f.Type); got != want {
							t.Fatalf("%v against %v is %d, want %d", x, y, got, want)
						}
					}
				}
			}
			if got := w.Values(); got.Len() != w.Len() || got.Kind() != reflect.Slice {
				t.Fatalf("Values has %d rows", got.Len())
			}
			w.Reset()
			if w.Len() != 0 {
				t.Fatalf("%d rows after Reset", w.Len())
			}
			w.Append(v, nil)
			for i, x := range values {
				same(t, w.Any(i), x, f.Type, "a row after Reset")
			}
		}))
	}
}

func TestBatchOfNestedColumns(t *testing.T) {
	list := ForType(types.ArrayOf(types.Int, true), 0)
	for i := range int32(4) {
		list.AppendAny([]int32{i, i * 10})
	}
	b := Of(list, VecOf([]int64{0, 1, 2, 3}))
	b.Sel = []int32{3, 1}
	c := b.Clone()
	if got, want := c.Cols[0].Any(0), []any{int32(3), int32(30)}; !reflect.DeepEqual(got, want) {
		t.Errorf("the first selected row is %v, want %v", got, want)
	}
	if c.Bytes() <= 0 {
		t.Errorf("%d bytes", c.Bytes())
	}
}
