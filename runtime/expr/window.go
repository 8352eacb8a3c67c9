package expr

import (
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// WindowCall is a function over a window of rows: an aggregate function, or one of the window functions (a Call of a
// function with Window set).
type WindowCall struct {
	Func      Expr
	Partition []Expr
	Order     []SortKey
	Frame     *Frame // nil: the function's own, or the default
}

// A Frame bounds the rows of a window around the current one.
type Frame struct {
	Rows         bool // by count; else by the value of the sort key (RANGE)
	Lower, Upper Bound
}

// A Bound is one end of a frame: unbounded, the current row, or an offset from it (negative before it).
type Bound struct {
	Unbounded  bool
	CurrentRow bool
	Offset     Expr
	Text       string // as it is shown, if not by Offset
	Away       bool   // unbounded in the direction in which the other end is
}

func (w *WindowCall) Type() *types.Type { return w.Func.Type() }
func (w *WindowCall) Nullable() bool    { return w.Func.Nullable() }

// Children are the function, the partition, the sort keys and the offsets of the frame.
func (w *WindowCall) Children() []Expr {
	cs := append([]Expr{w.Func}, w.Partition...)
	for _, k := range w.Order {
		cs = append(cs, k.Child)
	}
	if w.Frame != nil {
		for _, b := range []Bound{w.Frame.Lower, w.Frame.Upper} {
			if b.Offset != nil {
				cs = append(cs, b.Offset)
			}
		}
	}
	return cs
}

func (w *WindowCall) WithChildren(c []Expr) Expr {
	v := &WindowCall{Func: c[0]}
	c = c[1:]
	v.Partition = append([]Expr(nil), c[:len(w.Partition)]...)
	c = c[len(w.Partition):]
	v.Order = append([]SortKey(nil), w.Order...)
	for i := range v.Order {
		v.Order[i].Child = c[i]
	}
	c = c[len(w.Order):]
	if w.Frame != nil {
		f := *w.Frame
		for _, b := range []*Bound{&f.Lower, &f.Upper} {
			if b.Offset != nil {
				b.Offset, c = c[0], c[1:]
			}
		}
		v.Frame = &f
	}
	return v
}

func (w *WindowCall) String() string {
	var parts []string
	if len(w.Partition) > 0 {
		parts = append(parts, "PARTITION BY "+join(w.Partition))
	}
	if len(w.Order) > 0 {
		keys := make([]string, len(w.Order))
		for i, k := range w.Order {
			keys[i] = k.String()
		}
		parts = append(parts, "ORDER BY "+strings.Join(keys, ", "))
	}
	if w.Frame != nil {
		parts = append(parts, w.Frame.String())
	}
	return w.Func.String() + " OVER (" + strings.Join(parts, " ") + ")"
}

func (f *Frame) String() string {
	kind := "RANGE"
	if f.Rows {
		kind = "ROWS"
	}
	return kind + " BETWEEN " + f.Lower.text("PRECEDING") + " AND " + f.Upper.text("FOLLOWING")
}

func (b Bound) text(side string) string {
	switch {
	case b.Text != "":
		return b.Text
	case b.Unbounded && b.Away:
		return "UNBOUNDED " + map[string]string{"PRECEDING": "FOLLOWING", "FOLLOWING": "PRECEDING"}[side]
	case b.Unbounded:
		return "UNBOUNDED " + side
	case b.CurrentRow:
		return "CURRENT ROW"
	}
	s := b.Offset.String()
	if before, ok := withoutMinus(s); ok {
		return before + " PRECEDING"
	}
	return s + " FOLLOWING"
}

// Distance is the offset as it was written; before says that PRECEDING was behind it.
func (b Bound) Distance() (text string, before bool) {
	if n, ok := strings.CutSuffix(b.Text, " PRECEDING"); ok {
		return n, true
	}
	return withoutMinus(b.Offset.String())
}

// withoutMinus cuts the minus off a number or an interval.
func withoutMinus(s string) (string, bool) {
	if n, ok := strings.CutPrefix(s, "-"); ok {
		return n, true
	}
	if n, ok := strings.CutPrefix(s, "INTERVAL '-"); ok {
		return "INTERVAL '" + n, true
	}
	return s, false
}

// A WindowFunction computes a window function for the rows of one partition, which are sorted: the window operator
// calls it once for each. It belongs to one task.
type WindowFunction interface {
	// Eval returns a column with the value of each of the p.N rows.
	Eval(ctx *Context, p *Partition, args []batch.Vector) (batch.Vector, error)
}

// A Partition is the rows of one window partition, in order.
type Partition struct {
	N int
	// Peer is the first position of the rows that equal each row in the sort keys: Peer[i] <= i.
	Peer []int32
	// Lo and Hi bound the frame of each row, [Lo[i], Hi[i]); nil for functions with a frame of their own.
	Lo, Hi []int32
}

// PeerEnd is the position after the last row that equals row i in the sort keys.
func (p *Partition) PeerEnd(i int) int {
	for i++; i < p.N && p.Peer[i] != int32(i); i++ {
	}
	return i
}
