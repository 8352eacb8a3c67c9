package planner

import (
	"context"
	"fmt"
	"io"
	"math/bits"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// A Readable source gives the splits that hold its rows. Columns are positions in its schema: the rows have these, in
// this order. Filters, over the attributes of the scan, may be used to leave rows out.
type Readable interface {
	resolved.Source
	Splits(columns []int, filters []expr.Expr) ([]connector.Split, error)
}

// scanOf makes a scan of splits; there is at least one, so that aggregates without groups see a partition.
func (p *planner) scanOf(op string, splits []connector.Split, attrs []*expr.Attr) planned {
	if len(splits) == 0 {
		splits = []connector.Split{&connector.MemorySplit{}}
	}
	ts := typesOf(attrs)
	return planned{node: &plan.Scan{Origin: p.Origin(op), Splits: splits, Types: plan.ElemsOf(ts), Schema: ts}, attrs: attrs}
}

// localTable cuts rows in memory into as many partitions as there is parallelism for.
func (p *planner) localTable(r *resolved.LocalRelation) planned {
	n := len(r.Rows)
	parts := max(1, min(n, p.Parallelism))
	var splits []connector.Split
	for i := range parts {
		s := &connector.MemorySplit{}
		for lo, hi := i*n/parts, (i+1)*n/parts; lo < hi; lo += batch.Size {
			s.Batches = append(s.Batches, rowsBatch(r.Attrs, r.Rows[lo:min(hi, lo+batch.Size)]))
		}
		splits = append(splits, s)
	}
	return p.scanOf("LocalTableScan", splits, r.Attrs)
}

func rowsBatch(attrs []*expr.Attr, rows [][]any) *batch.Batch {
	b := &batch.Batch{N: len(rows), Cols: make([]batch.Vector, len(attrs))}
	for c, a := range attrs {
		b.Cols[c] = batch.ForType(a.Typ, len(rows))
		for _, row := range rows {
			b.Cols[c].AppendAny(row[c])
		}
	}
	return b
}

func (p *planner) scan(r *resolved.Scan) (planned, error) {
	if p.Source != nil {
		n, err := p.Source(r)
		if err != nil || n != nil {
			return planned{node: n, attrs: r.Attrs}, err
		}
	}
	s, ok := r.Source.(Readable)
	if !ok {
		return planned{}, fmt.Errorf("planner: %s cannot be read", r.Source)
	}
	splits, err := s.Splits(r.Columns, r.Filters)
	if err != nil {
		return planned{}, err
	}
	return p.scanOf("Scan "+s.String(), splits, r.Attrs), nil
}

func (p *planner) cached(r *resolved.Cached) (planned, error) {
	build := func() (plan.Node, error) {
		c, err := p.plan(r.Input)
		return c.node, err
	}
	var n plan.Node
	var err error
	if p.Cached != nil {
		n, err = p.Cached(r, build)
	} else {
		n, err = build()
	}
	return planned{node: n, attrs: r.Attrs}, err
}

// rangeScan cuts a range into partitions where Spark does.
func (p *planner) rangeScan(r *resolved.Range) planned {
	parts := r.Partitions
	if parts <= 0 {
		parts = p.Parallelism
	}
	n := rangeLen(r.Start, r.End, r.Step)
	var splits []connector.Split
	for i := range parts {
		lo, hi := part(n, i, parts), part(n, i+1, parts)
		splits = append(splits, &rangeSplit{start: r.Start + int64(lo)*r.Step, step: r.Step, n: hi - lo})
	}
	return p.scanOf("Range", splits, []*expr.Attr{r.Attr})
}

// rangeLen is how many numbers there are from start, step by step, before end.
func rangeLen(start, end, step int64) uint64 {
	if step > 0 && start < end {
		return (uint64(end)-uint64(start)-1)/uint64(step) + 1
	}
	if step < 0 && start > end {
		return (uint64(start)-uint64(end)-1)/(-uint64(step)) + 1
	}
	return 0
}

// part is n*i/parts without overflow.
func part(n uint64, i, parts int) uint64 {
	hi, lo := bits.Mul64(n, uint64(i))
	q, _ := bits.Div64(hi, lo, uint64(parts))
	return q
}

// rangeSplit is numbers.
type rangeSplit struct {
	start, step int64
	n           uint64
}

func (s *rangeSplit) Open(ctx context.Context) (connector.Reader, error) {
	return &rangeReader{next: s.start, step: s.step, left: s.n, ctx: ctx}, nil
}

func (s *rangeSplit) String() string { return fmt.Sprintf("range(%d, %d numbers)", s.start, s.n) }

type rangeReader struct {
	ctx        context.Context
	next, step int64
	left       uint64
	vec        batch.Vec[int64]
}

func (r *rangeReader) Next() (*batch.Batch, error) {
	if r.left == 0 {
		return nil, io.EOF
	}
	if r.ctx.Err() != nil {
		return nil, context.Cause(r.ctx)
	}
	n := int(min(r.left, batch.Size))
	if r.vec.V == nil {
		r.vec.V = make([]int64, n)
	}
	r.vec.V = r.vec.V[:n]
	x := r.next
	for i := range r.vec.V {
		r.vec.V[i] = x
		x += r.step
	}
	r.next, r.left = x, r.left-uint64(n)
	return &batch.Batch{N: n, Cols: []batch.Vector{&r.vec}}, nil
}

func (r *rangeReader) Close() error { return nil }
