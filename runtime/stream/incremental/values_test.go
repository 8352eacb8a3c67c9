package incremental_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"gospark/runtime/engine"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// command carries out a statement.
func (st *stage) command(sql string) error {
	r, err := st.engine.Parse(sql)
	if err != nil {
		return err
	}
	c, ok := r.(logical.Command)
	if !ok {
		return fmt.Errorf("%s is no command", sql)
	}
	_, err = st.engine.Command(context.Background(), engine.Job{Name: "command"}, c, engine.Params{})
	return err
}

func (sc *scenario) checkSchema(st *stage, r logical.Relation) error {
	if sc.Schema == nil {
		return nil
	}
	rel, err := st.engine.Analyze(r, engine.Params{})
	if err != nil {
		return err
	}
	out := rel.Output()
	if len(out) != len(sc.Schema) {
		return fmt.Errorf("%d columns, want %d", len(out), len(sc.Schema))
	}
	for i, w := range sc.Schema {
		if a := out[i]; a.Name != w.Name || a.Typ.String() != w.Type || a.Null != w.Nullable {
			return fmt.Errorf("column %s %s nullable=%t, want %s %s nullable=%t", a.Name, a.Typ, a.Null, w.Name, w.Type, w.Nullable)
		}
	}
	return nil
}

// compareRows compares rows as sets.
func (sc *scenario) compareRows(got, want [][]any) error {
	fail := fmt.Errorf("rows %v, want %v", got, want)
	if len(got) != len(want) {
		return fail
	}
	taken := make([]bool, len(want))
	for _, g := range got {
		found := false
		for k, w := range want {
			if !taken[k] && sc.sameRow(g, w) {
				taken[k], found = true, true
				break
			}
		}
		if !found {
			return fail
		}
	}
	return nil
}

func (sc *scenario) sameRow(got, want []any) bool {
	for i, v := range got {
		t, err := types.ParseDDL("c " + sc.Schema[i].Type)
		if err != nil || !same(v, t.Fields[0].Type, want[i]) {
			return false
		}
	}
	return len(got) == len(want)
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
	case types.DoubleKind:
		w, err := strconv.ParseFloat(fmt.Sprint(want), 64)
		return err == nil && math.Abs(v.(float64)-w) <= 1e-12*math.Abs(w)
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
	case types.StructKind:
		w, ok := want.([]any)
		g := v.(types.Row)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range g {
			if !same(g[i], t.Fields[i].Type, w[i]) {
				return false
			}
		}
		return true
	}
	w, ok := want.(string)
	return ok && types.Text(v, t, types.CastText, nil) == w
}
