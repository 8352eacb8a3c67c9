// Command kafka counts the values of topics, from their beginning, and shows which offsets each batch read.
//
//	gospark-shell scripts/demo/kafka/main.go localhost:9092 clicks
//	go run ./scripts/demo/kafka localhost:9092 clicks
package main

import (
	"fmt"
	"os"

	. "gospark/session"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: kafka SERVERS TOPIC...")
		os.Exit(2)
	}
	spark, err := New(Config{Name: "kafka", Out: os.Stdout, Notice: func(line string) { fmt.Fprintln(os.Stderr, line) }})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var topics []any
	for _, t := range os.Args[2:] {
		topics = append(topics, t)
	}
	ssc := NewStreamingContext(spark.SparkContext(), Seconds(1))
	records := ssc.KafkaDirectStream(KafkaParams{"bootstrap.servers": os.Args[1], "auto.offset.reset": "earliest"}, topics...)
	records.ForeachRDD(func(r *RDD) {
		for _, o := range HasOffsetRanges(r) {
			if o.Count() > 0 {
				fmt.Printf("%s-%d %d to %d\n", o.Topic, o.Partition, o.FromOffset, o.UntilOffset)
			}
		}
	})
	records.Map(func(r KafkaRecord) (string, int) { return string(r.Value), 1 }).
		ReduceByKey(func(a, b int) int { return a + b }).
		Print(20)
	ssc.Start()
	ssc.AwaitTermination()
}
