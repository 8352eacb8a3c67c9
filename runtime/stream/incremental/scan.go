package incremental

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
)

// counted is how many rows of a source came out of one place where it is read.
type counted struct {
	source int
	mu     sync.Mutex
	splits map[int]int64
}

// set notes the rows of a split; a task that is retried says it again.
func (c *counted) set(split int, rows int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.splits[split] = rows
}

func (c *counted) rows() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	var n int64
	for _, r := range c.splits {
		n += r
	}
	return n
}

// scan plans the read of a stream: the splits of this batch, the columns that are wanted here, and of a scan that is in most
// so many rows of each split.
func (q *Query) scan(r *resolved.Scan, b Batch, most map[*resolved.Scan]int64, s planner.Settings) (plan.Node, *counted, error) {
	i := q.index[r.Source]
	src := q.sources[i]
	c := &counted{source: i, splits: map[int]int64{}}
	var splits []connector.Split
	switch {
	case b.Source != nil:
		var err error
		if splits, err = b.Source(i, r); err != nil {
			return nil, nil, err
		}
	case i < len(b.Splits):
		splits = b.Splits[i]
	}
	fields := r.Source.Schema().Fields
	have := src.Columns
	if !src.Pruned {
		have = make([]int, len(fields))
		for k := range have {
			have[k] = k
		}
	}
	origin := s.Origin
	if origin == nil {
		origin = func(op string) *plan.Origin { return &plan.Origin{Op: op} }
	}
	n := &plan.Scan{Origin: origin("Scan " + r.Source.String())}
	for _, k := range have {
		n.Schema = append(n.Schema, fields[k].Type)
	}
	n.Types = plan.ElemsOf(n.Schema)
	where, err := conditions(r, have)
	if err != nil {
		return nil, nil, err
	}
	for k, sp := range splits {
		if len(where) > 0 {
			sp = &selectiveSplit{Split: sp, conditions: where, ctx: &s.Query.Context}
		}
		if n, ok := most[r]; ok {
			sp = &limitedSplit{Split: sp, most: n}
		}
		n.Splits = append(n.Splits, &countedSplit{Split: sp, number: k, counted: c})
	}
	if len(n.Splits) == 0 {
		n.Splits = []connector.Split{&connector.MemorySplit{}}
	}
	if slices.Equal(have, r.Columns) {
		return n, c, nil
	}
	es := make([]expr.Expr, len(r.Columns))
	for k, col := range r.Columns {
		f := fields[col]
		at := slices.Index(have, col)
		if at < 0 {
			return nil, nil, fmt.Errorf("incremental: column %s of %s is not read", f.Name, r.Source)
		}
		es[k] = &expr.Col{Index: at, Typ: f.Type, Null: f.Nullable, Name: f.Name}
	}
	return &plan.Compute{Origin: origin("Project"), Query: s.Query, Child: n, Exprs: es}, c, nil
}

// countedSplit counts the rows that are read.
type countedSplit struct {
	connector.Split
	number  int
	counted *counted
}

func (s *countedSplit) Open(ctx context.Context) (connector.Reader, error) {
	r, err := s.Split.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &countedReader{Reader: r, split: s}, nil
}

type countedReader struct {
	connector.Reader
	split *countedSplit
	n     int64
}

func (r *countedReader) Next() (*batch.Batch, error) {
	b, err := r.Reader.Next()
	if err == nil {
		r.n += int64(b.Rows())
	}
	return b, err
}

func (r *countedReader) Close() error {
	r.split.counted.set(r.split.number, r.n)
	return r.Reader.Close()
}
