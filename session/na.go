package session

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gospark/runtime/logical"
)

// DataFrameNaFunctions treats missing values: NULL, and NaN in columns of doubles.
type DataFrameNaFunctions struct{ df *DataFrame }

// Na gives the functions that treat missing values: df.Na().Fill(0).
func (df *DataFrame) Na() *DataFrameNaFunctions { return &DataFrameNaFunctions{df} }

// Fill puts a value in the places of missing ones, in the columns named or in all of a fitting type. A map has a value for
// each of its columns: Fill(0), Fill("?", "name"), Fill(map[string]any{"age": 0, "name": "?"}).
func (n *DataFrameNaFunctions) Fill(value any, cols ...any) *DataFrame {
	f := &logical.NAFill{Input: n.df.rel, Columns: columnTexts("Fill", cols)}
	if m := reflect.ValueOf(value); m.Kind() == reflect.Map {
		for _, k := range sortedKeys(m) {
			f.Columns = append(f.Columns, fmt.Sprint(k.Interface()))
			f.Values = append(f.Values, naValue("Fill", m.MapIndex(k).Interface()))
		}
		return n.df.with(f)
	}
	f.Values = []*logical.Literal{naValue("Fill", value)}
	return n.df.with(f)
}

// Drop leaves out the rows in which a value is missing: Drop() or Drop("any") in any column, Drop("all") in all,
// Drop(n) with fewer than n values; columns may follow: Drop("any", "age"). Drop([]string{"age"}) looks at some columns.
func (n *DataFrameNaFunctions) Drop(args ...any) *DataFrame {
	d := &logical.NADrop{Input: n.df.rel}
	if len(args) > 0 {
		switch x := args[0].(type) {
		case int:
			if d.MinNonNulls, args = x, args[1:]; x <= 0 {
				return n.df
			}
		case string:
			switch x {
			case "any":
				args = args[1:]
			case "all":
				d.MinNonNulls, args = 1, args[1:]
			}
		}
	}
	d.Columns = columnTexts("Drop", args)
	return n.df.with(d)
}

// Replace puts values in the places of others: Replace(map[any]any{1: 2}, "a", "b"), Replace("UNKNOWN", nil, "name"), or with
// the columns first, as in Scala: Replace("name", map[string]string{"a": "b"}). "*" stands for all columns.
func (n *DataFrameNaFunctions) Replace(args ...any) *DataFrame {
	r := &logical.NAReplace{Input: n.df.rel}
	var cols []any
	put := func(m reflect.Value) {
		for _, k := range sortedKeys(m) {
			r.Old = append(r.Old, naValue("Replace", k.Interface()))
			r.New = append(r.New, naValue("Replace", m.MapIndex(k).Interface()))
		}
	}
	isMap := func(i int) bool { return i < len(args) && reflect.ValueOf(args[i]).Kind() == reflect.Map }
	switch {
	case isMap(0):
		put(reflect.ValueOf(args[0]))
		cols = args[1:]
	case isMap(1):
		put(reflect.ValueOf(args[1]))
		cols = args[:1]
	case len(args) > 1:
		r.Old, r.New = naValues(args[0]), naValues(args[1])
		if len(r.New) == 1 {
			r.New = slices.Repeat(r.New, len(r.Old))
		}
		if len(r.New) != len(r.Old) {
			mistake("Replace", "%d values to replace and %d in their place", len(r.Old), len(r.New))
		}
		cols = args[2:]
	default:
		mistake("Replace", "want a map of old and new values, or an old and a new value")
	}
	if r.Columns = columnTexts("Replace", cols); slices.Equal(r.Columns, []string{"*"}) {
		r.Columns = nil
	}
	return n.df.with(r)
}

// Dropna is Na().Drop.
func (df *DataFrame) Dropna(args ...any) *DataFrame { return df.Na().Drop(args...) }

// Fillna is Na().Fill.
func (df *DataFrame) Fillna(value any, cols ...any) *DataFrame { return df.Na().Fill(value, cols...) }

// Replace is Na().Replace.
func (df *DataFrame) Replace(args ...any) *DataFrame { return df.Na().Replace(args...) }

// naValues are the elements of a slice, or the value itself.
func naValues(v any) []*logical.Literal {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice {
		return []*logical.Literal{naValue("Replace", v)}
	}
	out := make([]*logical.Literal, rv.Len())
	for i := range out {
		out[i] = naValue("Replace", rv.Index(i).Interface())
	}
	return out
}

func naValue(method string, v any) *logical.Literal {
	e, err := literal(v)
	l, ok := e.(*logical.Literal)
	if err != nil || !ok {
		mistake(method, "want a bool, number or string, have %T", v)
	}
	return l
}

// sortedKeys are the keys of a map in the order of their texts.
func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		return strings.Compare(fmt.Sprint(a.Interface()), fmt.Sprint(b.Interface()))
	})
	return keys
}

// columnTexts are arguments that are strings or lists of strings.
func columnTexts(method string, args []any) []string {
	var out []string
	for _, a := range args {
		switch a := a.(type) {
		case string:
			out = append(out, a)
		case []string:
			out = append(out, a...)
		default:
			mistake(method, "want names of columns, have %T", a)
		}
	}
	return out
}
