package plan

import (
	"reflect"

	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// HashAggregate makes one row for each key: the key's columns and the aggregates'. Without keys there is one row in every
// partition.
//
// In mode Partial the aggregates are the columns of their partial states, in mode Final the child's columns are the keys
// and then those states; Keys are then the first columns. Distinct aggregates need all rows of a key: mode Complete.
type HashAggregate struct {
	*Origin
	Query *Query
	Child Node
	Keys  []expr.Expr
	Aggs  []*expr.Agg
	Mode  AggregateMode
}

func (n *HashAggregate) Children() []Node { return []Node{n.Child} }
func (n *HashAggregate) Partitions() int  { return n.Child.Partitions() }

func (n *HashAggregate) ColumnTypes() []*types.Type {
	ts := exprTypes(n.Keys)
	for _, a := range n.Aggs {
		if n.Mode == Partial {
			ts = append(ts, a.StateTypes()...)
			continue
		}
		ts = append(ts, a.Typ)
	}
	return ts
}

func (n *HashAggregate) Elems() []reflect.Type { return ElemsOf(n.ColumnTypes()) }

// Distinct keeps, of the rows of a partition that are equal in the key columns, the first.
type Distinct struct {
	*Origin
	Query *Query
	Child Node
	Keys  []int
}

func (n *Distinct) Children() []Node           { return []Node{n.Child} }
func (n *Distinct) Partitions() int            { return n.Child.Partitions() }
func (n *Distinct) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *Distinct) Elems() []reflect.Type      { return n.Child.Elems() }

// Window adds the values of window functions to the rows, which are sorted by Partition and then Order.
type Window struct {
	*Origin
	Query     *Query
	Child     Node
	Partition []expr.Expr
	Order     []expr.SortKey
	Calls     []WindowCall
}

// A WindowCall is one function of a Window: an *expr.Agg, or a *expr.Call of a window function. Lower and Upper bound its
// frame.
type WindowCall struct {
	Func         expr.Expr
	Rows         bool
	Lower, Upper WindowBound
}

// A WindowBound is one end of a frame: a number of rows from the current one, or with Value, in frames by range, the
// value that the sort key is compared with.
type WindowBound struct {
	Unbounded bool
	Offset    int64
	Value     expr.Expr
}

func (n *Window) Children() []Node { return []Node{n.Child} }
func (n *Window) Partitions() int  { return n.Child.Partitions() }

func (n *Window) ColumnTypes() []*types.Type {
	ts := append([]*types.Type(nil), TypesOf(n.Child)...)
	for _, c := range n.Calls {
		ts = append(ts, c.Func.Type())
	}
	return ts
}

func (n *Window) Elems() []reflect.Type { return ElemsOf(n.ColumnTypes()) }
