package session

import (
	"bytes"
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
