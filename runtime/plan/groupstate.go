package plan

import (
	"context"
	"reflect"

	"gospark/runtime/state"
	"gospark/runtime/types"
)

// StateGroups calls a function for the rows of each key, with what it has kept of the key. Rows with equal keys are in
// one partition. What the function makes are rows of Types.
type StateGroups struct {
	*Origin
	Query *Query
	Child Node
	State *State
	Fn    GroupFunction
	Keys  []int // columns of the child
	Rows  []int // columns that are given to the function
	Types []*types.Type
	Time  int // the column by which rows are late, -1: none is
}

func (n *StateGroups) Children() []Node           { return []Node{n.Child} }
func (n *StateGroups) Partitions() int            { return n.Child.Partitions() }
func (n *StateGroups) ColumnTypes() []*types.Type { return n.Types }
func (n *StateGroups) Elems() []reflect.Type      { return ElemsOf(n.Types) }

// A GroupFunction is a function over groups with state. It is shared; Start makes what one task uses.
type GroupFunction interface {
	Name() string // as progress reports show it
	// Tables are what it keeps in state besides the keys: names, and texts of what is in them.
	Tables() []GroupTable
	// Due is when, in ms of processing time, Expired has something to do with a partition's state; false: it depends on the
	// watermark only, or there is nothing to wait for.
	Due(s *state.Store) (ms int64, ok bool)
	Start(t GroupTask) (GroupRunner, error)
}

// A GroupTable is a table of state whose keys are those of the group and then Tail bytes. Value says what is in it.
type GroupTable struct {
	Name, Value string
	Tail        int
}

// A GroupTask is what a function has in one task.
type GroupTask struct {
	Ctx   context.Context
	Store *state.Store
	// Now is the processing time of the batch and Watermark its watermark, in ms; NoWatermark: there is none.
	Now, Watermark int64
	// Key are the values of a key of state.
	Key func(bytes []byte) ([]any, error)
}

// A Group is a key, by value and as it is in state.
type Group struct {
	Key   []any
	Bytes []byte
}

// A GroupRunner is the function in one task. Rows is called once for each key that there are rows of, and then Expired,
// once. Rows handed to emit have as many values as there are columns, of their physical types.
type GroupRunner interface {
	Rows(g Group, rows [][]any, emit func(row []any)) error
	Expired(emit func(row []any)) error
	Metrics() StateMetrics
	Close() error
}
