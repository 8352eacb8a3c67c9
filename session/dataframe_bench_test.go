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
