package kafka

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"gospark/runtime/batch"
)

// Peek returns the last n records of a topic as they are now, over all its partitions, oldest first.
func (c *Client) Peek(ctx context.Context, topic string, n int) ([]Record, error) {
	topics, err := c.Topics(ctx, topic)
	if err != nil {
		return nil, err
	}
	var all []Record
	for _, p := range topics[0].Partitions {
		if p.Leader < 0 {
			return nil, fmt.Errorf("kafka: %s-%d has no leader", topic, p.ID)
		}
		last, err := c.lastOf(ctx, TopicPartition{topic, p.ID}, p.Earliest, p.Latest, n)
		if err != nil {
			return nil, err
		}
		all = append(all, last...)
	}
	slices.SortStableFunc(all, func(a, b Record) int { return a.Time.Compare(b.Time) })
	return all[max(len(all)-n, 0):], nil
}

// lastOf reads the last n records of a log. Offsets that hold no record (compaction, transactions) make it look further
// back, twice as far each time.
func (c *Client) lastOf(ctx context.Context, tp TopicPartition, start, end int64, n int) ([]Record, error) {
	for span := int64(n); ; span *= 2 {
		from := max(end-span, start)
		records, err := c.records(ctx, tp, from, end)
		if err != nil || len(records) >= n || from == start {
			return records[max(len(records)-n, 0):], err
		}
	}
}

func (c *Client) records(ctx context.Context, tp TopicPartition, from, until int64) ([]Record, error) {
	r := c.read(ctx, tp, from, until, layout{headers: true})
	defer r.Close()
	var out []Record
	for {
		b, err := r.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		for i := range b.N {
			rec := Record{
				TopicPartition: tp,
				Offset:         batch.Col[int64](b, 4)[i],
				Time:           time.UnixMicro(batch.Col[int64](b, 5)[i]),
				TimeType:       batch.Col[int32](b, 6)[i],
				Key:            bytesAt(b.Cols[0], i),
				Value:          bytesAt(b.Cols[1], i),
			}
			if !b.Cols[7].Null(i) {
				rec.Headers = batch.Col[[]Header](b, 7)[i]
			}
			out = append(out, rec)
		}
	}
}

func bytesAt(v batch.Vector, i int) []byte {
	if v.Null(i) {
		return nil
	}
	return []byte(v.(*batch.Vec[string]).V[i])
}

// A Lag is how far a group's committed offset is behind the end of a log. Committed -1: the group has none there.
type Lag struct {
	TopicPartition
	Committed, Latest int64
}

// Behind is the number of offsets not yet committed; without a commit, -1.
func (l Lag) Behind() int64 {
	if l.Committed < 0 {
		return -1
	}
	return max(l.Latest-l.Committed, 0)
}

// Lag compares what a group has committed with the ends of the topics given.
func (c *Client) Lag(ctx context.Context, group string, names ...string) ([]Lag, error) {
	topics, err := c.Topics(ctx, names...)
	if err != nil {
		return nil, err
	}
	var parts []TopicPartition
	for _, t := range topics {
		for _, p := range t.Partitions {
			parts = append(parts, TopicPartition{t.Name, p.ID})
		}
	}
	committed, err := c.committed(ctx, group, parts)
	if err != nil {
		return nil, err
	}
	var lags []Lag
	for _, t := range topics {
		for _, p := range t.Partitions {
			tp := TopicPartition{t.Name, p.ID}
			at, ok := committed[tp]
			if !ok {
				at = -1
			}
			lags = append(lags, Lag{tp, at, p.Latest})
		}
	}
	return lags, nil
}
