package world_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"iter"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"gospark/repl/interp/world"

	"github.com/traefik/yaegi/stdlib"
)

func standard() *world.World { return world.New(stdlib.Symbols, world.Recent) }

// check type-checks the body of a function and returns the errors, or the type of the last expression.
func check(w *world.World, body string) string {
	var imports strings.Builder
	for _, p := range []string{"bytes", "context", "encoding/json", "errors", "fmt", "go/ast", "io", "io/fs", "iter", "maps", "math", "math/rand/v2", "math/big", "net/http", "os", "reflect", "slices", "cmp", "sort", "strings", "strconv", "sync", "sync/atomic", "testing", "text/template", "time", "unicode/utf8", "unsafe", "bufio", "net/netip"} {
		fmt.Fprintf(&imports, "import %q\n", p)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", "package main\n"+imports.String()+"func _() {\n"+body+"\n}", parser.SkipObjectResolution)
	if err != nil {
		return err.Error()
	}
	var errs []string
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	conf := types.Config{Importer: w, Error: func(err error) {
		msg := err.(types.Error).Msg
		if !strings.HasSuffix(msg, "and not used") && !strings.HasSuffix(msg, "is not used") && !strings.HasPrefix(msg, "declared and not used") {
			errs = append(errs, msg)
		}
	}}
	types.NewChecker(&conf, fset, types.NewPackage("main", "main"), info).Files([]*ast.File{f})
	if len(errs) > 0 {
		return "error: " + strings.Join(errs, "; ")
	}
	stmts := f.Decls[len(f.Decls)-1].(*ast.FuncDecl).Body.List
	x, ok := stmts[len(stmts)-1].(*ast.ExprStmt)
	if !ok {
		return "ok"
	}
	tv := info.Types[x.X]
	s := types.TypeString(tv.Type, (*types.Package).Name)
	if tv.Value != nil {
		s += " = " + tv.Value.String()
	}
	return s
}

func TestCheck(t *testing.T) {
	tests := []struct{ body, want string }{
		// functions, methods, chains
		{`strings.Fields("a b")`, "[]string"},
		{`strings.NewReplacer("a", "b").Replace("x")`, "string"},
		{`time.Now().Add(time.Second).Sub(time.Time{}).Round(time.Hour)`, "time.Duration"},
		{`fmt.Fprintln(os.Stdout, 1, "a")`, "(n int, err error)"},
		{`fmt.Println([]any{1}...)`, "(n int, err error)"},
		{`fmt.Println([]int{1}...)`, "error: cannot use []int{…} (value of type []int) as []any value in argument to fmt.Println"},
		{`strings.ToUpper(5)`, "error: cannot use 5 (untyped int constant) as string value in argument to strings.ToUpper"},
		{`strings.Split("a")`, "error: not enough arguments in call to strings.Split\n\thave (string)\n\twant (string, string)"},
		{`strings.NoSuch("a")`, "error: undefined: strings.NoSuch"},
		{`var r io.Reader = strings.NewReader("x"); r`, "io.Reader"},
		{`var r io.Reader = time.Now(); r`, "error: cannot use time.Now() (value of struct type time.Time) as io.Reader value in variable declaration: time.Time does not implement io.Reader (missing method Read)"},
		{`var b bytes.Buffer; var _ io.Writer = b`, "error: cannot use b (variable of struct type bytes.Buffer) as io.Writer value in variable declaration: bytes.Buffer does not implement io.Writer (method Write has pointer receiver)"},
		{`var b bytes.Buffer; b.WriteString("x"); var _ io.ReadWriter = &b`, "ok"},
		{`strings.Builder.Len`, "error: invalid method expression strings.Builder.Len (needs pointer receiver (*strings.Builder).Len)"},
		{`(*strings.Builder).Len`, "func(*strings.Builder) int"},
		{`http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("a", r.URL.Path) })`, "http.HandlerFunc"},
		{`var wg sync.WaitGroup; wg.Go(func() {})`, "()"},
		{`json.Marshal`, "func(v any) ([]byte, error)"},
		{`bytes.Split`, "func(s []byte, sep []byte) [][]byte"},
		// constants and variables
		{`time.Second`, "time.Duration = 1000000000"},
		{`3 * time.Second`, "time.Duration = 3000000000"},
		{`x := 3; x * time.Second`, "error: invalid operation: x * time.Second (mismatched types int and time.Duration)"},
		{`var f float32 = math.Pi; f`, "float32"},
		{`math.MaxInt64 + 1.5`, "untyped float = 9.22337e+18"},
		{`var u uint64 = math.MaxUint64; u`, "uint64"},
		{`var i int = math.MaxUint64`, "error: cannot use math.MaxUint64 (untyped int constant 18446744073709551615) as int value in variable declaration (overflows)"},
		{`x := utf8.RuneError; x`, "rune"},
		{`x := os.PathSeparator; x`, "rune"},
		{`x := utf8.RuneSelf; x`, "int"},
		{`time.January`, "time.Month = 1"},
		{`time.Second = 3`, "error: use of package time not in selector; cannot assign to time.Second (neither addressable nor a map index expression)"},
		{`os.Args = nil; http.DefaultClient.Timeout = time.Second`, "ok"},
		{`io.EOF`, "error"},
		{`const big = 1 << 40; [time.Second / time.Millisecond]int{}`, "[1000]int"},
		// types: aliases, structs, interfaces, comparison
		{`var i os.FileInfo; var j fs.FileInfo = i; j`, "fs.FileInfo"},
		{`http.Client{Timeout: 3}`, "http.Client"},
		{`http.Client{timeout: 3}`, "error: unknown field timeout in struct literal of type http.Client, but does have Timeout"},
		{`http.Client{Timeout: "x"}`, `error: cannot use "x" (untyped string constant) as time.Duration value in struct literal`},
		{`time.Time{1}`, "error: implicit assignment to unexported field wall in struct literal of type time.Time; too few values in struct literal of type time.Time"},
		{`map[time.Time]int{}`, "map[time.Time]int"},
		{`time.Time{} == time.Time{}`, "untyped bool"},
		{`map[bytes.Buffer]int{}`, "error: invalid map key type bytes.Buffer"},
		{`map[netip.Addr]int{}`, "map[netip.Addr]int"},
		{`var x any = 3; switch v := x.(type) { case error: v.Error(); case fmt.Stringer: v.String() }`, "ok"},
		{`var e ast.Expr = &ast.Ident{}; e`, "ast.Expr"},
		{`var e ast.Expr = ast.Ident{}`, "error: cannot use ast.Ident{} (value of struct type ast.Ident) as ast.Expr value in variable declaration: ast.Ident does not implement ast.Expr (method End has pointer receiver)"},
		{`var e ast.Expr = &ast.BlockStmt{}`, "error: cannot use &ast.BlockStmt{} (value of type *ast.BlockStmt) as ast.Expr value in variable declaration: *ast.BlockStmt does not implement ast.Expr (missing method exprNode)"},
		{`var tb testing.TB = &testing.T{}; tb.Log()`, "()"},
		{`reflect.TypeOf(3).Kind() == reflect.Int`, "untyped bool"},
		{`sort.Sort(sort.Reverse(sort.IntSlice([]int{1})))`, "()"},
		{`context.WithTimeout(context.Background(), time.Second)`, "(context.Context, context.CancelFunc)"},
		{`template.Must(template.New("x").Parse("")).Execute(os.Stdout, nil)`, "error"},
		{`bufio.NewReadWriter(nil, nil).Reader.Buffered() + bufio.NewReadWriter(nil, nil).Available()`, "int"},
		{`bufio.NewReadWriter(nil, nil).Buffered()`, "error: ambiguous selector bufio.NewReadWriter(nil, nil).Buffered"},
		{`unsafe.Sizeof(3)`, "uintptr = 8"},
		{`big.NewInt(3).Add(big.NewInt(1), nil).String()`, "string"},
		// generics
		{`slices.Sorted(maps.Keys(map[string]int{}))`, "[]string"},
		{`slices.Collect(slices.Values([]int{1, 2}))`, "[]int"},
		{`slices.SortFunc([]time.Time{}, func(a, b time.Time) int { return cmp.Compare(a.Unix(), b.Unix()) })`, "()"},
		{`slices.Max([]float64{1})`, "float64"},
		{`slices.Sort([]any{1})`, "error: any does not satisfy cmp.Ordered"},
		{`for i, v := range slices.Backward([]string{"a"}) { _ = i + len(v) }`, "ok"},
		{`for l := range strings.Lines("a\nb") { strings.ToUpper(l) }`, "ok"},
		{`strings.SplitSeq("a,b", ",")`, "iter.Seq[string]"},
		{`bytes.Lines(nil)`, "iter.Seq[[]byte]"},
		{`slices.Collect(strings.FieldsSeq("a b"))`, "[]string"},
		{`var s iter.Seq2[int, string]; maps.Collect(s)`, "map[int]string"},
		{`next, stop := iter.Pull(maps.Keys(map[string]bool{})); defer stop(); next()`, "(string, bool)"},
		{`var p atomic.Pointer[http.Client]; p.Load().Timeout`, "time.Duration"},
		{`var n atomic.Int64; n.Add(2)`, "int64"},
		{`sync.OnceValue(func() int { return 3 })()`, "int"},
		{`rand.N(10 * time.Second)`, "time.Duration"},
		{`reflect.TypeFor[int]()`, "reflect.Type"},
		{`errors.AsType[*fs.PathError](nil)`, "(*fs.PathError, bool)"},
		{`cmp.Or(os.Getenv("X"), "d")`, "string"},
		{`slices.BinarySearchFunc([]int{1}, "a", func(e int, s string) int { return strings.Compare(strconv.Itoa(e), s) })`, "(int, bool)"},
	}
	w := standard()
	for _, tt := range tests {
		if got := check(w, tt.body); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.body, got, tt.want)
		}
	}
}

// TestEverything imports all packages and holds each exported function's signature against reflection.
func TestEverything(t *testing.T) {
	w := standard()
	objects := 0
	for _, path := range w.Paths() {
		p, err := w.Import(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if !p.Complete() {
			t.Errorf("%s is not complete", path)
		}
		for _, name := range p.Scope().Names() {
			objects++
			obj := p.Scope().Lookup(name)
			rt, ok := w.Reflect(obj.Type())
			v := stdlib.Symbols[path+"/"+p.Name()][name]
			if !ok || !v.IsValid() {
				continue
			}
			switch obj.(type) {
			case *types.Func, *types.Var:
				if rt != v.Type() {
					t.Errorf("%s.%s: %v from reflection, %v back from go/types", path, name, v.Type(), rt)
				}
			}
		}
	}
	if objects < 5000 {
		t.Errorf("only %d objects in all packages", objects)
	}
}

func TestImportUnknown(t *testing.T) {
	w := standard()
	for path, want := range map[string]string{
		"rand":           `package "rand" is not available in the shell; did you mean "math/rand"?`,
		"github.com/x/y": `package "github.com/x/y" is not available in the shell`,
		"json":           `package "json" is not available in the shell; did you mean "encoding/json"?`,
	} {
		if _, err := w.Import(path); err == nil || err.Error() != want {
			t.Errorf("Import(%q): %v, want %s", path, err, want)
		}
	}
}

func TestLookup(t *testing.T) {
	w := world.New(stdlib.Symbols, world.Exports{"example.com/go-fields/v3/fields": {"X": reflect.ValueOf(1)}, "gospark/session/session": {"X": reflect.ValueOf(1)}})
	for name, want := range map[string]string{
		"strings": "strings", "rand": "math/rand crypto/rand math/rand/v2", "template": "text/template html/template",
		"pprof": "runtime/pprof net/http/pprof", "scanner": "go/scanner text/scanner", "json": "encoding/json", "slices": "slices",
		"fields": "example.com/go-fields/v3", "session": "gospark/session", "nosuch": "",
	} {
		if got := strings.Join(w.Lookup(name), " "); got != want {
			t.Errorf("Lookup(%q) = %s, want %s", name, got, want)
		}
	}
}

type pair[K comparable, V any] struct {
	Key K
	Val V
}

func (p pair[K, V]) Flat() pair[string, string] { return pair[string, string]{} }

type node struct {
	Next *node
	kids map[string][]node
}

type inner struct{ Deep int }

type outer struct {
	*inner
	io.Reader
	hidden func()
}

func TestType(t *testing.T) {
	w := standard()
	name := func(v any) string { return types.TypeString(w.Type(reflect.TypeOf(v)), (*types.Package).Name) }
	for _, tt := range []struct {
		value any
		want  string
	}{
		{3, "int"}, {'x', "int32"}, {[]byte{}, "[]byte"}, {map[string][]any{}, "map[string][]any"}, {struct{ A int }{}, "struct{A int}"},
		{make(<-chan error), "<-chan error"}, {func(int, ...string) (a, b error) { return }, "func(int, ...string) (error, error)"},
		{[3]*http.Client{}, "[3]*http.Client"}, {new(io.Reader), "*io.Reader"}, {time.Second, "time.Duration"},
		{pair[string, *http.Client]{}, "world_test.pair[string,*http.Client]"}, {pair[int, []pair[int, bool]]{}, "world_test.pair[int,[]world_test.pair[int,bool]]"},
		{iter.Seq[int](nil), "iter.Seq[int]"}, {iter.Seq2[int, map[string]time.Time](nil), "iter.Seq2[int, map[string]time.Time]"},
		{node{kids: nil}, "world_test.node"}, {outer{hidden: nil}, "world_test.outer"},
	} {
		if got := name(tt.value); got != tt.want {
			t.Errorf("%T: %s, want %s", tt.value, got, tt.want)
		}
		if w.Type(reflect.TypeOf(tt.value)) != w.Type(reflect.TypeOf(tt.value)) {
			t.Errorf("%T: two forms of one type", tt.value)
		}
	}
	if obj, _, _ := types.LookupFieldOrMethod(w.Type(reflect.TypeFor[outer]()), true, nil, "Deep"); obj == nil {
		t.Error("field promoted through an unexported embedded type is lost")
	}
	if obj, _, _ := types.LookupFieldOrMethod(w.Type(reflect.TypeFor[pair[int, int]]()), true, nil, "Flat"); obj == nil || obj.Type().String() != "func() gospark/repl/interp/world_test.pair[string,string]" {
		t.Errorf("method of an instance: %v", obj)
	}
}

func TestParamNames(t *testing.T) {
	w := standard()
	w.NameParams(func(path, recv, name string) []string {
		switch path + "." + recv + "." + name {
		case "strings..Split":
			return []string{"text", "by"}
		case "strings.Builder.WriteString":
			return []string{"s", "n", "err"}
		}
		return nil
	})
	for name, want := range map[string]string{
		"strings..Split":              "func(text string, by string) []string",
		"strings.Builder.WriteString": "func(s string) (n int, err error)",
		"strings..Cut":                "func(s string, sep string) (before string, after string, found bool)",
		"strings..ContainsAny":        "func(s string, chars string) bool",
		"path..Split":                 "func(path string) (dir string, file string)",
		"net/http..HandleFunc":        "func(pattern string, handler func(net/http.ResponseWriter, *net/http.Request))",
		"net/http.ServeMux.Handle":    "func(pattern string, handler net/http.Handler)",
		"io.Reader.Read":              "func(p []byte) (n int, err error)",
		"time.Time.Sub":               "func(u time.Time) time.Duration",
		"math/rand..Shuffle":          "func(n int, swap func(int, int))",
		"archive/tar..NewReader":      "func(io.Reader) *archive/tar.Reader",
	} {
		part := strings.Split(name, ".")
		p, err := w.Import(part[0])
		if err != nil {
			t.Fatal(err)
		}
		obj := p.Scope().Lookup(part[2])
		if part[1] != "" {
			obj, _, _ = types.LookupFieldOrMethod(p.Scope().Lookup(part[1]).Type(), true, nil, part[2])
		}
		if got := obj.Type().String(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestConcurrent(t *testing.T) {
	w := standard()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := check(w, `slices.Sorted(maps.Keys(http.Header{}))`); got != "[]string" {
				t.Error(got)
			}
		})
	}
	wg.Wait()
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		standard()
	}
}

// BenchmarkImport imports a dozen packages that everyday snippets use.
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		w := standard()
		for _, p := range []string{"fmt", "strings", "strconv", "time", "errors", "sort", "sync", "math", "os", "encoding/json", "regexp", "slices", "maps"} {
			if _, err := w.Import(p); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkImportAll(b *testing.B) {
	for b.Loop() {
		w := standard()
		for _, p := range w.Paths() {
			if _, err := w.Import(p); err != nil {
				b.Fatal(err)
			}
		}
	}
}
