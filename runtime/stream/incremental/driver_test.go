package incremental_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gospark/runtime/analysis"
	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/engine"
	"gospark/runtime/exec"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/op"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
	"gospark/runtime/state"
	"gospark/runtime/stream/incremental"
	"gospark/runtime/types"
)

// conf is the settings of a run.
type conf map[string]string

func (c conf) Get(key string, or ...string) string {
	if v, ok := c[key]; ok {
		return v
	}
	return strings.Join(or, "")
}
func (c conf) Set(key string, value any) { c[key] = fmt.Sprint(value) }
func (c conf) Unset(key string)          { delete(c, key) }
func (c conf) GetAll() map[string]string { return c }

// files is a source whose i-th batch is the i-th of its files, of JSON or text.
type files struct {
	name    string
	schema  *types.Type
	text    bool
	batches [][]string
}

func (f *files) Schema() *types.Type { return f.schema }
func (f *files) String() string      { return "FileStreamSource[" + f.name + "]" }

// read makes the splits of a file: its lines, parsed.
func (f *files) read(file int, ctx *expr.Context) ([]connector.Split, error) {
	if file >= len(f.batches) {
		return nil, nil
	}
	lines := &batch.Batch{N: len(f.batches[file]), Cols: []batch.Vector{batch.VecOf(f.batches[file])}}
	if f.text {
		return split(lines), nil
	}
	parse, err := expr.Resolve("from_json", []expr.Expr{&expr.Col{Typ: types.String}, expr.StringLit(f.schema.ToDDL())}, expr.Options{})
	if err != nil {
		return nil, err
	}
	e, err := expr.Compile(parse)
	if err != nil {
		return nil, err
	}
	v, err := e.Eval(ctx, lines, nil)
	if err != nil {
		return nil, err
	}
	rows := v.(*batch.Struct)
	return split(&batch.Batch{N: lines.N, Cols: rows.Fields}), nil
}

func split(b *batch.Batch) []connector.Split {
	return []connector.Split{&connector.MemorySplit{Batches: []*batch.Batch{b}}}
}

// Selective says that of JSON files only rows that meet the conditions count.
func (f *files) Selective() bool { return !f.text }

// stage is what scenarios run on.
type stage struct {
	engine *engine.Engine
	conf   conf
	files  map[string]*files
}

func newStage(s *exec.Scheduler, settings map[string]string) *stage {
	st := &stage{conf: conf{"spark.sql.session.timeZone": "UTC"}, files: map[string]*files{}}
	for k, v := range settings {
		st.conf[k] = v
	}
	st.engine = engine.New(s, st.conf, func() func(string) *plan.Origin {
		return func(op string) *plan.Origin { return &plan.Origin{Op: op} }
	})
	st.engine.Catalog.OpenSource = func(ds *logical.DataSource) (resolved.Source, error) {
		if f := st.files[ds.Format]; f != nil {
			return f, nil
		}
		return nil, fmt.Errorf("no source %q", ds.Format)
	}
	return st
}

// table makes a source known under its name.
func (st *stage) table(f *files, wrap func(logical.Relation) logical.Relation) {
	st.files[f.name] = f
	st.view(f.name, wrap(&logical.DataSource{Format: f.name, Streaming: true}))
}

func (st *stage) view(name string, r logical.Relation) {
	st.engine.Catalog.SetView(name, &analysis.Table{Name: []string{name}, View: r})
}

func (st *stage) query(r logical.Relation, mode plan.OutputMode, states *state.Provider, partitions int) (*incremental.Query, error) {
	rel, err := st.engine.Analyze(r, engine.Params{})
	if err != nil {
		return nil, err
	}
	return incremental.New(incremental.Config{Relation: rel, Mode: mode, Conf: func(k string) string { return st.conf[k] },
		Settings:  planner.Settings{Query: &plan.Query{Context: st.context()}, ShufflePartitions: 2, Parallelism: 2},
		Scheduler: st.engine.Scheduler, State: states, Partitions: partitions})
}

func (st *stage) context() expr.Context { return expr.Context{Zone: time.UTC} }

// A result is what a batch gave.
type result struct {
	*incremental.Report
	step int
	rows [][]any
}

// batchTime is when all batches of scenarios run.
const batchTime = 1_700_000_000_000

// run runs a batch that reads the i-th file of each source, or none.
func (st *stage) run(q *incremental.Query, file int) (result, error) {
	ctx := st.context()
	b := incremental.Batch{Time: batchTime, Job: exec.Job{Name: "batch"}, Action: collect}
	b.Source = func(i int, s *resolved.Scan) ([]connector.Split, error) {
		if file < 0 {
			return nil, nil
		}
		return s.Source.(*files).read(file, &ctx)
	}
	r, err := q.Run(context.Background(), b)
	if err != nil {
		return result{}, err
	}
	if err := q.Commit(context.Background()); err != nil {
		return result{}, err
	}
	out := result{Report: r, step: file}
	for _, p := range r.Results {
		out.rows = append(out.rows, p.([][]any)...)
	}
	return out, nil
}

func collect(_ *op.Task, o op.Operator) (any, error) {
	rows := [][]any{}
	err := op.Drain(o, func(b *batch.Batch) error {
		for i := range b.Rows() {
			row := make([]any, len(b.Cols))
			for c, v := range b.Cols {
				row[c] = v.Any(b.Row(i))
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}

// availableNow runs batch after batch, and one without data when it is due at the end.
func (st *stage) availableNow(start func() (*incremental.Query, error), steps int) (all []result, err error) {
	q, err := start()
	if err != nil {
		return nil, err
	}
	for i := 0; i < steps || q.WantsBatch(batchTime); i++ {
		file := i
		if i >= steps {
			file = -1
		}
		r, err := st.run(q, file)
		if err != nil {
			return all, err
		}
		all = append(all, r)
	}
	return all, nil
}

// stepped runs the batches without data that are due after each step; with restart, the query begins each step anew from
// where it was.
func (st *stage) stepped(start func() (*incremental.Query, error), steps int, restart bool) (all []result, err error) {
	q, err := start()
	if err != nil {
		return nil, err
	}
	for i := range steps {
		if restart && i > 0 {
			at := q.Position()
			if q, err = start(); err != nil {
				return nil, err
			}
			q.Resume(at)
		}
		r, err := st.run(q, i)
		if err != nil {
			return all, err
		}
		for all = append(all, r); q.WantsBatch(batchTime); all = append(all, r) {
			if r, err = st.run(q, -1); err != nil {
				return all, err
			}
			r.step = i
		}
	}
	return all, nil
}

// failureOf is the condition of an error and its parameters.
func failureOf(err error) (*condition.Error, error) {
	if c, ok := condition.As(err); ok {
		return c, nil
	}
	return nil, fmt.Errorf("an error without a condition: %w", err)
}

func text(v json.RawMessage) string { return strings.TrimSpace(string(v)) }
