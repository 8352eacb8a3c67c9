// Command batch counts the words of a file and prints the most frequent first.
//
//	gospark-shell scripts/demo/batch/main.go README.md
//	go run ./scripts/demo/batch README.md
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"

	. "gospark/session"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: batch FILE")
		os.Exit(2)
	}
	spark, err := New(Config{Name: "batch"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer spark.Stop()
	var counts []Pair
	err = Try(func() {
		for _, p := range spark.SparkContext().TextFile(os.Args[1]).
			FlatMap(strings.Fields).
			Map(func(w string) (string, int) { return w, 1 }).
			ReduceByKey(func(a, b int) int { return a + b }).
			Collect() {
			counts = append(counts, p.(Pair))
		}
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	sort.Slice(counts, func(i, j int) bool {
		a, b := counts[i], counts[j]
		if a.Value != b.Value {
			return a.Value.(int) > b.Value.(int)
		}
		return a.Key.(string) < b.Key.(string)
	})
	for _, p := range counts {
		fmt.Printf("%v\t%v\n", p.Key, p.Value)
	}
}
