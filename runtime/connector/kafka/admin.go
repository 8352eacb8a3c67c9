package kafka

import (
	"context"
	"fmt"
	"slices"
)

// A Topic is what a shell shows of one.
type Topic struct {
	Name       string
	Internal   bool
	Partitions []PartitionOffsets
}

// PartitionOffsets are the ends of a log: it holds the offsets [Earliest, Latest). Leader -1: nobody leads it, and the
// offsets are unknown (-1).
type PartitionOffsets struct {
	ID               int32
	Leader           int32
	Earliest, Latest int64
}

// Records is how many offsets a topic holds.
func (t Topic) Records() (n int64) {
	for _, p := range t.Partitions {
		n += p.Latest - p.Earliest
	}
	return n
}

// Topics lists the topics of the cluster by name, internal ones included; given names, only those.
func (c *Client) Topics(ctx context.Context, names ...string) ([]Topic, error) {
	m, err := c.metadata(ctx, names, false)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	var led []TopicPartition
	for _, t := range m.topics {
		if t.err != 0 {
			return nil, fmt.Errorf("kafka: topic %s: %w", t.name, brokerError(t.err))
		}
		for _, p := range t.partitions {
			if p.leader >= 0 {
				led = append(led, TopicPartition{t.name, p.id})
			}
		}
	}
	starts, ends, err := c.allBounds(ctx, led, c.cfg.Committed)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	var topics []Topic
	for _, name := range sortedNames(m.topics) {
		t := m.topics[name]
		topic := Topic{Name: name, Internal: t.internal}
		for _, p := range t.partitions {
			o := PartitionOffsets{ID: p.id, Leader: p.leader, Earliest: -1, Latest: -1}
			if tp := (TopicPartition{name, p.id}); p.leader >= 0 {
				o.Earliest, o.Latest = starts[tp], ends[tp]
			}
			topic.Partitions = append(topic.Partitions, o)
		}
		topics = append(topics, topic)
	}
	return topics, nil
}

func sortedNames[V any](m map[string]V) []string {
	names := keys(m)
	slices.Sort(names)
	return names
}

// topicNames lists the topics that are not internal.
func (c *Client) topicNames(ctx context.Context) ([]string, error) {
	m, err := c.metadata(ctx, nil, false)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range sortedNames(m.topics) {
		if !m.topics[name].internal {
			names = append(names, name)
		}
	}
	return names, nil
}
