package session

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gospark/runtime/connector/kafka"
)

// A query from topic to topic goes on where it stopped, writes each record once, and says where it stands.
func TestKafkaToKafka(t *testing.T) {
	ctx, b, p := twoTopics(t)
	var want []string
	send := func(prefix string) {
		t.Helper()
		for i := range 50 {
			v := fmt.Sprint(prefix, i)
			if err := p.Send(ctx, &kafka.Record{TopicPartition: kafka.TopicPartition{Topic: "in", Partition: int32(i % 2)}, Key: []byte("k"), Value: []byte(v)}); err != nil {
				t.Fatal(err)
			}
			want = append(want, strings.ToUpper(v))
		}
		if err := p.Flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	run := func(check func(q *StreamingQuery)) {
		s, _ := streamSession(t)
		defer s.Stop()
		q := s.ReadStream().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("subscribe", "in").Option("startingOffsets", "earliest").Load().
			SelectExpr("CAST(key AS STRING) AS key", "upper(CAST(value AS STRING)) AS value").
			WriteStream().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("topic", "out").Option("checkpointLocation", dir).Start()
		q.ProcessAllAvailable()
		check(q)
		q.Stop()
	}
	send("a")
	run(func(q *StreamingQuery) {
		text := q.LastProgress().JSON()
		for _, part := range []string{`"description":"KafkaV2[Subscribe[in]]"`, `"endOffset":{"in":{"0":25,"1":25}}`, `"latestOffset":{"in":{"0":25,"1":25}}`,
			`"avgOffsetsBehindLatest":"0.0"`, `"numInputRows":50`, `"description":"KafkaTable[out]"`} {
			if !strings.Contains(strings.Join(strings.Fields(strings.ReplaceAll(text, " : ", ":")), ""), part) {
				t.Errorf("%s is not in %s", part, text)
			}
		}
		send("b")
		q.ProcessAllAvailable()
	})
	send("c")
	// the last batch is committed in the topic and, after this, not in the checkpoint: it begins again, and is known
	commits, err := filepath.Glob(filepath.Join(dir, "commits", "[0-9]*"))
	if err != nil || len(commits) == 0 {
		t.Fatal(commits, err)
	}
	slices.Sort(commits)
	if err := os.Remove(commits[len(commits)-1]); err != nil {
		t.Fatal(err)
	}
	run(func(*StreamingQuery) {})
	s, _ := streamSession(t)
	s.SQL("SELECT 'BATCH' AS value, 1 AS partition").Write().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("topic", "out").Mode("append").Save()
	want = append(want, "BATCH")
	var got []string
	for _, r := range s.Read().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("subscribe", "out").
		Option("kafka.isolation.level", "read_committed").Load().SelectExpr("CAST(value AS STRING)").Collect() {
		got = append(got, fmt.Sprint(r.Get(0)))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
}
