package analysis

import (
	"maps"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A windowColumn is a call of window or session_window, and the column of the input that it has become: a row that is in
// several windows has become several.
type windowColumn struct {
	call expr.Expr
	attr *expr.Attr
}

// timeWindows makes columns of the time windows that expressions ask for; there can be only one. Rows without a time are
// in no window.
func (r *resolver) timeWindows(rel resolved.Relation, cols []expr.Expr, o *logical.Origin) (resolved.Relation, []expr.Expr) {
	rel, w := r.windowed(rel, cols, o)
	if w == nil {
		return rel, cols
	}
	out := make([]expr.Expr, len(cols))
	for i, c := range cols {
		out[i] = w.replace(c)
	}
	return rel, out
}

// replace puts the column in the place of the call.
func (w *windowColumn) replace(e expr.Expr) expr.Expr {
	return expr.RewriteDown(e, func(e expr.Expr) (expr.Expr, bool) {
		if _, ok := e.(*expr.Alias); !ok && expr.Equal(e, w.call) {
			return w.attr, true
		}
		return e, false
	})
}

// windowName is the name of the column of a call, "" if an expression is none.
func windowName(e expr.Expr) string {
	w, ok := expr.WindowOf(e)
	switch {
	case !ok:
		return ""
	case w.Session:
		return "session_window"
	}
	return "window"
}

// windowless shows time windows as the columns they become.
func windowless(e expr.Expr) expr.Expr {
	return expr.RewriteDown(e, func(e expr.Expr) (expr.Expr, bool) {
		if name := windowName(e); name != "" {
			return &expr.Attr{Name: name, Typ: e.Type()}, true
		}
		return e, false
	})
}

// windowed adds the column of the time window in expressions to a relation; nil if there is none.
func (r *resolver) windowed(rel resolved.Relation, cols []expr.Expr, o *logical.Origin) (resolved.Relation, *windowColumn) {
	var call expr.Expr
	for _, c := range cols {
		expr.RewriteDown(c, func(e expr.Expr) (expr.Expr, bool) {
			if _, ok := e.(*expr.Alias); ok || windowName(e) == "" {
				return e, false
			}
			if call != nil && !expr.Equal(call, e) {
				fail(o, "MULTIPLE_TIME_WINDOWS")
			}
			call = e
			return e, true
		})
	}
	if call == nil {
		return rel, nil
	}
	w, _ := expr.WindowOf(call)
	rel, inner := r.windowed(rel, []expr.Expr{w.Time}, o) // a window of a window's time
	if inner != nil {
		call = inner.replace(call)
		w, _ = expr.WindowOf(call)
	}
	a := &expr.Attr{ID: expr.NextID(), Name: windowName(call), Typ: call.Type(), Metadata: watermarkOf(w.Time)}
	known := &resolved.Filter{Input: rel, Condition: r.must("isnotnull", w.Time)}
	if w.Session && !positive(w.Gap) {
		known.Condition = r.must("and", known.Condition, r.must(">", field(call, "end", o), field(call, "start", o)))
	}
	if w.Session || w.Length == w.Slide {
		named := &expr.Alias{ID: a.ID, Name: a.Name, Child: notNull(call), Metadata: a.Metadata}
		return project(known, append(attrExprs(rel.Output()), named)), &windowColumn{call, a}
	}
	a.Null = true
	x := &resolved.Expand{Input: known, Attrs: append(append([]*expr.Attr(nil), rel.Output()...), a)}
	for _, slot := range w.Slots() {
		x.Projections = append(x.Projections, append(attrExprs(rel.Output()), slot))
	}
	in, err := w.In(a)
	if err != nil {
		raise(o, err)
	}
	return &resolved.Filter{Input: x, Condition: in}, &windowColumn{call, a}
}

// positive says whether a gap is surely longer than nothing. Rows with another are in no session.
func positive(gap expr.Expr) bool {
	l, ok := gap.(*expr.Lit)
	if !ok {
		return false
	}
	i, ok := l.Value.(types.Interval)
	return ok && int64(i.Months)+int64(i.Days)+i.Micros > 0
}

// field is a field of a window.
func field(window expr.Expr, name string, o *logical.Origin) expr.Expr {
	e, err := expr.Extract(window, expr.StringLit(name), expr.Options{})
	if err != nil {
		raise(o, err)
	}
	return e
}

// notNull is a window of a time that is there.
func notNull(e expr.Expr) expr.Expr {
	if c, ok := e.(*expr.Call); ok && c.Null {
		d := *c
		d.Null = false
		return &d
	}
	return e
}

// watermarkOf is the mark that a column of event time has, which windows of it and their times have too.
func watermarkOf(e expr.Expr) map[string]any {
	e = plain(e)
	if w, ok := expr.WindowOf(e); ok {
		return watermarkOf(w.Time)
	}
	if c, ok := e.(*expr.Call); ok && c.Fn.Name == "window_time" {
		return watermarkOf(c.Args[0])
	}
	a, ok := e.(*expr.Attr)
	if !ok || a.Metadata[resolved.WatermarkKey] == nil {
		return nil
	}
	return maps.Clone(a.Metadata)
}

// extendInput makes a column of the time window that is grouped by, which SELECT can then name.
func (g *groupBy) extendInput(order []logical.Expression) {
	var cols []expr.Expr
	for _, l := range order {
		if e := g.done[l]; e != nil {
			cols = append(cols, e)
		}
	}
	if !g.extend(cols) {
		return
	}
	for l, e := range g.done {
		g.done[l] = g.window.replace(e)
	}
}

// windowedKeys makes a column of the time window in keys that are elements of SELECT, by position, alias or GROUP BY ALL.
func (g *groupBy) windowedKeys(list *items, keys []expr.Expr) []expr.Expr {
	if g.window != nil || !g.extend(keys) {
		return keys
	}
	list.exprs = g.replaced(list.exprs)
	g.resolved = g.replaced(keys)
	return g.resolved
}

// extend adds the column of the time window in expressions to the input, if there is one.
func (g *groupBy) extend(cols []expr.Expr) bool {
	rel, w := g.windowed(g.scope.rel, cols, g.l.Origin)
	if w == nil {
		return false
	}
	s := g.scope.over(rel)
	s.cols = append(append([]*expr.Attr(nil), s.cols...), w.attr)
	s.under = g.scope.under
	n := *g.names
	n.scope = s
	g.names, g.window = &n, w
	if w.attr.Name == "session_window" {
		g.session = w.attr
	}
	return true
}

// replaced puts the column of the time window into the elements of SELECT.
func (g *groupBy) replaced(list []expr.Expr) []expr.Expr {
	if g.window == nil {
		return list
	}
	out := make([]expr.Expr, len(list))
	for i, e := range list {
		out[i] = g.window.replace(e)
	}
	return out
}
