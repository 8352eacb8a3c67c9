package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"gospark/runtime/connector"
)

// A Source reads the partitions of a subscription. See the package comment for what it promises.
type Source struct {
	client  *Client
	matches *regexp.Regexp
	layout  layout

	clock   connector.Clock // nil: the system's
	files   *sourceFiles    // nil: nothing is kept
	lastRun time.Time       // when Latest last let a batch begin, for MinBatchRows

	mu       sync.Mutex
	begin    *begin
	bad      error // why there is no begin
	ids      map[string]topicID
	frozen   Offsets   // where AvailableNow ends; nil: with the log
	latest   Offsets   // ends of the logs as last seen
	surveyed time.Time // when all of the cluster was looked at last
	watch    *watcher
	heads    map[TopicPartition]*head // the first records of the batch that was planned last
	asking   sync.WaitGroup           // questions about topics
	commits  *committer
}

var (
	_ connector.Source    = (*Source)(nil)
	_ connector.Waker     = (*Source)(nil)
	_ connector.Counter   = (*Source)(nil)
	_ connector.Describer = (*Source)(nil)
	_ connector.Pruner    = (*Source)(nil)
	_ connector.Bounded   = (*Source)(nil)

	_ connector.LatestReporter = (*Source)(nil)
	_ connector.Measured       = (*Source)(nil)
)

// Open connects and finds out where to begin. A cluster that cannot be reached and topics that do not exist are errors
// here; a starting position that cannot be had is an error only when a first batch is asked for, because a query that
// goes on from its checkpoint does not need one.
func Open(ctx context.Context, cfg Config) (*Source, error) {
	s, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := s.start(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// connect makes a source that does not know yet where it begins.
func connect(ctx context.Context, cfg Config) (*Source, error) {
	if err := cfg.Subscribe.check(); err != nil {
		return nil, err
	}
	if cfg.Start.At == StartAtGroup && cfg.GroupID == "" {
		return nil, errors.New("kafka: starting at the offsets of a group needs group.id")
	}
	client, err := Dial(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s := &Source{client: client, ids: map[string]topicID{}, layout: layout{headers: cfg.Headers}}
	s.matches, _ = cfg.Subscribe.pattern() // checked above
	return s, nil
}

func (s *Source) start(ctx context.Context) error {
	f, err := s.discoverAll(ctx)
	if err != nil {
		return err
	}
	s.ids = f.ids
	s.begin, s.bad = s.resolve(ctx, f.partitions, s.client.cfg.Start, "starting")
	return ctx.Err()
}

// newTopicTime is how long a topic may need from its creation until every broker knows it.
const newTopicTime = 2 * time.Second

// discoverAll is discover for a start: everything subscribed by name must be there. A broker that has just been told
// of a topic needs some moments, so it is asked again for a while.
func (s *Source) discoverAll(ctx context.Context) (*found, error) {
	retry := s.client.retry(func() string { return "metadata of " + s.client.cfg.Subscribe.String() })
	retry.limit = min(retry.limit, newTopicTime)
	for {
		f, err := s.discover(ctx)
		if err != nil {
			return nil, err
		}
		if len(f.missing) == 0 {
			return f, nil
		}
		missing := &missingError{missing: f.missing, created: s.client.cfg.CreateTopics}
		if retry.again(ctx, missing) == nil {
			continue
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if topics, err := s.client.topicNames(ctx); err == nil {
			missing.have = topics
		}
		return nil, missing
	}
}

func (s *Source) Columns() []connector.Column { return s.layout.chosen() }

// Prune leaves out all columns but those at the given positions.
func (s *Source) Prune(columns []int) { s.layout.columns = append([]int{}, columns...) }

// String is Spark's description of the source.
func (s *Source) String() string { return fmt.Sprintf("KafkaV2[%s]", s.client.cfg.Subscribe) }

// Close ends everything the source has running; open readers fail.
func (s *Source) Close() error {
	s.mu.Lock()
	w, c := s.watch, s.commits
	s.watch, s.commits = nil, nil
	s.mu.Unlock()
	if c != nil {
		c.close()
	}
	if w != nil {
		w.close()
	}
	err := s.client.Close()
	s.asking.Wait()
	return err
}

// Latest is where the batch after from ends: at the end of the logs, cut to limit. Partitions that were not there
// before are read from their beginning.
func (s *Source) Latest(ctx context.Context, from connector.Offset, limit connector.Limit) (connector.Offset, error) {
	base, err := s.base(from)
	if err != nil {
		return nil, err
	}
	b := s.look(ctx, base)
	if b == nil {
		if b, err = s.survey(ctx, base); err != nil {
			return nil, err
		}
	}
	ends := b.ends
	cfg := &s.client.cfg
	if s.hold(b) {
		return from, nil
	}
	s.mu.Lock()
	s.latest = ends
	target := Offsets{}
	for tp, end := range ends {
		if s.frozen != nil {
			end = max(min(end, s.frozen[tp]), b.base[tp])
		}
		target[tp] = end
	}
	if from == nil && s.begin != nil {
		for tp := range s.begin.atEnd {
			if s.begin.atEnd[tp] {
				target[tp] = s.begin.offsets[tp]
			}
		}
	}
	to := share(b.base, target, limit.Rows, cfg.MinRows, cfg.MaxRows)
	for tp, start := range b.reset {
		to[tp] = start
	}
	watch := s.watch
	s.mu.Unlock()
	if watch != nil {
		watch.arm(to, ends)
	}
	text := to.JSON()
	if old, err := ParseOffsets(from); err == nil && from != nil && bytes.Equal(old.JSON(), text) {
		return from, nil
	}
	return text, nil
}

// survey asks the cluster for what there is now.
func (s *Source) survey(ctx context.Context, base Offsets) (*boundary, error) {
	now := time.Now()
	f, err := s.discover(ctx)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	ends, err := s.client.ends(ctx, f.partitions, s.client.cfg.Committed, latestTime)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	b := &boundary{base: base, ends: ends, found: f}
	if err := s.reconcile(ctx, b); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.surveyed = now
	s.mu.Unlock()
	return b, nil
}

// base is where the batch begins: at from, or at the starting position.
func (s *Source) base(from connector.Offset) (Offsets, error) {
	if from != nil {
		return ParseOffsets(from)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bad != nil {
		return nil, s.bad
	}
	base := Offsets{}
	for tp, o := range s.begin.offsets {
		base[tp] = o
	}
	return base, nil
}

// Splits are the ranges from from to to, one for each partition that has any, more for large ones if MinSplits says so.
func (s *Source) Splits(from, to connector.Offset) ([]connector.Split, error) {
	ranges, err := s.ranges(from, to)
	if err != nil {
		return nil, err
	}
	splits := make([]connector.Split, 0, len(ranges))
	for _, r := range divide(ranges, s.client.cfg.MinSplits, s.client.cfg.MaxSplitRows) {
		splits = append(splits, &Split{TopicPartition: r.TopicPartition, From: r.From, Until: r.Until, source: s})
	}
	return splits, nil
}

// An OffsetRange is what a batch takes of one partition: the offsets [From, Until).
type OffsetRange struct {
	TopicPartition
	From, Until int64
}

// ranges are sorted by topic and partition; empty ones are left out.
func (s *Source) ranges(from, to connector.Offset) ([]OffsetRange, error) {
	all, err := s.OffsetRanges(from, to)
	return slices.DeleteFunc(all, func(r OffsetRange) bool { return r.From == r.Until }), err
}

// OffsetRanges are the ranges of a batch by topic and partition, whatever its splits: those of all partitions, empty ones
// too.
func (s *Source) OffsetRanges(from, to connector.Offset) ([]OffsetRange, error) {
	base, err := s.base(from)
	if err != nil {
		return nil, err
	}
	ends, err := ParseOffsets(to)
	if err != nil {
		return nil, err
	}
	var ranges []OffsetRange
	for _, tp := range ends.partitions() {
		// a partition that base does not know is read from its beginning
		ranges = append(ranges, OffsetRange{tp, min(base[tp], ends[tp]), ends[tp]})
	}
	return ranges, nil
}

// Commit keeps nothing of the position, which is in the query's checkpoint; CommitAsync is for lag tools. It writes down
// topics that are new, so that they are known again after a restart.
func (s *Source) Commit(connector.Offset) error {
	if s.files == nil {
		return nil
	}
	return s.files.saveIDs(s)
}

// Bound fixes the ends of the logs as they are now: Latest goes no further from here on.
func (s *Source) Bound(ctx context.Context) error {
	f, err := s.discover(ctx)
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	ends, err := s.client.ends(ctx, f.partitions, s.client.cfg.Committed, latestTime)
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = ends
	return nil
}
