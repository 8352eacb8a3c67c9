package filestream

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/file"
	"gospark/runtime/connector/seqlog"
	"gospark/runtime/format"
	"gospark/runtime/format/files"
	"gospark/runtime/types"
)

// manifest is the directory that lists the files that count, one entry for each batch.
const manifest = "_spark_metadata"

// A written file, as the manifest lists it.
type written struct {
	Path             string `json:"path"`
	Size             int64  `json:"size"`
	IsDir            bool   `json:"isDir"`
	ModificationTime int64  `json:"modificationTime"`
	BlockReplication int    `json:"blockReplication"`
	BlockSize        int64  `json:"blockSize"`
	Action           string `json:"action"`
}

// blockSize is what local files have in Hadoop.
const blockSize = 33554432

// A Target says where and how to write.
type Target struct {
	Format      string
	Path        string
	PartitionBy []string
	Schema      *types.Type
	Env         format.Env
	New         bool // the query has committed nothing yet
}

// A sink writes the files of a batch under names that nobody else uses, and lists them in the manifest when all are on
// disk: who reads the directory through the manifest, as Spark and this engine do, sees each batch once. Files of a
// batch that was cut off stay until it runs again and are not listed.
type sink struct {
	Target
	dir     string
	encoder format.Encoder
	keys    []int // the positions of the columns that directories are named by
	data    []int // of the others
	log     *lineLog[written]
}

var (
	_ connector.Sink      = (*sink)(nil)
	_ connector.Uncounted = (*sink)(nil)
)

// NewSink makes the directory and reads its manifest.
func NewSink(t Target) (connector.Sink, error) {
	f, err := files.Lookup(t.Format)
	if err != nil {
		return nil, err
	}
	if t.Path == "" {
		return nil, condition.New("", "", "'path' is not specified").WithFix("name a directory with Start(path)")
	}
	k := &sink{Target: t}
	if k.dir, err = file.Local(t.Path); err != nil {
		return nil, err
	}
	rest := types.StructOf()
	for i, c := range t.Schema.Fields {
		if slices.ContainsFunc(t.PartitionBy, func(p string) bool { return strings.EqualFold(p, c.Name) }) {
			continue
		}
		k.data = append(k.data, i)
		rest.Fields = append(rest.Fields, c)
	}
	for _, p := range t.PartitionBy {
		k.keys = append(k.keys, t.Schema.Index(p, false))
	}
	if len(k.data) == 0 {
		return nil, condition.New("ALL_PARTITION_COLUMNS_NOT_ALLOWED", "KD005", "Cannot use all columns for partition columns.")
	}
	if k.encoder, err = f.Create(rest, &k.Env); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(k.dir, 0o755); err != nil {
		return nil, err
	}
	if k.log, err = readLog[written](filepath.Join(k.dir, manifest)); err != nil {
		return nil, err
	}
	if t.New && k.log.end > 0 {
		return nil, condition.New("", "", "%s holds the batches 0 to %d of another query: those of this one would be taken for them", k.dir, k.log.end).
			WithFix("go on from that query's checkpointLocation, or write into another directory")
	}
	return k, nil
}

func (k *sink) Uncounted()     {}
func (k *sink) Close() error   { return nil }
func (k *sink) String() string { return fmt.Sprintf("FileSink[file:%s]", k.dir) }

func (k *sink) Begin(_ context.Context, id int64) (bool, error) { return id <= k.log.end, nil }

// Abort leaves nothing to do: the writers have removed their files.
func (k *sink) Abort(context.Context, int64) error { return nil }

func (k *sink) Writer(_ context.Context, _ int64, partition int) (connector.Writer, error) {
	return &writer{sink: k, partition: partition, open: map[string]*output{}}, nil
}

// Commit lists the files. The entry of a batch without files is there, too.
func (k *sink) Commit(_ context.Context, id int64, results []any) error {
	var all []written
	for _, r := range results {
		fs, _ := r.([]written) // nil of a batch that ran without a writer
		all = append(all, fs...)
	}
	return k.log.add(id, all)
}

// A writer writes one file for each directory that its rows belong to.
type writer struct {
	*sink
	partition int
	open      map[string]*output
	order     []*output
}

type output struct {
	f    *os.File
	enc  format.Writer
	path string
}

func (w *writer) Write(b *batch.Batch) error {
	if len(w.keys) == 0 {
		return w.write("", b)
	}
	byDir := map[string][]int32{}
	var dirs []string
	for i := range b.Rows() {
		at := b.Row(i)
		var parts []string
		for n, c := range w.keys {
			parts = append(parts, w.PartitionBy[n]+"="+partitionText(b.Cols[c].Any(at), w.Schema.Fields[c].Type, &w.Env))
		}
		d := filepath.Join(parts...)
		if byDir[d] == nil {
			dirs = append(dirs, d)
		}
		byDir[d] = append(byDir[d], int32(at))
	}
	for _, d := range dirs {
		if err := w.write(d, &batch.Batch{N: b.N, Sel: byDir[d], Cols: b.Cols}); err != nil {
			return err
		}
	}
	return nil
}

// partitionText is a value as the name of a directory.
func partitionText(v any, t *types.Type, e *format.Env) string {
	if v == nil || v == "" {
		return "__HIVE_DEFAULT_PARTITION__"
	}
	var b strings.Builder
	for _, c := range []byte(types.Text(v, t, types.CastText, e.Zone)) {
		if c < 0x20 || c == 0x7f || strings.IndexByte("\"#%'*/:=?\\{[]^", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (w *writer) write(dir string, b *batch.Batch) error {
	o := w.open[dir]
	if o == nil {
		var err error
		if o, err = w.create(dir); err != nil {
			return err
		}
	}
	data := &batch.Batch{N: b.N, Sel: b.Sel}
	for _, c := range w.data {
		data.Cols = append(data.Cols, b.Cols[c])
	}
	return o.enc.Write(data)
}

func (w *writer) create(dir string) (*output, error) {
	d := filepath.Join(w.dir, dir)
	if err := os.MkdirAll(d, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(d, fmt.Sprintf("part-%05d-%s-c000%s", w.partition, newID(), w.encoder.Extension()))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	o := &output{f: f, path: path}
	w.open[dir], w.order = o, append(w.order, o)
	o.enc, err = w.encoder.Begin(f)
	return o, err
}

func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Commit puts the files on disk.
func (w *writer) Commit() (any, error) {
	var all []written
	for _, o := range w.order {
		if err := o.enc.Close(); err != nil {
			return nil, err
		}
		o.enc = nil
		if err := o.f.Sync(); err != nil {
			return nil, err
		}
		info, err := o.f.Stat()
		if err != nil {
			return nil, err
		}
		if err := o.f.Close(); err != nil {
			return nil, err
		}
		o.f = nil
		if err := seqlog.SyncDir(filepath.Dir(o.path)); err != nil {
			return nil, err
		}
		all = append(all, written{Path: "file://" + o.path, Size: info.Size(), ModificationTime: info.ModTime().UnixMilli(),
			BlockReplication: 1, BlockSize: blockSize, Action: "add"})
	}
	return all, nil
}

func (w *writer) Abort() error {
	var errs []error
	for _, o := range w.order {
		if o.f != nil {
			errs = append(errs, o.f.Close())
		}
		if err := os.Remove(o.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// sinkFiles are the files that count in a directory a stream writes into; false for any other.
func sinkFiles(roots []string) (map[string]bool, bool, error) {
	if len(roots) != 1 {
		return nil, false, nil
	}
	dir := filepath.Join(roots[0], manifest)
	if _, err := os.Stat(dir); err != nil {
		return nil, false, nil // a directory of other files
	}
	log, err := readLog[written](dir)
	if err != nil {
		return nil, false, err
	}
	m := map[string]bool{}
	for _, f := range log.all() {
		if p, err := file.Local(f.Path); err == nil {
			m[p] = f.Action != "delete"
		}
	}
	return m, true, nil
}
