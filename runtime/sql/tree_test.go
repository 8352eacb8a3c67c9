package sql

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/logical"
)

var update = flag.Bool("update", false, "rewrite testdata/trees.txt")

// TestTrees compares the trees of texts with testdata/trees.txt: a text, a line of dashes, the tree, a line of equal signs.
func TestTrees(t *testing.T) {
	const file = "testdata/trees.txt"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n====\n")
	if len(blocks) < 30 {
		t.Fatalf("%d texts only", len(blocks))
	}
	parser := &Parser{Zone: time.UTC, Now: func() time.Time { return time.Unix(1_700_000_000, 0) }}
	for i, block := range blocks {
		text, want, _ := strings.Cut(block, "\n----\n")
		var got string
		if expression, ok := strings.CutPrefix(text, "expression: "); ok {
			e, err := parser.ParseExpression(expression)
			got = result(e, err)
		} else {
			r, err := parser.Parse(text)
			got = result(r, err)
		}
		if got != want && !*update {
			t.Errorf("%s\ngot\n%s\nwant\n%s", text, got, want)
		}
		blocks[i] = text + "\n----\n" + got
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(blocks, "\n====\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func result(tree any, err error) string {
	if e, ok := condition.As(err); ok {
		return strings.TrimSpace(e.Detail())
	}
	return dump(tree)
}

// A recorded text is a statement, and what Spark 4.2 says of it if it does not accept it.
type recorded struct {
	SQL       string
	Condition string
	State     string
	Params    map[string]string
	Message   string
}

// TestRecorded reads statements that Spark has read: testdata/statements.json are those of recorded queries,
// testdata/mistakes.json are more texts, most of them wrong.
func TestRecorded(t *testing.T) {
	for file, least := range map[string]int{"testdata/statements.json": 1000, "testdata/mistakes.json": 150} {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		n := 0
		for s := bufio.NewScanner(f); s.Scan(); n++ {
			var c recorded
			if err := json.Unmarshal(s.Bytes(), &c); err != nil {
				t.Fatal(err)
			}
			c.check(t)
		}
		if n < least {
			t.Errorf("%s: %d cases only", file, n)
		}
	}
}

func (c *recorded) check(t *testing.T) {
	_, err := Parse(c.SQL)
	e, _ := condition.As(err)
	switch {
	case err == nil && c.Condition == "":
	case err == nil:
		t.Errorf("%s is read, but it is %s", c.SQL, c.Condition)
	case e.Condition() != c.Condition || e.SQLState() != c.State || len(e.Params)+len(c.Params) > 0 && !reflect.DeepEqual(e.Params, c.Params):
		t.Errorf("%s is\n%s %s %v, want\n%s %s %v", c.SQL, e.Condition(), e.SQLState(), e.Params, c.Condition, c.State, c.Params)
	case c.Message != "" && e.Error() != c.Message:
		t.Errorf("%s says\n%s, want\n%s", c.SQL, e, c.Message)
	case e.Query == nil || e.Query.Text == "" || e.Query.Line < 1 || e.Query.Column < 1:
		if c.Condition != "PARSE_EMPTY_STATEMENT" {
			t.Errorf("%s: the mistake has no place", c.SQL)
		}
	}
}

func TestPlaces(t *testing.T) {
	text := "SELECT `é`,\n  /* é */ a + nosuch(b) AS x\nFROM t"
	r, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	sum := r.(*logical.Project).Exprs[1].(*logical.Alias).Child.(*logical.UnresolvedFunction)
	for _, c := range []struct {
		o            *logical.Origin
		text         string
		line, column int
	}{
		{r.Meta().Origin, text, 1, 1}, {sum.Origin, "a + nosuch(b)", 2, 11}, {sum.Args[1].Place(), "nosuch(b)", 2, 15},
		{sum.Args[1].(*logical.UnresolvedFunction).Args[0].Place(), "b", 2, 22},
		{r.Inputs()[0].Meta().Origin, "t", 3, 6},
	} {
		if got := c.o.Text[c.o.Start:c.o.End]; got != c.text || c.o.Line != c.line || c.o.Column != c.column {
			t.Errorf("%q at %d:%d, want %q at %d:%d", got, c.o.Line, c.o.Column, c.text, c.line, c.column)
		}
	}
}

func TestParseMultiple(t *testing.T) {
	script := "-- one\nSELECT ';', \";\", `;`, r';' /* ; */ -- ;\n;;\n  SELECT 2 ;\n-- end\n"
	want := []Statement{
		{"SELECT ';', \";\", `;`, r';' /* ; */ -- ;", 7, 2},
		{"SELECT 2", 52, 4},
	}
	if got := ParseMultiple(script); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	for _, s := range []string{"", " \n", ";", "-- x", "/* a */;"} {
		if got := ParseMultiple(s); got != nil {
			t.Errorf("%q is %+v", s, got)
		}
	}
	if got := ParseMultiple("SELECT 1; /* open"); len(got) != 2 || got[1].Text != "/* open" {
		t.Errorf("a comment without end is %+v", got)
	}
}

func TestTableIdentifier(t *testing.T) {
	for in, want := range map[string][]string{"t": {"t"}, "a.`b.c`.`d``e`": {"a", "b.c", "d`e"}, "IDENTIFIER('a.b')": {"a", "b"}} {
		if got, err := ParseTableIdentifier(in); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %q %v", in, got, err)
		}
	}
	for _, in := range []string{"", "a.", "a b", "1.2", "a-b", "'a'"} {
		if got, err := ParseTableIdentifier(in); err == nil {
			t.Errorf("%s is read as %q", in, got)
		}
	}
}

// TestMessages finds conditions that are used but not in the table of messages, or the other way round.
func TestMessages(t *testing.T) {
	used := map[string]bool{}
	files, _ := os.ReadDir(".")
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") || f.Name() == "errors.go" {
			continue
		}
		text, _ := os.ReadFile(f.Name())
		for name := range messages {
			if strings.Contains(string(text), `"`+name+`"`) {
				used[name] = true
			}
		}
		for _, call := range strings.Split(string(text), "p.fail(")[1:] {
			_, rest, _ := strings.Cut(call, `"`)
			name, _, _ := strings.Cut(rest, `"`)
			if _, ok := messages[name]; !ok {
				t.Errorf("%s: there is no message for %q: add it to the table in errors.go", f.Name(), name)
			}
		}
	}
	for name := range messages {
		switch name {
		case "UNCLOSED_BRACKETED_COMMENT", "FAILED_TO_PARSE_TOO_COMPLEX", "INVALID_SQL_SYNTAX.UNSUPPORTED_SQL_STATEMENT", "_LEGACY_ERROR_TEMP_0035":
		default:
			if !used[name] {
				t.Errorf("the message of %s is not used: remove it", name)
			}
		}
	}
}

func TestDepth(t *testing.T) {
	for _, s := range []string{strings.Repeat("(", 100_000), "SELECT " + strings.Repeat("(", 100_000) + "1" + strings.Repeat(")", 100_000),
		"SELECT " + strings.Repeat("- ", 100_000) + "a", "SELECT " + strings.Repeat("NOT ", 100_000) + "a",
		"SELECT a FROM " + strings.Repeat("(", 100_000) + "t" + strings.Repeat(")", 100_000),
		"SELECT " + strings.Repeat("f(", 100_000), strings.Repeat("EXPLAIN ", 100_000) + "SELECT 1"} {
		_, err := Parse(s)
		if e, ok := condition.As(err); !ok || e.Condition() != "FAILED_TO_PARSE_TOO_COMPLEX" && e.Condition() != "PARSE_SYNTAX_ERROR" {
			t.Errorf("%.30s… is %v", s, err)
		}
	}
	if _, err := Parse("SELECT " + strings.Repeat("a + ", 50_000) + "1 AND " + strings.Repeat("b AND ", 50_000) + "c"); err != nil {
		t.Errorf("a long chain is too complex: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, file := range []string{"testdata/statements.json", "testdata/mistakes.json"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
			var c recorded
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				f.Fatal(err)
			}
			if i%7 == 0 {
				f.Add(c.SQL)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := Parse(text); err == nil && r == nil {
			t.Errorf("%q is nothing", text)
		} else if e, ok := condition.As(err); err != nil && (!ok || e.Detail() == "") {
			t.Errorf("%q: %v", text, err)
		}
		_, _ = ParseExpression(text)
		_, _ = ParseTableIdentifier(text)
		for _, s := range ParseMultiple(text) {
			if strings.TrimSpace(s.Text) == "" || !strings.HasPrefix(text[s.Start:], s.Text) {
				t.Errorf("%q has the statement %+v", text, s)
			}
		}
	})
}

// BenchmarkParse reads a short statement and a usual one.
func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{"select 1": "SELECT 1", "usual": "SELECT k, count(*) AS n, sum(v * 2) FROM t JOIN u " +
		"ON t.k = u.k WHERE v BETWEEN 1 AND 10 AND name LIKE 'a%' GROUP BY k HAVING count(*) > 1 ORDER BY n DESC LIMIT 10"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
