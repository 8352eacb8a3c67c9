package kafka

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go/protocol"
	"github.com/twmb/franz-go/pkg/kgo"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
	"gospark/runtime/types"
)

var keyValue = types.StructOf(types.Field{Name: "key", Type: types.String, Nullable: true}, types.Field{Name: "value", Type: types.String, Nullable: true})

func sinkOf(t testing.TB, servers string, schema *types.Type, o SinkOpening, opts ...string) *Sink {
	t.Helper()
	m := map[string]string{"kafka.bootstrap.servers": servers}
	for i := 0; i < len(opts); i += 2 {
		m[opts[i]] = opts[i+1]
	}
	s, err := NewSink(testContext(t), m, schema, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// keyed is rows of keys and values, "prefix0" to n.
func keyed(prefix string, n int) *batch.Batch {
	var values []string
	for i := range n {
		values = append(values, fmt.Sprint(prefix, i))
	}
	return batch.Of(batch.VecOf(values), batch.VecOf(values))
}

// writeBatch does what a query does with one batch, which is run again when the sink says so.
func writeBatch(ctx context.Context, s *Sink, id int64, tasks ...*batch.Batch) error {
	err := writeOnce(ctx, s, id, tasks...)
	if connector.CanRepeat(err) {
		_ = s.Abort(ctx, id)
		err = writeOnce(ctx, s, id, tasks...)
	}
	return err
}

// writeOnce runs tasks at the same time, each with its rows.
func writeOnce(ctx context.Context, s *Sink, id int64, tasks ...*batch.Batch) error {
	done, err := s.Begin(ctx, id)
	if done || err != nil {
		return err
	}
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		written = make([]any, len(tasks))
		errs    error
	)
	for i, b := range tasks {
		wg.Go(func() {
			err := func() error {
				w, err := s.Writer(ctx, id, i)
				if err != nil {
					return err
				}
				err = w.Write(b)
				if err == nil {
					written[i], err = w.Commit()
				}
				if err != nil {
					return errors.Join(err, w.Abort())
				}
				return nil
			}()
			mu.Lock()
			defer mu.Unlock()
			errs = errors.Join(errs, err)
		})
	}
	wg.Wait()
	if errs == nil {
		errs = s.Commit(ctx, id, written)
	}
	return errs
}

// settled are the ends of logs in which no transaction is open. A broker says that one has ended before the markers of
// that are in all partitions, and until then its records are not to be seen.
func settled(t testing.TB, c *Client, parts []TopicPartition) Offsets {
	t.Helper()
	ctx := testContext(t)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		ends, err := c.ends(ctx, parts, false, latestTime)
		if err != nil {
			t.Fatal(err)
		}
		stable, err := c.ends(ctx, parts, true, latestTime)
		if err != nil {
			t.Fatal(err)
		}
		if maps.Equal(ends, stable) {
			return ends
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("a transaction stays open: logs end at %v, stable are %v", ends, stable)
		}
	}
}

// valuesOf are what a reader of committed records finds in a topic, in order.
func valuesOf(t testing.TB, servers, topic string, partitions int32, committed bool) []string {
	t.Helper()
	cfg := testConfig(servers, topic)
	cfg.Committed = committed
	c := dial(t, cfg)
	defer c.Close()
	var parts []TopicPartition
	for p := range partitions {
		parts = append(parts, TopicPartition{topic, p})
	}
	ends := settled(t, c, parts)
	var values []string
	for _, l := range judge(t, servers, ends, committed) {
		_, v, _ := strings.Cut(l, "=\"")
		v, _, _ = strings.Cut(v, `"`)
		values = append(values, v)
	}
	slices.Sort(values)
	return values
}

func expected(prefixes []string, n int) []string {
	var want []string
	for _, p := range prefixes {
		for i := range n {
			want = append(want, fmt.Sprint(p, i))
		}
	}
	slices.Sort(want)
	return want
}

func wantValues(t testing.TB, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("read: %s", diff(got, want))
	}
}

func TestSink(t *testing.T) { checkSink(t, startBroker(t, broker.Config{Ports: []int{0, 0, 0}})) }

// Batches become visible when they are committed; those that begin again are known.
func checkSink(t *testing.T, b cluster) {
	createTopic(t, b, "sink", 3)
	query := fmt.Sprint("q", time.Now().UnixNano())
	ctx := testContext(t)
	s := sinkOf(t, b.Addr(), keyValue, SinkOpening{QueryID: query}, "topic", "sink")
	for id := range int64(3) {
		if err := writeBatch(ctx, s, id, keyed(fmt.Sprint("a", id, "."), 50), keyed(fmt.Sprint("b", id, "."), 50), keyed("", 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeBatch(ctx, s, 3, keyed("", 0)); err != nil {
		t.Fatal(err)
	}
	all := expected([]string{"a0.", "b0.", "a1.", "b1.", "a2.", "b2."}, 50)
	wantValues(t, valuesOf(t, b.Addr(), "sink", 3, true), all)
	if done, err := s.Begin(ctx, 2); !done || err != nil {
		t.Errorf("batch 2 is not known: %v", err)
	}
	if done, err := s.Begin(ctx, 4); done || err != nil {
		t.Errorf("batch 4: %v, %v", done, err)
	}
	w, err := s.Writer(ctx, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(keyed("lost", 10)); err != nil {
		t.Fatal(err)
	}
	if n, err := w.Commit(); err != nil || n != int64(10) {
		t.Fatal(n, err)
	}
	if err := s.Abort(ctx, 4); err != nil {
		t.Fatal(err)
	}
	wantValues(t, valuesOf(t, b.Addr(), "sink", 3, true), all)
	if err := writeBatch(ctx, s, 4, keyed("c", 5)); err != nil {
		t.Fatal(err)
	}
	all = append(all, expected([]string{"c"}, 5)...)
	slices.Sort(all)
	wantValues(t, valuesOf(t, b.Addr(), "sink", 3, true), all)

	next := sinkOf(t, b.Addr(), keyValue, SinkOpening{QueryID: query}, "topic", "sink")
	for id, want := range map[int64]bool{3: true, 4: true, 5: false} {
		if done, err := next.Begin(ctx, id); done != want || err != nil {
			t.Errorf("after a restart batch %d is done: %v, %v", id, done, err)
		}
	}
	err = writeBatch(ctx, s, 5, keyed("zombie", 5))
	var fenced *fencedError
	if !errors.As(err, &fenced) {
		t.Errorf("the older run was not stopped: %v", err)
	}
	if err := writeBatch(ctx, next, 5, keyed("d", 5)); err != nil {
		t.Fatal(err)
	}
	all = append(all, expected([]string{"d"}, 5)...)
	slices.Sort(all)
	wantValues(t, valuesOf(t, b.Addr(), "sink", 3, true), all)
	if s.String() != "KafkaTable[sink]" || s.Guarantee() != "exactly-once" {
		t.Errorf("%s, %s", s, s.Guarantee())
	}
}

// killer is a process that ends with its nth request: before it, or after it, so that nobody hears the answer.
type killer struct {
	mu    sync.Mutex
	at    int
	after bool
	n     int
	dead  bool
	kill  context.CancelFunc
}

var errKilled = errors.New("killed")

func (k *killer) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &killedConn{c, k}, nil
}

type killedConn struct {
	net.Conn
	killer *killer
}

func (c *killedConn) Write(b []byte) (int, error) {
	k := c.killer
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.dead {
		return 0, errKilled
	}
	if k.n++; k.n != k.at {
		return c.Conn.Write(b)
	}
	k.dead = true
	if k.after {
		_, _ = c.Conn.Write(b)
	}
	k.kill()
	return 0, errKilled
}

func (k *killer) killed() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.dead
}

func TestSinkKilled(t *testing.T) {
	checkSinkKilled(t, startBroker(t, broker.Config{Ports: []int{0, 0, 0}}), 80)
}

// Wherever a query is killed, the next run leaves each batch there once.
func checkSinkKilled(t *testing.T, b cluster, most int) {
	for _, after := range []bool{false, true} {
		for _, byColumn := range []bool{false, true} {
			points, step := 0, 1
			if testing.Short() {
				step = 3
			}
			for at := 1; at <= most; at += step {
				if !killSink(t, b, at, after, byColumn) {
					break
				}
				points++
			}
			t.Logf("killed after=%v column=%v at %d points", after, byColumn, points)
			if points*step < 12 {
				t.Errorf("only %d points to be killed at", points)
			}
		}
	}
}

// killSink writes three batches and is killed in one of them; it returns false when it came to the end first.
func killSink(t *testing.T, b cluster, at int, after, byColumn bool) bool {
	t.Helper()
	topic := fmt.Sprintf("killed-%d-%v-%v", at, after, byColumn)
	createTopic(t, b, topic, 2)
	query := fmt.Sprintf("%s-%d", topic, time.Now().UnixNano())
	schema, opts := keyValue, map[string]string{"kafka.bootstrap.servers": b.Addr(), "topic": topic}
	rows := func(prefix string) *batch.Batch { return keyed(prefix, 20) }
	if byColumn {
		delete(opts, "topic")
		schema = types.StructOf(append(slices.Clone(keyValue.Fields), types.Field{Name: "topic", Type: types.String})...)
		rows = func(prefix string) *batch.Batch {
			r := keyed(prefix, 20)
			r.Cols = append(r.Cols, batch.VecOf(slices.Repeat([]string{topic}, 20)))
			return r
		}
	}
	cfg, err := CheckSink(opts, schema)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	k := &killer{at: at, after: after, kill: cancel}
	killed := cfg
	killed.dial = k.dial
	run := func(ctx context.Context, cfg SinkConfig, from int64) (next int64, err error) {
		s, err := openSink(ctx, cfg, schema, SinkOpening{QueryID: query, Notice: func(l string) { t.Log(l) }})
		if err != nil {
			return from, err
		}
		defer s.client.Close() // no Close of the sink: a process that is killed does not tidy up
		defer s.end()
		for id := from; id < 3; id++ {
			if err := writeBatch(ctx, s, id, rows(fmt.Sprint("x", id, ".")), rows(fmt.Sprint("y", id, "."))); err != nil {
				return id, err
			}
		}
		return 3, nil
	}
	next, err := run(ctx, killed, 0)
	if !k.killed() {
		if err != nil {
			t.Fatalf("%s: %v", topic, err)
		}
	} else if _, err := run(testContext(t), cfg, min(next, 2)); err != nil {
		t.Fatalf("%s: the next run: %v", topic, err)
	}
	got := valuesOf(t, b.Addr(), topic, 2, true)
	if want := expected([]string{"x0.", "y0.", "x1.", "y1.", "x2.", "y2."}, 20); !slices.Equal(got, want) {
		t.Errorf("%s: %s", topic, diff(got, want))
	}
	return k.killed()
}

// late is a process that is killed while it registers, and whose request arrives when it is let go.
type late struct {
	mu   sync.Mutex
	conn net.Conn
	held []byte
	kill context.CancelFunc
}

type lateConn struct {
	net.Conn
	late *late
}

func (l *late) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, addr)
	return &lateConn{c, l}, err
}

func (c *lateConn) Write(b []byte) (int, error) {
	l := c.late
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		return 0, errKilled
	}
	if len(b) < 6 || protocol.ApiKey(order.Uint16(b[4:])) != protocol.InitProducerId {
		return c.Conn.Write(b)
	}
	l.conn, l.held = c.Conn, slices.Clone(b)
	l.kill()
	return 0, errKilled
}

func (c *lateConn) Close() error {
	c.late.mu.Lock()
	defer c.late.mu.Unlock()
	if c.Conn == c.late.conn {
		return nil
	}
	return c.Conn.Close()
}

// letGo returns when the broker has answered.
func (l *late) letGo() {
	_ = l.conn.SetDeadline(time.Time{}) // that of the call that was given up
	_, _ = l.conn.Write(l.held)
	_, _ = l.conn.Read(make([]byte, 1))
	_ = l.conn.Close()
}

// disturbed is a process before whose nth request something happens.
type disturbed struct {
	mu    sync.Mutex
	at, n int
	by    func()
}

type disturbedConn struct {
	net.Conn
	*disturbed
}

func (d *disturbed) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	return &disturbedConn{c, d}, err
}

func (c *disturbedConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n++; c.n == c.at {
		c.by()
	}
	return c.Conn.Write(b)
}

// A registration that arrives when the next run has begun takes its producer away; its first batch then begins again.
func TestSinkLateRegistration(t *testing.T) {
	b := startBroker(t, broker.Config{})
	again := 0
	for at := 1; ; at++ {
		topic := fmt.Sprint("late", at)
		createTopic(t, b, topic, 2)
		cfg, err := CheckSink(map[string]string{"kafka.bootstrap.servers": b.Addr(), "topic": topic}, keyValue)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(testContext(t))
		l := &late{kill: cancel}
		cfg.dial = l.dial
		first, err := openSink(ctx, cfg, keyValue, SinkOpening{QueryID: topic})
		if err != nil {
			t.Fatal(err)
		}
		if err := writeBatch(ctx, first, 0, keyed("x", 20)); err == nil || l.conn == nil {
			t.Fatalf("not killed: %v", err)
		}
		first.end()
		first.client.Close()
		d := &disturbed{at: at, by: l.letGo}
		cfg.dial = d.dial
		next, err := openSink(testContext(t), cfg, keyValue, SinkOpening{QueryID: topic})
		if err != nil {
			t.Fatal(err)
		}
		if err := writeBatch(testContext(t), next, 0, keyed("x", 20), keyed("y", 20)); err != nil {
			t.Errorf("before request %d: %v", at, err)
		}
		wantValues(t, valuesOf(t, b.Addr(), topic, 2, true), expected([]string{"x", "y"}, 20))
		if next.txn.retaken {
			again++
		}
		next.Close()
		if d.n < at {
			l.letGo()
			break
		}
	}
	if again < 3 {
		t.Errorf("the batch began again at %d requests only", again)
	}
}

// What others abort in between is no business of ours, and the other way round.
func TestSinkBesideAborts(t *testing.T) { checkSinkBesideAborts(t, startBroker(t, broker.Config{})) }

func checkSinkBesideAborts(t *testing.T, b cluster) {
	createTopic(t, b, "beside", 2)
	other := franz(t, b.Addr(), kgo.TransactionalID("beside-other"))
	s := sinkOf(t, b.Addr(), keyValue, SinkOpening{QueryID: fmt.Sprint("beside", time.Now().UnixNano())}, "topic", "beside")
	var prefixes []string
	for id := range int64(4) {
		if err := other.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, other, record("beside", 0, fmt.Sprint("other", id)), record("beside", 1, "other"))
		prefixes = append(prefixes, fmt.Sprint("v", id, "."))
		if err := writeBatch(testContext(t), s, id, keyed(prefixes[id], 9)); err != nil {
			t.Fatal(err)
		}
		if err := other.EndTransaction(testContext(t), kgo.TryAbort); err != nil {
			t.Fatal(err)
		}
	}
	wantValues(t, valuesOf(t, b.Addr(), "beside", 2, true), expected(prefixes, 9))
}

// A task that fails after a part of its rows was sent takes the batch with it; one that had sent nothing does not.
func TestSinkTaskFails(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "task", 1)
	ctx := testContext(t)
	s := sinkOf(t, b.Addr(), keyValue, SinkOpening{QueryID: "task"}, "topic", "task", "kafka.max.request.size", "500")
	for i, rows := range []int{1, 100} {
		if _, err := s.Begin(ctx, int64(i)); err != nil {
			t.Fatal(err)
		}
		w, err := s.Writer(ctx, int64(i), 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(keyed("v", rows)); err != nil {
			t.Fatal(err)
		}
		if err := w.Abort(); err != nil {
			t.Fatal(err)
		}
		_, err = s.Writer(ctx, int64(i), 0)
		if sent := rows > 1; sent != (err != nil) {
			t.Errorf("%d rows: %v", rows, err)
		}
		if err := s.Abort(ctx, int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeBatch(ctx, s, 1, keyed("w", 100)); err != nil {
		t.Fatal(err)
	}
	wantValues(t, valuesOf(t, b.Addr(), "task", 1, true), expected([]string{"w"}, 100))
}
