package session

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

var updatePlans = flag.Bool("update-plans", false, "write the plans of testdata/streamexplain.txt anew")

// streamPlans are streaming queries whose plans are testdata/streamexplain.txt. In is a stream, names is a table; both have
// the columns ts, k and v.
var streamPlans = []struct {
	name, mode string
	query      func(in *DataFrame, names *DataFrame) *DataFrame
	explain    []any
}{
	{"stateless", "append", func(in, _ *DataFrame) *DataFrame { return in.Filter("v > 1").SelectExpr("k", "v + 1 AS w") }, nil},
	{"windowed count in update mode", "update", windowedCount, nil},
	{"windowed count in append mode", "append", windowedCount, nil},
	{"count in complete mode, in order", "complete", func(in, _ *DataFrame) *DataFrame { return in.GroupBy("k").Count().OrderBy("k") }, nil},
	{"duplicates", "append", func(in, _ *DataFrame) *DataFrame {
		return in.WithWatermark("ts", "10 seconds").DropDuplicates("ts", "k")
	}, nil},
	{"duplicates within the watermark", "append", func(in, _ *DataFrame) *DataFrame {
		return in.WithWatermark("ts", "10 seconds").DropDuplicatesWithinWatermark("k")
	}, nil},
	{"sessions", "append", func(in, _ *DataFrame) *DataFrame {
		return in.WithWatermark("ts", "10 seconds").GroupBy(SessionWindow(Col("ts"), "5 seconds"), Col("k")).Count()
	}, nil},
	{"join of streams", "append", func(in, _ *DataFrame) *DataFrame {
		return in.As("a").WithWatermark("ts", "10 seconds").Join(in.As("b").WithWatermark("ts", "20 seconds"),
			Expr("a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL 1 MINUTE AND a.v > 1"), "left_outer").SelectExpr("a.k", "a.v", "b.v AS w")
	}, nil},
	{"chained", "append", func(in, _ *DataFrame) *DataFrame {
		return in.WithWatermark("ts", "10 seconds").DropDuplicates("ts", "k").GroupBy(Window(Col("ts"), "1 minute"), Col("k")).Count().
			GroupBy(Window(WindowTime(Col("window")), "5 minutes")).Agg(Sum("count").As("n"))
	}, nil},
	{"join of a stream and a table", "append", func(in, names *DataFrame) *DataFrame { return in.Join(names, "k") }, nil},
	{"first rows", "append", func(in, _ *DataFrame) *DataFrame { return in.Limit(2) }, nil},
	{"extended", "append", windowedCount, []any{true}},
	{"formatted", "append", windowedCount, []any{"formatted"}},
}

func windowedCount(in, _ *DataFrame) *DataFrame {
	return in.WithWatermark("ts", "10 seconds").GroupBy(Window(Col("ts"), "1 minute"), Col("k")).Count()
}

// A query explains what its last batch ran with: before the first there is nothing to explain, then state has a version
// and there is a watermark.
func TestStreamingExplain(t *testing.T) {
	var b strings.Builder
	for _, c := range streamPlans {
		s, out := streamSession(t)
		in := NewMemoryStream(s, "ts TIMESTAMP, k STRING, v BIGINT")
		names := s.SQL("SELECT * FROM VALUES ('a', 'Anna'), ('b', 'Bert') AS t(k, name)")
		q := c.query(in.ToDF(), names).WriteStream().Format("noop").OutputMode(c.mode).Start()
		fmt.Fprintf(&b, "-- %s\n", c.name)
		q.Explain(c.explain...)
		if got := out.String(); got != "No physical plan. Waiting for data.\n" {
			t.Errorf("%s: before the first batch:\n%s", c.name, got)
		}
		before := len(out.String())
		for i := range 2 {
			in.AddData([]any{time.Date(2024, 5, 1, 12, i+1, 0, 0, time.UTC), "a", 1})
			q.ProcessAllAvailable()
		}
		q.Explain(c.explain...)
		b.WriteString(out.String()[before:])
		q.Stop()
		before = len(out.String())
		if q.Explain(); !strings.Contains(out.String()[before:], "== Physical Plan ==") {
			t.Errorf("%s: nothing is streamPlans after the end", c.name)
		}
	}
	got := numberedIDs(b.String())
	const file = "testdata/streamexplain.txt"
	if *updatePlans {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update-plans and look at the difference):\n%s", file, got)
	}
}

// numberedIDs numbers the identities of columns as they come.
func numberedIDs(text string) string {
	seen := map[string]string{}
	return regexp.MustCompile(`#\d+`).ReplaceAllStringFunc(text, func(id string) string {
		if seen[id] == "" {
			seen[id] = fmt.Sprintf("#%d", len(seen)+1)
		}
		return seen[id]
	})
}
