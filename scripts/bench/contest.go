package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gospark/session"
)

// A contest is what both engines are given: the same files, the same statements, the same words. Each query answers with
// one row of whole numbers, which must be the same.
type contest struct {
	Runs    int
	Setup   []string
	Queries []contestQuery
	Words   string
	Events  contestStream
}

// A contestQuery is a query both run by its text.
type contestQuery struct {
	Name, SQL string
	what      string
	rows      int
}

// contestStream is a stream of the files of a folder, counted by minute and page.
type contestStream struct{ DDL, Path, Counted string }

const (
	contestEvents = 3_000_000
	contestFacts  = 5_000_000
	contestDims   = 1_000_000
	contestRange  = 20_000_000
)

// newContest writes the files into dir.
func newContest(dir string) (*contest, int, error) {
	at := func(name string) string { return filepath.Join(dir, name) }
	eventLine := eventLines()
	rnd := rand.New(rand.NewPCG(42, 3))
	if err := words(at("words.txt"), 200); err != nil {
		return nil, 0, err
	}
	for _, f := range []struct {
		folder      string
		files, rows int
		line        func(b []byte, i int) []byte
	}{
		{"events", 12, contestEvents, eventLine},
		{"facts", 4, contestFacts, func(b []byte, i int) []byte {
			return fmt.Appendf(b, "%d,%d,%d\n", i, rnd.IntN(contestDims), rnd.IntN(1000))
		}},
		{"dims", 1, contestDims, func(b []byte, i int) []byte { return fmt.Appendf(b, "%d,name%d\n", i, i%5000) }},
	} {
		if err := folder(at(f.folder), f.files, f.rows, f.line); err != nil {
			return nil, 0, err
		}
	}
	const ddl = "ts TIMESTAMP, user STRING, page STRING, status INT, latency DOUBLE"
	c := &contest{
		Runs: 4,
		Setup: []string{
			"SET spark.sql.shuffle.partitions=2",
			"SET spark.sql.session.timeZone=UTC",
			"CREATE TEMP VIEW words USING text OPTIONS (path '" + at("words.txt") + "')",
			"CREATE TEMP VIEW events (" + ddl + ") USING json OPTIONS (path '" + at("events") + "')",
			"CREATE TEMP VIEW facts (id BIGINT, key BIGINT, val INT) USING csv OPTIONS (path '" + at("facts") + "')",
			"CREATE TEMP VIEW dims (key BIGINT, name STRING) USING csv OPTIONS (path '" + at("dims") + "')",
		},
		Words:  at("words.txt"),
		Events: contestStream{ddl, at("events"), "SELECT count(*), sum(count) FROM counts"},
	}
	total, err := wordTotal(c.Words)
	c.Queries = []contestQuery{
		{"one", "SELECT 1", "`SELECT 1`", 0},
		{"range", "SELECT count(*), sum(id * 3 + 1) FROM range(0, " + fmt.Sprint(contestRange) + ", 1, 4) WHERE id % 7 < 5", "filter, computed column and sum over `range`", contestRange},
		{"words", "SELECT count(*), sum(n) FROM (SELECT w, count(*) AS n FROM (SELECT explode(split(value, ' ')) AS w FROM words) GROUP BY w)", "words of a file: `explode(split(…))`, count by word", total},
		{"events", "SELECT count(*), sum(n) FROM (SELECT window(ts, '1 minute') AS w, page, count(*) AS n FROM events WHERE status = 200 GROUP BY 1, 2)", "JSON files, filter, count by minute and page", contestEvents},
		{"groups", "SELECT count(*), sum(n), max(s) FROM (SELECT k, count(*) AS n, sum(id) AS s FROM (SELECT concat('key-', id * 7919 % 1000003) AS k, id FROM range(0, 5000000, 1, 4)) GROUP BY k)", "group by a million strings", 5_000_000},
		{"join", "SELECT count(*), sum(val), sum(length(name)) FROM facts JOIN dims USING (key)", "CSV files of 5 M and 1 M rows, joined", contestFacts},
		{"rank", "SELECT count(*), sum(r * v) FROM (SELECT v, rank() OVER (PARTITION BY k ORDER BY v) AS r FROM (SELECT id % 1000 AS k, id * 7919 % 1000003 AS v FROM range(0, 2000000, 1, 4)))", "`rank()` over a thousand partitions, sorted", 2_000_000},
	}
	return c, total, err
}

// folder writes rows into files of equal size.
func folder(path string, files, rows int, line func(b []byte, i int) []byte) error {
	if err := os.Mkdir(path, 0o777); err != nil {
		return err
	}
	var b []byte
	for n := range files {
		f, err := os.Create(filepath.Join(path, fmt.Sprintf("part-%05d", n)))
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(f, 1<<20)
		for i := n * rows / files; i < (n+1)*rows/files; i++ {
			b = line(b[:0], i)
			w.Write(b)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// eventLines are events of about 110 bytes, 1 ms apart and out of order by up to 5 s.
func eventLines() func(b []byte, i int) []byte {
	rnd := rand.New(rand.NewPCG(42, 2))
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	statuses := []int{200, 200, 200, 200, 404, 200, 200, 200, 200, 500}
	return func(b []byte, i int) []byte {
		b = append(b, `{"ts":"`...)
		b = begin.Add(time.Duration(i-rnd.IntN(5000))*time.Millisecond).AppendFormat(b, "2006-01-02T15:04:05.000Z")
		return fmt.Appendf(b, `","user":"user%06d","page":"/page/%03d","status":%d,"latency":%.2f}`+"\n",
			rnd.IntN(100_000), rnd.IntN(1000), statuses[rnd.IntN(len(statuses))], rnd.Float64()*300)
	}
}

func wordTotal(name string) (int, error) {
	text, err := os.ReadFile(name)
	return len(strings.Fields(string(text))), err
}

// perform runs the contest in a session of ours.
func (c *contest) perform(each func(name string, run func() string)) error {
	spark, err := session.New(session.Config{Master: "local[2]"})
	if err != nil {
		return err
	}
	defer spark.Stop()
	return session.Try(func() {
		for _, text := range c.Setup {
			spark.SQL(text)
		}
		for _, q := range c.Queries {
			each(q.Name, func() string { return answer(spark.SQL(q.SQL)) })
		}
		each("words of an RDD", func() string {
			return fmt.Sprint(spark.SparkContext().TextFile(c.Words, 8).FlatMap(split).Map(one).ReduceByKey(add).Count())
		})
		each("stream of files", func() string {
			query := spark.ReadStream().Schema(c.Events.DDL).JSON(c.Events.Path).Filter("status = 200").WithWatermark("ts", "1 minute").
				GroupBy(session.Window(session.Col("ts"), "1 minute"), session.Col("page")).Count().
				WriteStream().Format("memory").QueryName("counts").OutputMode("complete").Trigger(session.AvailableNow()).Start()
			query.AwaitTermination()
			return answer(spark.SQL(c.Events.Counted))
		})
	})
}

// answer is the only row of df as Scala shows it.
func answer(df *session.DataFrame) string { return "[" + df.Collect()[0].MkString(",") + "]" }
