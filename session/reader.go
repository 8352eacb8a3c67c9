package session

import (
	"fmt"
	"maps"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// A DataFrameReader reads files. Its methods change it and return it.
//
//	spark.Read().Option("header", true).Schema("id INT, name STRING").CSV("people.csv").Show()
type DataFrameReader struct {
	spark   *SparkSession
	format  string
	options map[string]string
	schema  *types.Type
}

// Read begins the reading of files.
func (s *SparkSession) Read() *DataFrameReader {
	return &DataFrameReader{spark: s, options: map[string]string{}}
}

// Format is what the files are: json, csv, text, parquet, avro, binaryFile.
func (r *DataFrameReader) Format(name string) *DataFrameReader {
	r.format = name
	return r
}

// Option sets an option of the format. Its value may be a string, a number or a bool; the case of names does not count.
func (r *DataFrameReader) Option(key string, value any) *DataFrameReader {
	r.options[key] = fmt.Sprint(value)
	return r
}

// Options sets several options.
func (r *DataFrameReader) Options(options map[string]string) *DataFrameReader {
	maps.Copy(r.options, options)
	return r
}

// Schema is the columns, as DDL text ("a INT, b STRING") or a *StructType. Without it they are found in the files.
func (r *DataFrameReader) Schema(schema any) *DataFrameReader {
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

// Load reads files: paths, directories or patterns; none if the option path says it.
func (r *DataFrameReader) Load(paths ...string) *DataFrame {
	return r.spark.frame(&logical.DataSource{Format: r.format, Schema: r.schema, Options: maps.Clone(r.options), Paths: paths})
}

// JSON reads files of JSON: one value a line, unless the option multiLine is true.
func (r *DataFrameReader) JSON(paths ...string) *DataFrame { return r.Format("json").Load(paths...) }

// Table is the DataFrame of a table or view.
func (r *DataFrameReader) Table(name string) *DataFrame { return r.spark.Table(name) }

// CSV reads files of CSV. The option header says that the first line has the names, inferSchema that types are found out.
func (r *DataFrameReader) CSV(paths ...string) *DataFrame { return r.Format("csv").Load(paths...) }

// Text reads lines into a column named value; with the option wholetext a row is a file.
func (r *DataFrameReader) Text(paths ...string) *DataFrame { return r.Format("text").Load(paths...) }

// Parquet reads Parquet files.
func (r *DataFrameReader) Parquet(paths ...string) *DataFrame {
	return r.Format("parquet").Load(paths...)
}

// Avro reads Avro files.
func (r *DataFrameReader) Avro(paths ...string) *DataFrame { return r.Format("avro").Load(paths...) }

// ORC is refused: convert the files to Parquet.
func (r *DataFrameReader) ORC(...string) *DataFrame {
	leftOut("ORC", "the format is not here", "convert the files to Parquet")
	return nil
}

// XML is refused: read texts and use XPath.
func (r *DataFrameReader) XML(...string) *DataFrame {
	leftOut("XML", "the format is not here", `read with Format("text").Option("wholetext", true) and use XPath`)
	return nil
}
