package engine_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"gospark/runtime/types"
)

func checkSchema(got *types.Type, want []column) error {
	have := []column{}
	for _, f := range got.Fields {
		have = append(have, column{f.Name, f.Type.String(), f.Nullable})
	}
	if fmt.Sprint(have) != fmt.Sprint(want) {
		return fmt.Errorf("schema %v, want %v", have, want)
	}
	return nil
}

func checkRows(schema *types.Type, rows [][]any, want [][]any, ordered bool) error {
	fail := func() error {
		return fmt.Errorf("rows %v, want %v", rows, want)
	}
	if len(rows) != len(want) {
		return fail()
	}
	free := make([]bool, len(want))
	for i := range free {
		free[i] = true
	}
	for i, r := range rows {
		found := false
		for k, w := range want {
			if ordered && k != i || !free[k] {
				continue
			}
			if found = sameFields(r, schema, w); found {
				free[k] = false
				break
			}
		}
		if !found {
			return fail()
		}
	}
	return nil
}

func sameFields(got []any, t *types.Type, want []any) bool {
	if len(got) != len(want) {
		return false
	}
	for i, v := range got {
		if !same(v, t.Fields[i].Type, want[i]) {
			return false
		}
	}
	return true
}

// same compares a value with a recorded one.
func same(v any, t *types.Type, want any) bool {
	if v == nil || want == nil {
		return v == nil && want == nil
	}
	switch t.Kind {
	case types.BooleanKind:
		return v == want
	case types.ByteKind, types.ShortKind, types.IntKind, types.LongKind, types.YearMonthKind, types.DayTimeKind:
		n, ok := want.(json.Number)
		return ok && fmt.Sprint(v) == n.String()
	case types.FloatKind:
		return sameFloat(float64(v.(float32)), want, 32)
	case types.DoubleKind:
		return sameFloat(v.(float64), want, 64)
	case types.BinaryKind:
		return fmt.Sprintf("%X", v) == want
	case types.ArrayKind:
		w, ok := want.([]any)
		g := v.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range g {
			if !same(g[i], t.Elem, w[i]) {
				return false
			}
		}
		return true
	case types.MapKind:
		w, ok := want.([]any)
		g := v.(types.MapValue)
		if !ok || len(g.Keys) != len(w) {
			return false
		}
		for i := range g.Keys {
			e, ok := w[i].([]any)
			if !ok || len(e) != 2 || !same(g.Keys[i], t.Key, e[0]) || !same(g.Values[i], t.Elem, e[1]) {
				return false
			}
		}
		return true
	case types.StructKind:
		w, ok := want.([]any)
		return ok && sameFields(v.(types.Row), t, w)
	}
	w, ok := want.(string)
	return ok && types.Text(v, t, types.CastText, nil) == w
}

// tolerance allows for another last digit of a transcendental function.
const tolerance = 1e-12

func sameFloat(v float64, want any, bits int) bool {
	w, err := strconv.ParseFloat(fmt.Sprint(want), bits)
	if err != nil {
		return false
	}
	if math.IsNaN(w) || math.IsInf(w, 0) {
		return v == w || math.IsNaN(v) && math.IsNaN(w)
	}
	if v == 0 || w == 0 {
		return v == w && math.Signbit(v) == math.Signbit(w)
	}
	return math.Abs(v-w) <= tolerance*math.Max(math.Abs(v), math.Abs(w))
}
