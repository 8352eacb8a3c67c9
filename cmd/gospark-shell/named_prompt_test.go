package main

import (
	"regexp"
	"testing"
)

// Commands know a stream and a query by the variables that hold them.
func TestPromptNamesStreamsByVariables(t *testing.T) {
	p := atPrompt(t, 120, 30, "--master", "local[2]", "--no-ui")
	p.says(":doc RDD.Map", `^func \(\*RDD\)\.Map\(f any\) \*RDD`)
	p.says(":health", "^there is no streaming query")
	p.says(`in := NewMemoryStream(spark, "word STRING"); one, two := in.ToDF(), in.ToDF()`, "two: DataFrame")
	p.says(`pages := one.WriteStream().Format("noop").Start()`, "pages: StreamingQuery = query ")
	p.says(`w := two.WriteStream().Format("noop").QueryName("words").Start()`, "w: StreamingQuery = words, running")
	p.says(":why", "^which query\\? there are [0-9a-f]{8}, words$")
	p.says(":mute w", "^words is muted")
	p.says(":why w", "^it is muted, and ")
	p.says(":unmute w", "^words prints again")
	p.says(":mute in", `^no stream "in"; there are `)
	p.says(":restart --fresh w", "^words was started again")
	p.says(":stop w", "^words stopped$")
	p.says(":stop w", "^w does not run; :queries lists what does$")
	p.says(":why w", "the query is stopped")
	p.says(":stop pages", "^[0-9a-f]{8} stopped$")
	p.says(":start --fresh w", "^words was started, run ")
	p.says(":stop words", "^words stopped$")
	p.says("w.Exception()", `^res0: \*StreamingQueryException = nil$`)
	p.says("w.RecentProgress()[:0]", `^res1: \[\]\*StreamingQueryProgress = `)
	p.says(`ssc := NewStreamingContext(sc, Seconds(60)); in := make(chan []int)`, "^ssc: StreamingContext")
	p.says(`numbers := ssc.QueueStream(in)`, `^numbers: DStream\[int\]`)
	p.says(":why ssc", "^stream-1 is defined but has no output")
	p.says("numbers.Print()", "^$")
	p.says(":start numbers", "^stream-1 was started$")
	for _, command := range []string{":health", ":health ssc", ":health numbers", ":progress stream-1"} {
		p.says(command, "^no batch yet: the first one ends an interval of 1m0s after the start$")
	}
	p.says(":explain ssc", `^stream-1: every 1m0s\nprint at `)
	p.says(":restart ssc", "^stream-1: a streaming context that was stopped has to be defined again")
	p.says(":stop ssc", "^stream-1 stopped$")
	p.says(":why ssc", regexp.QuoteMeta("the stream was stopped before its first batch"))
	p.Send(":quit\r")
	p.exits(0)
}

// Tables are drawn with lines where that is asked for.
func TestPromptDrawsTables(t *testing.T) {
	p := atPrompt(t, 120, 30, "--master", "local[2]", "--no-ui", "--color", "never")
	p.says(":set table", "^table = spark$")
	p.says("spark.Range(1).Show()", `^\+---\+\n\| id\|\n\+---\+\n\|  0\|\n\+---\+`)
	p.says(":set table prety", `^set: table is one of spark, pretty, not "prety"$`)
	p.says(":set table pretty", "^$")
	p.says("spark.Range(1).Show()", `^┌───┐\n│ id│\n├───┤\n│  0│\n└───┘`)
	p.Send(":quit\r")
	p.exits(0)
}
