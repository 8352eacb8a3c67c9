// Bench measures what the README claims, each figure beside a reference measured in the same run, and prints the table.
//
//	go run ./scripts/bench            all, some minutes
//	go run ./scripts/bench prompt     only the rows whose name contains "prompt"
//	go run ./scripts/bench spark      the same queries here and in the spark-shell of SPARK_HOME, where there is one
//	go run ./scripts/bench -hold 10m  and let a stream run at 50 ms for that long
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

// A row is one line of the table.
type row struct {
	what, figure, reference, ratio string
}

// A bench measures one or more rows. Name is what the command line selects by.
type bench struct {
	name string
	run  func() ([]row, error)
}

var (
	hold   = flag.Duration("hold", 20*time.Second, "how long the stream at 50 ms runs")
	binary string // the built shell
)

// gcPercent is what the shell runs with. Everything that is measured in this process has it, the loops beside as well.
const gcPercent = 400

func main() {
	flag.Parse()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	dir, err := os.MkdirTemp("", "gospark-bench")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(dir)
	if binary, err = build(dir); err != nil {
		fail(err)
	}
	benches := []bench{
		{"prompt", promptRows},
		{"word count", wordCountRows},
		{"typed word count", typedRows(dir)},
		{"socket", goBench("./runtime/connector/socket", "BenchmarkSocket", "Mlines/s", "socket source, lines of 50 B into batches", "source", "scanner", "bufio.Scanner keeping its lines")},
		{"kafka", goBench("./runtime/connector/kafka", "BenchmarkSource/none", "Mrec/s", "Kafka source, records of 100 B from the embedded broker into batches, both on 2 cores", "none", "none/franz-go", "franz-go")},
		{"kafka apart", single("./runtime/connector/kafka", "BenchmarkSourceApart", "none/all", "Mrec/cpu-s", "Kafka source, records of 100 B from a broker in another process, per core of this one")},
		{"kafka to kafka", single("./runtime/connector/kafka", "BenchmarkKafkaToKafka", "value", "Mrec/cpu-s", "Kafka to Kafka, exactly once, values of 100 B, per core of this process")},
		{"select one", single("./session", "BenchmarkSelectOne$", "", "ns/op", "`SELECT 1`, shown")},
		{"small query", single("./session", "BenchmarkSmallQuery$", "", "ns/op", "filter, group and sort of three rows, shown")},
		{"filter", filterRows},
		{"misses", missRows},
		{"group", goBench("./runtime/op", "BenchmarkGroup/string/1000000$", "cpu-ns/row", "group by string, 1 M keys, sum and count", "string/1000000/engine", "string/1000000/loop", "Go map")},
		{"join", joinRows},
		{"two slots", twoSlotRows},
		{"sort", goBench("./runtime/op", "BenchmarkSortDoubles", "cpu-ns/row", "sort of 10 M doubles, whole rows", "engine", "loop", "slices.Sort of the doubles")},
		{"json", goBench("./session", "BenchmarkEvents/json", "cpu-ns/row", "JSON lines of 86 B from a file, filtered, counted and summed by minute and page, on 1 slot", "json/engine", "json/loop", "plain loop, encoding/json")},
		{"csv", goBench("./session", "BenchmarkEvents/csv", "cpu-ns/row", "the same from CSV lines of 49 B", "csv/engine", "csv/loop", "plain loop, encoding/csv")},
		{"batch", batchRows},
		{"micro-batch", microBatchRows},
		{"latency", latencyRows},
		{"window count", single("./session", "BenchmarkWindowCount$", "", "Mrows/cpu-s", "Kafka to JSON, filter and window count, per core")},
		{"state", stateRows},
		{"beside spark", sparkRows},
		{"hold", holdRows},
	}
	fmt.Println("| what | measured | beside it | ratio |\n|---|---|---|---|")
	for _, b := range benches {
		if flag.NArg() > 0 && !strings.Contains(b.name, flag.Arg(0)) {
			continue
		}
		rows, err := b.run()
		if err != nil {
			fail(fmt.Errorf("%s: %w", b.name, err))
		}
		for _, r := range rows {
			fmt.Printf("| %s | %s | %s | %s |\n", r.what, r.figure, r.reference, r.ratio)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}
