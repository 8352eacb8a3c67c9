package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/goleak"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// within is how long a test waits for anything before it fails.
const within = 30 * time.Second

func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	t.Cleanup(cancel)
	return ctx
}

func startBroker(t testing.TB, cfg broker.Config) *broker.Broker {
	t.Helper()
	b, err := broker.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// A cluster is what tests need of one: the embedded broker, or a real one.
type cluster interface {
	Addr() string
	CreateTopic(name string, partitions int32, config map[string]string) error
	DeleteTopic(name string) error
	DeleteRecords(topic string, partition int32, offset int64) error
}

func createTopic(t testing.TB, b cluster, name string, partitions int32, config ...string) {
	t.Helper()
	m := map[string]string{}
	for i := 0; i < len(config); i += 2 {
		m[config[i]] = config[i+1]
	}
	if err := b.CreateTopic(name, partitions, m); err != nil {
		t.Fatal(err)
	}
	if _, embedded := b.(*broker.Broker); !embedded {
		t.Cleanup(func() { _ = b.DeleteTopic(name) }) // that the test has done so itself is no error
	}
}

// franz is another client, the judge of what is in a log.
func franz(t testing.TB, servers string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	opts = append([]kgo.Opt{kgo.SeedBrokers(strings.Split(servers, ",")...), kgo.RecordPartitioner(kgo.ManualPartitioner())}, opts...)
	cl, err := kgo.NewClient(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}

func record(topic string, partition int32, value string) *kgo.Record {
	return &kgo.Record{Topic: topic, Partition: partition, Value: []byte(value)}
}

func produce(t testing.TB, cl *kgo.Client, records ...*kgo.Record) {
	t.Helper()
	if err := cl.ProduceSync(testContext(t), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// produceValues writes one batch of records "prefix0", "prefix1", …
func produceValues(t testing.TB, cl *kgo.Client, topic string, partition int32, prefix string, n int) {
	t.Helper()
	records := make([]*kgo.Record, n)
	for i := range records {
		records[i] = record(topic, partition, fmt.Sprint(prefix, i))
	}
	produce(t, cl, records...)
}

// judge reads what franz-go sees of partitions up to the given ends.
func judge(t testing.TB, servers string, ends Offsets, committed bool) []string {
	t.Helper()
	level := kgo.ReadUncommitted()
	if committed {
		level = kgo.ReadCommitted()
	}
	at := map[string]map[int32]kgo.Offset{}
	left := 0
	for tp, end := range ends {
		if at[tp.Topic] == nil {
			at[tp.Topic] = map[int32]kgo.Offset{}
		}
		if end > 0 {
			at[tp.Topic][tp.Partition] = kgo.NewOffset().AtStart()
			left++
		}
	}
	// KeepControlRecords shows the markers, so that the end of a log is seen even if its last offset is one.
	cl := franz(t, servers, kgo.ConsumePartitions(at), kgo.FetchIsolationLevel(level), kgo.KeepControlRecords(), kgo.FetchMaxWait(50*time.Millisecond))
	defer cl.Close() // not only at the end of the test: it would go on fetching
	ctx := testContext(t)
	var lines []string
	seen := Offsets{}
	for done := left == 0; !done; {
		fetches := cl.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			t.Fatalf("franz-go: %v (seen %v of %v)", err, seen, ends)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			tp := TopicPartition{r.Topic, r.Partition}
			if r.Offset < ends[tp] && !r.Attrs.IsControl() {
				lines = append(lines, describe(tp, r))
			}
			seen[tp] = r.Offset + 1
		})
		done = true
		for tp, end := range ends {
			done = done && seen[tp] >= end
		}
	}
	slices.Sort(lines)
	return lines
}

func describe(tp TopicPartition, r *kgo.Record) string {
	var h []Header
	for _, x := range r.Headers {
		h = append(h, Header{x.Key, x.Value})
	}
	kind := 0
	if r.Attrs.TimestampType() == 1 {
		kind = 1
	}
	return line(tp, r.Offset, r.Timestamp.UnixMicro(), kind, optional(r.Key), optional(r.Value), h)
}

func optional(b []byte) string {
	if b == nil {
		return "null"
	}
	return fmt.Sprintf("%q", b)
}

func line(tp TopicPartition, offset, time int64, kind int, key, value string, headers []Header) string {
	text := ""
	for _, h := range headers {
		text += fmt.Sprintf(" %s:%s", h.Key, optional(h.Value))
	}
	return fmt.Sprintf("%s@%09d t=%d/%d %s=%s%s", tp, offset, time, kind, key, value, text)
}

// lines are the rows of a batch in the form of the judge.
func lines(b *batch.Batch) []string {
	out := make([]string, 0, b.Rows())
	for i := range b.Rows() {
		tp := TopicPartition{batch.Col[string](b, 2)[i], batch.Col[int32](b, 3)[i]}
		text := func(c int) string {
			if b.Cols[c].Null(i) {
				return "null"
			}
			return fmt.Sprintf("%q", batch.Col[string](b, c)[i])
		}
		var headers []Header
		if len(b.Cols) > 7 && !b.Cols[7].Null(i) {
			headers = batch.Col[[]Header](b, 7)[i]
		}
		out = append(out, line(tp, batch.Col[int64](b, 4)[i], batch.Col[int64](b, 5)[i], int(batch.Col[int32](b, 6)[i]), text(0), text(1), headers))
	}
	return out
}

func readSplit(ctx context.Context, s connector.Split) ([]string, error) {
	r, err := s.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []string
	for {
		b, err := r.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, lines(b)...)
	}
}

// readRange reads a batch, every split on a goroutine of its own.
func readRange(ctx context.Context, s *Source, from, to connector.Offset) ([]string, error) {
	splits, err := s.Splits(from, to)
	if err != nil {
		return nil, err
	}
	var (
		mu   sync.Mutex
		wg   sync.WaitGroup
		out  []string
		errs error
	)
	for _, split := range splits {
		wg.Go(func() {
			part, err := readSplit(ctx, split)
			mu.Lock()
			defer mu.Unlock()
			out, errs = append(out, part...), errors.Join(errs, err)
		})
	}
	wg.Wait()
	slices.Sort(out)
	return out, errs
}

func openSource(t testing.TB, cfg Config) *Source {
	t.Helper()
	s, err := Open(testContext(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// testConfig reads topics from their beginning, quickly.
func testConfig(servers string, topics ...string) Config {
	return Config{
		Servers:     strings.Split(servers, ","),
		Subscribe:   Subscription{Topics: topics},
		Start:       Start{At: StartAtBeginning},
		Committed:   true,
		Headers:     true,
		RetryFor:    10 * time.Second,
		MetadataAge: 50 * time.Millisecond,
	}
}

// readAll reads everything there is in batches of at most limit rows, each batch twice.
func readAll(t testing.TB, s *Source, limit int64) (rows []string, end connector.Offset) {
	t.Helper()
	ctx := testContext(t)
	var from connector.Offset
	for {
		to, err := s.Latest(ctx, from, connector.Limit{Rows: limit})
		if err != nil {
			t.Fatal(err)
		}
		if string(to) == string(from) {
			break
		}
		once, err := readRange(ctx, s, from, to)
		if err != nil {
			t.Fatalf("[%s, %s): %v", from, to, err)
		}
		again, err := readRange(ctx, s, from, to)
		if err != nil {
			t.Fatalf("[%s, %s) again: %v", from, to, err)
		}
		if !slices.Equal(once, again) {
			t.Fatalf("[%s, %s) read twice differs:\n%s", from, to, diff(once, again))
		}
		rows = append(rows, once...)
		from = to
	}
	slices.Sort(rows)
	return rows, from
}

// diff shows where two lists part.
func diff(a, b []string) string {
	for i := range max(len(a), len(b)) {
		x, y := "(end)", "(end)"
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return fmt.Sprintf("%d and %d lines, first difference at %d:\n  %s\n  %s", len(a), len(b), i, x, y)
		}
	}
	return "equal"
}

func offsetsOf(t testing.TB, o connector.Offset) Offsets {
	t.Helper()
	parsed, err := ParseOffsets(o)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// kindOf is a fault that hits every n-th fetch.
func kindOf(every int, n *int, err *kerr.Error) kfake.Fault {
	return kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Err: err, Count: -1, When: func(kmsg.Request) bool {
		*n++
		return *n%every == 0
	}}
}

func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one that says %q", parts)
		return
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not say %q", err, p)
		}
	}
}
