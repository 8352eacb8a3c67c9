package main

import (
	"regexp"
	"strings"
	"testing"
)

// A streaming query prints above the line being typed, is seen by the commands, goes on when a wait for it is
// interrupted, and ends with the shell.
func TestPromptStreamingQuery(t *testing.T) {
	p := atPrompt(t, 200, 40, "--master", "local[2]")
	p.Send(`in := NewMemoryStream(spark, "word STRING")` + "\r")
	p.Expect("in: MemoryStream")
	p.Send(`q := in.ToDF().GroupBy("word").Count().WriteStream().OutputMode("update").Format("console").QueryName("words").Start()` + "\r")
	p.Expect("q: StreamingQuery = words, running")
	p.Send(`in.AddData("to", "be", "to")` + "\r")
	p.shows(regexp.MustCompile(`Batch: \d+\n-+\n\+----\+-----\+\n\|word\|count\|\n\+----\+-----\+\n(\|  (be\|    1|to\|    2)\|\n){2}\+----\+-----\+\n`))
	p.Send("q.AwaitTermination()\r")
	p.Wait("evaluation", func() bool { return strings.HasSuffix(p.Marked(), "\n▏") || strings.Contains(p.Marked(), "\n▏\n") })
	p.Send("\x03")
	p.Expect("interrupted; words goes on")
	p.Send("q.ProcessAllAvailable(); 0\r")
	p.Expect("res0: int = 0")
	p.Send(":why words\r")
	p.Expect("the last 1 batches read 3 rows and wrote 2")
	p.Send(":state\r")
	p.shows(regexp.MustCompile(`stateStoreSave +2 +2 +0 +0 `))
	p.Send("in.ToDF().Show()\r")
	p.Expect("Queries with streaming sources must be executed with writeStream.start()")
	p.Send("q := 1\r")
	p.Expect("q: int = 1")
	p.Send(`in.AddData("or")` + "\r")
	p.shows(regexp.MustCompile(`\|  or\|    1\|`))
	p.Send("spark.Streams().Active()[0].ProcessAllAvailable(); 1\r")
	p.Expect("res1: int = 1")
	p.Send(":queries\r")
	p.shows(regexp.MustCompile(`words +active +at once +2 +4 `))
	p.Send(":stop words\r")
	p.Expect("words stopped")
	p.Send(":quit\r")
	p.exits(0)
}
