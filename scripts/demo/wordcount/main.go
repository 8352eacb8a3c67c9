// Command wordcount counts the words of each second that a text server sends.
//
//	nc -lk 9999                                                  in another terminal
//	gospark-shell scripts/demo/wordcount/main.go localhost 9999  as a script
//	go run ./scripts/demo/wordcount localhost 9999               compiled
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	. "gospark/session"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: wordcount HOST PORT")
		os.Exit(2)
	}
	port, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "wordcount: PORT:", err)
		os.Exit(2)
	}
	spark, err := New(Config{Name: "wordcount", Out: os.Stdout, Notice: func(line string) { fmt.Fprintln(os.Stderr, line) }})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	ssc := NewStreamingContext(spark.SparkContext(), Seconds(1))
	lines := ssc.SocketTextStream(os.Args[1], port)
	lines.FlatMap(strings.Fields).
		Map(func(w string) (string, int) { return w, 1 }).
		ReduceByKey(func(a, b int) int { return a + b }).
		Print()
	ssc.Start()
	ssc.AwaitTermination()
}
