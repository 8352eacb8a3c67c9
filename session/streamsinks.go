package session

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/collect"
	"gospark/runtime/connector/filestream"
	"gospark/runtime/connector/kafka"
	inmemory "gospark/runtime/connector/memory"
	"gospark/runtime/engine"
	"gospark/runtime/logical"
	"gospark/runtime/plan"
	"gospark/runtime/sql"
	"gospark/runtime/stream/query"
)

// A streamSink is where a query writes: what is known before the query is open, and how to open it.
type streamSink struct {
	durable bool // it makes no sense without a checkpoint of its own
	open    func(query.SinkOpening) (connector.Sink, error)
}

// A sinkMaker checks the options of a sink.
type sinkMaker func(q *StreamingQuery, w *DataStreamWriter, o connector.Options) (*streamSink, error)

// streamSinks are the sinks of streaming queries, by the name that Format takes.
var streamSinks = map[string]sinkMaker{
	"console": consoleSink,
	"memory":  memorySink,
	"noop":    noopSink,
	"kafka":   kafkaSink,
}

func sinkNotFound(name string) error {
	var names []string
	for n := range streamSinks {
		names = append(names, n)
	}
	slices.Sort(names)
	return condition.New("DATA_SOURCE_NOT_FOUND", "42K02", "Failed to find the data source: %s. Make sure the provider name is correct and the package is properly registered and compatible with your Spark version.", name).
		WithParam("provider", name).WithFix("streams are written to %s, to files of csv, json, parquet and text, or with Foreach and ForeachBatch", strings.Join(names, ", "))
}

func noopSink(*StreamingQuery, *DataStreamWriter, connector.Options) (*streamSink, error) {
	return &streamSink{open: func(query.SinkOpening) (connector.Sink, error) {
		return collect.New(collect.Sink{Name: "NoopTable", Keep: -1}), nil
	}}, nil
}

// consoleSink prints batches through the shell, each as one block.
func consoleSink(q *StreamingQuery, _ *DataStreamWriter, o connector.Options) (*streamSink, error) {
	rows, err := o.Int("numRows", 20, 0)
	if err != nil {
		return nil, err
	}
	truncate := 20
	if v := strings.ToLower(o.Get("truncate", "true")); v == "false" {
		truncate = 0
	} else if v != "true" {
		n, err := o.Int("truncate", 20, 0)
		if err != nil {
			return nil, err
		}
		truncate = int(n)
	}
	zone := q.spark.engine.Zone()
	return &streamSink{open: func(so query.SinkOpening) (connector.Sink, error) {
		return collect.New(collect.Sink{Name: "ConsoleTable", Keep: int(rows) + 1, Commit: func(_ context.Context, id int64, r *collect.Rows) error {
			table := engine.ShowString(so.Schema, firstBoxed(r.All(), int(rows)+1), engine.ShowOptions{Rows: int(rows), Truncate: truncate}, zone)
			return q.print(id, r.Total, rule+fmt.Sprintf("Batch: %d\n", id)+rule+table)
		}}), nil
	}}, nil
}

// firstBoxed are the first n rows.
func firstBoxed(bs []*batch.Batch, n int) [][]any {
	var rows [][]any
	for _, b := range bs {
		for i := 0; i < b.Rows() && len(rows) < n; i++ {
			row := make([]any, len(b.Cols))
			for c, v := range b.Cols {
				row[c] = v.Any(b.Row(i))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// memorySink writes into a table under the query's name, or that of ToTable.
func memorySink(q *StreamingQuery, w *DataStreamWriter, _ connector.Options) (*streamSink, error) {
	name := w.table
	if name == "" {
		name = w.name
	}
	if name == "" {
		return nil, condition.New("", "", "queryName must be specified for memory sink").WithFix(`add .QueryName("name"): it is the name of the table`)
	}
	return &streamSink{open: func(so query.SinkOpening) (connector.Sink, error) {
		complete := so.Mode == plan.CompleteMode
		if !so.New && !complete {
			return nil, condition.New("", "", "This query does not support recovering from checkpoint location. Delete %s/offsets to start over.", so.Dir).
				WithFix("what was in memory is gone; use OutputMode(\"complete\"), files, or another checkpointLocation")
		}
		t := inmemory.NewTable(name, so.Schema, complete)
		memoryTable{t}.register(q.spark, name)
		return t.Sink(), nil
	}}, nil
}

// fileSink writes files, and lists them in a manifest.
func fileSink(q *StreamingQuery, w *DataStreamWriter, o connector.Options) (*streamSink, error) {
	if err := w.onlyAppends(q.format); err != nil {
		return nil, err
	}
	path := o.Get("path", "")
	if path == "" {
		return nil, condition.New("", "", "'path' is not specified").WithFix("name a directory with Start(path)")
	}
	env := q.spark.engine.With(newConf(q.spark.conf.GetAll())).FileEnv(w.options)
	return &streamSink{durable: true, open: func(so query.SinkOpening) (connector.Sink, error) {
		return filestream.NewSink(filestream.Target{Format: q.format, Path: path, PartitionBy: w.partition, Schema: so.Schema, Env: env, New: so.New})
	}}, nil
}

// tableSink writes the files of a table, in the way that the table says.
func tableSink(q *StreamingQuery, w *DataStreamWriter, o connector.Options) (*streamSink, error) {
	if err := w.onlyAppends(q.format); err != nil {
		return nil, err
	}
	name, err := sql.ParseTableIdentifier(w.table)
	if err != nil {
		return nil, err
	}
	e := q.spark.engine.With(newConf(q.spark.conf.GetAll()))
	options := maps.Clone(w.options)
	for _, own := range []string{"checkpointlocation", "path"} {
		delete(options, own)
	}
	return &streamSink{durable: true, open: func(so query.SinkOpening) (connector.Sink, error) {
		t, err := q.spark.engine.StreamTable(q.spark.sc.scope().ctx, &logical.CreateTable{
			Name: name, Format: w.format, Schema: so.Schema, Options: options, PartitionBy: w.partition, Location: o.Get("path", ""),
		}, !so.New)
		if err != nil {
			return nil, err
		}
		all := map[string]string{}
		maps.Copy(all, t.Options)
		maps.Copy(all, options)
		return filestream.NewSink(filestream.Target{Format: t.Format, Path: t.Dir, PartitionBy: t.PartitionBy, Schema: so.Schema, Env: e.FileEnv(all), New: so.New})
	}}, nil
}

// onlyAppends refuses the modes that change rows which are in files.
func (w *DataStreamWriter) onlyAppends(format string) error {
	if w.mode == plan.AppendMode {
		return nil
	}
	return condition.New("STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE", "42KDE", "Invalid streaming output mode: %s. This output mode is not supported in Data source %s.", w.mode, format).
		WithParam("outputMode", w.mode.String()).WithParam("className", format).WithFix("files are only added: use OutputMode(\"append\"), with a watermark for aggregations, or ForeachBatch")
}

// kafkaSink writes records; the batch's id is in the transaction.
func kafkaSink(q *StreamingQuery, w *DataStreamWriter, _ connector.Options) (*streamSink, error) {
	if _, err := kafka.CheckSink(w.options, w.df.Schema()); err != nil {
		return nil, err
	}
	options := maps.Clone(w.options)
	delete(options, "checkpointlocation")
	if w.continuous() {
		options["exactlyonce"] = "false"
	}
	ctx := q.spark.sc.scope().ctx
	return &streamSink{durable: true, open: func(so query.SinkOpening) (connector.Sink, error) {
		return kafka.NewSink(ctx, options, so.Schema, kafka.SinkOpening{QueryID: so.QueryID, Notice: q.notice})
	}}, nil
}
