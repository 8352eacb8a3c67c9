package split

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestStatus(t *testing.T) {
	tests := []struct {
		state State
		texts []string
	}{
		{Complete, []string{
			"", " ", "\n\n", "// comment", "/* comment */", "#!/usr/bin/env gospark-shell", "#!/bin/x\nx := 1",
			"x", "x := 1", "x++", "x--", "x := 1;", ";", "a := 1; b := 2", "return", "return 1", "break", "continue", "fallthrough", "goto end", "break loop",
			"func f() {}", "func f[T any](x T) T { return x }", "func (p P) Sum() int { return p.X }", "func (p *P[K, V]) Sum() int { return 1 }",
			"foo(1,\n2)", "foo(1,\n2,\n)", "q := `abc\ndef`", "x := []int{1, 2,\n3}", "m := map[string]int{\n\"a\": 1,\n}",
			"type T struct {\nA int\n}", "type T struct{}", "type T = int", "type T int", "type (\nA int\nB string\n)", "type N[T any] []T",
			"if x {\n}", "if x {\n} else {\n}", "if x := f(); x > 1 {\n} else if y {\n}", "for {\n}", "for i := range 3 { fmt.Println(i) }", "for i := 0; i < 3; i++ {\n}",
			"for i, xs := 0, []int{1, 2}; i < 2; i++ {\n}", "for _, f := range []func(){func() {}} {\nf()\n}", "for range x {}",
			"switch x {\ncase 1:\n}", "switch {\n}", "switch x := y.(type) {\ncase int:\n}", "select {\ncase <-c:\ndefault:\n}", "select {\n}",
			"f(func(a int) int {\n return a\n})", "func(){}()", "func(a, b int) int { return a + b }(1, 2)", "go func() {}()", "defer f()", "loop:\nfor {\n}", "loop: for {}",
			`import "fmt"`, "import (\n\"fmt\"\n)", `import f "fmt"`, `import . "fmt"`, "const x = 1", "const (\nA = iota\nB\n)", "var x int", "var (\nx = 1\n)",
			"package main", "package main\nimport \"fmt\"\nfunc main() { fmt.Println() }",
			"lines\n.Map(f)\n.Print()", "lines.\nMap(f).\nPrint()", "lines // the lines\n// more\n  .Map(f) // mapped", "x := a.\n\n\tb", "a, b = b, a", "c <- 1", "x := <-c", "*p = 3", "p.x, q[1] = 1, 2",
			"x.(int)", "v, ok := m[k]", "x[1:2]", "日本 := \"語\"", "'a'", "x := 0x_ff", "1_000", "a &^= b", "x := struct{ A int }{1}", "x := [...]int{1}", "_ = x", "T{1}.F()", "(func() {})()", "[]int{1}[0]",
			"if x == (T{}) {\n}", "if x == struct{}{} {\n}", "for _, x := range []struct{ A int }{{1}} {\n}", "if f := func() bool { return true }; f() {\n}", "for k := range map[string]int{\"a\": 1} {\n}",
			"if x := 1\nx > 0 {\n}", "x := `a\n.b`", "x := .5\n.25", "func f(a int, b string) {\n}", "a := f(x,\n// comment\ny)", "x := 1 // comment +",
		}},
		{Incomplete, []string{
			"func f(", "func f() {", "func f() {\n\treturn", "func f() {\n\treturn\n", "func f[T any](x T", "func f[", "func", "func (", "func (p", "func (p P", "func (p P) Sum() int { return p.X", "func f(a int, b", "func f(a int, b, c",
			"x := 1 +", "x := ", "x :=\n", "x = ", "lines.", "lines.FlatMap(f).", "foo(1,", "foo(1,\n", "foo(1", "foo(", "foo(\n1,", "x,", "a, b,", "a, m[", "a, f(",
			"q := `abc", "`", "f(`abc\nx := = 1", "/* comment", "x := 1 /* more", "x := 1 + // more", "x := 1 + /* one */",
			"if", "if x {", "if x {\n", "if x {\n} else", "if x { } else {", "if x := f();", "if x := f(); x {", "if !", "if x &&", "if x == (T{", "for", "for i := 0;", "for i := 0; i < 3;", "for i := 0; i < 3; i++ {", "for _, x := range", "for {", "for _, x := range []int{1,", "for _, f := range []func(){func() {", "for i, xs := 0, []int{1, 2};",
			"type", "type T struct", "type T struct {", "type T struct {\nA int", "type T interface", "type T =", "type (", "type N[T any] struct {", "type F func(", "type N[", "switch x\n{", "a, b := ", "{ x := 1", "+",
			"var", "var x =", "var x,", "var (", "const", "const x =", "const (\nA = iota", "import", "import (", "import (\n\"fmt\"", "package",
			"m := map[string]int{", "m := map[string]int{\n\"a\": 1", "m := map[string]int{\n\"a\": 1,", "m := map", "x := []int{1, 2,", "x := struct", "x := struct {", "x := &", "x := *", "x := !",
			"switch x {\ncase 1:", "switch", "switch x {", "switch x := y.(type) {", "switch {\ncase a", "switch {\ncase a,", "switch {\ndefault:\nx := 1", "select", "select {", "select {\ncase x := <-c:", "select {\ncase a, b",
			"go", "go func() {", "go func() {\n x := 1", "go (", "go f(", "defer", "defer func() {", "defer func() { recover()", "loop:", "a:", "goto", "1 +\n", "a := 1; b := ", "x := <-", "c <-", "x := func() {", "x := func(a int) (", "日本 := \"語\" +",
			"lines.FlatMap(func(s string) []string {", "lines.FlatMap(func(s string) []string {\n\treturn strings.Fields(s)\n}).", "lines\n.Map(", "lines\n.Map(func(x int) int {\n", "lines\n.", "a[", "a[1:", "x.(", "x.", "f(x...", "f(T{", "f(T{A: ", "package main\nfunc main() {", "if x {\n} else if", "func f() (a int, err", "chan", "interface", "map[", "return 1,", "return f(",
		}},
		{Invalid, []string{
			`s := "abc`, "'a", "''", "x := 08", "x := 0b2", "x := 1_", "#", "x # y", "x ? y : z", "\"\\q\"", "$x", "x := \"a\nb\"",
			"if x", "if x\n", "if x := f(); x", "if {", "if x := f(); {", "for i := 0; i < 3; i++", "for i := 0; i < 3; i++\n{", "for x", "switch x", "func f", "func f()", "func f()\n{\n}", "func (p P) Sum() int", "type T", "type T\nstruct {", "var x", "const 1", "else", "else {", "if x {\n}\nelse {\n}", "case x:", "case 1:\n", "default:",
			"x = )", "foo(]", "}", ")", "x := [1)", "f(}", "a b", "a b c", "x := y z", "func f() { x := := 1", "x := := ", "x = = 1", "f(a b", "f(a b\n", "f(x y,", "[]int{1 2", "foo(1\n, 2)", "foo(1\n)", "m := map[string]int{\n\"a\": 1\n}", "func f( {", "func f() { return 1 2", "type T struct {\nA int B", "import fmt", "import 3", "var = 3", "var x int =\n)", "x + := 1", "..x", ".Map(f)", ".Map(", "x :: y", "1 = = 2", "go f", "defer 3", "a, b", "for i := 0; i < 3 {", "return return", "break 3", "type struct {}", "func 3() {}", "x.3", "x.(1 2)", "f(,)", "a,,b", "x := 1 y := 2", "x := 1; )", "日本 := 語 語", "goto 1", "func (p P)", "type M map[string]", "x := []", "case", "range", "default", "if T{} == (x", "import \"fmt", "select x {", "* 3 +* /", "a = 1 b = `x",
		}},
	}
	for _, tt := range tests {
		for _, text := range tt.texts {
			if got, offset, msg := Status(text); got != tt.state {
				t.Errorf("%q is %v (%d: %s), want %v", text, got, offset, msg, tt.state)
			} else if (got == Invalid) != (msg != "") || offset > len(text) {
				t.Errorf("%q is %v with offset %d and message %q", text, got, offset, msg)
			}
		}
	}
}

func TestStatusPlace(t *testing.T) {
	tests := []struct{ text, want string }{ // the text with | where it is wrong, and what is said
		{"a := \"日本\" |b", "expected ';', found b"},
		{"x := foo(1, 2|]", "unexpected ]"},
		{"lines.FlatMap(func(s string) []string {\n\treturn strings.Fields(s|\n})", "unexpected end of line in argument list; possibly missing comma or )"},
		{"x := 1\ny := 0|8", "invalid digit '8' in octal literal"},
		{"x := 1\nif x|", "unexpected end of line, expected { after if clause"},
		{"for i := 0; i < 3; i++|", "unexpected end of line, expected { after for clause"},
		{"f(a |b", "missing ',' in argument list"},
		{"x :|: y", "expected statement, found ':'"},
		{"x := |\"abc", "string literal not terminated"},
		{"a\n.B().\n|)", "unexpected )"},
		{"a\n  .B(1 |2)\n  .C()", "missing ',' in argument list"},
		{"#!/x\ny |z", "expected ';', found z"},
		{"func f()|", "missing function body"},
		{"x := 1; |)", "unexpected )"},
		{"go f|", "expression in go must be function call"},
	}
	for _, tt := range tests {
		text := strings.Replace(tt.text, "|", "", 1)
		state, offset, msg := Status(text)
		if state != Invalid || msg != tt.want || offset != strings.Index(tt.text, "|") {
			if offset > len(text) {
				t.Fatalf("%q: offset %d", text, offset)
			}
			t.Errorf("%q is %v at %q: %s, want %s", tt.text, state, text[:offset]+"|"+text[offset:], msg, tt.want)
		}
	}
}

// TestStatusLineByLine types programs in line by line: none of the lines may be refused.
func TestStatusLineByLine(t *testing.T) {
	programs := []string{`
package main

import (
	"fmt"
	"strings"
)

// Click is one line of the log.
type Click struct {
	Page string ` + "`json:\"page\"`" + `
	N    int
}

func (c *Click) add(n int,
	more ...int) (total int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	for i, m := range more {
		switch {
		case m > 0,
			m < -10:
			total += m
		default:
			continue
		}
		_ = i
	}
	return c.N +
		n, nil
}

const text = ` + "`one\ntwo } ( \n`" + `

var table = map[string][]int{
	"a": {1, 2},
	"b": []int{
		3,
	},
}

func main() {
	x := struct {
		A, B int
	}{1, 2}
	/* a comment
	   of two lines */
	if v, ok := table["a"]; ok &&
		len(v) > 1 {
		fmt.Println(x)
	} else if !ok {
		fmt.Println(strings.Fields(text))
	} else {
		select {}
	}
loop:
	for {
		break loop
	}
}
`, `
lines := ssc.SocketTextStream("localhost", 9999)
words := lines.
	FlatMap(func(s string) []string { return strings.Fields(s) }).
	Map(func(w string) (string, int) {
		return w, 1
	})
words
	.ReduceByKey(func(a, b int) int { return a + b }) // by word
	.Print()
go func() {
	ch <- <-in
}()
func() {
	x++
}()
for i, xs := 0, []int{
	1,
	2,
}; i < len(xs); i++ {
}
ssc.Start()
`}
	for _, program := range programs {
		lines := strings.SplitAfter(program, "\n")
		for i := range lines {
			text := strings.Join(lines[:i], "")
			if state, offset, msg := Status(text); state == Invalid {
				t.Errorf("after %q: %d %s", text, offset, msg)
			}
		}
		if state, _, _ := Status(program); state != Complete {
			t.Errorf("%q is %v", program, state)
		}
	}
}

// TestStatusTotal feeds texts made of Go's tokens: neither function may fail, chunks must be parts
// of the text in order, and a text that closes a bracket wrongly stays invalid whatever follows.
func TestStatusTotal(t *testing.T) {
	token := rapid.SampledFrom([]string{"x", "f", "1", "\"s\"", "`", "日本", ".", ",", ";", "\n", ":", ":=", "=", "+", "(", ")", "[", "]", "{", "}", "if", "for", "func", "type", "struct", "return", "case", "import", "var", "else", "go", "//", "/*", "*/", " ", "\n.", "#!", "\x00", "\xff"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(token, 0, 12).Draw(t, "tokens"), rapid.SampledFrom([]string{"", " "}).Draw(t, "space"))
		state, offset, msg := Status(text)
		if offset < 0 || offset > len(text) || (state == Invalid) != (msg != "") {
			t.Fatalf("%v %d %q", state, offset, msg)
		}
		end := 0
		for _, c := range Statements(text) {
			if c.Offset < end || c.Text == "" {
				t.Fatalf("chunk %+v begins before %d", c, end)
			}
			end = c.Offset + 1
			if utf8.ValidString(text) && !strings.HasPrefix(text[c.Offset:], c.Text[:1]) {
				t.Fatalf("chunk %+v is not at its offset", c)
			}
			if want := strings.Count(text[:c.Offset], "\n") + 1; c.Line != want {
				t.Fatalf("chunk %+v is on line %d", c, want)
			}
		}
		if _, wrong := scan(text).brackets(); state == Invalid && wrong != nil && !strings.Contains(text, "`") && !strings.Contains(text, "/") {
			if more, _, _ := Status(text + "\n)}]"); more != Invalid {
				t.Fatalf("invalid, but %v with more lines", more)
			}
		}
	})
}
