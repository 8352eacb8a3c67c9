package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"gospark/runtime/engine"
	"gospark/runtime/types"
	"gospark/session"
)

var (
	update  = flag.Bool("update", false, "raise the numbers of testdata/passing.json to what passes now")
	verbose = flag.String("failures", "", "show the failures of the files whose name contains this")
)

// A recorded is a case that Spark has answered. The formats are those of the recorder: the fields below say all of it.
type recorded struct {
	Name    string            `json:"name"`
	Setup   []string          `json:"setup"`
	Conf    map[string]string `json:"conf"`
	SQL     string            `json:"sql"`
	Schema  []column          `json:"schema"`
	Ordered bool              `json:"ordered"`
	Rows    [][]any           `json:"rows"`
	Show    *string           `json:"show"`
	Error   *failure          `json:"error"`
	Op      string            `json:"op"`
	Args    []any             `json:"args"`
	Text    *string           `json:"text"`
}

type column struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Nullable bool   `json:"nullable"`
}

type failure struct {
	Condition  *string           `json:"condition"`
	SQLState   *string           `json:"sqlState"`
	Parameters map[string]string `json:"messageParameters"`
	Class      string            `json:"exceptionClass"`
	Message    string            `json:"message"`
}

func load(t *testing.T, file string) []recorded {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var cases []recorded
	if err := d.Decode(&cases); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if len(cases) == 0 {
		t.Fatalf("%s has no cases", file)
	}
	return cases
}

// files are the recorded files of a suite: those of this package and, if GOSPARK_CONFORMANCE names a directory, those
// below it, under "more/".
func files(t *testing.T, suite string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for prefix, dir := range map[string]string{"": "testdata/conformance", "more/": os.Getenv("GOSPARK_CONFORMANCE")} {
		if dir == "" {
			continue
		}
		names, err := filepath.Glob(filepath.Join(dir, suite, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(names) == 0 && prefix == "" {
			t.Fatalf("no recorded cases in %s/%s", dir, suite)
		}
		for _, n := range names {
			all[prefix+suite+"/"+strings.TrimSuffix(filepath.Base(n), ".json")] = n
		}
	}
	return all
}

// settings is what the cases were recorded with.
func settings() map[string]string {
	return map[string]string{"spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2"}
}

// openCases are the recorded cases that do not pass, by name, with the reason.
func openCases(t *testing.T) map[string]string {
	t.Helper()
	open := map[string]string{}
	text, err := os.ReadFile("testdata/open.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &open); err != nil {
		t.Fatal(err)
	}
	return open
}

// TestConformance runs what Spark was asked and compares with what it answered. All cases pass but those that
// testdata/open.json gives a reason for; a file fails when fewer of its cases pass than testdata/passing.json says.
func TestConformance(t *testing.T) {
	open := openCases(t)
	const floorFile = "testdata/passing.json"
	floor := map[string]int{}
	if text, err := os.ReadFile(floorFile); err == nil {
		if err := json.Unmarshal(text, &floor); err != nil {
			t.Fatal(err)
		}
	}
	var table []string
	sum, total := map[string]int{}, map[string]int{}
	passing := map[string]int{}
	for _, suite := range []string{"sql", "show"} {
		fs := files(t, suite)
		var names []string
		for n := range fs {
			names = append(names, n)
		}
		sort.Strings(names)
		for _, name := range names {
			cases := load(t, fs[name])
			passed := 0
			for _, c := range cases {
				err := guarded(c)
				_, isOpen := open[c.Name]
				if !strings.HasPrefix(name, "more/") {
					delete(open, c.Name)
					if err == nil && isOpen {
						t.Errorf("%s passes: take it out of testdata/open.json", c.Name)
					}
					if err != nil && !isOpen {
						t.Errorf("%s: %s\n\t%v", c.Name, c.SQL, err)
					}
				}
				if err == nil {
					passed++
				} else if *verbose != "" && strings.Contains(name, *verbose) {
					t.Logf("%s: %s\n\t%v", c.Name, c.SQL, strings.ReplaceAll(err.Error(), "\n", "\n\t"))
				}
			}
			table = append(table, fmt.Sprintf("%-24s %4d of %4d", name, passed, len(cases)))
			sum[suite], total[suite] = sum[suite]+passed, total[suite]+len(cases)
			if strings.HasPrefix(name, "more/") {
				continue
			}
			passing[name] = max(passed, floor[name])
			if want, ok := floor[name]; passed < want || !ok && !*update {
				t.Errorf("%s: %d of %d cases pass, want at least %d (run with -failures=%s to see them)", name, passed, len(cases), want, name)
			}
		}
	}
	for name := range open {
		t.Errorf("testdata/open.json names %s, which is no case", name)
	}
	for _, suite := range []string{"sql", "show"} {
		table = append(table, fmt.Sprintf("%-24s %4d of %4d", "all of "+suite, sum[suite], total[suite]))
	}
	t.Log("\n" + strings.Join(table, "\n"))
	if *update {
		text, err := json.MarshalIndent(passing, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(floorFile, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// caseLimit is how long a case may take: all are small.
const caseLimit = 20 * time.Second

// guarded is check on a goroutine, so that a case that panics or never ends is a failure like another.
func guarded(c recorded) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Errorf("panic: %v", p)
			}
		}()
		done <- check(c)
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(caseLimit):
		return fmt.Errorf("no answer within %v", caseLimit)
	}
}

// check runs a case in a session of its own.
func check(c recorded) error {
	conf := settings()
	for k, v := range c.Conf {
		conf[k] = v
	}
	var out bytes.Buffer
	spark, err := session.New(session.Config{Master: "local[2]", Conf: conf, Out: &out})
	if err != nil {
		return err
	}
	defer spark.Stop()
	e := spark.Engine()
	for _, s := range c.Setup {
		if _, _, err := answer(e, s); err != nil {
			return fmt.Errorf("setup %s: %w", s, err)
		}
	}
	if c.Op != "" {
		return checkOp(spark, &out, c)
	}
	schema, rows, err := answer(e, c.SQL)
	if c.Error != nil {
		return c.Error.check(err)
	}
	if err != nil {
		return err
	}
	if err := checkSchema(schema, c.Schema); err != nil {
		return err
	}
	if err := checkRows(schema, rows, c.Rows, c.Ordered); err != nil {
		return err
	}
	if c.Show == nil {
		return nil
	}
	text := engine.ShowString(schema, rows, engine.ShowOptions{Rows: 20, Truncate: 20}, e.Zone())
	return checkShow(text, *c.Show, c.Ordered)
}

// answer is the rows of a statement.
func answer(e *engine.Engine, text string) (*types.Type, [][]any, error) {
	rel, err := e.Parse(text)
	if err != nil {
		return nil, nil, err
	}
	if rel, err = e.Statement(context.Background(), engine.Job{Name: "command"}, rel, engine.Params{}); err != nil {
		return nil, nil, err
	}
	res, err := e.Analyze(rel, engine.Params{})
	if err != nil {
		return nil, nil, err
	}
	r, err := e.Execute(context.Background(), engine.Job{Name: "query"}, res)
	if err != nil {
		return nil, nil, err
	}
	return r.Schema, r.Rows(), nil
}

// checkShow compares what Show printed; without an order, line by line as a set.
func checkShow(got, want string, ordered bool) error {
	if got == want {
		return nil
	}
	if !ordered {
		a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
		sort.Strings(a)
		sort.Strings(b)
		if slices.Equal(a, b) {
			return nil
		}
	}
	return fmt.Errorf("show: have\n%s\nwant\n%s", got, want)
}

// check compares an error with the recorded one. Where Spark throws without a condition it is enough that there is an
// error.
func (f *failure) check(err error) error {
	if err == nil {
		return fmt.Errorf("no error, want %s", f.Message)
	}
	if f.Condition == nil {
		return nil
	}
	e, ok := err.(*session.Error)
	if !ok {
		return fmt.Errorf("error %v, want %s", err, f.Message)
	}
	if e.Condition() != *f.Condition {
		return fmt.Errorf("condition %q (%v), want %s", e.Condition(), err, f.Message)
	}
	if f.SQLState != nil && e.SQLState() != *f.SQLState {
		return fmt.Errorf("SQLSTATE %q, want %s", e.SQLState(), *f.SQLState)
	}
	if len(f.Parameters) != len(e.Params) {
		return fmt.Errorf("parameters %v, want %v", e.Params, f.Parameters)
	}
	for k, v := range f.Parameters {
		if e.Params[k] != v {
			return fmt.Errorf("parameter %s is %q, want %q", k, e.Params[k], v)
		}
	}
	return nil
}
