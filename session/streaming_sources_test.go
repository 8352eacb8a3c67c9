package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gospark/runtime/connector/kafka/broker"
)

// liveStream is a streaming context on the machine's clock.
func liveStream(t *testing.T, conf map[string]string) *StreamingContext {
	t.Helper()
	s, err := New(Config{Master: "local[2]", Conf: conf, Notice: func(l string) { t.Log(l) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return NewStreamingContext(s.SparkContext(), Milliseconds(20))
}

// rowsSeen passes on the records of every batch.
func rowsSeen(d *DStream) <-chan []any {
	c := make(chan []any, 1000)
	d.ForeachRDD(func(r *RDD) {
		if rows := r.Collect(); len(rows) > 0 {
			c <- rows
		}
	})
	return c
}

// take waits for n records.
func take(t *testing.T, c <-chan []any, n int) []any {
	t.Helper()
	var all []any
	late := time.After(20 * time.Second)
	for len(all) < n {
		select {
		case rows := <-c:
			all = append(all, rows...)
		case <-late:
			t.Fatalf("%d of %d records came", len(all), n)
		}
	}
	return all
}

func TestSocketEndToEnd(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const lines = 500
	var wg sync.WaitGroup
	defer wg.Wait()
	gate := make(chan struct{})
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			<-gate
			for i := range lines {
				fmt.Fprintf(conn, "w%d x\n", i%7)
			}
			wg.Go(func() { // until the reader goes
				_, _ = conn.Read(make([]byte, 1))
				conn.Close()
			})
		}
	})
	ssc := liveStream(t, nil)
	counts := map[string]int{}
	var mu sync.Mutex
	got := make(chan int, 1000)
	ssc.SocketTextStream("127.0.0.1", l.Addr().(*net.TCPAddr).Port).FlatMap(strings.Fields).
		Map(func(w string) (string, int) { return w, 1 }).ReduceByKey(sumOf).
		ForeachRDD(func(r *RDD) {
			n := 0
			mu.Lock()
			for _, p := range r.Collect() {
				counts[p.(Pair).Key.(string)] += p.(Pair).Value.(int)
				n += p.(Pair).Value.(int)
			}
			mu.Unlock()
			got <- n
		})
	ssc.Start()
	close(gate)
	late := time.After(20 * time.Second)
	for n := 0; n < 2*lines; {
		select {
		case k := <-got:
			n += k
		case <-late:
			t.Fatalf("%d of %d words came", n, 2*lines)
		}
	}
	st := ssc.Status()
	if in := st.Inputs[0]; in.State != "connected" || !strings.HasPrefix(in.Name, "SocketTextStream 127.0.0.1:") {
		t.Errorf("%+v", in)
	}
	ssc.Stop(false, true)
	l.Close()
	mu.Lock()
	defer mu.Unlock()
	if counts["x"] != lines || counts["w0"] != (lines+6)/7 {
		t.Errorf("%v", counts)
	}
	if n := ssc.Status().Rows; n != lines {
		t.Errorf("%d rows", n)
	}
}

func TestReceiverStreamKeepsWhatWasStoredAtAGracefulStop(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	stored := make(chan struct{})
	c := (&collected{}).add(b.ssc.ReceiverStream(func(ctx context.Context, store func(int)) error {
		for i := range 5 {
			store(i)
		}
		close(stored)
		<-ctx.Done()
		store(5)
		return ctx.Err()
	}))
	b.ssc.Start()
	<-stored
	b.run(1)
	b.ssc.Stop(false, true)
	c.expect(t, "0 1 2 3 4", "5")
}

type failingReceiver struct{ calls chan int }

func (f failingReceiver) Receive(ctx context.Context, store func(any)) error {
	n := <-f.calls
	store(Pair{Key: "call", Value: n})
	if n == 1 {
		return errors.New("lost")
	}
	<-ctx.Done()
	return nil
}

func TestReceiverIsRunAgain(t *testing.T) {
	ssc := liveStream(t, nil)
	f := failingReceiver{make(chan int, 2)}
	f.calls <- 1
	f.calls <- 2
	seen := rowsSeen(ssc.ReceiverStream(f).Map(func(v any) (any, any) { return v.(Pair).Key, v.(Pair).Value }))
	ssc.Start()
	if got := take(t, seen, 2); !reflect.DeepEqual(got, []any{Pair{Key: "call", Value: 1}, Pair{Key: "call", Value: 2}}) {
		t.Errorf("%v", got)
	}
	ssc.Stop(false)
}

func TestTextFileStream(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	b := newStreamBench(t, Seconds(1), nil)
	b.clock.Advance(time.Since(b.clock.Now()))
	c := (&collected{}).add(b.ssc.TextFileStream(dir))
	b.ssc.Start()
	put := func(name, text string) {
		at := filepath.Join(other, name)
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(at, b.clock.Now(), b.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(at, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	b.run(1)
	put("one.txt", "a\nb\n")
	b.run(2)
	put("two.txt", "c\n")
	b.run(2)
	var all []string
	for _, s := range c.batches {
		all = append(all, strings.Fields(s)...)
	}
	if !reflect.DeepEqual(sorted(all), []string{`"a"`, `"b"`, `"c"`}) {
		t.Errorf("%q", c.batches)
	}
	if n := b.ssc.Status().Rows; n != 3 {
		t.Errorf("%d rows", n)
	}
}

func TestKafkaDirectStream(t *testing.T) {
	kb, err := broker.Start(broker.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer kb.Close()
	if err := kb.CreateTopic("clicks", 2, nil); err != nil {
		t.Fatal(err)
	}
	producer, err := kgo.NewClient(kgo.SeedBrokers(kb.Addr()), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	for i := range 10 {
		r := &kgo.Record{Topic: "clicks", Partition: int32(i % 2), Value: fmt.Appendf(nil, "v%d", i), Headers: []kgo.RecordHeader{{Key: "h", Value: []byte("x")}}}
		if i > 0 {
			r.Key = []byte("k")
		}
		if err := producer.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	ssc := liveStream(t, map[string]string{"spark.streaming.kafka.maxRatePerPartition": "100"})
	in := ssc.KafkaDirectStream(KafkaParams{"bootstrap.servers": kb.Addr(), "auto.offset.reset": "earliest", "group.id": "g", "enable.auto.commit": false}, "clicks")
	if e := in.ShellType(); e != "DStream[session.KafkaRecord]" && e != "DStream[KafkaRecord]" {
		t.Error(e)
	}
	var mu sync.Mutex
	next := map[int]int64{}
	committed := make(chan error, 100)
	records := make(chan KafkaRecord, 100)
	in.ForeachRDD(func(r *RDD) {
		ranges := HasOffsetRanges(r)
		mu.Lock()
		defer mu.Unlock()
		for _, o := range ranges {
			if o.FromOffset != next[o.Partition] || o.Count() > 2 {
				t.Errorf("range %+v, after offset %d; at most two records of a partition in 20 ms", o, next[o.Partition])
			}
			next[o.Partition] = o.UntilOffset
		}
		for _, v := range r.Collect() {
			records <- v.(KafkaRecord)
		}
		in.CommitAsync(ranges, func(err error) { committed <- err })
	})
	if err := Try(func() { in.CommitAsync(nil) }); err == nil {
		t.Error("CommitAsync before Start")
	}
	ssc.Start()
	late := time.After(20 * time.Second)
	seen := map[string]KafkaRecord{}
	for len(seen) < 10 {
		select {
		case r := <-records:
			seen[string(r.Value)] = r
		case <-late:
			t.Fatalf("%d of 10 records came", len(seen))
		}
	}
	if err := <-committed; err != nil {
		t.Error(err)
	}
	ssc.Stop(false)
	r := seen["v3"]
	if r.Topic != "clicks" || r.Partition != 1 || r.Offset != 1 || string(r.Key) != "k" || len(r.Headers) != 1 || r.Timestamp.IsZero() || seen["v0"].Key != nil {
		t.Errorf("%+v", r)
	}
}
