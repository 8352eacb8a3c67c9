package plan

import (
	"reflect"

	"gospark/runtime/types"
)

// StateDistinct passes rows whose keys no row had before, in this batch or an earlier one. Rows with equal keys are in
// one partition.
type StateDistinct struct {
	*Origin
	Query *Query
	Child Node
	State *State
	Keys  []int
	Names []string // of the keys
	// Time is the column of event time, -1: there is none. If it is one of the keys, these are forgotten when it is over.
	Time int
	// Within says that a key is remembered for Delay, in µs, after the time of the row that brought it.
	Within bool
	Delay  int64
}

func (n *StateDistinct) Children() []Node           { return []Node{n.Child} }
func (n *StateDistinct) Partitions() int            { return n.Child.Partitions() }
func (n *StateDistinct) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *StateDistinct) Elems() []reflect.Type      { return n.Child.Elems() }

// StateLimit passes the first N rows of all batches. Its child has one partition.
type StateLimit struct {
	*Origin
	Child Node
	State *State
	N     int64
}

func (n *StateLimit) Children() []Node           { return []Node{n.Child} }
func (n *StateLimit) Partitions() int            { return n.Child.Partitions() }
func (n *StateLimit) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *StateLimit) Elems() []reflect.Type      { return n.Child.Elems() }
