package session

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gospark/runtime/analysis"
	"gospark/runtime/engine"
	"gospark/runtime/exec"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// A DataFrame is a table of named, typed columns that is computed when an action asks for it. Each method is checked at
// once, against the schema: a column that is not there is an error where it is written.
type DataFrame struct {
	spark *SparkSession
	rel   logical.Relation
	res   resolved.Relation // nil for a part of another query, which has columns of it
	// kept is how often relations had been kept or released when res was made.
	kept int64
}

// frame makes a DataFrame of a relation, or raises what is wrong with it.
func (s *SparkSession) frame(rel logical.Relation) *DataFrame {
	if m := rel.Meta(); m.PlanID == 0 {
		m.PlanID = logical.NextPlanID()
	}
	df := &DataFrame{spark: s, rel: rel, kept: s.engine.Changes()}
	var err error
	if df.res, err = s.engine.Analyze(rel, engine.Params{}); err != nil && !errors.Is(err, analysis.ErrOuter) {
		raise("", err)
	}
	return df
}

// closed is the DataFrame of a relation with names in it, which stand for the same as long as the DataFrame is there.
func (s *SparkSession) closed(rel logical.Relation, p engine.Params) *DataFrame {
	return s.frame(&logical.Closed{Input: rel, Names: s.engine.Catalog.Snapshot(), Named: p.Named, Positional: p.Positional})
}

// resolved is the DataFrame with types. What has been kept or released since it was made changes how it is computed.
func (df *DataFrame) resolved() resolved.Relation {
	n := df.spark.engine.Changes()
	if n == df.kept && df.res != nil {
		return df.res
	}
	res, err := df.spark.engine.Analyze(df.rel, engine.Params{})
	if err != nil {
		raise("", err)
	}
	return res
}

// job is whom a query's job belongs to.
func (s *SparkSession) job(name string) (context.Context, engine.Job) {
	sc := s.sc.scope()
	if site := s.sc.site(); site != "" {
		name += " at " + site
	}
	return sc.ctx, exec.Job{Name: name, Description: sc.desc, Group: sc.group, Batch: sc.batch, Started: sc.onJob}
}

// SQL runs a statement. A query is computed by an action on the DataFrame it returns; a command is carried out at once,
// and the DataFrame holds what it shows. Args are values for the statement's parameters: one map[string]any for :name
// markers, or values for ? markers in order.
func (s *SparkSession) SQL(text string, args ...any) *DataFrame {
	rel, err := s.engine.Parse(text)
	if err != nil {
		raise("", err)
	}
	return s.statement(rel, parameters(args))
}

func (s *SparkSession) statement(rel logical.Relation, p engine.Params) *DataFrame {
	ctx, job := s.job("command")
	out, err := s.engine.Statement(ctx, job, rel, p)
	if err != nil {
		raise("", err)
	}
	if out == rel {
		return s.closed(rel, p)
	}
	return s.frame(out)
}

func parameters(args []any) (p engine.Params) {
	if len(args) == 1 {
		if m, ok := args[0].(map[string]any); ok {
			p.Named = map[string]logical.Expression{}
			for k, v := range m {
				p.Named[k] = toColumn(v, Lit).e
			}
			return p
		}
	}
	for _, a := range args {
		p.Positional = append(p.Positional, toColumn(a, Lit).e)
	}
	return p
}

// Table is the DataFrame of a table or view.
func (s *SparkSession) Table(name string) *DataFrame {
	parts, err := sql.ParseTableIdentifier(name)
	if err != nil {
		raise("Table", err)
	}
	return s.closed(&logical.NamedTable{Parts: parts}, engine.Params{})
}

// Range is a DataFrame with one bigint column id: Range(end), Range(start, end) or Range(start, end, step, partitions).
func (s *SparkSession) Range(start int64, more ...int64) *DataFrame {
	r := &logical.Range{End: start, Step: 1}
	if len(more) > 0 {
		r.Start, r.End = start, more[0]
	}
	if len(more) > 1 {
		r.Step = more[1]
	}
	if len(more) > 2 {
		r.Partitions = int(more[2])
	}
	return s.frame(r)
}

// Schema is the columns.
func (df *DataFrame) Schema() *StructType {
	if df.res == nil {
		df.resolved() // says why there is none
	}
	return df.spark.engine.Schema(df.res)
}

// Columns are the names of the columns.
func (df *DataFrame) Columns() []string {
	var names []string
	for _, f := range df.Schema().Fields {
		names = append(names, f.Name)
	}
	return names
}

// Dtypes are the names and types of the columns.
func (df *DataFrame) Dtypes() [][2]string {
	var ts [][2]string
	for _, f := range df.Schema().Fields {
		ts = append(ts, [2]string{f.Name, f.Type.String()})
	}
	return ts
}

// PrintSchema prints the columns as a tree.
func (df *DataFrame) PrintSchema() { df.spark.print(df.Schema().Tree() + "\n") }

// ShellType is the name of the type at the prompt, ShellString the columns, as Spark echoes a DataFrame.
func (df *DataFrame) ShellType() string { return "DataFrame" }

// ShellString is what the prompt shows beside the type.
func (df *DataFrame) ShellString() string { return df.String() }

// String is the columns with their types, the first two if there are many.
func (df *DataFrame) String() string {
	fields := df.Schema().Fields
	var parts []string
	for i, f := range fields {
		if i == 2 && len(fields) > 2 {
			break
		}
		parts = append(parts, f.Name+": "+f.Type.String())
	}
	s := strings.Join(parts, ", ")
	if n := len(fields) - 2; n == 1 {
		s += " ... 1 more field"
	} else if n > 1 {
		s += fmt.Sprintf(" ... %d more fields", n)
	}
	return "[" + s + "]"
}

// print writes a block of text to where results go.
func (s *SparkSession) print(text string) {
	if _, err := s.sc.cfg.Out.Write([]byte(text)); err != nil {
		raise("print", err)
	}
}

// execute runs a relation on top of the DataFrame's.
func (df *DataFrame) execute(op string, rel logical.Relation) *engine.Result {
	var res resolved.Relation
	if rel == df.rel {
		res = df.resolved()
	} else {
		var err error
		if res, err = df.spark.engine.Analyze(rel, engine.Params{}); err != nil {
			raise("", err)
		}
	}
	ctx, job := df.spark.job(op)
	r, err := df.spark.engine.Execute(ctx, job, res)
	if err != nil {
		raise(op, err)
	}
	return r
}

// with is a DataFrame of a relation over this one.
func (df *DataFrame) with(rel logical.Relation) *DataFrame { return df.spark.frame(rel) }

// limited is the first n rows.
func (df *DataFrame) limited(n int) logical.Relation {
	return &logical.Limit{Input: df.rel, Count: &logical.Literal{Value: int32(n), Type: types.Int}}
}

// Show prints the first 20 rows, or the first n. A second argument says how long a cell may be: a number, true for 20,
// false for as long as it is.
func (df *DataFrame) Show(args ...any) { df.show("Show", args, false) }

// ShowVertical prints rows one field a line. Its arguments are those of Show.
func (df *DataFrame) ShowVertical(args ...any) { df.show("ShowVertical", args, true) }

func (df *DataFrame) show(method string, args []any, vertical bool) {
	n, cut := 20, 20
	for i, a := range args {
		switch v := a.(type) {
		case int:
			if i == 0 {
				n = v
			} else {
				cut = v
			}
		case bool:
			if cut = 20; !v {
				cut = 0
			}
		default:
			raise(method, fmt.Errorf("want %s(n, truncate) with a number and a number or bool, have %T", method, a))
		}
	}
	r := df.execute("show", df.limited(max(n, 0)+1))
	df.spark.print(engine.ShowString(r.Schema, r.Rows(), engine.ShowOptions{Rows: n, Truncate: cut, Vertical: vertical}, df.spark.engine.Zone()))
}

// Explain prints the plan. Mode is simple, extended, formatted, codegen or cost; true is extended.
func (df *DataFrame) Explain(mode ...any) {
	df.spark.print(df.explain(explainMode(mode)))
}

// explainMode is the mode that a call of Explain names.
func explainMode(args []any) string {
	if len(args) == 0 {
		return "simple"
	}
	switch m := fmt.Sprint(args[0]); m {
	case "true":
		return "extended"
	case "false":
		return "simple"
	default:
		return m
	}
}

func (df *DataFrame) explain(mode string) string {
	text, err := df.spark.engine.Explain(df.rel, df.resolved(), mode)
	if err != nil {
		raise("Explain", err)
	}
	return text
}

// CreateOrReplaceTempView names the DataFrame for SQL, in this session.
func (df *DataFrame) CreateOrReplaceTempView(name string) { df.createView(name, true, false) }

// CreateTempView names the DataFrame; it is an error if the name is taken.
func (df *DataFrame) CreateTempView(name string) { df.createView(name, false, false) }

// CreateOrReplaceGlobalTempView names the DataFrame as global_temp.name.
func (df *DataFrame) CreateOrReplaceGlobalTempView(name string) { df.createView(name, true, true) }

func (df *DataFrame) createView(name string, replace, global bool) {
	ctx, job := df.spark.job("createTempView")
	_, err := df.spark.engine.Command(ctx, job, &logical.CreateView{Name: []string{name}, Query: df.rel, Replace: replace, Global: global}, engine.Params{})
	if err != nil {
		raise("CreateTempView", err)
	}
}
