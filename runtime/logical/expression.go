package logical

import "gospark/runtime/types"

// Literal is a constant. Value is of the type's physical Go type (package types), nil for NULL; arrays are []any, maps
// and structs types.MapValue and types.Row.
type Literal struct {
	Base
	Value any
	Type  *types.Type
}

// UnresolvedAttribute names a column: a, t.a, db.t.a, a.field. PlanID, if not 0, is the relation it was taken from.
type UnresolvedAttribute struct {
	Base
	Parts  []string
	PlanID int64
}

// UnresolvedFunction calls a function, operators included ("+", "and", "between", "case", "in", "like", …), by its SQL
// name in lower case.
type UnresolvedFunction struct {
	Base
	Name        string
	Parts       []string // the name as it was written; nil where the grammar or the API names the function
	Args        []Expression
	Distinct    bool
	Filter      Expression
	IgnoreNulls bool
	RespectNull bool
	WithinGroup []*SortOrder
	// Internal says that the name is the API's own and is not looked up among the user's functions.
	Internal bool
}

// ExpressionString is an expression in SQL text, as Expr("a + 1") gives it.
type ExpressionString struct {
	Base
	Text string
}

// UnresolvedStar is *, t.*, s.*. Except and Replace narrow it.
type UnresolvedStar struct {
	Base
	Target  []string
	Except  [][]string
	Replace []*Alias
	PlanID  int64
}

// UnresolvedRegex is the columns whose name matches.
type UnresolvedRegex struct {
	Base
	Pattern string
	PlanID  int64
}

// Alias names an expression; several names for a generator or a struct's expansion.
type Alias struct {
	Base
	Child    Expression
	Names    []string
	Metadata map[string]any
}

// Cast converts to a type. Try yields NULL where the conversion fails.
type Cast struct {
	Base
	Child Expression
	Type  *types.Type
	Try   bool
}

// SortOrder is an element of ORDER BY. NullsFirst is set by the parser to the direction's default.
type SortOrder struct {
	Base
	Child      Expression
	Descending bool
	NullsFirst bool
}

// LambdaFunction is (x, y) -> body.
type LambdaFunction struct {
	Base
	Args []string
	Body Expression
}

// LambdaVariable is a use of a lambda's argument made by the API; in SQL text it is an UnresolvedAttribute.
type LambdaVariable struct {
	Base
	Name string
}

// Window is a function over a window of rows. Name refers to a WINDOW clause.
type Window struct {
	Base
	Func      Expression
	Partition []Expression
	Order     []*SortOrder
	Frame     *Frame
	Name      string
}

// A Frame bounds a window. A nil bound with Unbounded false is the current row.
type Frame struct {
	Rows         bool // else RANGE
	Lower, Upper Bound
}

// A Bound is one end of a frame.
type Bound struct {
	Unbounded  bool
	CurrentRow bool
	Value      Expression // an offset; negative is preceding
	Away       bool       // unbounded in the direction in which the other end is, which is an error
}

// UnresolvedExtractValue is child[extraction], child.extraction.
type UnresolvedExtractValue struct {
	Base
	Child      Expression
	Extraction Expression
}

// UpdateFields sets or drops a field of a struct; Value nil drops.
type UpdateFields struct {
	Base
	Struct Expression
	Field  string
	Value  Expression
}

// SubqueryKind is a use of a query inside an expression.
type SubqueryKind int

const (
	ScalarSubquery SubqueryKind = iota
	ExistsSubquery
	InSubquery
)

// SubqueryExpression is a query inside an expression; Values are the left side of IN.
type SubqueryExpression struct {
	Base
	Kind   SubqueryKind
	Query  Relation
	Values []Expression
}

// TableArgument is a table given to a table-valued function: TABLE t [WITH SINGLE PARTITION | PARTITION BY …] [ORDER BY …].
type TableArgument struct {
	Base
	Query     Relation
	Single    bool
	Partition []Expression
	Order     []*SortOrder
}

// Outer is a column of the query around a subquery or of the left side of a lateral join: Col("a").Outer().
type Outer struct {
	Base
	Child Expression
}

// Parameter is a marker :name or ?; Position counts the latter from 0.
type Parameter struct {
	Base
	Name     string
	Position int
}

// NamedArgument is name => value.
type NamedArgument struct {
	Base
	Name  string
	Value Expression
}

// GoFunction calls a user's Go function on columns; Fn is checked by the analysis.
type GoFunction struct {
	Base
	Name string
	Fn   any
	Args []Expression
}
