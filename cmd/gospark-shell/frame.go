package main

import (
	"fmt"

	"gospark/repl/interp"
)

// frame makes a program of what was typed at a prompt that was started with o: the session before it, and at its end the
// wait for the streams it has started.
func frame(o *options) interp.Frame {
	return interp.Frame{
		Imports: []string{"fmt", "os"},
		Head: fmt.Sprintf(`
var (
	spark      = newSession()
	sc         = spark.SparkContext()
	sqlContext = spark
)

func newSession() *SparkSession {
	notice := func(line string) { fmt.Fprintln(os.Stderr, line) }
	spark, err := New(Config{Name: %q, Master: %q, Conf: %#v, Out: os.Stdout, Notice: notice})
	if err != nil {
		notice(err.Error())
		os.Exit(1)
	}
	return spark
}
`, o.name, o.master, o.conf),
		Tail: `
	for ssc := StreamingContextGetActive(sc); ssc != nil; ssc = StreamingContextGetActive(sc) {
		ssc.AwaitTermination()
	}
	spark.Stop()
`,
	}
}
