package kafka

import (
	"context"
	"fmt"
	"sync"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/types"
)

// A Table is topics as a batch DataFrame reads them: the records between two positions, which are looked up anew each
// time the splits are asked for. It holds a connection only while splits are planned or read.
type Table struct {
	cfg Config

	mu   sync.Mutex
	open *Source
	uses int
}

// streamOnly are options that a batch query does not need.
var streamOnly = []string{"maxoffsetspertrigger", "minoffsetspertrigger", "maxtriggerdelay"}

// NewTable checks the options; it connects to nothing. A batch begins at the earliest offset and ends at the latest,
// unless the options say otherwise.
func NewTable(opts map[string]string) (*Table, error) {
	cfg, err := ParseOptions(opts)
	if err != nil {
		return nil, err
	}
	given := lowerNames(opts)
	starts := false
	for _, name := range positionOptions[:3] {
		_, ok := given[name]
		starts = starts || ok
	}
	for _, name := range streamOnly {
		if shown, ok := given[name]; ok {
			cfg.IgnoredNotes = append(cfg.IgnoredNotes, shown+" option ignored in batch queries")
		}
	}
	if !starts {
		cfg.Start = Start{At: StartAtBeginning, ElseEnd: cfg.Start.ElseEnd}
	}
	cfg.End.ElseEnd = true // nothing is as late: to the end
	return &Table{cfg: cfg}, cfg.checkRange()
}

// checkRange is what can be said of a batch's positions without asking a broker.
func (c *Config) checkRange() error {
	switch {
	case c.Start.At == StartAtEnd:
		return condition.New("", "", "starting offset can't be latest for batch queries on Kafka")
	case c.End.At == StartAtBeginning:
		return condition.New("", "", "ending offset can't be earliest for batch queries on Kafka")
	}
	for _, tp := range c.Start.Offsets.partitions() {
		if c.Start.Offsets[tp] == atEnd {
			return condition.New("", "", "startingOffsets for %v can't be latest for batch queries on Kafka", tp)
		}
	}
	for _, tp := range c.End.Offsets.partitions() {
		if c.End.Offsets[tp] == atBeginning {
			return condition.New("", "", "ending offset for %v can't be earliest for batch queries on Kafka", tp)
		}
	}
	if c.Start.At == StartAtOffsets && c.End.At == StartAtOffsets {
		return c.checkOffsets()
	}
	return nil
}

func (c *Config) checkOffsets() error {
	start, end := c.Start.Offsets, c.End.Offsets
	if len(start) != len(end) || len(pick(start, end.partitions())) != len(end) {
		return condition.New("MISMATCHED_TOPIC_PARTITIONS_BETWEEN_START_OFFSET_AND_END_OFFSET", "",
			"The specified start offset and end offset should have the same topic-partitions. "+
				"Topic-partitions for start offset: %v, topic-partitions for end offset: %v.", start.partitions(), end.partitions())
	}
	for _, tp := range start.partitions() {
		if start[tp] >= 0 && end[tp] >= 0 && start[tp] > end[tp] {
			return condition.New("UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET", "",
				"The specified start offset %d is greater than the end offset %d for topic %s partition %d.",
				start[tp], end[tp], tp.Topic, tp.Partition)
		}
	}
	return nil
}

func (t *Table) Schema() *types.Type { return Schema(t.cfg.Headers) }

var positionNames = map[StartAt]string{
	StartAtEnd: "LatestOffsetRangeLimit", StartAtBeginning: "EarliestOffsetRangeLimit",
	StartAtOffsets: "SpecificOffsetRangeLimit", StartAtTime: "SpecificTimestampRangeLimit",
}

func (t *Table) String() string {
	return fmt.Sprintf("KafkaRelation(strategy=%s, start=%s, end=%s)",
		t.cfg.Subscribe, positionNames[t.cfg.Start.At], positionNames[t.cfg.End.At])
}

// Notes are options that were given and do nothing here, and why.
func (t *Table) Notes() []string { return t.cfg.IgnoredNotes }

// Splits are what the topics hold between the two positions now: the columns at these positions of the schema.
func (t *Table) Splits(ctx context.Context, columns []int) ([]connector.Split, error) {
	s, err := t.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer t.release()
	f, err := s.discoverAll(ctx)
	if err != nil {
		return nil, err
	}
	begin, err := s.resolve(ctx, f.partitions, t.cfg.Start, "starting")
	if err != nil {
		return nil, err
	}
	end, err := s.resolve(ctx, f.partitions, t.cfg.End, "ending")
	if err != nil {
		return nil, err
	}
	var ranges []OffsetRange
	for _, tp := range end.offsets.partitions() {
		from, until := begin.offsets[tp], end.offsets[tp]
		if from > until {
			return nil, condition.New("RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET", "",
				"The resolved start offset %d is greater than the resolved end offset %d for topic %s partition %d.",
				from, until, tp.Topic, tp.Partition)
		}
		if from < until {
			ranges = append(ranges, OffsetRange{tp, from, until})
		}
	}
	splits := make([]connector.Split, 0, len(ranges))
	for _, r := range divide(ranges, t.cfg.MinSplits, t.cfg.MaxSplitRows) {
		splits = append(splits, &tableSplit{table: t, OffsetRange: r, id: f.ids[r.Topic],
			layout: layout{headers: t.cfg.Headers, columns: append([]int{}, columns...), frame: true}})
	}
	return splits, nil
}

// acquire connects, or takes the connection that others use.
func (t *Table) acquire(ctx context.Context) (*Source, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		s, err := connect(ctx, t.cfg)
		if err != nil {
			return nil, err
		}
		t.open = s
	}
	t.uses++
	return t.open, nil
}

func (t *Table) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.uses--; t.uses == 0 {
		t.open.Close()
		t.open = nil
	}
}

// A tableSplit is a part of a table.
type tableSplit struct {
	OffsetRange
	table  *Table
	id     topicID // of the topic when the read was planned
	layout layout
}

var (
	_ connector.Split = (*tableSplit)(nil)
	_ connector.Sized = (*tableSplit)(nil)
)

func (s *tableSplit) String() string {
	return fmt.Sprintf("kafka %v [%d,%d)", s.TopicPartition, s.From, s.Until)
}

// Rows is an upper bound: compaction, aborted transactions and markers leave gaps.
func (s *tableSplit) Rows() int64  { return s.Until - s.From }
func (s *tableSplit) Bytes() int64 { return -1 }

func (s *tableSplit) Open(ctx context.Context) (connector.Reader, error) {
	source, err := s.table.acquire(ctx)
	if err != nil {
		return nil, err
	}
	r := source.client.read(ctx, s.TopicPartition, s.From, s.Until, s.layout)
	r.check = func() error { return source.sameTopic(r.ctx, s.Topic, s.id) }
	return &tableReader{r, s.table}, nil
}

type tableReader struct {
	*reader
	table *Table
}

func (r *tableReader) Close() error {
	err := r.reader.Close()
	r.table.release()
	return err
}
