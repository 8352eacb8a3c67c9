package analysis

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// A recorded case: statements, and the schema or error that Spark answers with.
type recorded struct {
	Name   string
	Setup  []string
	SQL    string `json:"sql"`
	Schema []struct {
		Name, Type string
		Nullable   bool
	}
	Error *struct {
		Condition *string
		SQLState  *string
		Params    map[string]string `json:"messageParameters"`
		Phase     string
	}
}

func recordedCases(t *testing.T) []recorded {
	files, err := filepath.Glob("../engine/testdata/conformance/sql/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no recorded cases", err)
	}
	var out []recorded
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<22)
		for lines.Scan() {
			line := strings.TrimSuffix(strings.TrimSpace(lines.Text()), ",")
			if len(line) < 2 {
				continue
			}
			var c recorded
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out = append(out, c)
		}
		f.Close()
	}
	return out
}

func testAnalyzer() (*Analyzer, *Memory) {
	m := NewMemory()
	m.OpenSource = func(ds *logical.DataSource) (resolved.Source, error) {
		if ds.Format != "json" {
			return nil, newError("DATA_SOURCE_NOT_FOUND", "provider", ds.Format)
		}
		path := "file:" + ds.Paths[0]
		return nil, condition.New("PATH_NOT_FOUND", "42K03", "Path does not exist: %s.", path).WithParam("path", path)
	}
	ctx := &expr.Context{Zone: time.UTC, Now: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC).UnixMicro(), User: "me", Catalog: SessionCatalog, Database: DefaultDatabase}
	return &Analyzer{Catalog: m, Settings: Settings{Context: ctx}}, m
}

// run analyses a statement; commands that define views are done, others are not for this test.
func run(a *Analyzer, m *Memory, text string) (schema *types.Type, known bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	l, err := sql.Parse(text)
	if err != nil {
		return nil, true, err
	}
	switch l := l.(type) {
	case *logical.CreateView:
		if _, err := a.Analyze(l.Query); err != nil {
			return nil, true, err
		}
		v := &Table{Name: []string{l.Name[len(l.Name)-1]}, View: l.Query, Columns: l.Columns}
		if l.Global {
			v.Name = []string{GlobalDatabase, v.Name[0]}
			return nil, false, m.SetTable(v.Name, v)
		}
		m.SetView(v.Name[0], v)
		return nil, false, nil
	case *logical.DropTable:
		if len(l.Name) == 1 {
			m.SetView(l.Name[0], nil)
		}
		return nil, false, nil
	case *logical.Set:
		if l.Key == "spark.sql.ansi.enabled" && l.Value != nil {
			a.Legacy = *l.Value == "false"
		}
		return nil, false, nil
	case logical.Command:
		return nil, false, nil
	}
	schema, err = a.Schema(l)
	return schema, true, err
}

// check says what is wrong with the analysis of a case, "" if nothing is.
func (c *recorded) check() (wrong string, skip bool) {
	a, m := testAnalyzer()
	for _, s := range c.Setup {
		if _, _, err := run(a, m, s); err != nil {
			return "setup: " + err.Error(), false
		}
	}
	schema, known, err := run(a, m, c.SQL)
	if !known && err == nil {
		return "", true
	}
	if c.Error != nil && c.Error.Phase != "execution" {
		return c.checkError(err), false
	}
	if err != nil {
		if e, ok := condition.As(err); ok && c.Error != nil && c.Error.Condition != nil && e.Condition() == *c.Error.Condition {
			return "", false // found while a constant was computed
		}
		return "unexpected error: " + err.Error(), false
	}
	if c.Error != nil {
		return "", false
	}
	var got, want []string
	for _, f := range schema.Fields {
		got = append(got, fmt.Sprintf("%s %s %v", f.Name, f.Type, f.Nullable))
	}
	for _, f := range c.Schema {
		want = append(want, fmt.Sprintf("%s %s %v", f.Name, f.Type, f.Nullable))
	}
	for i := range max(len(got), len(want)) {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			return fmt.Sprintf("column %d: got %s, want %s", i, g, w), false
		}
	}
	return "", false
}

func (c *recorded) checkError(err error) string {
	if err == nil {
		return fmt.Sprintf("no error, want %s", *c.Error.Condition)
	}
	e, ok := condition.As(err)
	if !ok {
		return "another kind of error: " + err.Error()
	}
	if c.Error.Condition != nil && e.Condition() != *c.Error.Condition {
		return fmt.Sprintf("got %s, want %s", err, *c.Error.Condition)
	}
	if c.Error.SQLState != nil && e.SQLState() != *c.Error.SQLState {
		return fmt.Sprintf("SQLSTATE %s, want %s", e.SQLState(), *c.Error.SQLState)
	}
	for k, v := range c.Error.Params {
		if e.Params[k] != v {
			return fmt.Sprintf("%s: parameter %s: got %s, want %s", e.Condition(), k, e.Params[k], v)
		}
	}
	for k := range e.Params {
		if _, ok := c.Error.Params[k]; !ok {
			return fmt.Sprintf("%s: parameter %s is too much", e.Condition(), k)
		}
	}
	return ""
}

// exceptions are the cases of testdata/exceptions.txt.
func exceptions(t *testing.T) map[string]bool {
	text, err := os.ReadFile("testdata/exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		if name, _, ok := strings.Cut(line, " "); ok && name != "#" {
			out[name] = true
		}
	}
	return out
}

// atLeast is how many recorded cases must pass. It only grows.
const atLeast = 945

// TestRecorded holds the analysis to what Spark answers: columns with their names, types and nullability, and errors
// with condition, state and parameters. A case may fail for want of a function; the exceptions are not shown.
func TestRecorded(t *testing.T) {
	passed, skipped, failed := 0, 0, 0
	known := exceptions(t)
	for _, c := range recordedCases(t) {
		wrong, skip := c.check()
		switch {
		case skip:
			skipped++
		case wrong == "":
			passed++
		default:
			failed++
			if !known[c.Name] {
				t.Logf("%s: %s\n    %s", c.Name, c.SQL, wrong)
			}
		}
	}
	t.Logf("%d pass, %d fail, %d are commands", passed, failed, skipped)
	if passed < atLeast {
		t.Errorf("%d recorded cases pass, %d did before", passed, atLeast)
	}
}
