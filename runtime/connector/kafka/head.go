package kafka

import (
	"context"
	"sync"
	"time"
)

// Where a batch that follows another one ends is asked with the request that fetches its first records: one trip to each
// leader, instead of one for the ends and one for the records. What comes back goes to the reader of the batch.
const (
	headBytes = 64 << 10 // asked for of each partition
	maxHeads  = 64       // partitions; with more of them what is fetched could be large, and is most often not all read
)

// look is where the logs end now, for a source whose cluster was surveyed a moment ago. It is nil when all of that is to
// be done again: the last survey is old, it was of other partitions, an answer is not an ordinary one, or nobody would
// notice that a topic is not the same any more, which readers do where lost data is an error.
func (s *Source) look(ctx context.Context, base Offsets) *boundary {
	s.mu.Lock()
	clear(s.heads) // of a batch that was not read, or begins again
	cfg := &s.client.cfg
	known := s.watch != nil && cfg.FailOnLoss != SkipLost && len(base) <= maxHeads && len(s.latest) == len(base) &&
		time.Since(s.surveyed) <= cfg.MetadataAge
	for tp := range base {
		if _, ok := s.latest[tp]; !ok {
			known = false
		}
	}
	s.mu.Unlock()
	if !known {
		return nil
	}
	by, lost, err := s.client.byLeader(ctx, base.partitions(), false)
	if err != nil || len(lost) > 0 {
		return nil
	}
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		ends = Offsets{}
		ask  = fetchOptions{committed: cfg.Committed}
	)
	for node, parts := range by {
		at := make([]fetchPosition, len(parts))
		for i, tp := range parts {
			at[i] = fetchPosition{tp, base[tp], headBytes}
		}
		one := func() {
			answers, err := s.client.fetch(ctx, node, at, ask)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			for i := range answers {
				if p := &answers[i]; p.err == 0 && p.end >= base[p.tp] {
					ends[p.tp] = p.end
					s.keepHead(base[p.tp], p)
				}
			}
		}
		if len(by) == 1 {
			one()
		} else {
			wg.Go(one)
		}
	}
	wg.Wait()
	if len(ends) != len(base) {
		s.mu.Lock()
		defer s.mu.Unlock()
		clear(s.heads)
		return nil
	}
	return &boundary{base: base, ends: ends}
}

func (s *Source) keepHead(offset int64, p *fetched) {
	if len(p.records) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.heads == nil {
		s.heads = map[TopicPartition]*ahead{}
	}
	s.heads[p.tp] = &ahead{offset: offset, done: fetchedAlready, answer: p}
}

var fetchedAlready = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// takeHead gives what was fetched of a partition from an offset on, once: a task that is tried again fetches anew.
func (s *Source) takeHead(tp TopicPartition, offset int64) *ahead {
	s.mu.Lock()
	defer s.mu.Unlock()
	head := s.heads[tp]
	if head == nil || head.offset != offset {
		return nil
	}
	delete(s.heads, tp)
	return head
}
