package incremental

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"gospark/runtime/expr"
	"gospark/runtime/optimizer"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
	"gospark/runtime/state"
	"gospark/runtime/stream/rules"
)

// A Query is a streaming query that can run batches. It is used by one goroutine.
type Query struct {
	cfg       Config
	optimised resolved.Relation
	volatile  bool // the optimised relation depends on the time of the batch
	sources   []*Source
	index     map[resolved.Source]int
	position  Position
	marks     *watermarks
	watched   bool // there is a watermark
	opened    bool // state is that of the query

	// last is what the batch that ran last was planned with; ran is its report until it is committed.
	last   *planner.Stream
	ran    *Report
	wanted bool
	due    due

	executed atomic.Pointer[executed] // nil before the first batch
}

// New checks the rules of streaming queries and prepares the query. An error is a *condition.Error.
func New(c Config) (*Query, error) {
	if c.Conf == nil {
		c.Conf = func(string) string { return "" }
	}
	if c.Partitions <= 0 {
		c.Partitions = max(1, c.Settings.ShufflePartitions)
	}
	if c.Settings.Query == nil {
		c.Settings.Query = &plan.Query{}
	}
	if err := rules.Check(c.Relation, c.Mode, c.Conf); err != nil {
		return nil, err
	}
	marks, err := newWatermarks(c.Conf)
	if err != nil {
		return nil, err
	}
	if c.State == nil {
		if c.State, err = state.Open("", state.Options{}); err != nil {
			return nil, err
		}
	}
	q := &Query{cfg: c, index: map[resolved.Source]int{}, marks: marks}
	q.volatile = usesTime(c.Relation)
	q.optimised = q.optimise(&c.Settings.Query.Context)
	q.findSources()
	return q, nil
}

func (q *Query) optimise(ctx *expr.Context) resolved.Relation {
	return optimizer.Optimize(prepare(q.cfg.Relation), ctx)
}

// optimisedAt is the optimised relation for a batch at a time, in ms.
func (q *Query) optimisedAt(ms int64) resolved.Relation {
	if !q.volatile {
		return q.optimised
	}
	ctx := q.cfg.Settings.Query.Context
	ctx.Now = ms * 1000
	return q.optimise(&ctx)
}

// usesTime says whether an expression's value is the time of the batch.
func usesTime(r resolved.Relation) bool {
	found := false
	resolved.Walk(r, func(r resolved.Relation) {
		for _, e := range r.Exprs() {
			expr.Walk(e, func(e expr.Expr) {
				if c, ok := e.(*expr.Call); ok && timeFunctions[c.Fn.Name] {
					found = true
				}
			})
		}
	})
	return found
}

var timeFunctions = map[string]bool{"current_timestamp": true, "now": true, "current_date": true, "curdate": true,
	"localtimestamp": true, "current_time": true, "unix_timestamp": true}

// findSources lists the streams as they stand in the query, and what is read of them. One whose rows cannot make a
// difference is not in the optimised relation, and still has offsets.
func (q *Query) findSources() {
	resolved.Walk(q.cfg.Relation, func(r resolved.Relation) {
		switch r := r.(type) {
		case *resolved.Scan:
			if _, known := q.index[r.Source]; r.Streaming && !known {
				q.index[r.Source] = len(q.sources)
				q.sources = append(q.sources, &Source{Relation: r.Source})
			}
		case *resolved.WithWatermark:
			q.watched = q.watched || resolved.IsStreaming(r)
		}
	})
	resolved.Walk(q.optimised, func(r resolved.Relation) {
		scan, ok := r.(*resolved.Scan)
		if !ok || !scan.Streaming {
			return
		}
		s := q.sources[q.index[scan.Source]]
		s.Scans = append(s.Scans, scan)
		for _, c := range scan.Columns {
			if at, has := slices.BinarySearch(s.Columns, c); !has {
				s.Columns = slices.Insert(s.Columns, at, c)
			}
		}
	})
	for _, s := range q.sources {
		if len(s.Columns) == 0 && len(s.Relation.Schema().Fields) > 0 {
			s.Columns = []int{0}
		}
	}
}

// Sources are the streams the query reads, in the order in which they stand in it.
func (q *Query) Sources() []*Source { return q.sources }

// Optimised is the relation that batches are planned from.
func (q *Query) Optimised() resolved.Relation { return q.optimised }

// HasWatermark says whether the query has a watermark.
func (q *Query) HasWatermark() bool { return q.watched }

// Position is where the query stands: after a Commit, at the next batch.
func (q *Query) Position() Position { return q.position }

// Resume goes on from where an earlier run was. State must be there at version p.Batch.
func (q *Query) Resume(p Position) {
	q.position = p
	q.marks.global = p.Watermark
	q.wanted, q.due = false, due{}
}

// planned is one plan of the query.
func (q *Query) plan(b Batch, watermark, previous int64, store func(operator, partition int) (*state.Store, error)) (plan.Node, *planner.Stream, []*counted, error) {
	s := q.cfg.Settings
	query := *s.Query
	query.Context.Now = b.Time * 1000
	s.Query = &query
	s.Stream = &planner.Stream{Mode: q.cfg.Mode, Version: b.version, Late: plan.NoWatermark, Evict: plan.NoWatermark, Partitions: q.cfg.Partitions,
		Time: b.Time, Store: store, Single: q.cfg.Conf(planner.AllowMultipleKey) == "false"}
	if q.watched {
		s.Stream.Late, s.Stream.Evict = previous*1000, watermark*1000
	}
	r := q.optimisedAt(b.Time)
	most := limits(r)
	var counts []*counted
	s.Source = func(scan *resolved.Scan) (plan.Node, error) {
		if !scan.Streaming {
			if q.cfg.Settings.Source != nil {
				return q.cfg.Settings.Source(scan)
			}
			return nil, nil
		}
		n, c, err := q.scan(scan, b, most, s)
		counts = append(counts, c)
		return n, err
	}
	n, err := planner.Plan(r, s)
	return n, s.Stream, counts, err
}

func (q *Query) run(ctx context.Context, b Batch) (*Report, error) {
	if q.ran != nil {
		return nil, fmt.Errorf("incremental: batch %d was not committed", q.ran.Batch)
	}
	if err := q.Open(); err != nil {
		return nil, err
	}
	at := q.position
	if b.Time == 0 {
		b.Time = time.Now().UnixMilli()
	}
	b.version = at.Batch
	q.executing(b)
	begin := time.Now()
	n, stream, counts, err := q.plan(b, at.Watermark, at.Previous, func(operator, partition int) (*state.Store, error) {
		return q.cfg.State.Store(operator, partition, at.Batch)
	})
	if err != nil {
		return nil, err
	}
	planning := time.Since(begin)
	totals := collect(stream.Operators)
	job := b.Job
	job.Plan, job.Action = n, b.Action
	results, err := q.cfg.Scheduler.Run(ctx, &job)
	if err != nil {
		q.cfg.State.Abort()
		return nil, err
	}
	r := &Report{Batch: at.Batch, Watermark: at.Watermark, HasWatermark: q.watched, Results: results, Physical: n, Planning: planning, Rows: make([]int64, len(q.sources))}
	for _, c := range counts {
		r.Rows[c.source] += c.rows()
	}
	for _, e := range stream.EventTimes {
		if t := e.Stats(); t.Count > 0 {
			r.Times = t
			break
		}
	}
	for _, o := range stream.Operators {
		r.Operators = append(r.Operators, OperatorReport{Operator: o.Operator, Name: o.Name, Partitions: o.Partitions,
			NumStores: o.Partitions, StateMetrics: totals.of(o.Operator)})
	}
	q.last, q.ran = stream, r
	return r, nil
}

// Commit makes the changes of state durable and moves the position to the next batch. It completes the report of Run.
func (q *Query) Commit(ctx context.Context) error {
	r := q.ran
	if r == nil {
		return fmt.Errorf("incremental: there is no batch to commit")
	}
	if len(r.Operators) > 0 {
		start := time.Now()
		m, err := q.cfg.State.Commit(ctx, r.Batch+1)
		if err != nil {
			return err
		}
		took := time.Since(start).Milliseconds()
		for i := range r.Operators {
			o := &r.Operators[i]
			o.CommitMs = took
			for _, s := range m.Stores {
				if s.Operator == o.Operator {
					o.MemoryBytes += s.Memory
				}
			}
		}
	}
	q.marks.advance(q.last.EventTimes)
	q.position = Position{Batch: r.Batch + 1, Watermark: q.marks.global, Previous: r.Watermark}
	q.ran = nil
	q.wanted, q.due = q.wants(), due{}
	return nil
}

// Abort forgets a batch that ran but cannot be committed: it may be run again.
func (q *Query) Abort() {
	q.cfg.State.Abort()
	q.ran = nil
}
