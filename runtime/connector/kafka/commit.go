package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"gospark/runtime/connector"
)

// flushTime is how long Close waits for commits that are under way.
const flushTime = 5 * time.Second

// A committer stores offsets under a group id, one request at a time; of offsets that wait, the last count.
type committer struct {
	client  *Client
	group   string
	wake    chan struct{}
	closing chan struct{}
	wg      sync.WaitGroup
	cancel  context.CancelFunc

	mu      sync.Mutex
	pending Offsets
	done    []func(error)
}

// CommitAsync stores offsets under the group id, for lag tools and for a start at the group's offsets. It does not
// wait; done, which may be nil, hears how it went. It decides nothing about what the source reads.
func (s *Source) CommitAsync(to connector.Offset, done func(error)) {
	if done == nil {
		done = func(error) {}
	}
	offsets, err := ParseOffsets(to)
	group := s.client.cfg.GroupID
	if group == "" && err == nil {
		err = errors.New("kafka: committing offsets needs group.id")
	}
	if err != nil {
		done(err)
		return
	}
	s.mu.Lock()
	if s.commits == nil {
		ctx, cancel := context.WithCancel(context.Background())
		s.commits = &committer{client: s.client, group: group, wake: make(chan struct{}, 1), closing: make(chan struct{}),
			cancel: cancel, pending: Offsets{}}
		s.commits.wg.Go(func() { s.commits.run(ctx) })
	}
	c := s.commits
	s.mu.Unlock()
	c.mu.Lock()
	for tp, o := range offsets {
		c.pending[tp] = o
	}
	c.done = append(c.done, done)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *committer) run(ctx context.Context) {
	for closing := false; !closing; {
		select {
		case <-c.wake:
		case <-c.closing:
			closing = true
		}
		c.mu.Lock()
		offsets, done := c.pending, c.done
		c.pending, c.done = Offsets{}, nil
		c.mu.Unlock()
		if len(offsets) == 0 {
			continue
		}
		err := c.client.commit(ctx, c.group, offsets)
		for _, f := range done {
			f(err)
		}
	}
}

func (c *committer) close() {
	t := time.AfterFunc(flushTime, c.cancel)
	defer t.Stop()
	close(c.closing)
	c.wg.Wait()
	c.cancel()
}

// commit stores offsets of a group that has no members.
func (c *Client) commit(ctx context.Context, group string, offsets Offsets) error {
	topics := map[string][]kafkago.OffsetCommit{}
	for _, tp := range offsets.partitions() {
		topics[tp.Topic] = append(topics[tp.Topic], kafkago.OffsetCommit{Partition: int(tp.Partition), Offset: offsets[tp]})
	}
	retry := c.retry(func() string { return "commit offsets of group " + group })
	for {
		err := c.commitOnce(ctx, group, topics)
		if err == nil {
			retry.works()
			return nil
		}
		if errors.Is(err, kafkago.UnknownMemberId) || errors.Is(err, kafkago.IllegalGeneration) || errors.Is(err, kafkago.RebalanceInProgress) {
			return fmt.Errorf("kafka: group %s is in use by consumers that share its partitions, which own its offsets; take another group.id: %w", group, err)
		}
		if err := retry.again(ctx, err); err != nil {
			return fmt.Errorf("kafka: commit offsets of group %s: %w", group, err)
		}
	}
}

func (c *Client) commitOnce(ctx context.Context, group string, topics map[string][]kafkago.OffsetCommit) error {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.RequestTimeout)
	defer cancel()
	// Generation -1 says: not a member. The zero value would be a generation.
	answer, err := c.admin.OffsetCommit(ctx, &kafkago.OffsetCommitRequest{GroupID: group, GenerationID: -1, Topics: topics})
	if err != nil {
		return err
	}
	for topic, parts := range answer.Topics {
		for _, p := range parts {
			if p.Error != nil {
				return fmt.Errorf("%v: %w", TopicPartition{topic, int32(p.Partition)}, p.Error)
			}
		}
	}
	return nil
}
