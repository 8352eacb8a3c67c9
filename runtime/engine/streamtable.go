package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/format/files"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// A StreamTable is where a stream writes the rows of a table.
type StreamTable struct {
	Dir, Format string
	PartitionBy []string
	Options     map[string]string
}

// StreamTable finds the table that a stream writes into, or makes it as c says. A query that goes on takes its directory
// as it left it: the catalog may have been another.
func (e *Engine) StreamTable(ctx context.Context, c *logical.CreateTable, goesOn bool) (*StreamTable, error) {
	name := e.fullName(c.Name)
	at, err := e.tableAt(name)
	if err != nil {
		return nil, err
	}
	t := e.tables.get(at)
	switch {
	case at == nil:
		t, err = e.makeStreamTable(ctx, c, name, goesOn)
	case t == nil:
		err = condition.New("_LEGACY_ERROR_TEMP_1191", "", "Streaming into views %s is not supported.", quoteAll(name)).WithParam("viewName", quoteAll(name))
	default:
		err = t.takes(c)
	}
	if err != nil {
		return nil, err
	}
	logged, err := files.Logged(t.dir)
	if err != nil {
		return nil, err
	}
	if !logged {
		if err := t.empty(); err != nil {
			return nil, err
		}
	}
	return &StreamTable{Dir: t.dir, Format: t.format, PartitionBy: t.partitionBy, Options: t.options}, nil
}

func (e *Engine) makeStreamTable(ctx context.Context, c *logical.CreateTable, name []string, goesOn bool) (*fileTable, error) {
	t, err := e.newFileTable(c, name)
	if err != nil {
		return nil, err
	}
	logged, err := files.Logged(t.dir)
	if err != nil {
		return nil, err
	}
	if t.managed && !(goesOn && logged) {
		if err := e.unused(t); err != nil {
			return nil, err
		}
	}
	if err := e.tableColumns(ctx, c, t); err != nil {
		return nil, err
	}
	t.schema = nullableColumns(t.schema)
	if err := os.MkdirAll(t.dir, 0o755); err != nil {
		return nil, err
	}
	return t, e.register(t)
}

// takes refuses a stream whose rows are not those of the table, or that would write them in another way.
func (t *fileTable) takes(c *logical.CreateTable) error {
	name := quoteAll(t.name)
	if c.Format != "" && !strings.EqualFold(c.Format, t.format) {
		return condition.New("_LEGACY_ERROR_TEMP_1192", "", "The input source(%s) is different from the table %s's data source provider(%s).", c.Format, name, t.format).
			WithParam("source", c.Format).WithParam("tableName", name).WithParam("provider", t.format).WithFix("leave Format out: the table knows its own")
	}
	if len(c.PartitionBy) > 0 && !slices.EqualFunc(c.PartitionBy, t.partitionBy, strings.EqualFold) {
		return condition.New("", "", "the table %s is partitioned by (%s), not by (%s)", name, strings.Join(t.partitionBy, ", "), strings.Join(c.PartitionBy, ", ")).
			WithFix("leave PartitionBy out: the table knows its own")
	}
	same := len(c.Schema.Fields) == len(t.schema.Fields)
	for _, f := range c.Schema.Fields {
		i := t.schema.Index(f.Name, false)
		same = same && i >= 0 && t.schema.Fields[i].Type.Same(f.Type)
	}
	if !same {
		return condition.New("", "", "the columns of the stream are %s, those of the table %s are %s", columnsText(c.Schema), name, columnsText(t.schema)).
			WithFix("Select the columns of the table, with Cast where types differ")
	}
	return nil
}

func columnsText(s *types.Type) string {
	var b []string
	for _, f := range s.Fields {
		b = append(b, types.Quote(f.Name)+" "+strings.ToUpper(f.Type.String()))
	}
	return "(" + strings.Join(b, ", ") + ")"
}

// empty refuses a table that has rows from elsewhere: a directory that has a stream's list of files is read by that list,
// and they would be gone.
func (t *fileTable) empty() error {
	entries, err := os.ReadDir(t.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(entries, func(x fs.DirEntry) bool {
		return !strings.HasPrefix(x.Name(), "_") && !strings.HasPrefix(x.Name(), ".")
	}) {
		return condition.New("", "", "the table %s holds rows that no stream has written: they would not be seen any more", quoteAll(t.name)).
			WithFix("write into a table of its own with ToTable, and read both with UNION ALL")
	}
	return nil
}

// unlogged refuses rows that are no stream's for a table that a stream writes: it is read by the stream's list of files.
func (t *fileTable) unlogged() error {
	logged, err := files.Logged(t.dir)
	if err == nil && logged {
		err = condition.New("", "", "the table %s is written by a stream: rows from elsewhere would not be seen", quoteAll(t.name)).
			WithFix("write them into a table of their own, and read both with UNION ALL")
	}
	return err
}
