package session

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gospark/runtime/connector/kafka"
)

// Records go from topic to topic one by one, through expressions and Go functions; a query goes on where its last epoch
// ended.
func TestContinuousKafkaToKafka(t *testing.T) {
	ctx, b, p := twoTopics(t)
	s, _ := streamSession(t)
	dir := t.TempDir()
	var want []string
	for run := range 2 {
		q := s.ReadStream().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("subscribe", "in").Option("startingOffsets", "earliest").Load().
			Select(FromJSON(Col("value").Cast("string"), "n BIGINT, name STRING").As("r")).Filter("r.n % 2 = 0").SelectExpr("upper(r.name) AS value").
			WriteStream().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("topic", "out").Option("checkpointLocation", dir).
			Trigger(Continuous("1 hour")).Start()
		for i := range 20 {
			v := fmt.Sprintf(`{"n":%d,"name":"r%dn%d"}`, i, run, i)
			if i%2 == 0 {
				want = append(want, fmt.Sprintf("R%dN%d", run, i))
			}
			if err := p.Send(ctx, &kafka.Record{TopicPartition: kafka.TopicPartition{Topic: "in", Partition: int32(i % 2)}, Value: []byte(v)}); err != nil {
				t.Fatal(err)
			}
			if err := p.Flush(ctx); err != nil {
				t.Fatal(err)
			}
		}
		q.ProcessAllAvailable()
		if l := q.LastProgress(); l == nil || !strings.Contains(l.JSON(), "KafkaTable[out]") {
			t.Errorf("progress %v", l)
		}
		q.Stop()
		if q.Exception() != nil {
			t.Error(q.Exception())
		}
	}
	for _, log := range []string{"offsets", "commits"} {
		if all, err := filepath.Glob(filepath.Join(dir, log, "[0-9]*")); err != nil || len(all) < 2 || len(all) > 40 {
			t.Errorf("%s: %v, %v", log, all, err)
		}
	}
	var got []string
	for _, r := range s.Read().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("subscribe", "out").Load().SelectExpr("CAST(value AS STRING)").Collect() {
		got = append(got, fmt.Sprint(r.Get(0)))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The sinks of continuous queries get the rows of a rate.
func TestContinuousSinks(t *testing.T) {
	s, out := streamSession(t)
	rate := func() *DataStreamWriter {
		return s.ReadStream().Format("rate").Option("rowsPerSecond", 5).Option("numPartitions", 1).Load().Where("value >= 2").Select("value").WriteStream().Trigger(Continuous(50 * time.Millisecond))
	}
	seen := make(chan int64, 1000)
	console := rate().Format("console").Start()
	table := rate().Format("memory").QueryName("flow").Start()
	noop := rate().Format("noop").Start()
	q := rate().Foreach(func(r Row) { seen <- r.Get("value").(int64) }).Start()
	for want := range int64(5) {
		select {
		case v := <-seen:
			if v != want+2 {
				t.Errorf("%d, want %d", v, want+2)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("no rows")
		}
	}
	for _, q := range []*StreamingQuery{console, table, noop, q} {
		q.ProcessAllAvailable()
		q.Stop()
		if q.Exception() != nil || q.LastProgress() == nil {
			t.Errorf("%s: %v, progress %v", q.format, q.Exception(), q.LastProgress())
		}
	}
	if n := s.SQL("SELECT min(value) FROM flow").First().Get(0); n != int64(2) {
		t.Errorf("the least value is %v", n)
	}
	if text := out.String(); !strings.Contains(text, "|    2|") || !strings.Contains(text, "Batch: 0") {
		t.Errorf("console: %s", text)
	}
}

func TestMistakesOfContinuousQueries(t *testing.T) {
	s, _ := streamSession(t)
	rate := s.ReadStream().Format("rate").Load()
	each := func(df *DataFrame) *DataStreamWriter {
		return df.WriteStream().Format("noop").Trigger(Continuous("1 second"))
	}
	for _, c := range []struct {
		name, want string
		f          func()
	}{
		{"interval", "give a duration", func() { Continuous("now and then") }},
		{"a stream in memory", "does not support continuous processing", func() { each(NewMemoryStream(s, "v BIGINT").ToDF()).Start() }},
		{"an aggregation", "Continuous processing does not support Aggregate operations", func() { each(rate.GroupBy("value").Count()).OutputMode("update").Start() }},
		{"a watermark", "Continuous processing does not support EventTimeWatermark operations", func() { each(rate.WithWatermark("timestamp", "1 second")).Start() }},
		{"duplicates", "Continuous processing does not support Deduplicate operations", func() { each(rate.DropDuplicates("value")).Start() }},
		{"foreachBatch", "'foreachBatch' is not supported with continuous trigger", func() { each(rate).ForeachBatch(func(*DataFrame, int64) {}).Start() }},
		{"files", "'json' is not supported with continuous trigger", func() { each(rate).Format("json").Option("checkpointLocation", t.TempDir()).Start(t.TempDir()) }},
		{"exactly once", "at least once, not exactly once", func() {
			each(rate.SelectExpr("CAST(value AS STRING) AS value")).Format("kafka").Option("kafka.bootstrap.servers", "localhost:1").Option("topic", "t").
				Option("exactlyOnce", true).Option("checkpointLocation", t.TempDir()).Start()
		}},
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
