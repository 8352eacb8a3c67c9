package resolved

import "gospark/runtime/expr"

// Sort orders rows, stably; those of each partition only unless Global.
type Sort struct {
	Input  Relation
	Order  []expr.SortKey
	Global bool
}

// Limit keeps the first rows.
type Limit struct {
	noExprs
	Input Relation
	N     int64
}

// Offset leaves out the first rows.
type Offset struct {
	noExprs
	Input Relation
	N     int64
}

// Tail keeps the last rows.
type Tail struct {
	noExprs
	Input Relation
	N     int64
}

// Repartition moves rows to N partitions (0: the session's default). By says where to, by hash or, with Range, in order;
// none: round robin. Without Shuffle partitions are only put together.
type Repartition struct {
	Input   Relation
	N       int
	By      []expr.SortKey
	Range   bool
	Shuffle bool
}

func (r *Sort) Output() []*expr.Attr        { return r.Input.Output() }
func (r *Limit) Output() []*expr.Attr       { return r.Input.Output() }
func (r *Offset) Output() []*expr.Attr      { return r.Input.Output() }
func (r *Tail) Output() []*expr.Attr        { return r.Input.Output() }
func (r *Repartition) Output() []*expr.Attr { return r.Input.Output() }

func (r *Sort) Inputs() []Relation        { return []Relation{r.Input} }
func (r *Limit) Inputs() []Relation       { return []Relation{r.Input} }
func (r *Offset) Inputs() []Relation      { return []Relation{r.Input} }
func (r *Tail) Inputs() []Relation        { return []Relation{r.Input} }
func (r *Repartition) Inputs() []Relation { return []Relation{r.Input} }

func (r *Sort) WithInputs(in []Relation) Relation        { s := *r; s.Input = in[0]; return &s }
func (r *Limit) WithInputs(in []Relation) Relation       { return &Limit{Input: in[0], N: r.N} }
func (r *Offset) WithInputs(in []Relation) Relation      { return &Offset{Input: in[0], N: r.N} }
func (r *Tail) WithInputs(in []Relation) Relation        { return &Tail{Input: in[0], N: r.N} }
func (r *Repartition) WithInputs(in []Relation) Relation { s := *r; s.Input = in[0]; return &s }

func (r *Sort) Exprs() []expr.Expr        { return keyExprs(r.Order) }
func (r *Repartition) Exprs() []expr.Expr { return keyExprs(r.By) }

func (r *Sort) WithExprs(es []expr.Expr) Relation {
	s := *r
	s.Order = withKeyExprs(r.Order, es)
	return &s
}
func (r *Limit) WithExprs([]expr.Expr) Relation  { return r }
func (r *Offset) WithExprs([]expr.Expr) Relation { return r }
func (r *Tail) WithExprs([]expr.Expr) Relation   { return r }
func (r *Repartition) WithExprs(es []expr.Expr) Relation {
	s := *r
	s.By = withKeyExprs(r.By, es)
	return &s
}

func keyExprs(keys []expr.SortKey) []expr.Expr {
	es := make([]expr.Expr, len(keys))
	for i, k := range keys {
		es[i] = k.Child
	}
	return es
}

func withKeyExprs(keys []expr.SortKey, es []expr.Expr) []expr.SortKey {
	out := append([]expr.SortKey(nil), keys...)
	for i := range out {
		out[i].Child = es[i]
	}
	return out
}
