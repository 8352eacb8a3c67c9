package files

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/format/avro"
	"gospark/runtime/format/binaryfile"
	"gospark/runtime/format/csv"
	"gospark/runtime/format/json"
	"gospark/runtime/format/parquet"
	"gospark/runtime/format/text"
)

// formats are all formats by the names users call them.
var formats = map[string]format.Format{
	"avro":       avro.Format{},
	"binaryfile": binaryfile.Format{},
	"csv":        csv.Format{},
	"json":       json.Format{},
	"parquet":    parquet.Format{},
	"text":       text.Format{},
}

// refused are formats of Spark's that are not here, with what to use instead.
var refused = map[string]string{
	"orc": "ORC files are not read here; convert them to Parquet",
	"xml": "XML files are not read here; use the text format with the option wholetext, and xpath functions",
}

// Lookup finds a format by its name.
func Lookup(name string) (format.Format, error) {
	key := strings.ToLower(name)
	if f := formats[key]; f != nil {
		return f, nil
	}
	e := condition.New("DATA_SOURCE_NOT_FOUND", "42K02", "Failed to find the data source: %s. Make sure the provider name is correct and the package is properly registered and compatible with your Spark version.", name).
		WithParam("provider", name)
	if why, ok := refused[key]; ok {
		e.WithFix("%s", why)
	}
	return nil, e
}
