package kafka

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
)

// streamOf opens a source as a query does.
func streamOf(t testing.TB, opts map[string]string, o connector.Opening) *Source {
	t.Helper()
	r, err := NewRelation(opts)
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.Open(testContext(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.(*Source)
}

func latest(t testing.TB, s *Source, from connector.Offset, limit int64) connector.Offset {
	t.Helper()
	to, err := s.Latest(testContext(t), from, connector.Limit{Rows: limit})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// cells are the rows of splits, boxed.
func cells(t testing.TB, splits []connector.Split) [][]any {
	t.Helper()
	var out [][]any
	for _, s := range splits {
		r, err := s.Open(testContext(t))
		if err != nil {
			t.Fatal(err)
		}
		for {
			b, err := r.Next()
			if err != nil {
				break
			}
			for i := range b.N {
				row := make([]any, len(b.Cols))
				for c, v := range b.Cols {
					row[c] = v.Any(i)
				}
				out = append(out, row)
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	return out
}

// The columns of a DataFrame have the types that its schema says, and only those asked for are there.
func TestRelationColumns(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "c", 1)
	cl := franz(t, b.Addr())
	at := time.UnixMilli(1_700_000_000_000)
	produce(t, cl,
		&kgo.Record{Topic: "c", Key: []byte("k"), Value: []byte("v"), Timestamp: at, Headers: []kgo.RecordHeader{{Key: "a", Value: []byte("1")}, {Key: "a", Value: nil}}},
		&kgo.Record{Topic: "c", Timestamp: at, Headers: []kgo.RecordHeader{{Key: "b", Value: []byte("2")}}},
		&kgo.Record{Topic: "c", Key: []byte{}, Value: []byte{0xff}, Timestamp: at})
	opts := map[string]string{"kafka.bootstrap.servers": b.Addr(), "subscribe": "c", "includeHeaders": "true", "startingOffsets": "earliest"}
	r, err := NewRelation(opts)
	if err != nil {
		t.Fatal(err)
	}
	schema := r.Schema()
	if got, want := schema.ToDDL(), "key BINARY,value BINARY,topic STRING,partition INT,offset BIGINT,timestamp TIMESTAMP,timestampType INT,headers ARRAY<STRUCT<key: STRING, value: BINARY>>"; got != want {
		t.Errorf("schema %s, want %s", got, want)
	}
	if r.String() != "KafkaV2[Subscribe[c]]" {
		t.Errorf("description %s", r)
	}
	for _, columns := range [][]int{nil, {1}, {7, 4, 0}, {}, {3, 2, 6, 5}} {
		s := streamOf(t, opts, connector.Opening{})
		all := columns == nil
		if all {
			columns = []int{0, 1, 2, 3, 4, 5, 6, 7}
		} else {
			s.Prune(columns)
		}
		var elems []reflect.Type
		for i, c := range s.Columns() {
			f := schema.Fields[columns[i]]
			if c.Name != f.Name || c.Elem != f.Type.GoType() {
				t.Errorf("column %d is %+v, the schema says %+v", i, c, f)
			}
			elems = append(elems, c.Elem)
		}
		to := latest(t, s, nil, 0)
		splits, err := s.Splits(nil, to)
		if err != nil {
			t.Fatal(err)
		}
		rows := cells(t, splits)
		full := [][]any{
			{"k", "v", "c", int32(0), int64(0), at.UnixMicro(), int32(0), "[[a 1] [a <nil>]]"},
			{nil, nil, "c", int32(0), int64(1), at.UnixMicro(), int32(0), "[[b 2]]"},
			{"", "\xff", "c", int32(0), int64(2), at.UnixMicro(), int32(0), "<nil>"},
		}
		want := make([][]any, len(full))
		for i := range full {
			want[i] = []any{}
			for _, c := range columns {
				want[i] = append(want[i], full[i][c])
			}
		}
		for _, row := range rows {
			for i := range row {
				if columns[i] == headersColumn {
					row[i] = fmt.Sprint(row[i])
				}
			}
		}
		if !reflect.DeepEqual(rows, want) {
			t.Errorf("columns %v: %v, want %v", columns, rows, want)
		}
		rd, err := splits[0].Open(testContext(t))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := rd.Next(); err != nil || b.N != 3 || !slices.Equal(b.Elems(), elems) {
			t.Errorf("columns %v: batch of %d rows, %v, %v", columns, b.N, b.Elems(), err)
		} else if c := b.Clone(); c.N != 3 || !all && len(columns) == 0 && len(c.Cols) != 0 {
			t.Errorf("clone of %v: %v", columns, c)
		}
		rd.Close()
	}
}

// A query that fails before its first batch is planned begins at the same place the next time; a topic of the same name
// that was created in between is known to be another.
func TestRelationRemembersItsStart(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "r", 2)
	cl := franz(t, b.Addr())
	produceValues(t, cl, "r", 0, "old", 5)
	dir := filepath.Join(t.TempDir(), "sources", "0")
	opts := map[string]string{"kafka.bootstrap.servers": b.Addr(), "subscribe": "r"}
	var told []string
	first := streamOf(t, opts, connector.Opening{CheckpointDir: dir, Notice: func(l string) { told = append(told, l) }})
	if len(told) != 1 || !strings.Contains(told[0], "Subscribe[r] starts at the latest offsets: 5 older records are skipped") {
		t.Errorf("told %q", told)
	}
	if n, err := first.Older(testContext(t)); n != 5 || err != nil {
		t.Errorf("%d older records, %v", n, err)
	}
	first.Close()
	text, err := os.ReadFile(filepath.Join(dir, "0"))
	if err != nil || string(text) != "\x00v1\n"+`{"r":{"0":5,"1":0}}` {
		t.Errorf("start written as %q, %v", text, err)
	}
	produceValues(t, cl, "r", 0, "new", 3)
	again := streamOf(t, opts, connector.Opening{CheckpointDir: dir})
	to := latest(t, again, nil, 0)
	rows, err := readRange(testContext(t), again, nil, to)
	if err != nil || len(rows) != 3 {
		t.Errorf("%d rows after the restart, %v", len(rows), err)
	}
	if err := again.Commit(to); err != nil {
		t.Fatal(err)
	}
	again.Close()
	if err := b.DeleteTopic("r"); err != nil {
		t.Fatal(err)
	}
	createTopic(t, b, "r", 2)
	produceValues(t, franz(t, b.Addr()), "r", 0, "other", 20)
	resumed := streamOf(t, opts, connector.Opening{CheckpointDir: dir, Resumed: to})
	_, err = resumed.Latest(testContext(t), to, connector.Limit{})
	wantError(t, err, "r-0", "deleted and created again", "failOnDataLoss")
	opts["failOnDataLoss"] = "false"
	var (
		mu    sync.Mutex
		lines []string
	)
	lenient := streamOf(t, opts, connector.Opening{CheckpointDir: dir, Resumed: to, Notice: func(l string) {
		mu.Lock()
		lines = append(lines, l)
		mu.Unlock()
	}})
	next := latest(t, lenient, to, 0)
	end := latest(t, lenient, next, 0)
	rows, err = readRange(testContext(t), lenient, next, end)
	if err != nil || len(rows) != 20 {
		t.Errorf("%d rows of the new topic, %v", len(rows), err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(lines) == 0 {
		t.Error("nothing was said of the rows that are gone")
	}
}

// handClock stands still until it is set.
type handClock struct {
	mu   sync.Mutex
	now  time.Time
	wait map[chan struct{}]time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) At(t time.Time) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := make(chan struct{})
	c.wait[ch] = t
	return ch
}

func (c *handClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
	for ch, at := range c.wait {
		if !at.After(t) {
			close(ch)
			delete(c.wait, ch)
		}
	}
}

// Less than minOffsetsPerTrigger waits for more, or for maxTriggerDelay, and the waker says when.
func TestMinOffsetsPerTrigger(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "m", 1)
	cl := franz(t, b.Addr())
	clock := &handClock{now: time.UnixMilli(1_700_000_000_000), wait: map[chan struct{}]time.Time{}}
	start := clock.now
	s := streamOf(t, map[string]string{"kafka.bootstrap.servers": b.Addr(), "subscribe": "m", "startingOffsets": "earliest",
		"minOffsetsPerTrigger": "10", "maxTriggerDelay": "5m", "maxOffsetsPerTrigger": "12"}, connector.Opening{Clock: clock})
	produceValues(t, cl, "m", 0, "a", 1)
	woken := func() {
		t.Helper()
		select {
		case <-s.C():
		case <-time.After(within):
			t.Fatal("not woken")
		}
	}
	woken()
	at := latest(t, s, nil, 12)
	if string(at) != `{"m":{"0":1}}` {
		t.Fatalf("the first batch ends at %s", at)
	}
	produceValues(t, cl, "m", 0, "b", 9)
	woken()
	if to := latest(t, s, at, 12); string(to) != string(at) {
		t.Fatalf("9 records do not wait: %s", to)
	}
	if got := string(s.ReportLatest()); got != `{"m":{"0":10}}` {
		t.Errorf("latest is %s", got)
	}
	produceValues(t, cl, "m", 0, "c", 1)
	woken()
	to := latest(t, s, at, 12)
	if string(to) != `{"m":{"0":11}}` {
		t.Fatalf("10 records wait: %s", to)
	}
	produceValues(t, cl, "m", 0, "d", 1)
	woken()
	if next := latest(t, s, to, 12); string(next) != string(to) {
		t.Fatalf("one record does not wait: %s", next)
	}
	clock.set(start.Add(5*time.Minute + time.Second))
	woken()
	if next := latest(t, s, to, 12); string(next) != `{"m":{"0":12}}` {
		t.Fatalf("one record waits too long: %s", next)
	}
}
