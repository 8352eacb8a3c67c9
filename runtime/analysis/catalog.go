package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// A Catalog says what names stand for. The session implements it, with [Memory]. Methods may be called by several
// goroutines at once.
type Catalog interface {
	// Table finds a relation by a name of one to three parts; nil, nil if there is none. An error says why a relation
	// that is there cannot be used.
	Table(parts []string) (*Table, error)
	// Function is the function a user has registered under a name, nil if there is none.
	Function(name string) Function
	// Current is the database in use.
	Current() string
	// HasDatabase says whether there is a database of the name.
	HasDatabase(name string) bool
	// Open finds the schema of files or of a system, as spark.Read and spark.ReadStream do.
	Open(ds *logical.DataSource) (resolved.Source, error)
	// Cached says whether the rows of the relation with the plan id are to be kept.
	Cached(planID int64) bool
}

// A Table is what a name of a relation stands for: a view, or a table with a source.
type Table struct {
	// Name is the whole name, by whose end columns may be qualified.
	Name []string
	// View is the query of a view; Columns are other names for its columns, if there are any.
	View    logical.Relation
	Columns []string
	// Names is what names in View stand for; nil: what they stand for where the view is used.
	Names Catalog
	// Source is the rows of a table that is not a view.
	Source    resolved.Source
	Streaming bool
	// PlanID is the id under which the rows of Source may be kept; a view's is that of View.
	PlanID int64
}

// A Function is registered by a user. Call makes the expression of a call with arguments that are resolved.
type Function interface {
	Call(name string, args []expr.Expr, o expr.Options) (expr.Expr, error)
}
