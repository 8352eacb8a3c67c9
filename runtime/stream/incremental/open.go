package incremental

import (
	"fmt"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/state/rowcodec"
)

// Open checks that the state that is there is this query's, and spreads it over another number of partitions when that
// has changed. The first batch does it, if nobody has before; it comes after Resume.
func (q *Query) Open() error {
	if q.opened {
		return nil
	}
	_, stream, _, err := q.plan(Batch{}, q.position.Watermark, q.position.Previous, nil)
	if err != nil {
		return err
	}
	recorded, err := q.cfg.State.Operators()
	if err != nil {
		return err
	}
	before := map[int]state.Operator{}
	for _, o := range recorded {
		before[o.ID] = o
	}
	var ops []state.Operator
	for _, o := range stream.Operators {
		now := state.Operator{ID: o.Operator, Name: o.Name, Partitions: o.Partitions, Tables: o.Tables}
		ops = append(ops, now)
		if was, known := before[o.Operator]; known && was.Name == now.Name && was.Partitions != now.Partitions && len(o.Keys) > 0 {
			if err := q.rehash(o, was.Partitions); err != nil {
				return err
			}
		}
	}
	if err := q.cfg.State.Check(ops); err != nil {
		return err
	}
	q.opened = true
	return q.owed()
}

// owed finds out whether the batch that an earlier run committed last has left something to do without new data: that run
// may have ended before it did it.
func (q *Query) owed() (err error) {
	if q.position.Batch == 0 {
		return nil
	}
	_, q.last, _, err = q.plan(Batch{}, q.position.Previous, q.position.Previous, nil)
	if err == nil {
		q.wanted = q.wants()
	}
	return err
}

// rehash spreads the state of an operator over the partitions that it has now.
func (q *Query) rehash(o *plan.State, from int) error {
	keys := rowcodec.NewKey(o.Keys...)
	cols := rowcodec.Columns(o.Keys, 1)
	es := make([]expr.Expr, len(cols))
	for i, t := range o.Keys {
		es[i] = &expr.Col{Index: i, Typ: t, Null: true}
	}
	partition := func(*batch.Batch, []int32) error { return nil }
	if o.Partitions > 1 {
		h, err := expr.Resolve("hash", es, expr.Options{})
		if err != nil {
			return err
		}
		partition = (&plan.HashRows{N: o.Partitions, Of: h.(*expr.Call), Query: q.cfg.Settings.Query}).New(0)
	}
	var wrong error
	out := []int32{0}
	err := q.cfg.State.Rehash(o.Operator, from, o.Partitions, q.position.Batch, func(table string, _ int64, key []byte) int {
		for _, c := range cols {
			c.Reset()
		}
		out[0] = 0
		if err := keys.Decode(key[:len(key)-o.Tails[table]], cols); err != nil {
			wrong = fmt.Errorf("incremental: state of %s: %w", table, err)
			return 0
		}
		if err := partition(&batch.Batch{N: 1, Cols: cols}, out); err != nil {
			wrong = err
		}
		return int(out[0])
	})
	if err == nil {
		err = wrong
	}
	return err
}
