// Package format is the contract between files and what is in them. Each format is a package of its own below this one,
// its reader and its writer together; package files finds the files, cuts them into ranges, discovers partitions and runs
// the writes, the same for all formats. Adding a format is adding a folder and one line in the table of package files.
//
// A [Format] has three duties: to say what columns files have ([Format.Infer]), to read ranges of files into columns
// ([Format.Open]), and to write columns into a file ([Format.Create]).
package format

import (
	"context"
	"io"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/types"
)

// A File is a file as it was when it was listed.
type File struct {
	Path     string // absolute
	Size     int64
	Modified time.Time
}

// URI is the path as Spark shows it.
func (f File) URI() string { return "file://" + f.Path }

// A Range is a part of a file, from the byte Start to the byte End. A record belongs to the range in which it begins; the
// format knows where one begins.
type Range struct {
	File
	Start, End int64
}

// Whole is the range that is the whole file.
func Whole(f File) Range { return Range{File: f, End: f.Size} }

// An Env is what reading and writing depends on besides the files: the user's options and the session's settings.
type Env struct {
	Options     Options
	Zone        *time.Location   // of the session
	Now         func() time.Time // nil: the computer's clock
	Parallelism int              // how many tasks run at once
	Exact       bool             // names are different when their case is
	// Setting is a setting of the session, spark.*; nil: there are none.
	Setting func(key, otherwise string) string
}

// Conf is a setting of the session.
func (e *Env) Conf(key, otherwise string) string {
	if e.Setting == nil {
		return otherwise
	}
	return e.Setting(key, otherwise)
}

// A Format is one kind of file. It has no state and may be used by several goroutines.
//
// Infer is the columns of files, which are not empty; nil without an error means that the files do not say.
//
// Splittable says whether ranges of a file can be read each by itself.
//
// Open prepares the reading of columns, and complains of options, of types that the format does not have and of filters
// it cannot live without. The Opener may be used by several goroutines. Its readers yield the columns asked for, in their
// order; when none are, batches that only have a number of rows.
//
// Create prepares the writing of rows of a schema.
type Format interface {
	Name() string
	Infer(ctx context.Context, files []File, e *Env) (*types.Type, error)
	Splittable(f File, e *Env) bool
	Open(s *Scan) (Opener, error)
	Create(schema *types.Type, e *Env) (Encoder, error)
}

// A Scan is which columns of files are wanted. Schema is all columns the files are taken to have, Columns the positions
// in it of those wanted. Filters are facts that rows which are not met may be left out; to make use of them is not a duty.
type Scan struct {
	*Env
	Schema  *types.Type
	Columns []int
	Filters []Filter
}

// Wanted is the columns wanted, as a schema.
func (s *Scan) Wanted() *types.Type {
	t := &types.Type{Kind: types.StructKind}
	for _, c := range s.Columns {
		t.Fields = append(t.Fields, s.Schema.Fields[c])
	}
	return t
}

// An Opener reads a range of a file.
type Opener func(ctx context.Context, r Range) (connector.Reader, error)

// An Encoder makes files of rows. It may be used by several goroutines.
type Encoder interface {
	// Extension is the end of a file's name, compression included: ".json.gz".
	Extension() string
	// Begin writes a file to w.
	Begin(w io.Writer) (Writer, error)
}

// A Writer writes the rows of one file. Close ends what was begun and does not close what is below.
type Writer interface {
	Write(b *batch.Batch) error
	Close() error
}

// A Fixed format has columns that do not depend on the files, such as text.
type Fixed interface {
	Columns(e *Env) *types.Type
}
