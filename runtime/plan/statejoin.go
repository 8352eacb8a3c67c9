package plan

import (
	"reflect"

	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// StateJoin joins two streams on equal keys: each row meets the rows of the other side in this batch and in those before
// that are still remembered. Rows with equal keys are in one partition. Type is Inner, an outer join or LeftSemi; a row
// of an outer side comes out with nulls when it is forgotten without having met one.
type StateJoin struct {
	*Origin
	Query       *Query
	Left, Right StateSide
	State       *State
	NullSafe    []bool // keys that are equal when both are null
	Type        JoinType
	Condition   expr.Expr // over the columns of both sides; nil: none
}

// A StateSide is one input of a StateJoin.
type StateSide struct {
	Node
	Keys []expr.Expr
	// Only is the part of the condition that is about this side alone; nil: none.
	Only expr.Expr
	// Time is the column by which rows are late, -1: none is.
	Time int
	// A row is forgotten when its Expires is not after Until (µs). Expires nil: never.
	Expires expr.Expr
	Until   int64
}

func (n *StateJoin) Children() []Node { return []Node{n.Left.Node, n.Right.Node} }
func (n *StateJoin) Partitions() int  { return n.Left.Partitions() }

func (n *StateJoin) ColumnTypes() []*types.Type {
	ts := append([]*types.Type(nil), TypesOf(n.Left.Node)...)
	if n.Type == LeftSemi {
		return ts
	}
	return append(ts, TypesOf(n.Right.Node)...)
}

func (n *StateJoin) Elems() []reflect.Type { return ElemsOf(n.ColumnTypes()) }
