// Package analysis finds out what the names of a query stand for and which types its expressions have: it makes of an
// unresolved relation (package logical) a resolved one (package resolved), or says what is wrong with it in Spark's words.
//
// [Analyzer.Analyze] walks the relation bottom up, once. A relation that has been resolved is a scope: the resolved
// relation, and the names its columns can be called by. Expressions are resolved against a scope by names, which also
// knows what else may be called there: lateral aliases, parameters of lambdas, columns of the query around a subquery,
// and, under ORDER BY and HAVING, what is beneath SELECT.
//
// A query with subqueries in its expressions is made flat before it is handed out: see decorrelate.go.
//
// Inside the package a mistake is a panic with a *condition.Error, which Analyze catches.
package analysis

import (
	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// Settings are what the meaning of a query depends on besides the catalog. The zero value is Spark's defaults.
type Settings struct {
	Legacy        bool          // spark.sql.ansi.enabled=false
	CaseSensitive bool          // spark.sql.caseSensitive
	Context       *expr.Context // what constants are computed with: zone, time, user
	Parser        *sql.Parser   // of expressions in text
	MaxPivot      int           // spark.sql.pivotMaxValues, 0: 10000
	// Args are the values of :name parameters, Positional those of ? ones.
	Args       map[string]logical.Expression
	Positional []logical.Expression
	// PivotValues computes the values of a pivot column that has no list of them: it runs a query with one column.
	PivotValues func(r resolved.Relation) ([]any, error)
}

// An Analyzer resolves relations. It may be used by several goroutines at once.
type Analyzer struct {
	Catalog Catalog
	Settings
}

// Analyze resolves a relation. Commands have no rows and are not for it. The error is a *condition.Error.
func (a *Analyzer) Analyze(r logical.Relation) (rel resolved.Relation, err error) {
	defer condition.Catch(&err)
	s := a.resolver().relation(r, &env{catalog: a.Catalog})
	return only(s), nil
}

// Schema is the columns of a relation.
func (a *Analyzer) Schema(r logical.Relation) (*types.Type, error) {
	rel, err := a.Analyze(r)
	if err != nil {
		return nil, err
	}
	return SchemaOf(rel), nil
}

// SchemaOf is the columns of a resolved relation as a struct.
func SchemaOf(r resolved.Relation) *types.Type {
	out := r.Output()
	fields := make([]types.Field, len(out))
	for i, a := range out {
		fields[i] = types.Field{Name: a.Name, Type: a.Typ, Nullable: a.Null, Metadata: a.Metadata}
	}
	return types.StructOf(fields...)
}

// Expression resolves an expression without columns, as SET and the arguments of commands have them.
func (a *Analyzer) Expression(e logical.Expression) (out expr.Expr, err error) {
	defer condition.Catch(&err)
	r := a.resolver()
	return r.names(leafScope(oneRow()), &env{catalog: a.Catalog}).resolve(e), nil
}

func (a *Analyzer) resolver() *resolver {
	b := *a
	if b.Context == nil {
		b.Context = &expr.Context{}
	}
	if b.Parser == nil {
		b.Parser = &sql.Parser{}
	}
	if b.MaxPivot == 0 {
		b.MaxPivot = 10000
	}
	return &resolver{Analyzer: &b}
}

// A resolver is one analysis.
type resolver struct {
	*Analyzer
	views []string // being resolved, by their names
	// aliasIDs are the columns that names of relations stand for, for hints.
	aliasIDs map[string]map[int64]bool
}

// env is what is around a relation: what its names refer to besides its inputs.
type env struct {
	catalog Catalog
	ctes    *cte
	outer   *outer
	windows map[string]*logical.Window
}

// with is a copy of the environment that may be changed.
func (e *env) with() *env {
	f := *e
	return &f
}

func oneRow() resolved.Relation { return &resolved.LocalRelation{Rows: [][]any{{}}} }

// only leaves out columns that nobody can name: those beneath that were only computed with.
func only(s *scope) resolved.Relation {
	out := s.rel.Output()
	if len(out) == len(s.cols) {
		same := true
		for i, a := range s.cols {
			same = same && out[i].ID == a.ID && out[i].Name == a.Name
		}
		if same {
			return s.rel
		}
	}
	return project(s.rel, attrExprs(s.cols))
}

func project(in resolved.Relation, cols []expr.Expr) *resolved.Project {
	return &resolved.Project{Input: in, Cols: cols}
}

func attrExprs(as []*expr.Attr) []expr.Expr {
	es := make([]expr.Expr, len(as))
	for i, a := range as {
		es[i] = a
	}
	return es
}

// alias names an expression anew.
func alias(e expr.Expr, name string) *expr.Alias {
	if a, ok := e.(*expr.Alias); ok {
		return &expr.Alias{ID: expr.NextID(), Name: name, Child: a.Child, Metadata: a.Metadata}
	}
	out := &expr.Alias{ID: expr.NextID(), Name: name, Child: e}
	if a, ok := e.(*expr.Attr); ok {
		out.Metadata = a.Metadata
	} else {
		out.Metadata = watermarkOf(e)
	}
	return out
}
