package logical

import "gospark/runtime/types"

type isCommand struct{ Common }

func (*isCommand) command()           {}
func (*isCommand) Inputs() []Relation { return nil }

// CreateView defines a temporary view.
type CreateView struct {
	isCommand
	Name        []string
	Columns     []string
	Replace     bool
	IfNotExists bool
	Global      bool
	Query       Relation
}

// CreateTable makes a table over files, filled from Query if there is one.
type CreateTable struct {
	isCommand
	Name        []string
	Schema      *types.Type
	Format      string
	Options     map[string]string
	Location    string
	PartitionBy []string
	IfNotExists bool
	Replace     bool
	Query       Relation
}

// DropTable drops a table or view.
type DropTable struct {
	isCommand
	Name     []string
	View     bool
	IfExists bool
}

// InsertInto appends to a table, or overwrites it.
type InsertInto struct {
	isCommand
	Table     []string
	Columns   []string
	Overwrite bool
	ByName    bool
	Query     Relation
}

// Write saves a relation: df.Write().
type Write struct {
	isCommand
	Input       Relation
	Format      string
	Mode        string // append, overwrite, errorifexists, ignore
	Path        string
	Table       []string
	Options     map[string]string
	PartitionBy []string
}

// Set is SET, SET key, SET key = value; Reset is RESET.
type Set struct {
	isCommand
	Key   string
	Value *string
	All   bool
}

type Reset struct {
	isCommand
	Key string
}

// Show is SHOW TABLES, VIEWS, DATABASES, FUNCTIONS, COLUMNS, CATALOGS, CREATE TABLE, TBLPROPERTIES, PARTITIONS.
type Show struct {
	isCommand
	What    string
	In      []string
	Pattern string
	Table   []string
	Scope   string // of functions: user, system, all
}

// DescribeTable is DESCRIBE of a table, DescribeFunction of a function, DescribeQuery of a query.
type DescribeTable struct {
	isCommand
	Table    []string
	Column   []string
	Extended bool
}

type DescribeFunction struct {
	isCommand
	Name     string
	Extended bool
}

type DescribeQuery struct {
	isCommand
	Query Relation
}

// Explain shows a plan: mode is simple, extended, formatted, codegen or cost.
type Explain struct {
	isCommand
	Mode  string
	Query Relation
}

// CacheTable keeps a table's rows; a query makes it a view first.
type CacheTable struct {
	isCommand
	Name  []string
	Lazy  bool
	Query Relation
}

// UncacheTable drops cached rows; all with an empty name (CLEAR CACHE). RefreshTable forgets what is known of files.
type UncacheTable struct {
	isCommand
	Name     []string
	IfExists bool
}

type RefreshTable struct {
	isCommand
	Name []string
}

// Use sets the current catalog and database; CreateDatabase and DropDatabase do what they say.
type Use struct {
	isCommand
	Name []string
}

type CreateDatabase struct {
	isCommand
	Name        []string
	IfNotExists bool
}

type DropDatabase struct {
	isCommand
	Name     []string
	IfExists bool
	Cascade  bool
}

// SetTimeZone is SET TIME ZONE.
type SetTimeZone struct {
	isCommand
	Zone  string
	Local bool
}
