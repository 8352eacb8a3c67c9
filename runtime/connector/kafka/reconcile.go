package kafka

import (
	"context"
	"fmt"
)

// A boundary is the state in which Latest compares where the query stands with what the cluster holds.
type boundary struct {
	base, ends Offsets
	found      *found
	reset      Offsets // partitions that must begin again, and where
}

// reconcile finds what cannot be: partitions that are gone, topics that are not the ones they were, logs that end
// before the place where the query stands. Each is lost data: an error, or reported and passed over.
func (s *Source) reconcile(ctx context.Context, b *boundary) error {
	b.reset = Offsets{}
	recreated := s.recreated(b.found.ids)
	var unknown, doubtful []TopicPartition
	for _, tp := range b.found.partitions {
		at, known := b.base[tp]
		switch {
		case !known:
			unknown = append(unknown, tp)
		case recreated[tp.Topic], b.ends[tp] < at:
			doubtful = append(doubtful, tp)
		}
	}
	starts, err := s.client.ends(ctx, append(unknown, doubtful...), s.client.cfg.Committed, earliestTime)
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	for _, tp := range unknown {
		b.base[tp] = starts[tp]
		if starts[tp] > 0 {
			loss := &DataLossError{TopicPartition: tp, Kind: AddedLate, From: 0, Until: starts[tp], Start: starts[tp], End: b.ends[tp],
				Cause: "the partition is new to the query, and its first records have been removed"}
			if err := s.lose(loss, starts[tp]); err != nil {
				return err
			}
		}
	}
	for _, tp := range doubtful {
		cause := fmt.Sprintf("the log ends at %d (the topic was deleted and created again, or an unclean leader lost records)", b.ends[tp])
		if recreated[tp.Topic] {
			cause = "the topic was deleted and created again"
		}
		loss := &DataLossError{TopicPartition: tp, Kind: OffsetChanged, From: b.base[tp], Until: -1, Start: starts[tp], End: b.ends[tp], Cause: cause}
		if err := s.lose(loss, 0); err != nil {
			return err
		}
		b.reset[tp] = starts[tp]
	}
	if err := s.gone(b); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, id := range b.found.ids {
		s.ids[topic] = id
	}
	return nil
}

// recreated are the topics whose id is not the one they had.
func (s *Source) recreated(now map[string]topicID) map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := map[string]bool{}
	for topic, id := range now {
		before := s.ids[topic]
		m[topic] = before != id && before != topicID{} && id != topicID{}
	}
	return m
}

// gone looks for partitions that the query has read and that do not exist any more.
func (s *Source) gone(b *boundary) error {
	there := map[TopicPartition]bool{}
	for _, tp := range b.found.partitions {
		there[tp] = true
	}
	for _, tp := range b.base.partitions() {
		if there[tp] {
			continue
		}
		loss := &DataLossError{TopicPartition: tp, Kind: PartitionsDeleted, From: b.base[tp], Until: -1, Start: -1, Cause: "the partition does not exist any more"}
		if err := s.lose(loss, 0); err != nil {
			return err
		}
		delete(b.base, tp)
	}
	return nil
}

// lose applies FailOnLoss: it returns the loss as an error, or reports it.
func (s *Source) lose(loss *DataLossError, rows int64) error {
	if s.client.cfg.FailOnLoss != SkipLost {
		return loss
	}
	s.client.report(Status{What: s.String(), Err: loss, Lost: rows})
	return nil
}

// id is that of a topic as the query knows it.
func (s *Source) id(topic string) topicID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[topic]
}

// sameTopic checks, after rows were read, that they came from the topic with the id before: fetches go by name, and a
// topic that was created again answers with other rows under the same offsets.
func (s *Source) sameTopic(ctx context.Context, topic string, before topicID) error {
	if before == (topicID{}) || s.client.cfg.FailOnLoss == SkipLost {
		return nil
	}
	retry := s.client.retry(func() string { return "metadata of " + topic })
	for {
		m, err := s.client.metadata(ctx, []string{topic}, false)
		if err == nil {
			err = brokerError(m.topics[topic].err)
		}
		if err == nil {
			retry.works()
			if now := m.topics[topic].id; now != before && now != (topicID{}) {
				return &DataLossError{TopicPartition: TopicPartition{Topic: topic}, Kind: RangeLost, From: 0, Until: -1, Start: -1, Cause: "the topic was deleted and created again while it was read"}
			}
			return nil
		}
		if err := retry.again(ctx, err); err != nil {
			return err
		}
	}
}
