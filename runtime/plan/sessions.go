package plan

import (
	"reflect"

	"gospark/runtime/types"
)

// Sessions merges intervals: of rows that are equal in Keys, those whose intervals meet get the interval that covers them.
// Col is the interval, a struct of start and end; rows are sorted by Keys and then Col.
type Sessions struct {
	*Origin
	Query *Query
	Child Node
	Keys  []int
	Col   int
}

func (n *Sessions) Children() []Node           { return []Node{n.Child} }
func (n *Sessions) Partitions() int            { return n.Child.Partitions() }
func (n *Sessions) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *Sessions) Elems() []reflect.Type      { return n.Child.Elems() }
