package resolved

import (
	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// LocalRelation is rows in memory: one value per attribute, of its physical type. A SELECT without FROM reads one row
// without columns.
type LocalRelation struct {
	leaf
	Attrs []*expr.Attr
	Rows  [][]any
}

// Range is bigint rows from Start until End, in so many partitions (0: the session's default).
type Range struct {
	leaf
	Attr             *expr.Attr
	Start, End, Step int64
	Partitions       int
}

// A Source is what a catalog has behind a name: files, a stream, rows that are kept. The planner knows what it can be.
type Source interface {
	// Schema is the columns, a struct.
	Schema() *types.Type
	// String describes the source in plans.
	String() string
}

// Scan reads a source. Columns are the positions, in the source's schema, of the attributes: the optimizer takes away
// what nobody needs. Filters are conditions that the source may use to leave rows out; a Filter above is still there.
type Scan struct {
	leaf
	Source    Source
	Attrs     []*expr.Attr
	Columns   []int
	Filters   []expr.Expr
	Streaming bool
}

// IsStreaming says whether a relation reads a stream.
func IsStreaming(r Relation) bool {
	if s, ok := r.(*Scan); ok {
		return s.Streaming
	}
	for _, c := range r.Inputs() {
		if IsStreaming(c) {
			return true
		}
	}
	return false
}

// Cached is a relation whose rows are kept after they have been computed once. Attrs are, by position, the columns of
// Input, which is planned only when the rows are not there.
type Cached struct {
	leaf
	Attrs []*expr.Attr
	Input Relation
	Key   int64 // the plan id of the DataFrame that was cached
}

// RecursiveRef is the rows that the last step of the [Recursive] relation of the same key has made.
type RecursiveRef struct {
	leaf
	Key   int64
	Attrs []*expr.Attr
}

// Recursive starts with the rows of Anchor, and adds those of Step until there are none. Columns go by position.
// MaxDepth steps or MaxRows rows are an error (negative: unlimited), unless a Limit above has enough with fewer.
type Recursive struct {
	noExprs
	Key          int64
	Anchor, Step Relation
	Attrs        []*expr.Attr
	Distinct     bool // UNION: a row that was there before is not added again
	Name         string
	MaxDepth     int
	MaxRows      int64
}

func (r *LocalRelation) Output() []*expr.Attr { return r.Attrs }
func (r *Range) Output() []*expr.Attr         { return []*expr.Attr{r.Attr} }
func (r *Scan) Output() []*expr.Attr          { return r.Attrs }
func (r *Cached) Output() []*expr.Attr        { return r.Attrs }
func (r *RecursiveRef) Output() []*expr.Attr  { return r.Attrs }
func (r *Recursive) Output() []*expr.Attr     { return r.Attrs }

func (r *Recursive) Inputs() []Relation { return []Relation{r.Anchor, r.Step} }

func (r *LocalRelation) WithInputs([]Relation) Relation { return r }
func (r *Range) WithInputs([]Relation) Relation         { return r }
func (r *Scan) WithInputs([]Relation) Relation          { return r }
func (r *Cached) WithInputs([]Relation) Relation        { return r }
func (r *RecursiveRef) WithInputs([]Relation) Relation  { return r }

func (r *Recursive) WithInputs(in []Relation) Relation {
	s := *r
	s.Anchor, s.Step = in[0], in[1]
	return &s
}

func (r *LocalRelation) WithExprs([]expr.Expr) Relation { return r }
func (r *Range) WithExprs([]expr.Expr) Relation         { return r }
func (r *Scan) WithExprs([]expr.Expr) Relation          { return r }
func (r *Cached) WithExprs([]expr.Expr) Relation        { return r }
func (r *RecursiveRef) WithExprs([]expr.Expr) Relation  { return r }
func (r *Recursive) WithExprs([]expr.Expr) Relation     { return r }
