package plan

import (
	"reflect"

	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// Compute evaluates expressions for each row.
type Compute struct {
	*Origin
	Query *Query
	Child Node
	Exprs []expr.Expr
}

func (n *Compute) Children() []Node           { return []Node{n.Child} }
func (n *Compute) Partitions() int            { return n.Child.Partitions() }
func (n *Compute) ColumnTypes() []*types.Type { return exprTypes(n.Exprs) }
func (n *Compute) Elems() []reflect.Type      { return ElemsOf(n.ColumnTypes()) }

// Select keeps the rows for which a condition is true.
type Select struct {
	*Origin
	Query     *Query
	Child     Node
	Condition expr.Expr
}

func (n *Select) Children() []Node           { return []Node{n.Child} }
func (n *Select) Partitions() int            { return n.Child.Partitions() }
func (n *Select) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *Select) Elems() []reflect.Type      { return n.Child.Elems() }

// Expand makes several rows of each, one for each projection, in the order of the projections.
type Expand struct {
	*Origin
	Query       *Query
	Child       Node
	Projections [][]expr.Expr
	Types       []*types.Type
}

func (n *Expand) Children() []Node           { return []Node{n.Child} }
func (n *Expand) Partitions() int            { return n.Child.Partitions() }
func (n *Expand) ColumnTypes() []*types.Type { return n.Types }
func (n *Expand) Elems() []reflect.Type      { return ElemsOf(n.Types) }

// Generate makes rows of each row by a generator: the child's columns at Keep and then the generator's.
type Generate struct {
	*Origin
	Query *Query
	Child Node
	Keep  []int
	Gen   *expr.Generate
}

func (n *Generate) Children() []Node { return []Node{n.Child} }
func (n *Generate) Partitions() int  { return n.Child.Partitions() }

func (n *Generate) ColumnTypes() []*types.Type {
	in := TypesOf(n.Child)
	var ts []*types.Type
	for _, c := range n.Keep {
		ts = append(ts, in[c])
	}
	for _, f := range n.Gen.Fields {
		ts = append(ts, f.Type)
	}
	return ts
}

func (n *Generate) Elems() []reflect.Type { return ElemsOf(n.ColumnTypes()) }

// Sample keeps rows at random: those whose number in [0, 1) is from Lower to Upper, or with replacement a Poisson number
// of copies with mean Upper - Lower. The numbers of a partition depend on Seed and its position only.
type Sample struct {
	*Origin
	Child           Node
	Lower, Upper    float64
	WithReplacement bool
	Seed            int64
}

func (n *Sample) Children() []Node           { return []Node{n.Child} }
func (n *Sample) Partitions() int            { return n.Child.Partitions() }
func (n *Sample) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *Sample) Elems() []reflect.Type      { return n.Child.Elems() }
