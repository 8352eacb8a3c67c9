package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gospark/runtime/connector/kafka/broker"
)

// A lesson: the built-in broker, two topics, a stream of both, and what the monitor knows of offsets.
func TestPromptKafka(t *testing.T) {
	port := freePort(t)
	p := atPromptUI(t, 200, 50)
	p.do(":broker " + port)
	p.do(":broker topic clicks 3")
	p.do(":broker topic views 2")
	p.do(":produce clicks words 30")
	for _, line := range []string{
		`ssc := NewStreamingContext(sc, "200ms")`,
		`late := ssc.KafkaDirectStream(KafkaParams{"bootstrap.servers": "localhost:` + port + `"}, "clicks"); late.Count().ForeachRDD(func(r *RDD) {})`,
		`records := ssc.KafkaDirectStream(KafkaParams{"bootstrap.servers": "localhost:` + port + `", "auto.offset.reset": "earliest"}, "clicks", "views")`,
		`records.Map(func(r KafkaRecord) (string, int) { return r.Topic, 1 }).ReduceByKey(func(a, b int) int { return a + b }).Print()`,
		`records.Filter(func(r KafkaRecord) bool { return r.Key != nil }).Print()`,
		`var mu sync.Mutex; parts := map[string]bool{}; records.ForeachRDD(func(r *RDD) { mu.Lock(); defer mu.Unlock(); for _, o := range HasOffsetRanges(r) { parts[fmt.Sprint(o.Topic, o.Partition)] = true } })`,
		`ssc.Start()`,
	} {
		p.Send(line + "\r")
	}
	p.Expect("records: DStream[KafkaRecord]")
	p.Expect(`stream-1: starts at the end of Subscribe[clicks] and leaves 30 older records unread; "auto.offset.reset": "earliest" reads them`)
	p.shows(block("(clicks,30)"))
	p.Send(":produce views k=日本\r")
	p.shows(block("(views,1)"))
	p.shows(regexp.MustCompile(`KafkaRecord\(topic = views, partition = \d, offset = 0, key = k, value = 日本\)\n`))
	if got := p.do("func() int { mu.Lock(); defer mu.Unlock(); return len(parts) }()"); !strings.HasSuffix(got, ": int = 5") {
		t.Errorf("HasOffsetRanges knows %s partitions", got)
	}
	if got := p.do(":topics clicks"); !strings.Contains(got, "clicks  3           30") {
		t.Errorf(":topics prints %s", got)
	}
	if got := p.do(":peek views"); !strings.Contains(got, "日本") {
		t.Errorf(":peek prints %s", got)
	}

	// the monitor
	url := strings.TrimSpace(p.do(":ui"))
	var apps []struct{ ID string }
	get(t, url+"/api/v1/applications", &apps)
	var batches []struct {
		BatchID   int64
		InputSize int
	}
	get(t, url+"/api/v1/applications/"+apps[0].ID+"/streaming/batches", &batches)
	for _, b := range batches {
		if b.InputSize != 30 {
			continue
		}
		page := text(t, fmt.Sprintf("%s/streaming/batch/?id=%d", url, b.BatchID))
		if !strings.Contains(page, "clicks") || !strings.Contains(page, "30") {
			t.Errorf("the batch's page does not show offsets:\n%s", page)
		}
	}

	// what is not there
	p.Send(`ssc1 := NewStreamingContext(sc, "1s"); ssc1.KafkaDirectStream(KafkaParams{"bootstrap.servers": "localhost:` + port + `", "allow.auto.create.topics": false}, "clikcs").Print(); ssc1.Start()` + "\r")
	p.Expect("clikcs")
	p.Send(`ssc2 := NewStreamingContext(sc, "1s"); ssc2.KafkaDirectStream(KafkaParams{"bootstrap.servers": "localhost:` + freePort(t) + `"}, "clicks").Print(); ssc2.Start()` + "\r")
	p.Expect("connection refused; nothing listens there: is the broker running, and bootstrap.servers right?")
	p.Send(":quit\r")
	p.exits(0)
}

func get(t *testing.T, url string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text(t, url)), into); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
}

func text(t *testing.T, url string) string {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v\n%s", url, r.Status, err, b)
	}
	return string(b)
}

// A broker that goes away in the middle is waited for, and nothing is lost or counted twice.
func TestPromptKafkaBrokerRestarts(t *testing.T) {
	var port int
	if _, err := fmt.Sscan(freePort(t), &port); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "kafka")
	start := func() *broker.Broker {
		b, err := broker.Start(broker.Config{Ports: []int{port}, DataDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Close)
		return b
	}
	b := start()
	servers := b.Addr()
	if err := b.CreateTopic("clicks", 2, nil); err != nil {
		t.Fatal(err)
	}
	p := atPrompt(t, 200, 50)
	for _, line := range []string{
		`ssc := NewStreamingContext(sc, "100ms")`,
		`ssc.Checkpoint("` + t.TempDir() + `")`,
		`records := ssc.KafkaDirectStream(KafkaParams{"bootstrap.servers": "` + servers + `", "auto.offset.reset": "earliest"}, "clicks")`,
		`records.Map(func(r KafkaRecord) (string, int) { return string(r.Value), 1 }).UpdateStateByKey(func(vs []int, s *int) *int { n := 0; if s != nil { n = *s }; for _, v := range vs { n += v }; return &n }).Filter(func(w string, n int) bool { return w == "/7" }).Print()`,
		`ssc.Start()`,
	} {
		p.Send(line + "\r")
	}
	produce(t, servers, "clicks", 2, 0, 1000)
	p.shows(block("(/7,100)"))
	b.Close()
	p.Expect("trying again")
	start()
	produce(t, servers, "clicks", 2, 1000, 2500)
	p.shows(block("(/7,250)"))
	p.Expect("works again")
	p.Send(":quit\r")
	p.exits(0)
}
