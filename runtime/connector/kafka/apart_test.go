//go:build unix

package kafka

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
	"gospark/runtime/types"
)

// Benchmarks of the client alone: the broker is in a process of its own, replays one record batch for ever and forgets
// what it is sent. What they report is rows per second of processor time of this process, which does not depend on what
// else the machine does.

const brokerApart = "GOSPARK_TEST_BROKER"

// stores is the broker that keeps what it is sent, instead of a codec.
const stores = "stores"

// TestBrokerApart is that process: it serves until its input ends.
func TestBrokerApart(t *testing.T) {
	codec := os.Getenv(brokerApart)
	if codec == "" {
		t.Skip("runs for benchmarks only")
	}
	cfg := broker.Config{}
	if codec != stores {
		cfg.Options = []kfake.Opt{kfake.SyntheticFetch(kfake.SyntheticBatch{Batch: eventBatch(t, codec, perBatch)}), kfake.BlackholeProduce()}
	}
	b := startBroker(t, cfg)
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

// BenchmarkLatency is how long a record takes from one topic to another through a source and a transactional sink, at a
// thousand records a second, without what a query does in between. It is not processor time: run it on a quiet machine.
func BenchmarkLatency(b *testing.B) {
	servers := apart(b, stores)
	var opts = map[string]string{"kafka.bootstrap.servers": servers, "topic": "out"}
	schema := types.StructOf(Schema(false).Fields[valueColumn])
	in := follow(b, servers, "in")
	in.Prune([]int{valueColumn})
	out := follow(b, servers, "out")
	k, err := NewSink(b.Context(), opts, schema, SinkOpening{QueryID: "latency"})
	if err != nil {
		b.Fatal(err)
	}
	defer k.Close()
	p, err := dial(b, testConfig(servers)).Producer(b.Context(), ProducerConfig{})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		for id := int64(0); ; id++ {
			err := eachBatch(ctx, in, func(splits []connector.Split) error {
				if _, err := k.Begin(ctx, id); err != nil {
					return err
				}
				w, err := k.Writer(ctx, id, 0)
				if err != nil {
					return err
				}
				for _, s := range splits {
					drain(b, s, w)
				}
				written, err := w.Commit()
				if err != nil {
					return err
				}
				return k.Commit(ctx, id, []any{written})
			})
			if err != nil {
				if ctx.Err() == nil {
					b.Error(err)
				}
				return
			}
		}
	})
	wg.Go(func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for range b.N {
			<-tick.C
			err := p.Send(ctx, &Record{TopicPartition: TopicPartition{"in", AnyPartition}, Value: []byte(strconv.FormatInt(time.Now().UnixNano(), 10))})
			if err == nil {
				err = p.Flush(ctx)
			}
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	var took []time.Duration
	for len(took) < b.N {
		err := eachBatch(ctx, out, func(splits []connector.Split) error {
			for _, s := range splits {
				for _, v := range column(b, s, valueColumn) {
					sent, err := strconv.ParseInt(v, 10, 64)
					if err != nil {
						return err
					}
					took = append(took, time.Since(time.Unix(0, sent)))
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// A followed source knows where it is.
type followed struct {
	*Source
	at connector.Offset
}

func follow(b *testing.B, servers, topic string) *followed {
	cfg := testConfig(servers, topic)
	cfg.Headers = false
	s := openSource(b, cfg)
	s.layout.frame = true
	return &followed{Source: s}
}

// eachBatch waits for the next batch that has rows.
func eachBatch(ctx context.Context, s *followed, f func([]connector.Split) error) error {
	for {
		to, err := s.Latest(ctx, s.at, connector.Limit{})
		if err != nil {
			return err
		}
		splits, err := s.Splits(s.at, to)
		if err != nil {
			return err
		}
		if s.at = to; len(splits) > 0 {
			return f(splits)
		}
		select {
		case <-s.C():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// column is the strings of a column of a split.
func column(b *testing.B, s connector.Split, c int) (out []string) {
	r, err := s.Open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	for {
		rows, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, batch.Col[string](rows, c)...)
	}
}
