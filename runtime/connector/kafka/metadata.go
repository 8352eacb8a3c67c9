package kafka

import (
	"context"
	"fmt"
	"slices"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// A topicID tells a topic from another one that later took its name. Brokers before 2.8 have none: all zero.
type topicID [16]byte

type partitionMeta struct {
	id, leader int32 // leader -1: none at the moment
	err        int16
}

type topicMeta struct {
	name       string
	id         topicID
	err        int16
	internal   bool
	partitions []partitionMeta // by id
}

type clusterMeta struct {
	brokers    []brokerMeta
	controller int32
	topics     map[string]topicMeta
}

type brokerMeta struct {
	id   int32
	host string
	port int32
}

// metadata asks the cluster, never a cache. names nil means all topics, empty none. create lets a broker that is
// configured so create the topics that are missing.
func (c *Client) metadata(ctx context.Context, names []string, create bool) (*clusterMeta, error) {
	m := &clusterMeta{topics: map[string]topicMeta{}}
	err := c.do(ctx, &call{
		node: anyBroker, key: protocol.Metadata, min: 4, max: 12, flexible: 9, ask: &c.metaAsk,
		request:  func(version int16, b []byte) []byte { return putMetadataRequest(b, version, names, create) },
		response: func(version int16, r *wireReader) error { m.read(version, r); return nil },
	}, 0)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, t := range m.topics {
		c.topics[name] = t
	}
	return m, nil
}

func putMetadataRequest(b []byte, version int16, names []string, create bool) []byte {
	if version < 9 {
		if names == nil {
			b = order.AppendUint32(b, 0xffffffff)
		} else {
			b = order.AppendUint32(b, uint32(len(names)))
		}
		for _, n := range names {
			b = putString(b, n)
		}
		b = putBool(b, create)
		if version == 8 {
			b = append(b, 0, 0) // no authorized operations
		}
		return b
	}
	if names == nil {
		b = append(b, 0)
	} else {
		b = putCompactCount(b, len(names))
	}
	for _, n := range names {
		if version >= 10 {
			b = append(b, make([]byte, 16)...)
		}
		b = putCompactString(b, n)
		b = append(b, 0)
	}
	b = putBool(b, create)
	if version <= 10 {
		b = append(b, 0) // no cluster operations
	}
	return append(b, 0, 0) // no topic operations, no tags
}

func (m *clusterMeta) read(version int16, r *wireReader) {
	flexible := version >= 9
	text, count, ints, tags := r.string, r.count, r.skipInts, func() {}
	if flexible {
		text, count, ints, tags = r.compactString, r.compactCount, r.skipCompactInts, r.skipTags
	}
	r.int32() // throttle time
	for n := count(8); n > 0 && r.err == nil; n-- {
		b := brokerMeta{id: r.int32(), host: text(), port: r.int32()}
		text() // rack
		tags()
		m.brokers = append(m.brokers, b)
	}
	text() // cluster id
	m.controller = r.int32()
	for n := count(8); n > 0 && r.err == nil; n-- {
		t := topicMeta{err: r.int16(), name: text()}
		if version >= 10 {
			copy(t.id[:], r.take(16))
		}
		t.internal = r.int8() != 0
		for k := count(16); k > 0 && r.err == nil; k-- {
			p := partitionMeta{err: r.int16(), id: r.int32(), leader: r.int32()}
			if version >= 7 {
				r.int32() // leader epoch
			}
			ints() // replicas
			ints() // in sync
			if version >= 5 {
				ints() // offline
			}
			tags()
			t.partitions = append(t.partitions, p)
		}
		if version >= 8 {
			r.int32() // authorized operations
		}
		tags()
		slices.SortFunc(t.partitions, func(a, b partitionMeta) int { return int(a.id) - int(b.id) })
		m.topics[t.name] = t
	}
}

// leader is the broker to ask about a partition. fresh asks the cluster first: the last answer proved wrong.
func (c *Client) leader(ctx context.Context, tp TopicPartition, fresh bool) (int32, error) {
	if !fresh {
		c.mu.Lock()
		t, ok := c.topics[tp.Topic]
		c.mu.Unlock()
		if node, err := t.leader(tp.Partition); ok && err == nil {
			return node, nil
		}
	}
	m, err := c.metadata(ctx, []string{tp.Topic}, false)
	if err != nil {
		return 0, err
	}
	t := m.topics[tp.Topic]
	return t.leader(tp.Partition)
}

func (t topicMeta) leader(partition int32) (int32, error) {
	if t.err != 0 {
		return 0, fmt.Errorf("topic %s: %w", t.name, brokerError(t.err))
	}
	i, ok := slices.BinarySearchFunc(t.partitions, partition, func(p partitionMeta, id int32) int { return int(p.id) - int(id) })
	switch {
	case !ok:
		return 0, fmt.Errorf("topic %s has no partition %d: %w", t.name, partition, kafkago.UnknownTopicOrPartition)
	case t.partitions[i].leader < 0:
		return 0, fmt.Errorf("%s-%d: %w", t.name, partition, kafkago.LeaderNotAvailable)
	}
	return t.partitions[i].leader, nil
}
