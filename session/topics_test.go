package session

import (
	"context"
	"testing"
	"time"

	"gospark/runtime/connector/kafka"
	"gospark/runtime/connector/kafka/broker"
)

// twoTopics starts a broker with the topics in and out, of two partitions each, and a producer for it.
func twoTopics(t *testing.T) (context.Context, *broker.Broker, *kafka.Producer) {
	t.Helper()
	b, err := broker.Start(broker.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	for _, topic := range []string{"in", "out"} {
		if err := b.CreateTopic(topic, 2, nil); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	cfg, err := kafka.ParseConfig(map[string]any{"bootstrap.servers": b.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	client, err := kafka.Dial(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	p, err := client.Producer(ctx, kafka.ProducerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return ctx, b, p
}
