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

// The methods below are Spark's names that are left out. Each stops with an error that says what to use instead.

func (sc *SparkContext) AddArchive(...any) { leftOut("AddArchive", noShipping, openByPath) }
func (sc *SparkContext) AddFile(...any)    { leftOut("AddFile", noShipping, openByPath) }
func (sc *SparkContext) AddPyFile(...any)  { leftOut("AddPyFile", noShipping, "import a Go package") }
func (sc *SparkContext) ListArchives() []string {
	leftOut("ListArchives", noShipping, openByPath)
	return nil
}
func (sc *SparkContext) ListFiles() []string {
	leftOut("ListFiles", noShipping, openByPath)
	return nil
}
func (sc *SparkContext) HadoopFile(...any) *RDD {
	leftOut("HadoopFile", noHadoop, readFiles)
	return nil
}
func (sc *SparkContext) HadoopRDD(...any) *RDD { leftOut("HadoopRDD", noHadoop, readFiles); return nil }
func (sc *SparkContext) PickleFile(...any) *RDD {
	leftOut("PickleFile", noPickle, readFiles)
	return nil
}
func (sc *SparkContext) SequenceFile(...any) *RDD {
	leftOut("SequenceFile", noHadoop, readFiles)
	return nil
}
func (sc *SparkContext) Resources() map[string]any {
	leftOut("Resources", noResources, useMaster)
	return nil
}

func (sc *SparkContext) NewAPIHadoopFile(...any) *RDD {
	leftOut("NewAPIHadoopFile", noHadoop, readFiles)
	return nil
}

func (sc *SparkContext) NewAPIHadoopRDD(...any) *RDD {
	leftOut("NewAPIHadoopRDD", noHadoop, readFiles)
	return nil
}

func (sc *SparkContext) GetSystemProperty(string) string {
	leftOut("GetSystemProperty", "there is no Java virtual machine", "use sc.GetConf().Get or os.Getenv")
	return ""
}

func (sc *SparkContext) SetSystemProperty(string, string) {
	leftOut("SetSystemProperty", "there is no Java virtual machine", "use sc.GetConf().Set or os.Setenv")
}

func (sc *SparkContext) GetOrCreate(...any) *SparkContext {
	leftOut("GetOrCreate", "this is the context", "use sc, or New(Config{}) in a program")
	return nil
}

func (r *RDD) Barrier() *RDD {
	leftOut("Barrier", "barrier execution is for training frameworks", "use MapPartitions")
	return nil
}
func (r *RDD) WithResources(...any) *RDD {
	leftOut("WithResources", noResources, useMaster)
	return nil
}
func (r *RDD) GetResourceProfile() any {
	leftOut("GetResourceProfile", noResources, useMaster)
	return nil
}
func (r *RDD) SaveAsHadoopDataset(...any) { leftOut("SaveAsHadoopDataset", noHadoop, writeText) }
func (r *RDD) SaveAsHadoopFile(...any)    { leftOut("SaveAsHadoopFile", noHadoop, writeText) }
func (r *RDD) SaveAsNewAPIHadoopDataset(...any) {
	leftOut("SaveAsNewAPIHadoopDataset", noHadoop, writeText)
}
func (r *RDD) SaveAsNewAPIHadoopFile(...any) { leftOut("SaveAsNewAPIHadoopFile", noHadoop, writeText) }
func (r *RDD) SaveAsPickleFile(...any)       { leftOut("SaveAsPickleFile", noPickle, writeText) }
func (r *RDD) SaveAsSequenceFile(...any)     { leftOut("SaveAsSequenceFile", noHadoop, writeText) }

func (b *Broadcast) Dump(...any)     { leftOut("Broadcast.Dump", noPickle, "use Value") }
func (b *Broadcast) Load(...any) any { leftOut("Broadcast.Load", noPickle, "use Value"); return nil }
func (b *Broadcast) LoadFromPath(string) any {
	leftOut("Broadcast.LoadFromPath", noPickle, "use Value")
	return nil
}
