package query

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strconv"

	"gospark/runtime/connector"
	"gospark/runtime/stream/incremental"
)

// A source is a stream of the query, opened.
type source struct {
	connector.Source
	in       *incremental.Source
	relation connector.Relation
	limit    connector.Limit
	// where the batch that was planned last ends, and the one that was committed last
	at, committed connector.Offset
	// where the only batch of an available-now run ends, when the source has no better way
	target *connector.Offset
}

// openSources opens the streams of the query, where the offsets that were planned last end.
func (q *Query) openSources(ctx context.Context) error {
	for i, in := range q.plan.Sources() {
		r, ok := in.Relation.(connector.Relation)
		if !ok {
			return fmt.Errorf("%s cannot be read as a stream", in.Relation)
		}
		s := &source{in: in, relation: r, limit: q.cfg.Trigger.limit(r.Limit())}
		q.sources = append(q.sources, s)
		if q.resume != nil {
			s.at = q.resume[i]
		}
		if q.committed != nil {
			s.committed = q.committed[i]
		}
		src, err := r.Open(ctx, connector.Opening{
			CheckpointDir: filepath.Join(q.cfg.Dir, "sources", strconv.Itoa(i)), QueryID: q.id, Index: i,
			Parallelism: q.cfg.Scheduler.Slots(), Clock: q.cfg.Clock, Zone: q.cfg.Zone, Resumed: s.at, Notice: q.cfg.Notice,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", r, err)
		}
		s.Source = src
		if p, ok := src.(connector.Pruner); ok && len(in.Columns) < len(r.Schema().Fields) {
			p.Prune(in.Columns)
			in.Pruned = true
		}
		if q.cfg.Trigger.Kind == AvailableNow {
			if err := s.bound(ctx); err != nil {
				return err
			}
		}
		if w, ok := src.(connector.Waker); ok {
			q.over.Go(func() { q.forward(ctx, w.C()) })
		}
	}
	return nil
}

// forward wakes the loop when a source has something new.
func (q *Query) forward(ctx context.Context, c <-chan struct{}) {
	for {
		select {
		case <-c:
			q.poke()
		case <-ctx.Done():
			return
		}
	}
}

// wakes says whether every source tells when it has something new.
func (q *Query) wakes() bool {
	for _, s := range q.sources {
		if _, ok := s.Source.(connector.Waker); !ok {
			return false
		}
	}
	return true
}

// bound stops a source at what it has now. One that cannot do that is read in one batch.
func (s *source) bound(ctx context.Context) error {
	if b, ok := s.Source.(connector.Bounded); ok {
		return b.Bound(ctx)
	}
	to, err := s.Source.Latest(ctx, s.at, connector.Limit{})
	if err != nil {
		return fmt.Errorf("%s: %w", s, err)
	}
	s.target = &to
	return nil
}

// latest is where the next batch ends.
func (s *source) latest(ctx context.Context) (connector.Offset, error) {
	if s.target != nil {
		return *s.target, nil
	}
	to, err := s.Source.Latest(ctx, s.at, s.limit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s, err)
	}
	return to, nil
}

// same says whether nothing lies between two offsets.
func same(a, b connector.Offset) bool {
	return bytes.Equal(bytes.TrimSpace(a), bytes.TrimSpace(b))
}
