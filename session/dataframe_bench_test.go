package session

import "testing"

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
