package kafka

import (
	"context"
	"errors"
	"fmt"

	kafkago "github.com/segmentio/kafka-go"
)

// A Start is where a source begins that has no offsets yet. The zero Start is the end of the log.
type Start struct {
	At StartAt

	Offsets   Offsets                  // StartAtOffsets: for every partition; -1 is the end of its log, -2 the beginning
	Millis    int64                    // StartAtTime: for all partitions, milliseconds since 1970
	Times     map[TopicPartition]int64 // StartAtTime: by partition, instead of Millis
	ElseEnd   bool                     // StartAtTime: begin at the end where no record is as late; otherwise that is an error
	ElseStart StartAt                  // StartAtGroup: for partitions without a committed offset; StartAtGroup itself: an error
}

// StartAt is a kind of starting position.
type StartAt int

const (
	StartAtEnd StartAt = iota
	StartAtBeginning
	StartAtOffsets
	StartAtTime
	StartAtGroup // what Config.GroupID has committed
)

// Positions as they are written in startingOffsets.
const (
	atEnd       = -1
	atBeginning = -2
)

// begin is the starting position of every partition, and which of them stand at the end of their log: a first batch
// ends where those begin, so that doing it again after a restart gives the same (no) rows.
type begin struct {
	offsets Offsets
	atEnd   map[TopicPartition]bool
}

// resolve turns a position, "starting" or "ending", into offsets.
func (s *Source) resolve(ctx context.Context, parts []TopicPartition, start Start, which string) (*begin, error) {
	at, err := s.startTimes(ctx, parts, start, which)
	if err != nil {
		return nil, err
	}
	b := &begin{offsets: Offsets{}, atEnd: map[TopicPartition]bool{}}
	ask := map[TopicPartition]int64{}
	for tp, p := range at {
		if p.given {
			b.offsets[tp] = p.value
		} else {
			ask[tp] = p.value
		}
	}
	answers, err := s.client.listOffsets(ctx, s.client.cfg.Committed, ask)
	if err != nil {
		return nil, err
	}
	unmatched := map[TopicPartition]int64{}
	for _, tp := range sorted(keys(answers)) {
		a := answers[tp]
		if a.offset < 0 {
			if !start.ElseEnd {
				return nil, fmt.Errorf("kafka: no record of %v is as late as startingTimestamp %d; set startingOffsetsByTimestampStrategy to latest to begin at its end", tp, ask[tp])
			}
			unmatched[tp] = latestTime
			continue
		}
		b.offsets[tp], b.atEnd[tp] = a.offset, ask[tp] == latestTime
	}
	ends, err := s.client.listOffsets(ctx, s.client.cfg.Committed, unmatched)
	if err != nil {
		return nil, err
	}
	for tp, a := range ends {
		b.offsets[tp], b.atEnd[tp] = a.offset, true
	}
	return b, s.checkGiven(ctx, b, at, which)
}

// A startPosition is an offset, or a time to ask for.
type startPosition struct {
	value int64
	given bool
}

func (s *Source) startTimes(ctx context.Context, parts []TopicPartition, start Start, which string) (map[TopicPartition]startPosition, error) {
	all := map[TopicPartition]startPosition{}
	everywhere := func(millis int64) map[TopicPartition]startPosition {
		for _, tp := range parts {
			all[tp] = startPosition{value: millis}
		}
		return all
	}
	switch start.At {
	case StartAtBeginning:
		return everywhere(earliestTime), nil
	case StartAtTime:
		if start.Times == nil {
			return everywhere(start.Millis), nil
		}
		for tp, millis := range start.Times {
			all[tp] = startPosition{value: millis}
		}
		return all, sameSet(which+"OffsetsByTimestamp", parts, all, "")
	case StartAtOffsets:
		for tp, offset := range start.Offsets {
			switch {
			case offset == atEnd:
				all[tp] = startPosition{value: latestTime}
			case offset == atBeginning:
				all[tp] = startPosition{value: earliestTime}
			case offset < 0:
				return nil, fmt.Errorf("kafka: %sOffsets: %v: %d is no offset; -1 means latest, -2 earliest", which, tp, offset)
			default:
				all[tp] = startPosition{offset, true}
			}
		}
		return all, sameSet(which+"Offsets", parts, all, "; use -1 for latest, -2 for earliest")
	case StartAtGroup:
		committed, err := s.client.committed(ctx, s.client.cfg.GroupID, parts)
		if err != nil {
			return nil, err
		}
		for _, tp := range parts {
			offset, ok := committed[tp]
			switch {
			case ok:
				all[tp] = startPosition{offset, true}
			case start.ElseStart == StartAtGroup:
				return nil, fmt.Errorf("kafka: group %s has committed no offset for %v, and auto.offset.reset is none", s.client.cfg.GroupID, tp)
			case start.ElseStart == StartAtBeginning:
				all[tp] = startPosition{value: earliestTime}
			default:
				all[tp] = startPosition{value: latestTime}
			}
		}
		return all, nil
	}
	return everywhere(latestTime), nil
}

// sameSet checks that a position is given for every partition read, and for no other.
func sameSet(option string, parts []TopicPartition, given map[TopicPartition]startPosition, hint string) error {
	read := map[TopicPartition]bool{}
	for _, tp := range parts {
		read[tp] = true
		if _, ok := given[tp]; !ok {
			return fmt.Errorf("kafka: %s says nothing about %v, and must name all partitions%s", option, tp, hint)
		}
	}
	for _, tp := range sorted(keys(given)) {
		if !read[tp] {
			return fmt.Errorf("kafka: %s names %v, which is not read", option, tp)
		}
	}
	return nil
}

// checkGiven compares offsets that the user or a group gave with what the logs hold. Without failOnDataLoss a start goes
// to the first offset, an end to the last.
func (s *Source) checkGiven(ctx context.Context, b *begin, at map[TopicPartition]startPosition, which string) error {
	var given []TopicPartition
	for tp, p := range at {
		if p.given {
			given = append(given, tp)
		}
	}
	sorted(given)
	starts, ends, err := s.client.allBounds(ctx, given, s.client.cfg.Committed)
	if err != nil {
		return err
	}
	for _, tp := range given {
		have := b.offsets[tp]
		if have >= starts[tp] && have <= ends[tp] {
			continue
		}
		loss := &DataLossError{TopicPartition: tp, Kind: StartReset, From: have, Until: -1, Start: starts[tp], End: ends[tp], Cause: "the " + which + " offset is not in the log"}
		if err := s.lose(loss, max(starts[tp]-have, 0)); err != nil {
			return err
		}
		b.offsets[tp] = starts[tp]
		if which == "ending" {
			b.offsets[tp] = min(max(have, starts[tp]), ends[tp])
		}
	}
	return nil
}

// bounds are the first offset of a log and the one after its last.
func (c *Client) bounds(ctx context.Context, tp TopicPartition, committed bool) (start, end int64, err error) {
	starts, ends, err := c.allBounds(ctx, []TopicPartition{tp}, committed)
	return starts[tp], ends[tp], err
}

func (c *Client) allBounds(ctx context.Context, parts []TopicPartition, committed bool) (starts, ends Offsets, err error) {
	if starts, err = c.ends(ctx, parts, committed, earliestTime); err != nil {
		return nil, nil, err
	}
	ends, err = c.ends(ctx, parts, committed, latestTime)
	return starts, ends, err
}

// Older counts the offsets that a start at the end of the log leaves unread.
func (s *Source) Older(ctx context.Context) (int64, error) {
	var parts []TopicPartition
	if s.begin == nil {
		return 0, nil
	}
	for tp, at := range s.begin.atEnd {
		if at {
			parts = append(parts, tp)
		}
	}
	if len(parts) == 0 {
		return 0, nil
	}
	starts, err := s.client.ends(ctx, parts, s.client.cfg.Committed, earliestTime)
	if err != nil {
		return 0, err
	}
	var n int64
	for tp, first := range starts {
		n += s.begin.offsets[tp] - first
	}
	return n, nil
}

// ends asks for one of the two ends of each log.
func (c *Client) ends(ctx context.Context, parts []TopicPartition, committed bool, which int64) (Offsets, error) {
	at := make(map[TopicPartition]int64, len(parts))
	for _, tp := range parts {
		at[tp] = which
	}
	answers, err := c.listOffsets(ctx, committed, at)
	if err != nil {
		return nil, err
	}
	o := make(Offsets, len(parts))
	for tp, a := range answers {
		o[tp] = a.offset
	}
	return o, nil
}

// committed asks for the offsets of a group; partitions without one are left out.
func (c *Client) committed(ctx context.Context, group string, parts []TopicPartition) (Offsets, error) {
	topics := map[string][]int{}
	for _, tp := range parts {
		topics[tp.Topic] = append(topics[tp.Topic], int(tp.Partition))
	}
	retry := c.retry(func() string { return "committed offsets of group " + group })
	for {
		o, err := c.committedOnce(ctx, group, topics)
		if err == nil {
			retry.works()
			return o, nil
		}
		if err := retry.again(ctx, err); err != nil {
			return nil, fmt.Errorf("kafka: offsets of group %s: %w", group, err)
		}
	}
}

func (c *Client) committedOnce(ctx context.Context, group string, topics map[string][]int) (Offsets, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.RequestTimeout)
	defer cancel()
	answer, err := c.admin.OffsetFetch(ctx, &kafkago.OffsetFetchRequest{GroupID: group, Topics: topics})
	if err == nil {
		err = answer.Error
	}
	if errors.Is(err, kafkago.GroupIdNotFound) {
		return Offsets{}, nil // nobody has used the group yet: some brokers say so
	}
	if err != nil {
		return nil, err
	}
	o := Offsets{}
	for topic, parts := range answer.Topics {
		for _, p := range parts {
			if p.Error != nil {
				return nil, p.Error
			}
			if p.CommittedOffset >= 0 {
				o[TopicPartition{topic, int32(p.Partition)}] = p.CommittedOffset
			}
		}
	}
	return o, nil
}
