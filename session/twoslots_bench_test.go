package session

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

// twoSlots are queries that should run nearly twice as fast on two slots. Each reads the table facts, of which every slot
// has the same partitions, in memory; or the lines of a file.
var twoSlots = []struct{ name, query string }{
	{"group", "SELECT max(n), max(c) FROM (SELECT name, sum(x) n, count(x) c FROM facts GROUP BY name)"},
	{"join", "SELECT count(*), sum(d.y) FROM facts JOIN dim d ON facts.k = d.id"},
	{"filter", "SELECT max(x * 2), min(x + y) FROM facts WHERE x > 30"},
	{"sort", "SELECT max(r) FROM (SELECT y, monotonically_increasing_id() r FROM (SELECT y FROM facts ORDER BY y))"},
	{"json", "SELECT count(*), max(s) FROM (SELECT window(ts, '1 minute') w, page, sum(dur) s FROM events WHERE dur > 10 GROUP BY w, page)"},
}

// BenchmarkTwoSlots runs each query on one and on two slots.
func BenchmarkTwoSlots(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the shell has it
	const rows = 2 << 20
	path, lines, _ := eventFile(b, "part0.json", `{"page":"page%d","user":"user%d","ts":"2024-03-05T10:%02d:%02dZ","dur":%.1f,"n":%d}`+"\n")
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	for i := 1; i < 4; i++ {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), fmt.Sprintf("part%d.json", i)), text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for _, slots := range []int{1, 2} {
		spark, err := New(Config{Master: fmt.Sprintf("local[%d]", slots)})
		if err != nil {
			b.Fatal(err)
		}
		spark.Conf().Set("spark.sql.shuffle.partitions", "4")
		spark.Range(0, rows, 1, 4).CreateOrReplaceTempView("ids")
		facts := spark.SQL("SELECT id * 7919 % 999983 k, concat('key-', id * 7919 % 999983) name, id % 100 x, rand(1) y FROM ids").Cache()
		facts.CreateOrReplaceTempView("facts")
		dim := spark.Range(0, 1000000, 1, 4).SelectExpr("id", "id * 3 y").Cache()
		dim.CreateOrReplaceTempView("dim")
		facts.Count()
		dim.Count()
		spark.Read().Format("json").Schema(eventsDDL).Load(filepath.Dir(path)).CreateOrReplaceTempView("events")
		for _, q := range twoSlots {
			n := rows
			if q.name == "json" {
				n = 4 * lines
			}
			b.Run(fmt.Sprintf("%s/slots=%d", q.name, slots), func(b *testing.B) {
				start := cpuTime()
				for b.Loop() {
					if got := spark.SQL(q.query).Collect(); len(got) != 1 {
						b.Fatalf("%d rows", len(got))
					}
				}
				b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(b.N*n), "cpu-ns/row")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
			})
		}
		spark.Stop()
	}
}
