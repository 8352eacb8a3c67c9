//go:build integration

package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// apache is the broker of scripts/services/kafka.sh, with topics of its own for each test. It is a single one, so that no
// leader can move here: TestKafkaLeadersMove does that with the embedded broker.
type apache struct {
	t       *testing.T
	servers string
	cl      *kgo.Client
	ctx     context.Context
}

func newApache(t *testing.T) *apache {
	t.Helper()
	servers := os.Getenv("GOSPARK_KAFKA")
	if servers == "" || os.Getenv("GOSPARK_KAFKA_CTL") == "" {
		t.Skip("needs Apache Kafka: GOSPARK_KAFKA and GOSPARK_KAFKA_CTL are not set (scripts/integration sets them)")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	a := &apache{t: t, servers: servers, ctx: ctx}
	a.cl = a.client()
	return a
}

func (a *apache) client(opts ...kgo.Opt) *kgo.Client {
	a.t.Helper()
	cl, err := kgo.NewClient(append(opts, kgo.SeedBrokers(a.servers), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.RecordRetries(1000))...)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(cl.Close)
	return cl
}

func (a *apache) control(verb string) {
	a.t.Helper()
	if out, err := exec.CommandContext(a.ctx, os.Getenv("GOSPARK_KAFKA_CTL"), verb).CombinedOutput(); err != nil {
		a.t.Fatalf("%s: %v\n%s", verb, err, out)
	}
}

// again repeats what a broker that is young, or has just been told something, may refuse.
func (a *apache) again(what string, try func() error) {
	a.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-a.ctx.Done():
			a.t.Fatalf("%s: %v", what, err)
		}
	}
}

// name is one that no other test has used.
func (a *apache) name(prefix string) string {
	return fmt.Sprintf("%s-%d", prefix, time.Now().UnixNano())
}

func (a *apache) create(topic string, partitions int32) string {
	a.t.Helper()
	a.again("create "+topic, func() error {
		req := kmsg.NewPtrCreateTopicsRequest()
		r := kmsg.NewCreateTopicsRequestTopic()
		r.Topic, r.NumPartitions, r.ReplicationFactor = topic, partitions, 1
		req.Topics = append(req.Topics, r)
		resp, err := req.RequestWith(a.ctx, a.cl)
		if err == nil {
			err = kerr.ErrorForCode(resp.Topics[0].ErrorCode)
		}
		return err
	})
	return topic
}

// delete returns when the broker does not know the topic any more.
func (a *apache) delete(topic string) {
	a.t.Helper()
	a.again("delete "+topic, func() error {
		req := kmsg.NewPtrDeleteTopicsRequest()
		r := kmsg.NewDeleteTopicsRequestTopic()
		r.Topic = kmsg.StringPtr(topic)
		req.Topics, req.TopicNames = append(req.Topics, r), []string{topic}
		resp, err := req.RequestWith(a.ctx, a.cl)
		if err != nil {
			return err
		}
		if err := kerr.ErrorForCode(resp.Topics[0].ErrorCode); !errors.Is(err, kerr.UnknownTopicOrPartition) {
			return fmt.Errorf("still there: %v", err)
		}
		return nil
	})
}

// grow gives a topic more partitions.
func (a *apache) grow(topic string, partitions int32) {
	a.t.Helper()
	a.again("grow "+topic, func() error {
		req := kmsg.NewPtrCreatePartitionsRequest()
		r := kmsg.NewCreatePartitionsRequestTopic()
		r.Topic, r.Count = topic, partitions
		req.Topics = append(req.Topics, r)
		resp, err := req.RequestWith(a.ctx, a.cl)
		if err == nil {
			err = kerr.ErrorForCode(resp.Topics[0].ErrorCode)
		}
		if errors.Is(err, kerr.InvalidPartitions) {
			return nil // an attempt before has done it
		}
		return err
	})
}

// write sends records "from" to "until" to the partitions in turn.
func (a *apache) write(cl *kgo.Client, topic string, partitions int32, from, until int) {
	a.t.Helper()
	if err := a.send(cl, topic, partitions, from, until); err != nil {
		a.t.Fatal(err)
	}
}

func (a *apache) send(cl *kgo.Client, topic string, partitions int32, from, until int) error {
	var records []*kgo.Record
	for i := from; i < until; i++ {
		records = append(records, &kgo.Record{Topic: topic, Partition: int32(i) % partitions, Key: fmt.Appendf(nil, "user%d", i%7), Value: fmt.Append(nil, i)})
	}
	return cl.ProduceSync(a.ctx, records...).FirstErr()
}

// transaction writes records in one, and ends it.
func (a *apache) transaction(topic string, partitions int32, from, until int, end kgo.TransactionEndTry) {
	a.t.Helper()
	cl := a.client(kgo.TransactionalID(a.name("other")))
	if err := cl.BeginTransaction(); err != nil {
		a.t.Fatal(err)
	}
	a.write(cl, topic, partitions, from, until)
	if err := cl.EndTransaction(a.ctx, end); err != nil {
		a.t.Fatal(err)
	}
}

// session is one whose lines to the user are kept.
func (a *apache) session() (*SparkSession, func() string) {
	a.t.Helper()
	var mu sync.Mutex
	var lines []string
	s, err := New(Config{Master: "local[2]", Conf: map[string]string{"spark.sql.shuffle.partitions": "2"}, Notice: func(l string) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, l)
	}})
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(s.Stop)
	return s, func() string {
		mu.Lock()
		defer mu.Unlock()
		return strings.Join(lines, "\n")
	}
}

// rows is a stream of a topic: key, and value as a number.
func (a *apache) rows(s *SparkSession, topic, isolation string, more ...string) *DataFrame {
	r := s.ReadStream().Format("kafka").Option("kafka.bootstrap.servers", a.servers).Option("subscribe", topic).
		Option("startingOffsets", "earliest").Option("kafka.isolation.level", isolation).Option("kafka.metadata.max.age.ms", "200")
	for i := 0; i < len(more); i += 2 {
		r = r.Option(more[i], more[i+1])
	}
	return r.Load().SelectExpr("CAST(key AS STRING) AS user", "CAST(CAST(value AS STRING) AS INT) AS v")
}

const squares = "concat(user, ' ', v, ' ', v * v)"

// squaresInto writes each record once.
func (a *apache) squaresInto(df *DataFrame, topic string, t Trigger) *StreamingQuery {
	return df.SelectExpr("user AS key", squares+" AS value").WriteStream().Format("kafka").Option("kafka.bootstrap.servers", a.servers).
		Option("topic", topic).Option("checkpointLocation", a.t.TempDir()).Trigger(t).Start()
}

func (a *apache) countsInto(df *DataFrame, topic string, t Trigger) *StreamingQuery {
	return df.GroupBy("user").Agg(Count("*").As("n"), Sum("v").As("total")).SelectExpr("user AS key", "concat(n, ' ', total) AS value").
		WriteStream().OutputMode("update").Format("kafka").Option("kafka.bootstrap.servers", a.servers).
		Option("topic", topic).Option("checkpointLocation", a.t.TempDir()).Trigger(t).Start()
}

func (a *apache) squaresIntoFiles(df *DataFrame, dir string, t Trigger) *StreamingQuery {
	return df.SelectExpr(squares+" AS value").WriteStream().Format("json").Option("checkpointLocation", a.t.TempDir()).Trigger(t).
		Start(dir)
}

// committed reads the committed records of a topic, as a batch.
func (a *apache) committed(s *SparkSession, topic string) []Row {
	return s.Read().Format("kafka").Option("kafka.bootstrap.servers", a.servers).Option("subscribe", topic).
		Option("kafka.isolation.level", "read_committed").Load().
		SelectExpr("CAST(key AS STRING) k", "CAST(value AS STRING) v", "partition", "offset").OrderBy("partition", "offset").Collect()
}

func (a *apache) values(s *SparkSession, topic string) (values []string) {
	for _, r := range a.committed(s, topic) {
		values = append(values, r.GetString(1))
	}
	slices.Sort(values)
	return values
}

// last is the last value of each key. A value that stands there twice was written twice.
func (a *apache) last(s *SparkSession, topic string) (values []string) {
	last, seen := map[string]string{}, map[string]bool{}
	for _, r := range a.committed(s, topic) {
		line := r.GetString(0) + " " + r.GetString(1)
		if seen[line] {
			a.t.Errorf("%s: %s comes twice", topic, line)
		}
		seen[line] = true
		last[r.GetString(0)] = line
	}
	for _, line := range last {
		values = append(values, line)
	}
	slices.Sort(values)
	return values
}

func (a *apache) files(s *SparkSession, dir string) (values []string) {
	for _, r := range s.Read().JSON(dir).Collect() {
		values = append(values, r.GetString(0))
	}
	slices.Sort(values)
	return values
}

func (a *apache) same(what string, got, want []string) {
	a.t.Helper()
	if !slices.Equal(got, want) {
		a.t.Errorf("%s: %d rows, want %d:\n%s", what, len(got), len(want), surplus(got, want))
	}
}

// surplus is how often a row is there too much or too little.
func surplus(got, want []string) string {
	count := map[string]int{}
	for _, r := range got {
		count[r]++
	}
	for _, r := range want {
		count[r]--
	}
	var b strings.Builder
	for r, n := range count {
		if n != 0 && b.Len() < 2000 {
			fmt.Fprintf(&b, "%+d %s\n", n, r)
		}
	}
	return b.String()
}

// The broker is killed and started again twice while three queries run; in between the topic gets another partition, and
// another producer commits one transaction and aborts another. What the sinks hold is what queries write that are run
// afterwards, undisturbed.
func TestIntegrationKafkaQueriesWhileTheBrokerIsKilled(t *testing.T) {
	a := newApache(t)
	t.Cleanup(func() { _ = exec.Command(os.Getenv("GOSPARK_KAFKA_CTL"), "start").Run() })
	in := a.create(a.name("in"), 2)
	s, told := a.session()
	run := func(trigger Trigger) (queries []*StreamingQuery, result func() [3][]string) {
		squares, counts, dir := a.create(a.name("squares"), 2), a.create(a.name("counts"), 1), filepath.Join(t.TempDir(), "out")
		df := func() *DataFrame { return a.rows(s, in, "read_committed", "maxOffsetsPerTrigger", "500") }
		queries = []*StreamingQuery{a.squaresInto(df(), squares, trigger), a.countsInto(df(), counts, trigger), a.squaresIntoFiles(df(), dir, trigger)}
		return queries, func() [3][]string { return [3][]string{a.values(s, squares), a.last(s, counts), a.files(s, dir)} }
	}
	queries, result := run(Trigger{})
	writer := a.client()
	a.write(writer, in, 2, 0, 1000)
	for _, q := range queries {
		q.ProcessAllAvailable()
	}
	written := make(chan error, 1)
	go func() { // goes on while the broker is away
		for i := 1000; i < 4000; i += 50 {
			if err := a.send(writer, in, 2, i, i+50); err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	a.control("kill9")
	a.control("start")
	a.grow(in, 3)
	a.transaction(in, 3, 10_000, 10_300, kgo.TryCommit)
	a.transaction(in, 3, 20_000, 20_300, kgo.TryAbort)
	a.control("kill9")
	a.control("start")
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	a.write(a.client(), in, 3, 4000, 4500) // a client that knows of the new partition
	for _, q := range queries {
		if err := Try(q.ProcessAllAvailable); err != nil {
			t.Fatalf("%v\n%s", err, told())
		}
		q.Stop()
	}
	got := result()
	queries, result = run(AvailableNow())
	for _, q := range queries {
		q.AwaitTermination()
	}
	want := result()
	for i, what := range []string{"records", "counts", "files"} {
		a.same(what, got[i], want[i])
	}
	if len(want[0]) != 4800 || len(want[1]) != 7 || len(want[2]) != 4800 {
		t.Errorf("undisturbed: %d records, %d counts, %d rows in files", len(want[0]), len(want[1]), len(want[2]))
	}
	if !strings.Contains(told(), "trying again") || !strings.Contains(told(), "works again") {
		t.Errorf("the broker was never missed:\n%s", told())
	}
}

// A topic that is deleted ends a query that must not lose rows. One that may goes on, says what is gone, and reads the
// topic of that name that is created later.
func TestIntegrationKafkaTopicDeletedUnderQueries(t *testing.T) {
	a := newApache(t)
	in := a.create(a.name("deleted"), 2)
	s, told := a.session()
	strictOut, laxOut := a.create(a.name("strict"), 1), a.create(a.name("lax"), 1)
	strict := a.squaresInto(a.rows(s, in, "read_committed", "failOnDataLoss", "true"), strictOut, Trigger{})
	lax := a.squaresInto(a.rows(s, in, "read_committed", "failOnDataLoss", "false"), laxOut, Trigger{})
	a.write(a.client(), in, 2, 0, 100)
	strict.ProcessAllAvailable()
	lax.ProcessAllAvailable()
	a.delete(in)
	err := Try(func() { strict.AwaitTermination() })
	if err == nil || strict.Exception() == nil || strict.Exception().Condition() != "KAFKA_DATA_LOSS.PARTITIONS_DELETED" ||
		!strings.Contains(err.Error(), "failOnDataLoss") || !strings.Contains(err.Error(), in+"-") {
		t.Errorf("the query that must not lose rows: %v", err)
	}
	a.again("notice of the loss", func() error {
		if !strings.Contains(told(), "the partition does not exist any more") {
			return errors.New(told())
		}
		return nil
	})
	a.create(in, 1)
	a.write(a.client(), in, 1, 1000, 1100)
	out := a.values(s, laxOut)
	a.again("rows of the new topic", func() error {
		if err := Try(lax.ProcessAllAvailable); err != nil {
			t.Fatalf("%v\n%s", err, told())
		}
		if out = a.values(s, laxOut); len(out) < 200 {
			return fmt.Errorf("%d rows\n%s", len(out), told())
		}
		return nil
	})
	lax.Stop()
	var want []string
	for _, from := range []int{0, 1000} {
		for i := from; i < from+100; i++ {
			want = append(want, fmt.Sprintf("user%d %d %d", i%7, i, i*i))
		}
	}
	slices.Sort(want)
	a.same("goes on", out, want)
	first := slices.DeleteFunc(slices.Clone(want), func(l string) bool { return len(strings.Fields(l)[1]) == 4 })
	a.same("ended", a.values(s, strictOut), first)
}

// What another producer has aborted is there for who reads uncommitted records only; what it has not ended yet neither
// comes early nor gets lost.
func TestIntegrationKafkaAbortedByAnother(t *testing.T) {
	a := newApache(t)
	in := a.create(a.name("mixed"), 2)
	s, _ := a.session()
	committedOut, allOut := a.create(a.name("committed"), 1), a.create(a.name("all"), 1)
	committed := a.squaresInto(a.rows(s, in, "read_committed"), committedOut, Trigger{})
	all := a.squaresInto(a.rows(s, in, "read_uncommitted"), allOut, Trigger{})
	lines := func(from, until int) (l []string) {
		for i := from; i < until; i++ {
			l = append(l, fmt.Sprintf("user%d %d %d", i%7, i, i*i))
		}
		return l
	}
	a.write(a.client(), in, 2, 0, 50)
	a.transaction(in, 2, 100, 150, kgo.TryAbort)
	open := a.client(kgo.TransactionalID(a.name("open")))
	if err := open.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	a.write(open, in, 2, 200, 250)
	all.ProcessAllAvailable()
	committed.ProcessAllAvailable()
	everything := slices.Concat(lines(0, 50), lines(100, 150), lines(200, 250))
	slices.Sort(everything)
	a.same("uncommitted", a.values(s, allOut), everything)
	first := lines(0, 50)
	slices.Sort(first)
	a.same("before the end of the transaction", a.values(s, committedOut), first)
	if err := open.EndTransaction(a.ctx, kgo.TryCommit); err != nil {
		t.Fatal(err)
	}
	want := append(lines(0, 50), lines(200, 250)...)
	slices.Sort(want)
	var out []string
	a.again("the transaction's records", func() error { // its markers may take a moment
		committed.ProcessAllAvailable()
		if out = a.values(s, committedOut); len(out) < len(want) {
			return fmt.Errorf("%d of %d", len(out), len(want))
		}
		return nil
	})
	a.same("committed", out, want)
}
