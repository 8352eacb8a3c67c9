package kafka

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
)

// runTransaction writes one batch per partition and ends as told; end "" leaves it open.
func runTransaction(t testing.TB, cl *kgo.Client, end string, topic string, values ...string) {
	t.Helper()
	if err := cl.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		produce(t, cl, record(topic, int32(i), v), record(topic, int32(i), v+"'"))
	}
	if end == "" {
		return
	}
	if err := cl.EndTransaction(testContext(t), end == "commit"); err != nil {
		t.Fatal(err)
	}
}

// transactions fills a topic of three partitions with committed, aborted and plain records of all codecs, and leaves
// a transaction open at the end.
func transactions(t testing.TB, servers, topic string, rounds int) {
	t.Helper()
	var clients []*kgo.Client
	for i, codec := range []kgo.CompressionCodec{kgo.NoCompression(), kgo.Lz4Compression(), kgo.ZstdCompression()} {
		clients = append(clients, franz(t, servers, kgo.TransactionalID(fmt.Sprint(topic, i)), kgo.ProducerBatchCompression(codec)))
	}
	plain := franz(t, servers)
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range rounds {
		for i, cl := range clients {
			end := "commit"
			if rnd.IntN(3) == 0 {
				end = "abort"
			}
			v := fmt.Sprintf("%s %d.%d", end, round, i)
			runTransaction(t, cl, end, topic, v, v, v)
		}
		produce(t, plain, record(topic, int32(rnd.IntN(3)), fmt.Sprint("plain ", round)))
	}
	runTransaction(t, clients[0], "", topic, "open", "open", "open")
}

// A committed read ends before an open transaction, shows no aborted record and no marker, and agrees with another
// client; an uncommitted one shows all records, but no markers.
func TestTransactions(t *testing.T) {
	checkTransactions(t, startBroker(t, broker.Config{Ports: []int{0, 0, 0}}))
}

func checkTransactions(t *testing.T, b cluster) {
	createTopic(t, b, "orders", 3)
	transactions(t, b.Addr(), "orders", 40)
	for _, committed := range []bool{true, false} {
		cfg := testConfig(b.Addr(), "orders")
		cfg.Committed, cfg.MaxBytes = committed, 600
		s := openSource(t, cfg)
		got, end := readAll(t, s, 55)
		want := judge(t, b.Addr(), offsetsOf(t, end), committed)
		if len(want) < 100 || !slices.Equal(got, want) {
			t.Errorf("committed %v: %s", committed, diff(got, want))
		}
		open := 0
		for _, l := range got {
			if l[len(l)-len(`="open"`):] == `="open"` {
				open++
			}
		}
		if wantOpen := map[bool]int{true: 0, false: 3}[committed]; open != wantOpen {
			t.Errorf("committed %v: %d records of the open transaction, want %d", committed, open, wantOpen)
		}
	}
}

// Leaders move, connections drop and brokers answer with errors while batches are read, each of them twice: nothing is
// lost or doubled.
func TestReadsThroughFaults(t *testing.T) {
	b := startBroker(t, broker.Config{Ports: []int{0, 0, 0}})
	createTopic(t, b, "orders", 3)
	transactions(t, b.Addr(), "orders", 60)
	cfg := testConfig(b.Addr(), "orders")
	cfg.MaxBytes = 700
	s := openSource(t, cfg)
	_, end := readAll(t, openSource(t, cfg), 0)
	want := judge(t, b.Addr(), offsetsOf(t, end), true)

	faults := []*kerr.Error{kerr.NotLeaderForPartition, kerr.UnknownLeaderEpoch, kerr.KafkaStorageError, kerr.ReplicaNotAvailable, kerr.LeaderNotAvailable}
	rnd := rand.New(rand.NewPCG(3, 4))
	requests, hit := 0, 0
	b.ControlKey(int16(kmsg.Fetch), func(kmsg.Request) (kmsg.Response, error, bool) {
		b.KeepControl()
		requests++
		if requests%13 == 0 {
			hit++
			return nil, fmt.Errorf("dropped"), true
		}
		return nil, nil, false
	})
	for i, e := range faults {
		every := 11 + 4*i
		n := 0
		b.Fault(kindOf(every, &n, e))
	}
	moved := 0
	var from connector.Offset
	var got []string
	ctx := testContext(t)
	for {
		to, err := s.Latest(ctx, from, connector.Limit{Rows: 60})
		if err != nil {
			t.Fatal(err)
		}
		if string(to) == string(from) {
			break
		}
		var once []string
		for pass := range 2 {
			if rnd.IntN(2) == 0 {
				b.ShufflePartitionLeaders()
				moved++
			}
			rows, err := readRange(ctx, s, from, to)
			if err != nil {
				t.Fatal(err)
			}
			if pass == 1 && !slices.Equal(rows, once) {
				t.Fatalf("read again: %s", diff(once, rows))
			}
			once = rows
		}
		got, from = append(got, once...), to
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Error(diff(got, want))
	}
	if hit < 5 || moved < 5 {
		t.Errorf("the test went too smoothly: %d dropped connections, %d moves", hit, moved)
	}
}

// After a start on a log whose records were removed, and after removal under a running query, a read fails with the
// offsets, or goes on behind them and reports how many are gone.
func TestRetention(t *testing.T) { checkRetention(t, startBroker(t, broker.Config{})) }

func checkRetention(t *testing.T, b cluster) {
	createTopic(t, b, "old", 1)
	cl := franz(t, b.Addr())
	for i := range 10 {
		produceValues(t, cl, "old", 0, fmt.Sprint(i, "-"), 10)
	}
	ctx := testContext(t)
	strict := openSource(t, testConfig(b.Addr(), "old"))
	var lost []Status
	cfg := testConfig(b.Addr(), "old")
	cfg.FailOnLoss, cfg.Status = SkipLost, func(s Status) { lost = append(lost, s) }
	lax := openSource(t, cfg)
	if err := b.DeleteRecords("old", 0, 30); err != nil {
		t.Fatal(err)
	}
	from, to := connector.Offset(`{"old":{"0":5}}`), connector.Offset(`{"old":{"0":60}}`)
	_, err := readRange(ctx, strict, from, to)
	wantError(t, err, "offsets [5,60) of old-0 may be lost", "removed", "holds [30,100)", "failOnDataLoss")
	if c, ok := condition.As(err); !ok || c.Condition() != "KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE" {
		t.Errorf("as a condition: %v", c)
	}

	rows, err := readRange(ctx, lax, from, to)
	if err != nil || len(rows) != 30 {
		t.Errorf("%d rows, %v; want 30", len(rows), err)
	}
	if len(lost) != 1 || lost[0].Lost != 25 {
		t.Errorf("reported %v, want 25 lost", lost)
	}
	rows, err = readRange(ctx, lax, connector.Offset(`{"old":{"0":5}}`), connector.Offset(`{"old":{"0":20}}`))
	if err != nil || len(rows) != 0 || lost[len(lost)-1].Lost != 15 {
		t.Errorf("a range that is gone: %d rows, %v, %v", len(rows), err, lost)
	}
	// A log that begins later is a beginning as any other.
	got, _ := readAll(t, openSource(t, testConfig(b.Addr(), "old")), 0)
	if len(got) != 70 {
		t.Errorf("from the beginning: %d rows, want 70", len(got))
	}
	_, err = readRange(ctx, strict, connector.Offset(`{"old":{"0":150}}`), connector.Offset(`{"old":{"0":160}}`))
	wantError(t, err, "offsets [150,160) of old-0", "ends before them")
}

// Partitions that are added are read from their beginning.
func TestPartitionsAdded(t *testing.T) { checkPartitionsAdded(t, startBroker(t, broker.Config{})) }

func checkPartitionsAdded(t *testing.T, b cluster) {
	createTopic(t, b, "grows", 1)
	cl := franz(t, b.Addr())
	produceValues(t, cl, "grows", 0, "a", 10)
	s := openSource(t, testConfig(b.Addr(), "grows"))
	ctx := testContext(t)
	to, err := s.Latest(ctx, nil, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	grow(t, cl, "grows", 3)
	cl2 := franz(t, b.Addr())
	produceValues(t, cl2, "grows", 2, "new", 5)
	next, err := s.Latest(ctx, to, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"grows":{"0":10,"1":0,"2":5}}`; string(next) != want {
		t.Errorf("ends at %s, want %s", next, want)
	}
	rows, err := readRange(ctx, s, to, next)
	if err != nil || len(rows) != 5 {
		t.Errorf("%v, %v", rows, err)
	}
}

// A topic that is deleted and created again is noticed by its id, even when the new log is longer than the offset the
// query stands at, also after a restart with what the source remembered, and also between planning and reading.
func TestTopicRecreated(t *testing.T) { checkTopicRecreated(t, startBroker(t, broker.Config{})) }

func checkTopicRecreated(t *testing.T, b cluster) {
	createTopic(t, b, "again", 1)
	cl := franz(t, b.Addr())
	produceValues(t, cl, "again", 0, "old", 10)
	ctx := testContext(t)
	s := openSource(t, testConfig(b.Addr(), "again"))
	from, err := s.Latest(ctx, nil, connector.Limit{Rows: 5})
	if err != nil {
		t.Fatal(err)
	}
	planned, err := s.Latest(ctx, from, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	remembered, err := s.Remember()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.DeleteTopic("again"); err != nil {
		t.Fatal(err)
	}
	createTopic(t, b, "again", 1)
	produceValues(t, franz(t, b.Addr()), "again", 0, "new", 20)

	_, err = readRange(ctx, s, from, planned)
	wantError(t, err, "again", "deleted and created again")
	_, err = s.Latest(ctx, from, connector.Limit{})
	wantError(t, err, "offset 5 of again-0", "deleted and created again", "[0,20)")

	restarted := openSource(t, testConfig(b.Addr(), "again"))
	if err := restarted.Recall(remembered); err != nil {
		t.Fatal(err)
	}
	_, err = restarted.Latest(ctx, from, connector.Limit{})
	wantError(t, err, "deleted and created again")

	cfg := testConfig(b.Addr(), "again")
	cfg.FailOnLoss = SkipLost
	lax := openSource(t, cfg)
	if err := lax.Recall(remembered); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for range 2 { // the first batch goes back to the beginning, the second reads the new topic
		to, err := lax.Latest(ctx, from, connector.Limit{})
		if err != nil {
			t.Fatal(err)
		}
		part, err := readRange(ctx, lax, from, to)
		if err != nil {
			t.Fatal(err)
		}
		rows, from = append(rows, part...), to
	}
	if len(rows) != 20 {
		t.Errorf("%d rows of the new topic, want 20", len(rows))
	}
}

// grow adds partitions to a topic.
func grow(t testing.TB, cl *kgo.Client, name string, partitions int32) {
	t.Helper()
	req := kmsg.NewPtrCreatePartitionsRequest()
	topic := kmsg.NewCreatePartitionsRequestTopic()
	topic.Topic, topic.Count = name, partitions
	req.Topics = append(req.Topics, topic)
	if r, err := req.RequestWith(testContext(t), cl); err != nil || r.Topics[0].ErrorCode != 0 {
		t.Fatal(err, r)
	}
}
