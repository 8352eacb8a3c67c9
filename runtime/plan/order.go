package plan

import (
	"reflect"

	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// SortRows sorts each partition by expressions; it is stable. With a Limit that is not negative only so many rows come
// out, and not many more are held.
type SortRows struct {
	*Origin
	Query *Query
	Child Node
	Keys  []expr.SortKey
	Limit int64
}

func (n *SortRows) Children() []Node           { return []Node{n.Child} }
func (n *SortRows) Partitions() int            { return n.Child.Partitions() }
func (n *SortRows) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *SortRows) Elems() []reflect.Type      { return n.Child.Elems() }

// Limit leaves out the Offset first rows of each partition and keeps the N that follow; N < 0: all.
type Limit struct {
	*Origin
	Child     Node
	N, Offset int64
}

func (n *Limit) Children() []Node           { return []Node{n.Child} }
func (n *Limit) Partitions() int            { return n.Child.Partitions() }
func (n *Limit) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *Limit) Elems() []reflect.Type      { return n.Child.Elems() }

// Tail keeps the last rows of each partition.
type Tail struct {
	*Origin
	Child Node
	N     int64
}

func (n *Tail) Children() []Node           { return []Node{n.Child} }
func (n *Tail) Partitions() int            { return n.Child.Partitions() }
func (n *Tail) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *Tail) Elems() []reflect.Type      { return n.Child.Elems() }
