package kafka

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// A Record is one record as a shell or a sink handles it. A nil Key or Value is a null.
type Record struct {
	TopicPartition // of a record to be sent: partition AnyPartition means by key, or anywhere without one
	Offset         int64
	Time           time.Time // of a record to be sent: zero means now
	TimeType       int32     // 0: set by the producer, 1: by the broker
	Key, Value     []byte
	Headers        []Header
}

// AnyPartition leaves the partition of a record to the producer.
const AnyPartition = -1

// A ProducerConfig says how records are sent.
type ProducerConfig struct {
	Compression string // none, gzip, snappy, lz4, zstd
	BatchBytes  int    // at most in one batch, before compression: 1,000,000, just below the default limit of brokers
}

// A Producer sends records, idempotently: a batch that is sent again because its answer was lost is stored once. It is
// used by one goroutine. Records are buffered until a batch is full or Flush is called; their bytes are copied.
//
// After an error the producer is broken: what was buffered may or may not be stored, and every later call returns the
// error.
type Producer struct {
	client *Client
	codec  uint16
	limit  int
	id     producerID
	parts  map[TopicPartition]*outbox
	counts map[string]int   // partitions of a topic
	sticky map[string]int32 // where records without a key go until the next flush
	err    error
}

// An outbox is the batch that is being filled for a partition.
type outbox struct {
	encoder
	deflater
	sequence int32
}

// Producer registers a producer with the cluster.
func (c *Client) Producer(ctx context.Context, cfg ProducerConfig) (*Producer, error) {
	codec, err := codecOf(cfg.Compression)
	if err != nil {
		return nil, err
	}
	setDefault(&cfg.BatchBytes, 1_000_000)
	p := &Producer{client: c, codec: codec, limit: cfg.BatchBytes,
		parts: map[TopicPartition]*outbox{}, counts: map[string]int{}, sticky: map[string]int32{}}
	if p.id, err = c.producerID(ctx); err != nil {
		return nil, fmt.Errorf("kafka: producer: %w", err)
	}
	return p, nil
}

func (c *Client) producerID(ctx context.Context) (producerID, error) {
	retry := c.retry(func() string { return "producer id" })
	for {
		attempt, cancel := context.WithTimeout(ctx, c.cfg.RequestTimeout)
		// Zero would be an existing producer's id: -1 asks for a new one.
		answer, err := c.admin.InitProducerID(attempt, &kafkago.InitProducerIDRequest{ProducerID: -1, ProducerEpoch: -1})
		cancel()
		if err == nil {
			err = answer.Error
		}
		if err == nil {
			retry.works()
			return producerID{int64(answer.Producer.ProducerID), int16(answer.Producer.ProducerEpoch)}, nil
		}
		if err := retry.again(ctx, err); err != nil {
			return producerID{}, err
		}
	}
}

// Send buffers a record, and sends everything that is buffered when its batch is full.
func (p *Producer) Send(ctx context.Context, r *Record) error {
	if p.err != nil {
		return p.err
	}
	tp, err := p.place(ctx, r)
	if err != nil {
		p.err = err
		return err
	}
	o := p.parts[tp]
	if o == nil {
		o = &outbox{}
		p.parts[tp] = o
	}
	if o.count > 0 && o.size()+len(r.Key)+len(r.Value)+recordOverhead > p.limit {
		if err := p.Flush(ctx); err != nil {
			return err
		}
	}
	at := r.Time
	if at.IsZero() {
		at = time.Now()
	}
	o.append(at.UnixMilli(), r.Key, r.Value, r.Headers)
	return nil
}

// recordOverhead is more than a record without headers needs beside its key and value.
const recordOverhead = 40

// place is the partition of a record.
func (p *Producer) place(ctx context.Context, r *Record) (TopicPartition, error) {
	n, ok := p.counts[r.Topic]
	if !ok {
		var err error
		if n, err = p.client.partitions(ctx, r.Topic); err != nil {
			return TopicPartition{}, err
		}
		p.counts[r.Topic] = n
	}
	tp := r.TopicPartition
	switch {
	case int(tp.Partition) >= n:
		return tp, fmt.Errorf("kafka: topic %s has %d partitions, no partition %d", tp.Topic, n, tp.Partition)
	case tp.Partition >= 0:
	case r.Key != nil:
		tp.Partition = partitionOf(r.Key, n)
	default:
		at, ok := p.sticky[tp.Topic]
		if !ok {
			at = rand.Int32N(int32(n))
			p.sticky[tp.Topic] = at
		}
		tp.Partition = at
	}
	return tp, nil
}

// partitions is how many a topic has; a topic that has just been created may take a moment to be seen.
func (c *Client) partitions(ctx context.Context, topic string) (int, error) {
	retry := c.retry(func() string { return "metadata of " + topic })
	deadline := time.Now().Add(newTopicTime)
	for {
		m, err := c.metadata(ctx, []string{topic}, c.cfg.CreateTopics)
		if err == nil {
			t := m.topics[topic]
			if err = brokerError(t.err); err == nil && len(t.partitions) > 0 {
				return len(t.partitions), nil
			}
			if time.Now().After(deadline) && errors.Is(err, kafkago.UnknownTopicOrPartition) {
				have, _ := c.topicNames(ctx)
				return 0, &missingError{missing: []string{topic}, have: have, created: c.cfg.CreateTopics}
			}
			if err == nil {
				err = kafkago.LeaderNotAvailable
			}
		}
		if err := retry.again(ctx, err); err != nil {
			return 0, fmt.Errorf("kafka: topic %s: %w", topic, err)
		}
	}
}

// Flush sends what is buffered and returns when the brokers have stored it.
func (p *Producer) Flush(ctx context.Context) error {
	if p.err == nil {
		p.err = p.flush(ctx)
	}
	return p.err
}

func (p *Producer) flush(ctx context.Context) error {
	clear(p.sticky)
	var batches []*sending
	for tp, o := range p.parts {
		if o.count == 0 {
			continue
		}
		b, err := o.finish(&o.deflater, p.codec, p.id, o.sequence)
		if err != nil {
			return fmt.Errorf("kafka: compress for %v: %w", tp, err)
		}
		batches = append(batches, &sending{tp: tp, batch: b})
	}
	if err := p.client.send(ctx, "", batches); err != nil {
		return err
	}
	for _, s := range batches {
		o := p.parts[s.tp]
		o.sequence += o.count // wraps around at the same place as the broker's: after 2^31-1 comes 0
		if o.sequence < 0 {
			o.sequence &= 0x7fffffff
		}
		o.reset()
	}
	return nil
}

// send sends batches, those of a leader together, again and again until all are stored.
func (c *Client) send(ctx context.Context, transaction string, batches []*sending) error {
	retry := c.retry(func() string { return fmt.Sprintf("send to %v", batches[0].tp) })
	for fresh := false; len(batches) > 0; fresh = true {
		parts := make(map[TopicPartition]*sending, len(batches))
		for _, s := range batches {
			parts[s.tp] = s
		}
		by, lost, err := c.byLeader(ctx, keys(parts), fresh)
		if err == nil {
			var wg sync.WaitGroup
			for node, led := range by {
				group := make([]*sending, len(led))
				for i, tp := range led {
					group[i] = parts[tp]
				}
				wg.Go(func() { c.sendOnce(ctx, node, transaction, group) })
			}
			wg.Wait()
			for tp, e := range lost {
				parts[tp].err = e
			}
		}
		var left []*sending
		for _, s := range batches {
			if err == nil && (s.err == nil || errors.Is(s.err, kafkago.DuplicateSequenceNumber)) {
				continue // stored, now or by an attempt whose answer was lost
			}
			if err == nil && !passes(s.err) {
				return fmt.Errorf("kafka: send to %v: %w", s.tp, s.err)
			}
			left = append(left, s)
		}
		if len(left) == 0 {
			break
		}
		if err == nil {
			err = left[0].err
		}
		if err := retry.again(ctx, err); err != nil {
			return fmt.Errorf("kafka: send to %v: %w", left[0].tp, err)
		}
		batches = left
	}
	retry.works()
	return nil
}
