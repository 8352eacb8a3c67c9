package session

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/format/files"
	"gospark/runtime/plan"
	"gospark/runtime/stream/query"
)

// A DataStreamWriter describes a streaming query: what it writes, where, and when. Its methods change it and return it;
// Start starts the query.
//
//	q := df.WriteStream().OutputMode("update").Format("console").Trigger(ProcessingTime("5 seconds")).Start()
type DataStreamWriter struct {
	df        *DataFrame
	format    string
	options   map[string]string
	name      string
	mode      plan.OutputMode
	trigger   Trigger
	partition []string
	table     string    // of ToTable
	special   sinkMaker // of Foreach and ForeachBatch
}

// WriteStream begins the definition of a streaming query that writes the rows of the DataFrame.
func (df *DataFrame) WriteStream() *DataStreamWriter {
	if !df.IsStreaming() {
		condition.New("WRITE_STREAM_NOT_ALLOWED", "42601", "`writeStream` can be called only on streaming Dataset/DataFrame.").
			WithFix("the DataFrame reads no stream: write it with df.Write(), or read with spark.ReadStream()").Raise()
	}
	return &DataStreamWriter{df: df, options: map[string]string{}}
}

// Format is the kind of sink: console, memory, noop, kafka, or files of json, csv, text or parquet.
func (w *DataStreamWriter) Format(name string) *DataStreamWriter {
	w.format, w.special = name, nil
	return w
}

// Option sets an option of the sink, or checkpointLocation: the directory that the query goes on from after a restart.
func (w *DataStreamWriter) Option(key string, value any) *DataStreamWriter {
	w.options[strings.ToLower(key)] = fmt.Sprint(value)
	return w
}

// Options sets several options.
func (w *DataStreamWriter) Options(options map[string]string) *DataStreamWriter {
	for k, v := range options {
		w.Option(k, v)
	}
	return w
}

// QueryName names the query, for :queries, for spark.Streams() and as the table of the format memory.
func (w *DataStreamWriter) QueryName(name string) *DataStreamWriter {
	w.name = name
	return w
}

// OutputMode says which rows a batch writes: append (those that are final), update (those that are new or have changed)
// or complete (the whole result).
func (w *DataStreamWriter) OutputMode(mode string) *DataStreamWriter {
	for _, m := range []plan.OutputMode{plan.AppendMode, plan.UpdateMode, plan.CompleteMode} {
		if strings.EqualFold(mode, m.String()) {
			w.mode = m
			return w
		}
	}
	condition.New("STREAMING_OUTPUT_MODE.INVALID", "42KDE", "Invalid streaming output mode: %s.", mode).WithParam("outputMode", mode).
		WithFix(`type OutputMode("append"), OutputMode("update") or OutputMode("complete")`).Raise()
	return w
}

// Trigger says when batches run: ProcessingTime("5 seconds"), AvailableNow(), Once(); or that there are none:
// Continuous("1 second"). Without it a batch runs as soon as there is something to do.
func (w *DataStreamWriter) Trigger(t Trigger) *DataStreamWriter {
	w.trigger = t
	return w
}

// PartitionBy lays files out in directories by the values of columns.
func (w *DataStreamWriter) PartitionBy(cols ...string) *DataStreamWriter {
	for _, c := range cols {
		w.df.Col(c) // or raises
	}
	w.partition = cols
	return w
}

// ClusterBy is left out: files are not clustered.
func (w *DataStreamWriter) ClusterBy(cols ...string) *DataStreamWriter {
	leftOut("DataStreamWriter.ClusterBy", "files are not clustered", "use PartitionBy")
	return w
}

// Start starts the query and returns at once. Files are written to a path.
func (w *DataStreamWriter) Start(path ...string) *StreamingQuery {
	switch len(path) {
	case 0:
	case 1:
		w.Option("path", path[0])
	default:
		raise("Start", fmt.Errorf("want one path, have %d", len(path)))
	}
	return w.start("Start")
}

// ToTable starts the query and writes into a table of files, which is made if it is not there: below
// spark.sql.warehouse.dir, or at Option("path", dir). SQL reads it while the query runs, by whole batches. With
// Format("memory") the table is in memory.
func (w *DataStreamWriter) ToTable(name string) *StreamingQuery {
	w.table = name
	return w.start("ToTable")
}

func (w *DataStreamWriter) start(method string) *StreamingQuery {
	own := *w // what is called on the writer later does not reach the query
	own.options = maps.Clone(w.options)
	w = &own
	s := w.df.spark
	m := s.streams
	m.mu.Lock() // two queries of one name cannot start at once
	defer m.mu.Unlock()
	if w.name != "" {
		if other := m.named(w.name); other != nil {
			condition.New("STREAMING_QUERY_NAME_ALREADY_ACTIVE", "42710", "Cannot start query with name %s as a query with that name is already active in this SparkSession", w.name).
				WithFix("stop it with :stop %s, or start this one under another QueryName", w.name).Raise()
		}
	}
	make, format, err := w.sink()
	if err != nil {
		raise(method, err)
	}
	if err := w.checkContinuous(format); err != nil {
		raise(method, err)
	}
	q := &StreamingQuery{spark: s, name: w.name, manager: m, writer: w, format: format, site: s.sc.site(), runID: newUUID()}
	k, err := make(q, w, connector.OptionsOf(maps.Clone(w.options)))
	if err != nil {
		raise(method, err)
	}
	q.sink = k
	dir, temporary := w.checkpoint(k)
	if q.q, err = query.Start(q.config(dir, temporary)); err != nil {
		if temporary {
			_ = os.RemoveAll(dir) // the mistake is what has to be told
		}
		raise(method, err)
	}
	m.add(q)
	return q
}

// sink is the kind of sink the query writes to, and its name.
func (w *DataStreamWriter) sink() (sinkMaker, string, error) {
	if w.special != nil {
		return w.special, w.format, nil
	}
	format := w.format
	if format == "" {
		format = w.df.spark.conf.Get("spark.sql.sources.default", "parquet")
	}
	make, ok := streamSinks[strings.ToLower(format)]
	_, err := files.Lookup(format)
	switch {
	case !ok && err != nil:
		return nil, "", sinkNotFound(format)
	case !ok && w.table != "":
		return tableSink, format, nil
	case !ok:
		return fileSink, format, nil
	case w.table != "" && !strings.EqualFold(format, "memory"):
		return nil, "", condition.New("", "", "a table cannot be of format %s", format).WithFix("use csv, json, parquet or text, or memory for a table that ends with the session; or Start instead of ToTable")
	}
	return make, format, nil
}

// checkpoint is the directory that the query goes on from, or a new one, which is removed at the end.
func (w *DataStreamWriter) checkpoint(k *streamSink) (dir string, temporary bool) {
	if dir, ok := w.options["checkpointlocation"]; ok && dir != "" {
		return localDir(dir), false
	}
	s := w.df.spark
	if root := s.conf.Get("spark.sql.streaming.checkpointLocation"); root != "" {
		name := w.name
		if name == "" {
			name = newUUID()
		}
		return filepath.Join(localDir(root), name), false
	}
	if k.durable {
		condition.New("", "", "checkpointLocation must be specified either through option(\"checkpointLocation\", ...) or SparkSession.conf.set(\"spark.sql.streaming.checkpointLocation\", ...)").
			WithFix(`add .Option("checkpointLocation", dir): with it the query goes on after a restart where it was`).Raise()
	}
	dir, err := os.MkdirTemp("", "temporary-")
	if err != nil {
		raise("Start", err)
	}
	return dir, true
}

// localDir is the path of a directory that may be written as a URI.
func localDir(dir string) string {
	dir = strings.TrimPrefix(dir, "file://")
	return strings.TrimPrefix(dir, "file:")
}
