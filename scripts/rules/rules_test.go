package rules

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const root = "../.."

// layers lists what the packages below a folder may import of this module, in the order of the design's map. A longer
// prefix wins. Everything below runtime is free to import runtime except where a line says otherwise.
var layers = []struct {
	dir     string
	imports []string
	why     string
}{
	{"cmd", []string{"repl", "builtins", "session", "monitor", "runtime/backend"}, "the command only wires; move logic into one of these"},
	{"repl/interp", []string{"repl/interp"}, "the interpreter layer knows no Spark; pass what it needs through interp.Config"},
	{"repl", []string{"repl"}, "the shell knows no Spark; commands that do belong in builtins"},
	{"builtins", []string{"builtins", "session", "repl", "runtime/connector"}, "builtins reaches the engine through session, and outside systems through their connectors"},
	{"session", []string{"session", "runtime"}, "the API knows nothing of the shell; take what it needs in session.Config"},
	{"monitor", []string{"monitor", "runtime/progress"}, "the monitor subscribes to events and never asks the engine"},
	{"runtime/batch", []string{"runtime/batch", "runtime/types"}, "batches are the bottom layer"},
	{"runtime/types", []string{"runtime/types", "runtime/condition"}, "types are the bottom layer"},
	{"runtime/progress", []string{"runtime/progress"}, "events are plain structs"},
	{"runtime/durable", []string{}, "files know nothing of what is in them"},
	{"runtime/checkpoint", []string{"runtime/checkpoint", "runtime/durable"}, "the logs are texts; what offsets mean is the sources' business"},
	{"runtime/state/rowcodec", []string{"runtime/batch", "runtime/types"}, "rows as bytes"},
	{"runtime/state", []string{"runtime/state", "runtime/durable", "runtime/batch", "runtime/condition", "runtime/types"}, "state is bytes under keys; what they mean is the operators' business"},
	{"runtime/condition", []string{}, "errors are the bottom layer"},
	{"runtime/gofunc", []string{"runtime/gofunc", "runtime/batch", "runtime/condition", "runtime/types"}, "user functions are expressions over batches"},
	{"runtime/connector", []string{"runtime/connector", "runtime/batch", "runtime/condition", "runtime/types", "runtime/format"}, "a connector knows rows and offsets, not plans"},
	{"runtime/format/jsonscan", []string{"runtime/format/jsonscan", "runtime/connector/lines", "runtime/batch", "runtime/condition", "runtime/types"}, "scanners are below expressions"},
	{"runtime/format/csvscan", []string{"runtime/format/csvscan", "runtime/format/jsonscan", "runtime/batch", "runtime/condition", "runtime/types"}, "scanners are below expressions"},
	{"runtime/format", []string{"runtime/format", "runtime/batch", "runtime/condition", "runtime/connector", "runtime/expr", "runtime/planner", "runtime/types"}, "a format knows files and columns, not what runs them"},
	{"runtime/expr", []string{"runtime/expr", "runtime/batch", "runtime/condition", "runtime/types", "runtime/gofunc", "runtime/format", "runtime/javarand", "runtime/javamath"}, "expressions know columns, not plans"},
	{"runtime/logical", []string{"runtime/logical", "runtime/types"}, "what a user wrote knows nothing of what it means"},
	{"runtime/sql", []string{"runtime/sql", "runtime/logical", "runtime/types", "runtime/condition"}, "the parser yields logical relations and looks nothing up"},
	{"runtime/resolved", []string{"runtime/resolved", "runtime/expr", "runtime/types"}, "resolved relations are data"},
	{"runtime/analysis", []string{"runtime/analysis", "runtime/logical", "runtime/resolved", "runtime/sql", "runtime/expr", "runtime/types", "runtime/condition", "runtime/batch"}, "analysis finds meanings; it runs nothing"},
	{"runtime/plan", []string{"runtime/plan", "runtime/batch", "runtime/gofunc", "runtime/connector", "runtime/condition", "runtime/types", "runtime/expr", "runtime/javarand", "runtime/state"}, "a plan says what, not how"},
	{"runtime/op", []string{"runtime"}, "operators must not schedule; that is exec"},
	{"runtime", []string{"runtime"}, "the engine does not know that an API or a shell exists"},
	{"scripts", []string{"session", "runtime", "repl", "builtins", "monitor", "scripts"}, ""},
}

// banned imports, with what to use instead. Test files are free.
var banned = map[string]string{
	"log":       "use log/slog through the logger you were given: nothing writes to the prompt's terminal",
	"io/ioutil": "use io and os",
	"math/rand": "use math/rand/v2",
}

// exempt are files that import what is banned for a reason of their own.
var exempt = map[string]string{
	"repl/interp/replace.go": "log", // it gives snippets the standard package, writing to the shell
}

func TestImports(t *testing.T) {
	eachFile(t, func(path string, src []byte) {
		f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		test := strings.HasSuffix(path, "_test.go")
		for _, im := range f.Imports {
			p, _ := strconv.Unquote(im.Path.Value)
			if why, ok := banned[p]; ok && !test && !isTool(path) && exempt[path] != p {
				t.Errorf("%s imports %s: %s", path, p, why)
			}
			own, ok := strings.CutPrefix(p, "gospark/")
			if !ok || test {
				continue
			}
			for _, l := range layers {
				if !within(filepath.ToSlash(filepath.Dir(path)), l.dir) {
					continue
				}
				if !anyWithin(own, l.imports) {
					t.Errorf("%s imports %s: %s", path, p, l.why)
				}
				break
			}
		}
	})
}

func TestFormatted(t *testing.T) {
	eachFile(t, func(path string, src []byte) {
		if out, err := format.Source(src); err != nil || !bytes.Equal(out, src) {
			t.Errorf("%s is not formatted: run gofmt -w %s", path, path)
		}
	})
}

// isTool says that a file is a program run by hand or by go generate.
func isTool(path string) bool {
	return strings.HasPrefix(path, "scripts/") || strings.HasSuffix(path, "/main.go")
}

func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

func anyWithin(p string, dirs []string) bool {
	for _, d := range dirs {
		if within(p, d) {
			return true
		}
	}
	return false
}

func eachFile(t *testing.T, f func(path string, src []byte)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && p != root && (strings.HasPrefix(name, ".") || name == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		n++
		f(filepath.ToSlash(rel), src)
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("read %d files: %v", n, err)
	}
}
