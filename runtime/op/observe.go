package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// observed passes rows on and aggregates them on the side.
type observed struct {
	n    *plan.Observe
	p    int
	in   Operator
	side *hashAggregate
	t    *Task
}

var _ Operator = (*observed)(nil)

func newObserve(n *plan.Observe, p int, in Operator, t *Task) (Operator, error) {
	side, err := newHashAggregate(&plan.HashAggregate{Origin: n.Origin, Query: n.Query, Child: n.Child, Aggs: n.Aggs, Mode: plan.Partial}, p, in, t)
	if err != nil {
		return nil, err
	}
	o := &observed{n: n, p: p, in: in, side: side.(*hashAggregate), t: t}
	o.side.grow(1)
	return o, nil
}

func (o *observed) Next() (*batch.Batch, error) {
	b, err := o.in.Next()
	if err == io.EOF {
		if e := o.end(); e != nil {
			return nil, e
		}
	}
	if err != nil || b.Rows() == 0 {
		return b, err
	}
	return b, o.side.add(b)
}

// end hands over the partition's states, and computes the values when they were the last.
func (o *observed) end() error {
	var states [][]any
	for _, s := range o.side.aggs {
		var row []any
		for _, v := range s.acc.State() {
			row = append(row, v.Any(0))
		}
		states = append(states, row)
	}
	all := o.n.Add(o.p, states)
	if all == nil {
		return nil
	}
	results := &batch.Batch{N: 1}
	for i, g := range o.n.Aggs {
		acc := g.Accumulator()
		acc.Grow(1)
		for _, part := range all {
			var cols []batch.Vector
			for c, t := range g.StateTypes() {
				v := batch.ForType(t, 1)
				v.AppendAny(part[i][c])
				cols = append(cols, v)
			}
			if err := acc.Merge(o.side.ctx, []int32{0}, cols, nil); err != nil {
				return err
			}
		}
		v, err := acc.Result(o.side.ctx)
		if err != nil {
			return err
		}
		results.Cols = append(results.Cols, v)
	}
	return o.done(results)
}

func (o *observed) done(results *batch.Batch) error {
	values := make([]any, len(o.n.Values))
	for i, e := range o.n.Values {
		v, err := expr.Compile(e)
		if err != nil {
			return err
		}
		col, err := v.Eval(o.side.ctx, results, nil)
		if err != nil {
			return err
		}
		values[i] = col.Any(0)
	}
	o.n.Done(values)
	return nil
}

func (o *observed) Close() error { return o.in.Close() }
