package session

import (
	"fmt"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gospark/runtime/connector/kafka/broker"
)

// Leaders of partitions and coordinators of transactions move while a query runs; each record comes out once.
func TestKafkaLeadersMove(t *testing.T) {
	b, err := broker.Start(broker.Config{Ports: []int{0, 0, 0}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, topic := range []string{"in", "out"} {
		if err := b.CreateTopic(topic, 3, nil); err != nil {
			t.Fatal(err)
		}
	}
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.ListenAddrs()...), kgo.DefaultProduceTopic("in"))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	s, _ := streamSession(t)
	q := s.ReadStream().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("subscribe", "in").
		Option("startingOffsets", "earliest").Option("maxOffsetsPerTrigger", 40).Load().SelectExpr("upper(CAST(value AS STRING)) AS value").
		WriteStream().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("topic", "out").Option("checkpointLocation", t.TempDir()).Start()
	var want []string
	for round := range 20 {
		var records []*kgo.Record
		for i := range 50 {
			records = append(records, kgo.StringRecord(fmt.Sprintf("v%d-%d", round, i)))
			want = append(want, fmt.Sprintf("V%d-%d", round, i))
		}
		if err := cl.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
			t.Fatal(err)
		}
		b.ShufflePartitionLeaders()
		if round%4 == 0 {
			b.RehashCoordinators()
		}
	}
	q.ProcessAllAvailable()
	q.Stop()
	var got []string
	for _, r := range s.Read().Format("kafka").Option("kafka.bootstrap.servers", b.Addr()).Option("subscribe", "out").
		Option("kafka.isolation.level", "read_committed").Load().SelectExpr("CAST(value AS STRING)").Collect() {
		got = append(got, r.GetString(0))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
}
