package kafka

import (
	"context"
	"fmt"

	"github.com/segmentio/kafka-go/protocol"
)

// A sending is one record batch on its way to a partition. A retry sends the same bytes: their sequence number lets the
// broker recognise what it has already.
type sending struct {
	tp       TopicPartition
	batch    []byte
	base     int64 // offset of its first record, when done
	err      error
	answered bool
}

// sendOnce sends batches to the broker that leads their partitions, and notes in each how it went.
func (c *Client) sendOnce(ctx context.Context, node int32, transaction string, batches []*sending) {
	byPartition := make(map[TopicPartition]*sending, len(batches))
	parts := make([]TopicPartition, len(batches))
	for i, s := range batches {
		byPartition[s.tp], parts[i] = s, s.tp
		s.answered, s.err = false, nil
	}
	err := c.do(ctx, &call{
		node: node, key: protocol.Produce, min: 3, max: 8,
		request: func(_ int16, b []byte) []byte {
			if transaction == "" {
				b = order.AppendUint16(b, 0xffff)
			} else {
				b = putString(b, transaction)
			}
			b = order.AppendUint16(b, 0xffff) // acknowledged by all replicas in sync
			b = order.AppendUint32(b, uint32(c.cfg.RequestTimeout.Milliseconds()))
			return putByTopic(b, parts, func(b []byte, tp TopicPartition) []byte {
				batch := byPartition[tp].batch
				b = order.AppendUint32(b, uint32(tp.Partition))
				b = order.AppendUint32(b, uint32(len(batch)))
				return append(b, batch...)
			})
		},
		response: func(version int16, r *wireReader) error {
			for n := r.count(6); n > 0 && r.err == nil; n-- {
				topic := r.string()
				for k := r.count(22); k > 0 && r.err == nil; k-- {
					tp, code, base := TopicPartition{topic, r.int32()}, r.int16(), r.int64()
					r.int64() // log append time
					if version >= 5 {
						r.int64() // log start
					}
					why := ""
					if version >= 8 {
						for m := r.count(6); m > 0 && r.err == nil; m-- {
							r.int32()
							why = r.string()
						}
						if text := r.string(); text != "" {
							why = text
						}
					}
					s, ok := byPartition[tp]
					if !ok {
						return fmt.Errorf("answer for %v, to which nothing was sent", tp)
					}
					s.answered, s.base, s.err = true, base, brokerError(code)
					if s.err != nil && why != "" {
						s.err = fmt.Errorf("%s: %w", why, s.err)
					}
				}
			}
			return nil
		},
	}, 0)
	for _, s := range batches {
		switch {
		case err != nil:
			s.err = err
		case !s.answered:
			s.err = fmt.Errorf("no answer for %v from broker %d", s.tp, node)
		}
	}
}
