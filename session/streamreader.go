package session

import (
	"fmt"
	"maps"

	"gospark/runtime/engine"
	"gospark/runtime/logical"
	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// A DataStreamReader describes a source of a streaming DataFrame. Its methods change it and return it.
//
//	spark.ReadStream().Format("rate").Option("rowsPerSecond", 5).Load().WriteStream().Format("console").Start()
type DataStreamReader struct {
	spark   *SparkSession
	format  string
	options map[string]string
	schema  *types.Type
}

// ReadStream begins the reading of a stream.
func (s *SparkSession) ReadStream() *DataStreamReader {
	return &DataStreamReader{spark: s, options: map[string]string{}}
}

// Format is the kind of source: kafka, socket, rate, rate-micro-batch, memory, or files of json, csv, text or parquet.
func (r *DataStreamReader) Format(name string) *DataStreamReader {
	r.format = name
	return r
}

// Option sets an option of the source. Its value may be a string, a number or a bool; the case of names does not count.
func (r *DataStreamReader) Option(key string, value any) *DataStreamReader {
	r.options[key] = fmt.Sprint(value)
	return r
}

// Options sets several options.
func (r *DataStreamReader) Options(options map[string]string) *DataStreamReader {
	maps.Copy(r.options, options)
	return r
}

// Schema is the columns, as DDL text ("a INT, b STRING") or a *StructType. Streams of files need it, unless
// spark.sql.streaming.schemaInference is true.
func (r *DataStreamReader) Schema(schema any) *DataStreamReader {
	switch x := schema.(type) {
	case string:
		r.schema = check(types.ParseDDL(x))
	case *StructType:
		r.schema = x
	default:
		raise("Schema", fmt.Errorf("want DDL text or a *StructType, have %T", schema))
	}
	return r
}

// Load is the streaming DataFrame. Files are read from a directory or pattern.
func (r *DataStreamReader) Load(path ...string) *DataFrame {
	if len(path) > 1 {
		raise("Load", fmt.Errorf("a stream is read from one path, which may be a pattern; have %d", len(path)))
	}
	return r.spark.frame(&logical.DataSource{Format: r.format, Schema: r.schema, Options: maps.Clone(r.options), Paths: path, Streaming: true})
}

// JSON reads new files of JSON in a directory: one value a line.
func (r *DataStreamReader) JSON(path string) *DataFrame { return r.Format("json").Load(path) }

// CSV reads new files of comma-separated values in a directory.
func (r *DataStreamReader) CSV(path string) *DataFrame { return r.Format("csv").Load(path) }

// Text reads the lines of new files in a directory.
func (r *DataStreamReader) Text(path string) *DataFrame { return r.Format("text").Load(path) }

// Parquet reads new Parquet files in a directory.
func (r *DataStreamReader) Parquet(path string) *DataFrame { return r.Format("parquet").Load(path) }

// Name names the source in Spark, so that it is found again in a query that has changed; here sources go by their order.
func (r *DataStreamReader) Name(string) *DataStreamReader {
	leftOut("DataStreamReader.Name", "sources are found again by their order in the query", "leave it out")
	return r
}

// ORC is left out: there is no reader of ORC files; convert them to Parquet.
func (r *DataStreamReader) ORC(string) *DataFrame {
	leftOut("DataStreamReader.ORC", "ORC files are not read", "convert them to Parquet")
	return nil
}

// XML is left out: files of XML are not read as a stream; use Text and FromXML on its lines.
func (r *DataStreamReader) XML(string) *DataFrame {
	leftOut("DataStreamReader.XML", "files of XML are not read as a stream", "use Text, and an expression on its lines")
	return nil
}

// Changes is left out: tables here keep no changes.
func (r *DataStreamReader) Changes(string) *DataFrame {
	leftOut("DataStreamReader.Changes", "tables here keep no changes", "read the stream that the table is made of")
	return nil
}

// Table is the streaming DataFrame of a table that is a stream.
func (r *DataStreamReader) Table(name string) *DataFrame {
	parts, err := sql.ParseTableIdentifier(name)
	if err != nil {
		raise("Table", err)
	}
	return r.spark.frame(&logical.NamedTable{Parts: parts, Options: maps.Clone(r.options), Streaming: true})
}

// WithWatermark declares how late rows of a stream may be: those whose time is earlier than the latest seen so far less
// the delay ("15 minutes") may be dropped, and what is older is final. On a DataFrame that is no stream it does nothing.
func (df *DataFrame) WithWatermark(column, delay string) *DataFrame {
	return df.with(&logical.WithWatermark{Input: df.rel, EventTime: column, Delay: delay})
}

// DropDuplicatesWithinWatermark keeps the first of rows that are alike in the columns, or in all, and come no further
// apart than the watermark's delay.
func (df *DataFrame) DropDuplicatesWithinWatermark(cols ...string) *DataFrame {
	return df.with(&logical.Deduplicate{Input: df.rel, Columns: cols, WithinWatermark: true})
}

// IsStreaming says whether the DataFrame reads a stream: its rows come by WriteStream.
func (df *DataFrame) IsStreaming() bool { return engine.Streaming(df.res) }
