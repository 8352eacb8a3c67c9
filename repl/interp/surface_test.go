package interp

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"gospark/repl/interp/show"
)

// newSession evaluates the text in a new interpreter.
func newSession(t testing.TB, text string) *Interp {
	t.Helper()
	in, err := New(Config{Stdout: io.Discard, Stderr: io.Discard, Vars: map[string]any{"given": &strings.Builder{}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Eval(context.Background(), Source{Text: text}, nil); err != nil {
		t.Fatalf("%v\n%s", err, err.(*Error).Format(0))
	}
	return in
}

const declarations = `
type Click struct { Page string; n int; At time.Time }
func (c Click) Host() string { return c.Page }
func (c *Click) Add(more int) (total int) { c.n += more; return c.n }
type Level int
func (l Level) String() string { return fmt.Sprintf("level %d", int(l)) }
type Celsius float64
type Tree struct { Name string; Kids []*Tree }
type Shape interface { Area() float64 }
type Boom struct{}
func (Boom) String() string { panic("no text") }
type Shown struct{ A int }
func (s Shown) ShellString() string { return "as shown" }
type Failure struct{ code int }
func (f *Failure) Error() string { return "failure" }
type List[T any] struct { items []T }
func (l *List[T]) Push(x T) { l.items = append(l.items, x) }
func split(s string, n ...int) []string { return nil }
func pick[T any](xs []T) T { return xs[0] }
const limit = 10
var clicks []Click
var lv Level = 3
`

func TestEcho(t *testing.T) {
	in := newSession(t, declarations)
	for _, tt := range []struct{ text, want string }{
		{"40 + 2", "res0: int = 42"},
		{`"a\n" + "b"`, `res1: string = "a\nb"`},
		{"x := 3.0", "x: float64 = 3"},
		{"x = 4.5", "x: float64 = 4.5"},
		{"r := 'x'", "r: rune = 'x'"},
		{"xs := []string{`a`, `b`}", `xs: []string = []string{"a", "b"}`},
		{"m := map[string][]int{`b`: {1}, `a`: nil}", `m: map[string][]int = map[string][]int{"a": nil, "b": {1}}`},
		{"c := Click{Page: `/`, n: 3}", `c: Click = Click{Page: "/", n: 3, At: 0001-01-01 00:00:00 +0000 UTC}`},
		{"&Click{n: 1, At: time.Unix(0, 0).UTC()}", `res2: *Click = &Click{Page: "", n: 1, At: 1970-01-01 00:00:00 +0000 UTC}`},
		{"[]Tree{{Name: `a`, Kids: []*Tree{{Name: `b`}}}}", `res3: []Tree = []Tree{{Name: "a", Kids: []*Tree{&{Name: "b", Kids: nil}}}}`},
		{"lv", "res4: Level = level 3"},
		{"[]Level{1, 2}", "res5: []Level = []Level{level 1, level 2}"},
		{"map[Level]Celsius{1: 2.5}", "res6: map[Level]Celsius = map[Level]Celsius{level 1: 2.5}"},
		{"[]any{lv, Celsius(3), int8(1), c.n, Shown{1}, nil, Tree{}}", `res7: []any = []any{level 3, Celsius(3), int8(1), 3, as shown, nil, Tree{Name: "", Kids: nil}}`},
		{"Shown{2}", "res8: Shown = as shown"},
		{"Boom{}", "res9: Boom = (String panicked: no text)"},
		{"var err error = &Failure{1}", "err: error = failure"},
		{"fmt.Errorf(`x: %w`, err)", "res10: error = x: failure"},
		{"struct{ a, B int }{1, 2}", "res11: struct{a int; B int} = struct{a int; B int}{a: 1, B: 2}"},
		{"f := func(a int) string { return `` }", "f: func(a int) string"},
		{"strings.Cut(`a=b`, `=`)", `(string, string, bool) = ("a", "b", true)`},
		{"strings.ToUpper", "res12: func(s string) string"},
		{"time.Second * 90", "res13: time.Duration = 1m30s"},
		{"l := List[Level]{items: []Level{7}}", "l: List[Level] = List[Level]{items: []Level{level 7}}"},
		{"node := &Tree{Name: `a`}; node.Kids = append(node.Kids, node)", `node: *Tree = &Tree{Name: "a", Kids: nil}`},
		{"node", `res14: *Tree = &Tree{Name: "a", Kids: []*Tree{(cycle)}}`},
		{"make([]int, 1000)", "res15: []int = []int{" + strings.Repeat("0, ", 331) + "0... (1000 elements, fmt.Println(res15) shows all)"},
		{"given", "res16: *strings.Builder = "},
		{"var s Shape", "s: Shape = nil"},
		{"any(Celsius(1.5))", "res17: any = Celsius(1.5)"},
		{"1 << 3 == 8", "res18: bool = true"},
	} {
		var lines []string
		err := in.Eval(context.Background(), Source{Text: tt.text}, func(e Echo) {
			lines = append(lines, show.Line(e.Name, e.Type, e.Text))
		})
		want := strings.TrimSuffix(tt.want, " = ")
		if err != nil || len(lines) == 0 || lines[0] != want {
			t.Errorf("%s\n got %q, %v\nwant %q", tt.text, lines, err, want)
		}
	}
}

func TestTypeOf(t *testing.T) {
	in := newSession(t, declarations)
	for expr, want := range map[string]string{
		"1":                               "int",
		"math.Pi * 2":                     "float64",
		"clicks[0].Host()":                "string",
		"clicks":                          "[]Click",
		"Click{}":                         "Click",
		"Click":                           "struct{Page string; n int; At time.Time}",
		"split":                           "func(s string, n ...int) []string",
		"strings.Split":                   "func(s string, sep string) []string",
		"pick(clicks)":                    "Click",
		"(&Click{}).Add":                  "func(more int) (total int)",
		"fmt.Println()":                   "(n int, err error)",
		"panic(1)":                        "no value",
		"nil":                             "untyped nil",
		"func(x int) int { return x }(3)": "int",
		"undefinedThing":                  "error: undefined: undefinedThing",
		"1 + \"a\"":                       "error: ",
		"x :=":                            "error: ",
		"len":                             "error: len is a builtin function; it must be called",
		"clicks.Foo":                      "error: clicks.Foo undefined (type []Click has no field or method Foo)",
		"slices.Sorted(maps.Keys(map[Level]int{}))": "[]Level",
	} {
		got, err := in.TypeOf(expr)
		if err != nil {
			msg := err.Error()
			if e, ok := err.(*Error); ok {
				msg = e.Msg
			}
			got = "error: " + msg
		}
		if got != want && !(strings.HasSuffix(want, "error: ") && strings.HasPrefix(got, want)) {
			t.Errorf("%s: %s, want %s", expr, got, want)
		}
	}
	if _, err := in.TypeOf("  clicks[0].Pag"); err == nil || err.(*Error).Col != 13 {
		t.Errorf("place of an error: %v", err)
	}
	if got := len(in.Vars()); got != 4 { // given, limit, clicks, lv
		t.Errorf("asking for types declared something: %v", in.Vars())
	}
}

func TestDescribe(t *testing.T) {
	in := newSession(t, declarations)
	for expr, want := range map[string]Description{
		"strings":                    {"package", "package strings", "strings", ""},
		"encoding/json":              {"package", "package json", "encoding/json", ""},
		"strings.Split":              {"func", "func strings.Split(s string, sep string) []string", "strings", "Split"},
		"given.WriteString":          {"method", "func (*strings.Builder).WriteString(s string) (int, error)", "strings", "Builder.WriteString"},
		"http.Client":                {"type", "type http.Client struct{Transport http.RoundTripper; CheckRedirect func(*http.Request, []*http.Request) error; Jar http.CookieJar; Timeout time.Duration}", "net/http", "Client"},
		"http.DefaultClient.Timeout": {"field", "field Timeout time.Duration", "net/http", "Client.Timeout"},
		"io.Reader.Read":             {"method", "func (io.Reader).Read(p []byte) (n int, err error)", "io", "Reader.Read"},
		"time.Second":                {"const", "const time.Second time.Duration", "time", "Second"},
		"os.Args":                    {"var", "var os.Args []string", "os", "Args"},
		"slices.Sort":                {"func", "func slices.Sort[S ~[]E, E cmp.Ordered](x S)", "slices", "Sort"},
		"split":                      {"func", "func split(s string, n ...int) []string", "", "split"},
		"Level":                      {"type", "type Level int", "", "Level"},
		"clicks":                     {"var", "var clicks []Click", "", "clicks"},
		"clicks[0].Page":             {"field", "field Page string", "", "Click.Page"},
		"clicks[0].Host":             {"method", "func (Click).Host() string", "", "Click.Host"},
		"Click{}":                    {"expression", "Click", "", "Click"},
		"time.Now().Sub(time.Now())": {"expression", "time.Duration", "time", "Duration"},
		"1 + 2":                      {"expression", "int = 3", "", ""},
		"len":                        {"builtin", "builtin len", "", "len"},
	} {
		got, err := in.Describe(expr)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if got != want {
			t.Errorf("%s\n got %+v\nwant %+v", expr, got, want)
		}
	}
	if _, err := in.Describe("nosuch"); err == nil {
		t.Error("described what there is not")
	}
}

func TestCompleteInSession(t *testing.T) {
	in := newSession(t, declarations+"import str \"strings\"\nl := List[Click]{}\n")
	for text, want := range map[string]string{
		"cli":           "clicks Click",
		"clicks[0].":    "Add At Host Page n",
		"l.Pus":         "Push",
		"l.items[0].Ho": "Host",
		"str.Fie":       "Fields FieldsFunc FieldsFuncSeq FieldsSeq",
		"strings.Fie":   "Fields FieldsFunc FieldsFuncSeq FieldsSeq",
		"given.Gr":      "Grow",
		"lv.":           "String",
		"Click{P":       "Page Pi panic path pprof plan9obj plugin png printer pkix",
		"\"cli":         "",
	} {
		_, cands := in.Complete(text, len(text))
		var got []string
		for _, c := range cands {
			got = append(got, c.Text)
		}
		if strings.HasPrefix(text, "Click{") {
			got, want = got[:1], "Page"
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
	}
}

func BenchmarkCompleteInSession(b *testing.B) {
	in := newSession(b, declarations)
	for b.Loop() {
		if _, cands := in.Complete("clicks[0].", 10); len(cands) != 5 {
			b.Fatal(cands)
		}
	}
}

func TestCheckPlace(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Status
		line string // as Format writes it
	}{
		{"x := 1", Complete, ""},
		{"f(", Incomplete, ""},
		{"a := 1\nb := \"日本\" c", Invalid, "b := \"日本\" c\n            ^ expected ';', found c"},
		{"\tx := )", Invalid, "\tx := )\n\t     ^ unexpected )"},
	} {
		got, err := Check(tt.text)
		text := ""
		if err != nil {
			text = err.Format(0)
		}
		if got != tt.want || text != tt.line {
			t.Errorf("%q: %v\n%s\nwant %v\n%s", tt.text, got, text, tt.want, tt.line)
		}
	}
}

// TestCheckCorpus asks that all snippets of the corpus are complete.
func TestCheckCorpus(t *testing.T) {
	steps := 0
	for _, c := range readCorpus(t, "testdata/snippets.txt") {
		for _, s := range c.steps {
			steps++
			wrong := len(s.want) > 0 && strings.HasPrefix(s.want[0], "err: expected")
			if status, err := Check(s.text); status != Complete && !(wrong && status == Invalid) {
				t.Errorf("%s: %v: %v\n%s", c.id, status, err, s.text)
			}
		}
	}
	if steps < 200 {
		t.Errorf("only %d snippets", steps)
	}
}

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		err   Error
		width int
		want  string
	}{
		{Error{Kind: Type, Line: 1, Col: 6, SourceLine: "x := y + 1", Msg: "undefined: y"}, 80, "x := y + 1\n     ^ undefined: y"},
		{Error{Kind: Type, Line: 1, Col: 1, SourceLine: "y", Msg: "undefined: y"}, 80, "y\n^ undefined: y"},
		{Error{Kind: Type, Line: 1, Col: 3, SourceLine: "\t\ty", Msg: "m"}, 80, "\t\ty\n\t\t^ m"},
		{Error{Kind: Type, Line: 1, Col: 13, SourceLine: "a(\"日本\", y)", Msg: "m"}, 80, "a(\"日本\", y)\n          ^ m"},
		{Error{Kind: Type, Line: 1, Col: 99, SourceLine: "short", Msg: "m"}, 80, "short\n     ^ m"},
		{Error{Kind: Type, Line: 1, Col: 10, SourceLine: "aaaaaaaaab", Msg: "a message that is long"}, 20, "aaaaaaaaab\n         ^\na message that is long"},
		{Error{Kind: Panic, Line: 3, Col: 5, File: "a.go", SourceLine: "    f()", Msg: "boom"}, 80, "a.go:3:5:\n    f()\n    ^ panic: boom"},
		{Error{Kind: Interrupted, Msg: "interrupted"}, 80, "interrupted"},
		{Error{Kind: Type, Line: 1, Col: 1, SourceLine: "a+b", Msg: "undefined: a", More: []Error{{Kind: Type, Line: 1, Col: 3, SourceLine: "a+b", Msg: "undefined: b"}}}, 80,
			"a+b\n^ undefined: a\na+b\n  ^ undefined: b"},
	} {
		if got := tt.err.Format(tt.width); got != tt.want {
			t.Errorf("%+v\n got %q\nwant %q", tt.err, got, tt.want)
		}
	}
}
