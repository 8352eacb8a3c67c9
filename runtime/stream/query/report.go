package query

import (
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/progress"
	"gospark/runtime/stream"
	"gospark/runtime/stream/incremental"
)

// phases measures what the steps of a batch take, under Spark's names.
type phases struct {
	clock stream.Clock
	ms    map[string]int64
}

func (p *phases) begin() time.Time { return p.clock.Now() }

func (p *phases) end(name string, start time.Time) { p.add(name, p.clock.Now().Sub(start)) }

func (p *phases) add(name string, took time.Duration) {
	if p.ms == nil {
		p.ms = map[string]int64{}
	}
	p.ms[name] += took.Milliseconds()
}

// A reporter knows what reports need besides the batch at hand. It belongs to the loop's goroutine, but for observe.
type reporter struct {
	last time.Time // when the last batch was triggered
	idle time.Time // when the query was last said to be idle

	mu      sync.Mutex
	metrics map[string]observation
	seen    map[string]json.RawMessage
}

// quiet says whether it is time to tell that the query is idle.
func (r *reporter) quiet(at time.Time, every time.Duration) bool {
	if r.idle.IsZero() {
		r.idle = r.last
	}
	if !r.idle.IsZero() && at.Sub(r.idle) < every {
		return false
	}
	r.idle = at
	return true
}

const defaultNoDataInterval = 10 * time.Second

func (q *Query) noDataInterval() time.Duration {
	if ms, err := strconv.ParseInt(q.cfg.Conf("spark.sql.streaming.noDataProgressEventInterval"), 10, 64); err == nil && ms >= 0 {
		return time.Duration(ms) * time.Millisecond
	}
	return defaultNoDataInterval
}

// retained is how many reports are kept.
func (q *Query) retained() int {
	if n, err := strconv.Atoi(q.cfg.Conf("spark.sql.streaming.numRecentProgressUpdates")); err == nil && n > 0 {
		return n
	}
	return 100
}

// report is what a batch did. How long the end of it took is added when it is known.
func (q *Query) report(b *micro, from []connector.Offset, r *incremental.Report, rows int64) *progress.QueryProgress {
	now := q.cfg.Clock.Now()
	took := now.Sub(b.at)
	b.spent.ms["queryPlanning"] = r.Planning.Milliseconds()
	b.spent.ms["addBatch"] = max(0, b.spent.ms["addBatch"]-b.spent.ms["queryPlanning"])
	b.spent.ms["triggerExecution"] = took.Milliseconds()
	since := time.Duration(0)
	if !q.reports.last.IsZero() {
		since = b.at.Sub(q.reports.last)
	}
	rates := func(n int64) (in, done progress.Rate) {
		in = progress.ZeroRate
		if since > 0 {
			in = progress.RateOf(n, since)
		}
		if n == 0 {
			return in, progress.ZeroRate
		}
		return in, progress.RateOf(n, took)
	}
	p := &progress.QueryProgress{
		ID: q.id, RunID: q.cfg.RunID, Name: q.name(), Timestamp: progress.Timestamp(b.at), BatchID: b.id, BatchDuration: took.Milliseconds(),
		DurationMs: b.spent.ms, EventTime: eventTime(r), StateOperators: stateOperators(r), Sources: []progress.SourceProgress{},
		ObservedMetrics: q.reports.observed(),
	}
	for i, s := range q.sources {
		sp := progress.SourceProgress{Description: s.relation.String(), StartOffset: from[i], EndOffset: b.to[i], NumInputRows: r.Rows[i]}
		sp.InputRowsPerSecond, sp.ProcessedRowsPerSecond = rates(r.Rows[i])
		if l, ok := s.Source.(connector.LatestReporter); ok {
			sp.LatestOffset = l.ReportLatest()
		}
		if m, ok := s.Source.(connector.Measured); ok {
			sp.Metrics = m.Metrics(b.to[i])
		}
		p.NumInputRows += r.Rows[i]
		p.Sources = append(p.Sources, sp)
	}
	p.InputRowsPerSecond, p.ProcessedRowsPerSecond = rates(p.NumInputRows)
	p.Sink = progress.SinkProgress{Description: q.sink.String(), NumOutputRows: rows}
	if _, ok := q.sink.(connector.Uncounted); ok {
		p.Sink.NumOutputRows = -1
	}
	q.reports.last, q.reports.idle = b.at, time.Time{}
	return p
}

// tell makes a report known.
func (q *Query) tell(p *progress.QueryProgress) {
	q.mu.Lock()
	q.recent = append(q.recent, p)
	if n := len(q.recent) - q.retained(); n > 0 {
		q.recent = q.recent[n:]
	}
	q.mu.Unlock()
	q.cfg.Bus.Emit(p)
}

func eventTime(r *incremental.Report) map[string]string {
	if !r.HasWatermark {
		return nil
	}
	at := func(ms int64) string { return progress.Timestamp(time.UnixMilli(ms)) }
	m := map[string]string{"watermark": at(r.Watermark)}
	if t := r.Times; t.Count > 0 {
		m["min"], m["max"], m["avg"] = at(t.Min), at(t.Max), at(int64(t.Avg))
	}
	return m
}

func stateOperators(r *incremental.Report) []progress.StateOperatorProgress {
	all := []progress.StateOperatorProgress{}
	for _, o := range r.Operators {
		all = append(all, progress.StateOperatorProgress{
			OperatorName: o.Name, NumRowsTotal: o.Total, NumRowsUpdated: o.Updated, AllUpdatesTimeMs: o.UpdatesTimeMs,
			NumRowsRemoved: o.Removed, AllRemovalsTimeMs: o.RemovalsMs, CommitTimeMs: o.CommitMs, MemoryUsedBytes: o.MemoryBytes,
			NumRowsDroppedByWatermark: o.Dropped, NumShufflePartitions: int64(o.Partitions), NumStateStoreInstances: int64(o.NumStores),
			CustomMetrics: o.Custom,
		})
	}
	return all
}

// endStatus is the status of a query that has ended.
func endStatus(f *Failure) progress.QueryStatus {
	if f == nil {
		return progress.QueryStatus{Message: "Stopped"}
	}
	return progress.QueryStatus{Message: fmt.Sprintf("Terminated with exception: %v", f.Cause)}
}

func terminated(q *Query, f *Failure) progress.QueryTerminated {
	e := progress.QueryTerminated{ID: q.id, RunID: q.cfg.RunID}
	if f != nil {
		text := f.Cause.Error()
		e.Exception = &text
		if c := f.Condition(); c != "" {
			e.ErrorClassOnException = &c
		}
	}
	return e
}
