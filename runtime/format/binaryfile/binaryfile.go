// Package binaryfile reads each file as a row: its path, the time of its last change, its length and its content.
package binaryfile

import (
	"context"
	"fmt"
	"io"
	"os"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// Format is binaryFile.
type Format struct{}

var (
	_ format.Format = Format{}
	_ format.Fixed  = Format{}
)

// Name is what Spark calls the format in messages.
func (Format) Name() string { return "binaryFile" }

// Columns is what is known of a file.
func (Format) Columns(*format.Env) *types.Type {
	return types.StructOf(types.Field{Name: "path", Type: types.String}, types.Field{Name: "modificationTime", Type: types.Timestamp},
		types.Field{Name: "length", Type: types.Long}, types.Field{Name: "content", Type: types.Binary, Nullable: true})
}

// Infer is Columns.
func (f Format) Infer(_ context.Context, _ []format.File, e *format.Env) (*types.Type, error) {
	return f.Columns(e), nil
}

// Splittable is false: a file is a row.
func (Format) Splittable(format.File, *format.Env) bool { return false }

// Create refuses.
func (Format) Create(*types.Type, *format.Env) (format.Encoder, error) {
	return nil, condition.New("", "", "Write is not supported for binary file data source")
}

// Open prepares the reading. The content of a file is read when it is wanted.
func (f Format) Open(s *format.Scan) (format.Opener, error) {
	all := f.Columns(s.Env)
	for _, w := range s.Wanted().Fields {
		if i := all.Index(w.Name, true); i < 0 || !all.Fields[i].Type.Same(w.Type) {
			return nil, condition.New("", "", "the binaryFile data source has the columns %s, not %s", all, w.Name+" "+w.Type.SQL())
		}
	}
	wanted := s.Wanted()
	return func(ctx context.Context, r format.Range) (connector.Reader, error) {
		return &reader{wanted: wanted, file: r.File}, nil
	}, nil
}

type reader struct {
	wanted *types.Type
	file   format.File
	done   bool
}

// largest is the largest file whose content is read.
const largest = 1<<31 - 1

func (r *reader) Next() (*batch.Batch, error) {
	if r.done {
		return nil, io.EOF
	}
	r.done = true
	b := &batch.Batch{N: 1}
	for _, f := range r.wanted.Fields {
		v := batch.ForType(f.Type, 1)
		switch f.Name {
		case "path":
			v.AppendAny(uri(r.file))
		case "modificationTime":
			v.AppendAny(r.file.Modified.UnixMilli() * 1000)
		case "length":
			v.AppendAny(r.file.Size)
		default:
			if r.file.Size > largest {
				return nil, fmt.Errorf("the content of a file of %d bytes is more than a value can hold", r.file.Size)
			}
			content, err := os.ReadFile(r.file.Path)
			if err != nil {
				return nil, err
			}
			v.AppendAny(string(content))
		}
		b.Cols = append(b.Cols, v)
	}
	return b, nil
}

// uri is a path as the column path has it.
func uri(f format.File) string { return "file:" + f.Path }

func (r *reader) Close() error { return nil }
