package session

import "gospark/runtime/condition"

// leftOut stops a snippet that calls a name of Spark's which is left out on purpose, and says what to use instead.
func leftOut(method, why, instead string) {
	panic(condition.New("", "", "%s is left out: %s", method, why).WithFix("%s", instead))
}

const (
	noHadoop    = "Hadoop's input and output formats are Java classes"
	noPickle    = "pickle is a format of Python's"
	noShipping  = "tasks run in this process and see its files"
	readFiles   = "use TextFile, WholeTextFiles, BinaryFiles or BinaryRecords"
	writeText   = "use SaveAsTextFile"
	openByPath  = "open the file by its path"
	noResources = "slots are all alike"
	useMaster   = "set the number of slots with --master local[N]"
)

// The methods below are names of Spark that are left out. Each stops with an error that says what to use instead.

// AddArchive is left out: tasks run in this process and see its files; open the file by its path.
func (sc *SparkContext) AddArchive(...any) { leftOut("AddArchive", noShipping, openByPath) }

// AddFile is left out: tasks run in this process and see its files; open the file by its path.
func (sc *SparkContext) AddFile(...any) { leftOut("AddFile", noShipping, openByPath) }

// AddPyFile is left out: tasks run in this process and see its files; import a Go package.
func (sc *SparkContext) AddPyFile(...any) { leftOut("AddPyFile", noShipping, "import a Go package") }

// ListArchives is left out: tasks run in this process and see its files; open the file by its path.
func (sc *SparkContext) ListArchives() []string {
	leftOut("ListArchives", noShipping, openByPath)
	return nil
}

// ListFiles is left out: tasks run in this process and see its files; open the file by its path.
func (sc *SparkContext) ListFiles() []string {
	leftOut("ListFiles", noShipping, openByPath)
	return nil
}

// HadoopFile is left out: Hadoop's input and output formats are Java classes; use TextFile, WholeTextFiles, BinaryFiles or BinaryRecords.
func (sc *SparkContext) HadoopFile(...any) *RDD {
	leftOut("HadoopFile", noHadoop, readFiles)
	return nil
}

// HadoopRDD is left out: Hadoop's input and output formats are Java classes; use TextFile, WholeTextFiles, BinaryFiles or BinaryRecords.
func (sc *SparkContext) HadoopRDD(...any) *RDD { leftOut("HadoopRDD", noHadoop, readFiles); return nil }

// PickleFile is left out: pickle is a format of Python's; use TextFile, WholeTextFiles, BinaryFiles or BinaryRecords.
func (sc *SparkContext) PickleFile(...any) *RDD {
	leftOut("PickleFile", noPickle, readFiles)
	return nil
}

// SequenceFile is left out: Hadoop's input and output formats are Java classes; use TextFile, WholeTextFiles, BinaryFiles or BinaryRecords.
func (sc *SparkContext) SequenceFile(...any) *RDD {
	leftOut("SequenceFile", noHadoop, readFiles)
	return nil
}

// Resources is left out: slots are all alike; set the number of slots with --master local[N].
func (sc *SparkContext) Resources() map[string]any {
	leftOut("Resources", noResources, useMaster)
	return nil
}

// NewAPIHadoopFile is left out: Hadoop's input and output formats are Java classes; use TextFile, WholeTextFiles, BinaryFiles or BinaryRecords.
func (sc *SparkContext) NewAPIHadoopFile(...any) *RDD {
	leftOut("NewAPIHadoopFile", noHadoop, readFiles)
	return nil
}

// NewAPIHadoopRDD is left out: Hadoop's input and output formats are Java classes; use TextFile, WholeTextFiles, BinaryFiles or BinaryRecords.
func (sc *SparkContext) NewAPIHadoopRDD(...any) *RDD {
	leftOut("NewAPIHadoopRDD", noHadoop, readFiles)
	return nil
}

// GetSystemProperty is left out: there is no Java virtual machine; use sc.GetConf().Get or os.Getenv.
func (sc *SparkContext) GetSystemProperty(string) string {
	leftOut("GetSystemProperty", "there is no Java virtual machine", "use sc.GetConf().Get or os.Getenv")
	return ""
}

// SetSystemProperty is left out: there is no Java virtual machine; use sc.GetConf().Set or os.Setenv.
func (sc *SparkContext) SetSystemProperty(string, string) {
	leftOut("SetSystemProperty", "there is no Java virtual machine", "use sc.GetConf().Set or os.Setenv")
}

// GetOrCreate is left out: this is the context; use sc, or New(Config{}) in a program.
func (sc *SparkContext) GetOrCreate(...any) *SparkContext {
	leftOut("GetOrCreate", "this is the context", "use sc, or New(Config{}) in a program")
	return nil
}

// Barrier is left out: barrier execution is for training frameworks; use MapPartitions.
func (r *RDD) Barrier() *RDD {
	leftOut("Barrier", "barrier execution is for training frameworks", "use MapPartitions")
	return nil
}

// WithResources is left out: slots are all alike; set the number of slots with --master local[N].
func (r *RDD) WithResources(...any) *RDD {
	leftOut("WithResources", noResources, useMaster)
	return nil
}

// GetResourceProfile is left out: slots are all alike; set the number of slots with --master local[N].
func (r *RDD) GetResourceProfile() any {
	leftOut("GetResourceProfile", noResources, useMaster)
	return nil
}

// SaveAsHadoopDataset is left out: Hadoop's input and output formats are Java classes; use SaveAsTextFile.
func (r *RDD) SaveAsHadoopDataset(...any) { leftOut("SaveAsHadoopDataset", noHadoop, writeText) }

// SaveAsHadoopFile is left out: Hadoop's input and output formats are Java classes; use SaveAsTextFile.
func (r *RDD) SaveAsHadoopFile(...any) { leftOut("SaveAsHadoopFile", noHadoop, writeText) }

// SaveAsNewAPIHadoopDataset is left out: Hadoop's input and output formats are Java classes; use SaveAsTextFile.
func (r *RDD) SaveAsNewAPIHadoopDataset(...any) {
	leftOut("SaveAsNewAPIHadoopDataset", noHadoop, writeText)
}

// SaveAsNewAPIHadoopFile is left out: Hadoop's input and output formats are Java classes; use SaveAsTextFile.
func (r *RDD) SaveAsNewAPIHadoopFile(...any) { leftOut("SaveAsNewAPIHadoopFile", noHadoop, writeText) }

// SaveAsPickleFile is left out: pickle is a format of Python's; use SaveAsTextFile.
func (r *RDD) SaveAsPickleFile(...any) { leftOut("SaveAsPickleFile", noPickle, writeText) }

// SaveAsSequenceFile is left out: Hadoop's input and output formats are Java classes; use SaveAsTextFile.
func (r *RDD) SaveAsSequenceFile(...any) { leftOut("SaveAsSequenceFile", noHadoop, writeText) }

// Dump is left out: pickle is a format of Python's; use Value.
func (b *Broadcast) Dump(...any) { leftOut("Broadcast.Dump", noPickle, "use Value") }

// Load is left out: pickle is a format of Python's; use Value.
func (b *Broadcast) Load(...any) any { leftOut("Broadcast.Load", noPickle, "use Value"); return nil }

// LoadFromPath is left out: pickle is a format of Python's; use Value.
func (b *Broadcast) LoadFromPath(string) any {
	leftOut("Broadcast.LoadFromPath", noPickle, "use Value")
	return nil
}
