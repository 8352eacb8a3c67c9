package resolved

import "gospark/runtime/expr"

// Project computes columns of each row.
type Project struct {
	Input Relation
	Cols  []expr.Expr
}

// Filter keeps the rows for which Condition is true.
type Filter struct {
	Input     Relation
	Condition expr.Expr
}

// Expand makes several rows of each: one for each projection. Attrs name the columns. Grouping sets, UNPIVOT and
// sliding time windows need it.
type Expand struct {
	Input       Relation
	Projections [][]expr.Expr
	Attrs       []*expr.Attr
}

// Generate makes rows of each row by a generator. The columns are those of the input and then those of the generator.
// With Gen.Outer a row for which the generator makes nothing stays, with nulls.
type Generate struct {
	Input Relation
	Gen   *expr.Generate
	Attrs []*expr.Attr
}

// Sample keeps rows at random: those whose number in [0, 1) is from Lower to Upper, or with replacement a Poisson number
// of copies with mean Upper - Lower.
type Sample struct {
	noExprs
	Input           Relation
	Lower, Upper    float64
	WithReplacement bool
	Seed            int64
}

// WithWatermark declares how late, in µs, the rows of a stream may be.
type WithWatermark struct {
	noExprs
	Input  Relation
	Column *expr.Attr // the time, or a window struct of it
	Delay  int64
}

// CollectMetrics computes aggregates of the rows that pass. Metrics are *expr.Alias of expressions of *expr.Agg.
type CollectMetrics struct {
	Input   Relation
	Name    string
	Metrics []expr.Expr
}

// Typed applies a Go function to rows. What the function takes and yields has been checked by whoever made the
// relation; Fn is the session's own.
type Typed struct {
	noExprs
	Input Relation
	Fn    any
	Kind  TypedKind
	Attrs []*expr.Attr
}

// TypedKind says what a typed function does with a row.
type TypedKind int

const (
	MapRows TypedKind = iota
	FlatMapRows
	FilterRows
	KeyRows // puts columns in front of the input's
)

func (r *Project) Output() []*expr.Attr        { return named(r.Cols) }
func (r *Filter) Output() []*expr.Attr         { return r.Input.Output() }
func (r *Expand) Output() []*expr.Attr         { return r.Attrs }
func (r *Sample) Output() []*expr.Attr         { return r.Input.Output() }
func (r *CollectMetrics) Output() []*expr.Attr { return r.Input.Output() }
func (r *Typed) Output() []*expr.Attr          { return r.Attrs }

func (r *Generate) Output() []*expr.Attr {
	return append(append([]*expr.Attr(nil), r.Input.Output()...), r.Attrs...)
}

// WatermarkKey is the key of an attribute's metadata under which its delay stands, in ms: Spark's.
const WatermarkKey = "spark.watermarkDelayMs"

// Output marks the column, so that operators above know it.
func (r *WithWatermark) Output() []*expr.Attr {
	out := append([]*expr.Attr(nil), r.Input.Output()...)
	for i, a := range out {
		if a.ID != r.Column.ID && a.Metadata[WatermarkKey] == nil {
			continue
		}
		b := *a
		b.Metadata = map[string]any{}
		for k, v := range a.Metadata {
			b.Metadata[k] = v
		}
		delete(b.Metadata, WatermarkKey) // a second watermark takes the place of the first
		if a.ID == r.Column.ID {
			b.Metadata[WatermarkKey] = r.Delay / 1000
		}
		out[i] = &b
	}
	return out
}

func (r *Project) Inputs() []Relation        { return []Relation{r.Input} }
func (r *Filter) Inputs() []Relation         { return []Relation{r.Input} }
func (r *Expand) Inputs() []Relation         { return []Relation{r.Input} }
func (r *Generate) Inputs() []Relation       { return []Relation{r.Input} }
func (r *Sample) Inputs() []Relation         { return []Relation{r.Input} }
func (r *WithWatermark) Inputs() []Relation  { return []Relation{r.Input} }
func (r *CollectMetrics) Inputs() []Relation { return []Relation{r.Input} }
func (r *Typed) Inputs() []Relation          { return []Relation{r.Input} }

func (r *Project) WithInputs(in []Relation) Relation {
	return &Project{Input: in[0], Cols: r.Cols}
}
func (r *Filter) WithInputs(in []Relation) Relation {
	return &Filter{Input: in[0], Condition: r.Condition}
}
func (r *Expand) WithInputs(in []Relation) Relation   { s := *r; s.Input = in[0]; return &s }
func (r *Generate) WithInputs(in []Relation) Relation { s := *r; s.Input = in[0]; return &s }
func (r *Sample) WithInputs(in []Relation) Relation   { s := *r; s.Input = in[0]; return &s }
func (r *WithWatermark) WithInputs(in []Relation) Relation {
	s := *r
	s.Input = in[0]
	return &s
}
func (r *CollectMetrics) WithInputs(in []Relation) Relation {
	s := *r
	s.Input = in[0]
	return &s
}
func (r *Typed) WithInputs(in []Relation) Relation { s := *r; s.Input = in[0]; return &s }

func (r *Project) Exprs() []expr.Expr        { return r.Cols }
func (r *Filter) Exprs() []expr.Expr         { return []expr.Expr{r.Condition} }
func (r *Generate) Exprs() []expr.Expr       { return []expr.Expr{r.Gen} }
func (r *CollectMetrics) Exprs() []expr.Expr { return r.Metrics }

func (r *Expand) Exprs() []expr.Expr {
	var es []expr.Expr
	for _, p := range r.Projections {
		es = append(es, p...)
	}
	return es
}

func (r *Project) WithExprs(es []expr.Expr) Relation { return &Project{Input: r.Input, Cols: es} }
func (r *Filter) WithExprs(es []expr.Expr) Relation {
	return &Filter{Input: r.Input, Condition: es[0]}
}

func (r *Expand) WithExprs(es []expr.Expr) Relation {
	s := *r
	s.Projections = make([][]expr.Expr, len(r.Projections))
	n := len(r.Attrs)
	for i := range s.Projections {
		s.Projections[i] = es[i*n : (i+1)*n : (i+1)*n]
	}
	return &s
}

func (r *Generate) WithExprs(es []expr.Expr) Relation {
	s := *r
	s.Gen = es[0].(*expr.Generate)
	return &s
}
func (r *Sample) WithExprs([]expr.Expr) Relation        { return r }
func (r *WithWatermark) WithExprs([]expr.Expr) Relation { return r }
func (r *CollectMetrics) WithExprs(es []expr.Expr) Relation {
	s := *r
	s.Metrics = es
	return &s
}
func (r *Typed) WithExprs([]expr.Expr) Relation { return r }
