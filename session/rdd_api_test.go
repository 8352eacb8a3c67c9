package session

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
)

// goNames are names whose Go form is not the first letter raised: initialisms, and what is Python's own.
var goNames = map[string]string{
	"applicationId": "ApplicationID", "id": "ID", "uiWebUrl": "UIWebURL", "zipWithUniqueId": "ZipWithUniqueID",
	"newAPIHadoopFile": "NewAPIHadoopFile", "newAPIHadoopRDD": "NewAPIHadoopRDD", "load_from_path": "LoadFromPath",
}

// elsewhere are names that belong to a package of the project that adds them with its own work.
var elsewhere = map[string]string{"RDD.toDF": "DataFrames"}

// explained are names that exist and stop with an error that says what to use instead.
var explained = strings.Fields(`
	SparkContext.addArchive SparkContext.addFile SparkContext.addPyFile SparkContext.listArchives SparkContext.listFiles
	SparkContext.hadoopFile SparkContext.hadoopRDD SparkContext.newAPIHadoopFile SparkContext.newAPIHadoopRDD
	SparkContext.pickleFile SparkContext.sequenceFile SparkContext.resources SparkContext.getSystemProperty
	SparkContext.setSystemProperty SparkContext.getOrCreate
	RDD.barrier RDD.withResources RDD.getResourceProfile RDD.saveAsHadoopDataset RDD.saveAsHadoopFile
	RDD.saveAsNewAPIHadoopDataset RDD.saveAsNewAPIHadoopFile RDD.saveAsPickleFile RDD.saveAsSequenceFile
	Broadcast.dump Broadcast.load Broadcast.load_from_path`)

func TestNamesOfSpark(t *testing.T) {
	sc := newContext(t)
	values := map[string]any{"SparkContext": sc, "RDD": sc.EmptyRDD(), "Broadcast": sc.Broadcast(1), "Accumulator": sc.Accumulator(0)}
	data, err := os.ReadFile("testdata/rdd-api.json")
	if err != nil {
		t.Fatal(err)
	}
	var names map[string][]string
	if err := json.Unmarshal(data, &names); err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, n := range explained {
		left[n] = true
	}
	for class, v := range values {
		if len(names[class]) == 0 {
			t.Fatalf("no names of %s", class)
		}
		for _, name := range names[class] {
			full := class + "." + name
			goName := goNames[name]
			if goName == "" {
				goName = strings.ToUpper(name[:1]) + name[1:]
			}
			m := reflect.ValueOf(v).MethodByName(goName)
			switch {
			case elsewhere[full] != "":
			case !m.IsValid():
				t.Errorf("%s: no method %s; write it, or leave it out with an explanation in leftout.go", full, goName)
			case left[full]:
				delete(left, full)
				checkExplained(t, full, m)
			}
		}
	}
	for n := range left {
		t.Errorf("%s is listed as left out and is no name of Spark's", n)
	}
}

func checkExplained(t *testing.T, name string, m reflect.Value) {
	t.Helper()
	args := []reflect.Value{}
	for i := range m.Type().NumIn() {
		if m.Type().IsVariadic() && i == m.Type().NumIn()-1 {
			break
		}
		args = append(args, reflect.Zero(m.Type().In(i)))
	}
	err := Try(func() { m.Call(args) })
	var e *Error
	if !errors.As(err, &e) || e.Fix == "" {
		t.Errorf("%s: error %v does not say what to use instead", name, err)
	}
}
