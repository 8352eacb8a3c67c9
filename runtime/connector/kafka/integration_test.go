//go:build integration

package kafka

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"gospark/runtime/connector"
)

// realCluster is an Apache Kafka broker. scripts/services/kafka.sh starts one and prints the variables.
type realCluster struct {
	t       testing.TB
	servers string
}

func apache(t testing.TB) *realCluster {
	t.Helper()
	return &realCluster{t, env(t, "GOSPARK_KAFKA")}
}

func env(t testing.TB, name string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		t.Skipf("needs a Kafka broker: %s is not set (scripts/services/kafka.sh start; eval \"$(scripts/services/kafka.sh env)\")", name)
	}
	return v
}

func (c *realCluster) Addr() string { return c.servers }

// CreateTopic replaces a topic that an earlier run left, and returns when the broker serves all its partitions.
func (c *realCluster) CreateTopic(name string, partitions int32, config map[string]string) error {
	cl := franz(c.t, c.servers)
	ctx := testContext(c.t)
	for {
		req := kmsg.NewPtrCreateTopicsRequest()
		topic := kmsg.NewCreateTopicsRequestTopic()
		topic.Topic, topic.NumPartitions, topic.ReplicationFactor = name, partitions, 1
		for k, v := range config {
			e := kmsg.NewCreateTopicsRequestTopicConfig()
			e.Name, e.Value = k, kmsg.StringPtr(v)
			topic.Configs = append(topic.Configs, e)
		}
		req.Topics = append(req.Topics, topic)
		resp, err := req.RequestWith(ctx, cl)
		if err != nil {
			return err
		}
		switch err := kerr.ErrorForCode(resp.Topics[0].ErrorCode); err {
		case nil:
			return c.served(ctx, name, partitions)
		case kerr.TopicAlreadyExists:
			if err := c.DeleteTopic(name); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func (c *realCluster) served(ctx context.Context, name string, partitions int32) error {
	client := dial(c.t, testConfig(c.servers))
	var parts []TopicPartition
	for p := range partitions {
		parts = append(parts, TopicPartition{name, p})
	}
	_, err := client.ends(ctx, parts, true, latestTime)
	return err
}

func (c *realCluster) DeleteTopic(name string) error {
	req := kmsg.NewPtrDeleteTopicsRequest()
	topic := kmsg.NewDeleteTopicsRequestTopic()
	topic.Topic = kmsg.StringPtr(name)
	req.Topics, req.TopicNames = append(req.Topics, topic), []string{name}
	resp, err := req.RequestWith(testContext(c.t), franz(c.t, c.servers))
	if err != nil {
		return err
	}
	if err := kerr.ErrorForCode(resp.Topics[0].ErrorCode); err != kerr.UnknownTopicOrPartition {
		return err
	}
	return nil
}

func (c *realCluster) DeleteRecords(topic string, partition int32, offset int64) error {
	req := kmsg.NewPtrDeleteRecordsRequest()
	t := kmsg.NewDeleteRecordsRequestTopic()
	p := kmsg.NewDeleteRecordsRequestTopicPartition()
	p.Partition, p.Offset = partition, offset
	t.Topic, t.Partitions = topic, append(t.Partitions, p)
	req.Topics = append(req.Topics, t)
	resp, err := req.RequestWith(testContext(c.t), franz(c.t, c.servers))
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(resp.Topics[0].Partitions[0].ErrorCode)
}

// The suite of the embedded broker, where it makes sense.
func TestIntegrationApache(t *testing.T) {
	b := apache(t)
	for name, check := range map[string]func(*testing.T, cluster){
		"ReadsWhatWasWritten":          checkReadsWhatWasWritten,
		"Transactions":                 checkTransactions,
		"Retention":                    checkRetention,
		"PartitionsAdded":              checkPartitionsAdded,
		"TopicRecreated":               checkTopicRecreated,
		"Start":                        checkStart,
		"StartAtEndIsWhereOpenFoundIt": checkStartAtEndIsWhereOpenFoundIt,
		"UnknownTopic":                 checkUnknownTopic,
		"Pattern":                      checkPattern,
		"Producer":                     checkProducer,
		"LookAt":                       checkLookAt,
		"Waker":                        checkWaker,
		"Table":                        checkTable,
		"Sink":                         checkSink,
		"SinkBesideAborts":             checkSinkBesideAborts,
		"SinkKilled":                   func(t *testing.T, b cluster) { checkSinkKilled(t, b, 40) },
	} {
		t.Run(name, func(t *testing.T) { check(t, b) })
	}
}

func TestIntegrationApacheLogAppendTime(t *testing.T) {
	b := apache(t)
	createTopic(t, b, "stamped", 1, "message.timestamp.type", "LogAppendTime")
	r := record("stamped", 0, "v")
	r.Timestamp = time.UnixMilli(1)
	produce(t, franz(t, b.Addr()), r, record("stamped", 0, "w"))
	got, _ := readAll(t, openSource(t, testConfig(b.Addr(), "stamped")), 0)
	want := judge(t, b.Addr(), Offsets{{"stamped", 0}: 2}, true)
	if !slices.Equal(got, want) || !strings.Contains(got[0], "/1 ") {
		t.Error(diff(got, want))
	}
}

// A log that the real cleaner has compacted, with transactions in it: gaps, batches without records, markers.
func TestIntegrationApacheCompacted(t *testing.T) {
	b := apache(t)
	createTopic(t, b, "compacted", 1, "cleanup.policy", "compact", "segment.ms", "300", "min.cleanable.dirty.ratio", "0.01",
		"min.compaction.lag.ms", "0", "delete.retention.ms", "100", "max.compaction.lag.ms", "500")
	plain := franz(t, b.Addr())
	txn := franz(t, b.Addr(), kgo.TransactionalID(fmt.Sprint("compacted", time.Now().UnixNano())))
	keyed := func(k, v string) *kgo.Record {
		r := record("compacted", 0, v)
		r.Key = []byte(k)
		return r
	}
	n := int64(0)
	s := openSource(t, testConfig(b.Addr(), "compacted"))
	ctx := testContext(t)
	var rows []string
	var to connector.Offset
	// Writing goes on until compaction has taken most of what was written before.
	for round := 0; ; round++ {
		for k := range 20 {
			produce(t, plain, keyed(fmt.Sprint("k", k), fmt.Sprint(round)))
			n++
		}
		if err := txn.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, txn, keyed("t", fmt.Sprint(round)))
		if err := txn.EndTransaction(ctx, kgo.TransactionEndTry(round%2 == 0)); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, err = s.Latest(ctx, nil, connector.Limit{}); err != nil {
			t.Fatal(err)
		}
		if rows, err = readRange(ctx, s, nil, to); err != nil {
			t.Fatal(err)
		}
		if n > 200 && int64(len(rows)) < n/2 {
			break
		}
	}
	again, err := readRange(ctx, s, nil, to)
	if err != nil {
		t.Fatal(err)
	}
	want := judge(t, b.Addr(), offsetsOf(t, to), true)
	// The cleaner may work between the reads: what is read later is part of what was read before.
	for _, pair := range [][2][]string{{again, rows}, {want, again}} {
		for _, l := range pair[0] {
			if !slices.Contains(pair[1], l) {
				t.Errorf("%s was not there before", l)
			}
		}
	}
	if len(want) < 20 {
		t.Errorf("%d rows", len(want))
	}
}

func TestIntegrationApacheSecurity(t *testing.T) {
	ca := env(t, "GOSPARK_KAFKA_CA")
	plain := `org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="alice-secret";`
	scram := `org.apache.kafka.common.security.scram.ScramLoginModule required username="bob" password="bob-secret";`
	cases := []struct {
		name, listener string
		params         map[string]any
		want           string // of the error; empty: works
	}{
		{"PLAIN", "GOSPARK_KAFKA_SASL", map[string]any{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.jaas.config": plain}, ""},
		{"SCRAM 256", "GOSPARK_KAFKA_SASL", map[string]any{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-256", "sasl.jaas.config": scram}, ""},
		{"SCRAM 512 over TLS", "GOSPARK_KAFKA_SASL_SSL", map[string]any{"security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512", "sasl.jaas.config": scram, "ssl.truststore.location": ca, "ssl.truststore.type": "PEM"}, ""},
		{"TLS", "GOSPARK_KAFKA_SSL", map[string]any{"security.protocol": "SSL", "ssl.truststore.location": ca}, ""},
		{"TLS, host name unchecked", "GOSPARK_KAFKA_SSL", map[string]any{"security.protocol": "SSL", "ssl.truststore.location": ca, "ssl.endpoint.identification.algorithm": ""}, ""},
		{"wrong password", "GOSPARK_KAFKA_SASL", map[string]any{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.jaas.config": strings.Replace(plain, "alice-secret", "x", 1)}, "check user name and password"},
		{"wrong SCRAM password", "GOSPARK_KAFKA_SASL", map[string]any{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-256", "sasl.jaas.config": strings.Replace(scram, "bob-secret", "x", 1)}, "check user name and password"},
		{"unknown authority", "GOSPARK_KAFKA_SSL", map[string]any{"security.protocol": "SSL"}, "set ssl.truststore.location"},
		{"no TLS to a TLS listener", "GOSPARK_KAFKA_SSL", nil, "security.protocol should be SSL"},
		{"TLS to a plain listener", "GOSPARK_KAFKA", map[string]any{"security.protocol": "SSL", "ssl.truststore.location": ca}, "security.protocol"},
		{"no SASL to a SASL listener", "GOSPARK_KAFKA_SASL", nil, "security.protocol"},
	}
	createTopic(t, apache(t), "secure", 1)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			params := map[string]any{"bootstrap.servers": env(t, c.listener), "auto.offset.reset": "earliest"}
			for k, v := range c.params {
				params[k] = v
			}
			cfg, err := ParseConfig(params)
			if err != nil {
				t.Fatal(err)
			}
			cfg.Subscribe.Topics = []string{"secure"}
			s, err := Open(testContext(t), cfg)
			if c.want != "" {
				wantError(t, err, c.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			p, err := s.client.Producer(testContext(t), ProducerConfig{})
			if err != nil {
				t.Fatal(err)
			}
			from, err := s.Latest(testContext(t), nil, connector.Limit{})
			if err != nil {
				t.Fatal(err)
			}
			send(t, p, &Record{TopicPartition: TopicPartition{"secure", 0}, Value: []byte(c.name)})
			to, err := s.Latest(testContext(t), from, connector.Limit{})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := readRange(testContext(t), s, from, to)
			if err != nil || len(rows) != 1 || !strings.Contains(rows[0], c.name) {
				t.Errorf("%q, %v", rows, err)
			}
		})
	}
}

// The broker is killed and started again and again, while a producer writes and a source reads every batch twice:
// everything is there, once.
func TestIntegrationApacheKilled(t *testing.T) {
	b := apache(t)
	ctl := env(t, "GOSPARK_KAFKA_CTL")
	createTopic(t, b, "killed", 4)
	const perPartition = 4000
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cfg := testConfig(b.Addr(), "killed")
	cfg.RetryFor, cfg.MaxBytes = 2*time.Minute, 20_000
	troubles := 0
	var mu sync.Mutex
	cfg.Status = func(s Status) {
		mu.Lock()
		defer mu.Unlock()
		troubles++
	}
	p, err := dial(t, cfg).Producer(ctx, ProducerConfig{Compression: "lz4"})
	if err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	progress := make(chan int, perPartition)
	go func() {
		for i := range perPartition {
			for part := range int32(4) {
				if err := p.Send(ctx, &Record{TopicPartition: TopicPartition{"killed", part}, Value: fmt.Appendf(nil, "v%06d", i)}); err != nil {
					written <- err
					return
				}
			}
			if i%40 == 39 {
				if err := p.Flush(ctx); err != nil {
					written <- err
					return
				}
				progress <- i
			}
		}
		written <- p.Flush(ctx)
		close(progress)
	}()
	killed := make(chan error, 1)
	go func() {
		defer close(killed)
		for i := range progress {
			if i%1000 == 999 {
				for _, verb := range []string{"kill9", "start"} {
					if out, err := exec.CommandContext(ctx, ctl, verb).CombinedOutput(); err != nil {
						killed <- fmt.Errorf("%s %s: %w: %s", ctl, verb, err, out)
						return
					}
				}
			}
		}
	}()
	s := openSource(t, cfg)
	var (
		from connector.Offset
		got  []string
	)
	for len(got) < 4*perPartition {
		to, err := s.Latest(ctx, from, connector.Limit{Rows: 1500})
		if err != nil {
			t.Fatal(err)
		}
		once, err := readRange(ctx, s, from, to)
		if err != nil {
			t.Fatal(err)
		}
		again, err := readRange(ctx, s, from, to)
		if err != nil || !slices.Equal(once, again) {
			t.Fatal(err, diff(once, again))
		}
		got, from = append(got, once...), to
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	if err := <-killed; err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	for i, l := range got {
		part, n := i/perPartition, i%perPartition
		if !strings.HasPrefix(l, fmt.Sprintf("killed-%d@%09d ", part, n)) || !strings.HasSuffix(l, fmt.Sprintf(`"v%06d"`, n)) {
			t.Fatalf("row %d is %s", i, l)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	t.Logf("%d rows, %d reports of trouble", len(got), troubles)
	if troubles == 0 {
		t.Error("the broker was never missed")
	}
}
