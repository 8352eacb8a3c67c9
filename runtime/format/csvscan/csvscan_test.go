package csvscan

import (
	"fmt"
	"testing"

	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		o    Options
		text string
		want string
	}{
		{Options{}, `a,b`, `[{a false} {b false}]`},
		{Options{}, ` a , b `, `[{ a  false} { b  false}]`},
		{Options{TrimLeading: true, TrimTrailing: true}, ` a , "b" `, `[{a false} {b false}]`},
		{Options{}, `,`, `[{ true} { true}]`},
		{Options{}, `"a,b",2`, `[{a,b false} {2 false}]`},
		{Options{}, `"a""b"`, `[{"a""b" false}]`},
		{Options{Escape: '"'}, `"a""b",c`, `[{a"b false} {c false}]`},
		{Options{}, `"a\"b\\",c`, `[{a"b\ false} {c false}]`},
		{Options{}, `"",x`, `[{ false} {x false}]`},
		{Options{}, `"open,x`, `[{"open false} {x false}]`},
		{Options{}, "\"a\nb\",c\nd", "[{a\nb false} {c false}]"},
		{Options{Separator: "||"}, `a||b|c`, `[{a false} {b|c false}]`},
		{Options{}, "", "[]"},
		{Options{}, "\n", "[]"},
	} {
		if got := fmt.Sprint(c.o.Split(c.text, nil)); got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}

func TestScanner(t *testing.T) {
	for _, c := range []struct{ ddl, text, want string }{
		{"a INT, b DOUBLE", "1,0.8", "{1, 0.8}"},
		{"a INT, b STRING", "1", "{1, null}"},
		{"a INT, b INT", "1,2,3", "{1, 2}"},
		{"a INT", "", "{null}"},
		{"a INT", " 1", "{null}"},
		{"a INT", "1.0", "{null}"},
		{"a TINYINT", "128", "{null}"},
		{"a DOUBLE, b DOUBLE", "Inf,-Inf", "{Infinity, -Infinity}"},
		{"a DECIMAL(5,2)", "1.255", "{1.26}"},
		{"a DATE, b TIMESTAMP", "2024-02-29,2024-02-29 12:34:56", "{2024-02-29, 2024-02-29 12:34:56}"},
		{"a INT, _corrupt_record STRING, b INT", "x,2", "{null, x,2, 2}"},
		{"a INT, _corrupt_record STRING, b INT", "1,2", "{1, null, 2}"},
		{"a INT, _corrupt_record STRING", "1,2", "{1, 1,2}"},
	} {
		typ, err := types.ParseDDL(c.ddl)
		if err != nil {
			t.Fatal(err)
		}
		s, err := New(typ, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.Append(c.text); err != nil {
				t.Fatal(err)
			}
		}
		s.AppendNull()
		if got := types.Text(s.Vector().Any(1), typ, types.CastText, nil); got != c.want || s.Vector().Any(2) != nil {
			t.Errorf("%s under %s: got %s, want %s", c.text, c.ddl, got, c.want)
		}
	}
}

func TestModes(t *testing.T) {
	typ, _ := types.ParseDDL("a INT, b STRING")
	s, _ := New(typ, Options{Mode: jsonscan.FailFast})
	if _, err := s.Append("x,y"); err == nil {
		t.Error("fail fast lets a corrupt record pass")
	}
	s, _ = New(typ, Options{Mode: jsonscan.DropMalformed})
	for text, want := range map[string]int{"1,y": 1, "x,y": 0, "1": 0} {
		if n, err := s.Append(text); n != want || err != nil {
			t.Errorf("%s makes %d rows, %v", text, n, err)
		}
	}
}
