package session

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gospark/runtime/connector/kafka/broker"
)

const brokerApart = "GOSPARK_TEST_BROKER"

// TestBrokerApart is a process of its own: a broker that serves until its input ends.
func TestBrokerApart(t *testing.T) {
	if os.Getenv(brokerApart) == "" {
		t.Skip("runs for benchmarks only")
	}
	b, err := broker.Start(broker.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, topic := range strings.Split(os.Getenv(brokerApart), ",") {
		if err := b.CreateTopic(topic, 1, nil); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Println("serving", b.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// startApart starts that process.
func startApart(b *testing.B, topics string) (servers string) {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBrokerApart$", "-test.v")
	cmd.Env = append(os.Environ(), brokerApart+"="+topics)
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if addr, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			return addr
		}
	}
	b.Fatal("the broker did not start")
	return ""
}

// BenchmarkLatency is how long a record takes from a producer through a topic, a query with a function, and another topic
// to a consumer that reads what is committed, at a thousand records a second; beside it, through one topic alone, without
// a query. It is no processor time: run it on a quiet machine.
func BenchmarkLatency(b *testing.B) {
	topics := "direct,in0,out0,in1,out1"
	servers := startApart(b, topics)
	run := func(name, in, out string, trigger Trigger) {
		b.Run(name, func(b *testing.B) {
			if in != out {
				s, err := New(Config{Out: io.Discard})
				if err != nil {
					b.Fatal(err)
				}
				defer s.Stop()
				q := s.ReadStream().Format("kafka").Option("kafka.bootstrap.servers", servers).Option("subscribe", in).Load().
					SelectExpr("upper(CAST(value AS STRING)) AS value").WriteStream().Format("kafka").Option("kafka.bootstrap.servers", servers).
					Option("topic", out).Option("checkpointLocation", b.TempDir()).Trigger(trigger).Start()
				defer q.Stop()
				q.ProcessAllAvailable()
			}
			p50, p99 := measure(b, servers, in, out)
			b.ReportMetric(p50, "p50-ms")
			b.ReportMetric(p99, "p99-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
	run("default", "in0", "out0", Trigger{})
	run("continuous", "in1", "out1", Continuous("1 second"))
	run("topic alone", "direct", "direct", Trigger{})
}

// measure sends a thousand records a second, and gives the median and the 99th percentile of their times in ms.
func measure(b *testing.B, servers, in, out string) (p50, p99 float64) {
	client := func(opts ...kgo.Opt) *kgo.Client {
		cl, err := kgo.NewClient(append(opts, kgo.SeedBrokers(servers), kgo.ProducerLinger(0))...)
		if err != nil {
			b.Fatal(err)
		}
		return cl
	}
	reader := client(kgo.ConsumeTopics(out), kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd()), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	defer reader.Close()
	writer := client(kgo.DefaultProduceTopic(in))
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	const warm = 200 // the first ones do not count
	n := max(b.N, 1)
	wg.Go(func() {
		defer writer.Close()
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for range n + warm {
			<-tick.C
			writer.Produce(ctx, &kgo.Record{Value: strconv.AppendInt(nil, time.Now().UnixNano(), 10)}, func(_ *kgo.Record, err error) {
				if err != nil && ctx.Err() == nil {
					b.Error(err)
				}
			})
		}
		_ = writer.Flush(ctx)
	})
	var took []time.Duration
	// The reader may begin behind the first records: it finds the end of the log when it connects.
	for seen := 0; len(took) < n-warm || len(took) == 0; {
		fetches := reader.PollFetches(ctx)
		if ctx.Err() != nil {
			b.Fatalf("%d of %d records after a minute", seen, n+warm)
		}
		now := time.Now()
		fetches.EachRecord(func(r *kgo.Record) {
			sent, err := strconv.ParseInt(string(r.Value), 10, 64)
			if err != nil {
				b.Error(err)
			}
			if seen++; seen > warm || n <= warm {
				took = append(took, now.Sub(time.Unix(0, sent)))
			}
		})
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return ms(took[len(took)/2]), ms(took[len(took)*99/100])
}
