package split

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestClose closes texts that end in an identifier, and asks of the parser that the identifier is
// in the tree without an error.
func TestClose(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"X", ""},
		{"a.X", ""},
		{"x := X", ""},
		{"f(X", ")"},
		{"f(a, g(b[X", "]))"},
		{"x := T{A: X", "}"},
		{"x := []T{{X", "}}"},
		{"lines.Map(func(s string) string { return X", "})"},
		{"lines.Map(func(s string) string {\n\tt := s\n\treturn X", "})"},
		{"if X", " {}"},
		{"if x := X", "; true {}"},
		{"if x := f(); X", " {}"},
		{"if a == 1 { b() } else if X", " {}"},
		{"if a { X", "}"},
		{"for X", " {}"},
		{"for i := X", "; ; {}"},
		{"for i := 0; X", "; {}"},
		{"for i := 0; i < 3; X", " {}"},
		{"for _, x := range X", " {}"},
		{"for _, x := range []int{X", "} {}"},
		{"for { X", "}"},
		{"switch X", " {}"},
		{"switch x := X", "; {}"},
		{"switch x := y.(type) { case X", ":}"},
		{"switch { case a: X", "}"},
		{"switch { case a:\nb()\ncase f(X", "):}"},
		{"select { case v := <-X", ":}"},
		{"go X", "()"},
		{"go f(X", ")"},
		{"go func() { X", "}()"},
		{"defer func(a int) {\nif X", " {}}()"},
		{"go f(func() { X", "})"},
		{"f(); go g(); X", ""},
		{"if f := func() bool { return X", "}; true {}"},
		{"x.(X", ")"},
		{"f(1)\n  .g(2)\n  .X", ""},
		{"var f func(a X", ")"},
		{"m := map[X", "]"},
	} {
		if got := Close(tt.text); got != tt.want {
			t.Errorf("Close(%q) = %q, want %q", tt.text, got, tt.want)
			continue
		}
		if tt.text == "m := map[X" || strings.Contains(tt.text, "\n  .") { // a map type lacks its element; dots are moved by Statements
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc _() {"+tt.text+tt.want+"\n}", parser.SkipObjectResolution)
		found := false
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && id.Name == "X"
			return true
		})
		if err != nil || !found {
			t.Errorf("%q closed with %q: %v, found %v", tt.text, tt.want, err, found)
		}
	}
}
