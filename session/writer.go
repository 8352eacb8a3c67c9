package session

import (
	"fmt"
	"maps"
	"slices"

	"gospark/runtime/condition"
	"gospark/runtime/engine"
	"gospark/runtime/logical"
	"gospark/runtime/sql"
)

// A DataFrameWriter writes a DataFrame into files or a table. Its methods change it and return it.
//
//	df.Write().Mode("overwrite").PartitionBy("day").Option("compression", "zstd").Parquet("out")
//
// A write is all there or not at all: files get their names when all of them are written.
type DataFrameWriter struct {
	df *DataFrame
	c  logical.Write
}

// Write begins the writing of the rows.
func (df *DataFrame) Write() *DataFrameWriter {
	return &DataFrameWriter{df: df, c: logical.Write{Options: map[string]string{}}}
}

// Mode says what happens to what is there already: append, overwrite, ignore, or error (the default).
func (w *DataFrameWriter) Mode(mode string) *DataFrameWriter {
	w.c.Mode = mode
	return w
}

// Format is what the files are to be: json, csv, text, parquet, avro; noop runs the query and keeps nothing.
func (w *DataFrameWriter) Format(name string) *DataFrameWriter {
	w.c.Format = name
	return w
}

// Option sets an option of the format, such as compression, header, dateFormat. The case of names does not count.
func (w *DataFrameWriter) Option(key string, value any) *DataFrameWriter {
	w.c.Options[key] = fmt.Sprint(value)
	return w
}

// Options sets several options.
func (w *DataFrameWriter) Options(options map[string]string) *DataFrameWriter {
	maps.Copy(w.c.Options, options)
	return w
}

// PartitionBy puts rows into directories by the values of columns: day=2024-01-31/hour=7.
func (w *DataFrameWriter) PartitionBy(columns ...string) *DataFrameWriter {
	w.c.PartitionBy = slices.Clone(columns)
	return w
}

// BucketBy is refused: files are not read by buckets here. PartitionBy, or Repartition before the write, lays rows out.
func (w *DataFrameWriter) BucketBy(int, ...string) *DataFrameWriter {
	leftOut("BucketBy", "files are not read by buckets", "use PartitionBy, or Repartition before the write")
	return w
}

// SortBy is refused: it belongs to BucketBy. Sort the DataFrame before the write.
func (w *DataFrameWriter) SortBy(...string) *DataFrameWriter {
	leftOut("SortBy", "it sorts the rows of buckets, which are not written", "use SortWithinPartitions before the write")
	return w
}

// ClusterBy is refused: no format here has clustered tables.
func (w *DataFrameWriter) ClusterBy(...string) *DataFrameWriter {
	leftOut("ClusterBy", "no format has clustered tables", "use PartitionBy, or SortWithinPartitions before the write")
	return w
}

func (w *DataFrameWriter) run(op string, c logical.Command) {
	ctx, job := w.df.spark.job(op)
	if _, err := w.df.spark.engine.Command(ctx, job, c, engine.Params{}); err != nil {
		raise(op, err)
	}
}

// Save writes the rows into a directory.
func (w *DataFrameWriter) Save(path ...string) {
	c := w.c
	c.Input = w.df.rel
	if len(path) > 0 {
		c.Path = path[0]
	}
	w.run("save", &c)
}

// JSON writes JSON, one object a line.
func (w *DataFrameWriter) JSON(path string) { w.Format("json").Save(path) }

// CSV writes CSV.
func (w *DataFrameWriter) CSV(path string) { w.Format("csv").Save(path) }

// Text writes a column of strings as lines.
func (w *DataFrameWriter) Text(path string) { w.Format("text").Save(path) }

// Parquet writes Parquet.
func (w *DataFrameWriter) Parquet(path string) { w.Format("parquet").Save(path) }

// Avro writes Avro.
func (w *DataFrameWriter) Avro(path string) { w.Format("avro").Save(path) }

// ORC is refused: write Parquet.
func (w *DataFrameWriter) ORC(string) {
	leftOut("ORC", "the format is not here", "write Parquet")
}

// XML is refused: write JSON.
func (w *DataFrameWriter) XML(string) {
	leftOut("XML", "the format is not here", "write JSON")
}

func tableName(op, name string) []string {
	parts, err := sql.ParseTableIdentifier(name)
	if err != nil {
		raise(op, err)
	}
	return parts
}

// SaveAsTable makes a table of the rows, in a directory below spark.sql.warehouse.dir. With Mode("append") rows go into a
// table that is there, column by name.
func (w *DataFrameWriter) SaveAsTable(name string) {
	c := w.c
	c.Input, c.Table = w.df.rel, tableName("SaveAsTable", name)
	w.run("saveAsTable", &c)
}

// InsertInto puts the rows into a table that is there, column by position. Mode("overwrite") replaces its rows.
func (w *DataFrameWriter) InsertInto(name string) {
	if len(w.c.PartitionBy) > 0 {
		raise("InsertInto", condition.New("_LEGACY_ERROR_TEMP_1309", "", "insertInto() can't be used together with partitionBy(). Partition columns have already been defined for the table. It is not necessary to use partitionBy()."))
	}
	w.run("insertInto", &logical.InsertInto{Table: tableName("InsertInto", name), Overwrite: w.c.Mode == "overwrite", Options: w.c.Options, Query: w.df.rel})
}
