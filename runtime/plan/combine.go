package plan

import (
	"reflect"

	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// JoinRows joins two inputs on equal keys and a condition over the columns of the left and then the right. Without keys
// every row meets every row.
//
// One side, the left if BuildLeft, is held in memory. With Broadcast it is a single partition that every task reads, and
// the join has the partitions of the other side; unmatched rows of a broadcast side cannot be wanted then. Otherwise both
// sides are partitioned alike.
type JoinRows struct {
	*Origin
	Query               *Query
	Left, Right         Node
	LeftKeys, RightKeys []expr.Expr
	NullSafe            []bool // keys that are equal when both are null
	Type                JoinType
	Condition           expr.Expr
	BuildLeft           bool
	Broadcast           bool
}

func (n *JoinRows) Children() []Node { return []Node{n.Left, n.Right} }

func (n *JoinRows) Partitions() int {
	if n.BuildLeft && n.Broadcast {
		return n.Right.Partitions()
	}
	return n.Left.Partitions()
}

func (n *JoinRows) ColumnTypes() []*types.Type {
	ts := append([]*types.Type(nil), TypesOf(n.Left)...)
	switch n.Type {
	case LeftSemi, LeftAnti, NullAwareAnti:
		return ts
	case Existence:
		return append(ts, types.Boolean)
	}
	return append(ts, TypesOf(n.Right)...)
}

func (n *JoinRows) Elems() []reflect.Type { return ElemsOf(n.ColumnTypes()) }

// SetKind is a set operation.
type SetKind int

const (
	Intersect SetKind = iota
	IntersectAll
	Except
	ExceptAll
)

var setNames = [...]string{"Intersect", "IntersectAll", "Except", "ExceptAll"}

func (k SetKind) String() string { return setNames[k] }

// SetOperation keeps the left rows that the right has, or has not. Both sides are partitioned alike by all columns.
type SetOperation struct {
	*Origin
	Query       *Query
	Left, Right Node
	Kind        SetKind
}

func (n *SetOperation) Children() []Node           { return []Node{n.Left, n.Right} }
func (n *SetOperation) Partitions() int            { return n.Left.Partitions() }
func (n *SetOperation) ColumnTypes() []*types.Type { return TypesOf(n.Left) }
func (n *SetOperation) Elems() []reflect.Type      { return n.Left.Elems() }
