package show

import (
	"bytes"
	"errors"
	"fmt"
	"go/types"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"gospark/repl/interp/world"

	"github.com/traefik/yaegi/stdlib"
)

type click struct {
	Page string `json:"page"`
	N    int
	tags []string
}

type point struct{ X, Y float64 }

type tree struct {
	Name string
	Kids []*tree
	Up   *tree
}

type celsius float64

func (c celsius) String() string { return fmt.Sprintf("%.1f°C", float64(c)) }

type broken struct{ P *int }

func (b broken) String() string { return fmt.Sprint(*b.P) }

type failure struct{ Code int }

func (f *failure) Error() string { return fmt.Sprintf("failure %d", f.Code) }

type frame struct{ schema string }

func (f *frame) ShellString() string { return f.schema }
func (f *frame) ShellType() string   { return "DataFrame" }
func (f *frame) String() string      { return "not this" }

type dataset struct{ n int }

func (dataset) ShellType() string { return "RDD[string]" }

type level int

func TestShow(t *testing.T) {
	var w = world.New(stdlib.Symbols)
	n := 7
	loop := &tree{Name: "a"}
	loop.Kids = []*tree{{Name: "b", Up: loop}}
	self := []any{1, nil}
	self[1] = self
	ring := map[string]any{"a": 1}
	ring["me"] = ring
	deep := any(1)
	for range 20 {
		deep = []any{deep}
	}
	now := time.Date(2026, 11, 21, 14, 0, 0, 5e8, time.UTC)
	tests := []struct {
		v    any // a pointer to what is shown, so that interfaces keep their type
		want string
	}{
		{ptr(42), "int = 42"},
		{ptr(int64(-3)), "int64 = -3"},
		{ptr("a \"quoted\"\ntext\t日本"), `string = "a \"quoted\"\ntext\t日本"`},
		{ptr(true), "bool = true"},
		{ptr(3.0), "float64 = 3"},
		{ptr(1e100), "float64 = 1e+100"},
		{ptr(float32(0.1)), "float32 = 0.1"},
		{ptr(12345678.5), "float64 = 12345678.5"},
		{ptr(1 + 2i), "complex128 = (1+2i)"},
		{ptr(byte(7)), "byte = 7"},
		{ptr(level(3)), "level = 3"},
		{ptr([]int{1, 2}), "[]int = []int{1, 2}"},
		{ptr([]string{}), "[]string = []string{}"},
		{ptr([]string(nil)), "[]string = nil"},
		{ptr([2]bool{true, false}), "[2]bool = [2]bool{true, false}"},
		{ptr([][]int{{1}, nil, {2, 3}}), "[][]int = [][]int{{1}, nil, {2, 3}}"},
		{ptr([]byte("text\n")), `[]byte = []byte("text\n")`},
		{ptr([]byte{0, 255}), "[]byte = []byte{0, 255}"},
		{ptr(map[string]int{"b": 2, "a": 1}), `map[string]int = map[string]int{"a": 1, "b": 2}`},
		{ptr(map[int][]string{10: {"x"}, 9: nil}), `map[int][]string = map[int][]string{9: nil, 10: {"x"}}`},
		{ptr(map[point]bool{{2, 1}: true, {1, 2}: false}), `map[point]bool = map[point]bool{{X: 1, Y: 2}: false, {X: 2, Y: 1}: true}`},
		{ptr(map[any]int{"a": 1, 2: 2, true: 3}), `map[any]int = map[any]int{true: 3, 2: 2, "a": 1}`},
		{ptr(point{1, 2.5}), "point = point{X: 1, Y: 2.5}"},
		{ptr(&point{1, 2.5}), "*point = &point{X: 1, Y: 2.5}"},
		{ptr([]point{{1, 2}}), "[]point = []point{{X: 1, Y: 2}}"},
		{ptr([]*point{{1, 2}, nil}), "[]*point = []*point{&{X: 1, Y: 2}, nil}"},
		{ptr(struct {
			A int
			P point
			L []point
		}{1, point{}, []point{{}}}), "struct{A int; P point; L []point} = struct{A int; P point; L []point}{A: 1, P: point{X: 0, Y: 0}, L: []point{{X: 0, Y: 0}}}"},
		{ptr(click{"/", 1, nil}), `click = click{Page: "/", N: 1, ...}`},
		{ptr(strings.Builder{}), "strings.Builder = strings.Builder{...}"},
		{ptr(http.Client{Timeout: time.Second}), "http.Client = http.Client{Transport: nil, CheckRedirect: nil, Jar: nil, Timeout: 1s}"},
		{ptr(&n), "*int = &7"},
		{ptr((*int)(nil)), "*int = nil"},
		{ptr(any(nil)), "any = nil"},
		{ptr(any(3)), "any = 3"},
		{ptr(any("s")), `any = "s"`},
		{ptr(any(point{})), "any = point{X: 0, Y: 0}"},
		{ptr([]any{1, int64(2), 3.0, 2.5, float32(1), "s", true, nil, level(4), byte(1), []int{1}, (*int)(nil), 'x', 1e300, point{1, 1}}),
			`[]any = []any{1, int64(2), 3.0, 2.5, float32(1), "s", true, nil, level(4), byte(1), []int{1}, (*int)(nil), int32(120), 1e+300, point{X: 1, Y: 1}}`},
		{ptr(errors.New("boom")), "error = boom"},
		{ptr(error(nil)), "error = nil"},
		{ptr(error((*failure)(nil))), "error = (*failure)(nil)"},
		{ptr([]error{errors.New("a"), &failure{3}}), "[]error = []error{a, failure 3}"},
		{ptr(&failure{4}), "*failure = failure 4"},
		{ptr(io.Reader(strings.NewReader("x"))), "io.Reader = &strings.Reader{...}"},
		{ptr(90 * time.Second), "time.Duration = 1m30s"},
		{ptr([]time.Duration{time.Second}), "[]time.Duration = []time.Duration{1s}"},
		{ptr(now), "time.Time = 2026-11-21 14:00:00.5 +0000 UTC"},
		{ptr(map[string]time.Time{"a": now}), `map[string]time.Time = map[string]time.Time{"a": 2026-11-21 14:00:00.5 +0000 UTC}`},
		{ptr(time.Saturday), "time.Weekday = Saturday"},
		{ptr(celsius(20)), "celsius = 20.0°C"},
		{ptr([]celsius{20}), "[]celsius = []celsius{20.0°C}"},
		{ptr(map[celsius]*url.URL{1: {Host: "h", Path: "/p"}}), "map[celsius]*url.URL = map[celsius]*url.URL{1.0°C: //h/p}"},
		{ptr(broken{}), "broken = (String panicked: runtime error: invalid memory address or nil pointer dereference)"},
		{ptr(bytes.NewBufferString("one\ntwo")), "*bytes.Buffer =\none\ntwo"},
		{ptr(&frame{"[word: string]"}), "DataFrame = [word: string]"},
		{ptr(&frame{""}), "DataFrame"},
		{ptr(&dataset{1}), "RDD[string]"},
		{ptr((*dataset)(nil)), "*dataset = nil"},
		{ptr([]dataset{{1}}), "[]dataset = []dataset{RDD[string]}"},
		{ptr((*frame)(nil)), "*frame = nil"},
		{ptr(strings.ToUpper), "func(string) string"},
		{ptr((func(int))(nil)), "func(int) = nil"},
		{ptr([]func(int) string{nil, func(int) string { return "" }}), "[]func(int) string = []func(int) string{nil, func(int) string {...}}"},
		{ptr(make(chan int, 3)), "chan int = chan int (0 of 3)"},
		{ptr(loop), `*tree = &tree{Name: "a", Kids: []*tree{&{Name: "b", Kids: nil, Up: (cycle)}}, Up: nil}`},
		{ptr(self), "[]any = []any{1, (cycle)}"},
		{ptr(ring), `map[string]any = map[string]any{"a": 1, "me": (cycle)}`},
		{ptr(deep), "any = []any{[]any{[]any{[]any{[]any{[]any{[]any{[]any{[]any{...}}}}}}}}}"},
		{ptr(&deep), "*any = &[]any{[]any{[]any{[]any{[]any{[]any{[]any{[]any{...}}}}}}}}"},
	}
	p := Printer{TypeOf: w.Type, TypeText: func(t types.Type) string {
		return types.TypeString(t, func(p *types.Package) string {
			if p.Path() == "gospark/repl/interp/show" {
				return ""
			}
			return p.Name()
		})
	}}
	for _, tt := range tests {
		v := reflect.ValueOf(tt.v).Elem()
		st := w.Type(v.Type())
		got := strings.TrimPrefix(Line("x", p.Type(v, st), p.Value(v, st)), "x: ")
		if got != tt.want {
			t.Errorf("%T\n got %s\nwant %s", tt.v, got, tt.want)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestLine(t *testing.T) {
	for _, tt := range [][4]string{
		{"x", "int", "1", "x: int = 1"}, {"f", "func()", "", "f: func()"}, {"", "(int, bool)", "(1, true)", "(int, bool) = (1, true)"},
		{"b", "*bytes.Buffer", "one\ntwo", "b: *bytes.Buffer =\none\ntwo"},
	} {
		if got := Line(tt[0], tt[1], tt[2]); got != tt[3] {
			t.Errorf("got %q, want %q", got, tt[3])
		}
	}
}

func TestShowCut(t *testing.T) {
	w := world.New(stdlib.Symbols)
	ints := make([]int, 10000)
	words := map[string]string{}
	for i := range 500 {
		words[fmt.Sprint("word", i)] = strings.Repeat("x", i)
	}
	for _, tt := range []struct {
		v    any
		want string
	}{
		{ints, "[]int{0, 0, 0, 0, 0, ... (10000 elements, fmt.Println(xs) shows all)"},
		{&ints, "&[]int{0, 0, 0, 0, 0,... (10000 elements, fmt.Println(xs) shows all)"},
		{strings.Repeat("x", 5000), `"xxxxxxxxxxxxxxxxxxxx... (5000 bytes, fmt.Println(xs) shows all)`},
		{strings.Repeat("日", 5000), `"日日日日日日... (15000 bytes, fmt.Println(xs) shows all)`},
		{words, `map[string]string{"wo... (500 elements, fmt.Println(xs) shows all)`},
		{point{1.25e-7, 123456789.25}, "point{X: 1.25e-07, Y:... (fmt.Println(xs) shows all)"},
		{"exactly as long as it", `"exactly as long as i... (21 bytes, fmt.Println(xs) shows all)`},
		{"two shorter than it", `"two shorter than it"`},
	} {
		p := Printer{Name: "xs", Width: 21, TypeOf: w.Type, TypeText: bare}
		v := reflect.ValueOf(tt.v)
		if got := p.Value(v, w.Type(v.Type())); got != tt.want {
			t.Errorf("%T\n got %s\nwant %s", tt.v, got, tt.want)
		}
	}
}

// bare writes a type without names of packages.
func bare(t types.Type) string {
	return types.TypeString(t, func(*types.Package) string { return "" })
}

// TestShowOfSnippet shows a value whose compiled type has other names than its type: fields with a
// prefix, a declared type that is only its underlying one, a method that reflection does not see.
func TestShowOfSnippet(t *testing.T) {
	main := types.NewPackage("main", "main")
	declare := func(name string, underlying types.Type) *types.Named {
		return types.NewNamed(types.NewTypeName(0, main, name, nil), underlying, nil)
	}
	level := declare("Level", types.Typ[types.Int])
	page := declare("Page", types.NewStruct([]*types.Var{
		types.NewField(0, main, "title", types.Typ[types.String], false),
		types.NewField(0, main, "Level", level, false),
		types.NewField(0, main, "next", types.Universe.Lookup("any").Type(), false),
	}, nil))
	type compiled struct {
		Xtitle string
		Level  int
		Xnext  any
	}
	type boxed struct{ level int }
	p := Printer{
		TypeOf:   func(reflect.Type) types.Type { return page },
		TypeText: bare,
		Open: func(v reflect.Value) (reflect.Value, types.Type) {
			if b, ok := v.Interface().(boxed); ok {
				return reflect.ValueOf(b.level), level
			}
			return v.Elem(), page
		},
		Text: func(v reflect.Value, t types.Type) (string, bool) {
			if types.Identical(t, level) && v.Int() > 5 {
				return fmt.Sprintf("<level %d>", v.Int()), true
			}
			return "", false
		},
	}
	v := []compiled{{"a", 1, boxed{2}}, {"b", 9, boxed{8}}, {"c", 0, compiled{}}, {"d", 0, &compiled{}}}
	const want = `[]Page{{title: "a", Level: 1, next: Level(2)}, {title: "b", Level: <level 9>, next: <level 8>}, ` +
		`{title: "c", Level: 0, next: Page{title: "", Level: 0, next: nil}}, {title: "d", Level: 0, next: &Page{title: "", Level: 0, next: nil}}}`
	if got := p.Value(reflect.ValueOf(v), types.NewSlice(page)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	r := types.Universe.Lookup("rune").Type()
	if got := p.Type(reflect.ValueOf('日'), r) + " = " + p.Value(reflect.ValueOf('日'), r); got != "rune = '日'" {
		t.Error(got)
	}
}
