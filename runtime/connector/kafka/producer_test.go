package kafka

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"pgregory.net/rapid"

	"gospark/runtime/connector/kafka/broker"
)

func dial(t testing.TB, cfg Config) *Client {
	t.Helper()
	c, err := Dial(testContext(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func send(t testing.TB, p *Producer, records ...*Record) {
	t.Helper()
	for _, r := range records {
		if err := p.Send(testContext(t), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(testContext(t)); err != nil {
		t.Fatal(err)
	}
}

// What the producer writes is what another client reads, whatever the codec.
func TestProducer(t *testing.T) { checkProducer(t, startBroker(t, broker.Config{Ports: []int{0, 0}})) }

func checkProducer(t *testing.T, b cluster) {
	createTopic(t, b, "p", 5, "retention.ms", "-1")
	for i, codec := range codecNames {
		p, err := dial(t, testConfig(b.Addr())).Producer(testContext(t), ProducerConfig{Compression: codec, BatchBytes: 2000})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		tp := TopicPartition{"p", int32(i)}
		var records []*Record
		for k := range 300 {
			r := &Record{TopicPartition: tp, Time: time.UnixMilli(1_700_000_000_000 - int64(k%7)*1000), Key: fmt.Appendf(nil, "key%d", k), Value: bytes.Repeat([]byte{'v'}, k%50)}
			switch k % 4 {
			case 0:
				r.Key = nil
			case 1:
				r.Value = nil
			case 2:
				r.Headers = []Header{{"h", []byte("x")}, {"h", nil}}
			}
			records = append(records, r)
			want = append(want, line(tp, int64(k), r.Time.UnixMicro(), 0, optional(r.Key), optional(r.Value), r.Headers))
		}
		send(t, p, records...)
		got := judge(t, b.Addr(), Offsets{tp: 300}, true)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %s", codec, diff(got, want))
		}
	}
	p, err := dial(t, testConfig(b.Addr())).Producer(testContext(t), ProducerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	err = p.Send(testContext(t), &Record{TopicPartition: TopicPartition{"p", 5}})
	wantError(t, err, "topic p has 5 partitions, no partition 5")
	if again := p.Flush(testContext(t)); again == nil {
		t.Error("a broken producer went on")
	}
	p, err = dial(t, testConfig(b.Addr())).Producer(testContext(t), ProducerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Send(testContext(t), &Record{TopicPartition: TopicPartition{"p", 0}, Value: make([]byte, 2<<20)}); err != nil {
		t.Fatal(err)
	}
	if err := p.Flush(testContext(t)); !errors.Is(err, kafkago.MessageSizeTooLarge) {
		t.Errorf("a record of 2 MiB: %v", err)
	}
}

// An answer that is lost after the records were stored leads to one copy, not several.
func TestProducerIsIdempotent(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "once", 1)
	p, err := dial(t, testConfig(b.Addr())).Producer(testContext(t), ProducerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	tp := TopicPartition{"once", 0}
	for i := range 5 {
		h := b.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.RequestTimedOut, Count: 3})
		send(t, p, &Record{TopicPartition: tp, Value: fmt.Appendf(nil, "v%d", i)})
		if h.Hits() != 3 {
			t.Fatalf("%d faults", h.Hits())
		}
		h.Remove()
	}
	if got := judge(t, b.Addr(), Offsets{tp: 5}, true); len(got) != 5 || b.PartitionInfo("once", 0).HighWatermark != 5 {
		t.Errorf("%q, end %d", got, b.PartitionInfo("once", 0).HighWatermark)
	}
}

// Keys go where Kafka's own partitioner sends them.
func TestPartitioner(t *testing.T) {
	kafkas := kgo.StickyKeyPartitioner(nil).ForTopic("t")
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "key")
		n := rapid.IntRange(1, 100).Draw(t, "partitions")
		if got, want := partitionOf(key, n), kafkas.Partition(&kgo.Record{Key: key}, n); int(got) != want {
			t.Fatalf("partition %d, want %d", got, want)
		}
	})
}

// What a shell shows: topics with their offsets, the last records, and how far a group is behind.
func TestLookAt(t *testing.T) { checkLookAt(t, startBroker(t, broker.Config{})) }

func checkLookAt(t *testing.T, b cluster) {
	createTopic(t, b, "look", 2)
	cl := franz(t, b.Addr(), kgo.TransactionalID("look"))
	for i := range 6 {
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		for _, v := range []string{"a", "a'", "b", "b'"} {
			r := record("look", int32(v[0]-'a'), v+fmt.Sprint(i))
			r.Timestamp = time.UnixMilli(time.Now().UnixMilli() + int64(i)*1000)
			produce(t, cl, r)
		}
		if err := cl.EndTransaction(testContext(t), i%2 == 0); err != nil {
			t.Fatal(err)
		}
	}
	cfg := testConfig(b.Addr(), "look")
	cfg.GroupID = "watchers"
	s := openSource(t, cfg)
	ctx := testContext(t)
	topics, err := s.client.Topics(ctx, "look")
	if err != nil || len(topics) != 1 || len(topics[0].Partitions) != 2 || topics[0].Records() != 36 {
		t.Fatalf("%+v, %v", topics, err)
	}
	last, err := s.client.Peek(ctx, "look", 3)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, r := range last {
		values = append(values, string(r.Value))
	}
	for _, v := range values {
		if !strings.HasSuffix(v, "4") {
			t.Errorf("the last three records are %q", values)
		}
	}
	done := make(chan error, 1)
	s.CommitAsync(Offsets{{"look", 0}: 10}.JSON(), func(err error) { done <- err })
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	lag, err := s.client.Lag(ctx, "watchers", "look")
	if err != nil || len(lag) != 2 || lag[0].Behind() != 8 || lag[1].Behind() != -1 {
		t.Errorf("%+v, %v", lag, err)
	}
	_, err = s.client.Peek(ctx, "nowhere", 1)
	wantError(t, err, "nowhere")
}
