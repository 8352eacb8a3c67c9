package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// windowKeys are the keys of an aggregate with the starts of windows of time in place of the windows, which they tell apart as
// well, and the lengths of those windows: 0 for keys that are none. Where the windows come from the projection below and are
// wanted for nothing else, it makes their starts only.
func windowKeys(n *plan.HashAggregate, in Operator, p int, t *Task) (keys []expr.Expr, long []int64, err error) {
	keys, long = append([]expr.Expr(nil), n.Keys...), make([]int64, len(n.Keys))
	if n.Mode == plan.Final {
		return keys, long, nil
	}
	below, ok := in.(*computed)
	c, isCompute := n.Child.(*plan.Compute)
	ok = ok && isCompute
	var starts []expr.Expr // of the projection
	for i, k := range keys {
		if start, length, ok := expr.WindowStart(k); ok {
			keys[i], long[i] = start, length
			continue
		}
		col, isCol := k.(*expr.Col)
		if !isCol || !ok || uses(n, col.Index) > 1 {
			continue
		}
		start, length, isWindow := expr.WindowStart(c.Exprs[col.Index])
		if !isWindow {
			continue
		}
		if starts == nil {
			starts = append(starts, c.Exprs...)
		}
		starts[col.Index] = start
		keys[i], long[i] = &expr.Col{Index: col.Index, Typ: start.Type(), Null: col.Null, Name: col.Name}, length
	}
	if starts != nil {
		below.p, err = newProgram(starts, c.Query, p, t)
	}
	return keys, long, err
}

// uses counts where an aggregate looks at a column of its child.
func uses(n *plan.HashAggregate, column int) (count int) {
	look := func(e expr.Expr) {
		if c, ok := e.(*expr.Col); ok && c.Index == column {
			count++
		}
	}
	for _, k := range n.Keys {
		expr.Walk(k, look)
	}
	for _, g := range n.Aggs {
		expr.Walk(g, look)
	}
	return count
}

// windows are those of a length that begin at given times.
func windows(starts *batch.Vec[int64], length int64) *batch.Struct {
	ends := &batch.Vec[int64]{V: make([]int64, len(starts.V)), Valid: starts.Valid}
	for i, start := range starts.V {
		ends.V[i] = start + length
	}
	return &batch.Struct{Fields: []batch.Vector{starts, ends}, N: len(starts.V), Valid: starts.Valid}
}
