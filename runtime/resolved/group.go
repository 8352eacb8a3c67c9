package resolved

import "gospark/runtime/expr"

// Aggregate groups rows. The columns are the grouping expressions and then the aggregates. Without grouping there is
// one group, also of no rows.
//
// With Session, Grouping[Session] is a struct of start and end: rows of groups equal in the other expressions whose
// intervals [start, end) overlap are one group, and the column is the interval that covers them. Pivot says that the query asked for a PIVOT.
type Aggregate struct {
	Input    Relation
	Grouping []expr.Expr
	Aggs     []expr.Expr
	Session  int // position in Grouping, -1: none
	Pivot    bool
}

// Window adds the columns of window functions to the rows of each partition. All calls have the same partition and
// order.
type Window struct {
	Input Relation
	Calls []expr.Expr
}

// Partition and Order are what the calls have in common.
func (r *Window) Partition() []expr.Expr { return r.call().Partition }
func (r *Window) Order() []expr.SortKey  { return r.call().Order }
func (r *Window) call() *expr.WindowCall { return r.Calls[0].(*expr.Alias).Child.(*expr.WindowCall) }

// Distinct leaves out rows that are equal to an earlier one.
type Distinct struct {
	noExprs
	Input Relation
}

// Deduplicate keeps one row, the first that comes, of those equal in Keys.
type Deduplicate struct {
	noExprs
	Input           Relation
	Keys            []*expr.Attr
	WithinWatermark bool
}

func (r *Aggregate) Output() []*expr.Attr   { return append(named(r.Grouping), named(r.Aggs)...) }
func (r *Distinct) Output() []*expr.Attr    { return r.Input.Output() }
func (r *Deduplicate) Output() []*expr.Attr { return r.Input.Output() }

func (r *Window) Output() []*expr.Attr {
	return append(append([]*expr.Attr(nil), r.Input.Output()...), named(r.Calls)...)
}

func (r *Aggregate) Inputs() []Relation   { return []Relation{r.Input} }
func (r *Window) Inputs() []Relation      { return []Relation{r.Input} }
func (r *Distinct) Inputs() []Relation    { return []Relation{r.Input} }
func (r *Deduplicate) Inputs() []Relation { return []Relation{r.Input} }

func (r *Aggregate) WithInputs(in []Relation) Relation { s := *r; s.Input = in[0]; return &s }
func (r *Window) WithInputs(in []Relation) Relation {
	return &Window{Input: in[0], Calls: r.Calls}
}
func (r *Distinct) WithInputs(in []Relation) Relation    { return &Distinct{Input: in[0]} }
func (r *Deduplicate) WithInputs(in []Relation) Relation { s := *r; s.Input = in[0]; return &s }

func (r *Window) Exprs() []expr.Expr { return r.Calls }
func (r *Aggregate) Exprs() []expr.Expr {
	return append(append([]expr.Expr(nil), r.Grouping...), r.Aggs...)
}

func (r *Aggregate) WithExprs(es []expr.Expr) Relation {
	s := *r
	n := len(r.Grouping)
	s.Grouping, s.Aggs = es[:n:n], es[n:]
	return &s
}
func (r *Window) WithExprs(es []expr.Expr) Relation   { return &Window{Input: r.Input, Calls: es} }
func (r *Distinct) WithExprs([]expr.Expr) Relation    { return r }
func (r *Deduplicate) WithExprs([]expr.Expr) Relation { return r }
