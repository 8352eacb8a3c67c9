package incremental_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gospark/runtime/exec"
	"gospark/runtime/logical"

	"gospark/runtime/state"
	"gospark/runtime/stream/incremental"
	"gospark/runtime/stream/rules"
	"gospark/runtime/types"
)

// A scenario is a query and what Spark made of it.
type scenario struct {
	Name    string `json:"name"`
	Sources []struct {
		Name    string              `json:"name"`
		DDL     string              `json:"schemaDDL"`
		Format  string              `json:"format"`
		Batches [][]json.RawMessage `json:"batches"`
	} `json:"sources"`
	Watermarks []struct{ Source, Column, Delay string } `json:"watermarks"`
	Statics    []string                                 `json:"statics"`
	SQL        string                                   `json:"sql"`
	Ops        []struct {
		Op      string   `json:"op"`
		Columns []string `json:"columns"`
		Column  string   `json:"column"`
		Delay   string   `json:"delay"`
		SQL     string   `json:"sql"`
	} `json:"ops"`
	Mode   string            `json:"outputMode"`
	Conf   map[string]string `json:"conf"`
	Schema []struct {
		Name     string `json:"name"`
		Type     string `json:"type"`
		Nullable bool   `json:"nullable"`
	} `json:"schema"`
	Expected *struct {
		AvailableNow []recorded `json:"availableNow"`
		Stepped      []recorded `json:"stepped"`
	} `json:"expected"`
	Error *struct {
		Condition  string            `json:"condition"`
		SQLState   *string           `json:"sqlState"`
		Parameters map[string]string `json:"messageParameters"`
		Cause      string            `json:"cause"`
	} `json:"error"`
}

type recorded struct {
	ID         int64             `json:"batchId"`
	Step       int               `json:"step"`
	Rows       [][]any           `json:"rows"`
	Input      int64             `json:"numInputRows"`
	SourceRows []int64           `json:"sourceRows"`
	EventTime  map[string]string `json:"eventTime"`
	Operators  []struct {
		Name    string `json:"operatorName"`
		Total   int64  `json:"numRowsTotal"`
		Updated int64  `json:"numRowsUpdated"`
		Removed int64  `json:"numRowsRemoved"`
		Dropped int64  `json:"numRowsDroppedByWatermark"`
	} `json:"stateOperators"`
}

// recordedFiles are those of this package and, if GOSPARK_CONFORMANCE names a directory, those below it.
func recordedFiles(t *testing.T) []string {
	names, err := filepath.Glob("testdata/structured/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no recorded scenarios: %v", err)
	}
	if dir := os.Getenv("GOSPARK_CONFORMANCE"); dir != "" {
		more, err := filepath.Glob(filepath.Join(dir, "structured", "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, more...)
	}
	return names
}

// TestConformance runs the recorded scenarios: with all files there at once, and file by file.
func TestConformance(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2})
	passed, total := 0, 0
	for _, name := range recordedFiles(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		var all []scenario
		if err := d.Decode(&all); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, sc := range all {
			t.Run(strings.TrimSuffix(filepath.Base(name), ".json")+"/"+sc.Name, func(t *testing.T) {
				total++
				if err := sc.check(s); err != nil {
					t.Errorf("%s\n%s: %v", sc.SQL, sc.Mode, err)
					return
				}
				passed++
			})
		}
	}
	t.Logf("%d of %d scenarios pass", passed, total)
}

func (sc *scenario) check(s *exec.Scheduler) error {
	if sc.Error != nil {
		_, err := sc.run(s, false)
		return sc.failure(err)
	}
	for _, stepped := range []bool{false, true} {
		got, err := sc.run(s, stepped)
		if err != nil {
			return err
		}
		want, form := sc.Expected.AvailableNow, "available now"
		if stepped {
			want, form = sc.Expected.Stepped, "stepped"
		}
		if err := sc.compare(got, want, stepped); err != nil {
			return fmt.Errorf("%s: %w", form, err)
		}
	}
	return nil
}

// build sets the stage and makes the query's relation.
func (sc *scenario) build(s *exec.Scheduler) (*stage, logical.Relation, error) {
	st := newStage(s, sc.Conf)
	for _, src := range sc.Sources {
		schema, err := types.ParseDDL(src.DDL)
		if err != nil {
			return nil, nil, err
		}
		f := &files{name: src.Name, schema: schema, text: src.Format == "text"}
		for _, b := range src.Batches {
			lines := []string{}
			for _, l := range b {
				line := text(l)
				if f.text {
					if err := json.Unmarshal(l, &line); err != nil {
						return nil, nil, err
					}
				}
				lines = append(lines, line)
			}
			f.batches = append(f.batches, lines)
		}
		st.table(f, func(r logical.Relation) logical.Relation {
			for _, w := range sc.Watermarks {
				if w.Source == src.Name {
					r = &logical.WithWatermark{Input: r, EventTime: w.Column, Delay: w.Delay}
				}
			}
			return r
		})
	}
	for _, sql := range sc.Statics {
		if err := st.command(sql); err != nil {
			return nil, nil, err
		}
	}
	r, err := st.engine.Parse(sc.SQL)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range sc.Ops {
		switch o.Op {
		case "dropDuplicates", "dropDuplicatesWithinWatermark":
			r = &logical.Deduplicate{Input: r, Columns: o.Columns, WithinWatermark: o.Op != "dropDuplicates"}
		case "withWatermark":
			r = &logical.WithWatermark{Input: r, EventTime: o.Column, Delay: o.Delay}
		case "sql":
			st.view("__prev", r)
			if r, err = st.engine.Parse(o.SQL); err != nil {
				return nil, nil, err
			}
		default:
			return nil, nil, fmt.Errorf("no operation %q", o.Op)
		}
	}
	return st, r, nil
}

func (sc *scenario) run(s *exec.Scheduler, stepped bool) ([]result, error) {
	st, r, err := sc.build(s)
	if err != nil {
		return nil, err
	}
	mode, err := rules.ParseMode(sc.Mode)
	if err != nil {
		return nil, err
	}
	states, err := state.Open("", state.Options{})
	if err != nil {
		return nil, err
	}
	defer states.Close()
	if err := sc.checkSchema(st, r); err != nil {
		return nil, err
	}
	start := func() (*incremental.Query, error) { return st.query(r, mode, states, 2) }
	steps := 0
	for _, src := range sc.Sources {
		steps = max(steps, len(src.Batches))
	}
	if stepped {
		return st.stepped(start, steps, len(sc.Sources) > 1)
	}
	return st.availableNow(start, steps)
}

func (sc *scenario) failure(err error) error {
	if err == nil {
		return fmt.Errorf("no error, want %s", sc.Error.Condition)
	}
	e, err := failureOf(err)
	if err != nil {
		return err
	}
	if sc.Error.Cause != "" { // the query wraps it
		if e.Condition() != sc.Error.Cause {
			return fmt.Errorf("failed with %v, want %s", e, sc.Error.Cause)
		}
		return nil
	}
	if e.Condition() != sc.Error.Condition || sc.Error.SQLState != nil && e.SQLState() != *sc.Error.SQLState {
		return fmt.Errorf("%s (%s): %v, want %s", e.Condition(), e.SQLState(), e, sc.Error.Condition)
	}
	if len(sc.Error.Parameters)+len(e.Params) > 0 && !reflect.DeepEqual(e.Params, sc.Error.Parameters) {
		return fmt.Errorf("parameters %q, want %q", e.Params, sc.Error.Parameters)
	}
	if e.Fix == "" && strings.HasPrefix(e.Condition(), "STREAMING_OUTPUT_MODE") {
		return fmt.Errorf("%v says nothing about what to type instead", e)
	}
	return nil
}

func (sc *scenario) compare(got []result, want []recorded, stepped bool) error {
	var problems []string
	for i, g := range got {
		if i >= len(want) {
			problems = append(problems, fmt.Sprintf("batch %d too many", g.Batch))
			continue
		}
		if err := sc.compareBatch(g, want[i], stepped); err != nil {
			problems = append(problems, fmt.Sprintf("batch %d: %v", g.Batch, err))
		}
	}
	if len(got) < len(want) {
		problems = append(problems, fmt.Sprintf("%d batches, want %d", len(got), len(want)))
	}
	if len(problems) > 0 {
		return fmt.Errorf("%s", strings.Join(problems, "\n\t"))
	}
	return nil
}

func (sc *scenario) compareBatch(g result, w recorded, stepped bool) error {
	if g.Batch != w.ID || stepped && g.step != w.Step {
		return fmt.Errorf("id %d of step %d, want %d of %d", g.Batch, g.step, w.ID, w.Step)
	}
	if err := sc.compareRows(g.rows, w.Rows); err != nil {
		return err
	}
	if fmt.Sprint(g.Rows) != fmt.Sprint(w.SourceRows) {
		return fmt.Errorf("read %v rows, want %v", g.Rows, w.SourceRows)
	}
	if have := eventTimes(g.Report); !reflect.DeepEqual(have, w.EventTime) {
		return fmt.Errorf("event times %v, want %v", have, w.EventTime)
	}
	var have, want []string
	for _, o := range g.Operators {
		have = append(have, fmt.Sprintf("%s total=%d updated=%d removed=%d dropped=%d", o.Name, o.Total, o.Updated, o.Removed, o.Dropped))
	}
	for _, o := range w.Operators {
		want = append(want, fmt.Sprintf("%s total=%d updated=%d removed=%d dropped=%d", o.Name, o.Total, o.Updated, o.Removed, o.Dropped))
	}
	if !reflect.DeepEqual(have, want) {
		return fmt.Errorf("%q, want %q", have, want)
	}
	return nil
}

func eventTimes(r *incremental.Report) map[string]string {
	m := map[string]string{}
	at := func(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }
	if r.HasWatermark {
		m["watermark"] = at(r.Watermark)
		if r.Times.Count > 0 {
			m["min"], m["max"], m["avg"] = at(r.Times.Min), at(r.Times.Max), at(int64(r.Times.Avg))
		}
	}
	return m
}
