package logical

import "gospark/runtime/types"

type isCommand struct{ Common }

func (*isCommand) command()           {}
func (*isCommand) Inputs() []Relation { return nil }

// CreateView defines a view: temporary, or of a database. Query is a DataSource for a view over files (USING).
type CreateView struct {
	isCommand
	Name        []string
	Columns     []string
	Replace     bool
	IfNotExists bool
	Temporary   bool
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
	Comment     string
	Properties  map[string]string
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

// InsertInto appends to a table, or overwrites it: all of it, or what Partition says.
type InsertInto struct {
	isCommand
	Table       []string
	Columns     []string
	Overwrite   bool
	ByName      bool
	Options     map[string]string
	Partition   []PartitionValue
	IfNotExists bool // of the partition
	Query       Relation
}

// A PartitionValue is a column of PARTITION (…); Value is nil where the query gives it.
type PartitionValue struct {
	Name  string
	Value Expression
}

// TruncateTable removes all rows.
type TruncateTable struct {
	isCommand
	Name []string
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

// Show is SHOW TABLES, VIEWS, DATABASES, FUNCTIONS, COLUMNS, CATALOGS, CREATE TABLE, TABLE EXTENDED, TBLPROPERTIES,
// PARTITIONS, CURRENT NAMESPACE.
type Show struct {
	isCommand
	What    string
	In      []string
	Pattern string
	Table   []string
	Key     string // of TBLPROPERTIES
	Scope   string // of functions: user, system, all
}

// DescribeTable is DESCRIBE of a table, DescribeFunction of a function, DescribeQuery of a query, DescribeDatabase of a
// database.
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

type DescribeDatabase struct {
	isCommand
	Name     []string
	Extended bool
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
	Name    []string
	Lazy    bool
	Options map[string]string
	Query   Relation
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

// Use sets the current catalog and database, or with Catalog (SET CATALOG) the catalog only; CreateDatabase and
// DropDatabase do what they say.
type Use struct {
	isCommand
	Name    []string
	Catalog bool
}

type CreateDatabase struct {
	isCommand
	Name        []string
	IfNotExists bool
	Comment     string
	Location    string
	Properties  map[string]string
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
