package plan

import (
	"reflect"
	"sync"

	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// Observe computes aggregates of the rows that pass, and passes them on. When every partition has been read to its end
// the values go to Done, once; a partition that is read again counts once.
type Observe struct {
	*Origin
	Query *Query
	Child Node
	Aggs  []*expr.Agg
	// Values are computed of the aggregates' results, which are their columns.
	Values []expr.Expr
	Done   func(values []any)

	mu    sync.Mutex
	parts map[int][][]any // the partial states of each partition
}

func (n *Observe) Children() []Node           { return []Node{n.Child} }
func (n *Observe) Partitions() int            { return n.Child.Partitions() }
func (n *Observe) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *Observe) Elems() []reflect.Type      { return n.Child.Elems() }

// Add takes the states of a partition: a row for each aggregate. When it is the last one it returns those of all
// partitions in their order.
func (n *Observe) Add(partition int, states [][]any) (all [][][]any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.parts == nil {
		n.parts = map[int][][]any{}
	}
	if n.parts[partition] != nil {
		return nil
	}
	n.parts[partition] = states
	if len(n.parts) < n.Partitions() {
		return nil
	}
	for p := range n.Partitions() {
		all = append(all, n.parts[p])
	}
	return all
}
