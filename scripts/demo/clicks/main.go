// Command clicks counts clicks per page and minute: JSON from a Kafka topic, joined with a table of pages, to the console,
// to another topic exactly once, and to files. It goes on where it was when it is started again.
//
//	gospark-shell scripts/demo/clicks/main.go localhost:9092 clicks counts /tmp/clicks
//	go run ./scripts/demo/clicks localhost:9092 clicks counts /tmp/clicks
package main

import (
	"fmt"
	"os"

	. "gospark/session"
)

type page struct {
	Page, Section string
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: clicks SERVERS FROM-TOPIC TO-TOPIC DIRECTORY")
		os.Exit(2)
	}
	servers, from, to, dir := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	spark, err := New(Config{Name: "clicks", Out: os.Stdout, Notice: func(line string) { fmt.Fprintln(os.Stderr, line) }})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	clicks := spark.ReadStream().Format("kafka").Option("kafka.bootstrap.servers", servers).
		Option("subscribe", from).Option("startingOffsets", "earliest").Load()
	parsed := clicks.Select(FromJSON(Col("value").Cast("string"), "page STRING, user STRING, ts TIMESTAMP, status INT").As("c")).Select("c.*")
	counts := parsed.WithWatermark("ts", "15 minutes").Filter("status = 200").
		GroupBy(Window(Col("ts"), "1 minute"), Col("page")).Count()

	pages := spark.CreateDataFrame([]page{{"/home", "entrance"}, {"/shop", "sales"}, {"/help", "service"}})
	named := counts.Join(pages, "page", "left").Select(Col("window.start").As("minute"), Col("page"), Col("section"), Col("count"))

	named.WriteStream().QueryName("console").OutputMode("update").Format("console").Option("truncate", false).Start()
	named.Select(Col("page").As("key"), ToJSON(Struct("minute", "page", "section", "count")).As("value")).
		WriteStream().QueryName("topic").OutputMode("update").Format("kafka").Option("kafka.bootstrap.servers", servers).Option("topic", to).
		Option("checkpointLocation", dir+"/checkpoints/topic").Start()
	named.WriteStream().QueryName("files").OutputMode("append").Format("json").
		Option("checkpointLocation", dir+"/checkpoints/files").Start(dir + "/minutes")
	named.WriteStream().QueryName("totals").OutputMode("update").ForeachBatch(func(df *DataFrame, id int64) {
		fmt.Printf("batch %d changed %d counts\n", id, df.Count())
	}).Option("checkpointLocation", dir+"/checkpoints/totals").Start()
	spark.Streams().AwaitAnyTermination()
}
