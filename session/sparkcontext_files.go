package session

import (
	"fmt"
	"os"
	"path/filepath"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/file"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// TextFile makes an RDD of the lines of files: a path, a directory, a pattern, or several, separated by commas. Names that
// start with _ or . are left out. An optional n is the least number of partitions.
func (sc *SparkContext) TextFile(path string, n ...int) *RDD {
	splits := check(file.TextSplits(path, number("TextFile", n, sc.DefaultMinPartitions())))
	return sc.fileRDD("textFile", path, "HadoopRDD", splits, gofunc.LeafOf[string]())
}

// WholeTextFiles makes pairs of path (file:/...) and content, one for each file.
func (sc *SparkContext) WholeTextFiles(path string, n ...int) *RDD {
	splits := check(file.WholeTextSplits(path, number("WholeTextFiles", n, sc.DefaultMinPartitions())))
	return sc.fileRDD("wholeTextFiles", path, "WholeTextFileRDD", splits, gofunc.PairOf(gofunc.LeafOf[string](), gofunc.LeafOf[string]()))
}

func (sc *SparkContext) fileRDD(op, path, kind string, splits []connector.Split, s gofunc.Shape) *RDD {
	o := sc.origin(op, mapRDD, path+" "+kind)
	o.Name = path
	return sc.newRDD(&plan.Scan{Origin: o, Splits: splits, Types: s.Elems()}, s)
}

// BinaryFiles makes pairs of path and content as []byte, one for each file.
func (sc *SparkContext) BinaryFiles(path string, n ...int) *RDD {
	whole := sc.WholeTextFiles(path, n...)
	return whole.Keys().Map(func(path string) (string, []byte, error) {
		b, err := os.ReadFile(localPath(path))
		return path, b, err
	})
}

// BinaryRecords makes an RDD of []byte from a file of records of equal length.
func (sc *SparkContext) BinaryRecords(path string, length int) *RDD {
	if length < 1 {
		mistake("BinaryRecords", "want a record length of at least 1, have %d", length)
	}
	return sc.BinaryFiles(path).Values().FlatMap(func(content []byte) ([][]byte, error) {
		if len(content)%length != 0 {
			return nil, fmt.Errorf("the file's size, %d bytes, is not a multiple of the record length %d", len(content), length)
		}
		var out [][]byte
		for ; len(content) > 0; content = content[length:] {
			out = append(out, content[:length:length])
		}
		return out, nil
	})
}

// localPath undoes the form file:/abs/path.
func localPath(uri string) string {
	const scheme = "file:"
	if len(uri) > len(scheme) && uri[:len(scheme)] == scheme {
		return filepath.Clean(uri[len(scheme):])
	}
	return uri
}

// SaveAsTextFile writes the text of each record as a line, a file for each partition, into a directory that must not
// exist. Files get their final names when all are written; a second argument "gzip" compresses them.
func (r *RDD) SaveAsTextFile(dir string, codec ...string) {
	gzip := false
	if len(codec) > 0 && codec[0] != "" {
		if gzip = codec[0] == "gzip" || codec[0] == "org.apache.hadoop.io.compress.GzipCodec"; !gzip {
			mistake("SaveAsTextFile", "no codec %q; use \"gzip\"", codec[0])
		}
	}
	out := check(file.NewTextOutput(dir, gzip))
	err := Try(func() {
		inParts(r, "saveAsTextFile", nil, func(t *op.Task, o op.Operator) (struct{}, error) {
			return struct{}{}, r.writePart(t, o, out)
		})
	})
	if err == nil {
		err = out.Commit()
	}
	if err != nil {
		if e := out.Abort(); e != nil {
			r.sc.cfg.Log.Warn("an incomplete output is left", "dir", dir, "error", e)
		}
		raise("SaveAsTextFile", err)
	}
}

func (r *RDD) writePart(t *op.Task, o op.Operator, out *file.TextOutput) error {
	w, err := out.Part(t.Partition)
	if err != nil {
		o.Close()
		return err
	}
	committed := false
	defer func() {
		if !committed { // also when a user's function panics
			w.Abort()
		}
	}()
	var text []byte
	err = op.Drain(o, func(b *batch.Batch) error {
		t.Metrics.OutputRows += int64(b.Rows())
		for i := range b.Rows() {
			text = r.shape.AppendRow(text[:0], b, b.Row(i), 0)
			if err := w.Write(string(text)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.Metrics.OutputBytes += w.Bytes()
	committed = true
	return w.Commit()
}
