package history

import (
	"slices"
	"time"

	"gospark/runtime/progress"
)

// retainedQueries is how many runs of streaming queries are remembered, and retainedProgress how many reports of each:
// Spark's defaults of spark.sql.streaming.ui.retainedQueries and .retainedProgressUpdates.
const (
	retainedQueries  = 100
	retainedProgress = 100
)

// A Query is one run of a streaming query.
type Query struct {
	ID, RunID, Name  string
	Started, Stopped time.Time
	Err              string
	Idle             bool // it found nothing to do since the last report

	Progress []*progress.QueryProgress // oldest first

	Batches, InputRows, OutputRows, LateRows int64
	Duration                                 Histogram // of batches
}

// Active says whether the query runs.
func (q *Query) Active() bool { return q.Stopped.IsZero() }

// Last is the newest report, nil if there is none.
func (q *Query) Last() *progress.QueryProgress {
	if len(q.Progress) == 0 {
		return nil
	}
	return q.Progress[len(q.Progress)-1]
}

// StateRows is how many rows the query's operators held at a report.
func StateRows(p *progress.QueryProgress) (n int64) {
	for _, o := range p.StateOperators {
		n += o.NumRowsTotal
	}
	return n
}

// WatermarkGap is how far the watermark is behind the newest event of a report; false where there is none, or no watermark
// yet.
func WatermarkGap(p *progress.QueryProgress) (time.Duration, bool) {
	newest, err := time.Parse(time.RFC3339, p.EventTime["max"])
	if err != nil {
		return 0, false
	}
	mark, err := time.Parse(time.RFC3339, p.EventTime["watermark"])
	if err != nil || mark.UnixMilli() == 0 {
		return 0, false
	}
	return newest.Sub(mark), true
}

// query gives the run of an id, a new one for events of a run that is not known.
func (h *History) query(id, runID string) *Query {
	q, ok := h.Queries.Get(runID)
	if !ok {
		q = &Query{ID: id, RunID: runID}
		h.Queries.put(runID, q)
	}
	return q
}

func (h *History) queryStarted(e progress.QueryStarted) {
	q := h.query(e.ID, e.RunID)
	if e.Name != nil {
		q.Name = *e.Name
	}
	q.Started = moment(e.Timestamp)
}

func (h *History) queryProgress(e *progress.QueryProgress) {
	q := h.query(e.ID, e.RunID)
	if e.Name != nil {
		q.Name = *e.Name
	}
	q.Idle = false
	if len(q.Progress) == retainedProgress {
		q.Progress = slices.Delete(q.Progress, 0, 1)
	}
	q.Progress = append(q.Progress, e)
	q.Batches++
	q.InputRows += e.NumInputRows
	q.OutputRows += max(0, e.Sink.NumOutputRows)
	for _, o := range e.StateOperators {
		q.LateRows += o.NumRowsDroppedByWatermark
	}
	q.Duration.add(time.Duration(e.BatchDuration) * time.Millisecond)
}

func (h *History) queryTerminated(e progress.QueryTerminated, now time.Time) {
	q := h.query(e.ID, e.RunID)
	q.Stopped, q.Idle = now, false
	if e.Exception != nil {
		q.Err = *e.Exception
	}
}

// moment reads the time of an event.
func moment(s string) time.Time {
	t, _ := time.Parse(time.RFC3339, s) // the zero time where there is none
	return t
}
