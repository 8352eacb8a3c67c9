package builtins

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"gospark/session"
)

// What the commands say of a query that counts by windows, as it goes on.
func TestCommandsOfAQuery(t *testing.T) {
	spark, err := session.New(session.Config{Master: "local[2]", Out: io.Discard, Conf: map[string]string{"spark.sql.shuffle.partitions": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer spark.Stop()
	c := &Commands{Session: spark}
	if _, err := c.query(nil, ""); err == nil || !strings.Contains(err.Error(), "there is no streaming query") {
		t.Errorf("without a query: %v", err)
	}
	in := session.NewMemoryStream(spark, "ts TIMESTAMP, page STRING")
	q := in.ToDF().WithWatermark("ts", "10 seconds").GroupBy(session.Window("ts", "10 seconds"), "page").Count().
		WriteStream().Format("console").QueryName("pages").Start()
	start := time.Date(2024, 1, 1, 0, 0, 5, 0, time.UTC)
	feed := func(seconds ...int) {
		var rows []any
		for _, s := range seconds {
			rows = append(rows, []any{start.Add(time.Duration(s) * time.Second), "a"})
		}
		in.AddData(rows...)
		q.ProcessAllAvailable()
	}
	says := func(what, text string, wants ...string) {
		t.Helper()
		for _, w := range wants {
			if !regexp.MustCompile(w).MatchString(text) {
				t.Errorf("%s: no %q in\n%s", what, w, text)
			}
		}
	}
	q.ProcessAllAvailable()
	says("before data", whyText(q), "no batch has run yet: Waiting for data to arrive")
	feed(0, 1)
	says("an open window", whyText(q), "read 2 rows and wrote 0", "1 rows are held", "watermark is 2023-12-31 23:59:56:",
		"newest ts is 2024-01-01 00:00:06, and the delay 10s", "waiting for data")
	says(":state", stateText(q), `stateStoreSave +1 +0 +0 +0 +\d+ +2`)
	feed(60)
	feed(0)
	says("a late row", whyText(q), "1 rows came too late")
	says(":footer", footerText(q.LastProgress()), `^batch \d+: 1 rows in, 0 out, 1 late, 1 in state, watermark 2024-01-01T00:00:55.000Z, \d+ ms\n$`)
	says(":progress", progressText(q.LastProgress()), `batch \d+ at .* took \d+ ms`, `MemoryStream\[0\] +1 +2 +2 +1`, "watermark 2024-01-01T00:00:55.000Z")
	says(":health", healthText(q), `the last \d+ batches took \d+ ms on average`, "most of it is ")
	says(":checkpoint", checkpointText(q), "temporary: ", `offsets +\d +batch \d`, "id "+q.ID())
	says(":queries", c.queries(), `pages +active +at once +\d+ +4 +`)
	q.Mute()
	feed(120)
	says("muted", whyText(q), `it is muted, and \d+ batches were not printed: :unmute pages`)
	if n := q.Unmute(); n < 1 {
		t.Errorf("%d batches hidden", n)
	}
	if s, err := c.stream(nil, "pages"); err != nil || s.state != "active" {
		t.Fatal(err)
	} else if err := s.stop(false); err != nil {
		t.Error(err)
	}
	says("stopped", whyText(q), "the query is stopped")
	if _, err := c.query(nil, "nobody"); err == nil || !strings.Contains(err.Error(), "there are pages") {
		t.Errorf("another query: %v", err)
	}
	bad := in.ToDF().Select(session.Expr("CAST(page AS INT) AS n")).WriteStream().Format("noop").Start()
	if err := session.Try(func() { bad.AwaitTermination("20s") }); err == nil {
		t.Fatal("the query does not fail")
	}
	says("failed", whyText(bad), `the query failed in batch 0: \[CAST_INVALID_INPUT\]`)
	says(":queries", c.queries(), `[0-9a-f]{8} +failed +at once +0`, "batch 0 failed: ")
}
