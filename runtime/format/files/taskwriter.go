package files

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// A taskWriter writes the files of one task: one, or one for each partition that the rows have.
type taskWriter struct {
	job       *Job
	ctx       context.Context
	partition int
	dir       string
	open      map[string]*output
	counter   int
	clock     int64
	written   Written
	sub       batch.Batch
	key       []byte
	rows      map[string]*[]int32 // of a batch, by partition
	order     []string
}

// maxOpen bounds the files a task has open at once. When there are more partitions, the file that was not written to for
// longest is finished, and its partition goes on in another.
const maxOpen = 64

func (w *taskWriter) Write(b *batch.Batch) error {
	if w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	w.written.Rows += int64(b.Rows())
	if len(w.job.by) == 0 {
		return w.put("", b, b.Sel)
	}
	w.group(b)
	for _, key := range w.order {
		rows := w.rows[key]
		if err := w.put(key, b, *rows); err != nil {
			return err
		}
		*rows = (*rows)[:0]
	}
	return nil
}

// group parts the rows of a batch by the path of their partition.
func (w *taskWriter) group(b *batch.Batch) {
	if w.rows == nil || len(w.rows) > 4*maxOpen {
		w.rows = map[string]*[]int32{}
	}
	w.order = w.order[:0]
	for k := range b.Rows() {
		row := b.Row(k)
		w.key = w.key[:0]
		for i, c := range w.job.by {
			if i > 0 {
				w.key = append(w.key, '/')
			}
			w.key = appendPart(w.key, w.job.spec.Schema.Fields[c], b.Cols[c].Any(row), w.job.spec.Env.Zone)
		}
		rows := w.rows[string(w.key)]
		if rows == nil {
			rows = &[]int32{}
			w.rows[string(w.key)] = rows
		}
		if len(*rows) == 0 {
			w.order = append(w.order, string(w.key))
		}
		*rows = append(*rows, int32(row))
	}
}

// put writes rows to the file of a partition.
func (w *taskWriter) put(key string, b *batch.Batch, rows []int32) error {
	for {
		o, err := w.output(key)
		if err != nil {
			return err
		}
		w.sub.N, w.sub.Sel, w.sub.Cols = b.N, rows, w.sub.Cols[:0]
		for _, c := range w.job.data {
			w.sub.Cols = append(w.sub.Cols, b.Cols[c])
		}
		n := w.sub.Rows()
		most := w.job.most
		if most <= 0 || o.rows+n <= most {
			o.rows += n
			return o.writer.Write(&w.sub)
		}
		if rows == nil {
			rows = make([]int32, n)
			for i := range rows {
				rows[i] = int32(i)
			}
		}
		w.sub.Sel, rows = rows[:most-o.rows], rows[most-o.rows:]
		if err := o.writer.Write(&w.sub); err != nil {
			return err
		}
		if err := w.finish(o); err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
	}
}

// output is the open file of a partition.
func (w *taskWriter) output(key string) (*output, error) {
	w.clock++
	if o := w.open[key]; o != nil {
		o.used = w.clock
		return o, nil
	}
	if len(w.open) == maxOpen {
		var oldest *output
		for _, o := range w.open {
			if oldest == nil || o.used < oldest.used {
				oldest = o
			}
		}
		if err := w.finish(oldest); err != nil {
			return nil, err
		}
	}
	mark := "-"
	if len(w.job.by) > 0 {
		mark = "."
	}
	name := fmt.Sprintf("part-%05d-%s%sc%03d%s", w.partition, w.job.id, mark, w.counter, w.job.encoder.Extension())
	w.counter++
	o := &output{key: key, path: filepath.Join(filepath.FromSlash(key), name), used: w.clock}
	temp := filepath.Join(w.dir, o.path)
	if err := os.MkdirAll(filepath.Dir(temp), 0o755); err != nil {
		return nil, err
	}
	var err error
	if o.file, err = os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644); err != nil {
		return nil, err
	}
	o.buffer = bufio.NewWriterSize(o.file, bufferSize)
	if o.writer, err = w.job.encoder.Begin(o.buffer); err != nil {
		o.file.Close()
		return nil, err
	}
	w.open[key] = o
	return o, nil
}

func (w *taskWriter) finish(o *output) error {
	delete(w.open, o.key)
	size, err := o.finish(w.job.spec.Sync)
	w.written.Files = append(w.written.Files, WrittenFile{Path: filepath.ToSlash(o.path), Size: size, temp: filepath.Join(w.dir, o.path)})
	return err
}

// Commit finishes the files. A write without rows still leaves one file, which says the columns.
func (w *taskWriter) Commit() (any, error) {
	if w.partition == 0 && len(w.job.by) == 0 && w.counter == 0 {
		if _, err := w.output(""); err != nil {
			return nil, err
		}
	}
	for _, o := range w.open {
		if err := w.finish(o); err != nil {
			return nil, err
		}
	}
	return &w.written, nil
}

// Abort drops the files.
func (w *taskWriter) Abort() error {
	var err error
	for _, o := range w.open {
		err = errors.Join(err, o.file.Close())
	}
	return errors.Join(err, os.RemoveAll(w.dir))
}

// PartitionPath is the path of a partition: name=value and so on.
func PartitionPath(fields []types.Field, values []any, zone *time.Location) string {
	var parts []string
	for i, f := range fields {
		parts = append(parts, string(appendPart(nil, f, values[i], zone)))
	}
	return strings.Join(parts, "/")
}

// appendPart appends name=value.
func appendPart(b []byte, f types.Field, v any, zone *time.Location) []byte {
	text := ""
	if v != nil {
		text = types.Text(v, f.Type, types.CastText, zone)
	}
	if text == "" {
		text = nullPartition
	}
	return append(append(append(b, escape(f.Name)...), '='), escape(text)...)
}
