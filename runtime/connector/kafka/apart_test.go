//go:build unix

package kafka

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
)

// Benchmarks of the client alone: the broker is in a process of its own, replays one record batch for ever and forgets
// what it is sent. What they report is rows per second of processor time of this process, which does not depend on what
// else the machine does.

const brokerApart = "GOSPARK_TEST_BROKER"

// TestBrokerApart is that process: it serves until its input ends.
func TestBrokerApart(t *testing.T) {
	codec := os.Getenv(brokerApart)
	if codec == "" {
		t.Skip("runs for benchmarks only")
	}
	b := startBroker(t, broker.Config{Options: []kfake.Opt{
		kfake.SyntheticFetch(kfake.SyntheticBatch{Batch: eventBatch(t, codec, perBatch)}), kfake.BlackholeProduce()}})
	createTopic(t, b, "in", 4)
	createTopic(t, b, "out", 4)
	fmt.Println("serving", b.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func apart(b *testing.B, codec string) (servers string) {
	b.Helper()
	ballast = make([]byte, 64<<20)
	b.Cleanup(func() { ballast = nil })
	cmd := exec.Command(os.Args[0], "-test.run=^TestBrokerApart$", "-test.v")
	cmd.Env = append(os.Environ(), brokerApart+"="+codec)
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
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if addr, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			servers = addr
			break
		}
	}
	b.Cleanup(func() {
		in.Close()
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
	if servers == "" {
		b.Fatal("the broker did not start")
	}
	return servers
}

// ballast is a heap as that of a shell: with an empty one the collector would run after every few fetches.
var ballast []byte

// cpuTime is what this process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// perCore reports the rows by processor time since start.
func perCore(b *testing.B, start time.Duration, rows int) {
	b.ReportMetric(float64(rows)/1e6/(cpuTime()-start).Seconds(), "Mrec/cpu-s")
}

func BenchmarkSourceApart(b *testing.B) {
	for _, codec := range []string{"none", "lz4", "zstd"} {
		servers := apart(b, codec)
		for name, columns := range map[string][]int{"all": nil, "value": {valueColumn}, "offset": {offsetColumn}} {
			b.Run(codec+"/"+name, func(b *testing.B) {
				cfg := testConfig(servers, "in")
				cfg.Headers = false
				s := openSource(b, cfg)
				s.layout.columns = columns
				b.ReportAllocs()
				runtime.GC()
				b.ResetTimer()
				start := cpuTime()
				n := drain(b, &Split{TopicPartition: TopicPartition{"in", 0}, Until: int64(b.N), source: s}, nil)
				if n != b.N {
					b.Fatalf("%d rows, want %d", n, b.N)
				}
				perCore(b, start, n)
			})
		}
	}
}

// drain reads a split, into a writer if there is one.
func drain(b *testing.B, s connector.Split, w connector.Writer) (rows int) {
	b.Helper()
	r, err := s.Open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	for {
		batch, err := r.Next()
		if err == io.EOF {
			return rows
		}
		if err == nil && w != nil {
			err = w.Write(batch)
		}
		if err != nil {
			b.Fatal(err)
		}
		rows += batch.N
	}
}

// BenchmarkKafkaToKafka reads values and writes them in transactions of a million rows.
func BenchmarkKafkaToKafka(b *testing.B) {
	servers := apart(b, "none")
	cfg := testConfig(servers, "in")
	cfg.Headers = false
	for name, columns := range map[string][]int{"value": {valueColumn}, "key,value": {keyColumn, valueColumn}} {
		b.Run(name, func(b *testing.B) {
			s := openSource(b, cfg)
			s.layout = layout{columns: columns, frame: true}
			schema := Schema(false)
			schema.Fields = nil
			for _, c := range columns {
				schema.Fields = append(schema.Fields, Schema(false).Fields[c])
			}
			k, err := NewSink(b.Context(), map[string]string{"kafka.bootstrap.servers": servers, "topic": "out"}, schema, SinkOpening{QueryID: "bench"})
			if err != nil {
				b.Fatal(err)
			}
			defer k.Close()
			b.ReportAllocs()
			b.ResetTimer()
			runtime.GC()
			start := cpuTime()
			const size = 1_000_000
			for id, from := int64(0), 0; from < b.N; id, from = id+1, from+size {
				if _, err := k.Begin(b.Context(), id); err != nil {
					b.Fatal(err)
				}
				w, err := k.Writer(b.Context(), id, 0)
				if err != nil {
					b.Fatal(err)
				}
				drain(b, &Split{TopicPartition: TopicPartition{"in", 0}, From: int64(from), Until: int64(min(from+size, b.N)), source: s}, w)
				written, err := w.Commit()
				if err == nil {
					err = k.Commit(b.Context(), id, []any{written})
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			perCore(b, start, b.N)
		})
	}
}
