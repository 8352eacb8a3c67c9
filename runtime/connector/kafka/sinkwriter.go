package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
)

// A sinkWriter turns the rows of one task into record batches. While those that are full are sent, the next are filled.
type sinkWriter struct {
	sink     *Sink
	ctx      context.Context
	id       int64
	spread   int // where rows without a key begin
	topics   map[string]*topicOut
	last     *topicOut
	headers  headerReader
	buffered int
	rows     int64
	shipped  bool
	flight   chan error // of what is under way; nil: nothing is
	err      error
}

var _ connector.Writer = (*sinkWriter)(nil)

// A topicOut is the batches for a topic. Rows without a key fill a batch of one partition, then one of the next.
type topicOut struct {
	name  string
	boxes []*box // by partition; nil: none yet
	keys  int    // of so many partitions
	next  int
}

// A box is the batch of a partition that is being filled, and the one that is sent.
type box struct {
	tp   TopicPartition
	fill encoder
	sent encoder
	deflater
}

// maxBuffered is how much of a task may wait in batches that are not full.
const maxBuffered = 16 << 20

func (w *sinkWriter) Write(b *batch.Batch) error {
	if w.err == nil {
		w.err = w.write(b)
	}
	return w.err
}

func (w *sinkWriter) write(b *batch.Batch) error {
	var (
		cols    = &w.sink.cols
		now     = time.Now().UnixMilli()
		text    = func(c int) *batch.Vec[string] { return b.Cols[c].(*batch.Vec[string]) }
		value   = text(cols.value)
		key     *batch.Vec[string]
		topic   *batch.Vec[string]
		number  *batch.Vec[int32]
		headers []Header
	)
	if cols.key >= 0 {
		key = text(cols.key)
	}
	if cols.topic >= 0 {
		topic = text(cols.topic)
	}
	if cols.partition >= 0 {
		number = b.Cols[cols.partition].(*batch.Vec[int32])
	}
	if cols.headers >= 0 {
		w.headers.of(b.Cols[cols.headers])
	}
	name := w.sink.cfg.Topic
	for i := range b.Rows() {
		r := b.Row(i)
		if topic != nil {
			if topic.Null(r) {
				return condition.New("KAFKA_NULL_TOPIC_IN_DATA", "", "The Kafka message data sent to the producer contains a null topic. Use the `topic` option for setting a default topic.")
			}
			name = topic.V[r]
		}
		out := w.last
		if out == nil || out.name != name {
			var err error
			if out, err = w.topic(name); err != nil {
				return err
			}
			w.last = out
		}
		var k []byte
		if key != nil && !key.Null(r) {
			k = bytesOf(key.V[r])
		}
		p := out.next
		switch {
		case number != nil && !number.Null(r):
			p = int(number.V[r])
			if p < 0 || p >= len(out.boxes) {
				if err := w.grow(out, p); err != nil {
					return err
				}
			}
		case k != nil:
			p = int(partitionOf(k, out.keys))
		}
		var v []byte
		if !value.Null(r) {
			v = bytesOf(value.V[r])
		}
		size := len(k) + len(v) + recordOverhead
		if cols.headers >= 0 {
			var err error
			if headers, err = w.headers.row(r); err != nil {
				return err
			}
			for _, h := range headers {
				size += len(h.Key) + len(h.Value) + 10
			}
		}
		x := out.boxes[p]
		if x == nil {
			x = w.sink.box(TopicPartition{out.name, int32(p)})
			out.boxes[p] = x
		}
		if x.fill.count > 0 && x.fill.size()+size > w.sink.cfg.BatchBytes {
			if err := w.ship([]*box{x}); err != nil {
				return err
			}
			if p == out.next {
				out.next = (p + 1) % out.keys
			}
		}
		x.fill.append(now, k, v, headers)
		if w.buffered += size; w.buffered > maxBuffered {
			if err := w.shipAll(); err != nil {
				return err
			}
		}
		w.rows++
	}
	return nil
}

// bytesOf is a string's bytes, which are not to be changed; those of an empty one are not nil, which would be a null.
func bytesOf(s string) []byte {
	if s == "" {
		return []byte{}
	}
	return unsafe.Slice(unsafe.StringData(s), len(s))
}

func (w *sinkWriter) topic(name string) (*topicOut, error) {
	if out, ok := w.topics[name]; ok {
		return out, nil
	}
	n, err := w.sink.partitions(w.ctx, name, 0)
	if err != nil {
		return nil, err
	}
	out := &topicOut{name: name, boxes: make([]*box, n), keys: n, next: w.spread % n}
	w.topics[name] = out
	return out, nil
}

// grow is called for a partition that is not known: it may be new.
func (w *sinkWriter) grow(out *topicOut, p int) error {
	n := len(out.boxes)
	if p >= 0 {
		var err error
		if n, err = w.sink.partitions(w.ctx, out.name, p+1); err != nil {
			return err
		}
	}
	if p < 0 || p >= n {
		return condition.New("", "", "kafka: topic %s has %d partitions, and a row is for partition %d", out.name, n, p)
	}
	out.boxes = append(out.boxes, make([]*box, n-len(out.boxes))...) // keys go where they went before, within a batch
	return nil
}

// box is an empty one.
func (s *Sink) box(tp TopicPartition) *box {
	b, ok := s.boxes.Get().(*box)
	if !ok {
		b = &box{}
	}
	b.tp = tp
	return b
}

// ship sends what the boxes hold, when what was sent before has arrived.
func (w *sinkWriter) ship(boxes []*box) error {
	if err := w.land(); err != nil {
		return err
	}
	for _, x := range boxes {
		w.buffered -= x.fill.size()
		x.fill, x.sent = x.sent, x.fill
		x.fill.reset()
	}
	w.buffered = max(w.buffered, 0)
	w.shipped = true
	flight := make(chan error, 1)
	w.flight = flight
	go func() { flight <- w.sink.send(w.ctx, w.id, boxes) }()
	return nil
}

func (w *sinkWriter) shipAll() error {
	var full []*box
	for _, out := range w.topics {
		for _, x := range out.boxes {
			if x != nil && x.fill.count > 0 {
				full = append(full, x)
			}
		}
	}
	w.buffered = 0
	if len(full) == 0 {
		return nil
	}
	return w.ship(full)
}

// land waits for what is under way.
func (w *sinkWriter) land() error {
	if w.flight == nil {
		return nil
	}
	err := <-w.flight
	w.flight = nil
	return err
}

// Commit returns how many rows were written.
func (w *sinkWriter) Commit() (any, error) {
	if w.err == nil {
		w.err = w.shipAll()
	}
	if err := w.land(); w.err == nil {
		w.err = err
	}
	if w.err != nil {
		return nil, w.err
	}
	for _, out := range w.topics {
		for _, x := range out.boxes {
			if x != nil {
				w.sink.boxes.Put(x)
			}
		}
	}
	w.topics = nil
	return w.rows, nil
}

// Abort leaves what was sent in the transaction, which can therefore not be committed any more.
func (w *sinkWriter) Abort() error {
	err := w.land()
	if w.shipped {
		cause := w.err
		if cause == nil {
			cause = errors.New("it was given up")
		}
		w.sink.spoil(fmt.Errorf("a task failed after a part of its rows had been sent: %w", cause))
	}
	return err
}
