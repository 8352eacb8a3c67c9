package session

import (
	"strings"
	"sync/atomic"
	"testing"
)

// TestKeptRows counts how often the rows of a kept DataFrame are computed.
func TestKeptRows(t *testing.T) {
	spark, _ := frames(t)
	var calls atomic.Int64
	twice := spark.UDF().Register("twice", func(n int64) int64 { calls.Add(1); return 2 * n })
	df := spark.Range(10).Select(twice.Call("id").As("x"))
	above := df.Filter("x > 6") // made before the rows are kept
	steps := []struct {
		do   func()
		want int64 // calls until then
		rows string
	}{
		{func() { df.Collect() }, 10, "once"},
		{func() { df.Cache() }, 10, "keeping computes nothing"},
		{func() { df.Collect() }, 20, "the first action fills"},
		{func() { df.Collect(); df.Count(); above.Collect() }, 20, "later ones read"},
		{func() { df.CreateOrReplaceTempView("v"); spark.SQL("SELECT sum(x) FROM v").Collect() }, 20, "a view of it is kept"},
		{func() { spark.SQL("UNCACHE TABLE v"); df.Collect() }, 30, "and released"},
		{func() { spark.SQL("CACHE LAZY TABLE v") }, 30, "lazy"},
		{func() { spark.SQL("CLEAR CACHE"); spark.SQL("CACHE TABLE v") }, 40, "at once"},
		{func() { df.Collect(); spark.Table("v").Unpersist(); df.Collect() }, 50, "the name is the view"},
	}
	for _, s := range steps {
		s.do()
		if n := calls.Load(); n != s.want {
			t.Fatalf("%s: %d calls of the function, want %d", s.rows, n, s.want)
		}
	}
	if l := df.StorageLevel(); l != StorageLevelNone {
		t.Errorf("released, and its level is %v", l)
	}
	if l := df.Persist("MEMORY_ONLY").StorageLevel(); l != MemoryOnly {
		t.Errorf("level %v, want %v", l, MemoryOnly)
	}
	if text := df.Select("x").explain("simple"); !strings.Contains(text, "InMemoryTableScan") {
		t.Errorf("the plan does not read the kept rows:\n%s", text)
	}
}

// TestSortBeneathKeptRows sorts kept rows by a column that they leave out, as it can be done with rows that are not kept.
func TestSortBeneathKeptRows(t *testing.T) {
	spark, _ := frames(t)
	df := spark.SQL("SELECT * FROM VALUES (1, 'b'), (2, 'a') t(n, s)").Select("s").Cache()
	if got, want := rowLines(df.OrderBy(Col("n").Desc())), "[a]\n[b]\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	df.Unpersist()
}

// TestNamesStay replaces a view under DataFrames that were made of it.
func TestNamesStay(t *testing.T) {
	spark, _ := frames(t)
	spark.Range(1).CreateOrReplaceTempView("v")
	for range 3 { // each step adds to the one before
		spark.SQL("SELECT id + 1 AS id FROM v").CreateOrReplaceTempView("v")
	}
	df := spark.SQL("SELECT id + :n AS id FROM v", map[string]any{"n": 10})
	table := spark.Table("v")
	spark.Range(100, 101).CreateOrReplaceTempView("v")
	for _, c := range []struct {
		df   *DataFrame
		want string
	}{{df, "[13]\n"}, {df.Filter("id > 0"), "[13]\n"}, {table.Select("id"), "[3]\n"}, {df.Union(spark.Table("v")), "[13]\n[100]\n"}} {
		if got := rowLines(c.df); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
