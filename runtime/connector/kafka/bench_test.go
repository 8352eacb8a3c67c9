//go:build unix

package kafka

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"gospark/runtime/connector/kafka/broker"
)

// event is 100 bytes as a stream of advertising events has them, half of them different from record to record.
func event(rnd *rand.Rand) []byte {
	return fmt.Appendf(nil, `{"user":"%016x","page":"%016x","ad":%08d,"type":"view","at":%d}`, rnd.Uint64(), rnd.Uint64(), rnd.IntN(1e8), 1_700_000_000_000)[:100]
}

// eventBatch is a record batch of about 1 MB.
func eventBatch(b testing.TB, codec string, records int) []byte {
	b.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	c, err := codecOf(codec)
	if err != nil {
		b.Fatal(err)
	}
	var e encoder
	var d deflater
	for i := range records {
		e.append(1_700_000_000_000+int64(i), nil, event(rnd), nil)
	}
	batch, err := e.finish(&d, c, noProducer, -1)
	if err != nil {
		b.Fatal(err)
	}
	return bytes.Clone(batch)
}

const perBatch = 9000

// BenchmarkDecode is the cost of a record from the bytes of an answer to columns, on one core.
func BenchmarkDecode(b *testing.B) {
	for _, codec := range codecNames {
		b.Run(codec, func(b *testing.B) {
			batch := eventBatch(b, codec, perBatch)
			r := newRows(TopicPartition{"t", 0}, 8192, layout{})
			d := decoder{committed: true, until: perBatch}
			b.ReportAllocs()
			b.ResetTimer()
			start := cpuTime()
			n := 0
			for n < b.N {
				d.offset = 0
				d.feed(&fetched{records: batch})
				for err := error(nil); err != io.EOF; {
					r.reset()
					if _, err = d.fill(r); err != nil && err != io.EOF {
						b.Fatal(err)
					}
					n += r.finish().N
				}
			}
			perCore(b, start, n)
		})
	}
}

// BenchmarkSource reads splits from an embedded broker, which runs in the same process and takes its share of the
// cores; franz-go reads the same beside it.
func BenchmarkSource(b *testing.B) {
	for _, codec := range []string{"none", "lz4", "zstd"} {
		br := startBroker(b, broker.Config{Options: []kfake.Opt{kfake.SyntheticFetch(kfake.SyntheticBatch{Batch: eventBatch(b, codec, perBatch)})}})
		createTopic(b, br, "t", 1)
		b.Run(codec, func(b *testing.B) {
			cfg := testConfig(br.Addr(), "t")
			cfg.Headers = false
			s := openSource(b, cfg)
			b.ReportAllocs()
			b.ResetTimer()
			r, err := (&Split{TopicPartition: TopicPartition{"t", 0}, Until: int64(b.N), source: s}).Open(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for {
				rows, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					b.Fatal(err)
				}
				n += rows.N
			}
			if n != b.N {
				b.Fatalf("%d rows, want %d", n, b.N)
			}
			b.ReportMetric(float64(n)/1e6/b.Elapsed().Seconds(), "Mrec/s")
		})
		b.Run(codec+"/franz-go", func(b *testing.B) {
			cl := franz(b, br.Addr(), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{"t": {0: kgo.NewOffset().At(0)}}))
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; {
				n += cl.PollFetches(b.Context()).NumRecords()
			}
			b.ReportMetric(float64(b.N)/1e6/b.Elapsed().Seconds(), "Mrec/s")
		})
	}
}

// BenchmarkEncode is the cost of a record on its way out.
func BenchmarkEncode(b *testing.B) {
	value := event(rand.New(rand.NewPCG(1, 2)))
	var e encoder
	var d deflater
	b.ReportAllocs()
	start := cpuTime()
	for i := range b.N {
		e.append(int64(i), nil, value, nil)
		if e.size() > 1_000_000 {
			if _, err := e.finish(&d, codecNone, noProducer, 0); err != nil {
				b.Fatal(err)
			}
			e.reset()
		}
	}
	perCore(b, start, b.N)
}
