// Package files is directories of files as tables: what spark.Read, json.`path` in SQL and tables over files read, and
// what df.Write writes, the same for all formats.
//
// [Open] finds the files of paths and patterns, discovers partitions in directories named k=v, and asks the format for
// the columns. A [Relation] is a source of the planner: columns that nobody wants are not read, partitions that a
// condition excludes are not opened, and the files are cut and packed into splits of about equal size, as Spark does.
//
// A [Job] writes a relation: files get their names when all are written, so that who lists the directory sees all of a
// write or nothing. Streams use the same jobs.
package files

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/file"
	"gospark/runtime/expr"
	"gospark/runtime/format"
	"gospark/runtime/planner"
	"gospark/runtime/types"
)

// A Spec says what to open.
type Spec struct {
	Format string
	Schema *types.Type // nil: the files say it
	Paths  []string
	Env    format.Env
	// Streaming takes no columns from files unless they are inferred on request, and may find no files yet.
	Streaming bool
}

// A Relation is the rows of files. It is immutable: files that come later are not in it.
type Relation struct {
	format format.Format
	env    format.Env
	schema *types.Type // what is seen
	data   *types.Type // what the files have
	// at is, for each column seen, its position in data, or behind data in partitions
	at         []int
	partitions *types.Type
	parts      []share
	roots      []string
	listed     int // files found, also those that are not read
}

// A share is the files of a partition.
type share struct {
	values types.Row
	files  []format.File
}

var _ planner.Readable = (*Relation)(nil)

// Open finds the files of a spec and their columns.
func Open(ctx context.Context, s Spec) (*Relation, error) {
	f, err := Lookup(s.Format)
	if err != nil {
		return nil, err
	}
	if err := s.Env.TimeZone(); err != nil {
		return nil, err
	}
	paths := s.Paths
	if p := s.Env.Options.Text("path", ""); p != "" {
		paths = append([]string{p}, paths...)
	}
	if len(paths) == 0 {
		return nil, condition.New("UNABLE_TO_INFER_SCHEMA", "42KD9", "Unable to infer schema for %s. It must be specified manually.", f.Name()).
			WithParam("format", f.Name()).WithFix("name the files with Load(path) or Option(\"path\", ...)")
	}
	r := &Relation{format: f, env: s.Env}
	if r.roots, err = roots(paths); err != nil {
		return nil, err
	}
	if err := r.find(s.Schema); err != nil {
		return nil, err
	}
	if err := r.columns(ctx, s.Schema); err != nil {
		return nil, err
	}
	return r, nil
}

// find lists the files and their partitions.
func (r *Relation) find(declared *types.Type) error {
	keep, err := chosen(r.env.Options)
	if err != nil {
		return err
	}
	l, err := list(r.roots, keep)
	if err != nil {
		return err
	}
	for _, d := range l.dirs {
		r.listed += len(l.files[d])
	}
	r.partitions = types.StructOf()
	p := format.Parser{Options: r.env.Options}
	recursive := p.Bool("recursiveFileLookup", false)
	if p.Err != nil {
		return p.Err
	}
	if recursive {
		var all []format.File
		for _, d := range l.dirs {
			all = append(all, l.files[d]...)
		}
		r.parts = []share{{files: all}}
		return nil
	}
	written, logged, err := manifest(r.roots)
	if err != nil {
		return err
	}
	if logged {
		l = l.only(written)
	}
	bases, err := r.bases(l)
	if err != nil {
		return err
	}
	infer := r.env.Conf("spark.sql.sources.partitionColumnTypeInference.enabled", "true") != "false"
	found, schema, err := discover(l.dirs, bases, declared, infer, r.env.Zone, r.env.Exact)
	if err != nil {
		return err
	}
	if len(schema.Fields) == 0 {
		r.parts = []share{{files: l.direct()}}
		return nil
	}
	r.partitions = schema
	for _, p := range found {
		r.parts = append(r.parts, share{p.values, l.files[p.dir]})
	}
	return nil
}

// bases are the directories above which names are no partitions.
func (r *Relation) bases(l *listing) ([]string, error) {
	if b := r.env.Options.Text("basePath", ""); b != "" {
		local, err := file.Local(b)
		if err != nil {
			return nil, err
		}
		if info, err := os.Stat(local); err != nil || !info.IsDir() {
			return nil, condition.New("", "", "Option 'basePath' must be a directory")
		}
		return []string{local}, nil
	}
	var bases []string
	for _, root := range r.roots {
		if l.named[root] {
			root = filepath.Dir(root)
		}
		bases = append(bases, root)
	}
	return bases, nil
}

// chosen are the options that leave files out by name and time.
func chosen(o format.Options) (func(path string, info os.FileInfo) bool, error) {
	glob := o.Text("pathGlobFilter", "")
	if glob != "" {
		if _, err := filepath.Match(glob, "x"); err != nil {
			return nil, condition.New("", "", "Illegal file pattern %s", glob)
		}
	}
	var before, after time.Time
	for _, t := range []struct {
		name string
		to   *time.Time
	}{{"modifiedBefore", &before}, {"modifiedAfter", &after}} {
		if text := o.Text(t.name, ""); text != "" {
			micros, ok := types.StringToTimestamp(text, time.UTC, nil)
			if !ok {
				return nil, condition.New("", "", "The timestamp provided for the option %q is invalid: want YYYY-MM-DDTHH:mm:ss, have %q", t.name, text)
			}
			*t.to = time.UnixMicro(micros)
		}
	}
	return func(path string, info os.FileInfo) bool {
		if ok, _ := filepath.Match(glob, filepath.Base(path)); glob != "" && !ok {
			return false
		}
		return (before.IsZero() || info.ModTime().Before(before)) && (after.IsZero() || info.ModTime().After(after))
	}, nil
}

// columns settles the schema.
func (r *Relation) columns(ctx context.Context, declared *types.Type) error {
	data := declared
	if fixed, ok := r.format.(format.Fixed); ok && data == nil {
		data = fixed.Columns(&r.env)
	}
	if data == nil {
		var err error
		if data, err = r.format.Infer(ctx, r.sources(), &r.env); err != nil {
			return r.failed("", err)
		}
		if data == nil {
			return condition.New("UNABLE_TO_INFER_SCHEMA", "42KD9", "Unable to infer schema for %s. It must be specified manually.", r.format.Name()).WithParam("format", r.format.Name())
		}
	}
	r.schema, r.data = types.StructOf(), types.StructOf()
	taken := make([]bool, len(r.partitions.Fields))
	var behind []int // where columns of partitions are seen
	for _, f := range data.Fields {
		f.Nullable, f.Type = true, nullable(f.Type)
		if k := r.partitions.Index(f.Name, r.env.Exact); k >= 0 {
			taken[k] = true
			f.Type = r.partitions.Fields[k].Type
			behind = append(behind, len(r.at))
			r.at = append(r.at, k)
		} else {
			r.at = append(r.at, len(r.data.Fields))
			r.data.Fields = append(r.data.Fields, f)
		}
		r.schema.Fields = append(r.schema.Fields, f)
	}
	for k, f := range r.partitions.Fields {
		if !taken[k] {
			behind = append(behind, len(r.at))
			r.at = append(r.at, k)
			r.schema.Fields = append(r.schema.Fields, f)
		}
	}
	for _, i := range behind {
		r.at[i] += len(r.data.Fields)
	}
	return distinct(r.schema, r.env.Exact)
}

// distinct complains of a name that is there twice.
func distinct(t *types.Type, exact bool) error {
	seen := make(map[string]bool, len(t.Fields))
	for _, f := range t.Fields {
		name := f.Name
		if !exact {
			name = strings.ToLower(name)
		}
		if seen[name] {
			return condition.New("COLUMN_ALREADY_EXISTS", "42711", "The column %s already exists. Choose another name or rename the existing column.", types.Quote(name)).
				WithParam("columnName", types.Quote(name))
		}
		seen[name] = true
	}
	return nil
}

// nullable is a type whose parts may all be null: files promise nothing.
func nullable(t *types.Type) *types.Type {
	switch t.Kind {
	case types.ArrayKind:
		return types.ArrayOf(nullable(t.Elem), true)
	case types.MapKind:
		return types.MapOf(nullable(t.Key), nullable(t.Elem), true)
	case types.StructKind:
		fs := slices.Clone(t.Fields)
		for i := range fs {
			fs[i].Type, fs[i].Nullable = nullable(fs[i].Type), true
		}
		return types.StructOf(fs...)
	}
	return t
}

// sources are all files.
func (r *Relation) sources() []format.File {
	var all []format.File
	for _, p := range r.parts {
		all = append(all, p.files...)
	}
	return all
}

// Schema is the columns, those of partitions last.
func (r *Relation) Schema() *types.Type { return r.schema }

// Partitions are the columns that paths say.
func (r *Relation) Partitions() *types.Type { return r.partitions }

// Files are the files, in the order they were found.
func (r *Relation) Files() []format.File { return r.sources() }

// Roots are the paths the files were found below.
func (r *Relation) Roots() []string { return r.roots }

func (r *Relation) String() string {
	return fmt.Sprintf("%s [%s]", strings.ToLower(r.format.Name()), strings.Join(mapped(r.roots, uri), ", "))
}

// Sizes in bytes, as spark.sql.files.* has them.
const (
	maxPartitionBytes = 128 << 20
	openCost          = 4 << 20
)

func (r *Relation) size(key string, otherwise int64) int64 {
	text := strings.ToLower(strings.TrimSuffix(strings.ToLower(r.env.Conf(key, "")), "b"))
	unit := int64(1)
	if n := len(text); n > 0 {
		if at := strings.IndexByte("kmgt", text[n-1]); at >= 0 {
			unit, text = 1<<(10*(at+1)), text[:n-1]
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n <= 0 {
		return otherwise
	}
	return n * unit
}

// Splits prepares the reading of some columns of the rows that may meet the filters.
func (r *Relation) Splits(columns []int, filters []expr.Expr) ([]connector.Split, error) {
	shares, err := r.pruned(filters)
	if err != nil {
		return nil, err
	}
	s := &format.Scan{Env: &r.env, Schema: r.data, Filters: format.Filters(filters, func(a *expr.Attr) int {
		if i := r.schema.Index(a.Name, true); i >= 0 && r.at[i] < len(r.data.Fields) {
			return r.at[i]
		}
		return -1
	})}
	l := &layout{partitions: r.partitions}
	for _, c := range columns {
		at := r.at[c]
		if at < len(r.data.Fields) {
			l.columns = append(l.columns, column{data: true, at: len(s.Columns)})
			s.Columns = append(s.Columns, at)
		} else {
			l.columns = append(l.columns, column{at: at - len(r.data.Fields)})
		}
	}
	open, err := r.format.Open(s)
	if err != nil {
		return nil, err
	}
	reader := &reading{open: open, layout: l, relation: r}
	return r.pack(shares, reader), nil
}

// pruned are the partitions for which the filters that concern nothing else may be true.
func (r *Relation) pruned(filters []expr.Expr) ([]share, error) {
	if len(r.partitions.Fields) == 0 || len(filters) == 0 {
		return r.parts, nil
	}
	var about []expr.Expr
	for _, f := range filters {
		ok := true
		bound := expr.Rewrite(f, func(e expr.Expr) expr.Expr {
			a, is := e.(*expr.Attr)
			if !is {
				return e
			}
			k := r.partitions.Index(a.Name, true)
			if k < 0 {
				ok = false
				return e
			}
			return &expr.Col{Index: k, Typ: a.Typ, Null: a.Null, Name: a.Name}
		})
		if ok {
			about = append(about, bound)
		}
	}
	if len(about) == 0 {
		return r.parts, nil
	}
	b := &batch.Batch{N: len(r.parts)}
	for k, f := range r.partitions.Fields {
		v := batch.ForType(f.Type, len(r.parts))
		for _, p := range r.parts {
			v.AppendAny(p.values[k])
		}
		b.Cols = append(b.Cols, v)
	}
	keep := make([]bool, len(r.parts))
	for i := range keep {
		keep[i] = true
	}
	for _, e := range about {
		eval, err := expr.Compile(e)
		if err != nil {
			return nil, err
		}
		v, err := eval.Eval(&expr.Context{Zone: r.env.Zone}, b, nil)
		if err != nil {
			continue // the filter above raises it, if there is a row to raise it for
		}
		truth := v.(*batch.Vec[bool])
		for i := range keep {
			keep[i] = keep[i] && !truth.Null(i) && truth.V[i]
		}
	}
	var left []share
	for i, p := range r.parts {
		if keep[i] {
			left = append(left, p)
		}
	}
	return left, nil
}

// Current says whether the files are still those that were found.
func (r *Relation) Current() bool {
	keep, err := chosen(r.env.Options)
	if err != nil {
		return false
	}
	l, err := list(r.roots, keep)
	if err != nil {
		return false
	}
	now := map[format.File]bool{}
	n := 0
	for _, d := range l.dirs {
		for _, f := range l.files[d] {
			now[f] = true
			n++
		}
	}
	for _, f := range r.sources() {
		if !now[f] {
			return false
		}
	}
	return n == r.listed
}

// Cheapest is the column to read when only the number of rows counts: one that paths say, or one without parts.
func (r *Relation) Cheapest() int {
	best := 0
	for i, f := range r.schema.Fields {
		if r.at[i] >= len(r.data.Fields) {
			return i
		}
		if f.Name == r.env.Options.Text("columnNameOfCorruptRecord", r.env.Conf("spark.sql.columnNameOfCorruptRecord", "_corrupt_record")) {
			continue
		}
		if b := r.schema.Fields[best]; weight(f.Type) < weight(b.Type) || strings.HasPrefix(b.Name, "_corrupt") {
			best = i
		}
	}
	return best
}

// weight is how much work a value of a type is.
func weight(t *types.Type) int {
	switch {
	case t.Nested():
		return 3
	case t.Text(), t.Kind == types.BinaryKind, t.Kind == types.DecimalKind:
		return 2
	}
	return 1
}
