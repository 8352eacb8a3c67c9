package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newContext is a SparkContext like the one the cases were recorded with.
func newContext(t testing.TB) *SparkContext {
	t.Helper()
	s, err := New(Config{Master: "local[2]", Conf: map[string]string{"spark.default.parallelism": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s.SparkContext()
}

// rddCase is a case of testdata/rdd: what Spark gave for the Scala line.
type rddCase struct {
	Name, Scala string
	Result      json.RawMessage
	Ordered     bool
	Error       *struct{ Message, RootMessage string }
}

// masks make texts comparable: ids and places differ from run to run, and our rows take another number of bytes than
// Java's.
var masks = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`\[(\d+|<id>)\] at`), "[<id>] at"},
	{regexp.MustCompile(`at [\w.]+:\d+`), "at <site>"},
	{regexp.MustCompile(`MemorySize: [0-9.]+ \w+`), "MemorySize: <size>"},
	{regexp.MustCompile(`(Output directory file:)\S+`), "$1<dir>"},
}

func masked(s string) string {
	for _, m := range masks {
		s = m.re.ReplaceAllString(s, m.to)
	}
	return s
}

// TestRDDConformance runs the Go counterpart of every recorded case.
func TestRDDConformance(t *testing.T) {
	files, err := filepath.Glob("testdata/rdd/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded cases: %v", err)
	}
	seen := map[string]bool{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var cases []rddCase
		if err := json.Unmarshal(data, &cases); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for _, c := range cases {
			seen[c.Name] = true
			t.Run(c.Name, func(t *testing.T) {
				run := rddCases[c.Name]
				if run == nil {
					t.Fatalf("no Go counterpart in rddCases for: %s", c.Scala)
				}
				sc := newContext(t)
				var got any
				err := Try(func() { got = run(t, sc) })
				c.check(t, got, err)
			})
		}
	}
	for name := range rddCases {
		if !seen[name] {
			t.Errorf("rddCases has %q, which is not recorded", name)
		}
	}
}

func (c *rddCase) check(t *testing.T, got any, err error) {
	t.Helper()
	if c.Error != nil {
		if err == nil {
			t.Fatalf("result %v, want the error %q", got, c.Error.Message)
		}
		if want := masked(c.Error.Message); !strings.Contains(masked(err.Error()), want) {
			t.Errorf("error = %q, want …%s…", err, want)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	want := decodeResult(t, c.Result)
	have := decodeResult(t, encodeResult(t, got))
	if !c.Ordered {
		sortByText(t, have)
		sortByText(t, want)
	}
	if !reflect.DeepEqual(have, want) {
		t.Errorf("result\n%s\nwant\n%s", encodeResult(t, have), encodeResult(t, want))
	}
}

func decodeResult(t *testing.T, b []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return plainNumbers(v)
}

// plainNumbers gives equal numbers one spelling, and masks texts.
func plainNumbers(v any) any {
	switch x := v.(type) {
	case json.Number:
		return json.Number(strings.TrimSuffix(x.String(), ".0"))
	case string:
		return masked(x)
	case []any:
		out := []any{}
		for _, e := range x {
			if f, ok := e.([]any); ok && len(f) == 2 && f[1] == "(checksum)" {
				continue // Hadoop's checksum files are not written
			}
			out = append(out, plainNumbers(e))
		}
		return out
	}
	return v
}

func sortByText(t *testing.T, v any) {
	list, ok := v.([]any)
	if !ok {
		t.Fatalf("an unordered result that is no list: %v", v)
	}
	sort.Slice(list, func(i, j int) bool { return string(encodeResult(t, list[i])) < string(encodeResult(t, list[j])) })
}

func encodeResult(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(recordedForm(v))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// recordedForm writes records as the recorder did: tuples are arrays, None is null.
func recordedForm(v any) any {
	switch x := v.(type) {
	case nil, json.Number, string, bool:
		return x
	case Pair:
		return []any{recordedForm(x.Key), recordedForm(x.Value)}
	case float64:
		switch {
		case math.IsNaN(x):
			return "NaN"
		case math.IsInf(x, 0):
			return strings.ReplaceAll(fmt.Sprint(x), "Inf", "Infinity")
		}
		return x
	case fmt.Stringer:
		return x.String()
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice {
		return v
	}
	out := make([]any, r.Len())
	for i := range out {
		out[i] = recordedForm(r.Index(i).Interface())
	}
	return out
}
