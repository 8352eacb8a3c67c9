package session

import (
	"fmt"
	"io"
	"runtime/debug"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// BenchmarkWindowCount reads JSON from a broker in another process, filters it and counts it by minute and page, with a
// checkpoint: rows per second of processor time of this process.
func BenchmarkWindowCount(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the shell has it
	const rows = 1_000_000
	servers := startApart(b, "clicks")
	cl, err := kgo.NewClient(kgo.SeedBrokers(servers), kgo.DefaultProduceTopic("clicks"), kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		b.Fatal(err)
	}
	start := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	for i := range rows {
		at := start.Add(time.Duration(i) * 100 * time.Microsecond).Format("2006-01-02T15:04:05.000Z")
		cl.Produce(b.Context(), &kgo.Record{Value: fmt.Appendf(nil, `{"page":"/page/%02d","user":"u%05d","ts":"%s","status":%d}`, i%50, i%10007, at, 200+i%4/3*300)},
			func(_ *kgo.Record, err error) {
				if err != nil {
					b.Error(err)
				}
			})
	}
	if err := cl.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
	cl.Close()
	s, err := New(Config{Out: io.Discard})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Stop()
	n, used := 0, time.Duration(0)
	b.ResetTimer()
	for b.Loop() {
		before := cpuTime()
		q := s.ReadStream().Format("kafka").Option("kafka.bootstrap.servers", servers).Option("subscribe", "clicks").Option("startingOffsets", "earliest").
			Option("maxOffsetsPerTrigger", 500_000).Load().
			Select(FromJSON(Col("value").Cast("string"), "page STRING, user STRING, ts TIMESTAMP, status INT").As("c")).Select("c.*").
			WithWatermark("ts", "15 minutes").Filter("status = 200").GroupBy(Window(Col("ts"), "1 minute"), Col("page")).Count().
			WriteStream().OutputMode("update").Format("noop").Option("checkpointLocation", b.TempDir()).Trigger(AvailableNow()).Start()
		q.AwaitTermination()
		used += cpuTime() - before
		for _, p := range q.RecentProgress() {
			n += int(p.NumInputRows)
		}
	}
	if n == 0 || n%rows != 0 {
		b.Fatalf("%d rows were read", n)
	}
	b.ReportMetric(float64(n)/1e6/used.Seconds(), "Mrows/cpu-s")
}
