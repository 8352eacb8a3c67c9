package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"gospark/runtime/analysis"
	"gospark/runtime/condition"
	"gospark/runtime/connector/file"
	"gospark/runtime/format/files"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// A fileTable is a table of files: the catalog has it as a view of its directory, so that each query finds the files
// that are there.
type fileTable struct {
	name        []string // in full
	dir         string
	managed     bool // its files go when it is dropped
	format      string
	schema      *types.Type
	partitionBy []string
	options     map[string]string
}

// tables are the tables of files, by what the catalog has for them.
type tables struct {
	mu    sync.Mutex
	known map[*analysis.Table]*fileTable
}

func (t *tables) set(k *analysis.Table, f *fileTable) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil {
		t.known = map[*analysis.Table]*fileTable{}
	}
	if f == nil {
		delete(t.known, k)
		return
	}
	t.known[k] = f
}

func (t *tables) get(k *analysis.Table) *fileTable {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known[k]
}

func (t *fileTable) source() *logical.DataSource {
	return &logical.DataSource{Format: t.format, Schema: t.schema, Options: t.options, Paths: []string{escaped(t.dir)}}
}

// escaped is a path that no character of stands for others.
func escaped(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func quoteAll(parts []string) string {
	qs := make([]string, len(parts))
	for i, p := range parts {
		qs[i] = types.Quote(p)
	}
	return strings.Join(qs, ".")
}

// fullName is a table's name with its catalog and database.
func (e *Engine) fullName(parts []string) []string {
	switch len(parts) {
	case 1:
		return []string{analysis.SessionCatalog, e.Catalog.Current(), parts[0]}
	case 2:
		return append([]string{analysis.SessionCatalog}, parts...)
	}
	return parts
}

// warehouse is the directory that a table without a place of its own gets.
func (e *Engine) warehouse(name []string) (string, error) {
	dir, err := file.Local(e.Settings.Get("spark.sql.warehouse.dir", "spark-warehouse"))
	if err != nil {
		return "", err
	}
	table := strings.ToLower(name[len(name)-1])
	if database := strings.ToLower(name[len(name)-2]); database != analysis.DefaultDatabase {
		return filepath.Join(dir, database+".db", table), nil
	}
	return filepath.Join(dir, table), nil
}

// tableAt is the table of a name that is not a temporary view; nil if there is none.
func (e *Engine) tableAt(name []string) (*analysis.Table, error) {
	return e.Catalog.Table(name[1:]) // with its database it is no view
}

func tableExists(name []string) error {
	q := quoteAll(name)
	return condition.New("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", "Cannot create table or view %s because it already exists.\nChoose a different name, drop or replace the existing object, or add the IF NOT EXISTS clause to tolerate pre-existing objects.", q).
		WithParam("relationName", q)
}

// createTable makes a table of files, and fills it if there is a query.
func (e *Engine) createTable(ctx context.Context, j Job, c *logical.CreateTable, p Params) error {
	name := e.fullName(c.Name)
	was, err := e.tableAt(name)
	if err != nil {
		return err
	}
	if was != nil {
		switch {
		case c.IfNotExists:
			return nil
		case !c.Replace:
			return tableExists(name)
		}
	}
	t, err := e.newFileTable(c, name)
	if err != nil {
		return err
	}
	if c.Query != nil {
		return e.createFilled(ctx, j, c, t, was, p)
	}
	if was != nil {
		if err := e.dropTable(name, was); err != nil {
			return err
		}
	}
	if t.managed {
		if err := e.unused(t); err != nil {
			return err
		}
	}
	if err := e.tableColumns(ctx, c, t); err != nil {
		return err
	}
	if err := os.MkdirAll(t.dir, 0o755); err != nil {
		return err
	}
	return e.register(t)
}

// newFileTable is a table that c makes, without its columns.
func (e *Engine) newFileTable(c *logical.CreateTable, name []string) (*fileTable, error) {
	t := &fileTable{name: name, format: c.Format, options: c.Options, partitionBy: c.PartitionBy, managed: true}
	if t.format == "" {
		t.format = e.defaultFormat()
	}
	if _, err := files.Lookup(t.format); err != nil {
		return nil, err
	}
	location := c.Location
	if location == "" {
		for k, v := range c.Options {
			if strings.EqualFold(k, "path") {
				location = v
			}
		}
	}
	var err error
	if location != "" {
		t.managed = false
		t.dir, err = file.Local(location)
	} else {
		t.dir, err = e.warehouse(name)
	}
	return t, err
}

// tableColumns settles the columns of a table without a query: those declared, or those of its files.
func (e *Engine) tableColumns(ctx context.Context, c *logical.CreateTable, t *fileTable) error {
	if c.Schema == nil {
		if t.managed {
			return condition.New("UNABLE_TO_INFER_SCHEMA", "42KD9", "Unable to infer schema for %s. It must be specified manually.", t.format).WithParam("format", t.format)
		}
		r, err := files.Open(ctx, files.Spec{Format: t.format, Paths: []string{escaped(t.dir)}, Env: e.fileEnv(t.options)})
		if err != nil {
			return err
		}
		t.schema = r.Schema()
		t.partitionBy = nil
		for _, f := range r.Partitions().Fields {
			t.partitionBy = append(t.partitionBy, f.Name)
		}
		return nil
	}
	schema, err := partitionsLast(c.Schema, t.partitionBy)
	t.schema = schema
	return err
}

// partitionsLast puts the columns of partitions behind the others.
func partitionsLast(s *types.Type, by []string) (*types.Type, error) {
	out := types.StructOf()
	last := map[int]bool{}
	for _, n := range by {
		i := s.Index(n, false)
		if i < 0 {
			return nil, condition.New("COLUMN_NOT_DEFINED_IN_TABLE", "42703", "PARTITION column %s is not defined in the table", types.Quote(n)).WithParam("colName", types.Quote(n))
		}
		last[i] = true
	}
	for i, f := range s.Fields {
		if !last[i] {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, n := range by {
		out.Fields = append(out.Fields, s.Fields[s.Index(n, false)])
	}
	return out, nil
}

// unused refuses the directory of a managed table in which there is something.
func (e *Engine) unused(t *fileTable) error {
	entries, err := os.ReadDir(t.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) == 0 {
		return nil
	}
	return condition.New("LOCATION_ALREADY_EXISTS", "42710", "Cannot name the managed table as %s, as its associated location 'file:%s' already exists. Please pick a different table name, or remove the existing location first.", quoteAll(t.name), t.dir).
		WithParam("identifier", quoteAll(t.name)).WithParam("location", "'file:"+t.dir+"'")
}

// createFilled is CREATE TABLE ... AS SELECT.
func (e *Engine) createFilled(ctx context.Context, j Job, c *logical.CreateTable, t *fileTable, was *analysis.Table, p Params) error {
	r, err := e.Analyze(c.Query, p)
	if err != nil {
		return err
	}
	if was == nil && t.managed {
		if err := e.unused(t); err != nil {
			return err
		}
	}
	if t.schema, err = partitionsLast(nullableColumns(e.Schema(r)), t.partitionBy); err != nil {
		return err
	}
	spec := files.JobSpec{Dir: t.dir, Format: t.format, PartitionBy: t.partitionBy, Env: e.fileEnv(t.options), Overwrite: was != nil || !t.managed, Success: e.marks()}
	if err := e.save(ctx, j, r, spec); err != nil {
		return err
	}
	return e.register(t)
}

func nullableColumns(s *types.Type) *types.Type {
	fields := slices.Clone(s.Fields)
	for i := range fields {
		fields[i].Nullable = true
	}
	return types.StructOf(fields...)
}

func (e *Engine) register(t *fileTable) error {
	at := &analysis.Table{Name: t.name, View: t.source()}
	if err := e.Catalog.SetTable(t.name, at); err != nil {
		return err
	}
	e.tables.set(at, t)
	return nil
}

// dropTable forgets a table, and removes its files if they are its own.
func (e *Engine) dropTable(name []string, at *analysis.Table) error {
	if err := e.Catalog.SetTable(name, nil); err != nil {
		return err
	}
	t := e.tables.get(at)
	e.tables.set(at, nil)
	if t != nil && t.managed {
		return os.RemoveAll(t.dir)
	}
	return nil
}

// truncate removes the rows of a table.
func (e *Engine) truncate(c *logical.TruncateTable) error {
	t, _, err := e.writable(c.Name)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(t.dir)
	for _, x := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(t.dir, x.Name())))
	}
	return err
}

// writable is the table of files that a name stands for: a table, or a temporary view of one directory.
func (e *Engine) writable(name []string) (*fileTable, *analysis.Table, error) {
	at, err := e.Catalog.Table(name)
	if err != nil {
		return nil, nil, err
	}
	if at == nil {
		_, err := e.Analyze(&logical.NamedTable{Parts: name}, Params{})
		if err == nil {
			err = condition.New("UNSUPPORTED_INSERT.NOT_ALLOWED", "42809", "Can't insert into the target. The target relation %s does not allow insertion.", quoteAll(name))
		}
		return nil, nil, err
	}
	if t := e.tables.get(at); t != nil {
		return t, at, nil
	}
	if ds, ok := at.View.(*logical.DataSource); ok && !ds.Streaming {
		paths := ds.Paths
		for k, v := range ds.Options {
			if strings.EqualFold(k, "path") {
				paths = append(paths[:len(paths):len(paths)], v)
			}
		}
		if len(paths) == 1 {
			src, err := e.open(ds)
			if err != nil {
				return nil, nil, err
			}
			dir, err := file.Local(paths[0])
			t := &fileTable{name: at.Name, dir: dir, format: ds.Format, schema: src.Schema(), options: ds.Options}
			if r, ok := src.(*files.Relation); ok {
				for _, f := range r.Partitions().Fields {
					t.partitionBy = append(t.partitionBy, f.Name)
				}
			}
			return t, at, err
		}
	}
	return nil, nil, condition.New("UNSUPPORTED_INSERT.RDD_BASED", "42809", "Can't insert into the target. An RDD-based table is not allowed.")
}

// saveTable is df.Write().SaveAsTable.
func (e *Engine) saveTable(ctx context.Context, j Job, c *logical.Write, mode string, p Params) error {
	name := e.fullName(c.Table)
	was, err := e.tableAt(name)
	if err != nil {
		return err
	}
	if was != nil {
		switch mode {
		case "ignore":
			return nil
		case "error":
			return tableExists(name)
		case "append":
			return e.insert(ctx, j, &logical.InsertInto{Table: name, ByName: true, Options: c.Options, Query: c.Input}, p)
		}
	}
	return e.createTable(ctx, j, &logical.CreateTable{Name: name, Format: c.Format, Options: c.Options, PartitionBy: c.PartitionBy, Query: c.Input, Replace: true}, p)
}
