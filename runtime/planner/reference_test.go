package planner_test

import (
	"fmt"
	"slices"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A reference computes a relation row by row, in the plainest way: what plans are compared with.
type reference struct{ ctx *expr.Context }

type rows = [][]any

func (f reference) rows(r resolved.Relation) (rows, error) {
	var in []rows
	for _, c := range r.Inputs() {
		rs, err := f.rows(c)
		if err != nil {
			return nil, err
		}
		in = append(in, rs)
	}
	switch r := r.(type) {
	case *resolved.LocalRelation:
		return r.Rows, nil
	case *resolved.Range:
		var out rows
		for x := r.Start; x < r.End && r.Step > 0 || x > r.End && r.Step < 0; x += r.Step {
			out = append(out, []any{x})
		}
		return out, nil
	case *resolved.Project:
		return f.project(in[0], r.Cols, r.Input.Output())
	case *resolved.Filter:
		return f.filter(in[0], r.Condition, r.Input.Output())
	case *resolved.Union:
		return slices.Concat(in...), nil
	case *resolved.Distinct:
		return firsts(in[0], func(row []any) string { return key(row) }), nil
	case *resolved.Deduplicate:
		var at []int
		for i, a := range r.Input.Output() {
			if slices.ContainsFunc(r.Keys, func(k *expr.Attr) bool { return k.ID == a.ID }) {
				at = append(at, i)
			}
		}
		return firsts(in[0], func(row []any) string {
			var part []any
			for _, i := range at {
				part = append(part, row[i])
			}
			return key(part)
		}), nil
	case *resolved.Intersect:
		return setRows(in[0], in[1], true, r.All), nil
	case *resolved.Except:
		return setRows(in[0], in[1], false, r.All), nil
	case *resolved.Limit:
		return in[0][:min(len(in[0]), int(r.N))], nil
	case *resolved.Offset:
		return in[0][min(len(in[0]), int(r.N)):], nil
	case *resolved.Tail:
		return in[0][max(0, len(in[0])-int(r.N)):], nil
	case *resolved.Sort:
		return f.sort(in[0], r.Order, r.Input.Output())
	case *resolved.Repartition:
		return in[0], nil
	case *resolved.Join:
		return f.join(in[0], in[1], r)
	case *resolved.Aggregate:
		return f.aggregate(in[0], r)
	case *resolved.Expand:
		var out rows
		for _, row := range in[0] {
			for _, p := range r.Projections {
				made, err := f.project(rows{row}, p, r.Input.Output())
				if err != nil {
					return nil, err
				}
				out = append(out, made...)
			}
		}
		return out, nil
	case *resolved.Window:
		return f.window(in[0], r)
	}
	return nil, fmt.Errorf("no reference for %T", r)
}

func (f reference) eval(e expr.Expr, attrs []*expr.Attr, row []any) (any, error) {
	ids := make([]int64, len(attrs))
	for i, a := range attrs {
		ids[i] = a.ID
	}
	b, err := expr.Bind(e, ids)
	if err != nil {
		return nil, err
	}
	return expr.EvalRow(f.ctx, b, row)
}

func (f reference) project(in rows, es []expr.Expr, attrs []*expr.Attr) (rows, error) {
	out := make(rows, len(in))
	for i, row := range in {
		for _, e := range es {
			v, err := f.eval(e, attrs, row)
			if err != nil {
				return nil, err
			}
			out[i] = append(out[i], v)
		}
	}
	return out, nil
}

func (f reference) filter(in rows, e expr.Expr, attrs []*expr.Attr) (rows, error) {
	var out rows
	for _, row := range in {
		v, err := f.eval(e, attrs, row)
		if err != nil {
			return nil, err
		}
		if v == true {
			out = append(out, row)
		}
	}
	return out, nil
}

// key is a text that equal rows have in common.
func key(row []any) string {
	var b strings.Builder
	for _, v := range row {
		switch x := v.(type) {
		case float64:
			if x == 0 {
				v = 0.0 // not -0
			}
		case []any:
			fmt.Fprintf(&b, "[%s]", key(x))
			continue
		}
		fmt.Fprintf(&b, "%T %v|", v, v)
	}
	return b.String()
}

func firsts(in rows, of func([]any) string) rows {
	seen := map[string]bool{}
	var out rows
	for _, row := range in {
		if k := of(row); !seen[k] {
			seen[k] = true
			out = append(out, row)
		}
	}
	return out
}

func setRows(left, right rows, want, all bool) rows {
	count := map[string]int{}
	for _, r := range right {
		count[key(r)]++
	}
	if !all {
		left = firsts(left, key)
	}
	var out rows
	for _, l := range left {
		k := key(l)
		has := count[k] > 0
		if all && has {
			count[k]--
		}
		if has == want {
			out = append(out, l)
		}
	}
	return out
}

func (f reference) keys(in rows, order []expr.SortKey, attrs []*expr.Attr) (rows, error) {
	var es []expr.Expr
	for _, k := range order {
		es = append(es, k.Child)
	}
	return f.project(in, es, attrs)
}

// less compares the keys of two rows.
func less(a, b []any, order []expr.SortKey) int {
	for i, k := range order {
		x, y := a[i], b[i]
		switch {
		case x == nil && y == nil:
			continue
		case x == nil || y == nil:
			if (x == nil) == k.NullsFirst {
				return -1
			}
			return 1
		}
		c := types.Compare(x, y, k.Child.Type())
		if k.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

func (f reference) sort(in rows, order []expr.SortKey, attrs []*expr.Attr) (rows, error) {
	keys, err := f.keys(in, order, attrs)
	if err != nil {
		return nil, err
	}
	at := make([]int, len(in))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int { return less(keys[i], keys[j], order) })
	out := make(rows, len(in))
	for i, k := range at {
		out[i] = in[k]
	}
	return out, nil
}

func (f reference) join(left, right rows, r *resolved.Join) (rows, error) {
	attrs := append(append([]*expr.Attr(nil), r.Left.Output()...), r.Right.Output()...)
	nulls := func(n int) []any { return make([]any, n) }
	lw, rw := len(r.Left.Output()), len(r.Right.Output())
	met := make([]bool, len(right))
	var out rows
	for _, l := range left {
		matches, unknown := 0, 0
		for i, rr := range right {
			row := slices.Concat(l, rr)
			var v any = true
			if r.Condition != nil {
				var err error
				if v, err = f.eval(r.Condition, attrs, row); err != nil {
					return nil, err
				}
			}
			if v == nil {
				unknown++
			}
			if v != true {
				continue
			}
			matches++
			met[i] = true
			switch r.Type {
			case resolved.LeftSemi, resolved.LeftAnti, resolved.NullAwareAnti, resolved.Existence:
			default:
				out = append(out, row)
			}
		}
		switch r.Type {
		case resolved.LeftOuter, resolved.FullOuter, resolved.LeftSingle:
			if matches == 0 {
				out = append(out, slices.Concat(l, nulls(rw)))
			}
			if matches > 1 && r.Type == resolved.LeftSingle {
				return nil, fmt.Errorf("more than one")
			}
		case resolved.LeftSemi:
			if matches > 0 {
				out = append(out, l)
			}
		case resolved.LeftAnti:
			if matches == 0 {
				out = append(out, l)
			}
		case resolved.NullAwareAnti:
			if matches+unknown == 0 {
				out = append(out, l)
			}
		case resolved.Existence:
			out = append(out, slices.Concat(l, []any{matches > 0}))
		}
	}
	if r.Type == resolved.RightOuter || r.Type == resolved.FullOuter {
		for i, rr := range right {
			if !met[i] {
				out = append(out, slices.Concat(nulls(lw), rr))
			}
		}
	}
	return out, nil
}

// accumulate computes an aggregate of rows, one at a time.
func (f reference) accumulate(g *expr.Agg, in rows, attrs []*expr.Attr) (any, error) {
	acc := g.Accumulator()
	acc.Grow(1)
	seen := map[string]bool{}
	for _, row := range in {
		if g.Filter != nil {
			if v, err := f.eval(g.Filter, attrs, row); err != nil {
				return nil, err
			} else if v != true {
				continue
			}
		}
		var args []any
		var vs []batch.Vector
		for _, e := range g.Inputs() {
			v, err := f.eval(e, attrs, row)
			if err != nil {
				return nil, err
			}
			w := batch.ForType(e.Type(), 1)
			w.AppendAny(v)
			args, vs = append(args, v), append(vs, w)
		}
		if k := key(args); g.Distinct && seen[k] {
			continue
		} else {
			seen[k] = true
		}
		if err := acc.Update(f.ctx, []int32{0}, vs, []int32{0}); err != nil {
			return nil, err
		}
	}
	v, err := acc.Result(f.ctx)
	if err != nil {
		return nil, err
	}
	return v.Any(0), nil
}

func (f reference) aggregate(in rows, r *resolved.Aggregate) (rows, error) {
	attrs := r.Input.Output()
	keys, err := f.project(in, r.Grouping, attrs)
	if err != nil {
		return nil, err
	}
	groups := map[string]rows{}
	var order []string
	first := map[string][]any{}
	for i, row := range in {
		k := key(keys[i])
		if groups[k] == nil {
			order = append(order, k)
			first[k] = keys[i]
		}
		groups[k] = append(groups[k], row)
	}
	if len(r.Grouping) == 0 && len(order) == 0 {
		order = []string{""}
	}
	var out rows
	for _, k := range order {
		row := slices.Clone(first[k])
		for _, e := range r.Aggs {
			v, err := f.accumulate(e.(*expr.Alias).Child.(*expr.Agg), groups[k], attrs)
			if err != nil {
				return nil, err
			}
			row = append(row, v)
		}
		out = append(out, row)
	}
	return out, nil
}

// window computes aggregates over frames by their definition.
func (f reference) window(in rows, r *resolved.Window) (rows, error) {
	attrs := r.Input.Output()
	in, err := f.sort(in, r.Order(), attrs)
	if err != nil {
		return nil, err
	}
	parts, err := f.project(in, r.Partition(), attrs)
	if err != nil {
		return nil, err
	}
	keys, err := f.keys(in, r.Order(), attrs)
	if err != nil {
		return nil, err
	}
	out := make(rows, len(in))
	for i := range in {
		var member []int // of the row's partition, in order
		at := 0
		for j := range in {
			if key(parts[i]) == key(parts[j]) {
				if i == j {
					at = len(member)
				}
				member = append(member, j)
			}
		}
		out[i] = slices.Clone(in[i])
		for _, e := range r.Calls {
			w := e.(*expr.Alias).Child.(*expr.WindowCall)
			var frame rows
			for k, j := range member {
				ok, err := f.inFrame(w, k-at, keys[j], keys[i])
				if err != nil {
					return nil, err
				}
				if ok {
					frame = append(frame, in[j])
				}
			}
			v, err := f.accumulate(w.Func.(*expr.Agg), frame, attrs)
			if err != nil {
				return nil, err
			}
			out[i] = append(out[i], v)
		}
	}
	return out, nil
}

// inFrame says whether a row, so many rows from the current one and with its key, is in the frame.
func (f reference) inFrame(w *expr.WindowCall, distance int, other, current []any) (bool, error) {
	frame := w.Frame
	if frame == nil {
		if len(w.Order) == 0 {
			return true, nil
		}
		frame = &expr.Frame{Lower: expr.Bound{Unbounded: true}, Upper: expr.Bound{CurrentRow: true}}
	}
	for i, b := range []expr.Bound{frame.Lower, frame.Upper} {
		var c int // the row against the bound
		switch {
		case b.Unbounded:
			continue
		case frame.Rows:
			offset := 0
			if b.Offset != nil {
				offset = int(b.Offset.(*expr.Lit).Value.(int32))
			}
			c = distance - offset
		default:
			bound := slices.Clone(current)
			if b.Offset != nil && bound[0] != nil {
				step := b.Offset.(*expr.Lit).Value.(int32)
				if w.Order[0].Desc {
					step = -step
				}
				bound[0] = bound[0].(int32) + step
			}
			c = less(other, bound, w.Order)
		}
		if i == 0 && c < 0 || i == 1 && c > 0 {
			return false, nil
		}
	}
	return true, nil
}
