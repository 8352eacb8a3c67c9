package expr

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"gospark/runtime/batch"
	"gospark/runtime/types"

	"pgregory.net/rapid"
)

// Random expressions over random columns: what the evaluator says of the rows it is asked for is what EvalRow says of
// each of them.

var columnTypes = []*types.Type{types.Boolean, types.Byte, types.Short, types.Int, types.Long, types.Float, types.Double,
	types.DecimalOf(10, 2), types.DecimalOf(38, 10), types.String, types.Binary, types.Date, types.Timestamp, types.TimestampNTZ,
	types.YearToMonth, types.DayToSecond, types.ArrayOf(types.Int, true), types.ArrayOf(types.String, true)}

func drawValue(t *rapid.T, typ *types.Type) any {
	if rapid.IntRange(0, 4).Draw(t, "null") == 0 {
		return nil
	}
	small := int64(rapid.IntRange(-3, 12).Draw(t, "small"))
	switch typ.Kind {
	case types.BooleanKind:
		return small > 4
	case types.ByteKind:
		return int8(rapid.SampledFrom([]int64{small, math.MinInt8, math.MaxInt8}).Draw(t, "byte"))
	case types.ShortKind:
		return int16(rapid.SampledFrom([]int64{small, math.MinInt16, math.MaxInt16}).Draw(t, "short"))
	case types.IntKind, types.YearMonthKind:
		return int32(rapid.SampledFrom([]int64{small, small * 1000, math.MinInt32, math.MaxInt32}).Draw(t, "int"))
	case types.DateKind:
		return int32(small * 400)
	case types.LongKind, types.DayTimeKind:
		return rapid.SampledFrom([]int64{small, small * 1e9, math.MinInt64, math.MaxInt64}).Draw(t, "long")
	case types.TimestampKind, types.TimestampNTZKind:
		return small * 86400e6 * 37
	case types.FloatKind:
		return float32(rapid.SampledFrom([]float64{float64(small), 0.5, math.NaN(), math.Inf(1), math.Copysign(0, -1)}).Draw(t, "float"))
	case types.DoubleKind:
		return rapid.SampledFrom([]float64{float64(small), 2.5, -1e300, math.NaN(), math.Inf(-1), math.Copysign(0, -1)}).Draw(t, "double")
	case types.DecimalKind:
		return types.DecimalOf64(small * 125)
	case types.ArrayKind:
		out := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			out = append(out, drawValue(t, typ.Elem))
		}
		return out
	}
	return rapid.SampledFrom([]string{"", "a", "12", "Spark SQL", "  x ", "é日本", "-7.5", "2024-02-29", "a,b,,c"}).Draw(t, "string")
}

// drawExpr is an expression of at most the given depth over columns. Arguments are of any types; where a function does
// not take them, the expression is one of its arguments.
func drawExpr(t *rapid.T, cols []*Col, depth int) Expr {
	if depth == 0 || rapid.IntRange(0, 5).Draw(t, "leaf") == 0 {
		if rapid.Bool().Draw(t, "column") {
			return cols[rapid.IntRange(0, len(cols)-1).Draw(t, "col")]
		}
		typ := columnTypes[rapid.IntRange(0, len(columnTypes)-1).Draw(t, "type")]
		return &Lit{Value: drawValue(t, typ), Typ: typ}
	}
	f := scalarFunctions()[rapid.IntRange(0, len(scalarFunctions())-1).Draw(t, "function")]
	n := f.sig.least
	if len(f.sig.params) > n || f.sig.variadic {
		n += rapid.IntRange(0, 1).Draw(t, "more")
	}
	args := make([]Expr, n)
	for i := range args {
		args[i] = drawExpr(t, cols, depth-1)
	}
	e, err := Resolve(f.Name, args, Options{Context: testContext(), Legacy: rapid.IntRange(0, 5).Draw(t, "legacy") == 0})
	if err != nil {
		if n > 0 {
			return args[0]
		}
		return cols[0]
	}
	if _, rows := Find[*Generate](e); rows {
		return cols[0]
	}
	drawn[f.Name]++
	return e
}

// drawn counts the calls that were made.
var drawn = map[string]int{}

var scalars []*Function

// scalarFunctions are those whose results do not depend on chance.
func scalarFunctions() []*Function {
	if scalars == nil {
		skip := map[string]bool{"space": true, "repeat": true, "lpad": true, "rpad": true, "sequence": true, "array_repeat": true, "array_insert": true} // huge results
		for _, f := range Functions() {
			if f.Agg == nil && f.Window == nil && f.Gen == nil && !f.Volatile && !skip[f.Name] && f.Name != "rand" && f.Name != "randn" {
				scalars = append(scalars, f)
			}
		}
	}
	return scalars
}

func drawColumns(t *rapid.T, rows int) (*batch.Batch, []*Col) {
	b := &batch.Batch{N: rows}
	var cols []*Col
	for i := range rapid.IntRange(2, 5).Draw(t, "columns") {
		typ := columnTypes[rapid.IntRange(0, len(columnTypes)-1).Draw(t, "type")]
		v := newVector(typ, rows)
		for range rows {
			v.AppendAny(drawValue(t, typ))
		}
		b.Cols = append(b.Cols, v)
		cols = append(cols, &Col{Index: i, Typ: typ, Null: true, Name: fmt.Sprint("c", i)})
	}
	return b, cols
}

func same2(a, b any) bool {
	switch x := a.(type) {
	case float64:
		y, ok := b.(float64)
		return ok && (math.Float64bits(x) == math.Float64bits(y) || x != x && y != y)
	case float32:
		y, ok := b.(float32)
		return ok && (math.Float32bits(x) == math.Float32bits(y) || x != x && y != y)
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !same2(x[i], y[i]) {
				return false
			}
		}
		return true
	case types.Row:
		y, ok := b.(types.Row)
		return ok && same2([]any(x), []any(y))
	case types.MapValue:
		y, ok := b.(types.MapValue)
		return ok && same2(x.Keys, y.Keys) && same2(x.Values, y.Values)
	}
	return reflect.DeepEqual(a, b)
}

func TestColumnsAgreeWithRows(t *testing.T) {
	evaluated := 0
	rapid.Check(t, func(t *rapid.T) {
		b, cols := drawColumns(t, rapid.IntRange(1, 6).Draw(t, "rows"))
		var es []Expr
		for range rapid.IntRange(1, 3).Draw(t, "expressions") {
			es = append(es, drawExpr(t, cols, 3))
		}
		var rows []int32
		if rapid.Bool().Draw(t, "narrowed") {
			for i := range b.N {
				if rapid.Bool().Draw(t, "asked") {
					rows = append(rows, int32(i))
				}
			}
			rows = append([]int32{}, rows...)
		}
		p, err := CompileAll(es)
		if err != nil {
			t.Fatalf("compile %v: %v", es, err)
		}
		ctx := testContext()
		for round := range 2 { // scratch is used again
			want := make([][]any, len(es))
			failed := false
			for k, e := range es {
				want[k] = make([]any, b.N)
				_ = each(b.N, rows, func(i int) error {
					row := make([]any, len(b.Cols))
					for c, v := range b.Cols {
						row[c] = v.Any(i)
					}
					v, err := EvalRow(ctx, e, row)
					failed = failed || err != nil
					want[k][i] = v
					if v == nil && err == nil && !e.Nullable() {
						t.Fatalf("%s is NULL for %v, and said not to be nullable", e, row)
					}
					return nil
				})
			}
			got, err := p.Eval(ctx, b, rows)
			if failed != (err != nil) {
				t.Fatalf("%v over %v: columns say %v, rows say failed %v", es, b.Cols, err, failed)
			}
			if failed {
				return
			}
			for k, e := range es {
				if got[k].Len() < b.N && (rows == nil || len(rows) > 0) {
					t.Fatalf("%s: %d values for %d rows", e, got[k].Len(), b.N)
				}
				_ = each(b.N, rows, func(i int) error {
					if g := got[k].Any(i); !same2(g, want[k][i]) {
						t.Fatalf("round %d: %s (type %s) at %d: columns say %#v, rows say %#v", round, e, e.Type(), i, g, want[k][i])
					}
					return nil
				})
				evaluated++
			}
		}
	})
	t.Logf("%d expressions compared, of %d functions among %d", evaluated, len(drawn), len(scalarFunctions()))
	expressions, functions := 100, 50
	if testing.Short() { // a fifth of the checks
		expressions, functions = 1, 1
	}
	if evaluated < expressions || len(drawn) < functions {
		t.Errorf("only %d expressions of %d functions were compared", evaluated, len(drawn))
	}
}
