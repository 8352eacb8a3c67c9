package session

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

// dataFrameNames are names whose Go form is not the first letter raised: initialisms, and Python's own spelling.
var dataFrameNames = map[string]string{
	"toDF": "ToDF", "toJSON": "ToJSON", "json": "JSON", "csv": "CSV", "orc": "ORC", "xml": "XML", "jdbc": "JDBC", "sql": "SQL",
	"rdd": "RDD", "udf": "UDF", "udtf": "UDTF", "tvf": "TVF", "id": "ID", "runId": "RunID", "groupby": "GroupBy",
	"drop_duplicates": "DropDuplicates", "pandas_api": "PandasAPI", "repartitionById": "RepartitionByID",
	"asc_nulls_first": "AscNullsFirst", "asc_nulls_last": "AscNullsLast", "desc_nulls_first": "DescNullsFirst", "desc_nulls_last": "DescNullsLast",
	"astype": "AsType", "endswith": "EndsWith", "startswith": "StartsWith", "ilike": "ILike", "rlike": "RLike", "isin": "IsIn",
	"try_cast": "TryCast",
}

// dataFrameExplained are names that are left out on purpose: they exist, and stop with an error that says what to use.
var dataFrameExplained = strings.Fields(`
	SparkSession.builder SparkSession.addArtifact SparkSession.addArtifacts SparkSession.client SparkSession.copyFromLocalToFs
	SparkSession.dataSource SparkSession.profile SparkSession.registerProgressHandler SparkSession.removeProgressHandler
	SparkSession.clearProgressHandlers SparkSession.interruptOperation
	DataFrame.mapInPandas DataFrame.mapInArrow DataFrame.pandas_api DataFrame.toPandas DataFrame.toArrow DataFrame.plot
	DataFrame.mergeInto DataFrame.writeTo DataFrame.metadataColumn DataFrame.nearestByJoin DataFrame.repartitionById
	DataFrame.asTable DataFrame.executionInfo
	GroupedData.apply GroupedData.applyInPandas GroupedData.applyInArrow GroupedData.applyInPandasWithState
	GroupedData.transformWithStateInPandas GroupedData.transformWithState GroupedData.cogroup`)

// TestNamesOfDataFrames wants at least 95 of 100 names of Spark's that are not left out on purpose.
func TestNamesOfDataFrames(t *testing.T) {
	spark, _ := frames(t)
	df := spark.Range(1)
	values := map[string]any{"SparkSession": spark, "DataFrame": df, "DataFrameNaFunctions": df.Na(), "DataFrameStatFunctions": df.Stat(),
		"Column": Col("id"), "GroupedData": df.GroupBy("id"), "WindowSpec": PartitionBy("id"), "Catalog": spark.Catalog(),
		"DataFrameReader": spark.Read(), "DataStreamReader": spark.ReadStream(),
		"StreamingQuery": &StreamingQuery{}, "StreamingQueryManager": spark.Streams()}
	data, err := os.ReadFile("testdata/dataframe-api.json")
	if err != nil {
		t.Fatal(err)
	}
	var names map[string][]string
	if err := json.Unmarshal(data, &names); err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, n := range dataFrameExplained {
		left[n] = true
	}
	total, there := 0, 0
	for class, v := range values {
		if len(names[class]) == 0 {
			t.Fatalf("no names of %s", class)
		}
		for _, name := range names[class] {
			full, goName := class+"."+name, dataFrameNames[name]
			if goName == "" {
				goName = strings.ToUpper(name[:1]) + name[1:]
			}
			m := reflect.ValueOf(v).MethodByName(goName)
			if left[full] {
				delete(left, full)
				if !m.IsValid() {
					t.Errorf("%s: no method %s that says what to use instead", full, goName)
					continue
				}
				checkExplained(t, full, m)
				continue
			}
			total++
			if m.IsValid() {
				there++
			} else {
				t.Logf("%s: no method %s", full, goName)
			}
		}
	}
	for n := range left {
		t.Errorf("%s is listed as left out and is no name of Spark's", n)
	}
	t.Logf("%d of %d names", there, total)
	if there*100 < total*95 {
		t.Errorf("%d of %d names, want 95 of 100", there, total)
	}
}
