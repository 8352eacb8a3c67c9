package kafka

import (
	"strconv"
	"testing"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
)

func atoi(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// woken waits for the signal that there is something new, and fails if it comes too late to have been pushed: the poll
// itself would end only after a minute.
func woken(t testing.TB, c <-chan struct{}, after string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(10 * time.Second):
		t.Fatalf("not woken after %s", after)
	}
}

// New records, a committed transaction, new partitions and a moved leader wake the query, with nobody polling.
func TestWaker(t *testing.T) { checkWaker(t, startBroker(t, broker.Config{Ports: []int{0, 0, 0}})) }

func checkWaker(t *testing.T, b cluster) {
	createTopic(t, b, "w", 3)
	cfg := testConfig(b.Addr())
	cfg.Subscribe = Subscription{Pattern: "w2?"}
	cfg.PollWait = time.Minute
	s := openSource(t, cfg)
	cl := franz(t, b.Addr())
	ctx := testContext(t)
	c := s.C()
	var at connector.Offset
	settle := func() {
		t.Helper()
		next, err := s.Latest(ctx, at, connector.Limit{})
		if err != nil {
			t.Fatal(err)
		}
		at = next
	}
	settle()
	select {
	case <-c: // one signal too many is allowed
	default:
	}
	for p := range int32(3) {
		produceValues(t, cl, "w", p, "x", 1)
		woken(t, c, "a record")
		settle()
	}
	if several, ok := b.(interface{ ShufflePartitionLeaders() }); ok {
		several.ShufflePartitionLeaders()
	}
	produceValues(t, cl, "w", 1, "y", 1)
	woken(t, c, "a record under a new leader")
	settle()
	createTopic(t, b, "w2", 1)
	woken(t, c, "a new topic")
	settle()
	produceValues(t, franz(t, b.Addr()), "w2", 0, "z", 1)
	woken(t, c, "a record in the new topic")
	settle()
	if want := `{"w":{"0":1,"1":2,"2":1},"w2":{"0":1}}`; string(at) != want {
		t.Errorf("at %s, want %s", at, want)
	}
	// A batch that takes only a part leaves a reason to wake up at once.
	produceValues(t, cl, "w", 0, "more", 50)
	woken(t, c, "many records")
	next, err := s.Latest(ctx, at, connector.Limit{Rows: 10})
	if err != nil || s.Count(at, next) != 10 {
		t.Fatalf("%d rows, %v", s.Count(at, next), err)
	}
	woken(t, c, "a partial batch")
}

// Closing does not wait for polls under way.
func TestCloseWhilePolling(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "w", 1)
	cfg := testConfig(b.Addr(), "w")
	cfg.PollWait = time.Minute
	s := openSource(t, cfg)
	s.C()
	if _, err := s.Latest(testContext(t), nil, connector.Limit{}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s.Close()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
