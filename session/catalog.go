package session

import (
	"fmt"
	"strings"

	"gospark/runtime/analysis"
	"gospark/runtime/engine"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// A Catalog knows databases, tables, views and functions: spark.Catalog().ListTables().Show().
type Catalog struct{ spark *SparkSession }

// Catalog is what the session knows by name.
func (s *SparkSession) Catalog() *Catalog { return &Catalog{s} }

// A CatalogTable describes a table or view.
type CatalogTable struct {
	Name        string   `spark:"name"`
	Catalog     *string  `spark:"catalog"`
	Namespace   []string `spark:"namespace"`
	Description *string  `spark:"description"`
	TableType   string   `spark:"tableType"`
	IsTemporary bool     `spark:"isTemporary"`
}

// A CatalogDatabase describes a database.
type CatalogDatabase struct {
	Name        string  `spark:"name"`
	Catalog     *string `spark:"catalog"`
	Description *string `spark:"description"`
	LocationURI string  `spark:"locationUri"`
}

// A CatalogFunction describes a function.
type CatalogFunction struct {
	Name        string   `spark:"name"`
	Catalog     *string  `spark:"catalog"`
	Namespace   []string `spark:"namespace"`
	Description *string  `spark:"description"`
	ClassName   string   `spark:"className"`
	IsTemporary bool     `spark:"isTemporary"`
}

// A CatalogColumn describes a column of a table.
type CatalogColumn struct {
	Name        string  `spark:"name"`
	Description *string `spark:"description"`
	DataType    string  `spark:"dataType"`
	Nullable    bool    `spark:"nullable"`
	IsPartition bool    `spark:"isPartition"`
	IsBucket    bool    `spark:"isBucket"`
	IsCluster   bool    `spark:"isCluster"`
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// command carries a command out; what it shows is a DataFrame.
func (c *Catalog) command(cmd logical.Command) *DataFrame {
	return c.spark.statement(cmd, engine.Params{})
}

func (c *Catalog) parts(method, name string) []string {
	parts, err := sql.ParseTableIdentifier(name)
	if err != nil {
		raise(method, err)
	}
	return parts
}

// first is the only argument, or "".
func first(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return ""
}

// tables are the tables and views of a database, with the temporary views.
func (c *Catalog) tables(database string) []CatalogTable {
	cat := c.spark.engine.Catalog
	if database == "" {
		database = cat.Current()
	}
	names, err := cat.Tables(database)
	if err != nil {
		raise("ListTables", err)
	}
	all := []CatalogTable{}
	for _, n := range names {
		all = append(all, c.table([]string{database, n}))
	}
	for _, n := range cat.Views() {
		all = append(all, c.table([]string{n}))
	}
	return all
}

func (c *Catalog) table(parts []string) CatalogTable {
	t, err := c.spark.engine.Catalog.Table(parts)
	if err == nil && t == nil {
		_, err = c.spark.engine.Analyze(&logical.NamedTable{Parts: parts}, engine.Params{})
	}
	if err != nil {
		raise("GetTable", err)
	}
	name := parts[len(parts)-1]
	global := len(parts) > 1 && strings.EqualFold(parts[len(parts)-2], analysis.GlobalDatabase)
	switch {
	case len(parts) == 1 && c.spark.engine.Catalog.View(name) != nil:
		return CatalogTable{Name: name, Namespace: []string{}, TableType: "TEMPORARY", IsTemporary: true}
	case global:
		return CatalogTable{Name: name, Namespace: []string{analysis.GlobalDatabase}, TableType: "TEMPORARY", IsTemporary: true}
	}
	database := c.spark.engine.Catalog.Current()
	if len(parts) > 1 {
		database = parts[len(parts)-2]
	}
	out := CatalogTable{Name: name, Catalog: text(analysis.SessionCatalog), Namespace: []string{database}, TableType: "MANAGED"}
	if t != nil && t.View != nil {
		out.TableType = "VIEW"
	}
	return out
}

// ListTables lists the tables and views of a database, the current one if none is named, and the temporary views; a second
// argument is a pattern of names, with * for any text.
func (c *Catalog) ListTables(databaseAndPattern ...string) *DataFrame {
	return c.spark.CreateDataFrame(matching(c.tables(first(databaseAndPattern)), patternAt(databaseAndPattern, 1), func(t CatalogTable) string { return t.Name }))
}

// ListViews is ListTables without the tables that are no views.
func (c *Catalog) ListViews(databaseAndPattern ...string) *DataFrame {
	var views []CatalogTable
	for _, t := range c.tables(first(databaseAndPattern)) {
		if t.TableType != "MANAGED" && t.TableType != "EXTERNAL" {
			views = append(views, t)
		}
	}
	return c.spark.CreateDataFrame(matching(views, patternAt(databaseAndPattern, 1), func(t CatalogTable) string { return t.Name }))
}

func patternAt(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}

func matching[T any](all []T, pattern string, name func(T) string) []T {
	out := []T{}
	for _, x := range all {
		if engine.Matches(pattern, name(x)) {
			out = append(out, x)
		}
	}
	return out
}

// GetTable describes a table or view; it is an error if there is none.
func (c *Catalog) GetTable(name string) CatalogTable { return c.table(c.parts("GetTable", name)) }

// TableExists says whether there is a table or view of a name.
func (c *Catalog) TableExists(name string, database ...string) bool {
	parts := c.parts("TableExists", name)
	if len(database) > 0 {
		parts = append(c.parts("TableExists", database[0]), parts...)
	}
	t, err := c.spark.engine.Catalog.Table(parts)
	return err == nil && t != nil
}

// ListColumns lists the columns of a table or view.
func (c *Catalog) ListColumns(table string) *DataFrame {
	df := c.spark.Table(table)
	partition := map[string]bool{}
	resolved.Walk(df.res, func(r resolved.Relation) {
		if s, ok := r.(*resolved.Scan); ok {
			if p, ok := s.Source.(interface{ PartitionColumns() []string }); ok {
				for _, n := range p.PartitionColumns() {
					partition[n] = true
				}
			}
		}
	})
	cols := []CatalogColumn{}
	for _, f := range df.Schema().Fields {
		cols = append(cols, CatalogColumn{Name: f.Name, Description: text(f.Comment), DataType: f.Type.String(), Nullable: f.Nullable, IsPartition: partition[f.Name]})
	}
	return c.spark.CreateDataFrame(cols)
}

// ListDatabases lists the databases whose names match a pattern, with * for any text.
func (c *Catalog) ListDatabases(pattern ...string) *DataFrame {
	all := []CatalogDatabase{}
	for _, n := range c.spark.engine.Catalog.Databases() {
		all = append(all, c.database(n))
	}
	return c.spark.CreateDataFrame(matching(all, first(pattern), func(d CatalogDatabase) string { return d.Name }))
}

func (c *Catalog) database(name string) CatalogDatabase {
	d := CatalogDatabase{Name: name, Catalog: text(analysis.SessionCatalog)}
	if name == analysis.DefaultDatabase {
		d.Description = text("default database")
	}
	return d
}

// GetDatabase describes a database; it is an error if there is none.
func (c *Catalog) GetDatabase(name string) CatalogDatabase {
	if !c.DatabaseExists(name) {
		_, err := c.spark.engine.Catalog.Tables(name)
		raise("GetDatabase", err)
	}
	return c.database(name)
}

// DatabaseExists says whether there is a database.
func (c *Catalog) DatabaseExists(name string) bool {
	return c.spark.engine.Catalog.HasDatabase(name)
}

// CurrentDatabase is the database in use.
func (c *Catalog) CurrentDatabase() string { return c.spark.engine.Catalog.Current() }

// SetCurrentDatabase uses another database.
func (c *Catalog) SetCurrentDatabase(name string) { c.command(&logical.Use{Name: []string{name}}) }

// CreateDatabase makes a database.
func (c *Catalog) CreateDatabase(name string, ifNotExists ...bool) {
	c.command(&logical.CreateDatabase{Name: []string{name}, IfNotExists: len(ifNotExists) > 0 && ifNotExists[0]})
}

// DropDatabase drops a database; with true also one with tables in it.
func (c *Catalog) DropDatabase(name string, cascade ...bool) {
	c.command(&logical.DropDatabase{Name: []string{name}, Cascade: len(cascade) > 0 && cascade[0]})
}

// CurrentCatalog is the catalog in use. There is one.
func (c *Catalog) CurrentCatalog() string { return analysis.SessionCatalog }

// SetCurrentCatalog uses a catalog. There is one.
func (c *Catalog) SetCurrentCatalog(name string) {
	c.command(&logical.Use{Name: []string{name}, Catalog: true})
}

// ListCatalogs lists the catalogs.
func (c *Catalog) ListCatalogs(pattern ...string) *DataFrame {
	type catalog struct {
		Name        string  `spark:"name"`
		Description *string `spark:"description"`
	}
	return c.spark.CreateDataFrame(matching([]catalog{{Name: analysis.SessionCatalog}}, first(pattern), func(c catalog) string { return c.Name }))
}

// ListFunctions lists the functions, those of the users among them; a second argument is a pattern of names.
func (c *Catalog) ListFunctions(databaseAndPattern ...string) *DataFrame {
	all := []CatalogFunction{}
	for _, n := range expr.FunctionNames() {
		all = append(all, c.function(n))
	}
	for _, n := range c.spark.engine.Catalog.FunctionNames() {
		all = append(all, c.function(n))
	}
	return c.spark.CreateDataFrame(matching(all, patternAt(databaseAndPattern, 1), func(f CatalogFunction) string { return f.Name }))
}

func (c *Catalog) function(name string) CatalogFunction {
	f := CatalogFunction{Name: name, Namespace: nil, IsTemporary: true, ClassName: "go"}
	if b := expr.Lookup(name); b != nil {
		f.Description, f.ClassName = text(b.Usage()+" - "+b.Doc), b.Kind()
	}
	return f
}

// FunctionExists says whether there is a function of a name.
func (c *Catalog) FunctionExists(name string, database ...string) bool {
	return expr.Lookup(name) != nil || c.spark.engine.Catalog.Function(name) != nil
}

// GetFunction describes a function; it is an error if there is none.
func (c *Catalog) GetFunction(name string) CatalogFunction {
	if !c.FunctionExists(name) {
		c.command(&logical.DescribeFunction{Name: name}) // says what is wrong
	}
	return c.function(name)
}

// RegisterFunction is UDF().Register.
func (c *Catalog) RegisterFunction(name string, f any) *UserDefinedFunction {
	return c.spark.UDF().Register(name, f)
}

// DropTempView drops a temporary view, and reports whether there was one.
func (c *Catalog) DropTempView(name string) bool {
	if c.spark.engine.Catalog.View(name) == nil {
		return false
	}
	c.command(&logical.DropTable{Name: []string{name}, View: true})
	return true
}

// DropGlobalTempView drops a view of all sessions, and reports whether there was one.
func (c *Catalog) DropGlobalTempView(name string) bool {
	parts := []string{analysis.GlobalDatabase, name}
	if t, err := c.spark.engine.Catalog.Table(parts); err != nil || t == nil {
		return false
	}
	c.command(&logical.DropTable{Name: parts, View: true})
	return true
}

// DropTable drops a table; with true it is no error if there is none.
func (c *Catalog) DropTable(name string, ifExists ...bool) {
	c.command(&logical.DropTable{Name: c.parts("DropTable", name), IfExists: len(ifExists) > 0 && ifExists[0]})
}

// DropView drops a view; with true it is no error if there is none.
func (c *Catalog) DropView(name string, ifExists ...bool) {
	c.command(&logical.DropTable{Name: c.parts("DropView", name), View: true, IfExists: len(ifExists) > 0 && ifExists[0]})
}

// CacheTable keeps the rows of a table or view once they have been computed, at a level if one is given.
func (c *Catalog) CacheTable(name string, level ...any) {
	df := c.spark.Table(name)
	l := MemoryAndDisk
	if len(level) > 0 {
		l = levelOf("CacheTable", level[0])
	}
	c.spark.engine.Keep(df.rel, l.Description(), "In-memory table "+name)
}

// UncacheTable forgets the kept rows of a table or view.
func (c *Catalog) UncacheTable(name string) { c.spark.Table(name).Unpersist() }

// IsCached says whether the rows of a table or view are kept.
func (c *Catalog) IsCached(name string) bool { return c.spark.Table(name).IsCached() }

// ClearCache forgets all kept rows.
func (c *Catalog) ClearCache() { c.spark.engine.ReleaseAll() }

// RefreshTable forgets what is known of a table's files.
func (c *Catalog) RefreshTable(name string) {
	c.command(&logical.RefreshTable{Name: c.parts("RefreshTable", name)})
}

// RefreshByPath forgets what is known of files.
func (c *Catalog) RefreshByPath(path string) { c.spark.engine.Refresh() }

// RecoverPartitions looks for the partitions of a table anew.
func (c *Catalog) RecoverPartitions(name string) { c.RefreshTable(name) }

// AnalyzeTable checks that there is a table. Statistics are not needed: they are taken when a query is planned.
func (c *Catalog) AnalyzeTable(name string, noScan ...bool) { c.GetTable(name) }

// TruncateTable removes the rows of a table.
func (c *Catalog) TruncateTable(name string) {
	c.command(&logical.TruncateTable{Name: c.parts("TruncateTable", name)})
}

// ListPartitions lists the partitions of a table.
func (c *Catalog) ListPartitions(name string) *DataFrame {
	return c.command(&logical.Show{What: "PARTITIONS", Table: c.parts("ListPartitions", name)})
}

// GetTableProperties are the properties of a table.
func (c *Catalog) GetTableProperties(name string) map[string]string {
	m := map[string]string{}
	for _, r := range c.command(&logical.Show{What: "TBLPROPERTIES", Table: c.parts("GetTableProperties", name)}).Collect() {
		m[fmt.Sprint(r.Get(0))] = fmt.Sprint(r.Get(1))
	}
	return m
}

// GetCreateTableString is the statement that makes a table.
func (c *Catalog) GetCreateTableString(name string, asSerde ...bool) string {
	r := c.command(&logical.Show{What: "CREATE TABLE", Table: c.parts("GetCreateTableString", name)}).First()
	return fmt.Sprint(r.Get(0))
}

// TableOptions say how CreateTable makes a table: at a path, from a source, with a schema as DDL text or a *StructType.
type TableOptions struct {
	Path        string
	Source      string // parquet if empty
	Schema      any
	Description string
	Options     map[string]string
}

// CreateTable makes a table over files, and returns it.
func (c *Catalog) CreateTable(name string, o ...TableOptions) *DataFrame {
	t := &logical.CreateTable{Name: c.parts("CreateTable", name)}
	for _, o := range o {
		t.Location, t.Format, t.Comment, t.Options = o.Path, o.Source, o.Description, o.Options
		switch s := o.Schema.(type) {
		case nil:
		case *StructType:
			t.Schema = s
		case string:
			var err error
			if t.Schema, err = types.ParseDDL(s); err != nil {
				raise("CreateTable", err)
			}
		default:
			mistake("CreateTable", "want a schema as DDL text or a *StructType, have %T", s)
		}
	}
	c.command(t)
	return c.spark.Table(name)
}

// CreateExternalTable is CreateTable at a path.
func (c *Catalog) CreateExternalTable(name, path string, o ...TableOptions) *DataFrame {
	if len(o) == 0 {
		o = []TableOptions{{}}
	}
	o[0].Path = path
	return c.CreateTable(name, o...)
}
