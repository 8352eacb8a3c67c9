package session

import (
	"strings"
	"testing"
)

// BenchmarkSelectOne is what a statement costs beside its rows: parse, analyse, plan, run, print.
func BenchmarkSelectOne(b *testing.B) {
	spark, err := New(Config{Master: "local[2]"})
	if err != nil {
		b.Fatal(err)
	}
	defer spark.Stop()
	for b.Loop() {
		spark.SQL("SELECT 1").Show()
	}
}

// BenchmarkSmallQuery is a query with an exchange over few rows.
func BenchmarkSmallQuery(b *testing.B) {
	spark, err := New(Config{Master: "local[2]"})
	if err != nil {
		b.Fatal(err)
	}
	defer spark.Stop()
	spark.SQL("CREATE TEMP VIEW t AS SELECT * FROM VALUES (1, 'a'), (2, 'b'), (3, 'a') t(n, s)")
	for b.Loop() {
		spark.SQL("SELECT s, sum(n) x FROM t WHERE n > 0 GROUP BY s ORDER BY x DESC").Show()
	}
}

// BenchmarkDeepExpression is a sum of a thousand terms, as programs write them: each level is analysed once.
func BenchmarkDeepExpression(b *testing.B) {
	spark, err := New(Config{Master: "local[2]"})
	if err != nil {
		b.Fatal(err)
	}
	defer spark.Stop()
	query := "SELECT " + strings.Repeat("id + ", 999) + "id FROM range(3)"
	for b.Loop() {
		if got := spark.SQL(query).Collect()[2].Int64(0); got != 2000 {
			b.Fatalf("the sum is %d", got)
		}
	}
}
