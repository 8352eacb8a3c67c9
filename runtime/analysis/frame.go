package analysis

import (
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// runningRows is the frame of functions that number rows.
var runningRows = &expr.Frame{Rows: true, Lower: expr.Bound{Unbounded: true}, Upper: expr.Bound{CurrentRow: true}}

// runningRange is the frame of functions that give equal rows equal values.
var runningRange = &expr.Frame{Lower: expr.Bound{Unbounded: true}, Upper: expr.Bound{CurrentRow: true}}

// defaultFrame is the frame of an aggregate: up to the current row and its peers if there is an order, else all rows.
func defaultFrame(w *expr.WindowCall) *expr.Frame {
	switch {
	case w.Frame != nil:
		return w.Frame
	case len(w.Order) > 0:
		return &expr.Frame{Lower: expr.Bound{Unbounded: true}, Upper: expr.Bound{CurrentRow: true}}
	}
	return &expr.Frame{Rows: true, Lower: expr.Bound{Unbounded: true}, Upper: expr.Bound{Unbounded: true}}
}

func (n *names) frame(l *logical.Frame) *expr.Frame {
	return &expr.Frame{Rows: l.Rows, Lower: n.bound(l.Lower), Upper: n.bound(l.Upper)}
}

func (n *names) bound(b logical.Bound) expr.Bound {
	out := expr.Bound{Unbounded: b.Unbounded, Away: b.Away, CurrentRow: b.CurrentRow || !b.Unbounded && b.Value == nil}
	if b.Value != nil {
		e := plain(n.resolve(b.Value))
		if c, ok := e.(*expr.Call); ok && c.Fn.Name == "negative" {
			out.Text = c.Args[0].String() + " PRECEDING"
		}
		if expr.Foldable(e) {
			if l, ok := expr.Fold(n.Context, e).(*expr.Lit); ok {
				e = l
			}
		}
		out.Offset = e
	}
	return out
}

// checkFrame refuses frames whose bounds are of a wrong type or in the wrong order.
func (n *names) checkFrame(w *expr.WindowCall, o *logical.Origin) {
	f := w.Frame
	if f == nil {
		return
	}
	text := `"` + windowText(w) + `"`
	if f.Lower.Away || f.Upper.Away {
		lower, upper, _ := strings.Cut(strings.SplitN(f.String(), " ", 3)[2], " AND ")
		fail(o, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND", "sqlExpr", `"`+f.String()+`"`, "lower", `"`+lower+`"`, "upper", `"`+upper+`"`)
	}
	for i, b := range []expr.Bound{f.Lower, f.Upper} {
		if b.Offset == nil {
			continue
		}
		location := [...]string{"lower", "upper"}[i]
		if !expr.Foldable(b.Offset) {
			fail(o, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WITHOUT_FOLDABLE", "sqlExpr", `"`+f.String()+`"`,
				"location", location, "expression", sqlText(b.Offset))
		}
		if f.Rows && b.Offset.Type().Kind != types.IntKind {
			fail(o, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", "sqlExpr", `"`+f.String()+`"`,
				"location", location, "exprType", typeText(b.Offset.Type()), "expectedType", `"INT"`)
		}
	}
	if !f.Rows && (f.Lower.Offset != nil || f.Upper.Offset != nil) {
		n.checkRange(w, text, o)
	}
	lower, lok := offsetOf(f.Lower, true)
	upper, uok := offsetOf(f.Upper, false)
	if lok && uok && lower > upper && !f.Lower.CurrentRow && !f.Upper.CurrentRow {
		fail(o, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON", "sqlExpr", `"`+f.String()+`"`, "comparison", "less than or equal")
	}
}

func windowText(w *expr.WindowCall) string {
	s := w.String()
	if i := strings.Index(s, " OVER "); i >= 0 {
		return s[i+len(" OVER "):]
	}
	return s
}

// checkRange checks a frame by the values of the sort key.
func (n *names) checkRange(w *expr.WindowCall, text string, o *logical.Origin) {
	switch len(w.Order) {
	case 0:
		fail(o, "DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER", "sqlExpr", text)
	case 1:
	default:
		fail(o, "DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER", "sqlExpr", text,
			"orderSpec", joined(w.Order, expr.SortKey.String))
	}
	t := w.Order[0].Child.Type()
	f := *w.Frame
	for _, b := range []*expr.Bound{&f.Lower, &f.Upper} {
		if b.Offset == nil {
			continue
		}
		want := rangeType(t, b.Offset.Type())
		if want == nil && !t.Numeric() && !t.IsInterval() && t.Kind != types.DateKind && t.Kind != types.TimestampKind && t.Kind != types.TimestampNTZKind {
			location := "lower"
			if b == &f.Upper {
				location = "upper"
			}
			b.Text = negated(*b) + " FOLLOWING"
			fail(o, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", "sqlExpr", `"`+f.String()+`"`, "location", location, "exprType", typeText(t),
				"expectedType", `("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")`)
		}
		if want == nil {
			fail(o, "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE", "sqlExpr", text, "orderSpecType", typeText(t),
				"valueBoundaryType", typeText(b.Offset.Type()))
		}
		if !want.Same(b.Offset.Type()) {
			b.Text = negated(*b) + " FOLLOWING"
		}
		b.Offset = expr.Fold(n.Context, implicit(b.Offset, want, n.Legacy))
	}
	if a, b := f.Lower.Offset, f.Upper.Offset; a != nil && b != nil && !a.Type().Same(b.Type()) {
		fail(o, "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES", "sqlExpr", `"`+f.String()+`"`, "lower", `"`+negated(f.Lower)+`"`,
			"upper", `"`+negated(f.Upper)+`"`, "lowerType", typeText(a.Type()), "upperType", typeText(b.Type()))
	}
	w.Frame = &f
}

// negated is the offset of a bound as an expression: one that is PRECEDING has a minus.
func negated(b expr.Bound) string {
	text, before := b.Distance()
	if before {
		return "(- " + text + ")"
	}
	return text
}

// rangeType is the type of an offset that can be added to a sort key; nil if it cannot.
func rangeType(key, offset *types.Type) *types.Type {
	switch {
	case key.Numeric() && offset.Numeric():
		if key.Kind == types.DecimalKind || offset.Kind <= key.Kind {
			return key
		}
		if offset.Kind == types.DecimalKind && key.Fractional() {
			return key
		}
		return nil
	case key.Kind == types.DateKind && offset.Integral():
		return types.Int
	case key.Kind == types.DateKind || key.Kind == types.TimestampKind || key.Kind == types.TimestampNTZKind:
		if offset.IsInterval() || offset.Kind == types.CalendarKind {
			return offset
		}
	case key.IsInterval() && key.Kind == offset.Kind:
		return offset
	}
	return nil
}

// offsetOf is a bound as a number where it is one.
func offsetOf(b expr.Bound, lower bool) (float64, bool) {
	switch {
	case b.CurrentRow:
		return 0, true
	case b.Unbounded:
		return 0, false
	}
	l, ok := b.Offset.(*expr.Lit)
	if !ok {
		return 0, false
	}
	switch v := l.Value.(type) {
	case int8:
		return float64(v), true
	case int16:
		return float64(v), true
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case float32:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
