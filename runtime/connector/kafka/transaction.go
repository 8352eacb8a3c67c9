package kafka

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"gospark/runtime/connector"
)

// A transaction is the producer of one query: what it sends between two ends becomes visible at once or never, and with
// it the number of the batch, which is kept as an offset of a group that nobody joins. A newer producer of the same
// transactional id ends what the older one had under way, and makes it fail from then on.
//
// The calls to the coordinator are made one at a time; add and mark may be called by several goroutines.
type transaction struct {
	client  *Client
	id      string // transactional.id
	group   string // that the batch is noted in; "" notes none
	timeout time.Duration

	coordinator, keeper *coordinator

	turn     chan struct{} // holds one token while a call is made
	producer producerID

	mu      sync.Mutex
	parts   map[TopicPartition]bool // in the transaction under way
	proven  bool                    // this run has committed a transaction
	lost    bool                    // the producer was taken away
	retaken bool                    // and registered again, which is done once
}

func newTransaction(c *Client, id, group string, timeout time.Duration) *transaction {
	return &transaction{client: c, id: id, group: group, timeout: timeout, turn: make(chan struct{}, 1),
		coordinator: newCoordinator(c, transactionCoordinator, id), keeper: newCoordinator(c, groupCoordinator, group)}
}

// A fencedError says that the broker does not take this producer any more.
//
// That is most often a newer run, and then this one must end. But before a run has committed anything, it may also be the
// run before: a registration that it had sent when it was killed may reach the broker after the one of its successor.
// So a producer that is young is registered again, once: of two runs that begin at the same time one gives up.
type fencedError struct {
	id    string
	err   error
	again bool
}

var _ connector.Repeatable = (*fencedError)(nil)

// Repeatable says that the batch may begin again, with a new registration.
func (e *fencedError) Repeatable() bool { return e.again }

func (e *fencedError) Error() string {
	return fmt.Sprintf("kafka: the transaction of %s is no longer ours: another run of the same query has taken over, "+
		"or the batch took longer than kafka.transaction.timeout.ms (%v)", e.id, errorText(e.err))
}

func (e *fencedError) Unwrap() error { return e.err }

// wait waits for the turn to call the coordinator; over ends it.
func (t *transaction) wait(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *transaction) over() { <-t.turn }

// fenced explains the answers that a producer gets whose transaction has been ended by somebody else.
func (t *transaction) fenced(err error) error {
	for _, code := range []kafkago.Error{kafkago.InvalidProducerEpoch, kafkago.ProducerFenced, kafkago.InvalidTransactionState, kafkago.InvalidProducerIDMapping} {
		if errors.Is(err, code) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.lost = true
			return &fencedError{t.id, code, !t.proven && !t.retaken}
		}
	}
	return err
}

// begin registers the producer: older ones of the same id are fenced, and what they left under way is ended. When it
// returns, the last transaction is over, whichever way.
func (t *transaction) begin(ctx context.Context) error {
	if err := t.wait(ctx); err != nil {
		return err
	}
	defer t.over()
	t.mu.Lock()
	t.parts = map[TopicPartition]bool{}
	t.retaken = t.retaken || t.lost
	t.mu.Unlock()
	timeout := t.timeout
	for {
		err := t.coordinator.ask(ctx, "begin transactions of "+t.id, func() (*call, func() error) {
			return codeCall(protocol.InitProducerId, 1, func(_ int16, b []byte) []byte {
				b = putString(b, t.id)
				return order.AppendUint32(b, uint32(timeout.Milliseconds()))
			}, func(r *wireReader) { t.producer = producerID{r.int64(), r.int16()} })
		})
		if errors.Is(err, kafkago.InvalidTransactionTimeout) && timeout > time.Minute {
			timeout = time.Minute // the broker's limit is below ours; this is below every limit in use
			continue
		}
		return t.fenced(err)
	}
}

// add takes partitions into the transaction. Nothing may be sent to one before it is in: brokers take that for a part of
// the transaction before.
func (t *transaction) add(ctx context.Context, parts []TopicPartition) error {
	if len(t.missing(parts)) == 0 {
		return nil
	}
	if err := t.wait(ctx); err != nil {
		return err
	}
	defer t.over()
	fresh := t.missing(parts)
	if len(fresh) == 0 {
		return nil
	}
	err := t.coordinator.ask(ctx, fmt.Sprintf("add %v to the transaction of %s", fresh[0], t.id), func() (*call, func() error) {
		var failed error
		return &call{key: protocol.AddPartitionsToTxn, min: 0, max: 2,
			request: func(_ int16, b []byte) []byte {
				return putByTopic(t.put(b), fresh, func(b []byte, tp TopicPartition) []byte { return order.AppendUint32(b, uint32(tp.Partition)) })
			},
			response: func(_ int16, r *wireReader) error { failed = readCodes(r); return nil },
		}, func() error { return failed }
	})
	if err != nil {
		return t.fenced(err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, tp := range fresh {
		t.parts[tp] = true
	}
	return nil
}

// missing are the partitions that are not in the transaction yet.
func (t *transaction) missing(parts []TopicPartition) []TopicPartition {
	t.mu.Lock()
	defer t.mu.Unlock()
	var fresh []TopicPartition
	for _, tp := range parts {
		if !t.parts[tp] {
			fresh = append(fresh, tp)
		}
	}
	return fresh
}

// put writes what most requests begin with.
func (t *transaction) put(b []byte) []byte {
	b = putString(b, t.id)
	b = order.AppendUint64(b, uint64(t.producer.id))
	return order.AppendUint16(b, uint16(t.producer.epoch))
}

// notAttempted is the answer for partitions that were all right, in a request that failed for others.
const notAttempted = 55

// readCodes reads a throttle time and error codes by topic and partition; the error is one that does not pass, if there
// is any, and else the first.
func readCodes(r *wireReader) (worst error) {
	r.int32() // throttle time
	for n := r.count(6); n > 0 && r.err == nil; n-- {
		topic := r.string()
		for k := r.count(6); k > 0 && r.err == nil; k-- {
			tp, code := TopicPartition{topic, r.int32()}, r.int16()
			if err := brokerError(code); err != nil && code != notAttempted && (worst == nil || passes(worst) && !passes(err)) {
				worst = fmt.Errorf("%v: %w", tp, err)
			}
		}
	}
	return worst
}

// mark notes in the transaction that it is that of a batch, under one partition of each topic that it writes to: the
// note is gone when the topic is deleted, and with it what was written there.
func (t *transaction) mark(ctx context.Context, batch int64, at []TopicPartition) error {
	if t.group == "" {
		return nil
	}
	if err := t.wait(ctx); err != nil {
		return err
	}
	defer t.over()
	err := t.coordinator.ask(ctx, "add the offsets to the transaction of "+t.id, func() (*call, func() error) {
		return codeCall(protocol.AddOffsetsToTxn, 2, func(_ int16, b []byte) []byte { return putString(t.put(b), t.group) }, nil)
	})
	if err != nil {
		return t.fenced(err)
	}
	err = t.keeper.ask(ctx, fmt.Sprintf("note batch %d of %s", batch, t.id), func() (*call, func() error) {
		var failed error
		return &call{key: protocol.TxnOffsetCommit, min: 0, max: 2,
			request: func(version int16, b []byte) []byte {
				b = putString(b, t.id)
				b = putString(b, t.group)
				b = order.AppendUint64(b, uint64(t.producer.id))
				b = order.AppendUint16(b, uint16(t.producer.epoch))
				return putByTopic(b, at, func(b []byte, tp TopicPartition) []byte {
					b = order.AppendUint32(b, uint32(tp.Partition))
					b = order.AppendUint64(b, uint64(batch))
					if version >= 2 {
						b = order.AppendUint32(b, 0xffffffff) // no leader epoch
					}
					return putString(b, "batch "+strconv.FormatInt(batch, 10))
				})
			},
			response: func(_ int16, r *wireReader) error { failed = readCodes(r); return nil },
		}, func() error { return failed }
	})
	return t.fenced(err)
}

// end commits or aborts; without anything in it the transaction has not begun. After an error it is open which of the
// two has happened: begin ends it, and committed tells.
func (t *transaction) end(ctx context.Context, commit bool) error {
	if all, _ := t.written(); len(all) == 0 {
		return nil
	}
	if err := t.wait(ctx); err != nil {
		return err
	}
	defer t.over()
	verb := map[bool]string{true: "commit", false: "abort"}[commit]
	err := t.coordinator.ask(ctx, verb+" the transaction of "+t.id, func() (*call, func() error) {
		return codeCall(protocol.EndTxn, 2, func(_ int16, b []byte) []byte { return putBool(t.put(b), commit) }, nil)
	})
	if err == nil {
		t.mu.Lock()
		clear(t.parts)
		t.proven = t.proven || commit
		t.mu.Unlock()
	}
	return t.fenced(err)
}

// written are the partitions in the transaction, and one of each topic.
func (t *transaction) written() (all, topics []TopicPartition) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all = sorted(keys(t.parts))
	for _, tp := range all {
		if len(topics) == 0 || topics[len(topics)-1].Topic != tp.Topic {
			topics = append(topics, tp)
		}
	}
	return all, topics
}

// noBatch is before all batches.
const noBatch = math.MinInt64

// committed is the last batch that was noted, noBatch without any. It must be asked after begin: what a transaction has
// noted that is still being ended is not there yet, and the broker is told to say so.
func (t *transaction) committed(ctx context.Context) (int64, error) {
	last := int64(noBatch)
	if t.group == "" {
		return last, nil
	}
	err := t.keeper.ask(ctx, "last batch of "+t.group, func() (*call, func() error) {
		var (
			code  int16
			inner error
		)
		return &call{key: protocol.OffsetFetch, min: 7, max: 7, flexible: 6, ask: &t.client.offsetFetchAsk,
				request: func(_ int16, b []byte) []byte {
					b = putCompactString(b, t.group)
					b = append(b, 0)       // all topics
					return append(b, 1, 0) // only what is stable
				},
				response: func(_ int16, r *wireReader) error {
					last = noBatch
					r.int32() // throttle time
					for n := r.compactCount(4); n > 0 && r.err == nil; n-- {
						topic := r.compactString()
						for k := r.compactCount(18); k > 0 && r.err == nil; k-- {
							tp, offset := TopicPartition{topic, r.int32()}, r.int64()
							r.int32()         // leader epoch
							r.compactString() // metadata
							part := r.int16()
							r.skipTags()
							if err := brokerError(part); err != nil {
								inner = fmt.Errorf("%v: %w", tp, err)
							} else if offset >= 0 {
								last = max(last, offset)
							}
						}
						r.skipTags()
					}
					code = r.int16()
					r.skipTags()
					return nil
				},
			}, func() error {
				if err := brokerError(code); err != nil && !errors.Is(err, kafkago.GroupIdNotFound) {
					return err
				}
				return inner
			}
	})
	return last, err
}
