package plan

import (
	"fmt"
	"reflect"
	"sync/atomic"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// A Query is what the nodes of a DataFrame's query have in common: what their expressions depend on besides rows, and
// the memory that they may hold rows in. Each operator evaluates with a copy of Context that knows its partition.
type Query struct {
	Context expr.Context
	Memory  *Memory // nil: unlimited
}

// A Memory bounds the bytes that operators hold at once: spark.memory.limit. It is safe for concurrent use.
type Memory struct {
	Limit int64
	used  atomic.Int64
}

// Reserve takes n bytes, or says that there are not so many left.
func (m *Memory) Reserve(n int64) error {
	if m == nil || m.Limit <= 0 {
		return nil
	}
	if used := m.used.Add(n); used > m.Limit {
		m.used.Add(-n)
		left := max(0, m.Limit-used+n)
		return condition.New("UNABLE_TO_ACQUIRE_MEMORY", "53200", "Unable to acquire %d bytes of memory, got %d.", n, left).
			WithParam("requestedBytes", fmt.Sprint(n)).WithParam("receivedBytes", fmt.Sprint(left)).
			WithFix("raise spark.memory.limit, which is %d bytes, or use more partitions", m.Limit)
	}
	return nil
}

// Release gives n bytes back.
func (m *Memory) Release(n int64) {
	if m != nil && m.Limit > 0 {
		m.used.Add(-n)
	}
}

// A Relation is a node that knows the data types of its columns, as all nodes of DataFrames do.
type Relation interface {
	Node
	ColumnTypes() []*types.Type
}

// TypesOf are the data types of the columns of a DataFrame's node; nil for the nodes of RDDs.
func TypesOf(n Node) []*types.Type {
	switch n := n.(type) {
	case Relation:
		return n.ColumnTypes()
	case *Scan:
		return n.Schema
	case *Union:
		return n.Schema
	case *MapPartitions:
		return n.Schema
	case *Exchange, *Coalesce, *Cache:
		return TypesOf(n.Children()[0])
	}
	return nil
}

// ElemsOf are the element types of columns of data types.
func ElemsOf(ts []*types.Type) []reflect.Type {
	es := make([]reflect.Type, len(ts))
	for i, t := range ts {
		es[i] = t.GoType()
	}
	return es
}

func exprTypes(es []expr.Expr) []*types.Type {
	ts := make([]*types.Type, len(es))
	for i, e := range es {
		ts[i] = e.Type()
	}
	return ts
}
