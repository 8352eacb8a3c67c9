package engine_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"gospark/runtime/expr"
	"gospark/runtime/types"
	"gospark/session"
)

// TestWindowExamples runs the examples of window functions; those of other functions need no engine, and are run where
// they are declared.
func TestWindowExamples(t *testing.T) {
	var out bytes.Buffer
	spark, err := session.New(session.Config{Master: "local[2]", Conf: settings(), Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	defer spark.Stop()
	run := 0
	for _, f := range expr.Functions() {
		if f.Window == nil {
			continue
		}
		query, want, ok := strings.Cut(f.Example, " = ")
		if !ok {
			t.Errorf("%s has no example", f.Name)
			continue
		}
		schema, rows, err := answer(spark.Engine(), "SELECT "+query)
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: %v %v", query, rows, err)
			continue
		}
		if got := types.Text(rows[0][0], schema.Fields[0].Type, types.ShowText, time.UTC); got != want {
			t.Errorf("%s is %s, and is said to be %s", query, got, want)
		}
		run++
	}
	if run < 9 {
		t.Errorf("only %d window functions", run)
	}
}
