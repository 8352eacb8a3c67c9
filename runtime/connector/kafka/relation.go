package kafka

import (
	"context"
	"errors"
	"fmt"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/types"
)

// A Relation is topics as a streaming DataFrame reads them, made from the options of Spark's source.
type Relation struct {
	cfg Config
}

var _ connector.Relation = (*Relation)(nil)

// batchOnly are options that say where a read ends, which a stream does not.
var batchOnly = map[string]string{
	"endingoffsets":            "ending offset not valid in streaming queries",
	"endingoffsetsbytimestamp": "ending timestamp not valid in streaming queries",
	"endingtimestamp":          "ending timestamp not valid in streaming queries",
}

// NewRelation checks the options; it connects to nothing.
func NewRelation(opts map[string]string) (*Relation, error) {
	given := lowerNames(opts)
	for _, name := range sortedNames(batchOnly) {
		if _, ok := given[name]; ok {
			return nil, condition.New("", "", "%s", batchOnly[name])
		}
	}
	cfg, err := ParseOptions(opts)
	if err != nil {
		return nil, err
	}
	return &Relation{cfg: cfg}, nil
}

func (r *Relation) Schema() *types.Type { return Schema(r.cfg.Headers) }

func (r *Relation) String() string { return fmt.Sprintf("KafkaV2[%s]", r.cfg.Subscribe) }

// Limit is maxOffsetsPerTrigger.
func (r *Relation) Limit() connector.Limit { return connector.Limit{Rows: r.cfg.MaxBatchRows} }

// Notes are options that were given and do nothing here, and why.
func (r *Relation) Notes() []string { return r.cfg.IgnoredNotes }

// Open connects. A new query finds out where to begin and writes that down before it returns, so that a query that
// fails before its first batch is planned begins at the same place the next time.
func (r *Relation) Open(ctx context.Context, o connector.Opening) (connector.Source, error) {
	cfg := r.cfg
	if o.Notice != nil {
		cfg.Status = notices(o.Notice)
	}
	s, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s.layout.frame, s.clock = true, o.Clock
	if o.CheckpointDir != "" {
		s.files = &sourceFiles{dir: o.CheckpointDir}
	}
	if err := s.begins(ctx, o.Resumed); err != nil {
		s.Close()
		return nil, err
	}
	if o.Notice != nil && o.Resumed == nil {
		s.tellOlder(ctx, o.Notice)
	}
	return s, nil
}

// tellOlder says what a start at the end of the logs leaves unread. It is no failure not to know it.
func (s *Source) tellOlder(ctx context.Context, notice func(string)) {
	if n, err := s.Older(ctx); err == nil && n > 0 {
		notice(fmt.Sprintf(`kafka: %s starts at the latest offsets: %d older records are skipped; .Option("startingOffsets", "earliest") reads them`,
			s.client.cfg.Subscribe, n))
	}
}

// notices turns reports of trouble into lines: the first of a row, its end, and rows that are lost.
func notices(notice func(string)) func(Status) {
	told := &toldTrouble{}
	return func(s Status) {
		if told.news(s) {
			notice(s.String())
		}
	}
}

// begins finds out where a query begins that has written nothing, and what one that has knows about its topics.
func (s *Source) begins(ctx context.Context, resumed connector.Offset) error {
	if s.files == nil {
		return s.start(ctx)
	}
	start, err := s.files.start()
	if err != nil {
		return err
	}
	if start == nil && resumed == nil {
		if err := s.start(ctx); err != nil {
			return err
		}
		if s.bad != nil {
			return s.bad
		}
		return errors.Join(s.files.saveStart(s.begin.offsets), s.files.saveIDs(s))
	}
	if start != nil {
		s.begin = &begin{offsets: start}
	} else {
		s.bad = errors.New("kafka: the checkpoint does not say where its first batch began")
	}
	ids, err := s.files.topicIDs()
	if err != nil {
		return err
	}
	if ids != nil {
		s.ids = ids
		return nil
	}
	f, err := s.discover(ctx)
	if err != nil {
		return err
	}
	s.ids = f.ids
	return s.files.saveIDs(s)
}
