package logical

import "gospark/runtime/types"

// NamedTable is a table, view or common table expression by name.
type NamedTable struct {
	Common
	Parts     []string
	Options   map[string]string
	Streaming bool
}

// DataSource is rows read from files or a system.
type DataSource struct {
	Common
	Format    string
	Schema    *types.Type // nil: inferred
	Options   map[string]string
	Paths     []string
	Streaming bool
}

// LocalRelation is rows in memory: each row is one value per field, of the field's physical type.
type LocalRelation struct {
	Common
	Schema *types.Type
	Rows   [][]any
}

// Closed is a relation with what its names stood for where it was written, as a closure has its variables: a view that is
// replaced later does not change it. Names is the catalog of the analysis; Named and Positional are parameters' values.
type Closed struct {
	Common
	Input      Relation
	Names      any
	Named      map[string]Expression
	Positional []Expression
}

// OneRow is the input of a SELECT without FROM: one row without columns.
type OneRow struct{ Common }

// Values is an inline table, with expressions.
type Values struct {
	Common
	Rows [][]Expression
}

// SourceRelation is the rows of a source that has been opened already, such as an RDD's. Source is a resolved.Source.
type SourceRelation struct {
	Common
	Source any
}

// Range is bigint rows from Start until End.
type Range struct {
	Common
	Start, End, Step int64
	Partitions       int
}

// TableFunction is a table-valued function in FROM, or after LATERAL.
type TableFunction struct {
	Common
	Name string
	Args []Expression
}

// Project computes columns. Pipe is the operator behind |> that it was written with, if any: SELECT, EXTEND, SET and DROP
// refuse aggregate functions.
type Project struct {
	Common
	Input Relation
	Exprs []Expression
	Pipe  string
}

// WithColumns adds or replaces columns.
type WithColumns struct {
	Common
	Input   Relation
	Aliases []*Alias
}

// WithColumnsRenamed renames columns that exist.
type WithColumnsRenamed struct {
	Common
	Input Relation
	Names map[string]string
}

// ToDF renames all columns by position.
type ToDF struct {
	Common
	Input Relation
	Names []string
}

// ToSchema casts and reorders columns to a schema.
type ToSchema struct {
	Common
	Input  Relation
	Schema *types.Type
}

// Drop leaves columns out; names that are not there are ignored.
type Drop struct {
	Common
	Input Relation
	Exprs []Expression
	Names []string
}

// Filter keeps the rows for which Condition is true. Qualify says that it is a QUALIFY clause: window functions may stand
// in the condition, and the columns of the SELECT as well as of its input.
type Filter struct {
	Common
	Input     Relation
	Condition Expression
	Qualify   bool
}

// JoinType is a kind of join.
type JoinType int

const (
	InnerJoin JoinType = iota
	LeftOuterJoin
	RightOuterJoin
	FullOuterJoin
	LeftSemiJoin
	LeftAntiJoin
	CrossJoin
)

// Join joins two relations on a condition, on columns of the same name (Using), or on all common names (Natural). With
// Lateral the right side may use the left side's columns.
type Join struct {
	Common
	Left, Right Relation
	Type        JoinType
	Condition   Expression
	Using       []string
	Natural     bool
	Lateral     bool
}

// SetKind is a set operation.
type SetKind int

const (
	Union SetKind = iota
	Intersect
	Except
)

// SetOperation combines rows of two relations by position, or by name.
type SetOperation struct {
	Common
	Left, Right         Relation
	Kind                SetKind
	All                 bool
	ByName              bool
	AllowMissingColumns bool
}

// Sort orders rows, of each partition only unless Global.
type Sort struct {
	Common
	Input  Relation
	Order  []*SortOrder
	All    bool // ORDER BY ALL
	AllDir *SortOrder
	Global bool
}

// Limit keeps the first rows, Offset leaves them out, Tail keeps the last.
type Limit struct {
	Common
	Input Relation
	Count Expression
}

type Offset struct {
	Common
	Input Relation
	Count Expression
}

type Tail struct {
	Common
	Input Relation
	Count Expression
}

// GroupKind is the form of a GROUP BY.
type GroupKind int

const (
	GroupBy GroupKind = iota
	Rollup
	Cube
	GroupingSets
	GroupByAll
	Pivot
)

// Aggregate groups rows. Aggregates are the output columns, as they stand in SELECT; with FromAPI the grouping columns
// are put in front, as df.GroupBy().Agg() does. Grouping elements may themselves be rollup(…), cube(…) and
// grouping_sets(…) functions in SQL.
type Aggregate struct {
	Common
	Input      Relation
	Kind       GroupKind
	Grouping   []Expression
	Sets       [][]Expression
	Aggregates []Expression
	Having     Expression
	FromAPI    bool
	PivotCol   Expression
	PivotVals  []Expression // aliases name the columns; empty: all distinct values
}

// Unpivot turns columns into rows.
type Unpivot struct {
	Common
	Input        Relation
	IDs          []Expression
	HasIDs       bool
	Values       [][]Expression // groups of value columns
	Aliases      []string       // names of the groups in the variable column; "" is the default
	VariableName string
	ValueNames   []string
	IncludeNulls bool
}

// LateralView is LATERAL VIEW [OUTER] generator table AS columns.
type LateralView struct {
	Common
	Input     Relation
	Generator *UnresolvedFunction
	Outer     bool
	Table     string
	Columns   []string
}

// UnnamedQuery is the name of a query in FROM that was given none.
const UnnamedQuery = "__auto_generated_subquery_name"

// SubqueryAlias names a relation, and its columns if Columns is set.
type SubqueryAlias struct {
	Common
	Input   Relation
	Name    string
	Columns []string
}

// With defines common table expressions for Input.
type With struct {
	Common
	Input     Relation
	Names     []string
	Tables    []*SubqueryAlias
	Recursive bool
}

// NamedWindows is the WINDOW clause of a SELECT.
type NamedWindows struct {
	Common
	Input   Relation
	Windows map[string]*Window
}

// Deduplicate keeps one row of each distinct combination of columns; none given: all.
type Deduplicate struct {
	Common
	Input           Relation
	Columns         []string
	WithinWatermark bool
}

// Sample keeps rows at random. A fraction from Lower to Upper, or Rows rows, or bucket numbers turned into fractions.
type Sample struct {
	Common
	Input           Relation
	Lower, Upper    float64
	WithReplacement bool
	Seed            *int64
}

// Repartition moves rows: by expressions (hash, or range), or round robin; without Shuffle partitions are put together.
type Repartition struct {
	Common
	Input   Relation
	N       int
	Exprs   []Expression
	Range   bool
	Shuffle bool
}

// Hint is accepted and passed to the planner.
type Hint struct {
	Common
	Input Relation
	Name  string
	Args  []Expression
}

// WithWatermark declares how late rows of a stream may be.
type WithWatermark struct {
	Common
	Input     Relation
	EventTime string
	Delay     string
}

// CollectMetrics observes aggregates of the rows that pass.
type CollectMetrics struct {
	Common
	Input   Relation
	Name    string
	Metrics []Expression
}

// NAFill, NADrop and NAReplace treat nulls.
type NAFill struct {
	Common
	Input   Relation
	Columns []string
	Values  []*Literal // one for all columns, or one each
}

type NADrop struct {
	Common
	Input       Relation
	Columns     []string
	MinNonNulls int // 0: all
}

type NAReplace struct {
	Common
	Input    Relation
	Columns  []string
	Old, New []*Literal
}

// Describe is df.Describe and df.Summary: statistics of columns as text.
type Describe struct {
	Common
	Input      Relation
	Columns    []string
	Statistics []string
}

// TypedMap, TypedFilter and TypedFlatMap apply a Go function over rows as structs or column values.
type TypedMap struct {
	Common
	Input Relation
	Fn    any
	Kind  TypedKind
}

// TypedKind says what a typed function does with a row.
type TypedKind int

const (
	MapRows TypedKind = iota
	FlatMapRows
	FilterRows
	KeyRows // puts columns in front of the row
)

// GroupsWithState calls a Go function for the rows of each key, which is the first column, with what it has kept of the
// key. Fn says what it yields, and is what the engine calls.
type GroupsWithState struct {
	Common
	Input     Relation
	Fn        any
	Timeout   GroupTimeout
	Map       bool // one row a key
	Update    bool // rows take the place of earlier ones of the key
	Processor bool // transformWithState
}

// GroupTimeout says by which time keys time out.
type GroupTimeout int

const (
	NoTimeout GroupTimeout = iota
	ProcessingTimeTimeout
	EventTimeTimeout
)

func (r *NamedTable) Inputs() []Relation         { return nil }
func (r *DataSource) Inputs() []Relation         { return nil }
func (r *LocalRelation) Inputs() []Relation      { return nil }
func (r *OneRow) Inputs() []Relation             { return nil }
func (r *SourceRelation) Inputs() []Relation     { return nil }
func (r *Closed) Inputs() []Relation             { return []Relation{r.Input} }
func (r *Values) Inputs() []Relation             { return nil }
func (r *Range) Inputs() []Relation              { return nil }
func (r *TableFunction) Inputs() []Relation      { return nil }
func (r *Project) Inputs() []Relation            { return []Relation{r.Input} }
func (r *WithColumns) Inputs() []Relation        { return []Relation{r.Input} }
func (r *WithColumnsRenamed) Inputs() []Relation { return []Relation{r.Input} }
func (r *ToDF) Inputs() []Relation               { return []Relation{r.Input} }
func (r *ToSchema) Inputs() []Relation           { return []Relation{r.Input} }
func (r *Drop) Inputs() []Relation               { return []Relation{r.Input} }
func (r *Filter) Inputs() []Relation             { return []Relation{r.Input} }
func (r *Join) Inputs() []Relation               { return []Relation{r.Left, r.Right} }
func (r *SetOperation) Inputs() []Relation       { return []Relation{r.Left, r.Right} }
func (r *Sort) Inputs() []Relation               { return []Relation{r.Input} }
func (r *Limit) Inputs() []Relation              { return []Relation{r.Input} }
func (r *Offset) Inputs() []Relation             { return []Relation{r.Input} }
func (r *Tail) Inputs() []Relation               { return []Relation{r.Input} }
func (r *Aggregate) Inputs() []Relation          { return []Relation{r.Input} }
func (r *Unpivot) Inputs() []Relation            { return []Relation{r.Input} }
func (r *LateralView) Inputs() []Relation        { return []Relation{r.Input} }
func (r *SubqueryAlias) Inputs() []Relation      { return []Relation{r.Input} }
func (r *NamedWindows) Inputs() []Relation       { return []Relation{r.Input} }
func (r *Deduplicate) Inputs() []Relation        { return []Relation{r.Input} }
func (r *Sample) Inputs() []Relation             { return []Relation{r.Input} }
func (r *Repartition) Inputs() []Relation        { return []Relation{r.Input} }
func (r *Hint) Inputs() []Relation               { return []Relation{r.Input} }
func (r *WithWatermark) Inputs() []Relation      { return []Relation{r.Input} }
func (r *CollectMetrics) Inputs() []Relation     { return []Relation{r.Input} }
func (r *NAFill) Inputs() []Relation             { return []Relation{r.Input} }
func (r *NADrop) Inputs() []Relation             { return []Relation{r.Input} }
func (r *NAReplace) Inputs() []Relation          { return []Relation{r.Input} }
func (r *Describe) Inputs() []Relation           { return []Relation{r.Input} }
func (r *TypedMap) Inputs() []Relation           { return []Relation{r.Input} }
func (r *GroupsWithState) Inputs() []Relation    { return []Relation{r.Input} }

func (r *With) Inputs() []Relation {
	rs := []Relation{r.Input}
	for _, t := range r.Tables {
		rs = append(rs, t)
	}
	return rs
}
