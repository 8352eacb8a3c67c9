package engine

import (
	"context"
	"sort"
	"strings"

	"gospark/runtime/analysis"
	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// Statement carries a command out at once and is the relation of what it shows, which may have no columns; a query is
// as it is.
func (e *Engine) Statement(ctx context.Context, j Job, r logical.Relation, p Params) (logical.Relation, error) {
	c, ok := r.(logical.Command)
	if !ok {
		return r, nil
	}
	out, err := e.Command(ctx, j, c, p)
	if err != nil {
		return nil, err
	}
	if out == nil {
		out = &logical.LocalRelation{Schema: types.StructOf()}
	}
	return out, nil
}

// Command carries a command out. What it shows is a relation in memory, nil for nothing.
func (e *Engine) Command(ctx context.Context, j Job, c logical.Command, p Params) (out *logical.LocalRelation, err error) {
	defer condition.Catch(&err)
	switch c := c.(type) {
	case *logical.CreateView:
		return nil, e.createView(c, p)
	case *logical.CreateTable:
		return nil, e.createTable(ctx, j, c, p)
	case *logical.InsertInto:
		return nil, e.insert(ctx, j, c, p)
	case *logical.TruncateTable:
		return nil, e.truncate(c)
	case *logical.Write:
		return nil, e.write(ctx, j, c, p)
	case *logical.DropTable:
		return nil, e.drop(c)
	case *logical.Set:
		return e.set(c)
	case *logical.Reset:
		e.reset(c.Key)
		return nil, nil
	case *logical.SetTimeZone:
		return nil, e.setZone(c)
	case *logical.Show:
		return e.show(c)
	case *logical.DescribeTable:
		return e.describeTable(c)
	case *logical.DescribeQuery:
		r, err := e.Analyze(c.Query, p)
		if err != nil {
			return nil, err
		}
		return describeColumns(e.Schema(r)), nil
	case *logical.DescribeFunction:
		return e.describeFunction(c)
	case *logical.Explain:
		return e.explainCommand(c, p)
	case *logical.Use:
		return nil, e.use(c)
	case *logical.CreateDatabase:
		return nil, e.createDatabase(c)
	case *logical.DropDatabase:
		return nil, e.dropDatabase(c)
	case *logical.CacheTable:
		return nil, e.cacheTable(ctx, j, c, p)
	case *logical.UncacheTable:
		return nil, e.uncacheTable(c, p)
	case *logical.RefreshTable:
		if _, err := e.Analyze(&logical.NamedTable{Parts: c.Name}, p); err != nil {
			return nil, err
		}
		e.Refresh()
		e.sources.forget()
		return nil, nil
	}
	return nil, condition.New("UNSUPPORTED_FEATURE.SQL_COMMAND", "0A000", "the command %T is not supported", c).WithFix("write files with df.Write(), and name them with CREATE TEMP VIEW")
}

// local makes the relation a command shows.
func local(names string, rows [][]any, ts ...*types.Type) *logical.LocalRelation {
	var fields []types.Field
	for i, n := range strings.Fields(names) {
		t := types.String
		if i < len(ts) && ts[i] != nil {
			t = ts[i]
		}
		fields = append(fields, types.Field{Name: n, Type: t, Nullable: n == "comment"})
	}
	return &logical.LocalRelation{Schema: types.StructOf(fields...), Rows: rows}
}

func (e *Engine) createView(c *logical.CreateView, p Params) error {
	name := c.Name[len(c.Name)-1]
	r, err := e.Analyze(c.Query, p)
	if err != nil {
		return err
	}
	if n := len(r.Output()); len(c.Columns) > 0 && len(c.Columns) != n {
		return condition.New("CREATE_VIEW_COLUMN_ARITY_MISMATCH", "21S01", "cannot create the view %s: it has %d column names and the query %d columns", types.Quote(name), len(c.Columns), n)
	}
	if m := c.Query.Meta(); m.PlanID == 0 {
		m.PlanID = logical.NextPlanID()
	}
	t := &analysis.Table{Name: []string{name}, View: c.Query, Columns: c.Columns, Names: e.Catalog.Snapshot()}
	if c.Global {
		return e.Catalog.SetTable([]string{analysis.GlobalDatabase, name}, t)
	}
	if e.Catalog.View(name) != nil && !c.Replace {
		if c.IfNotExists {
			return nil
		}
		return viewExists(name)
	}
	e.releaseView(name, c.Query)
	e.Catalog.SetView(name, t)
	return nil
}

func viewExists(name string) error {
	return condition.New("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", "Cannot create the temporary view %s because it already exists.\nChoose a different name, drop or replace the existing view,  or add the IF NOT EXISTS clause to tolerate pre-existing views.", types.Quote(name)).
		WithParam("relationName", types.Quote(name))
}

// releaseView forgets the rows of a temporary view that is dropped, or replaced by another query.
func (e *Engine) releaseView(name string, by logical.Relation) {
	if old := e.Catalog.View(name); old != nil && old.View != nil && (by == nil || by.Meta().PlanID != old.View.Meta().PlanID) {
		e.Release(&logical.NamedTable{Parts: []string{name}})
	}
}

func (e *Engine) drop(c *logical.DropTable) error {
	t, err := e.Catalog.Table(c.Name)
	if err != nil {
		return err
	}
	if t == nil {
		if c.IfExists {
			return nil
		}
		parts := c.Name
		if len(parts) == 1 {
			parts = []string{analysis.SessionCatalog, e.Catalog.Current(), parts[0]}
		}
		qs := make([]string, len(parts))
		for i, p := range parts {
			qs[i] = types.Quote(p)
		}
		name, path := strings.Join(qs, "."), "["+types.Quote(analysis.SessionCatalog)+"."+types.Quote(e.Catalog.Current())+"]"
		return condition.New("TABLE_OR_VIEW_NOT_FOUND", "42P01", "The table or view %s cannot be found. Verify the spelling and correctness of the schema and catalog.\nIf you did not qualify the name with a schema, verify the current_schema() output, or qualify the name with the correct schema and catalog.\nTo tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS.", name).
			WithParam("relationName", name).WithParam("searchPath", path)
	}
	if len(c.Name) == 1 && e.Catalog.View(c.Name[0]) != nil {
		e.releaseView(c.Name[0], nil)
		e.Catalog.SetView(c.Name[0], nil)
		return nil
	}
	return e.dropTable(e.fullName(c.Name), t)
}

func (e *Engine) set(c *logical.Set) (*logical.LocalRelation, error) {
	if c.Key == "" {
		var rows [][]any
		for k, v := range e.Settings.GetAll() {
			rows = append(rows, []any{k, v})
		}
		sort.Slice(rows, func(i, j int) bool { return rows[i][0].(string) < rows[j][0].(string) })
		return local("key value", rows), nil
	}
	if c.Value != nil {
		if strings.EqualFold(c.Key, "spark.sql.session.timeZone") {
			if err := e.setZone(&logical.SetTimeZone{Zone: *c.Value}); err != nil {
				return nil, err
			}
		} else {
			e.Settings.Set(c.Key, *c.Value)
		}
		return local("key value", [][]any{{c.Key, *c.Value}}), nil
	}
	return local("key value", [][]any{{c.Key, e.Settings.Get(c.Key, "<undefined>")}}), nil
}

func (e *Engine) reset(key string) {
	if key != "" {
		e.Settings.Unset(key)
		return
	}
	for k := range e.Settings.GetAll() {
		if strings.HasPrefix(k, "spark.sql.") {
			e.Settings.Unset(k)
		}
	}
}

func (e *Engine) setZone(c *logical.SetTimeZone) error {
	zone := c.Zone
	if c.Local {
		zone = "UTC"
	}
	if _, err := types.Zone(zone); err != nil {
		return condition.New("INVALID_CONF_VALUE.TIME_ZONE", "22022", "The value '%s' in the config \"spark.sql.session.timeZone\" is invalid. Cannot resolve the given timezone.", zone).
			WithParam("confValue", zone).WithParam("confName", "spark.sql.session.timeZone")
	}
	e.Settings.Set("spark.sql.session.timeZone", zone)
	return nil
}

// Matches is LIKE of SHOW: * is any text, | separates alternatives, case does not matter.
func Matches(pattern, name string) bool {
	if pattern == "" {
		return true
	}
	for _, p := range strings.Split(strings.ToLower(pattern), "|") {
		if globs(strings.TrimSpace(p), strings.ToLower(name)) {
			return true
		}
	}
	return false
}

func globs(p, s string) bool {
	head, rest, star := strings.Cut(p, "*")
	if !strings.HasPrefix(s, head) {
		return false
	}
	if s = s[len(head):]; !star {
		return s == ""
	}
	for i := 0; i <= len(s); i++ {
		if globs(rest, s[i:]) {
			return true
		}
	}
	return false
}

func (e *Engine) show(c *logical.Show) (*logical.LocalRelation, error) {
	var rows [][]any
	add := func(name string, row ...any) {
		if Matches(c.Pattern, name) {
			rows = append(rows, row)
		}
	}
	switch what := strings.ToLower(c.What); what {
	case "tables", "views":
		for _, v := range e.Catalog.Views() {
			add(v, "", v, true)
		}
		if what == "tables" {
			db := e.Catalog.Current()
			if len(c.In) > 0 {
				db = c.In[len(c.In)-1]
			}
			names, err := e.Catalog.Tables(db)
			if err != nil {
				return nil, err
			}
			for _, t := range names {
				add(t, db, t, false)
			}
			return local("namespace tableName isTemporary", rows, nil, nil, types.Boolean), nil
		}
		return local("namespace viewName isTemporary", rows, nil, nil, types.Boolean), nil
	case "databases", "schemas", "namespaces":
		for _, d := range e.Catalog.Databases() {
			if d != analysis.GlobalDatabase {
				add(d, d)
			}
		}
		return local("namespace", rows), nil
	case "catalogs":
		add(analysis.SessionCatalog, analysis.SessionCatalog)
		return local("catalog", rows), nil
	case "functions":
		for _, n := range e.FunctionNames() {
			add(n, n)
		}
		return local("function", rows), nil
	case "columns":
		r, err := e.Analyze(&logical.NamedTable{Parts: c.Table}, Params{})
		if err != nil {
			return nil, err
		}
		for _, f := range e.Schema(r).Fields {
			rows = append(rows, []any{f.Name})
		}
		return local("col_name", rows), nil
	}
	return nil, condition.New("UNSUPPORTED_FEATURE.SQL_COMMAND", "0A000", "SHOW %s is not supported", strings.ToUpper(c.What))
}

func describeColumns(schema *types.Type) *logical.LocalRelation {
	var rows [][]any
	for _, f := range schema.Fields {
		var comment any
		if f.Comment != "" {
			comment = f.Comment
		}
		rows = append(rows, []any{f.Name, f.Type.String(), comment})
	}
	return local("col_name data_type comment", rows)
}

func (e *Engine) describeTable(c *logical.DescribeTable) (*logical.LocalRelation, error) {
	r, err := e.Analyze(&logical.NamedTable{Parts: c.Table}, Params{})
	if err != nil {
		return nil, err
	}
	schema := e.Schema(r)
	if len(c.Column) == 0 {
		return describeColumns(schema), nil
	}
	name := c.Column[len(c.Column)-1]
	i := schema.Index(name, false)
	if i < 0 {
		return nil, condition.New("COLUMN_NOT_FOUND", "42703", "The column %s cannot be found.", types.Quote(name)).WithParam("colName", types.Quote(name))
	}
	f := schema.Fields[i]
	comment := f.Comment
	if comment == "" {
		comment = "NULL"
	}
	return local("info_name info_value", [][]any{{"col_name", f.Name}, {"data_type", f.Type.String()}, {"comment", comment}}), nil
}

func (e *Engine) describeFunction(c *logical.DescribeFunction) (*logical.LocalRelation, error) {
	f := expr.Lookup(c.Name)
	if f == nil {
		q := types.Quote(c.Name)
		path := "[`system`.`builtin`, `system`.`session`, " + types.Quote(analysis.SessionCatalog) + "." + types.Quote(e.Catalog.Current()) + "]"
		return nil, condition.New("UNRESOLVED_ROUTINE", "42883", "Cannot resolve routine %s on search path %s.", q, path).
			WithParam("routineName", q).WithParam("searchPath", path)
	}
	rows := [][]any{{"Function: " + f.Name}, {"Class: " + f.Kind()}, {"Usage: " + f.Usage() + " - " + f.Doc}}
	if c.Extended && f.Example != "" {
		rows = append(rows, []any{"Extended Usage:\n    Examples:\n      > SELECT " + f.Example + ";"})
	}
	return local("function_desc", rows), nil
}
