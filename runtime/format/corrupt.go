package format

import "gospark/runtime/condition"

// OnlyCorrupt refuses to read the column for corrupt records alone: without other columns nothing is parsed, and nothing
// is corrupt.
func OnlyCorrupt(s *Scan, name string) error {
	if w := s.Wanted(); len(w.Fields) != 1 || w.Fields[0].Name != name || len(s.Schema.Fields) < 2 {
		return nil
	}
	return condition.New("UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN", "0A000", "The feature is not supported: Queries from raw JSON/CSV/XML files are disallowed when the\n"+
		"referenced columns only include the internal corrupt record column\n(named `_corrupt_record` by default). For example:\n"+
		"`spark.read.schema(schema).json(file).filter($\"_corrupt_record\".isNotNull).count()`\nand `spark.read.schema(schema).json(file).select(\"_corrupt_record\").show()`.\n"+
		"Instead, you can cache or save the parsed results and then send the same query.\nFor example, `val df = spark.read.schema(schema).json(file).cache()` and then\n"+
		"`df.filter($\"_corrupt_record\".isNotNull).count()`.")
}
