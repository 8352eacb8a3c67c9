// Package filestream reads the new files of a directory as a stream, and writes a stream into a directory, exactly once.
//
// The source remembers which files belong to which step of its offset in its part of the checkpoint (sources/<i>), as
// Spark does; the sink lists the files that count in _spark_metadata below its directory. What files hold is the business
// of package format.
//
// A file has to appear whole: write it elsewhere on the same disk and move it in. What is appended later is not read.
package filestream

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/file"
	"gospark/runtime/format"
	"gospark/runtime/format/files"
	"gospark/runtime/types"
)

// A Spec says what to read.
type Spec struct {
	Format  string
	Schema  *types.Type // nil: only for formats whose columns are always the same, or with Infer
	Paths   []string
	Env     format.Env // Options are those of the format, the source's own and path
	Options connector.Options
	Infer   bool // take the columns from the files that are there
}

// A Relation is the new files of a directory or pattern.
type Relation struct {
	spec   Spec
	format string
	path   string // absolute, perhaps a pattern
	schema *types.Type

	maxFiles, maxBytes int64
	latestFirst        bool
	nameOnly           bool
	maxAge             time.Duration
	clean              cleaning
	archive            string
}

// cleaning is what is done with files that were read.
type cleaning int

const (
	keepFiles cleaning = iota
	archiveFiles
	deleteFiles
)

var _ connector.Relation = (*Relation)(nil)

const week = 7 * 24 * time.Hour

// NewRelation checks the options: path, maxFilesPerTrigger, maxBytesPerTrigger, latestFirst, maxFileAge, fileNameOnly,
// cleanSource and sourceArchiveDir, and those of the format.
func NewRelation(ctx context.Context, s Spec) (*Relation, error) {
	f, err := files.Lookup(s.Format)
	if err != nil {
		return nil, err
	}
	r := &Relation{spec: s, format: f.Name()}
	paths := s.Paths
	if p := s.Env.Options.Text("path", ""); p != "" {
		paths = append([]string{p}, paths...)
	}
	if len(paths) != 1 {
		return nil, condition.New("", "", "'path' is not specified").WithFix("name one directory or pattern with Load(path)")
	}
	if r.path, err = file.Local(paths[0]); err != nil {
		return nil, err
	}
	if !pattern(r.path) {
		if _, err := os.Stat(r.path); err != nil {
			return nil, condition.New("PATH_NOT_FOUND", "42K03", "Path does not exist: file:%s.", r.path).WithParam("path", "file:"+r.path).
				WithFix("make the directory first")
		}
	}
	if err := r.options(s.Options); err != nil {
		return nil, err
	}
	return r, r.columns(ctx, f)
}

func pattern(path string) bool { return strings.ContainsAny(path, `*?[{\`) }

func (r *Relation) options(o connector.Options) (err error) {
	for _, n := range []struct {
		name string
		to   *int64
	}{{"maxFilesPerTrigger", &r.maxFiles}, {"maxBytesPerTrigger", &r.maxBytes}} {
		if *n.to, err = o.Int(n.name, 0, 1); err != nil {
			return err
		}
	}
	if r.maxFiles > 0 && r.maxBytes > 0 {
		return condition.New("", "", "Options maxFilesPerTrigger and maxBytesPerTrigger can't be both set at the same time").WithFix("leave one of them out")
	}
	if r.latestFirst, err = o.Bool("latestFirst", false); err != nil {
		return err
	}
	if r.nameOnly, err = o.Bool("fileNameOnly", false); err != nil {
		return err
	}
	if r.maxAge, err = o.Duration("maxFileAge", week); err != nil {
		return err
	}
	if r.latestFirst && (r.maxFiles > 0 || r.maxBytes > 0) {
		r.maxAge = 0 // old files would never have their turn
	}
	switch v := strings.ToLower(o.Get("cleanSource", "off")); v {
	case "off":
	case "delete":
		r.clean = deleteFiles
	case "archive":
		r.clean = archiveFiles
		dir, ok := o.Lookup("sourceArchiveDir")
		if !ok {
			return condition.New("", "", "Archive mode must be used with 'sourceArchiveDir' option.").WithFix(`add .Option("sourceArchiveDir", dir)`)
		}
		if r.archive, err = file.Local(dir); err != nil {
			return err
		}
		if pattern(r.path) || r.archive == r.path || strings.HasPrefix(r.archive, r.path+string(filepath.Separator)) {
			return condition.New("", "", "the archive %s would be read as new files of %s", r.archive, r.path).WithFix("archive into a directory elsewhere, and read a directory, not a pattern")
		}
	default:
		return connector.BadOption("cleanSource", v, "archive, delete or off")
	}
	return nil
}

// columns settles the schema: the user's, with the columns that directories k=v of today make.
func (r *Relation) columns(ctx context.Context, f format.Format) error {
	schema := r.spec.Schema
	if fixed, ok := f.(format.Fixed); ok && schema == nil {
		schema = fixed.Columns(&r.spec.Env)
	}
	if schema == nil && !r.spec.Infer {
		return condition.New("", "", "Schema must be specified when creating a streaming source DataFrame. If some files already exist in the directory, then depending on the file format you may be able to create a static DataFrame on that directory with 'spark.read.load(directory)' and infer schema from it.").
			WithFix(`add .Schema("a INT, b STRING"), or set spark.sql.streaming.schemaInference to true`)
	}
	rel, err := files.Open(ctx, files.Spec{Format: r.spec.Format, Schema: schema, Paths: []string{r.path}, Env: r.env(""), Streaming: true})
	if err != nil {
		if c, ok := condition.As(err); schema == nil || !ok || c.Condition() != "PATH_NOT_FOUND" {
			return err
		}
		r.schema = schema // a pattern that nothing matches yet
		return nil
	}
	r.schema = rel.Schema()
	return nil
}

// env is what reading depends on; base is the directory above which names are no partitions.
func (r *Relation) env(base string) format.Env {
	e := r.spec.Env
	e.Options = format.Options{}
	for k, v := range r.spec.Env.Options {
		if k != "path" {
			e.Options[k] = v
		}
	}
	if base != "" && !e.Options.Has("basePath") {
		e.Options["basepath"] = base
	}
	return e
}

func (r *Relation) Schema() *types.Type { return r.schema }

func (r *Relation) Limit() connector.Limit {
	return connector.Limit{Files: r.maxFiles, Bytes: r.maxBytes}
}

func (r *Relation) String() string { return fmt.Sprintf("FileStreamSource[file:%s]", r.path) }
