package complete_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gospark/repl/interp/complete"
	"gospark/repl/interp/world"

	"github.com/traefik/yaegi/stdlib"
)

// Stream stands for what a session has: methods that return streams.
type Stream struct {
	Name   string
	secret int
}

func (s *Stream) FlatMap(f any) *Stream                      { return s }
func (s *Stream) Filter(f any) *Stream                       { return s }
func (s *Stream) Map(f any) *Stream                          { return s }
func (s *Stream) Window(length, slide time.Duration) *Stream { return s }
func (s *Stream) Rows() []Row                                { return nil }
func (s *Stream) Print(n ...int)                             { _ = s.secret }

// Row is a struct with an embedded one.
type Row struct {
	Stream
	Key   string
	Value int
}

// Context makes streams.
type Context struct{}

func (*Context) Stream(name string) *Stream { return nil }

func Seconds(n int) time.Duration { return time.Duration(n) * time.Second }

var exports = world.Exports{"gospark/repl/interp/complete_test/complete_test": {
	"Stream": reflect.ValueOf((*Stream)(nil)), "Row": reflect.ValueOf((*Row)(nil)), "Context": reflect.ValueOf((*Context)(nil)),
	"Seconds": reflect.ValueOf(Seconds), "Internal": reflect.ValueOf(3),
}}

// session declares what somebody has typed before.
const session = `package main
import "time"
type Click struct {
	Page, Referrer string
	N    int
	at   time.Time
}
func (c *Click) Host() string { return "" }
func (c Click) older() bool { return true }
type Level int
const limit = 10
var clicks []Click
var byPage = map[string]*Click{}
var counter = func(n int) (total int) { return n }
func split(s string) []string { return nil }
func pick[T any](xs []T) T { return xs[0] }
var click Click
`

func completer(t testing.TB) *complete.Completer {
	w := world.New(stdlib.Symbols, world.Recent, exports)
	w.NameParams(func(path, recv, name string) []string {
		if recv+"."+name == "Stream.Window" {
			return []string{"length", "slide"}
		}
		return nil
	})
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", session, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg := types.NewPackage("main", "main")
	conf := types.Config{Importer: w}
	if err := types.NewChecker(&conf, fset, pkg, nil).Files([]*ast.File{f}); err != nil {
		t.Fatal(err)
	}
	var objects []types.Object
	for _, n := range pkg.Scope().Names() {
		objects = append(objects, pkg.Scope().Lookup(n))
	}
	declare := func(name string, v any) {
		objects = append(objects, types.NewVar(0, pkg, name, w.Type(reflect.TypeOf(v))))
	}
	declare("lines", &Stream{})
	declare("sc", &Context{})
	return &complete.Completer{
		World:      w,
		Objects:    func() []types.Object { return objects },
		Imports:    func() map[string]string { return map[string]string{"str": "strings", "time": "time"} },
		DotImports: []string{"gospark/repl/interp/complete_test"},
		Package:    pkg,
		Hidden:     func(path, name string) bool { return name == "Internal" },
		InString: func(text string, cursor int) (int, []complete.Candidate) {
			i := strings.LastIndexByte(text[:cursor], '"') + 1
			if strings.HasSuffix(text[:i], `Col("`) && strings.HasPrefix("word", text[i:cursor]) {
				return i, []complete.Candidate{{Text: "word", Kind: "column", Detail: "string"}}
			}
			return cursor, nil
		},
	}
}

func TestComplete(t *testing.T) {
	c := completer(t)
	tests := []struct{ text, want string }{ // want: candidates; with + in front, they are among the first; with -, not at all
		// members
		{"lines.|", "Filter FlatMap Map Name Print Rows Window"},
		{"lines.Fl|", "FlatMap"},
		{"lines.fl|", "FlatMap"},
		{"lines.F|", "Filter FlatMap"},
		{"lines.X|", ""},
		{"lines.|FlatMap", "Filter FlatMap Map Name Print Rows Window"},
		{"lines.FlatMap(func(s string) []string { return strings.Fields(s) }).Fi|", "Filter"},
		{"lines.FlatMap(undefined).Fi|", "Filter"},
		{"lines.\n\tFilter(f).\n\tFl|", "FlatMap"},
		{"lines\n\t.Filter(f)\n\t.Fl|", "FlatMap"},
		{"sc.Stream(\"a\").Map(split).W|", "Window"},
		{"x := lines.Map(f); x.Fl|", "FlatMap"},
		{"x := lines.Map(f)\nx.Fl|", "FlatMap"},
		{"time.Now().Ad|", "Add AddDate"},
		{"time.Now().Sub(time.Time{}).Mi|", "Microseconds Milliseconds Minutes"},
		{"strings.NewReplacer(\"a\", \"b\").|", "Replace WriteString"},
		{"lines.Rows()[0].|", "Filter FlatMap Key Map Name Print Rows Stream Value Window"},
		{"for _, r := range lines.Rows() { r.Ke|", "Key"},
		{"for _, r := range lines.Rows() {\n\tif r.Ke|", "Key"},
		{"click.|", "Host N Page Referrer at older"},
		{"clicks[0].P|", "Page"},
		{"byPage[\"a\"].h|", "Host"},
		{"(&click).Re|", "Referrer"},
		{"func() Click { return click }().P|", "Page"},
		{"pick(clicks).P|", "Page"},
		{"slices.MaxFunc(clicks, nil).P|", "Page"},
		{"var e error; e.|", "Error"},
		{"Click.|", "older"},
		{"x := struct{ Alpha, Beta int }{}; x.A|", "Alpha"},
		{"m := map[string]struct{ Deep int }{}; m[\"a\"].D|", "Deep"},
		{"ch := make(chan Click); (<-ch).P|", "Page"},
		{"if v, ok := byPage[\"x\"]; ok && v.Pa|", "Page"},
		{"if c := click; c.Pa|", "Page"},
		{"for i := 0; i < click.N|", "N"},
		{"for i := click.N|", "N"},
		{"switch click.Pa|", "Page"},
		{"switch x := any(click).(type) {\ncase Click:\n\tx.Pa|", "Page"},
		{"go func() {\n\tclick.Pa|", "Page"},
		{"defer click.Ho|", "Host"},
		{"select {\ncase v := <-time.After(1): v.Unix|", "Unix UnixMicro UnixMilli UnixNano"},
		{"5.|", ""},
		{"x := 1.5|", ""},
		{"undefined.|", ""},
		{"limit.|", ""},
		// packages, imported or not
		{"str.Title|", "Title"},
		{"strings.Fie|", "Fields FieldsFunc FieldsFuncSeq FieldsSeq"},
		{"lines.Map(func(s string) string { return strings.ToUpper(s)[:strings.IndexB|", "IndexByte"},
		{"math.Max|", "Max MaxFloat32 MaxFloat64 MaxInt MaxInt16 MaxInt32 MaxInt64 MaxInt8 MaxUint MaxUint16 MaxUint32 MaxUint64 MaxUint8"},
		{"slices.Sort|", "Sort SortFunc SortStableFunc Sorted SortedFunc SortedStableFunc"},
		{"rand.Sh|", "Shuffle"},
		{"strings := click; strings.Pa|", "Page"},
		{"http.StatusNotF|", "StatusNotFound"},
		{"import j \"encoding/json\"\nj.Marsh|", "Marshal MarshalIndent Marshaler MarshalerError"},
		// names
		{"li|", "limit lines list"},
		{"lin|", "lines"},
		{"lines.Map(func(word string) string { return wo|", "word"},
		{"lines.Map(func(word string) string {\n\tlonger := word\n\tif true {\n\t\tlo|", "longer log"},
		{"func f(count int) int {\n\treturn cou|", "count counter"},
		{"total := 3; func f() int {\n\treturn tot|", "total"},
		{"func (c *Click) Score() int { return c.N|", "N"},
		{"func g[T any](things []T) T { return thin|", "things"},
		{"x := abc; abcd := 1; { abcde := 2 }; abc|", "abcd"},
		{"xa := 1\nxb := xa|", "xa"},
		{"Seco|", "Seconds"},
		{"Inter|", "-Internal"},
		{"var r Ro|", "Row"},
		{"var x []Cl|", "Click click clicks clear close"},
		{"x.(Lev|", "Level"},
		{"type Wide struct { Cli|", "Click click clicks"},
		{"type Wide struct { Xs []int }; var w Wide; w.|", "Xs"},
		{"type Loop struct { N int }\nfunc (l Loop) Turn() {}\nfunc use(l Loop) { l.T|", "Turn"},
		{"conti|", "continue"},
		{"app|", "append"},
		{"js|", "json jsonrpc"},
		{"", "+Click Level byPage click"},
		{"|", "+Click Level byPage click clicks counter limit lines pick sc split"},
		{"f(|", "+Click Level byPage click"},
		{"x := |", "+Click Level byPage click"},
		// composite literals
		{"Click{|", "+N Page Referrer at"},
		{"Click{Page: \"a\", |", "+N Referrer at"},
		{"Click{Page: \"a\", Re|", "Referrer real recover return reflect regexp"},
		{"Click{Page: lin|", "lines"},
		{"[]Click{{Pa|", "+Page package panic"},
		{"[]*Click{{Page: \"\"}, {Re|", "+Referrer"},
		{"map[string]Click{\"a\": {Pa|", "+Page"},
		{"http.Client{Time|", "Timeout time"},
		{"Click{\"a\", |", "-Page N"},
		{"f(Row{Ke|", "Key"},
		// strings, comments, imports
		{"x := \"lines.|", ""},
		{"x := `lines.|", ""},
		{"x := `a\nlines.|", ""},
		{"x := 'l|", ""},
		{"// lines.|", ""},
		{"/* lines.|", ""},
		{"/* lines. */ lines.Fl|", "FlatMap"},
		{"x // lines.\nlines.Fl|", "FlatMap"},
		{"f(\"a\\\"b\", lines.Fl|", "FlatMap"},
		{"df.Select(Col(\"wo|", "word"},
		{"df.Select(Col(\"|", "word"},
		{"df.Select(Col(\"x|", ""},
		{"import \"encoding/j|", "encoding/json"},
		{"import \"js|", "encoding/json net/rpc/jsonrpc"},
		{"import (\n\t\"fmt\"\n\tx \"net/ht|", "net/http net/http/cgi net/http/cookiejar net/http/fcgi net/http/httptest net/http/httptrace net/http/httputil net/http/pprof"},
		{"import . \"math/bi|", "math/big math/bits"},
		{"import \"fmt\"; x := \"ma|", ""},
	}
	for _, tt := range tests {
		cursor := strings.IndexByte(tt.text, '|')
		if cursor < 0 {
			cursor = 0
		}
		text := strings.Replace(tt.text, "|", "", 1)
		from, cands := c.Complete(text, cursor)
		var got []string
		for _, cand := range cands {
			got = append(got, cand.Text)
			if cand.Kind == "" {
				t.Errorf("%s: %s has no kind", tt.text, cand.Text)
			}
		}
		prefix := text[:cursor]
		if from > cursor || len(cands) > 0 && strings.ContainsAny(prefix[from:], ". (\n") && !strings.Contains(prefix, "import") {
			t.Errorf("%s: replaces %q", tt.text, prefix[from:])
		}
		want := strings.Fields(strings.TrimLeft(tt.want, "+-"))
		switch {
		case strings.HasPrefix(tt.want, "+"):
			if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
				t.Errorf("%s\n got %v\nwant first %v", tt.text, got, want)
			}
		case strings.HasPrefix(tt.want, "-"):
			for _, w := range want {
				if slices.Contains(got, w) {
					t.Errorf("%s: offers %s", tt.text, w)
				}
			}
		default:
			if !slices.Equal(got, want) {
				t.Errorf("%s\n got %v\nwant %v", tt.text, got, want)
			}
		}
	}
}

func TestDetail(t *testing.T) {
	c := completer(t)
	for text, want := range map[string]string{
		"lines.Win":               "method Window(length time.Duration, slide time.Duration) *Stream",
		"lines.Print":             "method Print(...int)",
		"lines.Na":                "field Name string",
		"spli":                    "func split(s string) []string",
		"pic":                     "func pick[T any](xs []T) T",
		"counte":                  "var counter(n int) (total int)",
		"clicks":                  "var clicks []Click",
		"limi":                    "const limit untyped int = 10",
		"Clic":                    "type Click struct",
		"Leve":                    "type Level int",
		"Second":                  "func Seconds(int) time.Duration",
		"time.Seco":               "const Second time.Duration = 1000000000",
		"regex":                   "package regexp regexp",
		"rand.Shu":                "func Shuffle(n int, swap func(int, int))",
		"deleg := 1; dele":        "var deleg int",
		"fallth":                  "keyword fallthrough",
		"appen":                   "func append(slice []T, elems ...T) []T",
		"iota":                    "const iota untyped int = 0",
		"os.PathSep":              "const PathSeparator untyped rune = 47",
		"byPa":                    "var byPage map[string]*Click",
		"maps.Keys":               "func Keys[Map ~map[K]V, K comparable, V any](m Map) iter.Seq[K]",
		"clicks[0].ol":            "method older() bool",
		"http.DefaultC":           "var DefaultClient *http.Client",
		"io.Reade":                "type Reader interface",
		"http.HandlerFun":         "type HandlerFunc func(http.ResponseWriter, *http.Request)",
		"for idx := range 3 { id": "var idx int",
	} {
		_, cands := c.Complete(text, len(text))
		if len(cands) == 0 {
			t.Errorf("%s: nothing", text)
			continue
		}
		got := cands[0].Kind + " " + cands[0].Text
		if cands[0].Detail != "" && cands[0].Detail[0] != '(' && cands[0].Detail[0] != '[' {
			got += " "
		}
		if got += cands[0].Detail; got != want && got != strings.Replace(want, "[]Click", " []Click", 1) && got != strings.Replace(want, " []Click", "[]Click", 1) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestAnywhere completes at each place of a program: nothing may panic, and every name in it that is
// in scope is offered where it stands.
func TestAnywhere(t *testing.T) {
	c := completer(t)
	program := `
type Count struct { Word string; N int }
words := lines.FlatMap(func(s string) []string { return strings.Fields(s) })
counts := map[string]int{}
for i, w := range []string{"a", "b"} {
	counts[w] += i
	switch n := counts[w]; { case n > limit: fmt.Println(w, n); default: go func(m int) { counts[w] = m }(n) }
}
out := []Count{}
for w, n := range counts { out = append(out, Count{Word: w, N: n}) }
sort.Slice(out, func(i, j int) bool { return out[i].N > out[j].N })
if first := out[0]; first.N > 3 { words.Print(first.N) }
`
	names := map[string]bool{"words": true, "counts": true, "limit": true, "out": true, "first": true, "lines": true, "append": true, "range": true, "fmt": true, "Println": true, "Slice": true, "Print": true, "FlatMap": true, "Fields": true, "Word": true}
	checked := 0
	for cursor := range len(program) + 1 {
		from, cands := c.Complete(program, cursor)
		if from > cursor {
			t.Fatalf("at %d: from %d", cursor, from)
		}
		end := cursor
		for end < len(program) && (program[end] >= 'a' && program[end] <= 'z' || program[end] >= 'A' && program[end] <= 'Z') {
			end++
		}
		name := program[from:end]
		if end == cursor || from == cursor || !names[name] || declares(program, from, end) {
			continue
		}
		checked++
		if !slices.ContainsFunc(cands, func(c complete.Candidate) bool { return c.Text == name }) {
			t.Errorf("%q is not offered after %q", name, program[max(0, from-20):cursor])
		}
	}
	if checked < 60 {
		t.Errorf("only %d places checked", checked)
	}
}

// declares reports whether the name at that place is being declared there.
func declares(program string, from, end int) bool {
	rest := strings.TrimLeft(program[end:], " ")
	return strings.HasPrefix(rest, ":=") || strings.HasPrefix(rest, "string;") || strings.HasPrefix(program[max(0, from-9):], "struct { ")
}

func BenchmarkComplete(b *testing.B) {
	c := completer(b)
	for _, text := range []string{
		"li", "lines.",
		"lines.FlatMap(func(s string) []string { return strings.Fields(s) }).",
		"lines.Map(func(word string) string { return wo",
		"http.Status", "Click{",
		strings.Repeat("lines.FlatMap(func(s string) []string { return strings.Fields(s) }).Print()\n", 50) + "lines.",
	} {
		c.Complete(text, len(text))
		b.Run(fmt.Sprintf("%.40q", text), func(b *testing.B) {
			for b.Loop() {
				if _, cands := c.Complete(text, len(text)); len(cands) == 0 {
					b.Fatal("nothing")
				}
			}
		})
	}
}
