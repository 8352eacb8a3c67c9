package builtins

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"gospark/repl"
	"gospark/session"
)

// :explain prints what a query runs with, in the mode that is asked for.
func TestExplainOfAQuery(t *testing.T) {
	var out bytes.Buffer // the query writes nothing to it
	spark, err := session.New(session.Config{Master: "local[2]", Out: &out, Conf: map[string]string{"spark.sql.shuffle.partitions": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer spark.Stop()
	commands := (&Commands{Session: spark}).queryCommands()
	explain := commands[slices.IndexFunc(commands, func(c repl.Command) bool { return c.Name == "explain" })]
	in := session.NewMemoryStream(spark, "page STRING")
	q := in.ToDF().GroupBy("page").Count().WriteStream().Format("noop").OutputMode("update").QueryName("pages").Start()
	says := func(args string, wants ...string) {
		t.Helper()
		out.Reset()
		if err := explain.Run(nil, args); err != nil {
			t.Fatal(err)
		}
		for _, w := range wants {
			if !strings.Contains(out.String(), w) {
				t.Errorf(":explain %s: no %q in\n%s", args, w, out.String())
			}
		}
	}
	says("", "No physical plan. Waiting for data.")
	in.AddData("a")
	q.ProcessAllAvailable()
	const save = "StateStoreSave [page], state info [ opId = 0, ver = 0, numPartitions = 2 ], Update, 0, 0"
	says("pages", "== Physical Plan ==", save)
	says("--extended pages", "== Analyzed Logical Plan ==", save)
	says("--formatted pages", "StateStoreSave (", save)
	if err := explain.Run(nil, "--cost pages"); err == nil {
		t.Error("a flag that it does not know is no error")
	}
}
