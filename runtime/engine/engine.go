// Package engine runs DataFrames and SQL on this machine: it wires analysis, optimiser, planner and scheduler together
// and carries out commands. It owns the catalog of one session; the scheduler is the application's.
package engine

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/analysis"
	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/exec"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/optimizer"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// Settings are the spark.* settings an engine reads and SET changes.
type Settings interface {
	Get(key string, or ...string) string
	Set(key string, value any)
	Unset(key string)
	GetAll() map[string]string
}

// An Engine is the local backend of one session. It is safe for concurrent use.
type Engine struct {
	Catalog   *analysis.Memory
	Settings  Settings
	Scheduler *exec.Scheduler
	// Origins is called once for a plan: what it returns makes the origin of each node.
	Origins func() func(op string) *plan.Origin
	User    string
	Version string
	// Levels finds a storage level by its name; the text is what the storage page shows.
	Levels func(name string) (string, bool)
	// Observed takes the values of metrics when the rows they are of have passed; nil: nobody wants them.
	Observed func(name string, metrics *types.Type, values []any)

	cache *cache

	recent  recent
	sources sources
	tables  tables
}

// A Job says whom a query's job belongs to: exec.Job without the plan.
type Job = exec.Job

// New makes an engine with an empty catalog.
func New(s *exec.Scheduler, settings Settings, origins func() func(op string) *plan.Origin) *Engine {
	e := &Engine{Catalog: analysis.NewMemory(), Settings: settings, Scheduler: s, Origins: origins,
		cache: &cache{sched: s, kept: map[int64]*keptRows{}}}
	e.Catalog.CachedPlan = e.cache.has
	e.Catalog.OpenSource = e.open
	return e
}

// NewSession is an engine of another session: it has the tables and the kept rows in common with this one, and settings,
// temporary views and functions of its own.
func (e *Engine) NewSession(settings Settings) *Engine {
	n := New(e.Scheduler, settings, e.Origins)
	open := n.Catalog.OpenSource
	n.Catalog = e.Catalog.NewSession()
	n.Catalog.OpenSource = open
	n.User, n.Version, n.Levels, n.cache = e.User, e.Version, e.Levels, e.cache
	return n
}

// ansi says whether errors are raised where Spark's ANSI mode raises them.
func (e *Engine) ansi() bool { return e.Settings.Get("spark.sql.ansi.enabled", "true") != "false" }

// Zone is the session's time zone.
func (e *Engine) Zone() *time.Location {
	z, err := types.Zone(e.Settings.Get("spark.sql.session.timeZone", "UTC"))
	if err != nil {
		return time.UTC
	}
	return z
}

// context is what expressions of a query are evaluated with.
func (e *Engine) context() *expr.Context {
	return &expr.Context{Zone: e.Zone(), Now: time.Now().UnixMicro(), User: e.User, Catalog: analysis.SessionCatalog,
		Database: e.Catalog.Current(), Version: e.Version,
		LastMapKeyWins: strings.EqualFold(e.Settings.Get("spark.sql.mapKeyDedupPolicy"), "LAST_WIN")}
}

// Params are the values of a query's parameters: by name, or by position.
type Params struct {
	Named      map[string]logical.Expression
	Positional []logical.Expression
}

func (e *Engine) analyzer(ctx *expr.Context, p Params) *analysis.Analyzer {
	return &analysis.Analyzer{Catalog: e.Catalog, Settings: analysis.Settings{
		Legacy: !e.ansi(), CaseSensitive: e.Settings.Get("spark.sql.caseSensitive") == "true", Context: ctx,
		Parser: e.parser(), Args: p.Named, Positional: p.Positional,
		PivotValues: func(r resolved.Relation) ([]any, error) {
			_, rows, err := e.collect(context.Background(), Job{Name: "pivot"}, r, ctx)
			if err != nil {
				return nil, err
			}
			out := make([]any, len(rows))
			for i, row := range rows {
				out[i] = row[0]
			}
			return out, nil
		},
	}}
}

// Parse reads a statement; literals are in the session's time zone.
func (e *Engine) Parse(text string) (logical.Relation, error) { return e.parser().Parse(text) }

// ParseExpression reads an expression.
func (e *Engine) ParseExpression(text string) (logical.Expression, error) {
	return e.parser().ParseExpression(text)
}

func (e *Engine) parser() *sql.Parser { return &sql.Parser{Zone: e.Zone()} }

// Analyze resolves a relation. The error is a *condition.Error.
func (e *Engine) Analyze(r logical.Relation, p Params) (resolved.Relation, error) {
	out, err := e.analyzer(e.context(), p).Analyze(r)
	if err == nil {
		e.recent.add(out)
	}
	return out, err
}

// Schema is the columns of a relation, also of a command.
func (e *Engine) Schema(r resolved.Relation) *types.Type { return analysis.SchemaOf(r) }

// A Result is the rows of a query, in the order of its partitions.
type Result struct {
	Schema  *types.Type
	Batches []*batch.Batch
}

// Plan optimises a resolved relation and makes the plan that runs.
func (e *Engine) Plan(r resolved.Relation, ctx *expr.Context) (plan.Node, error) {
	return e.physical(optimizer.Optimize(r, ctx), ctx)
}

// physical makes the executable plan of a relation as it is.
func (e *Engine) physical(r resolved.Relation, ctx *expr.Context) (plan.Node, error) {
	s, err := e.planning(ctx)
	if err != nil {
		return nil, err
	}
	s.Observe = e.observed(r)
	return planner.Plan(r, s)
}

// Execute runs a resolved relation.
func (e *Engine) Execute(ctx context.Context, j Job, r resolved.Relation) (*Result, error) {
	if err := refuseStream(r); err != nil {
		return nil, err
	}
	ec := e.context()
	o := optimizer.Optimize(r, ec)
	if l, ok := o.(*resolved.LocalRelation); ok {
		return &Result{Schema: e.Schema(r), Batches: []*batch.Batch{localBatch(l)}}, nil
	}
	n, err := e.physical(o, ec)
	if err != nil {
		return nil, err
	}
	bs, err := e.run(ctx, j, n)
	if err != nil {
		return nil, cause(err)
	}
	return &Result{Schema: e.Schema(r), Batches: bs}, nil
}

func (e *Engine) collect(ctx context.Context, j Job, r resolved.Relation, ec *expr.Context) (*types.Type, [][]any, error) {
	if err := refuseStream(r); err != nil {
		return nil, nil, err
	}
	n, err := e.Plan(r, ec)
	if err != nil {
		return nil, nil, err
	}
	bs, err := e.run(ctx, j, n)
	return e.Schema(r), rowsOf(bs), cause(err)
}

// run collects the batches of a plan.
func (e *Engine) run(ctx context.Context, j Job, n plan.Node) ([]*batch.Batch, error) {
	j.Plan = n
	j.Action = collectBatches
	parts, err := e.Scheduler.Run(ctx, &j)
	if err != nil {
		return nil, err
	}
	var all []*batch.Batch
	for _, p := range parts {
		all = append(all, p.([]*batch.Batch)...)
	}
	return all, nil
}

// localBatch is rows in memory: they need no job.
func localBatch(l *resolved.LocalRelation) *batch.Batch {
	b := &batch.Batch{N: len(l.Rows), Cols: make([]batch.Vector, len(l.Attrs))}
	for c, a := range l.Attrs {
		b.Cols[c] = batch.ForType(a.Typ, b.N)
		for _, row := range l.Rows {
			b.Cols[c].AppendAny(row[c])
		}
	}
	return b
}

// cause takes the user's mistake out of the failure of a job: a division by zero is shown as that.
func cause(err error) error {
	if c, ok := condition.As(err); ok {
		return c
	}
	return err
}

// Rows are the rows of a result, boxed: one value of the physical type per field.
func (r *Result) Rows() [][]any { return rowsOf(r.Batches) }

func rowsOf(bs []*batch.Batch) [][]any {
	var rows [][]any
	for _, b := range bs {
		for i := range b.Rows() {
			row := make([]any, len(b.Cols))
			for c, v := range b.Cols {
				row[c] = v.Any(b.Row(i))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// parseBytes reads 512m, 2g, 1024.
func parseBytes(s string) (int64, error) {
	units := map[byte]int64{'k': 1 << 10, 'm': 1 << 20, 'g': 1 << 30, 't': 1 << 40}
	t := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), "b")
	unit := int64(1)
	if n := len(t); n > 0 && units[t[n-1]] > 0 {
		unit, t = units[t[n-1]], t[:n-1]
	}
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("want a size such as 512m or 2g, have %q", s)
	}
	return n * unit, nil
}
