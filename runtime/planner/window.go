package planner

import (
	"fmt"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// window brings the rows of a partition together, sorts them, and computes the functions.
func (p *planner) window(r *resolved.Window, c planned) (planned, error) {
	partition, err := bindAll(r.Partition(), c.attrs)
	if err != nil {
		return planned{}, err
	}
	order, err := bindKeys(r.Order(), c.attrs)
	if err != nil {
		return planned{}, err
	}
	if len(partition) == 0 {
		c = p.single(c)
	} else {
		c = p.grouped(c, partition)
	}
	keys := make([]expr.SortKey, 0, len(partition)+len(order))
	for _, e := range partition {
		keys = append(keys, expr.SortKey{Child: e, NullsFirst: true})
	}
	if keys = append(keys, order...); len(keys) > 0 {
		c.node = &plan.SortRows{Origin: p.Origin("Sort"), Query: p.Query, Child: c.node, Keys: keys, Limit: -1}
	}
	n := &plan.Window{Origin: p.Origin("Window"), Query: p.Query, Child: c.node, Partition: partition, Order: order}
	for _, e := range r.Calls {
		b, err := bind(e, c.attrs)
		if err != nil {
			return planned{}, err
		}
		w, ok := b.(*expr.Alias).Child.(*expr.WindowCall)
		if !ok {
			return planned{}, fmt.Errorf("planner: %s is not a window function", b)
		}
		call, err := p.windowCall(w)
		if err != nil {
			return planned{}, err
		}
		n.Calls = append(n.Calls, call)
	}
	return planned{node: n, attrs: r.Output(), by: c.by}, nil
}

func (p *planner) windowCall(w *expr.WindowCall) (call plan.WindowCall, err error) {
	call = plan.WindowCall{Func: w.Func, Rows: true, Lower: plan.WindowBound{Unbounded: true}, Upper: plan.WindowBound{Unbounded: true}}
	if w.Frame == nil {
		if len(w.Order) > 0 {
			call.Rows, call.Upper = false, plan.WindowBound{}
		}
		return call, nil
	}
	call.Rows = w.Frame.Rows
	if call.Lower, err = p.bound(w, w.Frame.Lower); err == nil {
		call.Upper, err = p.bound(w, w.Frame.Upper)
	}
	return call, err
}

// bound is one end of a frame. In frames by range it is the value that lies so far from the row's: behind it in the
// direction of the order.
func (p *planner) bound(w *expr.WindowCall, b expr.Bound) (plan.WindowBound, error) {
	switch {
	case b.Unbounded:
		return plan.WindowBound{Unbounded: true}, nil
	case b.CurrentRow:
		return plan.WindowBound{}, nil
	case w.Frame.Rows:
		v, err := expr.Constant(&p.Query.Context, b.Offset)
		if err != nil {
			return plan.WindowBound{}, err
		}
		n, ok := wholeNumber(v)
		if !ok {
			return plan.WindowBound{}, fmt.Errorf("planner: a frame of %v rows", v)
		}
		return plan.WindowBound{Offset: n}, nil
	}
	op := "+"
	if w.Order[0].Desc {
		op = "-"
	}
	e, err := expr.Resolve(op, []expr.Expr{w.Order[0].Child, b.Offset}, expr.Options{})
	if err != nil {
		return plan.WindowBound{}, err
	}
	if key := w.Order[0].Child.Type(); !e.Type().Same(key) {
		e = expr.Implicit(e, key)
	}
	return plan.WindowBound{Value: e}, nil
}

func wholeNumber(v any) (int64, bool) {
	switch v := v.(type) {
	case int8:
		return int64(v), true
	case int16:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	}
	return 0, false
}
