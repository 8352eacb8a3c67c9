package kafka

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
)

// Where a new query begins, for every way to say it, in a topic of three partitions with 10, 5 and 0 records, one a
// second.
func TestStart(t *testing.T) { checkStart(t, startBroker(t, broker.Config{Ports: []int{0, 0}})) }

func checkStart(t *testing.T, b cluster) {
	createTopic(t, b, "s", 3, "retention.ms", "-1")
	cl := franz(t, b.Addr())
	const t0 = 1_700_000_000_000
	for p, n := range []int{10, 5} {
		for i := range n {
			r := record("s", int32(p), "v")
			r.Timestamp = time.UnixMilli(t0 + int64(i)*1000)
			produce(t, cl, r)
		}
	}
	tp := func(p int32) TopicPartition { return TopicPartition{"s", p} }
	all := func(a, b, c int64) Offsets { return Offsets{tp(0): a, tp(1): b, tp(2): c} }
	seed := openSource(t, func() Config { c := testConfig(b.Addr(), "s"); c.GroupID = "g"; return c }())
	committed := make(chan error, 1)
	seed.CommitAsync(Offsets{tp(0): 7}.JSON(), func(err error) { committed <- err })
	if err := <-committed; err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name  string
		start Start
		lax   bool
		want  string // the first batch: from, to
		err   string
	}{
		{name: "end", want: `{"s":{"0":10,"1":5,"2":0}} {"s":{"0":10,"1":5,"2":0}}`},
		{name: "beginning", start: Start{At: StartAtBeginning}, want: `{"s":{"0":0,"1":0,"2":0}} {"s":{"0":10,"1":5,"2":0}}`},
		{name: "offsets", start: Start{At: StartAtOffsets, Offsets: all(3, -1, -2)}, want: `{"s":{"0":3,"1":5,"2":0}} {"s":{"0":10,"1":5,"2":0}}`},
		{name: "offsets, one missing", start: Start{At: StartAtOffsets, Offsets: Offsets{tp(0): 1}}, err: "says nothing about s-1"},
		{name: "offsets, one too many", start: Start{At: StartAtOffsets, Offsets: Offsets{tp(0): 1, tp(1): 1, tp(2): 0, tp(3): 0}}, err: "names s-3, which is not read"},
		{name: "offsets beyond the end", start: Start{At: StartAtOffsets, Offsets: all(3, 9, 0)}, err: "offset 9 of s-1 may be lost: the starting offset is not in the log; the log now holds [0,5)"},
		{name: "offsets beyond the end, lax", lax: true, start: Start{At: StartAtOffsets, Offsets: all(3, 9, 0)}, want: `{"s":{"0":3,"1":0,"2":0}} {"s":{"0":10,"1":5,"2":0}}`},
		{name: "no such offset", start: Start{At: StartAtOffsets, Offsets: all(-3, 0, 0)}, err: "-3 is no offset"},
		{name: "time", start: Start{At: StartAtTime, Millis: t0 + 2500, ElseEnd: true}, want: `{"s":{"0":3,"1":3,"2":0}} {"s":{"0":10,"1":5,"2":0}}`},
		{name: "time nobody has", start: Start{At: StartAtTime, Millis: t0 + 2500}, err: "no record of s-2 is as late as startingTimestamp 1700000002500"},
		{name: "times", start: Start{At: StartAtTime, Times: map[TopicPartition]int64{tp(0): t0 + 7000, tp(1): t0 + 60000, tp(2): 0}, ElseEnd: true}, want: `{"s":{"0":7,"1":5,"2":0}} {"s":{"0":10,"1":5,"2":0}}`},
		{name: "group, else end", start: Start{At: StartAtGroup}, want: `{"s":{"0":7,"1":5,"2":0}} {"s":{"0":10,"1":5,"2":0}}`},
		{name: "group, else beginning", start: Start{At: StartAtGroup, ElseStart: StartAtBeginning}, want: `{"s":{"0":7,"1":0,"2":0}} {"s":{"0":10,"1":5,"2":0}}`},
		{name: "group, else none", start: Start{At: StartAtGroup, ElseStart: StartAtGroup}, err: "group g has committed no offset for s-1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cfg := testConfig(b.Addr(), "s")
			cfg.Start, cfg.GroupID = c.start, "g"
			if c.lax {
				cfg.FailOnLoss = SkipLost
			}
			s := openSource(t, cfg)
			to, err := s.Latest(testContext(t), nil, connector.Limit{})
			if c.err != "" {
				wantError(t, err, c.err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			base, err := s.base(nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(base.JSON()) + " " + string(to); got != c.want {
				t.Errorf("from, to\n%s, want\n%s", got, c.want)
			}
			n := s.Count(nil, to)
			rows, err := readRange(testContext(t), s, nil, to)
			if err != nil || int64(len(rows)) != n {
				t.Errorf("%d rows, %v; Count says %d", len(rows), err, n)
			}
			// A query that is started again goes on from its offsets, whatever the starting position.
			if again, err := s.Latest(testContext(t), to, connector.Limit{}); err != nil || string(again) != string(to) {
				t.Errorf("second batch to %s, %v; want none", again, err)
			}
		})
	}
}

// What arrives between the start of a query and its first batch belongs to it, and a first batch that is done again
// after a restart has the same rows.
func TestStartAtEndIsWhereOpenFoundIt(t *testing.T) {
	checkStartAtEndIsWhereOpenFoundIt(t, startBroker(t, broker.Config{}))
}

func checkStartAtEndIsWhereOpenFoundIt(t *testing.T, b cluster) {
	createTopic(t, b, "s", 1)
	cl := franz(t, b.Addr())
	produceValues(t, cl, "s", 0, "before", 3)
	cfg := testConfig(b.Addr(), "s")
	cfg.Start = Start{}
	s := openSource(t, cfg)
	produceValues(t, cl, "s", 0, "after", 4)
	ctx := testContext(t)
	first, err := s.Latest(ctx, nil, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Latest(ctx, first, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readRange(ctx, s, first, second)
	if err != nil || len(rows) != 4 || s.Count(nil, first) != 0 {
		t.Errorf("first batch %d rows, second %v, %v", s.Count(nil, first), rows, err)
	}
	restarted := openSource(t, cfg) // its own start would be behind all records
	if n := restarted.Count(nil, first); n != 0 {
		t.Errorf("the first batch has %d rows after a restart, had none", n)
	}
	if text, err := s.Remember(); err != nil || restarted.Recall(text) != nil || restarted.Count(nil, second) != 4 {
		t.Errorf("after Recall: %d rows, want 4 (%v)", restarted.Count(nil, second), err)
	}
}

func TestUnknownTopic(t *testing.T) { checkUnknownTopic(t, startBroker(t, broker.Config{})) }

func checkUnknownTopic(t *testing.T, b cluster) {
	createTopic(t, b, "clicks", 1)
	createTopic(t, b, "orders", 1)
	cfg := testConfig(b.Addr(), "click")
	_, err := Open(testContext(t), cfg)
	wantError(t, err, "topic click does not exist; the cluster has", "clicks")
	cfg = testConfig(b.Addr())
	cfg.Subscribe.Assign = []TopicPartition{{"clicks", 0}, {"clicks", 4}}
	_, err = Open(testContext(t), cfg)
	wantError(t, err, "clicks-4 does not exist")
}

// A pattern covers topics that match as a whole, also those that come later.
func TestPattern(t *testing.T) { checkPattern(t, startBroker(t, broker.Config{})) }

func checkPattern(t *testing.T, b cluster) {
	createTopic(t, b, "web-1", 1)
	createTopic(t, b, "other-web-1", 1)
	cl := franz(t, b.Addr())
	produceValues(t, cl, "web-1", 0, "a", 2)
	produceValues(t, cl, "other-web-1", 0, "x", 2)
	cfg := testConfig(b.Addr())
	cfg.Subscribe = Subscription{Pattern: "web-.*"}
	s := openSource(t, cfg)
	ctx := testContext(t)
	to, err := s.Latest(ctx, nil, connector.Limit{})
	if err != nil || string(to) != `{"web-1":{"0":2}}` {
		t.Fatalf("%s, %v", to, err)
	}
	createTopic(t, b, "web-2", 2)
	produceValues(t, franz(t, b.Addr()), "web-2", 1, "b", 3)
	next, err := s.Latest(ctx, to, connector.Limit{})
	if err != nil || string(next) != `{"web-1":{"0":2},"web-2":{"0":0,"1":3}}` {
		t.Fatalf("%s, %v", next, err)
	}
	if rows, err := readRange(ctx, s, to, next); err != nil || len(rows) != 3 {
		t.Errorf("%v, %v", rows, err)
	}
	if s.String() != "KafkaV2[SubscribePattern[web-.*]]" {
		t.Error(s.String())
	}
}

// Nobody listens: the start says so at once.
func TestBrokerDownAtStart(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	began := time.Now()
	_, err = Open(testContext(t), testConfig(addr, "t"))
	wantError(t, err, "cannot connect to "+addr, "connection refused", "is the broker running")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// A broker that goes away in the middle is waited for, is reported, and nothing is lost or doubled; one that stays away
// ends the read after the time allowed, with the cause.
func TestBrokerKilledInTheMiddle(t *testing.T) {
	dir := t.TempDir()
	b := startBroker(t, broker.Config{DataDir: dir + "/data"})
	createTopic(t, b, "k", 2)
	cl := franz(t, b.Addr(), kgo.ProducerBatchMaxBytes(2000))
	for p := range int32(2) {
		produceValues(t, cl, "k", p, "value", 500)
	}
	cl.Close()
	addr := b.Addr()
	_, port, _ := strings.Cut(addr, ":")
	var (
		mu       sync.Mutex
		trouble  = make(chan Status, 1000)
		statuses []Status
	)
	cfg := testConfig(addr, "k")
	cfg.MaxBytes = 1000
	cfg.Status = func(s Status) {
		mu.Lock()
		defer mu.Unlock()
		statuses = append(statuses, s)
		trouble <- s
	}
	s := openSource(t, cfg)
	ctx := testContext(t)
	to, err := s.Latest(ctx, nil, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := readRange(ctx, s, nil, to)
	if err != nil || len(want) != 1000 {
		t.Fatalf("%d rows, %v", len(want), err)
	}
	b.Close()
	type result struct {
		rows []string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		rows, err := readRange(ctx, s, nil, to)
		done <- result{rows, err}
	}()
	for range 3 {
		<-trouble // it is being tried again
	}
	again := startBroker(t, broker.Config{DataDir: dir + "/data", Ports: []int{atoi(t, port)}})
	if r := <-done; r.err != nil || !slices.Equal(r.rows, want) {
		t.Errorf("%v, %s", r.err, diff(r.rows, want))
	}
	mu.Lock()
	recovered := slices.ContainsFunc(statuses, func(s Status) bool { return s.Err == nil })
	mu.Unlock()
	if !recovered {
		t.Error("no report that it works again")
	}
	again.Close()
	s.client.cfg.RetryFor = 200 * time.Millisecond
	_, err = readRange(ctx, s, nil, to)
	wantError(t, err, "k-0 at offset 0 (until 500): given up after", "connection refused")
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := readRange(stopped, s, nil, to); err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("cancelled read: %v", err)
	}
}
