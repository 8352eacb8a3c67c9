package split

import (
	"fmt"
	"strings"
	"testing"
)

func TestStatements(t *testing.T) {
	tests := []struct {
		text string
		want []string // kind line:col text
	}{
		{"", nil},
		{" ;; \n; // x", nil},
		{"x := 1", []string{"statement 1:1 x := 1"}},
		{"a := 1; b := 2 // two\n  c()", []string{"statement 1:1 a := 1", "statement 1:9 b := 2", "statement 2:3 c()"}},
		{"// doc\nfunc f() {\n}\n\nf()", []string{"func 2:1 func f() {\n}", "statement 5:1 f()"}},
		{"package main\nimport \"fmt\"; import (\n\"os\"\n)\nconst c = 1\nvar (\nv = 2\n)\ntype T struct {\nA, B int\n}\nfunc (t *T) M() {}\nx := T{}", []string{
			"package 1:1 package main", "import 2:1 import \"fmt\"", "import 2:15 import (\n\"os\"\n)", "const 5:1 const c = 1", "var 6:1 var (\nv = 2\n)", "type 9:1 type T struct {\nA, B int\n}", "func 12:1 func (t *T) M() {}", "statement 13:1 x := T{}"}},
		// headers
		{"if x := f(); x > 1 { a(); b() }; c()", []string{"statement 1:1 if x := f(); x > 1 { a(); b() }", "statement 1:34 c()"}},
		{"for i, xs := 0, []int{1, 2}; i < 2; i++ { a() }\nb()", []string{"statement 1:1 for i, xs := 0, []int{1, 2}; i < 2; i++ { a() }", "statement 2:1 b()"}},
		{"if f := func() bool { return true }; f() { a() } else if x := g(); x { b() } else { c() }; d()", []string{"statement 1:1 if f := func() bool { return true }; f() { a() } else if x := g(); x { b() } else { c() }", "statement 1:92 d()"}},
		{"for _, f := range []func(){func() {}} { f() }; d()", []string{"statement 1:1 for _, f := range []func(){func() {}} { f() }", "statement 1:48 d()"}},
		{"for m := map[string][]int{}; len(m) < 2; m[\"a\"] = nil {}; d()", []string{"statement 1:1 for m := map[string][]int{}; len(m) < 2; m[\"a\"] = nil {}", "statement 1:59 d()"}},
		{"for s := []struct{ A int }{{1}}; s[0].A < 2; s[0].A++ {}; d()", []string{"statement 1:1 for s := []struct{ A int }{{1}}; s[0].A < 2; s[0].A++ {}", "statement 1:59 d()"}},
		{"for s := (struct{ A int }{1}); s.A < 2; s.A++ {}; d()", []string{"statement 1:1 for s := (struct{ A int }{1}); s.A < 2; s.A++ {}", "statement 1:51 d()"}},
		{"for b, x := []byte(s), y[0]; x < z[1]; x++ {}; d()", []string{"statement 1:1 for b, x := []byte(s), y[0]; x < z[1]; x++ {}", "statement 1:48 d()"}},
		{"for f := func(m map[string]int) []int { return nil }; f != nil; f = nil {}; d()", []string{"statement 1:1 for f := func(m map[string]int) []int { return nil }; f != nil; f = nil {}", "statement 1:77 d()"}},
		{"for f := []func(int) []int{nil}; f != nil; f = nil {}; d()", []string{"statement 1:1 for f := []func(int) []int{nil}; f != nil; f = nil {}", "statement 1:56 d()"}},
		{"switch x := y.(type) { case int: a(); b() }; c()", []string{"statement 1:1 switch x := y.(type) { case int: a(); b() }", "statement 1:46 c()"}},
		{"switch x := f(); { case x: a() }; c()", []string{"statement 1:1 switch x := f(); { case x: a() }", "statement 1:35 c()"}},
		{"select { case <-c: a(); default: }; c()", []string{"statement 1:1 select { case <-c: a(); default: }", "statement 1:37 c()"}},
		{"for range x[0] {}; for range y {}; for {}; z", []string{"statement 1:1 for range x[0] {}", "statement 1:20 for range y {}", "statement 1:36 for {}", "statement 1:44 z"}},
		{"for ;; { a() }; b()", []string{"statement 1:1 for ;; { a() }", "statement 1:17 b()"}},
		// functions that are not declarations
		{"func() { a(); b() }()\nc()", []string{"statement 1:1 func() { a(); b() }()", "statement 2:1 c()"}},
		{"func(x int) T { return x }(1)", []string{"statement 1:1 func(x int) T { return x }(1)"}},
		{"func(x int) (T, error) { return x, nil }(1)", []string{"statement 1:1 func(x int) (T, error) { return x, nil }(1)"}},
		{"func(x int) pkg.T { return x }(1)", []string{"statement 1:1 func(x int) pkg.T { return x }(1)"}},
		{"func(x int) L[T] { return x }(1)", []string{"statement 1:1 func(x int) L[T] { return x }(1)"}},
		{"func (p P[K]) Do(x int) {}", []string{"func 1:1 func (p P[K]) Do(x int) {}"}},
		{"func (P) Do() int { return 1 }", []string{"func 1:1 func (P) Do() int { return 1 }"}},
		{"func f[K comparable, V any](m map[K]V) {}", []string{"func 1:1 func f[K comparable, V any](m map[K]V) {}"}},
		{"func f", []string{"func 1:1 func f"}},
		{"func (p P) Sum", []string{"func 1:1 func (p P) Sum"}},
		// labels, raw strings, comments
		{"loop:\nfor {\nbreak loop\n}\nx()", []string{"statement 1:1 loop:\nfor {\nbreak loop\n}", "statement 5:1 x()"}},
		{"q := `a; b\n; c`; d()", []string{"statement 1:1 q := `a; b\n; c`", "statement 2:7 d()"}},
		{"q := `a\r\nb`\r\nd()\r\n", []string{"statement 1:1 q := `a\r\nb`", "statement 3:1 d()"}},
		{"a() /* ; */ ; b() /* x\n */ ; c()", []string{"statement 1:1 a()", "statement 1:15 b()", "statement 2:7 c()"}},
		// what Go does not have
		{"#!/usr/bin/env gospark-shell\nx := 1", []string{"statement 2:1 x := 1"}},
		{"lines\n  .Map(f) // f\n\n  // g\n  .Filter(g)\nx", []string{"statement 1:1 lines.\n   Map(f). // f\n\n  // g\n   Filter(g)", "statement 6:1 x"}},
		{"import (\n\"a\"\n. \"b\"\n)\nx", []string{"import 1:1 import (\n\"a\"\n. \"b\"\n)", "statement 5:1 x"}},
		{"f(x\n.A(), y\n  .B())\nz := .5", []string{"statement 1:1 f(x.\n A(), y.\n   B())", "statement 4:1 z := .5"}},
		// unfinished and wrong
		{"if x := f();", []string{"statement 1:1 if x := f();"}},
		{"x := f(1; 2", []string{"statement 1:1 x := f(1; 2"}},
		{"x); y; z", []string{"statement 1:1 x)", "statement 1:5 y", "statement 1:8 z"}},
		{"日本 := 1; 語()", []string{"statement 1:1 日本 := 1", "statement 1:14 語()"}},
	}
	for _, tt := range tests {
		var got []string
		for _, c := range Statements(tt.text) {
			got = append(got, fmt.Sprintf("%v %d:%d %s", c.Kind, c.Line, c.Col, c.Text))
			if line := strings.Count(tt.text[:c.Offset], "\n") + 1; line != c.Line || c.Offset-strings.LastIndexByte(tt.text[:c.Offset], '\n') != c.Col {
				t.Errorf("%q: chunk %q has offset %d, line %d, col %d", tt.text, c.Text, c.Offset, c.Line, c.Col)
			}
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", tt.want) {
			t.Errorf("%q\n got %q\nwant %q", tt.text, got, tt.want)
		}
	}
}

func BenchmarkStatus(b *testing.B) {
	text := strings.Repeat("lines.FlatMap(func(s string) []string { return strings.Fields(s) }).\n\tPrint()\n", 20) + "x := f("
	for b.Loop() {
		if s, _, msg := Status(text); s != Incomplete {
			b.Fatal(s, msg)
		}
	}
}
