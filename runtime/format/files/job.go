package files

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/file"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// A JobSpec says what to write and where.
type JobSpec struct {
	Dir         string
	Format      string
	Schema      *types.Type
	PartitionBy []string
	Env         format.Env
	// Overwrite puts the new files in the place of all that is in the directory, or of what is below Within only.
	Overwrite bool
	Within    string // a path such as k=1, relative to Dir
	// Dynamic replaces, with Overwrite, only the partitions that are written.
	Dynamic bool
	// Success leaves an empty file _SUCCESS when all is written.
	Success bool
	// Sync forces files to the disk before they are committed.
	Sync bool
}

const (
	temporary = "_temporary"
	success   = "_SUCCESS"
)

// A Job is one write into a directory.
//
// Files are written below _temporary and renamed by Commit, so that who lists the directory sees all of a write or
// nothing; what an overwrite replaces is kept until then, and put back if Commit fails. Writer may be called from several
// goroutines, also again for a partition whose task is tried again: the writers whose results are given to Commit count.
// Commit or Abort is called once, when no writer is at work.
type Job struct {
	spec     JobSpec
	dir      string
	temp     string
	created  string // the uppermost directory that was not there before
	encoder  format.Encoder
	id       string
	attempts atomic.Int64
	data     []int // columns that files have
	by       []int // columns that paths say
	most     int   // rows in a file, 0: no limit
}

// Written is what the Commit of a writer returns.
type Written struct {
	Files []WrittenFile
	Rows  int64
}

// A WrittenFile is a file by its path relative to the job's directory.
type WrittenFile struct {
	Path string
	Size int64
	temp string
}

// NewJob checks what is to be written and makes the directory.
func NewJob(spec JobSpec) (*Job, error) {
	f, err := Lookup(spec.Format)
	if err != nil {
		return nil, err
	}
	if err := spec.Env.TimeZone(); err != nil {
		return nil, err
	}
	j := &Job{spec: spec, id: uuid()}
	if j.dir, err = file.Local(spec.Dir); err != nil {
		return nil, err
	}
	if err := j.columns(f); err != nil {
		return nil, err
	}
	p := format.Parser{Options: spec.Env.Options}
	if j.most = p.Int("maxRecordsPerFile", 0); p.Err != nil {
		return nil, p.Err
	}
	data := types.StructOf()
	for _, c := range j.data {
		data.Fields = append(data.Fields, spec.Schema.Fields[c])
	}
	if j.encoder, err = f.Create(data, &j.spec.Env); err != nil {
		return nil, err
	}
	j.created = missing(j.dir)
	j.temp = filepath.Join(j.dir, temporary, j.id)
	return j, os.MkdirAll(j.temp, 0o755)
}

// uuid is a random name.
func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// columns parts the columns into those of files and those of paths.
func (j *Job) columns(f format.Format) error {
	s := j.spec.Schema
	if err := distinct(s, j.spec.Env.Exact); err != nil {
		return err
	}
	for _, name := range j.spec.PartitionBy {
		i := s.Index(name, j.spec.Env.Exact)
		if i < 0 {
			return condition.New("PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA", "42000", "Partition column %s not found in schema %s. Please provide the existing column for partitioning.",
				types.Quote(name), `"`+s.SQL()+`"`).WithParam("column", types.Quote(name)).WithParam("schema", `"`+s.SQL()+`"`)
		}
		if slices.Contains(j.by, i) {
			return condition.New("COLUMN_ALREADY_EXISTS", "42711", "The column %s already exists. Choose another name or rename the existing column.", types.Quote(strings.ToLower(name))).
				WithParam("columnName", types.Quote(strings.ToLower(name)))
		}
		if t := s.Fields[i].Type; t.Nested() || t.Kind == types.VoidKind || t.Kind == types.CalendarKind {
			return condition.New("INVALID_PARTITION_COLUMN_DATA_TYPE", "0A000", "Cannot use %s for partition column.", `"`+t.SQL()+`"`).WithParam("type", `"`+t.SQL()+`"`)
		}
		j.by = append(j.by, i)
	}
	if len(j.by) > 0 && len(j.by) == len(s.Fields) {
		return condition.New("ALL_PARTITION_COLUMNS_NOT_ALLOWED", "KD005", "Cannot use all columns for partition columns.")
	}
	for i := range s.Fields {
		if !slices.Contains(j.by, i) {
			j.data = append(j.data, i)
		}
	}
	if len(j.data) == 0 {
		return condition.New("EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE", "0A000", "The %s datasource does not support writing empty or nested empty schemas. Please make sure the data schema has at least one or more column(s).", f.Name()).
			WithParam("format", f.Name())
	}
	return nil
}

// missing is the uppermost directory on the way to dir that does not exist, "" if all do.
func missing(dir string) string {
	found := ""
	for {
		if _, err := os.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
			return found
		}
		found, dir = dir, filepath.Dir(dir)
	}
}

var _ connector.Writer = (*taskWriter)(nil)

// Writer begins the files of a partition.
func (j *Job) Writer(ctx context.Context, partition int) (connector.Writer, error) {
	dir := filepath.Join(j.temp, fmt.Sprintf("attempt-%d", j.attempts.Add(1)))
	return &taskWriter{job: j, ctx: ctx, partition: partition, dir: dir, open: map[string]*output{}}, os.Mkdir(dir, 0o755)
}

// Commit puts the files of writers in their places and returns them. After an error nothing has changed, and Abort is to
// be called.
func (j *Job) Commit(written []any) (files []WrittenFile, err error) {
	for _, w := range written {
		if w, ok := w.(*Written); ok {
			files = append(files, w.Files...)
		}
	}
	var undo []func() error
	defer func() {
		if err == nil {
			return
		}
		for _, u := range slices.Backward(undo) {
			err = errors.Join(err, u())
		}
	}()
	move := func(from, to string) error {
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
		undo = append(undo, func() error { return os.Rename(to, from) })
		return nil
	}
	replaced, err := j.replaced(files)
	if err != nil {
		return nil, err
	}
	for _, old := range replaced {
		if err := move(filepath.Join(j.dir, old), filepath.Join(j.temp, "replaced", old)); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		if err := move(f.temp, filepath.Join(j.dir, f.Path)); err != nil {
			return nil, err
		}
	}
	if j.spec.Success {
		if err := os.WriteFile(filepath.Join(j.dir, success), nil, 0o644); err != nil {
			return nil, err
		}
	}
	j.clean() // what is left of the old files no one sees
	return files, nil
}

// replaced are the files and directories that an overwrite takes away, relative to the job's.
func (j *Job) replaced(files []WrittenFile) ([]string, error) {
	if !j.spec.Overwrite {
		return nil, nil
	}
	dirs := []string{j.spec.Within}
	if j.spec.Dynamic && len(j.by) > 0 {
		dirs = nil
		for _, f := range files {
			if d := filepath.Dir(f.Path); !slices.Contains(dirs, d) {
				dirs = append(dirs, d)
			}
		}
	}
	var old []string
	for _, d := range dirs {
		entries, err := os.ReadDir(filepath.Join(j.dir, d))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		for _, e := range entries {
			if e.Name() != temporary {
				old = append(old, filepath.Join(d, e.Name()))
			}
		}
	}
	return old, nil
}

// clean removes what is below _temporary, and that directory if no other job uses it.
func (j *Job) clean() error {
	err := os.RemoveAll(j.temp)
	os.Remove(filepath.Join(j.dir, temporary)) // fails while another job is at work
	return err
}

// Abort removes everything, also the directories that were made for the job, if they are empty.
func (j *Job) Abort() error {
	err := j.clean()
	for dir := j.dir; j.created != ""; dir = filepath.Dir(dir) {
		if os.Remove(dir) != nil || dir == j.created {
			break
		}
	}
	return err
}

// An output is a file that is being written.
type output struct {
	key    string // the path of its partition
	file   *os.File
	buffer *bufio.Writer
	writer format.Writer
	path   string // relative to the job's directory
	rows   int
	used   int64 // when it was written to, for the choice of the one to close
}

const bufferSize = 256 << 10

func (o *output) finish(sync bool) (size int64, err error) {
	err = o.writer.Close()
	if err == nil {
		err = o.buffer.Flush()
	}
	if err == nil && sync {
		err = o.file.Sync()
	}
	if info, e := o.file.Stat(); e == nil {
		size = info.Size()
	}
	return size, errors.Join(err, o.file.Close())
}
