package session

const (
	noPython  = "it hands rows to Python"
	noConnect = "it is of clients of a Spark cluster"
	goTyped   = "use Map, FlatMap or MapPartitions with a Go function"
)

// MapInPandas is left out: it hands rows to Python; use Map, FlatMap or MapPartitions with a Go function.
func (df *DataFrame) MapInPandas(...any) *DataFrame {
	leftOut("MapInPandas", noPython, goTyped)
	return nil
}

// MapInArrow is left out: it hands rows to Python; use Map, FlatMap or MapPartitions with a Go function.
func (df *DataFrame) MapInArrow(...any) *DataFrame {
	leftOut("MapInArrow", noPython, goTyped)
	return nil
}

// PandasAPI is left out: it is a library of Python's; use the methods of DataFrame.
func (df *DataFrame) PandasAPI(...any) any {
	leftOut("PandasAPI", "it is a library of Python's", "use the methods of DataFrame")
	return nil
}

// ToPandas is left out: it hands rows to Python; use Collect or CollectInto.
func (df *DataFrame) ToPandas() any {
	leftOut("ToPandas", noPython, "use Collect or CollectInto")
	return nil
}

// ToArrow is left out: rows are Go values; use Collect or CollectInto.
func (df *DataFrame) ToArrow() any {
	leftOut("ToArrow", "rows are Go values", "use Collect or CollectInto")
	return nil
}

// Plot is left out: it is a library of Python's; use :plot at the prompt.
func (df *DataFrame) Plot(...any) any {
	leftOut("Plot", "it is a library of Python's", "use :plot at the prompt")
	return nil
}

// MergeInto is left out: tables of files cannot be changed row by row; use a join, and Write().Mode("overwrite").
func (df *DataFrame) MergeInto(...any) any {
	leftOut("MergeInto", "tables of files cannot be changed row by row", `use a join, and Write().Mode("overwrite")`)
	return nil
}

// WriteTo is left out: it is of tables with a catalog of their own; use Write().SaveAsTable.
func (df *DataFrame) WriteTo(...any) any {
	leftOut("WriteTo", "it is of tables with a catalog of their own", "use Write().SaveAsTable")
	return nil
}

// MetadataColumn is left out: sources have no hidden columns; use InputFileName().
func (df *DataFrame) MetadataColumn(string) *Column {
	leftOut("MetadataColumn", "sources have no hidden columns", "use InputFileName()")
	return nil
}

// NearestByJoin is left out: it is new and of few uses; use CrossJoin and a window function.
func (df *DataFrame) NearestByJoin(...any) *DataFrame {
	leftOut("NearestByJoin", "there is no index to find neighbours by", "use CrossJoin, and RowNumber() over a window")
	return nil
}

// RepartitionByID is left out: partitions have no numbers that mean anything; use Repartition(n, column).
func (df *DataFrame) RepartitionByID(...any) *DataFrame {
	leftOut("RepartitionByID", "partitions have no numbers that mean anything", "use Repartition(n, column)")
	return nil
}

// AsTable is left out: a table as an argument is for functions of Python; use a temporary view.
func (df *DataFrame) AsTable() any {
	leftOut("AsTable", "a table as an argument is for functions of Python", "use CreateOrReplaceTempView, and the view's name")
	return nil
}

// ExecutionInfo is left out: it is of clients of a Spark cluster; use the monitor (:ui).
func (df *DataFrame) ExecutionInfo() any {
	leftOut("ExecutionInfo", noConnect, "use the monitor (:ui)")
	return nil
}

// Apply is left out: it hands groups to Python; use GroupByKey(f).MapGroups.
func (g *GroupedData) Apply(...any) *DataFrame {
	leftOut("GroupedData.Apply", noPython, "use GroupByKey(f).MapGroups")
	return nil
}

// ApplyInPandas is left out: it hands groups to Python; use GroupByKey(f).MapGroups.
func (g *GroupedData) ApplyInPandas(...any) *DataFrame {
	leftOut("ApplyInPandas", noPython, "use GroupByKey(f).MapGroups")
	return nil
}

// ApplyInArrow is left out: it hands groups to Python; use GroupByKey(f).MapGroups.
func (g *GroupedData) ApplyInArrow(...any) *DataFrame {
	leftOut("ApplyInArrow", noPython, "use GroupByKey(f).MapGroups")
	return nil
}

// ApplyInPandasWithState is left out: it hands groups to Python; use GroupByKey(f).FlatMapGroupsWithState.
func (g *GroupedData) ApplyInPandasWithState(...any) *DataFrame {
	leftOut("ApplyInPandasWithState", noPython, "use GroupByKey(f).FlatMapGroupsWithState")
	return nil
}

// TransformWithStateInPandas is left out: it hands groups to Python; use GroupByKey(f).TransformWithState.
func (g *GroupedData) TransformWithStateInPandas(...any) *DataFrame {
	leftOut("TransformWithStateInPandas", noPython, "use GroupByKey(f).TransformWithState")
	return nil
}

// TransformWithState is left out: the key is what a Go function makes; use GroupByKey(f).TransformWithState.
func (g *GroupedData) TransformWithState(...any) *DataFrame {
	leftOut("GroupedData.TransformWithState", "the key is what a Go function makes of a row", "use GroupByKey(f).TransformWithState")
	return nil
}

// Cogroup is left out: it hands groups to Python; use a full outer Join.
func (g *GroupedData) Cogroup(...any) any {
	leftOut("GroupedData.Cogroup", noPython, `use Join with "full"`)
	return nil
}

// Builder is left out: the session is there; use spark, or New(Config{}) in a program.
func (s *SparkSession) Builder() any {
	leftOut("Builder", "the session is there", "use spark, or New(Config{}) in a program")
	return nil
}

// AddArtifact is left out: it is of clients of a Spark cluster; import a Go package.
func (s *SparkSession) AddArtifact(...any) { leftOut("AddArtifact", noConnect, "import a Go package") }

// AddArtifacts is left out: it is of clients of a Spark cluster; import a Go package.
func (s *SparkSession) AddArtifacts(...any) {
	leftOut("AddArtifacts", noConnect, "import a Go package")
}

// Client is left out: it is of clients of a Spark cluster; use the session.
func (s *SparkSession) Client() any {
	leftOut("Client", noConnect, "use the session")
	return nil
}

// CopyFromLocalToFs is left out: tasks run in this process and see its files; use os.CopyFS.
func (s *SparkSession) CopyFromLocalToFs(string, string) {
	leftOut("CopyFromLocalToFs", noShipping, "copy the file with package os")
}

// DataSource is left out: it registers sources written in Python; use CreateDataFrame.
func (s *SparkSession) DataSource() any {
	leftOut("DataSource", "it registers sources written in Python", "use CreateDataFrame")
	return nil
}

// Profile is left out: it profiles functions of Python; use :time, or package runtime/pprof.
func (s *SparkSession) Profile() any {
	leftOut("Profile", "it profiles functions of Python", "use :time, or package runtime/pprof")
	return nil
}

// RegisterProgressHandler is left out: it is of clients of a Spark cluster; use the monitor (:ui).
func (s *SparkSession) RegisterProgressHandler(any) {
	leftOut("RegisterProgressHandler", noConnect, "use the monitor (:ui)")
}

// RemoveProgressHandler is left out: it is of clients of a Spark cluster; use the monitor (:ui).
func (s *SparkSession) RemoveProgressHandler(any) {
	leftOut("RemoveProgressHandler", noConnect, "use the monitor (:ui)")
}

// ClearProgressHandlers is left out: it is of clients of a Spark cluster; use the monitor (:ui).
func (s *SparkSession) ClearProgressHandlers() {
	leftOut("ClearProgressHandlers", noConnect, "use the monitor (:ui)")
}

// InterruptOperation is left out: operations have no ids; use AddTag and InterruptTag.
func (s *SparkSession) InterruptOperation(string) {
	leftOut("InterruptOperation", "operations have no ids", "use AddTag and InterruptTag")
}
