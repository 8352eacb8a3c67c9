package analysis

import (
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// window resolves a function with OVER.
func (n *names) window(l *logical.Window) expr.Expr {
	spec := l
	if l.Name != "" {
		spec = n.env.windows[l.Name]
		for name, w := range n.env.windows {
			if spec == nil && strings.EqualFold(name, l.Name) {
				spec = w
			}
		}
		if spec == nil {
			fail(l.Origin, "MISSING_WINDOW_SPECIFICATION", "windowName", l.Name, "docroot", "https://spark.apache.org/docs/latest")
		}
	}
	w := &expr.WindowCall{Func: n.windowFunction(l.Func)}
	w.Partition = n.resolveAll(spec.Partition)
	for _, o := range spec.Order {
		w.Order = append(w.Order, n.orderKey(n.sortKey(o), o))
	}
	if spec.Frame != nil {
		w.Frame = n.frame(spec.Frame)
	}
	if _, ok := expr.Find[*expr.Generate](w); ok {
		fail(l.Origin, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "expression", sqlText(w))
	}
	return n.framed(w, l.Origin)
}

// windowFunction resolves what is before OVER, whose arguments may be aggregates of the query.
func (n *names) windowFunction(l logical.Expression) expr.Expr {
	m := *n
	m.over = true
	return plain(m.resolve(l))
}

// framed gives a window function its frame, and refuses frames that it cannot have.
func (n *names) framed(w *expr.WindowCall, o *logical.Origin) expr.Expr {
	n.checkFrame(w, o)
	switch f := w.Func.(type) {
	case *expr.Agg:
		if unordered[f.Fn.Name] && (len(w.Order) > 0 || w.Frame != nil) {
			fail(o, "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC", "aggFunc", sqlText(orderless(f)))
		}
		w.Frame = defaultFrame(w)
		if f.Distinct {
			fail(o, "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", "windowExpr", sqlText(w))
		}
		return w
	case *expr.Call:
		if f.Fn.Window == nil {
			break
		}
		if len(w.Order) == 0 {
			fail(o, "WINDOW_FUNCTION_FRAME_NOT_ORDERED", "wf_name", f.Name, "wf_expr", f.String())
		}
		switch f.Fn.Name {
		case "lag", "lead":
			if w.Frame != nil {
				fail(o, "_LEGACY_ERROR_TEMP_1035", "prettyName", f.Name)
			}
			return &expr.Shown{Text: offsetText(w, f), Child: w}
		case "nth_value":
			w.Frame = defaultFrame(w)
		default:
			required := runningRows
			if f.Fn.Name == "cume_dist" {
				required = runningRange
			}
			if w.Frame != nil && w.Frame.String() != required.String() {
				fail(o, "_LEGACY_ERROR_TEMP_1037", "wf", w.Frame.String(), "required", required.String())
			}
			w.Frame = required
		}
		return w
	}
	fail(o, "UNSUPPORTED_EXPR_FOR_WINDOW", "sqlExpr", sqlText(w.Func))
	return nil
}

// unordered are the aggregate functions whose windows have neither an order nor a frame.
var unordered = map[string]bool{"median": true, "percentile_cont": true, "percentile_disc": true}

// orderless is a call with what it orders by as its first argument.
func orderless(a *expr.Agg) expr.Expr {
	if len(a.Order) == 0 {
		return a
	}
	args := []expr.Expr{a.Order[0].Child}
	return &expr.Shown{Text: a.Name + "(" + joined(append(args, a.Args...), expr.Expr.String) + ")", Child: a}
}

// offsetText is the name of a column of lag or lead: Spark shows the one row of their frame.
func offsetText(w *expr.WindowCall, f *expr.Call) string {
	offset := "1"
	if len(f.Args) > 1 {
		offset = f.Args[1].String()
	}
	if f.Fn.Name == "lag" {
		if strings.HasPrefix(offset, "-") {
			offset = offset[1:]
		} else {
			offset = "-" + offset
		}
	}
	at := "ROWS BETWEEN " + offset + " FOLLOWING AND " + offset + " FOLLOWING)"
	text := strings.TrimSuffix(w.String(), ")")
	return text + " " + at
}

// windowCalls computes the window functions in expressions beneath, and leaves their columns in their places. Functions
// with the same partition and order are computed together. A window function inside another's arguments, partition or
// order is computed before it, so each round takes those that have none inside.
func (r *resolver) windowCalls(rel resolved.Relation, cols []expr.Expr) (resolved.Relation, []expr.Expr) {
	for _, c := range cols {
		r.checkWindowless(c)
	}
	for {
		groups, out := windowRound(cols)
		if len(groups) == 0 {
			return rel, cols
		}
		cols = out
		for _, g := range groups {
			var flat []expr.Expr
			rel, flat = r.flatten(rel, g.calls)
			rel = &resolved.Window{Input: rel, Calls: flat}
		}
	}
}

// A windowGroup is window functions over the same partition and order, under names.
type windowGroup struct {
	spec  *expr.WindowCall
	calls []expr.Expr
}

// windowRound takes the window functions that have none inside out of expressions.
func windowRound(cols []expr.Expr) (groups []*windowGroup, out []expr.Expr) {
	place := func(w *expr.WindowCall) expr.Expr {
		var g *windowGroup
		for _, h := range groups {
			if sameWindow(h.spec, w) {
				g = h
			}
		}
		if g == nil {
			g = &windowGroup{spec: w}
			groups = append(groups, g)
		}
		for _, c := range g.calls {
			if a := c.(*expr.Alias); expr.Equal(a.Child, w) {
				return a.Attr()
			}
		}
		a := alias(w, w.String())
		g.calls = append(g.calls, a)
		return a.Attr()
	}
	out = make([]expr.Expr, len(cols))
	for i, c := range cols {
		out[i] = expr.RewriteDown(c, func(e expr.Expr) (expr.Expr, bool) {
			if w, ok := e.(*expr.WindowCall); ok && !holdsWindow(w) {
				return place(w), true
			}
			return e, false
		})
	}
	return groups, out
}

// holdsWindow says whether a window function has another inside.
func holdsWindow(w *expr.WindowCall) bool {
	for _, c := range w.Children() {
		if _, ok := expr.Find[*expr.WindowCall](c); ok {
			return true
		}
	}
	return false
}

// checkWindowless refuses window functions without OVER.
func (r *resolver) checkWindowless(c expr.Expr) {
	expr.RewriteDown(c, func(e expr.Expr) (expr.Expr, bool) {
		switch x := e.(type) {
		case *expr.WindowCall:
			for i, child := range x.Children() {
				if i == 0 {
					for _, a := range child.Children() {
						r.checkWindowless(a)
					}
				} else {
					r.checkWindowless(child)
				}
			}
			return e, true
		case *expr.Call:
			if x.Fn.Window != nil {
				fail(nil, "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", "funcName", sqlText(x))
			}
		}
		return e, false
	})
}

// sameWindow says whether two functions have the same partition and order.
func sameWindow(a, b *expr.WindowCall) bool {
	if len(a.Partition) != len(b.Partition) || len(a.Order) != len(b.Order) {
		return false
	}
	for i := range a.Partition {
		if !expr.Equal(a.Partition[i], b.Partition[i]) {
			return false
		}
	}
	for i, k := range a.Order {
		l := b.Order[i]
		if k.Desc != l.Desc || k.NullsFirst != l.NullsFirst || !expr.Equal(k.Child, l.Child) {
			return false
		}
	}
	return true
}
