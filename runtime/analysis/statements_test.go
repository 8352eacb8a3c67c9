package analysis

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/sql"
)

var update = flag.Bool("update", false, "rewrite testdata/*.txt")

// TestStatements compares what the analysis makes of the statements in testdata/*.txt: a block is a statement, and below
// it, indented, the columns and the resolved relation, or the error. Blocks are divided by empty lines.
func TestStatements(t *testing.T) {
	for _, name := range []string{"names", "grouping", "subqueries", "windows", "refused"} {
		t.Run(name, func(t *testing.T) {
			file := "testdata/" + name + ".txt"
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a, m := testAnalyzer()
			for _, s := range []string{
				"CREATE TEMP VIEW e AS SELECT * FROM VALUES (1,'a',10,5),(2,'a',20,NULL) t(id,d,s,m)",
				"CREATE TEMP VIEW k AS SELECT * FROM VALUES ('a',1),('b',2) t(d,n)",
				"CREATE TEMP VIEW p AS SELECT 1 AS i, named_struct('x', 1, 'y', named_struct('z', 2)) AS s, array(1) AS l, map('k', 1) AS m, TIMESTAMP'2024-01-01' AS ts",
			} {
				if _, _, err := run(a, m, s); err != nil {
					t.Fatal(err)
				}
			}
			var out strings.Builder
			for _, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
				statement, _, _ := strings.Cut(block, "\n    ")
				fmt.Fprintf(&out, "%s\n%s\n", statement, indented(answer(a, statement)))
			}
			got := strings.TrimSpace(out.String()) + "\n"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("%s differs (run with -update and look at the difference):\n%s", file, got)
			}
		})
	}
}

func indented(s string) string {
	var b strings.Builder
	for _, l := range strings.Split(strings.TrimSpace(s), "\n") {
		b.WriteString("    " + l + "\n")
	}
	return b.String()
}

// answer is the columns and the relation of a statement, or its error.
func answer(a *Analyzer, statement string) string {
	l, err := sql.Parse(statement)
	if err != nil {
		return "parse: " + err.Error()
	}
	if _, ok := l.(logical.Command); ok {
		return "a command"
	}
	rel, err := a.Analyze(l)
	if err != nil {
		return err.Error()
	}
	if ids := repeated(rel); ids != "" {
		return "columns made twice: " + ids
	}
	return SchemaOf(rel).String() + "\n" + renumbered(resolved.Tree(rel))
}

var identity = regexp.MustCompile(`#\d+`)

// renumbered counts the identities of columns from 1, in the order of the text.
func renumbered(text string) string {
	seen := map[string]string{}
	return identity.ReplaceAllStringFunc(text, func(id string) string {
		if seen[id] == "" {
			seen[id] = fmt.Sprintf("#%d", len(seen)+1)
		}
		return seen[id]
	})
}

// repeated are columns that two relations of a tree have made: nothing may be.
func repeated(rel resolved.Relation) string {
	made := map[int64]string{}
	var twice []string
	resolved.Walk(rel, func(r resolved.Relation) {
		inherited := map[int64]bool{}
		for _, in := range r.Inputs() {
			for _, a := range in.Output() {
				inherited[a.ID] = true
			}
		}
		for _, a := range r.Output() {
			if inherited[a.ID] {
				continue
			}
			if made[a.ID] != "" {
				twice = append(twice, a.Name)
			}
			made[a.ID] = a.Name
		}
	})
	return strings.Join(twice, ", ")
}
