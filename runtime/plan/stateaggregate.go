package plan

import (
	"reflect"

	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// StateAggregate merges the partial results of a batch with those of the batches before, and yields the groups that the
// output mode asks for: those that are final, those that have changed, or all.
//
// The child's columns are the keys and then the partial states of the aggregates; rows with equal keys are in one
// partition. Time is the key that says when a group is final, a timestamp or a window; -1: none does.
type StateAggregate struct {
	*Origin
	Query *Query
	Child Node
	State *State
	Keys  []expr.Expr // the first columns
	Aggs  []*expr.Agg
	Time  int
}

func (n *StateAggregate) Children() []Node           { return []Node{n.Child} }
func (n *StateAggregate) Partitions() int            { return n.Child.Partitions() }
func (n *StateAggregate) ColumnTypes() []*types.Type { return finalTypes(n.Keys, n.Aggs) }
func (n *StateAggregate) Elems() []reflect.Type      { return ElemsOf(n.ColumnTypes()) }

func finalTypes(keys []expr.Expr, aggs []*expr.Agg) []*types.Type {
	ts := exprTypes(keys)
	for _, a := range aggs {
		ts = append(ts, a.Typ)
	}
	return ts
}

// StateSessions is a StateAggregate in which one key, Session, is an interval: those of rows equal in the other keys that
// meet, in this batch or in those before, become one. Rows are partitioned by the other keys.
type StateSessions struct {
	*Origin
	Query   *Query
	Child   Node
	State   *State
	Keys    []expr.Expr // the first columns
	Aggs    []*expr.Agg
	Session int
}

func (n *StateSessions) Children() []Node           { return []Node{n.Child} }
func (n *StateSessions) Partitions() int            { return n.Child.Partitions() }
func (n *StateSessions) ColumnTypes() []*types.Type { return finalTypes(n.Keys, n.Aggs) }
func (n *StateSessions) Elems() []reflect.Type      { return ElemsOf(n.ColumnTypes()) }
