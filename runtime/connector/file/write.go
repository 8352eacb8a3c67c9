package file

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"

	"gospark/runtime/condition"
)

const (
	temporary = "_temporary"
	success   = "_SUCCESS"
)

// A TextOutput is a directory of text files that is being written: part-00000 and so on, one for each partition, and an
// empty _SUCCESS when all are there.
//
// Parts are written below _temporary and renamed on Commit, so that who lists the directory sees whole files only. Part may
// be called from several goroutines, and again for a partition whose task is tried again: the last that is committed
// counts. Commit or Abort is called once, when no part is being written. Nothing is forced to the disk.
type TextOutput struct {
	dir      string
	suffix   string
	created  string // the uppermost directory that was not there before
	attempts atomic.Int64
}

// NewTextOutput makes the directory, which must not exist. Gzipped parts end with .gz.
func NewTextOutput(dir string, gzipped bool) (*TextOutput, error) {
	dir, err := Local(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(dir); err == nil {
		return nil, condition.New("", "", "Output directory %s already exists", uri(dir))
	} else if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	o := &TextOutput{dir: dir, created: missing(dir)}
	if gzipped {
		o.suffix = ".gz"
	}
	return o, os.MkdirAll(filepath.Join(dir, temporary, "done"), 0o755)
}

// missing is the uppermost directory on the way to dir that does not exist.
func missing(dir string) string {
	for {
		parent := filepath.Dir(dir)
		if _, err := os.Lstat(parent); err == nil || parent == dir {
			return dir
		}
		dir = parent
	}
}

// Part begins the file of a partition.
func (o *TextOutput) Part(partition int) (*PartWriter, error) {
	name := fmt.Sprintf("part-%05d%s", partition, o.suffix)
	temp := filepath.Join(o.dir, temporary, fmt.Sprintf("attempt-%d-%s", o.attempts.Add(1), name))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	w := &PartWriter{file: f, name: filepath.Join(o.dir, temporary, "done", name)}
	if o.suffix == "" {
		w.text = bufio.NewWriterSize(f, 256<<10)
	} else {
		w.zip = gzip.NewWriter(f)
		w.text = bufio.NewWriterSize(w.zip, 64<<10)
	}
	return w, nil
}

// Commit puts the parts in their places. After an error the output is incomplete and without _SUCCESS; Abort removes it.
func (o *TextOutput) Commit() error {
	done := filepath.Join(o.dir, temporary, "done")
	parts, err := os.ReadDir(done)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := os.Rename(filepath.Join(done, p.Name()), filepath.Join(o.dir, p.Name())); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(filepath.Join(o.dir, temporary)); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.dir, success), nil, 0o644)
}

// Abort removes everything, also the directories above that were made for it, if they are empty.
func (o *TextOutput) Abort() error {
	if err := os.RemoveAll(o.dir); err != nil {
		return err
	}
	for dir := o.dir; dir != o.created; {
		dir = filepath.Dir(dir)
		if os.Remove(dir) != nil {
			break // someone else uses it by now
		}
	}
	return nil
}

// A PartWriter writes the lines of one partition. It belongs to one goroutine, which calls Commit or Abort at the end.
type PartWriter struct {
	file  *os.File
	zip   *gzip.Writer
	text  *bufio.Writer
	name  string
	bytes int64
}

// Write appends lines. The error may come with a later call.
func (w *PartWriter) Write(lines ...string) error {
	for _, l := range lines {
		w.text.WriteString(l)
		if err := w.text.WriteByte('\n'); err != nil {
			return err
		}
		w.bytes += int64(len(l)) + 1
	}
	return nil
}

// Bytes is the size of what was written, before it is compressed.
func (w *PartWriter) Bytes() int64 { return w.bytes }

// Commit finishes the file. Without it, the partition is not part of the output.
func (w *PartWriter) Commit() error {
	closers := []io.Closer{w.file}
	if w.zip != nil {
		closers = []io.Closer{w.zip, w.file}
	}
	err := w.text.Flush()
	for _, c := range closers {
		err = errors.Join(err, c.Close())
	}
	if err != nil {
		os.Remove(w.file.Name())
		return err
	}
	return os.Rename(w.file.Name(), w.name)
}

// Abort drops the file.
func (w *PartWriter) Abort() error {
	return errors.Join(w.file.Close(), os.Remove(w.file.Name()))
}
