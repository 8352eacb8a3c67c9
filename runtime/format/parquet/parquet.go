// Package parquet reads and writes Parquet files as Spark does, on top of parquet-go's pages.
//
// Only the columns that are wanted are read, and row groups whose statistics deny a filter are not. What Spark has
// written is taken for what its own note in the file says; other files by their logical types, with lists in all the
// shapes that writers have given them, and timestamps of 96 bits.
package parquet

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	pq "github.com/parquet-go/parquet-go"

	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// Format is Parquet.
type Format struct{}

var _ format.Format = Format{}

// Name is what Spark calls the format in messages.
func (Format) Name() string { return "Parquet" }

// Splittable is true: a range has the row groups whose middle lies in it.
func (Format) Splittable(format.File, *format.Env) bool { return true }

// Keys of the notes that Spark leaves in files.
const (
	schemaKey  = "org.apache.spark.sql.parquet.row.metadata"
	versionKey = "org.apache.spark.version"
)

// Infer takes the columns from the footer of one file, or with mergeSchema of all files.
func (Format) Infer(ctx context.Context, files []format.File, e *format.Env) (*types.Type, error) {
	p := &format.Parser{Options: e.Options}
	merge := p.Bool("mergeSchema", e.Conf("spark.sql.parquet.mergeSchema", "false") == "true")
	if p.Err != nil || len(files) == 0 {
		return nil, p.Err
	}
	if !merge {
		files = files[:1]
	}
	found, err := format.InRanges(ctx, files, e, func(format.File) bool { return false }, func(_ context.Context, r format.Range) (*types.Type, error) {
		f, err := open(r.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return schemaOf(f.File)
	})
	if err != nil {
		return nil, err
	}
	sum := found[0]
	for _, t := range found[1:] {
		if sum, err = mergeSchemas(sum, t, e.Exact); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// A file is an open Parquet file.
type file struct {
	*pq.File
	f *os.File
}

func (f *file) Close() error { return f.f.Close() }

// open reads the footer.
func open(in format.File) (opened *file, err error) {
	f, err := os.Open(in.Path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = badFooter(in, errors.New("the footer is damaged"))
		}
		if err != nil {
			f.Close()
		}
	}()
	p, err := pq.OpenFile(f, in.Size, pq.SkipPageIndex(true), pq.SkipBloomFilters(true), pq.ReadBufferSize(256<<10))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, badFooter(in, err)
	}
	return &file{p, f}, nil
}

func badFooter(in format.File, why error) error {
	e := condition.New("FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", "KD001", "Encountered error while reading file %s. Could not read footer. Please ensure that the file is in either ORC or Parquet format.\nIf not, please convert it to a valid format. If the file is in the valid format, please check if it is corrupt.\nIf it is, you can choose to either ignore it or fix the corruption.", in.URI()).
		WithParam("path", in.URI())
	e.Cause = why
	return e
}

// mergeSchemas has the columns of both.
func mergeSchemas(a, b *types.Type, exact bool) (*types.Type, error) {
	out := types.StructOf(append([]types.Field(nil), a.Fields...)...)
	for _, f := range b.Fields {
		i := out.Index(f.Name, exact)
		if i < 0 {
			out.Fields = append(out.Fields, f)
			continue
		}
		t, err := mergeTypes(out.Fields[i].Type, f.Type, exact)
		if err != nil {
			return nil, condition.New("CANNOT_MERGE_SCHEMAS", "42KD9", "Failed merging schemas:\nInitial schema:\n\"%s\"\nSchema that cannot be merged with the initial schema:\n\"%s\".", a.SQL(), b.SQL()).
				WithParam("left", `"`+a.SQL()+`"`).WithParam("right", `"`+b.SQL()+`"`)
		}
		out.Fields[i].Type = t
	}
	return out, nil
}

func mergeTypes(a, b *types.Type, exact bool) (*types.Type, error) {
	switch {
	case a.Same(b):
		return a, nil
	case a.Kind == types.StructKind && b.Kind == types.StructKind:
		return mergeSchemas(a, b, exact)
	case a.Kind == types.ArrayKind && b.Kind == types.ArrayKind:
		elem, err := mergeTypes(a.Elem, b.Elem, exact)
		return types.ArrayOf(elem, true), err
	case a.Kind == types.MapKind && b.Kind == types.MapKind && a.Key.Same(b.Key):
		elem, err := mergeTypes(a.Elem, b.Elem, exact)
		return types.MapOf(a.Key, elem, true), err
	case a.Integral() && b.Integral() || a.Fractional() && b.Fractional():
		return types.TightestCommon(a, b), nil
	}
	return nil, errors.New("incompatible types")
}

// schemaOf is the columns of a file: as Spark has noted them, or as the types of the file say.
func schemaOf(f *pq.File) (*types.Type, error) {
	if note, ok := f.Lookup(schemaKey); ok {
		if t, err := types.ParseJSON(note); err == nil && t.Kind == types.StructKind {
			return t, nil
		}
	}
	t := types.StructOf()
	for _, c := range f.Root().Columns() {
		ft, err := typeOf(c)
		if err != nil {
			return nil, err
		}
		t.Fields = append(t.Fields, types.Field{Name: c.Name(), Type: ft, Nullable: true})
	}
	return t, nil
}

func unsupported(c *pq.Column) error {
	return condition.New("_LEGACY_ERROR_TEMP_1172", "", "Parquet type not yet supported: %s.", strings.TrimSpace(c.String()))
}
