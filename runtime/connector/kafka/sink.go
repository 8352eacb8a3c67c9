package kafka

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"gospark/runtime/connector"
	"gospark/runtime/types"
)

// A Sink writes rows as records, exactly once: what the tasks of a batch send is one transaction, and the number of the
// batch is noted in it. A batch that begins again, after a crash at whatever moment, is either noted, and then nothing
// is written, or none of its records will ever be seen by who reads committed records only. Who reads uncommitted ones
// sees records of batches that failed as well.
//
// The note is an offset of the group gospark-<query id>. Brokers forget offsets of groups that nobody uses after
// offsets.retention.minutes (a week): a query that crashed between the commit of its last batch and the entry in its
// checkpoint, and is started again after so long, writes that one batch again.
//
// At least once ([AtLeastOnce], or a broker without transactions) there is no transaction: a batch that begins again is
// written again. Retries of a request do not repeat records either way.
type Sink struct {
	client *Client
	cfg    SinkConfig
	cols   sinkColumns
	notice func(string)
	txn    *transaction // nil: at least once
	boxes  sync.Pool    // of *box
	life   context.Context
	end    context.CancelFunc // of life

	// The rest of a batch, between Begin and Commit or Abort.
	last  []TopicPartition // that the batch before was written to
	ahead chan struct{}    // closed when those are in the transaction, or cannot be; nil: not tried
	fresh bool             // nothing is known of what the broker has: producer id and last batch are to be asked for
	done  int64            // the last batch known to be committed
	note  *note

	mu     sync.Mutex
	plain  producerID // without transactions
	lanes  map[TopicPartition]*lane
	counts map[string]int // partitions of a topic
	seen   time.Time      // when counts were asked for
	spoilt error          // why the batch cannot be committed
	sent   bool           // a record of the batch was sent
}

var (
	_ connector.Sink        = (*Sink)(nil)
	_ connector.Withholding = (*Sink)(nil)
)

// A lane is the order of what is sent to one partition. Its lock is held while something is under way.
type lane struct {
	mu       sync.Mutex
	sequence int32
}

// SinkOpening is what a query gives to its sink.
type SinkOpening struct {
	QueryID string            // the same after a restart; "" for a single write, which is not noted
	Notice  func(line string) // may be nil
}

// CheckSink says whether rows of a schema can be written with these options. It connects to nothing.
func CheckSink(opts map[string]string, schema *types.Type) (SinkConfig, error) {
	cfg, err := ParseSinkOptions(opts)
	if err == nil {
		_, err = columnsOf(schema, cfg.Topic)
	}
	return cfg, err
}

// NewSink connects. The columns key, value, topic, partition and headers of the schema are what is written.
func NewSink(ctx context.Context, opts map[string]string, schema *types.Type, o SinkOpening) (*Sink, error) {
	cfg, err := CheckSink(opts, schema)
	if err != nil {
		return nil, err
	}
	return openSink(ctx, cfg, schema, o)
}

func openSink(ctx context.Context, cfg SinkConfig, schema *types.Type, o SinkOpening) (*Sink, error) {
	notice := func(string) {}
	if o.Notice != nil {
		notice = o.Notice
		cfg.Status = notices(o.Notice)
	}
	setDefault(&cfg.MetadataAge, time.Minute)
	client, err := Dial(ctx, cfg.Config)
	if err != nil {
		return nil, err
	}
	s := &Sink{client: client, cfg: cfg, notice: notice, fresh: true, done: noBatch}
	s.cols, _ = columnsOf(schema, cfg.Topic) // checked before
	s.life, s.end = context.WithCancel(context.Background())
	if cfg.Delivery != AtLeastOnce {
		id, group := "gospark-"+o.QueryID, "gospark-"+o.QueryID
		if o.QueryID == "" {
			var random [16]byte
			rand.Read(random[:])
			id, group = "gospark-"+hex.EncodeToString(random[:]), ""
		}
		if cfg.Transactional != "" {
			id = cfg.Transactional
		}
		s.txn = newTransaction(client, id, group, cfg.Timeout)
	}
	return s, nil
}

func (s *Sink) String() string {
	if s.cfg.Topic == "" {
		return "KafkaTable"
	}
	return fmt.Sprintf("KafkaTable[%s]", s.cfg.Topic)
}

// Guarantee is what the sink promises: "exactly-once" or "at-least-once". It may change with the first Begin, which
// finds out what the broker can do.
func (s *Sink) Guarantee() string {
	if s.txn == nil {
		return "at-least-once"
	}
	return "exactly-once"
}

// Withholds says whether records are in a transaction, which nobody sees who reads committed ones.
func (s *Sink) Withholds() bool { return s.txn != nil }

// Begin asks the broker about what it has, the first time and after a failure.
func (s *Sink) Begin(ctx context.Context, id int64) (done bool, err error) {
	if s.fresh {
		if err := s.register(ctx); err != nil {
			return false, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.seen) > s.client.cfg.MetadataAge {
		s.counts, s.seen = map[string]int{}, time.Now()
	}
	s.spoilt, s.note, s.sent = nil, nil, false
	if id <= s.done {
		return true, nil
	}
	s.addAhead()
	return false, nil
}

// addAhead takes the partitions of the batch before into the transaction while the first rows are still on their way. It
// is most likely that they go there as well, and the broker may need some time until the transaction before is over.
func (s *Sink) addAhead() {
	s.ahead = nil
	if s.txn == nil || len(s.last) == 0 || len(s.last) > maxAhead {
		return
	}
	ahead := make(chan struct{})
	s.ahead = ahead
	go func() {
		defer close(ahead)
		_ = s.txn.add(s.life, s.last) // what fails here fails again when records are sent
	}()
}

// maxAhead is how many partitions are taken in without need: each gets a marker when the transaction ends.
const maxAhead = 16

// settled waits for addAhead.
func (s *Sink) settled(ctx context.Context) error {
	if s.ahead == nil {
		return nil
	}
	select {
	case <-s.ahead:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// register makes the producer known, and with it all older ones of the query invalid.
func (s *Sink) register(ctx context.Context) (err error) {
	if s.txn != nil {
		err := s.txn.begin(ctx)
		if err == nil {
			s.done, err = s.txn.committed(ctx)
		}
		var old *versionError
		switch {
		case errors.As(err, &old) && s.cfg.Delivery == OnceIfAble:
			s.notice(fmt.Sprintf("kafka: the broker has no transactions (%v): records are written at least once", err))
			s.txn, s.done = nil, noBatch
		case errors.Is(err, kafkago.TransactionalIDAuthorizationFailed), errors.Is(err, kafkago.GroupAuthorizationFailed):
			return fmt.Errorf(`kafka: %w; the user needs Write on the transactional id %s and Read on the group %s, or .Option("exactlyOnce", "false")`,
				err, s.txn.id, s.txn.group)
		case err != nil:
			return fmt.Errorf("kafka: %w", err)
		}
	}
	if s.txn == nil {
		if s.plain, err = s.client.producerID(ctx); err != nil {
			return fmt.Errorf("kafka: producer: %w", err)
		}
	}
	s.mu.Lock()
	s.lanes = map[TopicPartition]*lane{}
	s.mu.Unlock()
	s.fresh = false
	return nil
}

func (s *Sink) Writer(ctx context.Context, id int64, partition int) (connector.Writer, error) {
	if err := s.broken(); err != nil {
		return nil, err
	}
	return &sinkWriter{sink: s, ctx: ctx, id: id, spread: int(uint64(id)+uint64(partition)) & 0xffffff, topics: map[string]*topicOut{}}, nil
}

// spoil makes the batch impossible to commit.
func (s *Sink) spoil(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spoilt == nil {
		s.spoilt = err
	}
	if s.note != nil {
		s.note.cancel()
	}
}

func (s *Sink) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.whyBroken()
}

func (s *Sink) whyBroken() error {
	if s.spoilt != nil {
		return fmt.Errorf("kafka: the batch has to begin again: %w", s.spoilt)
	}
	return nil
}

// send sends the batches of several partitions, in order with everything else that goes there. The records of the
// encoders may be used again when it returns.
func (s *Sink) send(ctx context.Context, id int64, boxes []*box) (err error) {
	parts := make([]TopicPartition, len(boxes))
	for i, b := range boxes {
		parts[i] = b.tp
	}
	producer, transactionalID, attributes := s.plain, "", uint16(0)
	if s.txn != nil {
		if err := s.txn.add(ctx, parts); err != nil {
			s.spoil(err)
			return err
		}
		s.noteEarly(id)
		producer, transactionalID, attributes = s.txn.producer, s.txn.id, transactional
	}
	slices.SortFunc(boxes, func(a, b *box) int { return a.tp.compare(b.tp) }) // so that two senders never wait for each other
	batches := make([]*sending, len(boxes))
	lanes := make([]*lane, len(boxes))
	for i, b := range boxes {
		lanes[i] = s.lane(b.tp)
		lanes[i].mu.Lock()
		defer lanes[i].mu.Unlock()
	}
	if err := s.sending(); err != nil {
		return err // the sequence of a partition has a gap
	}
	codec, _ := codecOf(s.cfg.Compression) // checked with the options
	for i, b := range boxes {
		raw, err := b.sent.finish(&b.deflater, codec|attributes, producer, lanes[i].sequence)
		if err != nil {
			return fmt.Errorf("kafka: compress for %v: %w", b.tp, err)
		}
		batches[i] = &sending{tp: b.tp, batch: raw}
	}
	if err := s.client.send(ctx, transactionalID, batches); err != nil {
		if s.txn != nil {
			err = s.txn.fenced(err)
		}
		s.spoil(err)
		return err
	}
	for i, b := range boxes {
		lanes[i].sequence = (lanes[i].sequence + b.sent.count) & 0x7fffffff // after 2^31-1 comes 0
		b.sent.reset()
	}
	return nil
}

// sending notes that records are sent from now on.
func (s *Sink) sending() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = true
	return s.whyBroken()
}

func (s *Sink) lane(tp TopicPartition) *lane {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lanes[tp]
	if l == nil {
		l = &lane{}
		s.lanes[tp] = l
	}
	return l
}

// partitions is how many a topic has. atLeast makes it ask again when it knew of fewer.
func (s *Sink) partitions(ctx context.Context, topic string, atLeast int) (int, error) {
	s.mu.Lock()
	n := s.counts[topic]
	s.mu.Unlock()
	if n > 0 && n >= atLeast {
		return n, nil
	}
	n, err := s.client.partitions(ctx, topic)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[topic] = n
	return n, nil
}

// Commit makes the batch visible. A batch without a record leaves no trace: it has no effect to repeat.
func (s *Sink) Commit(ctx context.Context, id int64, _ []any) error {
	if err := s.broken(); err != nil {
		return err
	}
	if s.txn == nil {
		s.done = id
		return nil
	}
	err := s.settled(ctx)
	if all, at := s.txn.written(); err == nil && len(all) > 0 {
		if s.sent {
			s.last = all
			err = s.writeNote(ctx, id, at)
		}
		if err == nil {
			err = s.txn.end(ctx, true)
		}
		if err != nil {
			s.fresh = true // it is open whether the batch is committed: the broker will tell
		}
	}
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	s.done = id
	return nil
}

// Abort ends the transaction without an effect. The producer registers anew before the next batch: the sequence of what
// it has sent is not certain any more.
func (s *Sink) Abort(ctx context.Context, _ int64) error {
	s.fresh = true
	if s.txn == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, abortTime)
	defer cancel()
	s.mu.Lock()
	n := s.note
	s.mu.Unlock()
	if n != nil {
		n.cancel()
		<-n.written
	}
	if err := s.settled(ctx); err != nil {
		return err
	}
	var fenced *fencedError
	if err := s.txn.end(ctx, false); err != nil && !errors.As(err, &fenced) { // which has ended it
		return fmt.Errorf("kafka: %w", err)
	}
	return nil
}

// How long Abort and Close try to end what is under way. Otherwise the next Begin does it, or the next run.
const (
	abortTime = 10 * time.Second
	closeTime = 2 * time.Second
)

func (s *Sink) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if s.txn != nil && !s.fresh {
		_ = s.Abort(ctx, s.done) // who comes next ends it
	}
	s.end()
	err := s.client.Close()
	_ = s.settled(context.Background())
	return err
}

// A note is the number of the batch on its way into the transaction.
type note struct {
	cancel  context.CancelFunc
	written chan struct{}
	err     error
}

// noteEarly notes the batch while its records are sent, if it is known where: that is time that Commit does not take.
func (s *Sink) noteEarly(id int64) {
	if s.cfg.Topic == "" || s.txn.group == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.note != nil {
		return
	}
	ctx, cancel := context.WithCancel(s.life)
	n := &note{cancel: cancel, written: make(chan struct{})}
	s.note = n
	go func() {
		defer close(n.written)
		defer cancel()
		n.err = s.txn.mark(ctx, id, []TopicPartition{{s.cfg.Topic, 0}})
	}()
}

func (s *Sink) writeNote(ctx context.Context, id int64, at []TopicPartition) error {
	s.mu.Lock()
	n := s.note
	s.mu.Unlock()
	if n == nil {
		return s.txn.mark(ctx, id, at)
	}
	select {
	case <-n.written:
		return n.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
