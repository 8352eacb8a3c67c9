package expr

import (
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Agg is an aggregate function over the rows of a group, or of a frame of a window.
type Agg struct {
	Fn          *Function
	Name        string
	Args        []Expr
	Distinct    bool
	Filter      Expr      // nil, or only rows for which it is true
	Order       []SortKey // WITHIN GROUP
	IgnoreNulls bool
	KeepNulls   bool // collect_list and collect_set: NULL is a value, too
	Typ         *types.Type
	Null        bool
	Legacy      bool
	Origin      *condition.Context
}

// A SortKey is an element of ORDER BY.
type SortKey struct {
	Child      Expr
	Desc       bool
	NullsFirst bool
}

func (k SortKey) String() string {
	s := k.Child.String()
	if k.Desc {
		s += " DESC"
	} else {
		s += " ASC"
	}
	if k.NullsFirst {
		return s + " NULLS FIRST"
	}
	return s + " NULLS LAST"
}

func (a *Agg) Type() *types.Type { return a.Typ }
func (a *Agg) Nullable() bool    { return a.Null }

// Children are the arguments, the sort keys, and the filter if there is one.
func (a *Agg) Children() []Expr {
	cs := append([]Expr(nil), a.Args...)
	for _, k := range a.Order {
		cs = append(cs, k.Child)
	}
	if a.Filter != nil {
		cs = append(cs, a.Filter)
	}
	return cs
}

func (a *Agg) WithChildren(c []Expr) Expr {
	b := *a
	n := len(a.Args)
	b.Args = append([]Expr(nil), c[:n]...)
	b.Order = append([]SortKey(nil), a.Order...)
	for i := range b.Order {
		b.Order[i].Child = c[n+i]
	}
	if a.Filter != nil {
		b.Filter = c[len(c)-1]
	}
	return &b
}

func (a *Agg) String() string {
	var b strings.Builder
	if a.Fn.AggText != nil {
		b.WriteString(a.Fn.AggText(a))
	} else {
		b.WriteString(callText(a))
		if len(a.Order) > 0 {
			keys := make([]string, len(a.Order))
			for i, k := range a.Order {
				keys[i] = k.String()
			}
			b.WriteString(" WITHIN GROUP (ORDER BY " + strings.Join(keys, ", ") + ")")
		}
	}
	if a.Filter != nil {
		b.WriteString(" FILTER (WHERE " + a.Filter.String() + ")")
	}
	return b.String()
}

// callText is the name of the function with its arguments.
func callText(a *Agg) string {
	distinct := ""
	if a.Distinct {
		distinct = "DISTINCT "
	}
	return a.Name + "(" + distinct + join(a.Args) + ")"
}

// Arg is the type of the i-th argument.
func (a *Agg) Arg(i int) *types.Type { return a.Args[i].Type() }

// Constant is the value of the i-th argument if it is a constant.
func (a *Agg) Constant(i int) (value any, ok bool) {
	l, ok := a.Args[i].(*Lit)
	if !ok {
		return nil, false
	}
	return l.Value, true
}

// Inputs are the expressions an accumulator is updated with: the arguments and then the sort keys.
func (a *Agg) Inputs() []Expr {
	in := append([]Expr(nil), a.Args...)
	for _, k := range a.Order {
		in = append(in, k.Child)
	}
	return in
}

// An Accumulator holds the states of an aggregate function for groups with dense numbers. It belongs to one task.
//
// DISTINCT and FILTER are the operator's: it passes only the rows that count. Vectors are not kept after the call
// (strings may be, they are immutable).
type Accumulator interface {
	// Grow makes room for the groups 0 to n-1. New groups are empty.
	Grow(n int)
	// Update adds rows: the i-th of rows (positions in args; nil: 0, 1, ...) belongs to group groups[i].
	Update(ctx *Context, groups []int32, args []batch.Vector, rows []int32) error
	// Merge adds partial states, columns as State makes them, in the same way.
	Merge(ctx *Context, groups []int32, state []batch.Vector, rows []int32) error
	// State is the partial states as columns, group i at position i. It may be asked for repeatedly.
	State() []batch.Vector
	// Result is the results as a column. It may be asked for repeatedly, with updates in between.
	Result(ctx *Context) (batch.Vector, error)
	// Reset forgets all groups.
	Reset()
}

// Accumulator makes the function's accumulator.
func (a *Agg) Accumulator() Accumulator { return a.Fn.Agg.New(a) }

// StateTypes are the types of the columns of partial states.
func (a *Agg) StateTypes() []*types.Type { return a.Fn.Agg.State(a) }
