package expr

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// What Spark answered: the recorded statements that are expressions.

type recordedCase struct {
	Name   string
	Setup  []string
	SQL    string
	Schema []struct {
		Name, Type string
		Nullable   bool
	}
	Rows    [][]any
	Ordered bool
	Error   *struct {
		Condition, SQLState, Message, Phase string
		Params                              map[string]string `json:"messageParameters"`
	}
}

func TestRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/sql/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no recorded cases", err)
	}
	compared, left := 0, map[string]int{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var cases []recordedCase
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&cases); err != nil {
			t.Fatal(f, err)
		}
		for _, c := range cases {
			t.Run(c.Name, func(t *testing.T) {
				if why := c.check(t); why != "" {
					left[why]++
					t.Skip(why)
				}
				compared++
			})
		}
	}
	t.Logf("%d compared, left out: %v", compared, left)
	if compared < 250 {
		t.Errorf("only %d cases could be compared", compared)
	}
}

// elsewhere are cases that depend on more than this package and a parser.
var elsewhere = map[string]string{"aggregate-bitmap_count-bcbb5a": "sketches", "comparison-select-e2461e": "names of row constructors"}

// check compares a case, or says why it is not one for this test.
func (c recordedCase) check(t *testing.T) string {
	if why := elsewhere[c.Name]; why != "" {
		return why
	}
	views, legacy, ok := viewsOf(c.Setup)
	if !ok {
		return "setup"
	}
	if c.Error != nil && (c.Error.Phase == "parse" || c.Error.Condition == "") {
		return "parser or Java"
	}
	rel, err := sql.Parse(c.SQL)
	if err != nil {
		return "parser"
	}
	s, err := analyzeIn(rel, legacy, views)
	var rows [][]any
	if err == nil {
		rows, err = s.run()
	}
	var e *condition.Error
	switch {
	case errors.Is(err, errUnsupported):
		return "more than expressions"
	case errors.As(err, &e) && e.Condition() == "UNRESOLVED_ROUTINE" && (c.Error == nil || c.Error.Condition != e.Condition()):
		return "functions of other families"
	case c.Error != nil && err == nil:
		t.Errorf("%s\n got %v\nwant error %s", c.SQL, rows, c.Error.Message)
		return ""
	case c.Error != nil:
		first, _, _ := strings.Cut(err.Error(), "\n")
		if first != c.Error.Message {
			t.Errorf("%s\n got error %s\nwant error %s", c.SQL, first, c.Error.Message)
		}
		if e != nil {
			for k, v := range c.Error.Params {
				if e.Params[k] != v {
					t.Errorf("%s\n parameter %s: got %q, want %q", c.SQL, k, e.Params[k], v)
				}
			}
		}
		return ""
	case err != nil:
		t.Errorf("%s\n got error %v\nwant %v", c.SQL, err, c.Rows)
		return ""
	}
	for i, f := range c.Schema {
		x := s.exprs[i]
		if got := fmt.Sprint(s.names[i], " ", x.Type(), " ", x.Nullable()); got != fmt.Sprint(f.Name, " ", f.Type, " ", f.Nullable) {
			t.Errorf("%s\n got column %s\nwant column %s %s %v", c.SQL, got, f.Name, f.Type, f.Nullable)
		}
	}
	got := make([]string, len(rows))
	for r, row := range rows {
		vs := make([]any, len(row))
		for i, v := range row {
			vs[i] = encode(v, s.exprs[i].Type())
		}
		got[r] = render(vs)
	}
	want := make([]string, len(c.Rows))
	for r, row := range c.Rows {
		want[r] = render(row)
	}
	if !sameRows(rows, c.Rows, s, got, want) {
		t.Errorf("%s\n got %v\nwant %v", c.SQL, got, want)
	}
	return ""
}

func sameRows(rows, recorded [][]any, s *selection, got, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	used := make([]bool, len(want))
next:
	for r := range got {
		for k := range want {
			if !used[k] && (got[r] == want[k] || near(rows[r], recorded[k], s)) {
				used[k] = true
				continue next
			}
		}
		return false
	}
	return true
}

// near allows doubles a relative error of 1e-12.
func near(row, recorded []any, s *selection) bool {
	for i, v := range row {
		f, ok := v.(float64)
		if g, is := v.(float32); is {
			if n, isNumber := recorded[i].(json.Number); isNumber {
				if h, _ := n.Float64(); float32(h) == g {
					continue
				}
			}
		}
		n, isNumber := recorded[i].(json.Number)
		if ok && isNumber {
			g, _ := n.Float64()
			if f == g || math.Abs(f-g) <= 1e-12*math.Abs(g) {
				continue
			}
			return false
		}
		if render([]any{encode(v, s.exprs[i].Type())}) != render([]any{recorded[i]}) {
			return false
		}
	}
	return true
}

func render(v []any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(normal(v)); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// normal gives equal numbers one spelling.
func normal(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = normal(e)
		}
		return out
	case json.Number:
		if f, err := v.Float64(); err == nil && strings.ContainsAny(string(v), ".eE") {
			return normal(f)
		}
		return string(v)
	case float64:
		return fmt.Sprintf("f%v", v)
	}
	return v
}

// encode writes a value as the recorded files do.
func encode(v any, t *types.Type) any {
	switch v := v.(type) {
	case nil:
		return nil
	case int8, int16, int64:
		switch t.Kind {
		case types.TimestampKind, types.TimestampNTZKind:
			return types.Text(v, t, types.CastText, time.UTC)
		}
		return json.Number(fmt.Sprint(v))
	case int32:
		if t.Kind == types.DateKind {
			return types.Text(v, t, types.CastText, time.UTC)
		}
		return json.Number(fmt.Sprint(v))
	case float32:
		return encodeFloat(float64(v), 32)
	case float64:
		return encodeFloat(v, 64)
	case string:
		if t.Kind == types.BinaryKind {
			return upperHex(v)
		}
	case types.Decimal, types.Interval:
		return types.Text(v, t, types.CastText, time.UTC)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = encode(e, t.Elem)
		}
		return out
	case types.MapValue:
		out := make([]any, len(v.Keys))
		for i, k := range v.Keys {
			out[i] = []any{encode(k, t.Key), encode(v.Values[i], t.Elem)}
		}
		return out
	case types.Row:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = encode(e, t.Fields[i].Type)
		}
		return out
	}
	return v
}

func encodeFloat(f float64, bits int) any {
	text := string(types.AppendFloat(nil, f, bits))
	switch text {
	case "NaN", "Infinity", "-Infinity":
		return text
	}
	return json.Number(text)
}
