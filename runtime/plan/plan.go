// Package plan is what the user asked for, as a tree of nodes. Every call of the session's API adds a node; nothing runs
// until an action or a stream's batch hands the tree to the engine.
//
// A node knows its origin (operation, the user's place, id), how many partitions it has, and the element types of its
// columns. Nodes are immutable once they are shared: many trees may hang on one node, and the engine keeps what it
// computed for an [Exchange] or a [Cache] as long as the node is reachable.
//
// Names are Spark's: its logical operators for the vocabulary of functions (MapElements, TypedFilter, CoGroup) and its
// physical ones where the user's call fixes the movement of data (Exchange, Coalesce).
package plan

import (
	"context"
	"reflect"
	"sync/atomic"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/gofunc"
	"gospark/runtime/types"
)

// A Node is one operation.
type Node interface {
	From() *Origin
	Children() []Node
	Partitions() int
	Elems() []reflect.Type
}

// An Origin says where a node comes from. Site is the user's place ("snippet:3", "main.go:12"), Op the method called.
// Each node has an Origin of its own.
type Origin struct {
	ID   int
	Op   string
	Site string
	Kind string // the name Spark's lineage shows, such as MapPartitionsRDD; "" for a node that has no RDD in Spark
	Name string // set by the user
	// Below lists further RDDs that Spark makes for the same call and shows under this one, top first.
	Below []Below

	cache atomic.Pointer[Cache]
}

// A Below is an RDD that has no node of its own.
type Below struct {
	ID   int
	Kind string
}

// Persist marks the origin's node: whatever is built on it, before or after the call, finds its rows in c, whose child is
// the node. Nil takes the mark away.
func (o *Origin) Persist(c *Cache) { o.cache.Store(c) }

// Persisted is the mark, or nil.
func (o *Origin) Persisted() *Cache { return o.cache.Load() }

// String is "reduceByKey at snippet:3".
func (o *Origin) String() string {
	if o.Site == "" {
		return o.Op
	}
	return o.Op + " at " + o.Site
}

func (o *Origin) From() *Origin { return o }

// Scan reads splits, one partition each.
type Scan struct {
	*Origin
	Splits []connector.Split
	Types  []reflect.Type
	Schema []*types.Type // of a DataFrame
}

func (n *Scan) Children() []Node      { return nil }
func (n *Scan) Partitions() int       { return len(n.Splits) }
func (n *Scan) Elems() []reflect.Type { return n.Types }

// MapElements applies a function that makes records from each record: map, flatMap, mapValues.
type MapElements struct {
	*Origin
	Child Node
	Fn    *gofunc.Transform
}

func (n *MapElements) Children() []Node      { return []Node{n.Child} }
func (n *MapElements) Partitions() int       { return n.Child.Partitions() }
func (n *MapElements) Elems() []reflect.Type { return n.Fn.Out.Elems() }

// TypedFilter keeps the records for which a function is true.
type TypedFilter struct {
	*Origin
	Child Node
	Fn    *gofunc.Predicate
}

func (n *TypedFilter) Children() []Node      { return []Node{n.Child} }
func (n *TypedFilter) Partitions() int       { return n.Child.Partitions() }
func (n *TypedFilter) Elems() []reflect.Type { return n.Child.Elems() }

// Project picks columns of the child by position: keys, values, swap.
type Project struct {
	*Origin
	Child Node
	Cols  []int
}

func (n *Project) Children() []Node { return []Node{n.Child} }
func (n *Project) Partitions() int  { return n.Child.Partitions() }

func (n *Project) Elems() []reflect.Type {
	in := n.Child.Elems()
	ts := make([]reflect.Type, len(n.Cols))
	for i, c := range n.Cols {
		ts[i] = in[c]
	}
	return ts
}

// Batches is what a partition function reads and yields: the batch is valid until the next call; the end is io.EOF.
type Batches func() (*batch.Batch, error)

// MapPartitions turns the batches of a partition into others. New is called once per task.
type MapPartitions struct {
	*Origin
	Child  Node
	Types  []reflect.Type
	Schema []*types.Type // of a DataFrame
	New    func(ctx context.Context, partition int, in Batches) (Batches, error)
}

func (n *MapPartitions) Children() []Node      { return []Node{n.Child} }
func (n *MapPartitions) Partitions() int       { return n.Child.Partitions() }
func (n *MapPartitions) Elems() []reflect.Type { return n.Types }

// Union is the partitions of all its inputs, one after another. Aligned inputs are partitioned alike: partition p of the
// union is partition p of each input, so that keys stay where they are.
type Union struct {
	*Origin
	Inputs  []Node
	Types   []reflect.Type
	Schema  []*types.Type // of a DataFrame
	Aligned bool
}

func (n *Union) Children() []Node      { return n.Inputs }
func (n *Union) Elems() []reflect.Type { return n.Types }

func (n *Union) Partitions() int {
	if n.Aligned {
		return n.Inputs[0].Partitions()
	}
	p := 0
	for _, c := range n.Inputs {
		p += c.Partitions()
	}
	return p
}

// Coalesce puts neighbouring partitions together without moving rows between tasks.
type Coalesce struct {
	*Origin
	Child Node
	N     int
}

func (n *Coalesce) Children() []Node      { return []Node{n.Child} }
func (n *Coalesce) Partitions() int       { return n.N }
func (n *Coalesce) Elems() []reflect.Type { return n.Child.Elems() }

// Parents lists the child's partitions that make up partition p.
func (n *Coalesce) Parents(p int) (lo, hi int) {
	m := n.Child.Partitions()
	return p * m / n.N, (p + 1) * m / n.N
}

// An Exchange moves rows between partitions: the boundary of stages.
type Exchange struct {
	*Origin
	Child Node
	By    Partitioning
}

func (n *Exchange) Children() []Node      { return []Node{n.Child} }
func (n *Exchange) Partitions() int       { return n.By.Partitions() }
func (n *Exchange) Elems() []reflect.Type { return n.Child.Elems() }

// Aggregate makes one row for each key: the key's columns and the accumulated value. The value's columns are the child's
// after the Keys first columns; a pair's value of several columns is packed before. Without Fn the result is the distinct
// keys.
type Aggregate struct {
	*Origin
	Child Node
	Keys  int
	Fn    *gofunc.Aggregate
	Mode  AggregateMode
}

// AggregateMode says which side of an exchange an Aggregate is on.
type AggregateMode int

const (
	Complete AggregateMode = iota // rows in, results out
	Partial                       // rows in, partial results out
	Final                         // partial results in, results out
)

func (n *Aggregate) Children() []Node { return []Node{n.Child} }
func (n *Aggregate) Partitions() int  { return n.Child.Partitions() }

func (n *Aggregate) Elems() []reflect.Type {
	if n.Fn == nil {
		return n.Child.Elems()[:n.Keys]
	}
	return append(append([]reflect.Type(nil), n.Child.Elems()[:n.Keys]...), n.Fn.Out)
}

// CoGroup makes one row for each key found in any input: the key's columns, then for each input the slice of its values.
// Inputs are partitioned alike and have Keys key columns and one value column.
type CoGroup struct {
	*Origin
	Inputs []Node
	Keys   int
}

func (n *CoGroup) Children() []Node { return n.Inputs }
func (n *CoGroup) Partitions() int  { return n.Inputs[0].Partitions() }

func (n *CoGroup) Elems() []reflect.Type {
	ts := append([]reflect.Type(nil), n.Inputs[0].Elems()[:n.Keys]...)
	for _, in := range n.Inputs {
		ts = append(ts, reflect.SliceOf(in.Elems()[n.Keys]))
	}
	return ts
}

// JoinType is a kind of join.
type JoinType int

const (
	Inner JoinType = iota
	LeftOuter
	RightOuter
	FullOuter
	LeftSemi // the left rows that have a match
	LeftAnti // the left rows that have none
	// The following are of JoinRows only.
	NullAwareAnti // the left rows for which the condition is false, not null, for every right row
	LeftSingle    // left outer; a second match is an error
	Existence     // all left rows, and whether there is a match
)

var joinNames = [...]string{"Inner", "LeftOuter", "RightOuter", "FullOuter", "LeftSemi", "LeftAnti", "NullAwareAnti",
	"LeftSingle", "Existence"}

func (t JoinType) String() string { return joinNames[t] }

// Join joins two inputs partitioned alike on their Keys first columns. The result has the key once, then the left and the
// right value columns; semi and anti joins have the left columns.
type Join struct {
	*Origin
	Left, Right Node
	Keys        int
	Type        JoinType
}

func (n *Join) Children() []Node { return []Node{n.Left, n.Right} }
func (n *Join) Partitions() int  { return n.Left.Partitions() }

func (n *Join) Elems() []reflect.Type {
	ts := append([]reflect.Type(nil), n.Left.Elems()...)
	if n.Type == LeftSemi || n.Type == LeftAnti {
		return ts
	}
	return append(ts, n.Right.Elems()[n.Keys:]...)
}

// Sort sorts each partition by a column; it is stable.
type Sort struct {
	*Origin
	Child Node
	Col   int
	Desc  bool
}

func (n *Sort) Children() []Node      { return []Node{n.Child} }
func (n *Sort) Partitions() int       { return n.Child.Partitions() }
func (n *Sort) Elems() []reflect.Type { return n.Child.Elems() }

// Zip puts two inputs with equal partitions side by side, row by row.
type Zip struct {
	*Origin
	Left, Right Node
}

func (n *Zip) Children() []Node { return []Node{n.Left, n.Right} }
func (n *Zip) Partitions() int  { return n.Left.Partitions() }
func (n *Zip) Elems() []reflect.Type {
	return append(append([]reflect.Type(nil), n.Left.Elems()...), n.Right.Elems()...)
}

// Cartesian is every pair of a left and a right row; partition i*m+j is of left partition i and right partition j.
type Cartesian struct {
	*Origin
	Left, Right Node
}

func (n *Cartesian) Children() []Node { return []Node{n.Left, n.Right} }
func (n *Cartesian) Partitions() int  { return n.Left.Partitions() * n.Right.Partitions() }
func (n *Cartesian) Elems() []reflect.Type {
	return append(append([]reflect.Type(nil), n.Left.Elems()...), n.Right.Elems()...)
}

// Cache keeps the rows of its child once they were computed. It is a node of its own, or the mark of its child (then both
// have the child's Origin).
type Cache struct {
	*Origin
	Child Node
	Level string // as the storage page shows it: "Memory Deserialized 1x Replicated"
	// Checkpoint, once set, ends lineage at the child: the cache is a checkpoint whose partitions are all there.
	Checkpoint atomic.Pointer[Origin]
}

func (n *Cache) Children() []Node      { return []Node{n.Child} }
func (n *Cache) Partitions() int       { return n.Child.Partitions() }
func (n *Cache) Elems() []reflect.Type { return n.Child.Elems() }

// Walk calls f for n and everything below it, a shared node once, children before parents.
func Walk(n Node, f func(Node)) {
	seen := map[Node]bool{}
	var walk func(Node)
	walk = func(n Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, c := range n.Children() {
			walk(c)
		}
		f(n)
	}
	walk(n)
}
