// Package file reads and writes text files of the local file system: sc.textFile, wholeTextFiles and saveAsTextFile
// and, as a stream, the new files of a directory. What a path may be, how files are split and how results are laid out
// follow Hadoop, whose file layer Spark uses; checksum files (.crc) are neither written nor needed.
package file

import (
	"context"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/lines"
)

// Hadoop's rule for splits: no larger than a block of the local file system, and the last may be a tenth larger rather
// than leave a crumb.
const (
	blockSize = 32 << 20
	splitSlop = 1.1
)

// TextColumns are the columns of lines.
func TextColumns() []connector.Column {
	return []connector.Column{{Name: "value", Elem: reflect.TypeFor[string]()}}
}

// TextSplits finds the files of paths, a comma-separated list of files, directories and patterns, and cuts them into at
// least minPartitions ranges, if they are large enough. Empty files give none. A line belongs to the range in which it
// begins. A path that is not there is an error with Spark's message.
func TextSplits(paths string, minPartitions int) ([]connector.Split, error) {
	files, err := list(paths)
	if err != nil {
		return nil, err
	}
	return cut(files, minPartitions), nil
}

func cut(files []input, minPartitions int) []connector.Split {
	var total int64
	for _, f := range files {
		total += f.size
	}
	goal := min(max(total/int64(max(minPartitions, 1)), 1), blockSize)
	var splits []connector.Split
	for _, f := range files {
		begin := int64(0)
		if !compressed(f.path) {
			for float64(f.size-begin)/float64(goal) > splitSlop {
				splits = append(splits, &textSplit{f, begin, begin + goal})
				begin += goal
			}
		}
		if begin < f.size {
			splits = append(splits, &textSplit{f, begin, f.size})
		}
	}
	return splits
}

// textSplit is the lines of a range of a file.
type textSplit struct {
	input
	begin, end int64
}

var (
	_ connector.Split  = (*textSplit)(nil)
	_ connector.Sized  = (*textSplit)(nil)
	_ connector.Reader = (*textReader)(nil)
)

func (s *textSplit) Rows() int64  { return -1 }
func (s *textSplit) Bytes() int64 { return s.end - s.begin }
func (s *textSplit) String() string {
	return fmt.Sprintf("%s:%d+%d", uri(s.path), s.begin, s.end-s.begin)
}

// Open reads the file up to the size it had when it was listed, so that a retried task sees the same rows though the
// file has grown.
func (s *textSplit) Open(ctx context.Context) (connector.Reader, error) {
	f, err := open(s.input)
	if err != nil {
		return nil, err
	}
	r := &textReader{ctx: ctx, file: f, free: func() {}, name: uri(s.path), first: s.begin == 0}
	if compressed(s.path) {
		text, free, err := decompress(s.path, io.LimitReader(f, s.size))
		if err != nil {
			f.Close()
			return nil, err
		}
		r.free = free
		r.lines = lines.NewBulkReader(text)
	} else {
		r.lines = lines.NewRangeReader(io.NewSectionReader(f, s.begin, s.size-s.begin), s.begin, s.end)
	}
	return r, nil
}

// open opens a file that was listed, and refuses one that has lost rows since.
func open(in input) (*os.File, error) {
	f, err := os.Open(in.path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() < in.size {
		err = fmt.Errorf("%s: has become shorter since it was listed: %d bytes, was %d", uri(in.path), info.Size(), in.size)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

type textReader struct {
	ctx   context.Context
	file  *os.File
	free  func()
	name  string
	lines *lines.Reader
	first bool // nothing was read, and it is the beginning of the file
	vec   batch.Vec[string]
	batch batch.Batch
}

func (r *textReader) Next() (*batch.Batch, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	var err error
	r.vec.V, err = r.lines.Next(r.vec.V[:0], batch.Size)
	if err == io.EOF {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	if r.first {
		r.first = false
		r.vec.V[0] = strings.TrimPrefix(r.vec.V[0], "\uFEFF")
	}
	r.batch = batch.Batch{N: len(r.vec.V), Cols: []batch.Vector{&r.vec}}
	return &r.batch, nil
}

// Malformed is how many U+FFFD stand for bytes that were not UTF-8.
func (r *textReader) Malformed() int64 { return r.lines.Malformed() }

func (r *textReader) Close() error {
	r.free()
	return r.file.Close()
}
