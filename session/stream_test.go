package session

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// lockedBuffer is a buffer that a query prints into while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func streamSession(t *testing.T) (*SparkSession, *lockedBuffer) {
	out := &lockedBuffer{}
	s, err := New(Config{Master: "local[2]", Out: out, Notice: func(l string) { t.Log(l) }, Conf: map[string]string{"spark.sql.shuffle.partitions": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s, out
}

func TestConsolePrintsAsSparkDoes(t *testing.T) {
	s, out := streamSession(t)
	in := NewMemoryStream(s, "timestamp TIMESTAMP, value BIGINT")
	q := in.ToDF().Select("value").WriteStream().Format("console").Start()
	in.AddData([]any{nil, 0}, []any{nil, 22})
	q.ProcessAllAvailable()
	in.AddData([]any{nil, 1})
	q.ProcessAllAvailable()
	q.Stop()
	want := `-------------------------------------------
Batch: 0
-------------------------------------------
+-----+
|value|
+-----+
|    0|
|   22|
+-----+

-------------------------------------------
Batch: 1
-------------------------------------------
+-----+
|value|
+-----+
|    1|
+-----+

`
	if got := out.String(); got != want {
		t.Errorf("printed\n%s", got)
	}
}

func TestMemoryTableIsReadBySQL(t *testing.T) {
	s, _ := streamSession(t)
	in := NewMemoryStream(s, "word STRING")
	in.ToDF().CreateOrReplaceTempView("words")
	q := s.SQL("SELECT word, count(*) AS n FROM words GROUP BY word").WriteStream().Format("memory").QueryName("counts").OutputMode("complete").Start()
	in.AddData("a", "b", "a")
	q.ProcessAllAvailable()
	in.AddData("a")
	q.ProcessAllAvailable()
	rows := s.SQL("SELECT * FROM counts ORDER BY word").Collect()
	if len(rows) != 2 || rows[0].ShellString() != "[a,3]" || rows[1].ShellString() != "[b,1]" {
		t.Errorf("%v", rows)
	}
	if p := q.LastProgress(); p.Name == nil || *p.Name != "counts" || len(p.StateOperators) != 1 {
		t.Error(p.JSON())
	}
}

func TestForeachBatchGetsDataFrames(t *testing.T) {
	s, _ := streamSession(t)
	in := NewMemoryStream(s, "v BIGINT")
	var got []string
	var kept *DataFrame
	q := in.ToDF().WriteStream().ForeachBatch(func(df *DataFrame, id int64) {
		kept = df
		got = append(got, df.Agg(Sum("v")).First().ShellString()+"/"+df.Filter("v > 1").First().ShellString())
	}).Start()
	in.AddData(1, 2, 3)
	q.ProcessAllAvailable()
	q.Stop()
	if strings.Join(got, " ") != "[6]/[2]" {
		t.Errorf("have %v", got)
	}
	if err := Try(func() { kept.Count() }); err == nil || !strings.Contains(err.Error(), "inside it") {
		t.Errorf("a batch that is over: %v", err)
	}
}

func TestBatchActionsOfStreamsAreRefused(t *testing.T) {
	s, _ := streamSession(t)
	df := s.ReadStream().Format("rate").Load()
	if !df.IsStreaming() || s.Range(1).IsStreaming() {
		t.Error("IsStreaming")
	}
	for name, f := range map[string]func(){
		"Show": func() { df.Show() }, "Collect": func() { df.Collect() }, "Count": func() { df.Count() }, "Take": func() { df.Take(1) },
	} {
		err := Try(f)
		if err == nil || !strings.Contains(err.Error(), "writeStream.start()") || !strings.Contains(err.Error(), `WriteStream().Format("console")`) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Try(func() { s.Range(3).WriteStream() }); err == nil || err.(*Error).Condition() != "WRITE_STREAM_NOT_ALLOWED" {
		t.Errorf("WriteStream of a batch: %v", err)
	}
}

func TestFilesToFilesExactlyOnce(t *testing.T) {
	s, _ := streamSession(t)
	in, out, cp := t.TempDir(), t.TempDir(), t.TempDir()
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func() int {
		q := s.ReadStream().Schema("k STRING, n BIGINT").Option("maxFilesPerTrigger", 1).JSON(in).
			WriteStream().Format("json").Option("checkpointLocation", cp).Trigger(AvailableNow()).Start(out)
		q.AwaitTermination()
		return len(q.RecentProgress())
	}
	put("a.json", `{"k":"a","n":1}`+"\n"+`{"k":"b","n":2}`)
	put("b.json", `{"k":"a","n":3}`)
	if n := run(); n != 2 {
		t.Errorf("%d batches", n)
	}
	put("c.json", `{"k":"c","n":4}`)
	if n := run(); n != 1 {
		t.Errorf("%d batches", n)
	}
	if n := run(); n != 0 {
		t.Errorf("%d batches without a file", n)
	}
	if err := os.WriteFile(filepath.Join(out, "part-00009-of-a-batch-that-was-cut-off.json"), []byte(`{"k":"x","n":100}`), 0o644); err != nil {
		t.Fatal(err)
	}
	r := s.Read().JSON(out).Agg(Count("*"), Sum("n")).First()
	if r.ShellString() != "[4,10]" {
		t.Errorf("have %s", r.ShellString())
	}
}

// A stream writes a table that SQL reads and another stream reads, and goes on with it in another session.
func TestToTable(t *testing.T) {
	warehouse, dir, cp, out := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	session := func() *SparkSession {
		s, _ := streamSession(t)
		s.Conf().Set("spark.sql.warehouse.dir", warehouse)
		return s
	}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rows := func(s *SparkSession) *DataFrame { return s.ReadStream().Schema("k STRING, n BIGINT").JSON(dir) }
	write := func(df *DataFrame, checkpoint string) *DataStreamWriter {
		return df.WriteStream().Format("json").PartitionBy("k").Option("checkpointLocation", checkpoint).Trigger(AvailableNow())
	}
	holds := func(s *SparkSession, want string) {
		t.Helper()
		if r := s.SQL("SELECT k, sum(n) FROM counts GROUP BY k ORDER BY k").Collect(); fmt.Sprint(r) != want {
			t.Errorf("have %v, want %s", r, want)
		}
	}
	s := session()
	put("a.json", `{"k":"a","n":1}`+"\n"+`{"k":"b","n":2}`)
	write(rows(s), cp).ToTable("counts").AwaitTermination()
	put("b.json", `{"k":"a","n":3}`)
	write(rows(s), cp).ToTable("counts").AwaitTermination()
	holds(s, "[[a,4] [b,2]]")

	s.ReadStream().Table("counts").Select("n").WriteStream().Format("json").Option("checkpointLocation", t.TempDir()).Trigger(AvailableNow()).Start(out).AwaitTermination()
	if r := s.Read().JSON(out).Agg(Count("*"), Sum("n")).First(); r.ShellString() != "[3,6]" {
		t.Errorf("a stream of the table: %s", r.ShellString())
	}

	s.SQL("CREATE TABLE other (n BIGINT) USING json").Collect()
	s.SQL("INSERT INTO other VALUES (1)").Collect()
	s.Range(3).CreateOrReplaceTempView("three")
	another := session() // its catalog knows no table
	for want, f := range map[string]func(){
		"different from the table `spark_catalog`.`default`.`counts`'s data source provider(json)": func() { write(rows(s), t.TempDir()).Format("csv").ToTable("counts") },
		"is partitioned by (k), not by (n)":          func() { write(rows(s), t.TempDir()).PartitionBy("n").ToTable("counts") },
		"the columns of the stream are (`k` STRING)": func() { write(rows(s).Select("k"), t.TempDir()).ToTable("counts") },
		"holds the batches 0 to 1 of another query":  func() { write(rows(s), t.TempDir()).ToTable("counts") },
		"holds rows that no stream has written":      func() { write(rows(s).Select("n"), t.TempDir()).PartitionBy().ToTable("other") },
		"is written by a stream":                     func() { s.SQL("INSERT INTO counts VALUES (9, 'z')").Collect() },
		"is not a temp view of streaming":            func() { s.ReadStream().Table("three") },
		"a table cannot be of format console":        func() { write(rows(s), t.TempDir()).Format("console").ToTable("x") },
		"checkpointLocation must be specified":       func() { rows(s).WriteStream().ToTable("x") },
		"Invalid streaming output mode: complete":    func() { write(rows(s).GroupBy("k").Count(), t.TempDir()).OutputMode("complete").ToTable("x") },
		"already exists":                             func() { write(rows(another), t.TempDir()).ToTable("counts") },
	} {
		if err := Try(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, have %v", want, err)
		}
	}
	if s.Catalog().TableExists("x") {
		t.Error("a query that did not start made a table")
	}

	put("c.json", `{"k":"c","n":4}`)
	write(rows(another), cp).ToTable("counts").AwaitTermination()
	holds(another, "[[a,4] [b,2] [c,4]]")
}

func TestForeachTakesRows(t *testing.T) {
	s, _ := streamSession(t)
	in := NewMemoryStream(s, "v BIGINT")
	var mu sync.Mutex
	sum := int64(0)
	q := in.ToDF().WriteStream().Foreach(func(r Row) {
		mu.Lock()
		defer mu.Unlock()
		sum += r.Get("v").(int64)
	}).Start()
	in.AddData(1, 2)
	q.ProcessAllAvailable()
	q.Stop()
	w := &recordingWriter{}
	q = in.ToDF().WriteStream().Foreach(w).Start()
	q.ProcessAllAvailable()
	q.Stop()
	if got := strings.Join(w.calls, " "); sum != 3 || got != "open 0 1 2 close" {
		t.Errorf("%d, %s", sum, got)
	}
	q = in.ToDF().WriteStream().Foreach(func(r Row) error { return errors.New("no disk") }).Start()
	if err := Try(func() { q.AwaitTermination() }); err == nil || !strings.Contains(err.Error(), "no disk") || q.Exception() == nil {
		t.Errorf("a function that fails: %v", err)
	}
}

type recordingWriter struct{ calls []string }

func (w *recordingWriter) Open(_, epoch int64) bool {
	w.calls = append(w.calls, fmt.Sprint("open ", epoch))
	return true
}
func (w *recordingWriter) Process(r Row)   { w.calls = append(w.calls, fmt.Sprint(r.Get(0))) }
func (w *recordingWriter) Close(err error) { w.calls = append(w.calls, "close") }

func TestStreamsKnowsItsQueries(t *testing.T) {
	s, _ := streamSession(t)
	in := NewMemoryStream(s, "v BIGINT")
	seen := make(chan string, 100)
	l := &StreamingQueryListener{
		OnQueryStarted:    func(e QueryStartedEvent) { seen <- "started " + *e.Name },
		OnQueryProgress:   func(p *StreamingQueryProgress) { seen <- fmt.Sprint("batch ", p.BatchID) },
		OnQueryTerminated: func(QueryTerminatedEvent) { seen <- "terminated" },
	}
	s.Streams().AddListener(l)
	q := in.ToDF().WriteStream().Format("noop").QueryName("one").Start()
	in.AddData(1)
	q.ProcessAllAvailable()
	m := s.Streams()
	if len(m.Active()) != 1 || m.Get(q.ID()) != q || m.Get("x") != nil {
		t.Error("the running query is not known")
	}
	if err := Try(func() { in.ToDF().WriteStream().Format("noop").QueryName("one").Start() }); err == nil || !strings.Contains(err.Error(), "already active") {
		t.Errorf("a second query of the name: %v", err)
	}
	if m.AwaitAnyTermination("1ms") {
		t.Error("a query has ended")
	}
	q.Stop()
	if !m.AwaitAnyTermination() || len(m.Active()) != 0 {
		t.Error("no query has ended")
	}
	m.ResetTerminated()
	if m.AwaitAnyTermination("1ms") {
		t.Error("a query has ended since")
	}
	for _, want := range []string{"started one", "batch 0", "terminated"} {
		if got := <-seen; got != want {
			t.Errorf("told %s, want %s", got, want)
		}
	}
	m.RemoveListener(l)
}

// A name goes on to mean the query that was started again.
func TestARestartedQueryKeepsItsName(t *testing.T) {
	spark, _ := streamSession(t)
	q := spark.ReadStream().Format("rate").Option("rowsPerSecond", 1).Load().WriteStream().Format("noop").Start()
	was := q.RunID()
	again := q.Restart(true)
	if q.RunID() != again.RunID() || q.RunID() == was || q.ID() != again.ID() || !q.IsActive() {
		t.Errorf("run %s, then %s and %s", was, q.RunID(), again.RunID())
	}
	if m := spark.Streams(); len(m.Active()) != 1 || len(m.All()) != 1 || m.Get(q.ID()) != again {
		t.Errorf("%d run of %d", len(m.Active()), len(m.All()))
	}
	q.Stop()
	if again.IsActive() || len(spark.Streams().Active()) != 0 {
		t.Error("the query still runs")
	}
}

func TestMistakesOfStreamingQueries(t *testing.T) {
	s, _ := streamSession(t)
	in := NewMemoryStream(s, "v BIGINT").ToDF()
	for _, c := range []struct {
		name, want string
		f          func()
	}{
		{"format", "streams are read from", func() { s.ReadStream().Format("carrier-pigeon").Load() }},
		{"sink", "streams are written to", func() { in.WriteStream().Format("carrier-pigeon").Start() }},
		{"mode", "Invalid streaming output mode: all", func() { in.WriteStream().OutputMode("all") }},
		{"memory without a name", "queryName must be specified", func() { in.WriteStream().Format("memory").Start() }},
		{"files without a checkpoint", "checkpointLocation must be specified", func() { in.WriteStream().Format("json").Start(t.TempDir()) }},
		{"files in update mode", "STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE", func() { in.WriteStream().Format("json").OutputMode("update").Start(t.TempDir()) }},
		{"path", "PATH_NOT_FOUND", func() { s.ReadStream().Schema("a INT").JSON(t.TempDir() + "/x") }},
		{"schema of files", "Schema must be specified", func() { s.ReadStream().JSON(t.TempDir()) }},
		{"schema of a rate", "cannot be chosen", func() { s.ReadStream().Format("rate").Schema("a INT").Load() }},
		{"foreachBatch", "want func(df *DataFrame, batchID int64)", func() { in.WriteStream().ForeachBatch(func(int) {}) }},
		{"foreach", "want a ForeachWriter", func() { in.WriteStream().Foreach(1) }},
		{"trigger", "give a duration", func() { ProcessingTime("soon") }},
		{"socket", `Set a port`, func() { s.ReadStream().Format("socket").Option("host", "localhost").Load() }},
		{"rate", "rowsPerSecond", func() { s.ReadStream().Format("rate").Option("rowsPerSecond", "many").Load() }},
	} {
		err := Try(c.f)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if n := len(s.Streams().All()); n != 0 {
		t.Errorf("%d queries were started", n)
	}
}
