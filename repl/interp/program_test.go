package interp

import (
	"strings"
	"testing"
)

// What was typed becomes a program; Program itself checks that it compiles.
func TestProgram(t *testing.T) {
	for _, c := range []struct{ name, typed, want string }{
		{"statements", "x := 1\ny := x + 1\nfmt.Println(y)", "x := 1\n\ty := x + 1\n\tfmt.Println(y)\n"},
		{"nobody reads it", "x := 1", "x := 1\n\t_ = x\n"},
		{"declared again", "x := 1\nf := func() int { return x }\nx := `a`\nx += `b`\nfmt.Println(f(), x)", "x2 := `a`\n\tx2 += `b`\n\tfmt.Println(f(), x2)\n"},
		{"a name that is taken", "x := 1\nx := `a`\nfor x2 := range 3 { fmt.Println(x, x2) }", "x3 := `a`\n\tfor x2 := range 3 {\n\t\tfmt.Println(x3, x2)\n"},
		{"results", "1 + 2\nlen(`abc`)\nres1 * 2", "_ = 1 + 2\n\tres1 := len(`abc`)\n\t_ = res1 * 2\n"},
		{"calls", "fmt.Println(1)\nstrings.ToUpper(`a`)\nfmt.Sscan(`1`)", "fmt.Println(1)\n\tstrings.ToUpper(`a`)\n\tfmt.Sscan(`1`)\n"},
		{"functions use variables", "n := 1\nfunc f() int { n++; return n }\nf()", "var n int\n\nfunc f() int { n++; return n }\n\nfunc main() {\n\tn = 1\n\tf()\n"},
		{"functions use results", "[]int{1}\nfunc f() int { return res0[0] }", "var res0 []int\n"},
		{"types and methods", "type T struct{ n int }\nfunc (t T) Double() int { return 2 * t.n }\nT{4}.Double()", "type T struct{ n int }\n\nfunc (t T) Double() int { return 2 * t.n }\n\nfunc main() {\n\tT{4}.Double()\n"},
		{"generics", "func first[E any](s []E) E { return s[0] }\nx := first([]string{`a`})", "x := first([]string{`a`})\n"},
		{"a function declared again", "func f() int { return 1 }\ng := f\nfunc f() string { return `a` }\nfmt.Println(g(), f())", "fmt.Println(g(), f2())\n"},
		{"var", "var x, y = 1, `a`\nvar m map[string][]int\nfunc f() { fmt.Println(y, m) }", "var y string\n\nvar m map[string][]int\n"},
		{"constants", "const (a = iota; b)\nx := b", "const (\n\ta = iota\n\tb\n)\n"},
		{"imports", "import r \"math/rand/v2\"\nx := r.IntN(3)", "r \"math/rand/v2\"\n"},
		{"several results", "a, err := strconv.Atoi(`1`)\na, b := 2, err", "a, err := strconv.Atoi(`1`)\n\t_ = a\n\ta2, b := 2, err\n"},
		{"init", "func init() { fmt.Println(`hi`) }", "\tfunc() {\n\t\tfmt.Println(`hi`)\n\t}()\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			con := newConsole(t)
			var typed []Typed
			for line := range strings.Lines(c.typed) {
				typed = append(typed, Typed{Text: line, Results: con.Results()})
				con.must(t, line)
			}
			got, err := con.Program(typed)
			if err != nil {
				t.Fatalf("%v\n%s", err, got)
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("the program is\n%s\nand lacks\n%s", got, c.want)
			}
		})
	}
}

func TestProgramRefused(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"func f() { x := 1 }", "declared and not used: x"},
		{"defer fmt.Println(1)", "would run at the end of the program"},
		{"type T struct{}\nfunc (T) M() {}\nfunc (T) M() {}", "already declared"},
	} {
		con := newConsole(t)
		var typed []Typed
		for line := range strings.Lines(c.typed) {
			typed = append(typed, Typed{Text: line, Results: con.Results()})
			con.must(t, line)
		}
		if got, err := con.Program(typed); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\nerror %v, want %s; the program is\n%s", c.typed, err, c.want, got)
		}
	}
}
