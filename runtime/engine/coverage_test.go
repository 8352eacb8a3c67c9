package engine_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gospark/runtime/expr"
)

// exported are the exported functions of a package.
func exported(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no package in ", dir, err)
	}
	names := map[string]bool{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.IsExported() {
				names[fn.Name.Name] = true
			}
		}
	}
	return names
}

// TestCoverage compares the names of functions with Spark's: those that SHOW FUNCTIONS lists, and those of the DataFrame
// API. Names that are left out on purpose are in testdata/leftout.json, by the reason.
func TestCoverage(t *testing.T) {
	var names, leftOut map[string][]string
	for file, to := range map[string]*map[string][]string{"testdata/names.json": &names, "testdata/leftout.json": &leftOut} {
		text, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(text, to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]bool{}
	for why, list := range leftOut {
		if why == "" {
			t.Error("names are left out without a reason")
		}
		for _, n := range list {
			out[n] = true
		}
	}
	inGo := exported(t, "../../session")
	answers := func(name string) bool {
		if f := expr.Lookup(name); f != nil {
			return !f.Refused
		}
		return inGo[expr.GoName(name)] || name == "range"
	}
	for what, list := range names {
		have, want := 0, 0
		var missing []string
		for _, n := range list {
			known := answers(n)
			switch {
			case out[n] && known:
				t.Errorf("%s is there: take it out of testdata/leftout.json", n)
			case out[n]:
			case known:
				have, want = have+1, want+1
			default:
				want++
				missing = append(missing, n)
			}
		}
		t.Logf("%s: %d of %d names (%.1f %%), %d left out; missing: %s", what, have, want, 100*float64(have)/float64(want), len(list)-want, strings.Join(missing, " "))
		if want < 400 || have*100 < want*95 {
			t.Errorf("%s: only %d of %d names", what, have, want)
		}
	}
}
