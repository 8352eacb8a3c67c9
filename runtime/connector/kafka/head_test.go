package kafka

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
)

// watched is a source that a query uses: it looks at its partitions between surveys, which are rare here.
func watched(t *testing.T, cfg Config) *Source {
	cfg.MetadataAge = time.Hour
	s := openSource(t, cfg)
	s.C()
	return s
}

// A batch takes what has arrived until it is planned, not only what woke the query; one request brings it.
func TestBatchTakesWhatIsThere(t *testing.T) {
	var asked, fetched, named atomic.Int64
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "w", 2)
	cfg := testConfig(b.Addr(), "w")
	cfg.PollWait = time.Minute
	s := watched(t, cfg)
	ctx := testContext(t)
	at, err := s.Latest(ctx, nil, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	cl := franz(t, b.Addr())
	for { // signals for what was there before
		select {
		case <-s.C():
			continue
		default:
		}
		break
	}
	b.ControlKey(int16(kmsg.ListOffsets), func(kmsg.Request) (kmsg.Response, error, bool) {
		b.KeepControl()
		asked.Add(1)
		return nil, nil, false
	})
	b.ControlKey(int16(kmsg.Metadata), func(r kmsg.Request) (kmsg.Response, error, bool) {
		b.KeepControl()
		if len(r.(*kmsg.MetadataRequest).Topics) > 0 { // who looks for brokers asks for none
			named.Add(1)
		}
		return nil, nil, false
	})
	b.ControlKey(int16(kmsg.Fetch), func(r kmsg.Request) (kmsg.Response, error, bool) {
		b.KeepControl()
		if r.(*kmsg.FetchRequest).MaxWaitMillis < 60_000 {
			fetched.Add(1)
		}
		return nil, nil, false
	})
	produceValues(t, cl, "w", 0, "first", 1)
	woken(t, s.C(), "a record")
	produceValues(t, cl, "w", 0, "second", 3)
	produceValues(t, cl, "w", 1, "third", 2)
	named.Store(0) // the producer has asked as well
	to, err := s.Latest(ctx, at, connector.Limit{})
	if want := `{"w":{"0":4,"1":2}}`; err != nil || string(to) != want {
		t.Fatalf("planned to %s, %v; want %s", to, err, want)
	}
	rows, err := readRange(ctx, s, at, to)
	if err != nil || len(rows) != 6 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if asked.Load() != 0 || fetched.Load() != 1 || named.Load() != 1 {
		t.Errorf("asked %d times for ends, fetched %d times and asked %d times for the topic, want 0, 1 and 1", asked.Load(), fetched.Load(), named.Load())
	}
	again, err := readRange(ctx, s, at, to)
	if err != nil || !slices.Equal(rows, again) {
		t.Errorf("read again: %v\n%s", err, diff(rows, again))
	}
	if fetched.Load() < 3 {
		t.Errorf("a task that was tried again read what the first one had fetched")
	}
}

// What is fetched with the ends is read as what is fetched later: as another client sees it, within transactions and not.
func TestHeadsAreRead(t *testing.T) {
	b := startBroker(t, broker.Config{Ports: []int{0, 0, 0}})
	createTopic(t, b, "orders", 3)
	transactions(t, b.Addr(), "orders", 40)
	for _, committed := range []bool{true, false} {
		for _, limit := range []int64{0, 7, 55} {
			cfg := testConfig(b.Addr(), "orders")
			cfg.Committed, cfg.MaxBytes = committed, 600
			got, end := readAll(t, watched(t, cfg), limit)
			if want := judge(t, b.Addr(), offsetsOf(t, end), committed); len(want) < 100 || !slices.Equal(got, want) {
				t.Errorf("committed %v, limit %d: %s", committed, limit, diff(got, want))
			}
		}
	}
}

// An answer that says nothing about the end of a log makes the source ask for all of it.
func TestLookThatFails(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "w", 2)
	s := watched(t, testConfig(b.Addr(), "w"))
	ctx := testContext(t)
	at, err := s.Latest(ctx, nil, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	var failed, surveyed atomic.Int64
	b.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.NotLeaderForPartition, Partitions: []int32{1}, Count: -1, When: func(r kmsg.Request) bool {
		if r.(*kmsg.FetchRequest).MaxWaitMillis > 0 {
			return false
		}
		failed.Add(1)
		return true
	}})
	b.ControlKey(int16(kmsg.ListOffsets), func(kmsg.Request) (kmsg.Response, error, bool) {
		b.KeepControl()
		surveyed.Add(1)
		return nil, nil, false
	})
	cl := franz(t, b.Addr())
	for partition := range int32(2) {
		produceValues(t, cl, "w", partition, "x", 5)
		to, err := s.Latest(ctx, at, connector.Limit{})
		if err != nil {
			t.Fatal(err)
		}
		if rows, err := readRange(ctx, s, at, to); err != nil || len(rows) != 5 {
			t.Errorf("partition %d: %d rows, %v", partition, len(rows), err)
		}
		at = to
	}
	if failed.Load() < 2 || surveyed.Load() != 2 {
		t.Errorf("%d looks failed, the ends were asked for %d times; want 2 or more, and 2", failed.Load(), surveyed.Load())
	}
}

// Rows that were fetched with the end of a log are those of the topic as it was, or the read fails.
func TestHeadOfAnotherTopic(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "again", 1)
	produceValues(t, franz(t, b.Addr()), "again", 0, "old", 10)
	ctx := testContext(t)
	s := watched(t, testConfig(b.Addr(), "again"))
	from, err := s.Latest(ctx, nil, connector.Limit{Rows: 5})
	if err != nil {
		t.Fatal(err)
	}
	to, err := s.Latest(ctx, from, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readRange(ctx, s, from, to)
	if err != nil || len(rows) != 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if err := b.DeleteTopic("again"); err != nil {
		t.Fatal(err)
	}
	createTopic(t, b, "again", 1)
	produceValues(t, franz(t, b.Addr()), "again", 0, "new", 20)
	if to, err = s.Latest(ctx, from, connector.Limit{}); err == nil {
		_, err = readRange(ctx, s, from, to)
	}
	wantError(t, err, "again", "deleted and created again")
}
