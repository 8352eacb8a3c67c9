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
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(ends) != len(base) {
		clear(s.heads)
		return nil
	}
	s.askTopics()
	return &boundary{base: base, ends: ends}
}

// A head is what was fetched of a partition with the end of its log.
type head struct {
	*ahead
	whole bool     // that is all there is
	same  *verdict // on the topic since; nil: not asked for
}

func (s *Source) keepHead(offset int64, p *fetched) {
	if len(p.records) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.heads == nil {
		s.heads = map[TopicPartition]*head{}
	}
	s.heads[p.tp] = &head{ahead: &ahead{offset: offset, done: fetchedAlready, answer: p}, whole: offsetAfter(p.records) >= p.end}
}

// askTopics begins to ask whether the topics of heads are the ones they were, which the readers want to know at their
// end: a small batch does not wait for it. A reader that has to fetch more asks for itself.
func (s *Source) askTopics() {
	if s.watch == nil {
		return // closed meanwhile
	}
	asked := map[string]*verdict{}
	for tp, h := range s.heads {
		if !h.whole {
			continue
		}
		v := asked[tp.Topic]
		if v == nil {
			id := s.ids[tp.Topic]
			v = ask(func() error { return s.sameTopic(s.client.life, tp.Topic, id) }, &s.asking)
			asked[tp.Topic] = v
		}
		h.same = v
	}
}

// A verdict is the answer to a question that was asked beside.
type verdict struct {
	done chan struct{}
	err  error
}

func ask(question func() error, under *sync.WaitGroup) *verdict {
	v := &verdict{done: make(chan struct{})}
	under.Go(func() {
		defer close(v.done)
		v.err = question()
	})
	return v
}

func (v *verdict) wait(ctx context.Context) error {
	select {
	case <-v.done:
		return v.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

var fetchedAlready = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// takeHead gives what was fetched of a partition from an offset on, once: a task that is tried again fetches anew.
func (s *Source) takeHead(tp TopicPartition, offset int64) (*ahead, *verdict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.heads[tp]
	if h == nil || h.offset != offset {
		return nil, nil
	}
	delete(s.heads, tp)
	return h.ahead, h.same
}
