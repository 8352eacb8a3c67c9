package kafka

import (
	"context"
	"fmt"
	"sync"

	"github.com/segmentio/kafka-go/protocol"
)

// The times that ListOffsets takes for the two ends of a log.
const (
	latestTime   = -1
	earliestTime = -2
)

// An offsetAt is where a log stands at a time: the first record that is not older. Offset -1: there is none.
type offsetAt struct {
	offset int64
	millis int64 // of that record; -1 for the ends of a log
}

// listOffsets asks the leaders for the offsets at the given times (milliseconds, or one of the ends), one request per
// leader, and tries again whatever passes. committed ends the log at the last stable offset.
func (c *Client) listOffsets(ctx context.Context, committed bool, at map[TopicPartition]int64) (map[TopicPartition]offsetAt, error) {
	result := make(map[TopicPartition]offsetAt, len(at))
	left := at
	retry := c.retry(func() string { return fmt.Sprintf("offsets of %d partitions", len(left)) })
	for fresh := false; len(left) > 0; fresh = true {
		failed, err := c.listOffsetsOnce(ctx, committed, left, fresh, result)
		if err != nil {
			if err := retry.again(ctx, err); err != nil {
				return nil, err
			}
		}
		left = failed
	}
	retry.works()
	return result, nil
}

// listOffsetsOnce fills result and returns the partitions that are still missing, with one of their errors.
func (c *Client) listOffsetsOnce(ctx context.Context, committed bool, at map[TopicPartition]int64, fresh bool,
	result map[TopicPartition]offsetAt) (map[TopicPartition]int64, error) {
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		failed = map[TopicPartition]int64{}
		first  error
	)
	fail := func(tp TopicPartition, err error) {
		failed[tp] = at[tp]
		if err != nil && (first == nil || !passes(err)) {
			first = err
		}
	}
	byLeader, lost, err := c.byLeader(ctx, keys(at), fresh)
	if err != nil {
		return at, err
	}
	for tp, err := range lost {
		fail(tp, err)
	}
	for node, parts := range byLeader {
		wg.Go(func() {
			answers, err := c.listOffsetsOf(ctx, node, committed, parts, at)
			mu.Lock()
			defer mu.Unlock()
			for _, tp := range parts {
				switch a, ok := answers[tp]; {
				case err != nil:
					fail(tp, err)
				case !ok:
					fail(tp, fmt.Errorf("%v: no answer from broker %d", tp, node))
				case a.err != 0:
					fail(tp, fmt.Errorf("%v: %w", tp, brokerError(a.err)))
				default:
					result[tp] = a.at
				}
			}
		})
	}
	wg.Wait()
	return failed, first
}

type listAnswer struct {
	err int16
	at  offsetAt
}

func (c *Client) listOffsetsOf(ctx context.Context, node int32, committed bool, parts []TopicPartition, at map[TopicPartition]int64) (map[TopicPartition]listAnswer, error) {
	answers := make(map[TopicPartition]listAnswer, len(parts))
	return answers, c.do(ctx, &call{
		node: node, key: protocol.ListOffsets, min: 2, max: 5,
		request: func(version int16, b []byte) []byte {
			b = order.AppendUint32(b, 0xffffffff) // not a replica
			b = putBool(b, committed)
			return putByTopic(b, parts, func(b []byte, tp TopicPartition) []byte {
				b = order.AppendUint32(b, uint32(tp.Partition))
				if version >= 4 {
					b = order.AppendUint32(b, 0xffffffff) // any leader epoch
				}
				return order.AppendUint64(b, uint64(at[tp]))
			})
		},
		response: func(version int16, r *wireReader) error {
			r.int32() // throttle time
			for n := r.count(6); n > 0 && r.err == nil; n-- {
				topic := r.string()
				for k := r.count(22); k > 0 && r.err == nil; k-- {
					tp := TopicPartition{topic, r.int32()}
					a := listAnswer{err: r.int16()}
					a.at.millis, a.at.offset = r.int64(), r.int64()
					if version >= 4 {
						r.int32() // leader epoch
					}
					answers[tp] = a
				}
			}
			return nil
		},
	}, 0)
}

// byLeader groups partitions by the broker that leads them; lost holds those that nobody leads, with the reason.
func (c *Client) byLeader(ctx context.Context, parts []TopicPartition, fresh bool) (by map[int32][]TopicPartition, lost map[TopicPartition]error, err error) {
	known := map[string]topicMeta{}
	c.mu.Lock()
	for _, tp := range parts {
		if t, ok := c.topics[tp.Topic]; ok {
			known[tp.Topic] = t
		} else {
			fresh = true
		}
	}
	c.mu.Unlock()
	if fresh {
		names := map[string]bool{}
		for _, tp := range parts {
			names[tp.Topic] = true
		}
		m, err := c.metadata(ctx, keys(names), false)
		if err != nil {
			return nil, nil, err
		}
		known = m.topics
	}
	by, lost = map[int32][]TopicPartition{}, map[TopicPartition]error{}
	for _, tp := range parts {
		t := known[tp.Topic]
		t.name = tp.Topic
		node, err := t.leader(tp.Partition)
		if err != nil {
			lost[tp] = err
			continue
		}
		by[node] = append(by[node], tp)
	}
	return by, lost, nil
}

// putByTopic writes the nested arrays of most requests: topics, and under each its partitions.
func putByTopic(b []byte, parts []TopicPartition, put func([]byte, TopicPartition) []byte) []byte {
	topics := map[string][]TopicPartition{}
	for _, tp := range parts {
		topics[tp.Topic] = append(topics[tp.Topic], tp)
	}
	b = order.AppendUint32(b, uint32(len(topics)))
	for _, topic := range keys(topics) {
		b = putString(b, topic)
		b = order.AppendUint32(b, uint32(len(topics[topic])))
		for _, tp := range topics[topic] {
			b = put(b, tp)
		}
	}
	return b
}

func keys[K comparable, V any](m map[K]V) []K {
	ks := make([]K, 0, len(m))
	for k := range m {
		ks = append(ks, k)
	}
	return ks
}
